using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Charging;
using Tollgate.Storage.Customers;
using static NpgsqlTypes.NpgsqlDbType;
using ReratedUsage = Tollgate.Billing.ReratedUsage;

namespace Tollgate.Storage.Replay;

/// <summary>Collects the postings of re-rated customers and saves them: reversals and new charges, the movements of their
/// pockets, and
/// the state that follows.</summary>
internal sealed class RerateWriter(
    BookWork work, IdBlock ids, RerateRunId run, Instant now, PriceKeys keys, Func<int, CompiledCatalogue?> version)
{
    private readonly List<Revision> revisions = [];
    private readonly List<Posting> movements = [];
    private readonly List<Pocket> terms = [];
    private readonly ChargeRows rows = new();
    private readonly RevisionShares shares = new(work, version);
    private readonly Dictionary<(SubscriptionState Subscription, int Slot, int Key, LocalDate Period), ReratedUsage> rerated = [];
    private Dictionary<long, long> balances = [];

    private readonly record struct Revision(
        StoredCharge Old, ChargeRow? New, int Generation, long Seq, SubscriptionState Subscription, int Slot);

    private readonly record struct Posting(
        long Customer, long Pocket, long Seq, int Part, string Kind, long Amount, long Before, long Time);

    /// <summary>By how much an allowance is granted differently, in its stored steps.</summary>
    internal static long GrantChange(Regrant regrant, IEnumerable<StoredMovement> movements) =>
        (regrant.New?.Granted ?? 0) - (regrant.Old is { } old
            ? old.Granted
                + movements.Where(one => one.Pocket == old.Id && one.Kind == StoredMovement.Regrant).Sum(one => one.Amount)
            : 0);

    /// <summary>Adds what a customer's replay changes; the customer's state gets what will be stored.</summary>
    internal void Add(CustomerState customer, Head head, CustomerReplayed result, IReadOnlyList<StoredMovement> moved)
    {
        customer.Seq = head.Seq;
        customer.Version = head.Version + 1;
        customer.LastEventTime = head.LastEventTime;
        balances = result.StoredBalances.ToDictionary(pair => pair.Key.Id, pair => pair.Value);
        foreach (var regrant in result.Regrants)
        {
            Regrant(customer, regrant, GrantChange(regrant, moved));
        }
        foreach (var one in result.Charges)
        {
            if (one.Changed)
            {
                Replace(customer, one);
            }
        }
        foreach (var lapse in result.Lapses)
        {
            Move(customer, lapse.Pocket.Id, ++customer.Seq, 0, MovementRow.Expiry, lapse.New - lapse.Old,
                TimeCodec.ToMicroseconds(lapse.At));
        }
        Settle(customer, result);
        rows.Customers.Add(customer);
    }

    internal async Task SaveAsync(CancellationToken cancel)
    {
        SaveRevisions();
        shares.Save();
        SaveMovements();
        SaveRerated();
        foreach (var pocket in terms)
        {
            await work.ExecuteAsync(
                "UPDATE pocket SET priority = @priority, valid_to = @to, lapses_at = "
                + (pocket.LapsesAt is null ? "NULL" : "@lapses") + " WHERE customer_id = @customer AND pocket_id = @pocket",
                cancel, ("priority", pocket.Priority), ("to", pocket.ValidTo), ("lapses", pocket.LapsesAt ?? pocket.ValidTo),
                ("customer", pocket.Customer.Id), ("pocket", pocket.Id));
        }
        using ChargeWriter writer = work.Postgres
            ? new PostgresChargeWriter(ids, work.Tenant.Value)
            : new SqliteChargeWriter(ids, work.Tenant.Value);
        rows.Close();
        await writer.SaveStateAsync(work.Transaction, rows, cancel);
    }

    /// <summary>A pocket that is granted anew keeps its row; the difference is a movement of its own.</summary>
    private void Regrant(CustomerState customer, Regrant regrant, long change)
    {
        var (old, granted) = regrant;
        if (old is null)
        {
            granted!.Id = ids.Next(1, work.Transaction);
            balances.Add(granted.Id, granted.Granted);
            rows.NewPockets.Add(granted);
            return;
        }
        if (granted is not null)
        {
            granted.Id = old.Id;
            if (granted.Priority != old.Priority || granted.ValidTo != old.ValidTo || granted.LapsesAt != old.LapsesAt)
            {
                terms.Add(granted);
            }
        }
        if (change != 0)
        {
            Move(customer, old.Id, ++customer.Seq, 0, StoredMovement.Regrant, change, TimeCodec.ToMicroseconds(now));
        }
    }

    private void Replace(CustomerState customer, ReplayedCharge one)
    {
        var subscription = one.New.Subscription;
        var account = subscription.Account;
        if (!account.SlotStored)
        {
            account.SlotStored = true;
            rows.NewSlots.Add(account);
        }
        var old = one.Old;
        var period = account.Calendar.At(old.Time);
        var generation = old.Generation + 1;
        var reversal = ++customer.Seq;
        revisions.Add(new Revision(old, null, generation, reversal, subscription, account.SlotNo));
        for (var i = 0; i < one.OldDraws.Count; i++)
        {
            Move(customer, one.OldDraws[i].Pocket, reversal, i, StoredMovement.Reversal, -one.OldDraws[i].Amount, old.Time);
        }
        var before = old.Parts.Count > 0 ? old.Parts
            : [new StoredPart(
                old.PriceKeyId, old.Record.Events, Used(old), old.Charged, old.FromAllowances, old.Amount, old.FromMoney)];
        foreach (var part in before)
        {
            Total(subscription, period, -1, part);
            Tell(subscription, old, period, part.PriceKeyId, new ReratedUsage(part.Amount, 0));
        }
        var charge = ++customer.Seq;
        revisions.Add(new Revision(old, one.New, generation, charge, subscription, account.SlotNo));
        for (var i = 0; i < one.Draws.Count; i++)
        {
            Move(customer, one.Draws[i].Pocket.Id, charge, i, StoredMovement.Usage, one.Draws[i].Amount, old.Time);
        }
        var rated = one.New.Rated;
        StoredPart[] after = one.Parts.Count > 0
            ? [.. one.Parts.Select(RevisionShares.Part)]
            : [new StoredPart(
                one.New.PriceKeyId, old.Record.Events, rated.Used, rated.Charged, rated.FromAllowances, rated.Amount,
                rated.FromMoney)];
        foreach (var part in after)
        {
            Total(subscription, period, 1, part);
            Tell(subscription, old, period, part.PriceKeyId, new ReratedUsage(0, part.Amount));
        }
        shares.Add(new RevisionPlace(old, generation, 1, reversal, subscription, account.SlotNo, old.PriceKeyId), old.Parts,
            old.Legs, rows);
        shares.Add(new RevisionPlace(old, generation, 0, charge, subscription, account.SlotNo, one.New.PriceKeyId),
            one.Parts.Count > 0 ? after : [], [.. one.Legs.Select(leg => RevisionShares.Leg(leg, one.New.CatalogVersion))], rows);
    }

    private void Move(CustomerState customer, long pocket, long seq, int part, string kind, long amount, long time)
    {
        var before = balances[pocket];
        movements.Add(new Posting(customer.Id, pocket, seq, part, kind, amount, before, time));
        balances[pocket] = before + amount;
    }

    /// <summary>Notes usage of an earlier slot, for the words on the bill.</summary>
    private void Tell(SubscriptionState subscription, StoredCharge old, BillSpan period, int key, ReratedUsage usage)
    {
        var slot = subscription.Account.SlotNo;
        if (old.Slot != slot)
        {
            var place = (subscription, slot, key, period.First);
            rerated[place] = rerated.GetValueOrDefault(place) + usage;
        }
    }

    private void Total(SubscriptionState subscription, BillSpan period, int sign, StoredPart part)
    {
        var key = part.PriceKeyId;
        var slot = subscription.Account.SlotNo;
        var at = rows.Totals.FindIndex(total => ReferenceEquals(total.Subscription, subscription) && total.PriceKeyId == key
            && total.SlotNo == slot && total.Period.First == period.First);
        if (at < 0)
        {
            at = rows.Totals.Count;
            var stored = subscription.Totals.Contains(new TotalKey(slot, key, period.First));
            rows.Totals.Add(new TotalRow(subscription, slot, key, period, stored, -1));
        }
        var total = rows.Totals[at];
        total.Events += sign * part.Events;
        total.Used += sign * part.Used;
        total.Charged += sign * part.Charged;
        total.FromAllowances += sign * part.FromAllowances;
        total.Amount += sign * part.Amount;
        total.FromMoney += sign * part.FromMoney;
        rows.Totals[at] = total;
    }

    /// <summary>The stored pockets get the balances that the movements make; the replay must have come to the same.</summary>
    private void Settle(CustomerState customer, CustomerReplayed result)
    {
        var replayed = customer.Accounts.SelectMany(account => account.Money)
            .Concat(customer.Subscriptions.Where(one => !one.Continues).SelectMany(subscription => subscription.Allowances))
            .Concat(customer.Accounts.SelectMany(account => account.Shared)).Concat(customer.Shared)
            .ToDictionary(pocket => pocket.Id);
        foreach (var (pocket, stored) in result.StoredBalances)
        {
            var balance = balances[pocket.Id];
            if (balance == stored)
            {
                continue;
            }
            if (replayed.TryGetValue(pocket.Id, out var now) && now.Balance != balance)
            {
                throw new InvalidOperationException(
                    FormattableString.Invariant(
                        $"Pocket {pocket.Id}: the postings come to {balance}, the replay to {now.Balance}."));
            }
            pocket.Balance = balance;
            rows.ChangedPockets.Add(pocket);
        }
    }

    private long Used(StoredCharge charge) => keys[charge.PriceKeyId].Basis switch
    {
        PriceBasis.Duration => charge.Record.DurationMs,
        PriceBasis.Volume => charge.Record.Octets,
        PriceBasis.Events => charge.Record.Events,
        var other => throw new InvalidOperationException($"Unknown price basis {other}."),
    };

    private void SaveRevisions()
    {
        using var table = new BulkTable(work.Transaction, "charge_revision",
            new("customer_id", Bigint), new("event_time", TimestampTz), new("event_id", Uuid), new("generation", Integer),
            new("kind", Smallint), new("tenant_id", Integer), new("run_id", Bigint), new("seq", Bigint),
                new("account_id", Bigint),
            new("subscription_id", Bigint), new("slot_no", Integer), new("price_key_id", Integer),
            new("catalog_version", Integer), new("file_id", Bigint), new("file_offset", Bigint), new("subject", Text),
            new("origin", Text), new("destination", Text), new("duration_ms", Bigint), new("octets_up", Bigint),
            new("octets_down", Bigint), new("events", Integer), new("charged", Bigint), new("from_allowances", Bigint),
            new("amount", Bigint), new("from_money", Bigint), new("rated_at", TimestampTz), new("attributes", Text),
            new("notes", Smallint));
        foreach (var row in revisions)
        {
            var (old, record) = (row.Old, row.Old.Record);
            var sign = row.New is null ? -1 : 1;
            var (key, version, charged, free, amount, money) = row.New is { } made
                ? (made.PriceKeyId, made.CatalogVersion, made.Rated.Charged, made.Rated.FromAllowances, made.Rated.Amount,
                    made.Rated.FromMoney)
                : (old.PriceKeyId, old.CatalogVersion, -old.Charged, -old.FromAllowances, -old.Amount, -old.FromMoney);
            table.Add(
                old.Id.Customer.Value, work.Value(record.Start), ReplaySave.KeyValue(work.Database.Kind, record.EventId),
                row.Generation, (short)(row.New is null ? 1 : 0), work.Tenant.Value, run.Value, row.Seq,
                row.Subscription.Account.Id, row.Subscription.Id, row.Slot, key, version, old.File.Value, record.Offset,
                record.Subject.Value, record.Origin, record.Destination, sign * record.DurationMs, sign * record.OctetsUp,
                sign * record.OctetsDown, sign * record.Events, charged, free, amount, money, work.Value(now),
                record.Attributes.ToText(), row.New?.Notes ?? old.Notes);
        }
        table.Complete();
    }

    private void SaveRerated()
    {
        using var table = new BulkTable(work.Transaction, "usage_rerated",
            new("customer_id", Bigint), new("account_id", Bigint), new("slot_no", Integer), new("subscription_id", Bigint),
            new("price_key_id", Integer), new("event_period", Date), new("run_id", Bigint), new("tenant_id", Integer),
            new("old_amount", Bigint), new("new_amount", Bigint));
        foreach (var ((subscription, slot, key, period), usage) in rerated)
        {
            var account = subscription.Account;
            table.Add(account.Customer.Id, account.Id, slot, subscription.Id, key, work.Value(period), run.Value,
                work.Tenant.Value, usage.Old, usage.New);
        }
        table.Complete();
    }

    private void SaveMovements()
    {
        using var table = new BulkTable(work.Transaction, "pocket_movement",
            new("customer_id", Bigint), new("pocket_id", Bigint), new("seq", Bigint), new("part", Integer),
            new("tenant_id", Integer), new("kind", Text), new("amount", Bigint), new("before", Bigint), new("at", TimestampTz),
            new("reference", Text));
        foreach (var row in movements)
        {
            table.Add(row.Customer, row.Pocket, row.Seq, row.Part, work.Tenant.Value, row.Kind, row.Amount, row.Before,
                work.Value(TimeCodec.FromMicroseconds(row.Time)), run.ToString());
        }
        table.Complete();
    }
}
