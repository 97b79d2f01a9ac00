using System.Collections.Frozen;
using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage.Catalogs;
using Tollgate.Storage.Charging;

namespace Tollgate.Storage.Replay;

/// <summary>
/// Charges events of a customer again, from stored inputs: puts the pockets back to what they were before the first of them,
/// then takes
/// the way of fresh usage (<see cref="ChargePass"/>), event by event, with top-ups and adjustments in their places. In memory
/// only; the
/// customer's state must be freshly loaded and is changed. For one thread at a time.
/// </summary>
internal sealed class CustomerReplay(ChargePass pass)
{
    private readonly Dictionary<long, Pocket> pockets = [];
    private readonly Dictionary<(long Id, long Account), SubscriptionState> subscriptions = [];
    private readonly Dictionary<long, List<StoredMovement>> draws = [];
    private readonly Dictionary<long, long> lapsed = [];

    /// <summary>Charges again what the plan selects, and everything later.</summary>
    internal CustomerReplayed Run(CustomerState customer, ReplayPlan plan)
    {
        var selected = plan.Charges.Select(charge => (Charge: charge, Timeline: plan.Selected(charge)))
            .Where(one => one.Timeline is not null).ToDictionary(one => one.Charge.Seq, one => one.Timeline!);
        if (selected.Count == 0)
        {
            return new CustomerReplayed([], [], [], FrozenDictionary<Pocket, long>.Empty);
        }
        Know(customer);
        var stored = pockets.Values.ToFrozenDictionary(pocket => pocket, pocket => pocket.Balance);
        var first = plan.Charges.Where(charge => selected.ContainsKey(charge.Seq)).Min(charge => Place(charge, plan.Order));
        var again = plan.Charges.Where(charge => Place(charge, plan.Order).CompareTo(first) >= 0)
            .OrderBy(charge => Place(charge, plan.Order)).ToList();
        var others = PutBack(plan, again, first);
        var removed = Ungrant(customer, plan, again, selected);
        var (granted, moved) = (pass.Rows.NewPockets.Count, pass.Rows.Movements.Count);
        var slots = customer.Accounts.FindAll(account => !account.SlotStored);
        var totals = customer.Subscriptions.ConvertAll(subscription => subscription.Totals.Count);
        var replayed = new List<ReplayedCharge>(again.Count);
        var work = WorkOf(again);
        var next = 0;
        for (var i = 0; i < again.Count; i++)
        {
            var place = Place(again[i], plan.Order);
            for (; next < others.Count && Place(others[next], plan.Order).CompareTo(place) < 0; next++)
            {
                Move(others[next]);
            }
            var timeline = selected.GetValueOrDefault(again[i].Seq);
            if (timeline is not null || plan.Window is null)
            {
                replayed.Add(Charge(
                    plan, work, i, again[i], timeline ?? plan.Version(again[i].CatalogVersion), timeline is not null, removed));
            }
        }
        for (; next < others.Count; next++)
        {
            Move(others[next]);
        }
        // What the replay would have stored is not stored.
        slots.ForEach(account => account.SlotStored = false);
        for (var i = 0; i < totals.Count; i++)
        {
            customer.Subscriptions[i].Totals.RemoveRange(totals[i], customer.Subscriptions[i].Totals.Count - totals[i]);
        }
        var regrants = Regrants(removed, pass.Rows.NewPockets.Skip(granted));
        return new CustomerReplayed(replayed, regrants, Lapses(plan, regrants, pass.Rows.Movements.Skip(moved)), stored);
    }

    /// <summary>Puts the pockets back to what they were before a charge; nothing is charged.</summary>
    internal void Before(CustomerState customer, ReplayPlan plan, StoredCharge charge)
    {
        Know(customer);
        var first = Place(charge, plan.Order);
        PutBack(plan, [.. plan.Charges.Where(one => Place(one, plan.Order).CompareTo(first) >= 0)], first);
    }

    /// <summary>What a charge drew, when it was put back.</summary>
    internal IReadOnlyList<StoredMovement> DrawsOf(StoredCharge charge) => draws.GetValueOrDefault(charge.Seq) ?? [];

    internal static ChargeWork WorkOf(IEnumerable<StoredCharge> charges) => new()
    {
        Source = "", File = default, Usage = [.. charges.Select(charge => charge.Record)], Text = NoText.Instance,
    };

    private static (long, long) Place(StoredCharge charge, ReplayOrder order) =>
        order == ReplayOrder.Charge ? (charge.OrderSeq, 0) : (charge.Time, charge.OrderSeq);

    private static (long, long) Place(StoredMovement movement, ReplayOrder order) => order == ReplayOrder.Charge
        ? (movement.Seq, movement.Part)
        : (TimeCodec.ToMicroseconds(movement.At), movement.Seq);

    private void Know(CustomerState customer)
    {
        pockets.Clear();
        subscriptions.Clear();
        draws.Clear();
        lapsed.Clear();
        foreach (var account in customer.Accounts)
        {
            account.Money.ForEach(pocket => pockets.Add(pocket.Id, pocket));
            account.Shared.ForEach(pocket => pockets.Add(pocket.Id, pocket));
        }
        customer.Shared.ForEach(pocket => pockets.Add(pocket.Id, pocket));
        foreach (var subscription in customer.Subscriptions)
        {
            subscriptions[(subscription.Id, subscription.Account.Id)] = subscription;
            if (!subscription.Continues)
            {
                subscription.Allowances.ForEach(pocket => pockets.Add(pocket.Id, pocket));
            }
        }
    }

    /// <summary>Takes back all movements from the first place on; the answer are those that usage did not make, in their
    /// order.</summary>
    private List<StoredMovement> PutBack(ReplayPlan plan, List<StoredCharge> again, (long, long) first)
    {
        var sequences = again.ConvertAll(charge => charge.Seq).ToHashSet();
        var others = new List<StoredMovement>();
        // What lapsed of a pocket lapses again at its place; corrections of it come later and belong to it.
        var lapsing = plan.Movements.Where(movement => movement.Kind == MovementRow.Expiry).GroupBy(movement => movement.Pocket)
            .Where(group => group.Min(movement => Place(movement, plan.Order)).CompareTo(first) >= 0)
            .Select(group => group.Key).ToHashSet();
        foreach (var movement in plan.Movements)
        {
            if (plan.Window is not null)
            {
                Move(movement, -1);
            }
            else if (movement.Kind == MovementRow.Expiry)
            {
                if (lapsing.Contains(movement.Pocket) && pockets.TryGetValue(movement.Pocket, out var pocket))
                {
                    Move(movement, -1);
                    pocket.LapsesAt ??= movement.At;
                    lapsed[pocket.Id] = lapsed.GetValueOrDefault(pocket.Id) + movement.Amount;
                }
            }
            else if (sequences.Contains(movement.Seq))
            {
                (draws.TryGetValue(movement.Seq, out var list) ? list : draws[movement.Seq] = []).Add(movement);
                Move(movement, -1);
            }
            else if (movement.Kind is not (StoredMovement.Usage or StoredMovement.Reversal or StoredMovement.Regrant)
                && Place(movement, plan.Order).CompareTo(first) >= 0)
            {
                others.Add(movement);
                Move(movement, -1);
            }
        }
        return [.. others.OrderBy(movement => Place(movement, plan.Order))];
    }

    private void Move(StoredMovement movement, int sign = 1)
    {
        if (pockets.TryGetValue(movement.Pocket, out var pocket))
        {
            pocket.Balance += sign * movement.Amount;
        }
    }

    /// <summary>
    /// Takes away the allowance pockets that only repriced usage and what follows it have touched, so that the first event grants
    /// them anew by its catalogue; shared ones, when that holds for everybody who shares them. A pocket that earlier usage has
    /// drawn from, or might have, stays as it was granted.
    /// </summary>
    private static Dictionary<PocketKey, Pocket> Ungrant(
        CustomerState customer, ReplayPlan plan, List<StoredCharge> again, Dictionary<long, CatalogueTimeline> selected)
    {
        var removed = new Dictionary<PocketKey, Pocket>();
        var sequences = again.ConvertAll(charge => charge.Seq).ToHashSet();
        foreach (var subscription in customer.Subscriptions)
        {
            if (!subscription.Continues)
            {
                Remove(subscription.Allowances, charge => charge.Subscription.Value == subscription.Id);
            }
            subscription.ForgetView();
        }
        foreach (var account in customer.Accounts)
        {
            Remove(account.Shared, charge => charge.Account.Value == account.Id);
        }
        Remove(customer.Shared, _ => true);
        return removed;

        void Remove(List<Pocket> from, Func<StoredCharge, bool> draws)
        {
            if (from.Count == 0)
            {
                return;
            }
            var own = plan.Charges.Where(draws).ToList();
            foreach (var pocket in from.ToList())
            {
                if (pocket.ValidFrom < plan.Window || pocket.Given)
                {
                    continue;
                }
                var inside = own.FindAll(charge =>
                    pocket.ValidFrom <= charge.Record.Start && charge.Record.Start < pocket.ValidTo);
                if (inside.TrueForAll(charge => sequences.Contains(charge.Seq))
                    && inside.Exists(charge => selected.ContainsKey(charge.Seq)))
                {
                    from.Remove(pocket);
                    removed.Add(PocketKey.Of(pocket), pocket);
                }
            }
        }
    }

    private ReplayedCharge Charge(
        ReplayPlan plan, ChargeWork work, int index, StoredCharge old, CatalogueTimeline? timeline, bool selected,
        Dictionary<PocketKey, Pocket> removed)
    {
        var (charges, moves, held) = (pass.Rows.Charges.Count, pass.Rows.Movements.Count, pass.Rows.Held.Count);
        var (part, leg) = (pass.Rows.Parts.Count, pass.Rows.Legs.Count);
        var drew = DrawsOf(old);
        if (timeline is null || !subscriptions.TryGetValue((old.Subscription.Value, old.Account.Value), out var subscription))
        {
            return Refused(timeline is null
                ? FormattableString.Invariant($"Catalogue version {old.CatalogVersion} is gone.")
                : $"There is no {old.Subscription} any more.");
        }
        pass.Charge(work, index, old.Time, subscription, timeline);
        if (pass.Rows.Held.Count > held)
        {
            return Refused(pass.Rows.Held[^1].Detail);
        }
        var row = pass.Rows.Charges[charges];
        var now = pass.Rows.Movements.GetRange(moves, pass.Rows.Movements.Count - moves);
        now.RemoveAll(movement => movement.Kind == MovementRow.Expiry);
        var same = row.PriceKeyId == old.PriceKeyId && row.Rated.Charged == old.Charged
            && row.Rated.FromAllowances == old.FromAllowances && row.Rated.Amount == old.Amount
            && row.Rated.FromMoney == old.FromMoney && SameDraws(drew, now, removed);
        var parts = pass.Rows.Parts.GetRange(part, pass.Rows.Parts.Count - part);
        var legs = pass.Rows.Legs.GetRange(leg, pass.Rows.Legs.Count - leg);
        same &= plan.Window is not null || (SameParts(old.Parts, parts) && SameLegs(old.Legs, legs));
        return new ReplayedCharge(old, selected, row, "", now, drew, !same) { Parts = parts, Legs = legs };

        ReplayedCharge Refused(string why)
        {
            foreach (var movement in drew)
            {
                Move(movement);
            }
            return new ReplayedCharge(old, selected, default, why, [], drew, false);
        }
    }

    private static bool SameParts(IReadOnlyList<StoredPart> old, List<PartRow> now) =>
        old.SequenceEqual(now.Select(row => new StoredPart(
            row.PriceKeyId, row.Events, row.Rated.Used, row.Rated.Charged, row.Rated.FromAllowances, row.Rated.Amount,
            row.Rated.FromMoney)));

    /// <summary>Whether other parties' prices are the same; who the party is, is not looked at.</summary>
    private static bool SameLegs(IReadOnlyList<StoredLeg> old, List<LegRow> now) =>
        old.Select(leg => (leg.Code, leg.PriceKeyId, leg.Refusal, leg.Used, leg.Charged, leg.Amount)).SequenceEqual(now.Select(
            row => (row.Leg.Code, row.PriceKeyId, (short)(row.Rated.Refusal ?? default(HoldReason)), row.Rated.Used,
                row.Rated.Charged, row.Rated.Amount)));

    private static bool SameDraws(
        IReadOnlyList<StoredMovement> old, List<MovementRow> now, Dictionary<PocketKey, Pocket> removed)
    {
        if (old.Count != now.Count)
        {
            return false;
        }
        foreach (var draw in now)
        {
            var pocket = removed.GetValueOrDefault(PocketKey.Of(draw.Pocket)) ?? draw.Pocket;
            if (!old.Any(one => one.Pocket == pocket.Id && one.Amount == draw.Amount))
            {
                return false;
            }
        }
        return true;
    }

    private static List<Regrant> Regrants(Dictionary<PocketKey, Pocket> removed, IEnumerable<Pocket> granted)
    {
        var pairs = new List<Regrant>();
        foreach (var pocket in granted)
        {
            pairs.Add(removed.Remove(PocketKey.Of(pocket), out var old)
                ? new Regrant(old, pocket)
                : new Regrant(null, pocket));
        }
        pairs.AddRange(removed.Values.Select(old => new Regrant(old, null)));
        return pairs;
    }

    /// <summary>What lapses of pockets, where it did or does.</summary>
    private List<LapseChange> Lapses(ReplayPlan plan, List<Regrant> regrants, IEnumerable<MovementRow> moved)
    {
        var (old, at) = (new Dictionary<Pocket, long>(), new Dictionary<Pocket, Instant>());
        foreach (var (id, amount) in lapsed)
        {
            old[pockets[id]] = amount;
        }
        foreach (var regrant in regrants)
        {
            if (regrant.Old is { } before)
            {
                old.Remove(before);
                old[regrant.New ?? before] = plan.Movements
                    .Where(movement => movement.Pocket == before.Id && movement.Kind == MovementRow.Expiry)
                    .Sum(movement => movement.Amount);
            }
        }
        var now = new Dictionary<Pocket, long>();
        foreach (var movement in moved.Where(movement => movement.Kind == MovementRow.Expiry))
        {
            now[movement.Pocket] = now.GetValueOrDefault(movement.Pocket) + movement.Amount;
            at[movement.Pocket] = TimeCodec.FromMicroseconds(movement.Time);
        }
        return
        [
            .. old.Keys.Union(now.Keys)
                .Select(pocket => new LapseChange(
                    pocket, old.GetValueOrDefault(pocket), now.GetValueOrDefault(pocket),
                    at.GetValueOrDefault(pocket, pocket.ValidTo)))
                .Where(change => change.Old != change.New)
                .OrderBy(change => change.Pocket.ValidFrom).ThenBy(change => change.Pocket.Id),
        ];
    }
}
