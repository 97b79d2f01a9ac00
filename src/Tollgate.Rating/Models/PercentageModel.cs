using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>Percentages of the record's own price, graduated over the period's prices.</summary>
internal sealed class PercentageModel : CompiledModel
{
    private readonly Unit currency;
    private readonly int decimals;
    private readonly decimal[] ends;
    private readonly decimal[] percents;

    internal PercentageModel(PercentagePrice price, Unit currency, int decimals)
    {
        this.currency = currency;
        this.decimals = decimals;
        ends = [.. price.Tiers.Select(tier => tier.UpTo ?? decimal.MaxValue)];
        percents = [.. price.Tiers.Select(tier => tier.Percent)];
        if (ends.Length == 0 || ends[^1] != decimal.MaxValue || ends.Zip(ends.Skip(1)).Any(pair => pair.First >= pair.Second))
        {
            throw new ArgumentException("Tiers have rising ends, the last none.", nameof(price));
        }
    }

    internal override Exact Price(PricedEvent priced, in Piece piece, long from, long to)
    {
        if (!priced.TryExternalPrice(currency, out var amount))
        {
            return priced.RefusePrice(HoldReason.MissingPrice);
        }
        var before = Counter < 0 ? 0m : currency.FromStorage(priced.CountedBefore(Counter, 0));
        var sum = default(Exact);
        var start = 0m;
        for (var i = 0; i < ends.Length; i++)
        {
            var part = Math.Min(before + amount, ends[i]) - Math.Max(before, start);
            if (part > 0)
            {
                var percent = Exact.Of(percents[i], 2);
                sum += Exact.Of(part, decimals).Times(percent.Numerator, percent.Divisor * 10_000);
            }
            start = ends[i];
        }
        return sum;
    }

    internal override string Describe(CompiledPlan plan, in Tariff tariff) => percents.Length == 1
        ? FormattableString.Invariant($"{percents[0]:0.####} % of the record's own price")
        : FormattableString.Invariant($"{percents.Length} tiers of percentages of the record's own price");
}
