using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Storage.Charging;

/// <summary>One row of <c>charge</c>.</summary>
internal readonly record struct ChargeRow(
    UsageRecord Record, long Time, SubscriptionState Subscription, long Seq, int SlotNo, int PriceKeyId, int CatalogVersion,
    RatedUsage Rated);

/// <summary>One row of <c>pocket_movement</c>.</summary>
internal readonly record struct MovementRow(Pocket Pocket, long Seq, int Part, long Amount, long Before, long Time);

/// <summary>What a batch adds to one row of <c>usage_total</c>.</summary>
/// <remarks><c>Stored</c>: the row is there; otherwise it is new. <c>Next</c>: index of the subscription's next one, or
/// -1.</remarks>
internal record struct TotalRow(
    SubscriptionState Subscription, int SlotNo, int PriceKeyId, BillSpan Period, bool Stored, int Next)
{
    internal long Events { get; set; }

    internal long Used { get; set; }

    internal long Charged { get; set; }

    internal long FromAllowances { get; set; }

    internal long Amount { get; set; }

    internal long FromMoney { get; set; }
}

/// <summary>What a head becomes. A value, because the customer's state in memory may be further already.</summary>
/// <remarks><c>Expected</c>: the version that the decisions rest on.</remarks>
internal readonly record struct HeadRow(long Customer, long Expected, long Seq, long Version, long LastEventTime);

/// <summary>A pocket with the balance that is to be saved.</summary>
internal readonly record struct BalanceRow(Pocket Pocket, long Balance);

/// <summary>A record that could not be charged. <c>Index</c> is its place among the work's usage, -1 for an undecodable
/// one.</summary>
internal sealed record HeldRow(
    int Index, EventId Key, long Offset, long Line, HoldReason Reason, string Detail, string Raw, long? Time, string Subject);

/// <summary>Everything that one attempt has to save.</summary>
internal sealed class ChargeRows
{
    /// <summary>The events of the batch.</summary>
    internal HashSet<EventId> Seen { get; } = [];

    internal List<ChargeRow> Charges { get; } = [];

    internal List<MovementRow> Movements { get; } = [];

    internal List<TotalRow> Totals { get; } = [];

    /// <summary>Customers with a new head, by id.</summary>
    internal List<CustomerState> Customers { get; } = [];

    internal List<AccountState> NewSlots { get; } = [];

    internal List<Pocket> NewPockets { get; } = [];

    internal List<Pocket> ChangedPockets { get; } = [];

    /// <summary>Filled by <see cref="Close"/>: what is to be saved of heads and pockets.</summary>
    internal List<HeadRow> Heads { get; } = [];

    internal List<BalanceRow> NewBalances { get; } = [];

    internal List<BalanceRow> ChangedBalances { get; } = [];

    internal List<HeldRow> Held { get; } = [];

    /// <summary>Indices of usage records that are charged or held already.</summary>
    internal List<int> Duplicates { get; } = [];

    internal void Clear()
    {
        Seen.Clear();
        Charges.Clear();
        Movements.Clear();
        Totals.Clear();
        Customers.Clear();
        NewSlots.Clear();
        NewPockets.Clear();
        ChangedPockets.Clear();
        Heads.Clear();
        NewBalances.Clear();
        ChangedBalances.Clear();
        Held.Clear();
        Duplicates.Clear();
    }

    /// <summary>Takes down what heads and pockets are now, at the end of the decisions.</summary>
    internal void Close()
    {
        foreach (var customer in Customers)
        {
            Heads.Add(new HeadRow(
                customer.Id, customer.Version - 1, customer.Seq, customer.Version, customer.LastEventTime));
        }
        NewPockets.ForEach(pocket => NewBalances.Add(new BalanceRow(pocket, pocket.Balance)));
        ChangedPockets.ForEach(pocket => ChangedBalances.Add(new BalanceRow(pocket, pocket.Balance)));
    }
}
