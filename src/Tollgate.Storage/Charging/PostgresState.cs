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
                rows.Lapsed.ConvertAll(one => one.Customer.Id).ToArray(), rows.Lapsed.ConvertAll(one => one.Id).ToArray());
        }
        var stored = rows.Totals.FindAll(total => total.Stored);
        if (stored.Count > 0)
        {
            AddTotals(batch, stored);
        }
    }

    /// <summary>Changes heads in id order, each only if its version is still the expected one: the number of rows changed
    /// tells.</summary>
    internal static void AddHeads(NpgsqlBatch batch, int tenant, List<HeadRow> heads) => Command(
        batch,
        "UPDATE charging_head h SET seq = w.seq, version = w.version, last_event_time = w.last_event_time "
        + "FROM unnest($1, $2, $3, $4, $5) AS w(customer_id, expected, seq, version, last_event_time) "
        + "WHERE h.customer_id = w.customer_id AND h.version = w.expected AND h.tenant_id = $6",
        heads.ConvertAll(one => one.Customer).ToArray(),
        heads.ConvertAll(one => one.Expected).ToArray(),
        heads.ConvertAll(one => one.Seq).ToArray(),
        heads.ConvertAll(one => one.Version).ToArray(),
        heads.ConvertAll(one =>
            one.LastEventTime == long.MinValue ? null : (DateTime?)ChargeReader.ToDateTime(one.LastEventTime))
            .ToArray(),
        tenant);

    private static void AddSlots(NpgsqlBatch batch, int tenant, List<AccountState> accounts) => Command(
        batch,
        "INSERT INTO bill_slot (customer_id, account_id, slot_no, tenant_id, closed_at, document_id) "
        + "SELECT w.customer_id, w.account_id, w.slot_no, $4, NULL, NULL FROM unnest($1, $2, $3) AS w(customer_id, account_id, "
        + "slot_no)",
        accounts.ConvertAll(one => one.Customer.Id).ToArray(),
        accounts.ConvertAll(one => one.Id).ToArray(),
        accounts.ConvertAll(one => one.SlotNo).ToArray(),
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
        pockets.ConvertAll(one => one.Pocket.Customer.Id).ToArray(),
        pockets.ConvertAll(one => one.Pocket.Id).ToArray(),
        pockets.ConvertAll(one => one.Pocket.Account.Id).ToArray(),
        pockets.ConvertAll(one => one.Pocket.SubscriptionId).ToArray(),
        pockets.ConvertAll(one => one.Pocket.Allowance).ToArray(),
        pockets.ConvertAll(one => one.Pocket.Unit).ToArray(),
        pockets.ConvertAll(one => one.Pocket.Granted).ToArray(),
        pockets.ConvertAll(one => one.Balance).ToArray(),
        pockets.ConvertAll(one => one.Pocket.Priority).ToArray(),
        pockets.ConvertAll(one => one.Pocket.ValidFrom.ToDateTimeUtc()).ToArray(),
        tenant,
        pockets.ConvertAll(one => one.Pocket.ValidTo.ToDateTimeUtc()).ToArray(),
        pockets.ConvertAll(one => one.Pocket.KindText).ToArray(),
        pockets.ConvertAll(one => (short)one.Pocket.Shared).ToArray(),
        pockets.ConvertAll(one => (one.LapsesAt ?? one.Pocket.ValidFrom).ToDateTimeUtc()).ToArray());

    private static void AddBalances(NpgsqlBatch batch, List<BalanceRow> pockets) => Command(
        batch,
        "UPDATE pocket p SET balance = w.balance FROM unnest($1, $2, $3) AS w(customer_id, pocket_id, balance) "
        + "WHERE p.customer_id = w.customer_id AND p.pocket_id = w.pocket_id",
        pockets.ConvertAll(one => one.Pocket.Customer.Id).ToArray(),
        pockets.ConvertAll(one => one.Pocket.Id).ToArray(),
        pockets.ConvertAll(one => one.Balance).ToArray());

    private static void AddTotals(NpgsqlBatch batch, List<TotalRow> totals) => Command(
        batch,
        "UPDATE usage_total t SET events = t.events + w.events, used = t.used + w.used, charged = t.charged + w.charged, "
        + "from_allowances = t.from_allowances + w.from_allowances, amount = t.amount + w.amount, "
        + "from_money = t.from_money + w.from_money "
        + "FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AS w(customer_id, account_id, slot_no, "
        + "subscription_id, price_key_id, event_period, events, used, charged, from_allowances, amount, from_money) "
        + "WHERE t.customer_id = w.customer_id AND t.account_id = w.account_id AND t.slot_no = w.slot_no "
        + "AND t.subscription_id = w.subscription_id AND t.price_key_id = w.price_key_id AND t.event_period = w.event_period",
        totals.ConvertAll(one => one.Subscription.Account.Customer.Id).ToArray(),
        totals.ConvertAll(one => one.Subscription.Account.Id).ToArray(),
        totals.ConvertAll(one => one.SlotNo).ToArray(),
        totals.ConvertAll(one => one.Subscription.Id).ToArray(),
        totals.ConvertAll(one => one.PriceKeyId).ToArray(),
        totals.ConvertAll(one => one.Period.First.ToDateOnly()).ToArray(),
        totals.ConvertAll(one => one.Events).ToArray(),
        totals.ConvertAll(one => one.Used).ToArray(),
        totals.ConvertAll(one => one.Charged).ToArray(),
        totals.ConvertAll(one => one.FromAllowances).ToArray(),
        totals.ConvertAll(one => one.Amount).ToArray(),
        totals.ConvertAll(one => one.FromMoney).ToArray());

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
