using Tollgate.Primitives;
using Tollgate.Storage.Catalogs;

namespace Tollgate.Storage.Charging;

/// <summary>A record within what is charged, and who is served; null: nobody among the locked customers.</summary>
internal readonly record struct AcceptedRecord(int Index, long Time, SubscriptionState? Subscription)
{
    internal long CustomerId => Subscription?.Account.Customer.Id ?? 0;
}

/// <summary>The order of the decisions about a batch, however it is locked.</summary>
internal sealed class ChargeDecisions(ChargePass pass)
{
    /// <summary>Settles what needs no price: twins in the batch, times out of range, known failures. The rest, with who is
    /// served.</summary>
    /// <param name="count">So many records, from the first on.</param>
    /// <param name="failures">By index, why a record could not be charged before.</param>
    /// <param name="underWay">Batches that are decided but perhaps not durable: reads of the database do not show them.</param>
    internal List<AcceptedRecord> Accept(
        ChargeWork work, int count, IReadOnlyDictionary<int, string> failures, IReadOnlyList<ChargeRows> underWay)
    {
        var accepted = new List<AcceptedRecord>(count);
        for (var i = 0; i < count; i++)
        {
            var record = work.Usage[i];
            if (!pass.FirstInBatch(record) || IsUnderWay(record.EventId, underWay))
            {
                pass.Rows.Duplicates.Add(i);
                continue;
            }
            if (failures.TryGetValue(i, out var failure))
            {
                pass.Hold(work, i, HoldReason.ChargingFailed, failure);
                continue;
            }
            var time = TimeCodec.ToMicroseconds(record.Start);
            if (pass.AcceptTime(work, i, time))
            {
                accepted.Add(new AcceptedRecord(i, time, pass.Guide(record.Subject, time)));
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
        accepted.Sort((a, b) => a.CustomerId != b.CustomerId ? a.CustomerId.CompareTo(b.CustomerId) : a.Index.CompareTo(b.Index));
        foreach (var (index, time, subscription) in accepted)
        {
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

    private static bool IsUnderWay(EventId id, IReadOnlyList<ChargeRows> underWay)
    {
        for (var i = 0; i < underWay.Count; i++)
        {
            if (underWay[i].Seen.Contains(id))
            {
                return true;
            }
        }
        return false;
    }
}
