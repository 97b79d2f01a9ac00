using Tollgate.Primitives;
using Tollgate.Storage.Catalogs;

namespace Tollgate.Storage.Charging;

/// <summary>A record within what is charged, and who is served; null: nobody among the locked customers.</summary>
/// <remarks><c>Rank</c>: the customer's place among the locked ones, from 1; 0: nobody's.</remarks>
internal readonly record struct AcceptedRecord(int Index, long Time, SubscriptionState? Subscription, int Rank);

/// <summary>The order of the decisions about a batch, however it is locked.</summary>
internal sealed class ChargeDecisions(ChargePass pass, RecordGuides guides)
{
    private long[] order = [];

    /// <summary>Settles what needs no price: twins in the batch, times out of range, known failures. The rest, with who is
    /// served.</summary>
    /// <param name="count">So many records, from the first on.</param>
    /// <param name="failures">By index, why a record could not be charged before.</param>
    /// <param name="underWay">Batches that are decided but perhaps not durable: reads of the database do not show them.</param>
    internal List<AcceptedRecord> Accept(
        ChargeWork work, int count, IReadOnlyDictionary<int, string> failures, IReadOnlyList<ChargeRows> underWay)
    {
        var accepted = new List<AcceptedRecord>(count);
        guides.Refresh(work, count);
        pass.Rows.Seen.EnsureCapacity(count);
        for (var i = 0; i < count; i++)
        {
            var record = work.Usage[i];
            var time = TimeCodec.ToMicroseconds(record.Start);
            var subscription = pass.Guide(guides[i], time);
            if (!pass.FirstInBatch(record) || IsUnderWay(record.EventId, subscription, time, underWay))
            {
                pass.Rows.Duplicates.Add(i);
                continue;
            }
            if (failures.TryGetValue(i, out var failure))
            {
                pass.Hold(work, i, HoldReason.ChargingFailed, failure);
                continue;
            }
            if (pass.AcceptTime(work, i, time))
            {
                accepted.Add(new AcceptedRecord(i, time, subscription, subscription?.Account.Customer.Rank ?? 0));
            }
        }
        return accepted;
    }

    /// <summary>Charges or holds what was accepted, customer by customer, each one's in file order: what is saved then stands in
    /// the order of the primary keys, so that neighbours in the indexes are written together. Nothing that is decided for one
    /// customer depends on another one.</summary>
    internal void Decide(
        ChargeWork work, List<AcceptedRecord> accepted, HashSet<EventId> twins, CatalogueTimeline timeline,
        Action<UsageRecord>? beforeRating)
    {
        if (order.Length < accepted.Count)
        {
            order = new long[accepted.Capacity];
        }
        for (var i = 0; i < accepted.Count; i++)
        {
            order[i] = ((long)accepted[i].Rank << 32) | (uint)i;
        }
        Array.Sort(order, 0, accepted.Count);
        for (var i = 0; i < accepted.Count; i++)
        {
            var (index, time, subscription, _) = accepted[(int)(order[i] & int.MaxValue)];
            var record = work.Usage[index];
            if (twins.Count > 0 && twins.Contains(record.EventId))
            {
                pass.Rows.Duplicates.Add(index);
            }
            else if (subscription is null)
            {
                pass.Hold(work, index, HoldReason.UnknownSubscriber, $"No service has {record.Subject} at "
                    + $"{ChargePass.Show(time)}.");
            }
            else
            {
                beforeRating?.Invoke(record);
                pass.Charge(work, index, time, subscription, timeline);
            }
        }
    }

    /// <summary>True: a batch under way has the event. One that is later than all that its customer was charged for can only be
    /// held there.</summary>
    private static bool IsUnderWay(
        EventId id, SubscriptionState? subscription, long time, IReadOnlyList<ChargeRows> underWay)
    {
        var later = subscription is not null && time > subscription.Account.Customer.LastEventTime;
        for (var i = 0; i < underWay.Count; i++)
        {
            if ((later ? underWay[i].HeldEvents : underWay[i].Seen).Contains(id))
            {
                return true;
            }
        }
        return false;
    }
}
