using System.Collections.Immutable;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Reading;

/// <summary>Reads the section <c>offers</c>, after <see cref="OfferInheritance"/> has merged each offer with what it
/// extends.</summary>
internal sealed class OfferReader(
    FindingList findings, Quantities quantities, Unit currency,
    Codebook<RatePlan> ratePlans, Codebook<TaxCategory> taxes, Codebook<DeclaredDeck> decks)
{
    /// <summary>Codes of offers of which a rate plan could not be found.</summary>
    public HashSet<string> Incomplete { get; } = new(StringComparer.Ordinal);

    /// <summary>The offer; null for a template, which exists only to be extended.</summary>
    public Offer? Read(Fields fields)
    {
        var code = fields.Code("code");
        fields.Scalar("extends", required: false);
        var template = fields.Flag("template", otherwise: false);
        var name = template ? fields.OptionalName("name") ?? code : fields.Name("name");
        var plans = RatePlans(fields, code);
        var offer = new Offer
        {
            Code = code,
            Name = name,
            Description = fields.OptionalText("description") ?? "",
            Payment = fields.Choice("payment", PaymentModel.Postpaid),
            Recurring = Unique(fields.Entries("recurring"), Recurring, price => price.Code),
            OneTime = Unique(fields.Entries("oneTime"), OneTime, price => price.Code),
            RatePlans = [.. plans.Select(plan => plan.Code)],
            Allowances = Unique(fields.Entries("allowances"), entry => Allowance(entry, plans), allowance => allowance.Code),
        };
        fields.Done();
        return template ? null : offer;
    }

    private ImmutableArray<RatePlan> RatePlans(Fields fields, string offer)
    {
        var plans = ImmutableArray.CreateBuilder<RatePlan>();
        foreach (var reference in fields.Scalars("ratePlans"))
        {
            if (ratePlans.Find(reference) is not { } plan)
            {
                Incomplete.Add(offer);
                continue;
            }
            if (plans.FirstOrDefault(other => other.Service == plan.Service) is { } twice)
            {
                findings.Error(CatalogueFindings.Conflict, reference.Place,
                    $"The rate plans '{twice.Code}' and '{plan.Code}' are both for {Words<ServiceKind>.Of(plan.Service)}.",
                    "Keep one rate plan for each service.");
                continue;
            }
            plans.Add(plan);
        }
        return plans.ToImmutable();
    }

    private ImmutableArray<T> Unique<T>(ImmutableArray<Fields> entries, Func<Fields, T> read, Func<T, string> code)
    {
        var all = ImmutableArray.CreateBuilder<T>();
        foreach (var entry in entries)
        {
            var value = read(entry);
            if (code(value).Length > 0 && all.Any(other => code(other) == code(value)))
            {
                findings.Error(CatalogueFindings.Duplicate, entry.PlaceOf("code"), $"The code '{code(value)}' is here twice.",
                    "Rename or remove one of the two.");
            }
            all.Add(value);
        }
        return all.ToImmutable();
    }

    private RecurringPrice Recurring(Fields fields)
    {
        var price = new RecurringPrice
        {
            Code = fields.Code("code"),
            Name = fields.Name("name"),
            Amount = Amount(fields),
            Every = BillInterval.OfMonths(fields.Whole("months", 1, 1, 120)),
            Timing = fields.Choice("timing", Timing.Advance),
            Entry = fields.Choice("entry", Proration.Days),
            Exit = fields.Choice("exit", Proration.Days),
            Tax = Tax(fields),
            TaxIncluded = fields.Flag("taxIncluded", otherwise: false),
            RevenueAccount = fields.Code("revenueAccount"),
        };
        fields.Done();
        return price;
    }

    private OneTimePrice OneTime(Fields fields)
    {
        var price = new OneTimePrice
        {
            Code = fields.Code("code"),
            Name = fields.Name("name"),
            Amount = Amount(fields),
            At = fields.Choice("at", OneTimeEvent.Activation),
            Tax = Tax(fields),
            TaxIncluded = fields.Flag("taxIncluded", otherwise: false),
            RevenueAccount = fields.Code("revenueAccount"),
        };
        fields.Done();
        return price;
    }

    private Allowance Allowance(Fields fields, ImmutableArray<RatePlan> plans)
    {
        var code = fields.Code("code");
        var service = fields.Choice<ServiceKind>("service");
        var scalar = fields.Scalar("amount", required: true);
        var (unit, steps) = scalar is null ? (Quantities.Unknown, 1) : quantities.Quantity(scalar, "amount", positive: true);
        if (scalar is not null && !RatePlanReader.Fits(service, unit))
        {
            findings.Error(CatalogueFindings.Unit, scalar.Place,
                $"{Words<ServiceKind>.Of(service!.Value)} is not counted in {unit.Code}.",
                "Use a unit that the service is counted in.");
        }
        var zones = fields.Scalars("zones");
        var planDeck = plans.FirstOrDefault(plan => plan.Service == service)?.Deck;
        if (!zones.IsEmpty && (planDeck is null || decks[planDeck] is not null))
        {
            ZoneReferences.Check(zones, planDeck is null ? decks.All : [decks[planDeck]!], findings);
        }
        var allowance = new Allowance
        {
            Code = code,
            Name = fields.Name("name"),
            Unit = unit,
            Amount = steps,
            Service = service ?? ServiceKind.Voice,
            Zones = [.. zones.Select(zone => zone.Text)],
            Priority = fields.Whole("priority", 100, 0, 1_000_000),
        };
        fields.Done();
        return allowance;
    }

    private Money Amount(Fields fields) =>
        fields.Scalar("amount", required: true) is { } scalar ? quantities.Amount(scalar, currency) : Money.Zero(currency);

    private string Tax(Fields fields)
    {
        var scalar = fields.Scalar("tax", required: true);
        taxes.Find(scalar);
        return scalar?.Text ?? "";
    }
}
