using NodaTime;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Usage;

/// <summary>
/// Takes what batches added up for other parties into the parties' totals, one transaction per party under the lock of its
/// charging head. What was taken is deleted in the same transaction, so that repeating it adds nothing.
/// </summary>
public static class LegRollup
{
    /// <summary>Rolls up everything that is due.</summary>
    /// <returns>The number of sums taken.</returns>
    public static async Task<long> RunAsync(OperationContext context, CancellationToken cancel = default)
    {
        List<long> parties;
        await using (var reading = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel))
        {
            parties = await reading.ReadAsync(
                "SELECT DISTINCT party_customer_id FROM leg_due WHERE tenant_id = @tenant ORDER BY party_customer_id",
                reader => reader.GetInt64(0), cancel);
        }
        var taken = 0L;
        foreach (var party in parties)
        {
            taken += await PartyAsync(context, party, cancel);
        }
        return taken;
    }

    private static async Task<long> PartyAsync(OperationContext context, long party, CancellationToken cancel)
    {
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        await work.ExecuteAsync("UPDATE charging_head SET version = version WHERE customer_id = @party AND tenant_id = @tenant",
            cancel, ("party", party));
        var last = (await work.ReadAsync(
            "SELECT coalesce(max(due_id), 0) FROM leg_due WHERE tenant_id = @tenant AND party_customer_id = @party",
            reader => reader.GetInt64(0), cancel, ("party", party)))[0];
        const string due = "FROM leg_due WHERE tenant_id = @tenant AND party_customer_id = @party AND due_id <= @last";
        await work.ExecuteAsync(
            "INSERT INTO leg_total (customer_id, account_id, code, price_key_id, usage_month, tenant_id, kind, events, used, charged, "
            + "amount) SELECT party_customer_id, party_account_id, code, price_key_id, usage_month, tenant_id, kind, sum(events), "
            + $"sum(used), sum(charged), sum(amount) {due} "
            + "GROUP BY party_customer_id, party_account_id, code, price_key_id, usage_month, tenant_id, kind "
            + "ON CONFLICT (customer_id, account_id, code, price_key_id, usage_month) DO UPDATE SET "
            + "events = leg_total.events + excluded.events, used = leg_total.used + excluded.used, "
            + "charged = leg_total.charged + excluded.charged, amount = leg_total.amount + excluded.amount",
            cancel, ("party", party), ("last", last));
        var taken = await work.ExecuteAsync($"DELETE {due}", cancel, ("party", party), ("last", last));
        await work.ExecuteAsync(
            "INSERT INTO leg_position (customer_id, tenant_id, taken, last_due_id, at) VALUES (@party, @tenant, @taken, @last, @now) "
            + "ON CONFLICT (customer_id) DO UPDATE SET taken = leg_position.taken + excluded.taken, "
            + "last_due_id = excluded.last_due_id, at = excluded.at",
            cancel, ("party", party), ("taken", (long)taken), ("last", last), ("now", context.Now));
        await work.CommitAsync(cancel);
        return taken;
    }
}

/// <summary>What a plan and zone earned and cost, in stored steps of the currency.</summary>
/// <param name="Currency">Of all amounts; legs in another currency are rows of their own, without retail.</param>
public sealed record MarginRow(string Plan, string Zone, string Currency, long Events, long Retail, long Cost, long Other);

/// <summary>Retail − cost by plan and zone, over usage of a time.</summary>
public static class ReadMargin
{
    public static async Task<List<MarginRow>> RunAsync(
        OperationContext context, Instant from, Instant to, CancellationToken cancel = default)
    {
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        return await work.ReadAsync(
            """
            SELECT plan, zone, currency, sum(events), sum(retail), sum(cost), sum(other) FROM (
              SELECT k.plan, k.zone, k.currency, c.events, c.amount AS retail, 0 AS cost, 0 AS other
              FROM posted_charge c JOIN price_key k ON k.tenant_id = c.tenant_id AND k.price_key_id = c.price_key_id
              WHERE c.tenant_id = @tenant AND c.event_time >= @from AND c.event_time < @to
              UNION ALL
              SELECT r.plan, r.zone, k.currency, 0, 0, CASE WHEN l.kind >= 2 THEN l.amount ELSE 0 END,
                CASE WHEN l.kind < 2 THEN l.amount ELSE 0 END
              FROM charge_leg l JOIN price_key k ON k.tenant_id = l.tenant_id AND k.price_key_id = l.price_key_id
              JOIN price_key r ON r.tenant_id = l.tenant_id AND r.price_key_id = l.retail_key_id
              WHERE l.tenant_id = @tenant AND l.event_time >= @from AND l.event_time < @to AND l.refusal = 0) m
            GROUP BY plan, zone, currency ORDER BY plan, zone, currency
            """,
            reader => new MarginRow(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), Convert.ToInt64(reader.GetValue(3), null),
                Convert.ToInt64(reader.GetValue(4), null), Convert.ToInt64(reader.GetValue(5), null),
                Convert.ToInt64(reader.GetValue(6), null)),
            cancel, ("from", from), ("to", to));
    }
}
