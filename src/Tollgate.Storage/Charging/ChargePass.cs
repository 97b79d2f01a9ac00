using System.Globalization;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;
using Tollgate.Storage.Catalogs;

namespace Tollgate.Storage.Charging;

/// <summary>
/// The decisions of one attempt, in memory: which subscription, which price, which pockets; or why not. Customers must be locked
/// and
/// fresh. What it decides stands in <see cref="Rows"/>; the states of the customers are changed with it, so that after a failure
/// they
/// must be dropped. For one thread at a time; reused.
/// </summary>
internal sealed class ChargePass(CustomerCache cache, ChargeSettings settings)
{
    private readonly Dictionary<CatalogueEntry, Rater> raters = [];
    private readonly List<SubscriptionState> newViews = [];
    private PocketDraw[] draws = new PocketDraw[16];
    private CatalogueTimeline? entryOf;
    private CatalogueEntry? entry;
    private Rater? rater;
    private Instant entryTo = Instant.MinValue;
    private readonly PocketGrants grants = new();
    private int attempt;
    private long tooOld;
    private long tooNew;

    internal ChargeRows Rows { get; private set; } = new();

    /// <summary>Receives the steps of every event that is rated; null on the way of fresh usage.</summary>
    internal RatingTrace? Trace { get; set; }

    /// <summary>What becomes of usage beyond a credit limit.</summary>
    internal BeyondCredit BeyondCredit { get; set; } = settings.BeyondCredit;

    /// <summary>How much would have been allowed of the last event that was refused for the credit limit, base units.</summary>
    internal long Allowed { get; private set; }

    /// <summary>Begins an attempt.</summary>
    /// <param name="rows">What its decisions are noted in.</param>
    internal void Start(int number, Instant now, ChargeRows rows)
    {
        attempt = number;
        Rows = rows;
        Rows.Clear();
        newViews.Clear();
        entry = null;
        tooOld = TimeCodec.ToMicroseconds(now.InUtc().LocalDateTime.PlusMonths(-settings.LatenessMonths).InUtc().ToInstant());
        tooNew = TimeCodec.ToMicroseconds(now + settings.Skew);
    }

    /// <summary>False: seen before in this batch.</summary>
    internal bool FirstInBatch(UsageRecord record) => Rows.Seen.Add(record.EventId);

    /// <summary>True when the time is within what is charged; otherwise the record is held.</summary>
    internal bool AcceptTime(ChargeWork work, int index, long time)
    {
        if (time < tooOld)
        {
            Hold(work, index, HoldReason.TooOld,
                $"{Show(time)} is more than {settings.LatenessMonths.ToString(CultureInfo.InvariantCulture)} months ago.");
            return false;
        }
        if (time > tooNew)
        {
            Hold(work, index, HoldReason.FromTheFuture, $"{Show(time)} is in the future: check the clock and the zone of the "
                + "source.");
            return false;
        }
        if (work.Usage[index].DurationMs > (tooNew - time) / 1000)
        {
            Hold(work, index, HoldReason.FromTheFuture, $"It began at {Show(time)} and would end in the future: check the duration.");
            return false;
        }
        return true;
    }

    /// <summary>The subscription that had the identity of these guides at this time, among the locked customers; or null.</summary>
    internal SubscriptionState? Guide(Guide? first, long time)
    {
        for (var guide = first; guide is not null; guide = guide.Next)
        {
            var subscription = guide.Subscription;
            if (guide.From <= time && time < guide.To && subscription.StartedAt <= time && time < subscription.EndedAt
                && subscription.Account.Customer.LockedBy == attempt)
            {
                return subscription;
            }
        }
        return null;
    }

    /// <summary>Rates one event and notes what is to be saved.</summary>
    internal void Charge(ChargeWork work, int index, long time, SubscriptionState subscription, CatalogueTimeline timeline)
    {
        var record = work.Usage[index];
        if (!Select(timeline, PriceTime(timeline, subscription, record.Start)))
        {
            Hold(work, index, HoldReason.NoRatePlan, $"No catalogue version is in force at {Show(time)}.");
            return;
        }
        var offer = subscription.In(entry!.Compiled, time);
        if (offer?.Currency(record.Service) is not { } currency)
        {
            Hold(work, index, HoldReason.NoRatePlan, offer is null
                ? $"Catalogue version {Show(entry.Version)} has no offer '{subscription.OfferAt(time)}'."
                : $"Offer '{subscription.OfferAt(time)}' has no rate plan for {Show(record.Service)} in catalogue version "
                    + $"{Show(entry.Version)}.");
            return;
        }
        if (currency.Code != subscription.Account.Currency)
        {
            Hold(work, index, HoldReason.NoRatePlan,
                $"{HoldWords.Plans(offer, record)}: in {currency.Code}, but the account in {subscription.Account.Currency}.");
            return;
        }
        var period = subscription.Account.Calendar.At(time);
        if ((!offer.Allowances.IsEmpty || !offer.Counters.IsEmpty) && !subscription.IsGranted(offer, record.Start))
        {
            Grant(subscription, offer, record.Start);
        }
        var pockets = subscription.Pockets();
        if (subscription.NextLapse <= record.Start)
        {
            Lapse(subscription, offer, record.Start);
            pockets = subscription.Pockets();
        }
        if (draws.Length < pockets.Length)
        {
            draws = new PocketDraw[pockets.Length * 2];
        }
        var facts = offer.Source.UsageDiscounts.IsEmpty ? null : subscription.Facts.At(subscription, time);
        var rated = rater!.Rate(offer, record, pockets, draws, Trace, facts);
        if (rated.Refusal is { } refusal)
        {
            Hold(work, index, refusal, HoldWords.Of(refusal, record, offer, rater.LastPlan));
            return;
        }
        if (subscription.Account.Credit is { } credit && rated.Amount > 0 && BeyondCredit != BeyondCredit.Ignore
            && credit.Room(subscription.Account.Money, record.Start) is var room && Own(rated, subscription) > room)
        {
            if (credit.Holds || BeyondCredit == BeyondCredit.Refuse)
            {
                RefuseBeyond(work, index, subscription, offer, facts, rated, room);
                return;
            }
            rated = rated with { Notes = rated.Notes | UsageNotes.BeyondCredit };
            Rows.BeyondCredit.Add(subscription.Account);
        }
        Note(record, time, subscription, period, rated);
    }

    /// <summary>Holds an event that costs more than is left, and finds out how much would have been allowed.</summary>
    private void RefuseBeyond(
        ChargeWork work, int index, SubscriptionState subscription, CompiledOffer offer, SubscriberFacts? facts, RatedUsage rated,
        long room)
    {
        var record = work.Usage[index];
        var credit = subscription.Account.Credit!;
        var cost = credit.Show(Own(rated, subscription));
        Allowed = CreditSearch.Allowed(
            record, one => rater!.Rate(offer, one, subscription.Pockets(), draws, null, facts),
            one => Own(one, subscription) <= room);
        Hold(work, index, HoldReason.CreditLimitReached,
            $"It costs {cost}, and {credit.Show(room)} are left within the credit limit: "
            + $"{CreditSearch.Words(record, Allowed)} would have been allowed.");
    }

    /// <summary>What an event of the last rating takes of the account's own: money pockets and the bill, not allowances of
    /// money.</summary>
    private long Own(in RatedUsage rated, SubscriptionState subscription)
    {
        var own = rated.Amount - rated.FromMoney;
        for (var i = 0; i < rated.Draws; i++)
        {
            own += subscription.View[draws[i].Pocket].Kind == PocketKind.Money ? draws[i].Taken : 0;
        }
        return own;
    }

    /// <summary>Puts a record into suspense.</summary>
    internal void Hold(ChargeWork work, int index, HoldReason reason, string detail)
    {
        var record = work.Usage[index];
        Rows.HeldEvents.Add(record.EventId);
        Rows.Held.Add(new HeldRow(
            index, record.EventId, record.Offset, work.Text.Line(record), reason, detail, work.Text.Raw(record),
            TimeCodec.ToMicroseconds(record.Start), record.Subject.Value));
    }

    /// <summary>Call when the attempt is durable: pockets have got their ids.</summary>
    internal void Done()
    {
        foreach (var subscription in newViews)
        {
            subscription.ForgetView();
            if (subscription.Account.Shared.Count + subscription.Account.Customer.Shared.Count > 0)
            {
                subscription.Account.Customer.SharedVersion++;
            }
        }
    }

    internal static string Show(long time) =>
        TimeCodec.FromMicroseconds(time).ToString("uuuu-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Show(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Show(ServiceKind service) => service.ToString().ToLowerInvariant();

    /// <summary>The time whose catalogue version prices the use.</summary>
    internal static Instant PriceTime(CatalogueTimeline timeline, SubscriptionState subscription, Instant at) => timeline.Pins
        ? PriceTime(timeline, subscription.OfferSince(TimeCodec.ToMicroseconds(at)), subscription.Account.Calendar.Zone, at)
        : at;

    private static Instant PriceTime(
        CatalogueTimeline timeline, (string Offer, long Since) taken, DateTimeZone zone, Instant at) =>
        timeline.PriceTime(taken.Offer, TimeCodec.FromMicroseconds(taken.Since), zone, at);

    private bool Select(CatalogueTimeline timeline, Instant time)
    {
        if (entry is not null && ReferenceEquals(entryOf, timeline) && time >= entry.EffectiveFrom && time < entryTo)
        {
            return true;
        }
        entryOf = timeline;
        entry = timeline.At(time);
        if (entry is null)
        {
            return false;
        }
        var later = timeline.Entries.Where(other => other.EffectiveFrom > entry.EffectiveFrom).ToList();
        entryTo = later.Count == 0 ? Instant.MaxValue : later.Min(other => other.EffectiveFrom);
        if (!raters.TryGetValue(entry, out rater))
        {
            rater = new Rater(entry.Compiled);
            raters.Add(entry, rater);
        }
        return true;
    }

    /// <summary>Creates the pockets that the event needs and that are not there yet.</summary>
    private void Grant(SubscriptionState subscription, CompiledOffer offer, Instant at)
    {
        var added = grants.Add(subscription, entry!.Compiled, offer, at, attempt);
        if (added.Count > 0)
        {
            Rows.NewPockets.AddRange(added);
            newViews.Add(subscription);
            Change(subscription.Account.Customer);
        }
    }

    /// <summary>Takes out what of pockets lapsed before the event.</summary>
    private void Lapse(SubscriptionState subscription, CompiledOffer offer, Instant at)
    {
        var customer = subscription.Account.Customer;
        var part = 0;
        foreach (var (pocket, lapsed, time) in PocketGrants.Lapse(subscription, offer, at))
        {
            Change(customer);
            if (part == 0)
            {
                customer.Seq++;
            }
            var before = pocket.Balance;
            pocket.Balance -= lapsed;
            Rows.Movements.Add(new MovementRow(pocket, customer.Seq, part++, -lapsed, before, TimeCodec.ToMicroseconds(time))
            {
                Kind = MovementRow.Expiry,
            });
            Touch(pocket);
            if (pocket.Id < Pocket.Unnumbered)
            {
                Rows.Lapsed.Add(pocket);
            }
        }
    }

    private void Touch(Pocket pocket)
    {
        if (pocket.ChangedBy != attempt)
        {
            pocket.ChangedBy = attempt;
            Rows.ChangedPockets.Add(pocket);
        }
    }

    private void Note(UsageRecord record, long time, SubscriptionState subscription, BillSpan period, in RatedUsage rated)
    {
        var account = subscription.Account;
        var customer = account.Customer;
        Change(customer);
        if (!account.SlotStored)
        {
            account.SlotStored = true;
            Rows.NewSlots.Add(account);
        }
        var seq = ++customer.Seq;
        customer.LastEventTime = Math.Max(customer.LastEventTime, time);
        var priceKey = entry!.PriceKeyIds[rated.PriceKey];
        account.Credit?.Owe(rated);
        var drawn = 0L;
        for (var i = 0; i < rated.Draws; i++)
        {
            var draw = draws[i];
            var pocket = subscription.View[draw.Pocket];
            pocket.Balance = draw.Before - draw.Taken;
            drawn += pocket.Kind == PocketKind.Counter ? 0 : draw.Taken;
            Rows.Movements.Add(new MovementRow(pocket, seq, i, -draw.Taken, draw.Before, time));
            Touch(pocket);
        }
        var notes = (short)((byte)rated.Notes + (drawn == rated.FromAllowances + rated.FromMoney ? 0 : ChargeRow.Converted));
        Rows.Charges.Add(new ChargeRow(record, time, subscription, seq, account.SlotNo, priceKey, entry.Version, rated)
        {
            Notes = notes,
        });
        if (rated.Parts > 1)
        {
            AddParts(subscription, period, record);
        }
        else
        {
            Rows.Sum(attempt, subscription, priceKey, period, record.Events, new RatedPart(
                0, rated.Used, rated.Charged, rated.FromAllowances, rated.Amount, rated.FromMoney));
        }
        if (!rater!.Legs.IsEmpty)
        {
            AddLegs(subscription, record);
        }
        foreach (var crossed in rater.Thresholds)
        {
            Rows.Thresholds.Add(new ThresholdRow(
                subscription.View[crossed.Pocket], crossed.Percent, crossed.Limit, subscription, record.EventId, time));
        }
    }

    /// <summary>The shares of a split event: each adds to the total of its own price key.</summary>
    private void AddParts(SubscriptionState subscription, BillSpan period, UsageRecord record)
    {
        var number = 0;
        foreach (var part in rater!.Parts)
        {
            var priceKey = entry!.PriceKeyIds[part.PriceKey];
            var events = number == 0 ? record.Events : 0;
            Rows.Parts.Add(new PartRow(Rows.Charges.Count - 1, number++, priceKey, events, part));
            Rows.Sum(attempt, subscription, priceKey, period, events, part);
        }
    }

    /// <summary>The prices of other parties, and what the batch adds for each of them.</summary>
    private void AddLegs(SubscriptionState subscription, UsageRecord record)
    {
        var number = 0;
        var customer = subscription.Account.Customer;
        foreach (var rated in rater!.Legs)
        {
            var leg = entry!.Compiled.Legs[rated.Leg];
            var party = cache.Parties.Find(leg, customer);
            var priceKey = rated.Refusal is null ? entry.PriceKeyIds[rated.PriceKey] : 0;
            Rows.Legs.Add(new LegRow(Rows.Charges.Count - 1, number++, leg, rated, priceKey, party));
            if (rated.Refusal is null)
            {
                Rows.AddDue(LegParties.Due(leg.Code, leg.Kind, leg, party, customer, priceKey, record.Start),
                    record.Events, rated.Used, rated.Charged, rated.Amount);
            }
        }
    }

    private void Change(CustomerState customer)
    {
        if (customer.ChangedBy != attempt)
        {
            customer.ChangedBy = attempt;
            customer.Version++;
            Rows.Customers.Add(customer);
        }
    }
}
