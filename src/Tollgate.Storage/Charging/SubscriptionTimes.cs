using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Storage.Charging;

/// <summary>What changes with time: offer, quantity, limits.</summary>
internal sealed partial class SubscriptionState
{
    /// <summary>The limits of a time; notes from when to when they are the same.</summary>
    private Dictionary<string, long> LimitsAt(long time)
    {
        var limits = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (at, code, steps) in Limits)
        {
            Narrow(at, time);
            if (at > time)
            {
                continue;
            }
            if (steps is { } limit)
            {
                limits[code] = limit;
            }
            else
            {
                limits.Remove(code);
            }
        }
        return limits;
    }

    /// <summary>The offer at a time.</summary>
    internal string OfferAt(long time) => OfferSince(time).Offer;

    /// <summary>The offer at a time, and when the subscription took it.</summary>
    internal (string Offer, long Since) OfferSince(long time)
    {
        for (var i = Plans.Count - 1; i >= 0; i--)
        {
            if (Plans[i].At <= time)
            {
                return (Plans[i].Offer, Plans[i].At);
            }
        }
        return (Offer, StartedAt);
    }

    private int QuantityAt(long time)
    {
        var quantity = 1;
        foreach (var (at, one) in Quantities)
        {
            quantity = at <= time ? one : quantity;
        }
        return quantity;
    }

    /// <summary>When the quantity of it or of an add-on changed for the last time up to a time; the start: never.</summary>
    internal long QuantitySince(long time)
    {
        var since = StartedAt;
        foreach (var one in AddOns.Append(this))
        {
            foreach (var (at, _) in one.Quantities)
            {
                since = at <= time && at > one.StartedAt ? Math.Max(since, at) : since;
            }
        }
        return since;
    }

    private void NarrowToPlans(SubscriptionState subscription, long time)
    {
        foreach (var (at, _) in subscription.Plans)
        {
            Narrow(at, time);
        }
        foreach (var (at, _) in subscription.Quantities)
        {
            Narrow(at, time);
        }
    }
}
