using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;
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

    /// <summary>Its place, from 1, among the customers of that attempt in id order.</summary>
    internal int Rank { get; set; }

    /// <summary>Number of the last search for candidates that came across it.</summary>
    internal int FoundBy { get; set; }

    /// <summary>Number of the attempt that changed it last.</summary>
    internal int ChangedBy { get; set; }

    /// <summary>One for each account that pays or paid a subscription.</summary>
    internal List<SubscriptionState> Subscriptions { get; } = [];

    internal List<AccountState> Accounts { get; } = [];

    /// <summary>The reseller, and its first account; 0: none.</summary>
    internal long ParentId { get; set; }

    internal long ParentAccountId { get; set; }

    /// <summary>Pockets that all subscriptions of the customer share.</summary>
    internal List<Pocket> Shared { get; } = [];

    /// <summary>Raised when a shared pocket is added or gets its id: views of pockets must be built anew.</summary>
    internal int SharedVersion { get; set; }

    /// <summary>Lists of numbers that hold for all subscriptions.</summary>
    internal List<ListedNumber> Numbers { get; } = [];

    /// <summary>The identities under which guides lead here.</summary>
    internal List<ServiceIdentity> Identities { get; } = [];

    /// <summary>Hangs each add-on on its base; call it when all subscriptions are there.</summary>
    internal void HangAddOns()
    {
        foreach (var addOn in Subscriptions)
        {
            if (addOn.BaseId != 0 && !addOn.Continues)
            {
                foreach (var one in Of(addOn.BaseId))
                {
                    one.AddOns.Add(addOn);
                }
            }
        }
    }

    /// <summary>The subscription with each account that pays or paid it, in the order of time.</summary>
    internal IEnumerable<SubscriptionState> Of(long subscription) => Subscriptions.Where(one => one.Id == subscription);

    /// <summary>Another account pays a subscription from a time on; one that is not the customer's changes nothing.</summary>
    internal void Transfer(long subscription, long at, long account)
    {
        if (Accounts.Find(one => one.Id == account) is not { } to)
        {
            return;
        }
        var before = Of(subscription).First(one => one.Paid is [.., { To: long.MaxValue }]);
        before.Paid[^1] = (before.Paid[^1].From, at);
        if (Of(subscription).FirstOrDefault(one => one.Account == to) is not { } payer)
        {
            payer = before.PaidBy(to);
            Subscriptions.Add(payer);
        }
        payer.Paid.Add((at, long.MaxValue));
    }
}

/// <summary>A subscription as one account pays it, with a view of its pockets as the rater wants them. Its allowances and
/// counters go with it from account to account.</summary>
internal sealed partial class SubscriptionState(AccountState account, long id, string offer, long startedAt, long endedAt)
{
    private CompiledCatalogue? viewOf;
    private CompiledOffer? compiled;
    private long viewFrom;
    private long viewTo = long.MinValue;
    private Pocket[] view = [];
    private PocketState[] states = [];
    private bool viewBuilt;
    private int sharedVersion;
    private ImmutableArray<int> addOnQuantities = [];
    private CompiledOffer? grantedOffer;
    private Instant grantedFrom;
    private Instant grantedTo;

    internal AccountState Account { get; } = account;

    internal long Id { get; } = id;

    /// <summary>The offer at the start.</summary>
    internal string Offer { get; } = offer;

    /// <summary>Offers that it changed to, by time.</summary>
    internal List<(long At, string Offer)> Plans { get; private init; } = [];

    /// <summary>Limits of its own by time: steps of a cap, counter or allowance; null: the offer's again.</summary>
    internal List<(long At, string Code, long? Steps)> Limits { get; private init; } = [];

    /// <summary>How many of it there are, by time; the first is that of the start.</summary>
    internal List<(long At, int Quantity)> Quantities { get; init; } = [];

    /// <summary>When the account pays, in the order of time.</summary>
    internal List<(long From, long To)> Paid { get; private init; } = [(long.MinValue, long.MaxValue)];

    /// <summary>Another account paid it first.</summary>
    internal bool Continues { get; private init; }

    /// <summary>The same subscription for another account, which does not pay it yet.</summary>
    internal SubscriptionState PaidBy(AccountState other) => new(other, Id, Offer, StartedAt, EndedAt)
    {
        BaseId = BaseId, Plans = Plans, Limits = Limits, Quantities = Quantities, Allowances = Allowances, Numbers = Numbers,
        Paid = [], Continues = true,
    };

    internal long StartedAt { get; } = startedAt;

    /// <summary><see cref="long.MaxValue"/>: open.</summary>
    internal long EndedAt { get; } = endedAt;

    /// <summary>The subscription that this add-on hangs on; 0: it is none.</summary>
    internal long BaseId { get; init; }

    /// <summary>Add-ons that hang here, in id order, whatever their times.</summary>
    internal List<SubscriptionState> AddOns { get; } = [];

    /// <summary>Pockets of this subscription's allowances and its add-ons', and its counters.</summary>
    internal List<Pocket> Allowances { get; private init; } = [];

    /// <summary>Its own lists of numbers.</summary>
    internal List<ListedNumber> Numbers { get; private init; } = [];

    /// <summary>What discounts look at beside the event; kept as long as it is true.</summary>
    internal FactsView Facts { get; } = new();

    /// <summary>When the add-ons of the last <see cref="In"/> began, in the order in which they were combined.</summary>
    internal ImmutableArray<Instant> AddOnStarts { get; private set; } = [];

    /// <summary>The earliest time at which a pocket of the view partly lapses.</summary>
    internal Instant NextLapse { get; private set; } = Instant.MaxValue;

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
            compiled = catalogue.Combined(OfferAt(time), AddOnsAt(catalogue, time));
            if (compiled is not null && catalogue.HasShared)
            {
                compiled = catalogue.Pooled(compiled, OthersAt(catalogue, time));
            }
            compiled = compiled?.WithQuantities(QuantityAt(time), addOnQuantities);
            if (compiled is not null && Limits.Count > 0 && LimitsAt(time) is { Count: > 0 } limits)
            {
                compiled = compiled.WithLimits(limits);
            }
            viewBuilt = false;
        }
        return compiled;
    }

    /// <summary>The add-ons in force at a time; notes from when to when they and the offer are the same.</summary>
    private List<string> AddOnsAt(CompiledCatalogue catalogue, long time)
    {
        (viewFrom, viewTo) = (long.MinValue, long.MaxValue);
        (AddOnStarts, addOnQuantities) = ([], []);
        NarrowToPlans(this, time);
        var offers = new List<string>(AddOns.Count);
        foreach (var addOn in AddOns)
        {
            if (addOn.StartedAt <= time && time < addOn.EndedAt)
            {
                var code = addOn.OfferAt(time);
                offers.Add(code);
                if (catalogue.Offers.ContainsKey(code))
                {
                    AddOnStarts = AddOnStarts.Add(TimeCodec.FromMicroseconds(addOn.StartedAt));
                    addOnQuantities = addOnQuantities.Add(addOn.QuantityAt(time));
                }
            }
            Narrow(addOn.StartedAt, time);
            Narrow(addOn.EndedAt, time);
            NarrowToPlans(addOn, time);
        }
        return offers;
    }

    /// <summary>What the customer's other subscriptions have at a time; notes from when to when it is the same.</summary>
    private List<(CompiledOffer Offer, bool SameAccount)> OthersAt(CompiledCatalogue catalogue, long time)
    {
        var others = new List<(CompiledOffer, bool)>();
        foreach (var other in Account.Customer.Subscriptions)
        {
            if (other.Id == Id || other.BaseId != 0)
            {
                continue;
            }
            foreach (var (from, to) in other.Paid)
            {
                Narrow(from, time);
                Narrow(to, time);
            }
            Narrow(other.StartedAt, time);
            Narrow(other.EndedAt, time);
            NarrowToPlans(other, time);
            foreach (var addOn in other.AddOns)
            {
                Narrow(addOn.StartedAt, time);
                Narrow(addOn.EndedAt, time);
                NarrowToPlans(addOn, time);
            }
            if (other.Paid.Exists(paid => paid.From <= time && time < paid.To)
                && other.StartedAt <= time && time < other.EndedAt && catalogue.Combined(
                other.OfferAt(time), [.. other.AddOns.Where(one => one.StartedAt <= time && time < one.EndedAt)
                    .Select(one => one.OfferAt(time))]) is { } offer)
            {
                others.Add((offer, other.Account == Account));
            }
        }
        return others;
    }

    private void Narrow(long change, long time) =>
        (viewFrom, viewTo) = change <= time ? (Math.Max(viewFrom, change), viewTo) : (viewFrom, Math.Min(viewTo, change));

    /// <summary>The pockets for the offer of the last <see cref="In"/>, with their balances of now: those that events of the
    /// time of the last <see cref="SetGranted"/> can move.</summary>
    internal Span<PocketState> Pockets()
    {
        if (!viewBuilt || sharedVersion != Account.Customer.SharedVersion)
        {
            BuildView(compiled!);
        }
        for (var i = 0; i < states.Length; i++)
        {
            states[i].Balance = view[i].Balance;
        }
        return states;
    }

    /// <summary>True when the pockets that the offer grants for a time are known to be there.</summary>
    internal bool IsGranted(CompiledOffer offer, Instant time) =>
        ReferenceEquals(grantedOffer, offer) && grantedFrom <= time && time < grantedTo;

    /// <summary>Notes for which times the grants of an offer are there.</summary>
    internal void SetGranted(CompiledOffer offer, Instant from, Instant to)
    {
        (grantedOffer, grantedFrom, grantedTo) = (offer, from, to);
        viewBuilt = false;
    }

    /// <summary>Pockets were added or got their ids: build the view anew, and look again what is granted.</summary>
    internal void ForgetView()
    {
        viewBuilt = false;
        grantedOffer = null;
    }

    private void BuildView(CompiledOffer offer)
    {
        viewBuilt = true;
        sharedVersion = Account.Customer.SharedVersion;
        NextLapse = Instant.MaxValue;
        view = [];
        states = [];
        var shared = Account.Shared.Count + Account.Customer.Shared.Count;
        if (Allowances.Count + shared + Account.Money.Count == 0)
        {
            return;
        }
        var pockets = new List<Pocket>();
        var built = new List<PocketState>();
        AddViews(offer, Allowances, SharingScope.Subscription, pockets, built);
        AddViews(offer, Account.Shared, SharingScope.Account, pockets, built);
        AddViews(offer, Account.Customer.Shared, SharingScope.Customer, pockets, built);
        foreach (var pocket in Account.Money)
        {
            pockets.Add(pocket);
            built.Add(StateOf(pocket, -1));
        }
        view = [.. pockets];
        states = [.. built];
    }

    /// <summary>Adds pockets that the offer names and that are valid at any time for which grants are known.</summary>
    private void AddViews(
        CompiledOffer offer, List<Pocket> from, SharingScope scope, List<Pocket> pockets, List<PocketState> built)
    {
        var bounded = ReferenceEquals(grantedOffer, offer);
        foreach (var pocket in from)
        {
            if (bounded && (pocket.ValidFrom >= grantedTo || pocket.ValidTo <= grantedFrom))
            {
                continue;
            }
            var count = pocket.Kind == PocketKind.Counter ? offer.Counters.Length : offer.Allowances.Length;
            for (var i = 0; i < count; i++)
            {
                var (code, shared) = pocket.Kind == PocketKind.Counter
                    ? (offer.Counters[i].Code, offer.Counters[i].Shared)
                    : (offer.Allowances[i].Code, offer.Allowances[i].Shared);
                if (code == pocket.Allowance && shared == scope)
                {
                    pockets.Add(pocket);
                    built.Add(StateOf(pocket, i));
                    NextLapse = Instant.Min(NextLapse, pocket.LapsesAt ?? Instant.MaxValue);
                }
            }
        }
    }

    private static PocketState StateOf(Pocket pocket, int allowance) => new()
    {
        Id = new PocketId(pocket.Id),
        Kind = allowance < 0 ? PocketKind.Money : pocket.Kind,
        Allowance = allowance,
        Balance = pocket.Balance,
        Granted = pocket.Kind == PocketKind.Allowance ? pocket.Granted : 0,
        Priority = pocket.Priority,
        ValidFrom = pocket.ValidFrom,
        ValidTo = pocket.ValidTo,
    };
}

/// <summary>What tells the usage totals of one subscription apart.</summary>
internal readonly record struct TotalKey(int SlotNo, int PriceKeyId, LocalDate Period);
