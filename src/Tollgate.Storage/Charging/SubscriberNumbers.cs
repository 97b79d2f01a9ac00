using System.Collections.Frozen;
using Tollgate.Rating;

namespace Tollgate.Storage.Charging;

/// <summary>A number of a list, valid in [From, To), microseconds.</summary>
internal readonly record struct ListedNumber(string List, string Number, long From, long To);

/// <summary>The facts of a subscriber at a time, kept as long as they are the same.</summary>
internal sealed class FactsView
{
    private SubscriberFacts? facts;
    private long from;
    private long to;

    /// <summary>The lists of the subscription and its customer, and the customer's offers, at a time.</summary>
    internal SubscriberFacts At(SubscriptionState subscription, long time)
    {
        if (facts is null || time < from || time >= to)
        {
            (from, to) = (long.MinValue, long.MaxValue);
            var customer = subscription.Account.Customer;
            var numbers = subscription.Numbers.Concat(customer.Numbers).Where(one => Holds(one.From, one.To, time)).ToList();
            var offers = customer.Subscriptions.Where(one => Holds(one.StartedAt, one.EndedAt, time)).Select(one => one.Offer);
            facts = new SubscriberFacts
            {
                Numbers = numbers.GroupBy(one => one.List, StringComparer.Ordinal).ToFrozenDictionary(
                    list => list.Key, list => list.Select(one => one.Number).ToFrozenSet(StringComparer.Ordinal),
                    StringComparer.Ordinal),
                Offers = offers.ToFrozenSet(StringComparer.Ordinal),
            };
        }
        return facts;
    }

    /// <summary>True within [start, end); narrows the time for which the facts hold.</summary>
    private bool Holds(long start, long end, long time)
    {
        foreach (var change in (ReadOnlySpan<long>)[start, end])
        {
            (from, to) = change <= time ? (Math.Max(from, change), to) : (from, Math.Min(to, change));
        }
        return start <= time && time < end;
    }
}
