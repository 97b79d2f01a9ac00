using System.Globalization;
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
        for (var i = 0; i < ends.Length; i++)
        {
            var part = PartOf(i, before, amount);
            if (part != 0)
            {
                var percent = Exact.Of(percents[i], 2);
                sum += Exact.Of(part, decimals).Times(percent.Numerator, percent.Divisor * 10_000);
            }
        }
        return sum;
    }

    internal override string Explain(PricedEvent priced, in Piece piece, long from, long to, in Tariff tariff)
    {
        priced.TryExternalPrice(currency, out var amount);
        var before = Counter < 0 ? 0m : currency.FromStorage(priced.CountedBefore(Counter, 0));
        var parts = Enumerable.Range(0, ends.Length).Where(i => PartOf(i, before, amount) != 0).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"{percents[i]:0.######} % of {new Money(PartOf(i, before, amount), currency)}"));
        return string.Join(" + ", parts) + Counted(priced, 0);
    }

    /// <summary>What of a price falls into a tier; negative when the price is: it takes back what was counted before. The first
    /// tier has no beginning.</summary>
    private decimal PartOf(int tier, decimal before, decimal amount)
    {
        var (low, high) = amount < 0 ? (before + amount, before) : (before, before + amount);
        var part = Math.Min(high, ends[tier]) - (tier == 0 ? low : Math.Max(low, ends[tier - 1]));
        return part <= 0 ? 0 : amount < 0 ? -part : part;
    }

    internal override string Describe(CompiledPlan plan, in Tariff tariff) => percents.Length == 1
        ? FormattableString.Invariant($"{percents[0]:0.####} % of the record's own price")
        : FormattableString.Invariant($"{percents.Length} tiers of percentages of the record's own price");
}
