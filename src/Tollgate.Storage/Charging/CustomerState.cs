using NodaTime;
using Tollgate.Billing;
using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Storage.Charging;

/// <summary>What charging knows of one customer; true as long as the stored head has the same version. Times are
/// microseconds.</summary>
internal sealed class CustomerState(long id)
{
    internal long Id { get; } = id;

    internal long Version { get; set; }

    internal long Seq { get; set; }

    /// <summary>Latest event time charged; a later event cannot be a duplicate.</summary>
    internal long LastEventTime { get; set; } = long.MinValue;

    /// <summary>Number of the attempt that locked it last.</summary>
    internal int LockedBy { get; set; }

    /// <summary>Number of the attempt that changed it last.</summary>
    internal int ChangedBy { get; set; }

    internal List<SubscriptionState> Subscriptions { get; } = [];

    internal List<AccountState> Accounts { get; } = [];

    /// <summary>The identities under which guides lead here.</summary>
    internal List<ServiceIdentity> Identities { get; } = [];

    /// <summary>Hangs each add-on on its base; call it when all subscriptions are there.</summary>
    internal void HangAddOns()
    {
        foreach (var addOn in Subscriptions)
        {
            if (addOn.BaseId != 0)
            {
                Subscriptions.Find(one => one.Id == addOn.BaseId)?.AddOns.Add(addOn);
            }
        }
    }
}

/// <summary>A billing account.</summary>
internal sealed class AccountState(CustomerState customer, long id, string currency, BillCalendar calendar)
{
    internal CustomerState Customer { get; } = customer;

    internal long Id { get; } = id;

    internal string Currency { get; } = currency;

    internal BillCalendar Calendar { get; } = calendar;

    /// <summary>The open bill slot.</summary>
    internal int SlotNo { get; set; }

    /// <summary>False: the slot must be stored with the first charge.</summary>
    internal bool SlotStored { get; set; }

    /// <summary>Money pockets in the account's currency.</summary>
    internal List<Pocket> Money { get; } = [];
}

/// <summary>A pocket with its stored balance.</summary>
internal sealed class Pocket
{
    /// <summary>Ids from here on are not given out yet; they only keep the order of creation.</summary>
    internal const long Unnumbered = 1L << 62;

    internal required long Id { get; set; }

    internal required CustomerState Customer { get; init; }

    internal required AccountState Account { get; init; }

    /// <summary>0: of the whole account.</summary>
    internal required long SubscriptionId { get; init; }

    internal required string Allowance { get; init; }

    internal required string Unit { get; init; }

    internal required long Granted { get; init; }

    internal required long Balance { get; set; }

    internal required int Priority { get; init; }

    internal required Instant ValidFrom { get; init; }

    internal required Instant ValidTo { get; init; }

    internal int ChangedBy { get; set; }
}

/// <summary>A subscription with a view of its pockets as the rater wants them.</summary>
internal sealed class SubscriptionState(AccountState account, long id, string offer, long startedAt, long endedAt)
{
    private CompiledCatalogue? viewOf;
    private CompiledOffer? compiled;
    private long viewFrom;
    private long viewTo = long.MinValue;
    private Pocket[] view = [];
    private PocketState[] states = [];
    private CompiledOffer? grantedOffer;
    private BillSpan? grantedFor;

    internal AccountState Account { get; } = account;

    internal long Id { get; } = id;

    /// <summary>The offer at the start.</summary>
    internal string Offer { get; } = offer;

    /// <summary>Offers that it changed to, by time.</summary>
    internal List<(long At, string Offer)> Plans { get; } = [];

    internal long StartedAt { get; } = startedAt;

    /// <summary><see cref="long.MaxValue"/>: open.</summary>
    internal long EndedAt { get; } = endedAt;

    /// <summary>The subscription that this add-on hangs on; 0: it is none.</summary>
    internal long BaseId { get; init; }

    /// <summary>Add-ons that hang here, in id order, whatever their times.</summary>
    internal List<SubscriptionState> AddOns { get; } = [];

    /// <summary>Pockets of this subscription's allowances and its add-ons'.</summary>
    internal List<Pocket> Allowances { get; } = [];

    /// <summary>The usage totals that are stored for the open slot.</summary>
    internal List<TotalKey> Totals { get; } = [];

    /// <summary>First usage total of this attempt, an index into its list, and the attempt it belongs to.</summary>
    internal int FirstTotal { get; set; }

    internal int TotalsOf { get; set; }

    /// <summary>The pockets in the order of the last <see cref="Pockets"/>.</summary>
    internal Pocket[] View => view;

    /// <summary>The offer in a catalogue with the add-ons of a time, or null when the catalogue has no such offer.</summary>
    internal CompiledOffer? In(CompiledCatalogue catalogue, long time)
    {
        if (!ReferenceEquals(viewOf, catalogue) || time < viewFrom || time >= viewTo)
        {
            viewOf = catalogue;
            compiled = catalogue.Combined(OfferAt(time), AddOnsAt(time));
            view = [];
            states = [];
            if (compiled is not null)
            {
                BuildView(compiled);
            }
        }
        return compiled;
    }

    /// <summary>The offer at a time.</summary>
    internal string OfferAt(long time)
    {
        for (var i = Plans.Count - 1; i >= 0; i--)
        {
            if (Plans[i].At <= time)
            {
                return Plans[i].Offer;
            }
        }
        return Offer;
    }

    /// <summary>The add-ons in force at a time; notes from when to when they and the offer are the same.</summary>
    private List<string> AddOnsAt(long time)
    {
        (viewFrom, viewTo) = (long.MinValue, long.MaxValue);
        NarrowToPlans(this, time);
        var offers = new List<string>(AddOns.Count);
        foreach (var addOn in AddOns)
        {
            if (addOn.StartedAt <= time && time < addOn.EndedAt)
            {
                offers.Add(addOn.OfferAt(time));
            }
            Narrow(addOn.StartedAt, time);
            Narrow(addOn.EndedAt, time);
            NarrowToPlans(addOn, time);
        }
        return offers;
    }

    private void NarrowToPlans(SubscriptionState subscription, long time)
    {
        foreach (var (at, _) in subscription.Plans)
        {
            Narrow(at, time);
        }
    }

    private void Narrow(long change, long time) =>
        (viewFrom, viewTo) = change <= time ? (Math.Max(viewFrom, change), viewTo) : (viewFrom, Math.Min(viewTo, change));

    /// <summary>The pockets for the offer of the last <see cref="In"/>, with their balances of now.</summary>
    internal Span<PocketState> Pockets()
    {
        for (var i = 0; i < states.Length; i++)
        {
            states[i].Balance = view[i].Balance;
        }
        return states;
    }

    /// <summary>True when the pockets of the period's grants are known to be there.</summary>
    internal bool IsGranted(CompiledOffer offer, BillSpan period) =>
        ReferenceEquals(grantedOffer, offer) && ReferenceEquals(grantedFor, period);

    internal void SetGranted(CompiledOffer offer, BillSpan period) => (grantedOffer, grantedFor) = (offer, period);

    /// <summary>Pockets were added: build the view anew at the next <see cref="In"/>.</summary>
    internal void ForgetView() => viewOf = null;

    private void BuildView(CompiledOffer offer)
    {
        if (Allowances.Count == 0 && Account.Money.Count == 0)
        {
            return;
        }
        var pockets = new List<Pocket>();
        var built = new List<PocketState>();
        foreach (var pocket in Allowances)
        {
            for (var i = 0; i < offer.Allowances.Length; i++)
            {
                if (offer.Allowances[i].Code == pocket.Allowance)
                {
                    pockets.Add(pocket);
                    built.Add(StateOf(pocket, i));
                }
            }
        }
        foreach (var pocket in Account.Money)
        {
            pockets.Add(pocket);
            built.Add(StateOf(pocket, -1));
        }
        view = [.. pockets];
        states = [.. built];
    }

    private static PocketState StateOf(Pocket pocket, int allowance) => new()
    {
        Id = new PocketId(pocket.Id),
        Kind = allowance < 0 ? PocketKind.Money : PocketKind.Allowance,
        Allowance = allowance,
        Balance = pocket.Balance,
        Priority = pocket.Priority,
        ValidFrom = pocket.ValidFrom,
        ValidTo = pocket.ValidTo,
    };
}

/// <summary>What tells the usage totals of one subscription apart.</summary>
internal readonly record struct TotalKey(int SlotNo, int PriceKeyId, LocalDate Period);

/// <summary>A bill period with its bounds in microseconds.</summary>
internal sealed record BillSpan(LocalDate First, long From, long To);

/// <summary>The bill periods of a cycle in a zone, computed once each and shared by all accounts that have them.</summary>
internal sealed class BillCalendar(BillCycle cycle, IReadOnlyList<CycleMove> moves, DateTimeZone zone)
{
    private readonly List<BillSpan> spans = [];
    private BillSpan? last;

    internal BillCycle Cycle { get; } = cycle;

    internal DateTimeZone Zone { get; } = zone;

    internal BillSpan At(long time)
    {
        if (last is null || time < last.From || time >= last.To)
        {
            last = spans.Find(span => span.From <= time && time < span.To) ?? Add(time);
        }
        return last;
    }

    private BillSpan Add(long time)
    {
        var period = AccountCalendar.PeriodOn(Cycle, moves, TimeCodec.FromMicroseconds(time).InZone(Zone).Date);
        var bounds = period.In(Zone);
        var span = new BillSpan(period.From, TimeCodec.ToMicroseconds(bounds.Start), TimeCodec.ToMicroseconds(bounds.End));
        spans.Add(span);
        return span;
    }
}
