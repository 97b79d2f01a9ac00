using System.Runtime.InteropServices;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Tollgate.Storage.Charging;

/// <summary>The statements that bring heads, slots, pockets and totals up to date, sent in one round trip.</summary>
internal static class PostgresState
{
    internal static void Add(NpgsqlBatch batch, int tenant, ChargeRows rows)
    {
        if (rows.Heads.Count > 0)
        {
            AddHeads(batch, tenant, rows.Heads);
        }
        if (rows.NewSlots.Count > 0)
        {
            AddSlots(batch, tenant, rows.NewSlots);
        }
        if (rows.NewBalances.Count > 0)
        {
            AddNewPockets(batch, tenant, rows.NewBalances);
        }
        if (rows.ChangedBalances.Count > 0)
        {
            AddBalances(batch, rows.ChangedBalances);
        }
        if (rows.Lapsed.Count > 0)
        {
            Command(batch, "UPDATE pocket p SET lapses_at = NULL FROM unnest($1, $2) AS w(customer_id, pocket_id) "
                + "WHERE p.customer_id = w.customer_id AND p.pocket_id = w.pocket_id",
                rows.Lapsed.Column(one => one.Customer.Id), rows.Lapsed.Column(one => one.Id));
        }
        AddTotals(batch, CollectionsMarshal.AsSpan(rows.Totals));
    }

    /// <summary>Changes heads in id order, each only if its version is still the expected one: the number of rows changed
    /// tells.</summary>
    internal static void AddHeads(NpgsqlBatch batch, int tenant, List<HeadRow> heads) => Command(
        batch,
        "UPDATE charging_head h SET seq = w.seq, version = w.version, last_event_time = w.last_event_time "
        + "FROM unnest($1, $2, $3, $4, $5) AS w(customer_id, expected, seq, version, last_event_time) "
        + "WHERE h.customer_id = w.customer_id AND h.version = w.expected AND h.tenant_id = $6",
        heads.Column(one => one.Customer),
        heads.Column(one => one.Expected),
        heads.Column(one => one.Seq),
        heads.Column(one => one.Version),
        heads.Column(one =>
            one.LastEventTime == long.MinValue ? null : (DateTime?)ChargeReader.ToDateTime(one.LastEventTime)),
        tenant);

    private static void AddSlots(NpgsqlBatch batch, int tenant, List<AccountState> accounts) => Command(
        batch,
        "INSERT INTO bill_slot (customer_id, account_id, slot_no, tenant_id, closed_at, document_id) "
        + "SELECT w.customer_id, w.account_id, w.slot_no, $4, NULL, NULL FROM unnest($1, $2, $3) AS w(customer_id, account_id, "
        + "slot_no)",
        accounts.Column(one => one.Customer.Id),
        accounts.Column(one => one.Id),
        accounts.Column(one => one.SlotNo),
        tenant);

    private static void AddNewPockets(NpgsqlBatch batch, int tenant, List<BalanceRow> pockets) => Command(
        batch,
        "INSERT INTO pocket (customer_id, pocket_id, tenant_id, account_id, subscription_id, kind, allowance, unit, granted, "
            + "balance, "
        + "priority, valid_from, valid_to, shared, lapses_at) SELECT w.customer_id, w.pocket_id, $11, w.account_id, "
        + "nullif(w.subscription_id, 0), w.kind, "
        + "w.allowance, w.unit, w.granted, w.balance, w.priority, w.valid_from, w.valid_to, w.shared, nullif(w.lapses_at, w.valid_from) "
        + "FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $12, $13, $14, $15) AS w(customer_id, pocket_id, account_id, "
        + "subscription_id, allowance, "
        + "unit, granted, balance, priority, valid_from, valid_to, kind, shared, lapses_at)",
        pockets.Column(one => one.Pocket.Customer.Id),
        pockets.Column(one => one.Pocket.Id),
        pockets.Column(one => one.Pocket.Account.Id),
        pockets.Column(one => one.Pocket.SubscriptionId),
        pockets.Column(one => one.Pocket.Allowance),
        pockets.Column(one => one.Pocket.Unit),
        pockets.Column(one => one.Pocket.Granted),
        pockets.Column(one => one.Balance),
        pockets.Column(one => one.Pocket.Priority),
        pockets.Column(one => one.Pocket.ValidFrom.ToDateTimeUtc()),
        tenant,
        pockets.Column(one => one.Pocket.ValidTo.ToDateTimeUtc()),
        pockets.Column(one => one.Pocket.KindText),
        pockets.Column(one => (short)one.Pocket.Shared),
        pockets.Column(one => (one.LapsesAt ?? one.Pocket.ValidFrom).ToDateTimeUtc()));

    private static void AddBalances(NpgsqlBatch batch, List<BalanceRow> pockets) => Command(
        batch,
        "UPDATE pocket p SET balance = w.balance FROM unnest($1, $2, $3) AS w(customer_id, pocket_id, balance) "
        + "WHERE p.customer_id = w.customer_id AND p.pocket_id = w.pocket_id",
        pockets.Column(one => one.Pocket.Customer.Id),
        pockets.Column(one => one.Pocket.Id),
        pockets.Column(one => one.Balance));

    /// <summary>Adds to the totals that are stored; new ones are copied.</summary>
    private static void AddTotals(NpgsqlBatch batch, ReadOnlySpan<TotalRow> totals)
    {
        var count = 0;
        foreach (ref readonly var total in totals)
        {
            count += total.Stored ? 1 : 0;
        }
        if (count == 0)
        {
            return;
        }
        var (customers, accounts, subscriptions) = (new long[count], new long[count], new long[count]);
        var (slots, keys, periods) = (new int[count], new int[count], new DateOnly[count]);
        var (events, used, charged) = (new long[count], new long[count], new long[count]);
        var (fromAllowances, amounts, fromMoney) = (new long[count], new long[count], new long[count]);
        var at = 0;
        foreach (ref readonly var total in totals)
        {
            if (total.Stored)
            {
                var account = total.Subscription.Account;
                (customers[at], accounts[at], subscriptions[at]) = (account.Customer.Id, account.Id, total.Subscription.Id);
                (slots[at], keys[at], periods[at]) = (total.SlotNo, total.PriceKeyId, total.Period.First.ToDateOnly());
                (events[at], used[at], charged[at]) = (total.Events, total.Used, total.Charged);
                (fromAllowances[at], amounts[at], fromMoney[at]) = (total.FromAllowances, total.Amount, total.FromMoney);
                at++;
            }
        }
        Command(
            batch,
            "UPDATE usage_total t SET events = t.events + w.events, used = t.used + w.used, charged = t.charged + w.charged, "
            + "from_allowances = t.from_allowances + w.from_allowances, amount = t.amount + w.amount, "
            + "from_money = t.from_money + w.from_money "
            + "FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AS w(customer_id, account_id, slot_no, "
            + "subscription_id, price_key_id, event_period, events, used, charged, from_allowances, amount, from_money) "
            + "WHERE t.customer_id = w.customer_id AND t.account_id = w.account_id AND t.slot_no = w.slot_no "
            + "AND t.subscription_id = w.subscription_id AND t.price_key_id = w.price_key_id AND t.event_period = w.event_period",
            customers, accounts, slots, subscriptions, keys, periods, events, used, charged, fromAllowances, amounts, fromMoney);
    }

    /// <summary>A column of the rows, as a parameter.</summary>
    private static TValue[] Column<TRow, TValue>(this List<TRow> rows, Func<TRow, TValue> value)
    {
        var column = new TValue[rows.Count];
        for (var i = 0; i < column.Length; i++)
        {
            column[i] = value(rows[i]);
        }
        return column;
    }

    private static void Command(NpgsqlBatch batch, string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            // An array that begins with null would be taken for times without a zone.
            command.Parameters.Add(value is DateTime?[]
                ? new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz }
                : new NpgsqlParameter { Value = value });
        }
        batch.BatchCommands.Add(command);
    }
}
