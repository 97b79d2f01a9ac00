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
/// <remarks><c>Stored</c>: the row is there; otherwise it is new. <c>Next</c>: index of the subscription's next one, or -1.</remarks>
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

/// <summary>A record that could not be charged. <c>Index</c> is its place among the work's usage, -1 for an undecodable
/// one.</summary>
internal sealed record HeldRow(
    int Index, EventId Key, long Offset, long Line, HoldReason Reason, string Detail, string Raw, long? Time, string Subject);

/// <summary>Everything that one attempt has to save.</summary>
internal sealed class ChargeRows
{
    internal List<ChargeRow> Charges { get; } = [];

    internal List<MovementRow> Movements { get; } = [];

    internal List<TotalRow> Totals { get; } = [];

    /// <summary>Customers with a new head, by id.</summary>
    internal List<CustomerState> Customers { get; } = [];

    internal List<AccountState> NewSlots { get; } = [];

    internal List<Pocket> NewPockets { get; } = [];

    internal List<Pocket> ChangedPockets { get; } = [];

    internal List<HeldRow> Held { get; } = [];

    /// <summary>Indices of usage records that are charged or held already.</summary>
    internal List<int> Duplicates { get; } = [];

    internal void Clear()
    {
        Charges.Clear();
        Movements.Clear();
        Totals.Clear();
        Customers.Clear();
        NewSlots.Clear();
        NewPockets.Clear();
        ChangedPockets.Clear();
        Held.Clear();
        Duplicates.Clear();
    }
}
