using System.Collections.Frozen;
using Tollgate.Catalog;

namespace Tollgate.Rating;

/// <summary>A discount of an offer in index form. Immutable.</summary>
internal sealed class CompiledDiscount
{
    private readonly FrozenSet<string> zones;
    private readonly FrozenSet<string> bands;

    internal CompiledDiscount(UsageDiscount source)
    {
        if (source.Percent is < 0 or > 100 || source.Amount < 0)
        {
            throw new ArgumentException(
                $"Discount '{source.Code}' is not 0 to 100 percent and a positive amount.", nameof(source));
        }
        Source = source;
        Left = Exact.Of(1 - source.Percent / 100, 0);
        zones = source.Zones.ToFrozenSet(StringComparer.Ordinal);
        bands = source.Bands.ToFrozenSet(StringComparer.Ordinal);
    }

    internal UsageDiscount Source { get; }

    /// <summary>What the percentage leaves of 1.</summary>
    internal Exact Left { get; }

    internal bool Fits(PricedEvent priced, SubscriberFacts facts) =>
        (Source.Services.IsEmpty || Source.Services.Contains(priced.Record.Service))
        && (zones.Count == 0 || zones.Contains(priced.ZoneName))
        && (bands.Count == 0 || bands.Contains(priced.BandName))
        && (Source.Numbers is null
            || (facts.Numbers.TryGetValue(Source.Numbers, out var numbers) && numbers.Contains(priced.Record.Destination)))
        && (Source.WithOffers.IsEmpty || HasOne(facts))
        && (Source.When is null || Source.When.Holds(priced));

    private bool HasOne(SubscriberFacts facts)
    {
        foreach (var offer in Source.WithOffers)
        {
            if (facts.Offers.Contains(offer))
            {
                return true;
            }
        }
        return false;
    }
}

/// <summary>Step 8: the discounts of the offer, one after the other, each on what the one before left.</summary>
internal static class Discounting
{
    /// <summary>The amount after discounts.</summary>
    internal static Exact Apply(PricedEvent priced, SubscriberFacts facts, in Exact amount, RatingTrace? trace)
    {
        var left = amount;
        foreach (var discount in priced.Offer!.Discounts)
        {
            if (!left.IsPositive || !discount.Fits(priced, facts))
            {
                continue;
            }
            var before = left;
            left = left.Times(discount.Left.Numerator, discount.Left.Divisor)
                - Exact.Of(discount.Source.Amount, priced.Plan.Rounding.Decimals);
            left = left.IsPositive ? left : default;
            trace?.Discount(priced.Plan, discount.Source, before, left);
            if (discount.Source.Exclusive)
            {
                break;
            }
        }
        return left;
    }
}
