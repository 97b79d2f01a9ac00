using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>total(before + units) − total(before).</summary>
internal sealed class TieredModel : CompiledModel
{
    private readonly TieredPrice source;
    private readonly TierRule rule;
    private readonly long[] ends;
    private readonly Exact[] rates;
    private readonly Exact[] flats;
    // Total at the end of the tier before, for graduated tiers.
    private readonly Exact[] below;

    internal TieredModel(TieredPrice price, Unit per, int decimals)
    {
        source = price;
        rule = price.Rule;
        ends = [.. price.Tiers.Select(tier => tier.UpTo ?? long.MaxValue)];
        if (ends.Length == 0 || ends[^1] != long.MaxValue || ends.Zip(ends.Skip(1)).Any(pair => pair.First >= pair.Second))
        {
            throw new ArgumentException("Tiers have rising ends, the last none.", nameof(price));
        }
        rates = [.. price.Tiers.Select(tier => AgeStepsModel.PerBaseUnit(tier.PerUnit, per, decimals))];
        flats = [.. price.Tiers.Select(tier => Exact.Of(tier.Flat, decimals))];
        below = new Exact[ends.Length];
        for (var i = 1; i < ends.Length; i++)
        {
            below[i] = below[i - 1] + flats[i - 1] + rates[i - 1] * (ends[i - 1] - Start(i - 1));
        }
    }

    internal override Exact Price(PricedEvent priced, in Piece piece, long from, long to)
    {
        var before = Counter < 0 ? 0 : priced.CountedBefore(Counter, from);
        return Total(before + (to - from)) - Total(before);
    }

    internal override bool Grows(in Piece piece) => source.Grows;

    internal override string Describe(CompiledPlan plan, in Tariff tariff) =>
        $"{ends.Length} tiers, {rule.ToString().ToLowerInvariant()}, per {tariff.Unit}";

    internal override string Explain(PricedEvent priced, in Piece piece, long from, long to, in Tariff tariff)
    {
        var before = Counter < 0 ? 0 : priced.CountedBefore(Counter, from);
        var after = before + (to - from);
        var parts = new List<string>();
        if (rule == TierRule.Graduated)
        {
            for (var tier = 0; tier < ends.Length; tier++)
            {
                var units = Math.Min(after, ends[tier]) - Math.Max(before, Start(tier));
                if (units > 0)
                {
                    var entered = before <= Start(tier) ? source.Tiers[tier].Flat : 0;
                    parts.Add(InTier(priced, tier, units, entered, tariff));
                }
            }
            return string.Join(" + ", parts) + Counted(priced, from);
        }
        foreach (var quantity in (ReadOnlySpan<long>)[after, before])
        {
            if (quantity > 0)
            {
                var tier = TierOf(quantity);
                parts.Add($"[{Explanation.Quantity(quantity, tariff)} in all: {
                    InTier(priced, tier, rule == TierRule.Volume ? quantity : 0, source.Tiers[tier].Flat, tariff)}]");
            }
        }
        return string.Join(" − ", parts) + Counted(priced, from);
    }

    /// <summary>What units cost in a tier, in words.</summary>
    private string InTier(PricedEvent priced, int tier, long units, decimal flat, in Tariff tariff)
    {
        var currency = priced.Plan.Source.Currency;
        var rate = $"{Explanation.Quantity(units, tariff)} × {new Money(source.Tiers[tier].PerUnit, currency)} per {tariff.Unit}";
        var fixedPart = new Money(flat, currency).ToString();
        return units == 0 ? fixedPart : flat == 0 ? rate : $"{fixedPart} + {rate}";
    }

    private int TierOf(long quantity)
    {
        var tier = 0;
        while (quantity > ends[tier])
        {
            tier++;
        }
        return tier;
    }

    private Exact Total(long quantity)
    {
        if (quantity <= 0)
        {
            return default;
        }
        var tier = TierOf(quantity);
        return rule switch
        {
            TierRule.Graduated => below[tier] + flats[tier] + rates[tier] * (quantity - Start(tier)),
            TierRule.Volume => flats[tier] + rates[tier] * quantity,
            TierRule.StairStep => flats[tier],
            _ => throw new InvalidOperationException($"Unknown tier rule {rule}."),
        };
    }

    private long Start(int tier) => tier == 0 ? 0 : ends[tier - 1];
}
