using System.Numerics;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Tests.Rating;

/// <summary>
/// Prices of one call as obviously as possible: walks over its milliseconds in blocks, one unit after the other, and adds up
/// fractions of big whole numbers. Shares no code with the rater.
/// </summary>
internal static class SlowRater
{
    /// <summary>A sum of fractions, never rounded.</summary>
    internal readonly record struct Ratio(BigInteger Top, BigInteger Bottom)
    {
        internal static Ratio Of(decimal value)
        {
            var scale = BigInteger.Pow(10, value.Scale);
            return new Ratio(new BigInteger(value * (decimal)scale), scale);
        }

        internal Ratio Plus(Ratio other) => new(Top * other.Bottom + other.Top * Bottom, Bottom * other.Bottom);

        internal Ratio Times(BigInteger top, BigInteger bottom) => new(Top * top, Bottom * bottom);

        /// <summary>Rounded half up to millionths of the major unit, in stored euro steps of 10^-8.</summary>
        internal long Stored()
        {
            var scaled = Top * 1_000_000 * 2 + (Top.Sign < 0 ? -Bottom : Bottom);
            return (long)(BigInteger.Divide(scaled, Bottom * 2) * 100);
        }
    }

    /// <summary>A call by steps of age, one block after the other.</summary>
    internal static Ratio Steps(IReadOnlyList<AgeStep> steps, long used, Unit per)
    {
        var sum = new Ratio(0, 1);
        for (var at = 0L; at < used;)
        {
            var step = steps.Last(one => one.From <= at);
            sum = sum.Plus(Ratio.Of(step.PerUnit).Times(step.Block, per.StoragePerUnit));
            at += step.Block;
        }
        return sum;
    }

    /// <summary>A call over bands, one block after the other, each by the band in which it is opened.</summary>
    internal static Ratio Split(
        RatePlan plan, TimeBandSet set, IReadOnlyList<LocalDate> holidays, Instant start, long used, Func<string,
            UsagePrice> rule)
    {
        var charged = new Dictionary<UsagePrice, BigInteger>(ReferenceEqualityComparer.Instance);
        for (var at = 0L; at < used;)
        {
            var local = (start + Duration.FromMilliseconds(at)).InZone(plan.TimeZone).LocalDateTime;
            var minute = local.Hour * 60 + local.Minute;
            var band = set.Bands.Where(one => one.CoversDate(local.Date, holidays.Contains(local.Date))
                    && one.FromMinute <= minute && minute < one.ToMinute)
                .Select(one => one.Code).FirstOrDefault("other");
            var price = rule(band);
            var block = at == 0 && price.Increments.First > 0 ? price.Increments.First : price.Increments.Next;
            charged[price] = charged.GetValueOrDefault(price) + block;
            at += block;
        }
        return charged.Aggregate(new Ratio(0, 1), (sum, one) =>
            sum.Plus(Ratio.Of(one.Key.PerUnit).Times(one.Value, one.Key.Per.StoragePerUnit)));
    }

    /// <summary>Tiers, one unit after the other for graduated ones.</summary>
    internal static Ratio Total(TieredPrice price, long quantity, Unit per)
    {
        if (quantity == 0)
        {
            return new Ratio(0, 1);
        }
        Tier TierOf(long unit) => price.Tiers.First(tier => tier.UpTo is null || unit <= tier.UpTo);
        switch (price.Rule)
        {
            case TierRule.StairStep:
                return Ratio.Of(TierOf(quantity).Flat);
            case TierRule.Volume:
                return Ratio.Of(TierOf(quantity).Flat).Plus(Ratio.Of(TierOf(quantity).PerUnit).Times(quantity,
                    per.StoragePerUnit));
            default:
                var sum = new Ratio(0, 1);
                var entered = new HashSet<Tier>();
                for (var unit = 1L; unit <= quantity; unit++)
                {
                    var tier = TierOf(unit);
                    sum = sum.Plus(Ratio.Of(tier.PerUnit).Times(1, per.StoragePerUnit));
                    var common = BigInteger.GreatestCommonDivisor(sum.Top, sum.Bottom);
                    sum = common.IsZero ? sum : new Ratio(sum.Top / common, sum.Bottom / common);
                    if (entered.Add(tier))
                    {
                        sum = sum.Plus(Ratio.Of(tier.Flat));
                    }
                }
                return sum;
        }
    }
}
