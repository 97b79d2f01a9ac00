using System.Data.Common;
using Microsoft.Data.Sqlite;
using NodaTime;
using SQLitePCL;
using Tollgate.Primitives;

namespace Tollgate.Storage.Charging;

/// <summary>Saves batches by prepared statements of SQLite's own API, inside the connection's transaction.</summary>
internal sealed class SqliteChargeWriter(IdBlock ids, int tenant) : ChargeWriter(ids, tenant)
{
    private static readonly string[] SumColumns = ["events", "used", "charged", "from_allowances", "amount", "from_money"];

    private readonly Dictionary<string, SqliteStatement> statements = new(StringComparer.Ordinal);

    internal override Task PrepareAsync(
        DbConnection connection, ChargeWork work, Instant now, ChargeSettings settings, CancellationToken cancel) =>
            Task.CompletedTask;

    internal override void Reset()
    {
        foreach (var statement in statements.Values)
        {
            statement.Dispose();
        }
        statements.Clear();
    }

    public override void Dispose() => Reset();

    protected override object TimeValue(Instant time) => TimeCodec.ToMicroseconds(time);

    protected override Task WriteChargesAsync(
        DbTransaction transaction, ChargeWork work, ChargeRows rows, Instant now, CancellationToken cancel)
    {
        var insert = Prepare(transaction,
            "INSERT INTO charge (customer_id, event_time, event_id, tenant_id, seq, account_id, subscription_id, slot_no, "
                + "price_key_id, "
            + "catalog_version, file_id, file_offset, subject, origin, destination, duration_ms, octets_up, octets_down, "
            + "events, charged, "
            + "from_allowances, amount, from_money, kind, rated_at, attributes, notes) "
            + "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,0,?,?,?)");
        var ratedAt = TimeCodec.ToMicroseconds(now);
        Span<byte> key = stackalloc byte[16];
        foreach (var row in rows.Charges)
        {
            var (record, subscription, rated) = (row.Record, row.Subscription, row.Rated);
            record.EventId.WriteTo(key);
            insert.Bind(subscription.Account.Customer.Id).Bind(row.Time).Bind(key).Bind(Tenant).Bind(row.Seq)
                .Bind(subscription.Account.Id).Bind(subscription.Id).Bind(row.SlotNo).Bind(row.PriceKeyId).Bind(row.CatalogVersion).Bind(work.File.Value)
                .Bind(record.Offset).Bind(record.Subject.Value).Bind(record.Origin).Bind(record.Destination)
                .Bind(record.DurationMs)
                .Bind(record.OctetsUp).Bind(record.OctetsDown).Bind(record.Events).Bind(rated.Charged).Bind(rated.FromAllowances)
                .Bind(rated.Amount).Bind(rated.FromMoney).Bind(ratedAt)
                .Bind(record.Attributes.IsEmpty ? "" : record.Attributes.ToText()).Bind((long)row.Notes).Run();
        }
        var move = Prepare(transaction,
            "INSERT INTO pocket_movement (customer_id, pocket_id, seq, part, tenant_id, kind, amount, before, at, reference) "
            + "VALUES (?,?,?,?,?,?,?,?,?,'')");
        foreach (var row in rows.Movements)
        {
            move.Bind(row.Pocket.Customer.Id).Bind(row.Pocket.Id).Bind(row.Seq).Bind(row.Part).Bind(Tenant).Bind(row.Kind).Bind(row.Amount)
                .Bind(row.Before).Bind(row.Time).Run();
        }
        WriteParts(transaction, rows);
        WriteLegs(transaction, rows);
        return Task.CompletedTask;
    }

    protected override Task WriteStateAsync(DbTransaction transaction, ChargeRows rows, CancellationToken cancel)
    {
        var head = Prepare(transaction, "UPDATE charging_head SET seq = ?, version = ?, last_event_time = ? WHERE customer_id "
            + "= ?");
        foreach (var customer in rows.Customers)
        {
            head.Bind(customer.Seq).Bind(customer.Version);
            (customer.LastEventTime == long.MinValue ? head.BindNull() : head.Bind(customer.LastEventTime))
                .Bind(customer.Id).Run();
        }
        var slot = Prepare(transaction,
            "INSERT INTO bill_slot (customer_id, account_id, slot_no, tenant_id, closed_at, document_id) VALUES "
                + "(?,?,?,?,NULL,NULL)");
        foreach (var account in rows.NewSlots)
        {
            slot.Bind(account.Customer.Id).Bind(account.Id).Bind(account.SlotNo).Bind(Tenant).Run();
        }
        WritePockets(transaction, rows);
        WriteTotals(transaction, rows);
        return Task.CompletedTask;
    }

    protected override Task<List<HoldReason>> InsertHeldAsync(
        DbTransaction transaction, ChargeWork work, List<HeldRow> held, Instant now, CancellationToken cancel)
    {
        var insert = Prepare(transaction,
            "INSERT INTO held_record (tenant_id, source, record_key, file_id, file_offset, line, reason, detail, raw, "
                + "event_time, subject, "
            + "phase, held_at, resolved_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,'held',?,NULL) "
            + "ON CONFLICT (tenant_id, source, record_key) DO NOTHING");
        var added = new List<HoldReason>();
        Span<byte> key = stackalloc byte[16];
        foreach (var row in held)
        {
            row.Key.WriteTo(key);
            insert.Bind(Tenant).Bind(work.Source).Bind(key).Bind(work.File.Value).Bind(row.Offset).Bind(row.Line)
                .Bind((long)row.Reason).Bind(row.Detail).Bind(row.Raw);
            (row.Time is { } time ? insert.Bind(time) : insert.BindNull()).Bind(row.Subject).Bind(TimeCodec.ToMicroseconds(now));
            if (insert.Run() > 0)
            {
                added.Add(row.Reason);
            }
        }
        return Task.FromResult(added);
    }

    protected override Task<List<ThresholdRow>> InsertThresholdsAsync(
        DbTransaction transaction, List<ThresholdRow> rows, Instant now, CancellationToken cancel)
    {
        var insert = Prepare(transaction,
            "INSERT INTO usage_threshold (customer_id, pocket_id, percent, tenant_id, subscription_id, code, limit_steps, "
            + "event_id, event_time, told_at) VALUES (?,?,?,?,?,?,?,?,?,?) "
            + "ON CONFLICT (customer_id, pocket_id, percent) DO NOTHING");
        var told = new List<ThresholdRow>();
        Span<byte> key = stackalloc byte[16];
        foreach (var row in rows)
        {
            row.Event.WriteTo(key);
            insert.Bind(row.Pocket.Customer.Id).Bind(row.Pocket.Id).Bind(row.Percent).Bind(Tenant).Bind(row.Subscription.Id)
                .Bind(row.Pocket.Allowance).Bind(row.Limit).Bind(key).Bind(row.Time).Bind(TimeCodec.ToMicroseconds(now));
            if (insert.Run() > 0)
            {
                told.Add(row);
            }
        }
        return Task.FromResult(told);
    }

    private void WritePockets(DbTransaction transaction, ChargeRows rows)
    {
        var add = Prepare(transaction,
            "INSERT INTO pocket (customer_id, pocket_id, tenant_id, account_id, subscription_id, kind, allowance, unit, "
                + "granted, balance, "
            + "priority, valid_from, valid_to, shared, lapses_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
        foreach (var pocket in rows.NewPockets)
        {
            add.Bind(pocket.Customer.Id).Bind(pocket.Id).Bind(Tenant).Bind(pocket.Account.Id)
                .Bind(pocket.SubscriptionId == 0 ? null : pocket.SubscriptionId).Bind(pocket.KindText).Bind(pocket.Allowance)
                .Bind(pocket.Unit).Bind(pocket.Granted).Bind(pocket.Balance).Bind(pocket.Priority)
                .Bind(TimeCodec.ToMicroseconds(pocket.ValidFrom)).Bind(TimeCodec.ToMicroseconds(pocket.ValidTo))
                .Bind((long)pocket.Shared).Bind(pocket.LapsesAt is { } lapses ? TimeCodec.ToMicroseconds(lapses) : null).Run();
        }
        var change = Prepare(transaction, "UPDATE pocket SET balance = ? WHERE customer_id = ? AND pocket_id = ?");
        foreach (var pocket in rows.ChangedPockets)
        {
            change.Bind(pocket.Balance).Bind(pocket.Customer.Id).Bind(pocket.Id).Run();
        }
        var lapse = Prepare(transaction, "UPDATE pocket SET lapses_at = NULL WHERE customer_id = ? AND pocket_id = ?");
        foreach (var pocket in rows.Lapsed)
        {
            lapse.Bind(pocket.Customer.Id).Bind(pocket.Id).Run();
        }
    }

    private void WriteParts(DbTransaction transaction, ChargeRows rows)
    {
        var add = Prepare(transaction,
            "INSERT INTO charge_part (customer_id, event_time, event_id, part, tenant_id, seq, account_id, subscription_id, "
            + "slot_no, price_key_id, events, used, charged, from_allowances, amount, from_money) "
            + "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
        foreach (var row in rows.Parts)
        {
            var charge = rows.Charges[row.Charge];
            BindEvent(add, charge, row.Part).Bind(charge.Subscription.Account.Id).Bind(charge.Subscription.Id)
                .Bind(charge.SlotNo).Bind(row.PriceKeyId).Bind(row.Events).Bind(row.Rated.Used).Bind(row.Rated.Charged)
                .Bind(row.Rated.FromAllowances).Bind(row.Rated.Amount).Bind(row.Rated.FromMoney).Run();
        }
    }

    private void WriteLegs(DbTransaction transaction, ChargeRows rows)
    {
        var add = Prepare(transaction,
            "INSERT INTO charge_leg (customer_id, event_time, event_id, leg, tenant_id, seq, subscription_id, code, kind, "
            + "party_customer_id, party_account_id, price_key_id, catalog_version, refusal, used, charged, amount, retail_key_id) "
            + "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
        foreach (var row in rows.Legs)
        {
            var charge = rows.Charges[row.Charge];
            BindEvent(add, charge, row.Number).Bind(charge.Subscription.Id).Bind(row.Leg.Code).Bind((long)row.Leg.Kind)
                .Bind(row.Party?.Customer).Bind(row.Party?.Account).Bind(row.PriceKeyId).Bind(charge.CatalogVersion)
                .Bind(row.Rated.Refusal is { } refusal ? (long)refusal : 0L).Bind(row.Rated.Used).Bind(row.Rated.Charged).Bind(row.Rated.Amount)
                .Bind(charge.PriceKeyId).Run();
        }
    }

    /// <summary>Binds the event, a number within it, tenant and sequence.</summary>
    private SqliteStatement BindEvent(SqliteStatement statement, in ChargeRow charge, int number)
    {
        Span<byte> key = stackalloc byte[16];
        charge.Record.EventId.WriteTo(key);
        return statement.Bind(charge.Subscription.Account.Customer.Id).Bind(charge.Time).Bind(key).Bind(number).Bind(Tenant)
            .Bind(charge.Seq);
    }

    private void WriteTotals(DbTransaction transaction, ChargeRows rows)
    {
        var total = Prepare(transaction,
            "INSERT INTO usage_total (customer_id, account_id, slot_no, subscription_id, price_key_id, event_period, "
                + "tenant_id, events, used, "
            + "charged, from_allowances, amount, from_money) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?) "
            + "ON CONFLICT (customer_id, account_id, slot_no, subscription_id, price_key_id, event_period) DO UPDATE SET "
            + string.Join(", ", SumColumns.Select(Sum)));
        foreach (ref readonly var row in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(rows.Totals))
        {
            total.Bind(row.Subscription.Account.Customer.Id).Bind(row.Subscription.Account.Id).Bind(row.SlotNo)
                .Bind(row.Subscription.Id).Bind(row.PriceKeyId).Bind(TimeCodec.ToText(row.Period.First)).Bind(Tenant).Bind(row.Events).Bind(row.Used)
                .Bind(row.Charged).Bind(row.FromAllowances).Bind(row.Amount).Bind(row.FromMoney).Run();
        }
    }

    /// <summary>SQLite turns a sum beyond 64 bits into a floating-point number; here it becomes null, which the column
    /// refuses.</summary>
    private static string Sum(string column) =>
        $"{column} = CASE typeof({column} + excluded.{column}) WHEN 'integer' THEN {column} + excluded.{column} END";

    private SqliteStatement Prepare(DbTransaction transaction, string sql)
    {
        if (!statements.TryGetValue(sql, out var statement))
        {
            sqlite3 handle = ((SqliteConnection)transaction.Connection!).Handle!;
            statement = new SqliteStatement(handle, sql);
            statements.Add(sql, statement);
        }
        return statement;
    }
}
