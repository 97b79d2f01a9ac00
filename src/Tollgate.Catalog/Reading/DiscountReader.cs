using System.Collections.Immutable;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Reading;

/// <summary>Reads the section <c>discounts</c>.</summary>
internal sealed class DiscountReader(FindingList findings, Quantities quantities, Unit currency)
{
    /// <summary>Offers that are referred to, to be looked up when all are read.</summary>
    public List<(YamlScalar Reference, string By)> References { get; } = [];

    /// <summary>Prices that are referred to: of offers by their code, of usage by the code of its rate plan.</summary>
    public List<YamlScalar> PriceReferences { get; } = [];

    /// <summary>Reports the references to prices that no offer has.</summary>
    public void CheckPrices(IEnumerable<Offer> offers)
    {
        var known = offers.SelectMany(offer => offer.Recurring.Select(price => price.Code)
                .Concat(offer.OneTime.Select(price => price.Code))
                .Concat(offer.RatePlans.Select(plan => plan.Code)))
            .ToHashSet(StringComparer.Ordinal);
        foreach (var reference in PriceReferences.Where(reference => !known.Contains(reference.Text)))
        {
            findings.Error(CatalogueFindings.Reference, reference.Place, $"No offer has a price '{reference.Text}'.",
                "Write the code of a recurring or one-time price, or of a rate plan.");
        }
    }

    public Discount Read(Fields fields)
    {
        var code = fields.Code("code");
        var percent = fields.Scalar("percent", required: false);
        var amount = fields.Scalar("amount", required: false);
        var steps = Steps(fields);
        if ((percent is null ? 0 : 1) + (amount is null ? 0 : 1) + (steps.IsEmpty ? 0 : 1) != 1)
        {
            findings.Error(CatalogueFindings.Conflict, fields.Place, "A discount has one of 'percent', 'amount' and 'steps'.",
                "Keep exactly one of them.");
        }
        var discount = new Discount
        {
            Code = code,
            Name = fields.Name("name"),
            Percent = percent is null ? null : Numbers.Read(percent.Text, percent.Place, "percent", 0, 100, 6, findings),
            Amount = amount is null ? null : quantities.Amount(amount, currency),
            Steps = steps,
            By = fields.Choice("by", VolumeBy.Quantity),
            Scope = fields.Choice("scope", DiscountScope.Charge),
            On = Kinds(fields, ChargeKinds.Recurring, findings),
            Offers = Offers(fields, "offers", code),
            Prices = Prices(fields),
            Requires = Offers(fields, "requires", code),
            Periods = fields.Scalar("periods", required: false) is { } periods
                ? (int)Numbers.Read(periods.Text, periods.Place, "periods", 1, 1200, 0, findings) : null,
            Order = fields.Whole("order", 100, 0, 1_000_000),
            Coupon = fields.Nested("coupon") is { } coupon ? Coupon(coupon) : null,
        };
        fields.Done();
        return discount;
    }

    /// <summary>The key <c>on</c>: recurring, one-time, usage.</summary>
    internal static ChargeKinds Kinds(Fields fields, ChargeKinds otherwise, FindingList findings)
    {
        var kinds = ChargeKinds.None;
        foreach (var scalar in fields.Scalars("on"))
        {
            kinds |= Words<ChargeKinds>.Read(scalar, "on", findings) ?? ChargeKinds.None;
        }
        return kinds == ChargeKinds.None ? otherwise : kinds;
    }

    private ImmutableArray<string> Prices(Fields fields)
    {
        var references = fields.Scalars("prices");
        PriceReferences.AddRange(references);
        return [.. references.Select(reference => reference.Text)];
    }

    private ImmutableArray<string> Offers(Fields fields, string key, string by)
    {
        var references = fields.Scalars(key);
        References.AddRange(references.Select(reference => (reference, by)));
        return [.. references.Select(reference => reference.Text)];
    }

    private ImmutableArray<VolumeStep> Steps(Fields fields)
    {
        var steps = ImmutableArray.CreateBuilder<VolumeStep>();
        foreach (var entry in fields.Entries("steps"))
        {
            var step = new VolumeStep(
                entry.Number("from", 0, Fields.LargestAmount, 4), entry.Number("percent", 0, 100, 6));
            if (steps.Count > 0 && step.From <= steps[^1].From)
            {
                findings.Error(CatalogueFindings.Range, entry.PlaceOf("from"), "The steps do not ascend.",
                    "Write them in ascending order of 'from', each once.");
            }
            entry.Done();
            steps.Add(step);
        }
        return steps.ToImmutable();
    }

    private Coupon Coupon(Fields fields)
    {
        LocalDate? Date(string key) => fields.Scalar(key, required: false) is { } scalar ? quantities.Date(scalar) : null;
        var coupon = new Coupon(
            fields.Code("code"),
            fields.Scalar("redemptions", required: false) is { } most
                ? (int)Numbers.Read(most.Text, most.Place, "redemptions", 1, 1_000_000_000, 0, findings) : null,
            fields.Whole("perCustomer", 1, 1, 1000), Date("from"), Date("to"));
        if (coupon.To <= coupon.From)
        {
            findings.Error(CatalogueFindings.Range, fields.PlaceOf("to"), "The coupon ends before it begins.",
                "Write a day after 'from': it is the first on which the coupon is not taken.");
        }
        fields.Done();
        return coupon;
    }
}
