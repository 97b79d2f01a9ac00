using System.Runtime.InteropServices;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Storage.Charging;

/// <summary>One row of <c>charge</c>.</summary>
internal readonly record struct ChargeRow(
    UsageRecord Record, long Time, SubscriptionState Subscription, long Seq, int SlotNo, int PriceKeyId, int CatalogVersion,
    RatedUsage Rated)
{
    /// <summary>Note beside <see cref="UsageNotes"/>: allowances took other than one for one.</summary>
    internal const short Converted = 256;

    /// <summary>What is stored as notes.</summary>
    internal short Notes { get; init; }
}

/// <summary>One row of <c>pocket_movement</c>.</summary>
internal readonly record struct MovementRow(Pocket Pocket, long Seq, int Part, long Amount, long Before, long Time)
{
    internal const string Usage = "usage";
    internal const string Expiry = "expiry";

    /// <summary>What moved the pocket.</summary>
    internal string Kind { get; init; } = Usage;
}

/// <summary>One row of <c>charge_part</c>: <c>Charge</c> is an index of a charge.</summary>
internal readonly record struct PartRow(int Charge, int Part, int PriceKeyId, int Events, RatedPart Rated);

/// <summary>One row of <c>charge_leg</c>: <c>Charge</c> is an index of a charge.</summary>
internal readonly record struct LegRow(
    int Charge, int Number, Leg Leg, RatedLeg Rated, int PriceKeyId, LegParty? Party);

/// <summary>Who a leg's party is; 0 and 0: nobody is known yet.</summary>
internal readonly record struct LegParty(long Customer, long Account);

/// <summary>What a batch adds for a party: one row of <c>leg_due</c>.</summary>
/// <remarks><c>PartyKey</c>: by which it will be found when nobody is known yet, else empty. <c>Date</c>: of use,
/// UTC.</remarks>
internal readonly record struct DueKey(
    LegParty Party, string PartyKey, string Code, LegKind Kind, int PriceKeyId, LocalDate Date);

/// <summary>The sums of a <see cref="DueKey"/>.</summary>
internal readonly record struct DueSums(long Events, long Used, long Charged, long Amount);

/// <summary>One row of <c>usage_threshold</c>.</summary>
internal readonly record struct ThresholdRow(
    Pocket Pocket, int Percent, long Limit, SubscriptionState Subscription, EventId Event, long Time);

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
internal readonly record struct BalanceRow(Pocket Pocket, long Balance, Instant? LapsesAt);

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

    internal List<PartRow> Parts { get; } = [];

    internal List<LegRow> Legs { get; } = [];

    internal Dictionary<DueKey, DueSums> Dues { get; } = [];

    /// <summary>Adds what a leg of an event is for its party.</summary>
    internal void AddDue(DueKey key, long events, long used, long charged, long amount)
    {
        var sums = Dues.GetValueOrDefault(key);
        Dues[key] = new DueSums(sums.Events + events, sums.Used + used, sums.Charged + charged, sums.Amount + amount);
    }

    internal List<ThresholdRow> Thresholds { get; } = [];

    /// <summary>The account of each charge beyond its credit limit.</summary>
    internal List<AccountState> BeyondCredit { get; } = [];

    /// <summary>Stored pockets of which the part beyond the roll-over cap has lapsed.</summary>
    internal List<Pocket> Lapsed { get; } = [];

    internal List<HeldRow> Held { get; } = [];

    /// <summary>The events of <see cref="Held"/> that could be decoded.</summary>
    internal HashSet<EventId> HeldEvents { get; } = [];

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
        Parts.Clear();
        Legs.Clear();
        Dues.Clear();
        Thresholds.Clear();
        BeyondCredit.Clear();
        Lapsed.Clear();
        Held.Clear();
        HeldEvents.Clear();
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
        NewPockets.ForEach(pocket => NewBalances.Add(new BalanceRow(pocket, pocket.Balance, pocket.LapsesAt)));
        ChangedPockets.ForEach(pocket => ChangedBalances.Add(new BalanceRow(pocket, pocket.Balance, pocket.LapsesAt)));
    }

    /// <summary>Adds a charge, or a part of one, to its total.</summary>
    /// <param name="attempt">Number of the attempt.</param>
    internal void Sum(
        int attempt, SubscriptionState subscription, int priceKey, BillSpan period, int events, in RatedPart rated)
    {
        var totals = Totals;
        if (subscription.TotalsOf != attempt)
        {
            subscription.TotalsOf = attempt;
            subscription.FirstTotal = -1;
        }
        var at = subscription.FirstTotal;
        var span = CollectionsMarshal.AsSpan(totals);
        while (at >= 0 && (span[at].PriceKeyId != priceKey || !ReferenceEquals(span[at].Period, period)))
        {
            at = span[at].Next;
        }
        if (at < 0)
        {
            at = totals.Count;
            var key = new TotalKey(subscription.Account.SlotNo, priceKey, period.First);
            var stored = subscription.Totals.Contains(key);
            if (!stored)
            {
                subscription.Totals.Add(key);
            }
            totals.Add(new TotalRow(subscription, key.SlotNo, priceKey, period, stored, subscription.FirstTotal));
            subscription.FirstTotal = at;
            span = CollectionsMarshal.AsSpan(totals);
        }
        ref var total = ref span[at];
        total.Events += events;
        total.Used += rated.Used;
        total.Charged += rated.Charged;
        total.FromAllowances += rated.FromAllowances;
        total.Amount += rated.Amount;
        total.FromMoney += rated.FromMoney;
    }
}
