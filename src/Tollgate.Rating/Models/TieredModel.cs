using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>total(before + units) − total(before).</summary>
internal sealed class TieredModel : CompiledModel
{
    private readonly TierRule rule;
    private readonly long[] ends;
    private readonly Exact[] rates;
    private readonly Exact[] flats;
    // Total at the end of the tier before, for graduated tiers.
    private readonly Exact[] below;

    internal TieredModel(TieredPrice price, Unit per, int decimals)
    {
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

    internal override string Describe(CompiledPlan plan, in Tariff tariff) =>
        $"{ends.Length} tiers, {rule.ToString().ToLowerInvariant()}, per {tariff.Unit}";

    private Exact Total(long quantity)
    {
        if (quantity <= 0)
        {
            return default;
        }
        var tier = 0;
        while (quantity > ends[tier])
        {
            tier++;
        }
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
