using System.Collections.Immutable;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Reading;

/// <summary>Reads how a rule's quantity becomes money: one of the keys <c>price</c>, <c>steps</c>, <c>package</c>,
/// <c>tiers</c>,
/// <c>percentage</c>, <c>external</c>, <c>formula</c>, <c>flat</c>.</summary>
internal sealed class PriceModelReader(FindingList findings, Quantities quantities, Codebook<Counter> counters)
{
    /// <summary>The keys, of which an entry has one.</summary>
    public static readonly string[] Keys = ["price", "steps", "package", "tiers", "percentage", "external", "formula", "flat"];

    /// <summary>A model with the unit that it counts; a null unit: the deck's.</summary>
    internal readonly record struct Read(PriceModel Model, Unit? Per, decimal PerUnit, bool FromDeck);

    public Read Model(Fields entry, RatePlan plan, ServiceKind? service)
    {
        entry.Knows(Keys);
        var present = Keys.Where(entry.Has).ToArray();
        if (present.Length > 1)
        {
            findings.Error(CatalogueFindings.Conflict, entry.PlaceOf(present[1]),
                $"'{present[0]}' and '{present[1]}' are both there.", "Keep one of them: a rule has one price model.");
        }
        var per = entry.Scalar("per", required: false) is { } unit ? quantities.UsageUnit(unit.Text, unit.Place) : null;
        switch (present.FirstOrDefault())
        {
            case "steps":
                return new Read(Steps(entry, per ??= Units.Minute), per, 0, false);
            case "package":
                return Package(entry);
            case "tiers":
                per ??= Natural(service ?? ServiceKind.Voice);
                return new Read(Tiers(entry.Nested("tiers"), per), per, 0, false);
            case "percentage":
                return new Read(Percentage(entry), per ?? Units.Event, 0, false);
            case "external":
                return new Read(External(entry.Nested("external"), plan), per ?? Units.Event, 0, false);
            case "formula":
                return new Read(
                    ExpressionReader.Formula(entry, "formula") is { } formula ? new FormulaPrice(formula) : FreePrice.Default,
                    per ?? Units.Event, 0, false);
            case "flat":
                var flat = entry.Scalar("flat", required: true);
                return new Read(new FlatPrice(flat is null ? 0 : Price(flat, "flat")), per ?? Units.Event, 0, false);
            default:
                return PerUnit(entry, service, per);
        }
    }

    private Read PerUnit(Fields entry, ServiceKind? service, Unit? per)
    {
        var scalar = entry.Scalar("price", required: true);
        if (scalar is null)
        {
            return new Read(PerUnitPrice.Default, Quantities.Unknown, 0, false);
        }
        if (scalar.Text is "free" or "barred")
        {
            PriceModel model = scalar.Text == "free" ? FreePrice.Default : BarredPrice.Default;
            return new Read(model, per ?? Natural(service ?? ServiceKind.Voice), 0, false);
        }
        return quantities.Price(scalar) is { } price
            ? new Read(PerUnitPrice.Default, price.Per, price.PerUnit, false)
            : new Read(PerUnitPrice.Default, null, 0, true);
    }

    /// <summary>The unit in which a service is counted when nothing is said.</summary>
    private static Unit Natural(ServiceKind service) => service switch
    {
        ServiceKind.Voice => Units.Minute,
        ServiceKind.Data => Units.Megabyte,
        _ => Units.Event,
    };

    private AgeStepsPrice Steps(Fields entry, Unit per)
    {
        var steps = ImmutableArray.CreateBuilder<AgeStep>();
        foreach (var fields in entry.Entries("steps"))
        {
            var from = fields.Scalar("from", required: false) is { } start ? quantities.Steps(start, "from", per.Kind, 0) : 0;
            var price = fields.Scalar("price", required: true);
            var block = fields.Scalar("block", required: false) is { } size ? quantities.Steps(size, "block", per.Kind, 1) : 1;
            fields.Done();
            if (steps.Count == 0 ? from != 0 : from <= steps[^1].From)
            {
                findings.Error(CatalogueFindings.Range, fields.PlaceOf("from"),
                    steps.Count == 0 ? "The first step does not begin at 0." : "The step does not begin after the one before.",
                    "Begin with 'from: 0' and give each step a later beginning.");
                from = steps.Count == 0 ? 0 : steps[^1].From + 1;
            }
            steps.Add(new AgeStep(from, price is null ? 0 : Price(price, "price"), block));
        }
        if (steps.Count == 0)
        {
            findings.Error(CatalogueFindings.Missing, entry.PlaceOf("steps"), "There are no steps.",
                "Write e.g. steps: [{ from: 0, price: 0.10, block: 60 }, { from: 60, price: 0.05 }].");
            steps.Add(new AgeStep(0, 0, 1));
        }
        return new AgeStepsPrice(steps.ToImmutable());
    }

    private Read Package(Fields entry)
    {
        if (entry.Nested("package") is not { } fields)
        {
            return new Read(FreePrice.Default, Quantities.Unknown, 0, false);
        }
        var size = fields.Scalar("size", required: true);
        var (unit, steps) = size is null ? (Quantities.Unknown, 1) : quantities.Quantity(size, "size", positive: true);
        var amount = fields.Scalar("amount", required: true);
        var counter = Counter(fields, unit.Kind, CounterOf.Charged, CounterOf.Paid);
        fields.Done();
        return new Read(
            new PackagePrice(Math.Max(1, steps), amount is null ? 0 : Price(amount, "amount"), counter), unit, 0, false);
    }

    private PriceModel Tiers(Fields? fields, Unit per)
    {
        if (fields is null)
        {
            return FreePrice.Default;
        }
        var rule = fields.Choice("rule", TierRule.Graduated);
        var counter = Counter(fields, per.Kind, CounterOf.Charged, CounterOf.Paid);
        var tiers = ImmutableArray.CreateBuilder<Tier>();
        foreach (var entry in fields.Entries("levels"))
        {
            var upTo = entry.Scalar("upTo", required: false) is { } end ? UpTo(end, per) : null;
            var price = entry.Scalar("price", required: false);
            var flat = entry.Scalar("flat", required: false);
            entry.Done();
            tiers.Add(new Tier(upTo, price is null ? 0 : Price(price, "price"), flat is null ? 0 : Price(flat, "flat")));
        }
        fields.Done();
        return Ends(fields, tiers.Select(tier => (decimal?)tier.UpTo).ToArray())
            ? new TieredPrice(rule, tiers.ToImmutable(), counter)
            : FreePrice.Default;
    }

    private long? UpTo(YamlScalar scalar, Unit per)
    {
        var (unit, steps) = quantities.Quantity(scalar, "upTo", positive: true);
        if (unit != Quantities.Unknown && per != Quantities.Unknown && unit.Kind != per.Kind)
        {
            findings.Error(CatalogueFindings.Unit, scalar.Place,
                $"The tier ends at {unit.Code}, but the price is per {per.Code}.",
                "Use a unit of the same kind, or write 'per:'.");
        }
        return steps;
    }

    private PriceModel Percentage(Fields entry)
    {
        if (entry.Map.Find("percentage") is YamlScalar)
        {
            return new PercentagePrice([new PercentTier(null, entry.Number("percentage", -1_000, 1_000, 6))], null);
        }
        if (entry.Nested("percentage") is not { } fields)
        {
            return FreePrice.Default;
        }
        var counter = Counter(fields, UnitKind.Currency, CounterOf.Price);
        var tiers = ImmutableArray.CreateBuilder<PercentTier>();
        foreach (var level in fields.Entries("levels"))
        {
            decimal? upTo = level.Has("upTo") ? level.Number("upTo", 0, Fields.LargestAmount, 6) : null;
            tiers.Add(new PercentTier(upTo, level.Number("percent", -1_000, 1_000, 6)));
            level.Done();
        }
        fields.Done();
        return Ends(fields, tiers.Select(tier => tier.UpTo).ToArray())
            ? new PercentagePrice(tiers.ToImmutable(), counter)
            : FreePrice.Default;
    }

    private PriceModel External(Fields? fields, RatePlan plan)
    {
        if (fields is null)
        {
            return FreePrice.Default;
        }
        var percent = fields.Has("percent") ? fields.Number("percent", -100, 10_000, 6) : 0;
        var plus = fields.Scalar("plus", required: false) is { } amount ? Price(amount, "plus") : 0;
        fields.Done();
        return new ExternalPrice(percent, plus);
    }

    private bool Ends(Fields fields, decimal?[] ends)
    {
        var rising = ends.Length > 0 && ends[^1] is null && ends[..^1].All(end => end is not null)
            && ends[..^1].Zip(ends[..^1].Skip(1)).All(pair => pair.First < pair.Second);
        if (!rising)
        {
            findings.Error(CatalogueFindings.Range, fields.Place, "The levels do not rise to one without an end.",
                "Give each level but the last an 'upTo' above the one before, and the last none.");
        }
        return rising;
    }

    private string? Counter(Fields fields, UnitKind kind, params CounterOf[] possible)
    {
        var scalar = fields.Scalar("counter", required: false);
        if (counters.Find(scalar) is { } counter && (!possible.Contains(counter.Of) || counter.Unit.Kind != kind))
        {
            findings.Error(CatalogueFindings.Unit, scalar!.Place,
                $"The counter '{counter.Code}' does not count what is priced here.",
                $"Use one 'of: {string.Join("' or '", possible.Select(Words<CounterOf>.Of))}' in a unit of the same kind.");
        }
        return scalar?.Text;
    }

    private decimal Price(YamlScalar scalar, string key) => Numbers.Read(
        scalar.Text, scalar.Place, key, -Fields.LargestAmount, Fields.LargestAmount, Numbers.PriceDecimals, findings);
}
