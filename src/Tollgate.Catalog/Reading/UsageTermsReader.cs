using System.Collections.Immutable;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Reading;

/// <summary>Reads counters, spending caps, discounts of events and legs.</summary>
internal sealed class UsageTermsReader(
    FindingList findings, Quantities quantities, Unit currency, Codebook<DeclaredDeck> decks, Codebook<TimeBandSet> timeBands)
{
    private readonly List<(Leg Leg, Place Place)> adding = [];

    /// <summary>A leg that adds to the customer's price is in the currency of the plans that it adds to.</summary>
    public void CheckAdding(ImmutableArray<Offer> offers, Codebook<RatePlan> plans)
    {
        foreach (var (leg, place) in adding)
        {
            var own = leg.RatePlans.Select(code => plans[code]).OfType<RatePlan>().ToList();
            var other = offers.Where(offer => !leg.Trunks.IsEmpty || offer.Legs.Contains(leg.Code, StringComparer.Ordinal))
                .SelectMany(offer => offer.RatePlans).Select(plan => plans[plan.Code]).OfType<RatePlan>()
                .FirstOrDefault(plan => own.Exists(one => one.Service == plan.Service && one.Currency != plan.Currency));
            if (other is not null)
            {
                findings.Error(CatalogueFindings.Conflict, place,
                    $"The leg '{leg.Code}' adds to prices in {other.Currency.Code} and is in another currency.",
                    $"Price it in {other.Currency.Code}, or remove 'addsToRetail'.");
            }
        }
    }

    /// <summary>Zones that some deck has.</summary>
    private ImmutableArray<string> Zones(Fields fields)
    {
        var zones = fields.Scalars("zones");
        if (!zones.IsEmpty)
        {
            ZoneReferences.Check(zones, decks.All, findings);
        }
        return [.. zones.Select(zone => zone.Text)];
    }

    /// <summary>Bands that some set has.</summary>
    public ImmutableArray<string> Bands(Fields fields)
    {
        var bands = fields.Scalars("bands");
        var known = timeBands.All.SelectMany(set => set.Bands).Select(band => band.Code).Append(TimeBandSet.Other)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var band in bands.Where(band => !known.Contains(band.Text)))
        {
            findings.Error(CatalogueFindings.Reference, band.Place, $"There is no band '{band.Text}' in any set.",
                findings.DidYouMean(band.Text, known, "Use a band of a set."));
        }
        return [.. bands.Select(band => band.Text)];
    }

    /// <summary>An entry of <c>counters</c>.</summary>
    public Counter Counter(Fields fields)
    {
        var code = fields.Code("code");
        var of = fields.Choice("of", CounterOf.Charged);
        var money = of is CounterOf.Money or CounterOf.Price;
        var unit = money
            ? fields.Scalar("unit", required: false) is { } own ? quantities.Currency(own) : currency
            : of == CounterOf.Events && !fields.Has("unit") ? Units.Event
            : fields.Scalar("unit", required: true) is { } word ? quantities.UsageUnit(word.Text,
                word.Place) : Quantities.Unknown;
        var counter = new Counter
        {
            Code = code,
            Name = fields.OptionalName("name") ?? code,
            Of = of,
            Unit = unit,
            Services = PeriodReader.Services(fields),
            Zones = Zones(fields),
            When = ExpressionReader.Condition(fields, "when"),
            Shared = fields.Choice("shared", SharingScope.Subscription),
            Reset = PeriodReader.Reset(fields),
            Limit = fields.Scalar("limit", required: false) is { } limit ? Limit(limit, unit, money) : null,
            Thresholds = PeriodReader.Thresholds(fields),
        };
        if (counter is { Thresholds.IsEmpty: false, Limit: null })
        {
            findings.Error(CatalogueFindings.Missing, fields.PlaceOf("thresholds"),
                "There are thresholds, but nothing they are parts of.",
                "Add 'limit: …'.");
        }
        fields.Done();
        return counter;
    }

    /// <summary>An entry of <c>spendingCaps</c> of an offer.</summary>
    public SpendingCap Cap(Fields fields, Codebook<Counter> counters)
    {
        var code = fields.Code("code");
        var reference = fields.Scalar("counter", required: true);
        var counter = counters.Find(reference);
        if (counter is not null && counter.Of != CounterOf.Money)
        {
            findings.Error(CatalogueFindings.Unit, reference!.Place, $"The counter '{counter.Code}' does not count money.",
                "Use a counter with 'of: money'.");
        }
        var limit = fields.Scalar("limit", required: true);
        var cap = new SpendingCap(
            code, reference?.Text ?? "", limit is null ? 1 : Limit(limit, counter?.Unit ?? currency, money: true),
            fields.Choice("then", AtCap.Free));
        fields.Done();
        return cap;
    }

    /// <summary>An entry of <c>usageDiscounts</c> of an offer.</summary>
    /// <param name="offers">Receives offers that are referred to, to be looked up when all are read.</param>
    public UsageDiscount Discount(Fields fields, Action<YamlScalar> offers)
    {
        var code = fields.Code("code");
        var with = fields.Scalars("withOffers");
        foreach (var offer in with)
        {
            offers(offer);
        }
        var discount = new UsageDiscount
        {
            Code = code,
            Name = fields.OptionalName("name") ?? code,
            Priority = fields.Whole("priority", 100, 0, 1_000_000),
            Percent = fields.Has("percent") ? fields.Number("percent", 0, 100, 6) : 0,
            Amount = fields.OptionalPrice("amount"),
            Services = PeriodReader.Services(fields),
            Zones = Zones(fields),
            Bands = Bands(fields),
            Numbers = fields.OptionalText("numbers"),
            WithOffers = [.. with.Select(offer => offer.Text)],
            When = ExpressionReader.Condition(fields, "when"),
            Exclusive = fields.Flag("exclusive", otherwise: false),
        };
        if (discount is { Percent: 0, Amount: 0 })
        {
            findings.Error(CatalogueFindings.Missing, fields.Place, "The discount takes nothing off.",
                "Add 'percent' or 'amount'.");
        }
        fields.Done();
        return discount;
    }

    /// <summary>An entry of <c>legs</c>.</summary>
    public Leg Leg(Fields fields, Codebook<RatePlan> plans)
    {
        var code = fields.Code("code");
        var found = fields.Scalars("ratePlans").Select(plans.Find).OfType<RatePlan>().ToList();
        foreach (var twice in found.GroupBy(plan => plan.Service).Where(group => group.Count() > 1))
        {
            findings.Error(CatalogueFindings.Conflict, fields.PlaceOf("ratePlans"),
                $"Two rate plans are for {Words<ServiceKind>.Of(twice.Key)}.", "Keep one rate plan for each service.");
        }
        var leg = new Leg
        {
            Code = code,
            Kind = fields.Choice<LegKind>("kind") ?? LegKind.Wholesale,
            Party = fields.Text("party"),
            RatePlans = [.. found.DistinctBy(plan => plan.Service).Select(plan => plan.Code)],
            Trunks = [.. fields.Scalars("trunks").Select(trunk => trunk.Text)],
            When = ExpressionReader.Condition(fields, "when"),
            AddsToRetail = fields.Flag("addsToRetail", otherwise: false),
        };
        if (leg.AddsToRetail)
        {
            adding.Add((leg, fields.PlaceOf("addsToRetail")));
        }
        fields.Done();
        return leg;
    }

    private long Limit(YamlScalar scalar, Unit unit, bool money)
    {
        if (money)
        {
            return unit.ToStorage(quantities.Amount(scalar, unit).Amount, RoundingMode.HalfUp);
        }
        var (own, steps) = quantities.Quantity(scalar, "limit", positive: true);
        if (own != Quantities.Unknown && unit != Quantities.Unknown && own.Kind != unit.Kind)
        {
            findings.Error(CatalogueFindings.Unit, scalar.Place, $"The limit is in {own.Code}, the counter in {unit.Code}.",
                "Use a unit of the same kind.");
        }
        return steps;
    }
}
