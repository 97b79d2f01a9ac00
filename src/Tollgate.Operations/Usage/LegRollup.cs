using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Usage;

/// <summary>Prices of other parties that cannot be taken yet.</summary>
/// <param name="Party">External key of the account that is looked for, or the party's account.</param>
/// <param name="Code">Of the leg.</param>
/// <param name="Events">Number of events.</param>
/// <param name="Why"><c>no-account</c>, or <c>currency</c>: the leg's is not the account's.</param>
public sealed record WaitingLegs(string Party, string Code, long Events, string Why);

/// <summary>What a roll-up did.</summary>
/// <param name="Taken">Number of sums taken.</param>
/// <param name="Waiting">What stays until there is an account for it.</param>
public sealed record RolledUp(long Taken, ImmutableArray<WaitingLegs> Waiting);

/// <summary>
/// Takes what batches added up for other parties into the parties' usage totals, one transaction per party under the lock of
/// its charging head; the next bill run of the party's account bills them like any usage. What was taken is deleted in the same
/// transaction, so that repeating it adds nothing. What has no account yet waits until there is one.
/// </summary>
public static class LegRollup
{
    private const string ParentOf = "parent:";

    /// <summary>Rolls up everything that is due.</summary>
    public static async Task<RolledUp> RunAsync(OperationContext context, CancellationToken cancel = default)
    {
        await ResolveAsync(context, cancel);
        List<long> parties;
        await using (var reading = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel))
        {
            parties = await reading.ReadAsync(
                "SELECT DISTINCT party_customer_id FROM leg_due WHERE tenant_id = @tenant AND party_customer_id <> 0 "
                + "ORDER BY party_customer_id", reader => reader.GetInt64(0), cancel);
        }
        var taken = 0L;
        foreach (var party in parties)
        {
            taken += await PartyAsync(context, party, cancel);
        }
        return new RolledUp(taken, await WaitingAsync(context, cancel));
    }

    /// <summary>Finds the accounts of parties that nobody was known for when the usage was charged.</summary>
    private static async Task ResolveAsync(OperationContext context, CancellationToken cancel)
    {
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        var keys = await work.ReadAsync(
            "SELECT DISTINCT party_key FROM leg_due WHERE tenant_id = @tenant AND party_customer_id = 0 ORDER BY party_key",
            reader => reader.GetString(0), cancel);
        foreach (var key in keys)
        {
            var found = key.StartsWith(ParentOf, StringComparison.Ordinal)
                ? await work.ReadAsync(
                    "SELECT c.parent_customer_id, min(a.account_id) FROM customer c JOIN billing_account a ON a.customer_id = "
                    + "c.parent_customer_id WHERE c.customer_id = @child AND c.tenant_id = @tenant GROUP BY c.parent_customer_id",
                    reader => (Customer: reader.GetInt64(0), Account: reader.GetInt64(1)), cancel,
                    ("child", long.Parse(key.AsSpan(ParentOf.Length), NumberStyles.None, CultureInfo.InvariantCulture)))
                : await work.ReadAsync(
                    "SELECT customer_id, entity_id FROM key_directory WHERE tenant_id = @tenant AND kind = 'account' AND "
                    + "external_key = @key", reader => (Customer: reader.GetInt64(0), Account: reader.GetInt64(1)), cancel,
                    ("key", key));
            if (found.Count > 0)
            {
                await work.ExecuteAsync(
                    "UPDATE leg_due SET party_customer_id = @customer, party_account_id = @account, party_key = '' "
                    + "WHERE tenant_id = @tenant AND party_customer_id = 0 AND party_key = @key",
                    cancel, ("customer", found[0].Customer), ("account", found[0].Account), ("key", key));
            }
        }
        await work.CommitAsync(cancel);
    }

    private readonly record struct Due(
        long Account, string Code, int PriceKey, LocalDate Date, bool Paid, long Events, long Used, long Charged, long Amount);

    private readonly record struct Total(long Account, string Code, int PriceKey, LocalDate Period);

    private static async Task<long> PartyAsync(OperationContext context, long party, CancellationToken cancel)
    {
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        await work.LockHeadsAsync([party], cancel);
        await work.ExecuteAsync(
            "UPDATE charging_head SET version = version + 1 WHERE customer_id = @party AND tenant_id = @tenant", cancel,
            ("party", party));
        var last = (await work.ReadAsync(
            "SELECT coalesce(max(due_id), 0) FROM leg_due WHERE tenant_id = @tenant AND party_customer_id = @party",
            reader => reader.GetInt64(0), cancel, ("party", party)))[0];
        const string chosen = "d.tenant_id = @tenant AND d.party_customer_id = @party AND d.due_id <= @last AND EXISTS (SELECT 1 "
            + "FROM billing_account a JOIN price_key k ON k.tenant_id = a.tenant_id AND k.currency = a.currency WHERE "
            + "a.customer_id = d.party_customer_id AND a.account_id = d.party_account_id AND k.price_key_id = d.price_key_id)";
        (string, object?)[] values = [("party", party), ("last", last)];
        var dues = await work.ReadAsync(
            "SELECT d.party_account_id, d.code, d.price_key_id, d.usage_date, d.kind, CAST(sum(d.events) AS bigint), "
            + "CAST(sum(d.used) AS bigint), CAST(sum(d.charged) AS bigint), CAST(sum(d.amount) AS bigint) "
            + $"FROM leg_due d WHERE {chosen} GROUP BY d.party_account_id, d.code, d.price_key_id, d.usage_date, d.kind",
            reader => new Due(
                reader.GetInt64(0), reader.GetString(1), reader.GetInt32(2), reader.GetDate(3), reader.GetInt16(4) >= 2,
                reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7), reader.GetInt64(8)),
            cancel, values);
        if (dues.Count == 0)
        {
            return 0;
        }
        await AddAsync(work, party, dues, cancel);
        var taken = await work.ExecuteAsync(
            $"DELETE FROM leg_due WHERE due_id IN (SELECT d.due_id FROM leg_due d WHERE {chosen})", cancel, values);
        await work.ExecuteAsync(
            "INSERT INTO leg_position (customer_id, tenant_id, taken, last_due_id, at) VALUES (@party, @tenant, @taken, @last, @now) "
            + "ON CONFLICT (customer_id) DO UPDATE SET taken = leg_position.taken + excluded.taken, "
            + "last_due_id = excluded.last_due_id, at = excluded.at",
            cancel, ("party", party), ("taken", (long)taken), ("last", last), ("now", context.Now));
        await work.CommitAsync(cancel);
        return taken;
    }

    /// <summary>Adds to the totals of the accounts' open slots, by the accounts' own periods.</summary>
    private static async Task AddAsync(BookWork work, long party, List<Due> dues, CancellationToken cancel)
    {
        var moves = await AccountTimes.MovesAsync(work, [party], cancel);
        var cycles = (await work.ReadAsync(
            "SELECT account_id, cycle, cycle_day FROM billing_account WHERE customer_id = @party AND tenant_id = @tenant",
            reader => (Account: reader.GetInt64(0), Cycle: AccountTimes.CycleOf(reader.GetString(1), reader.GetInt32(2))), cancel,
            ("party", party))).ToDictionary(row => row.Account, row => row.Cycle);
        foreach (var account in dues.GroupBy(due => due.Account).OrderBy(group => group.Key))
        {
            var slot = await OpenSlotAsync(work, party, account.Key, cancel);
            foreach (var group in account.GroupBy(due => new Total(due.Account, due.Code, due.PriceKey,
                AccountCalendar.PeriodOn(cycles[due.Account], [.. moves[due.Account]], due.Date).From)))
            {
                await SaveAsync(work, party, slot, group.Key, [.. group], cancel);
            }
        }
    }

    private static async Task SaveAsync(
        BookWork work, long party, int slot, Total total, IReadOnlyList<Due> dues, CancellationToken cancel)
    {
        const string added = "events = t.events + excluded.events, used = t.used + excluded.used, "
            + "charged = t.charged + excluded.charged, amount = t.amount + excluded.amount";
        (string, object?)[] values =
        [
            ("party", party), ("account", total.Account), ("slot", slot), ("code", total.Code), ("key", total.PriceKey),
            ("period", total.Period), ("events", dues.Sum(due => due.Events)), ("used", dues.Sum(due => due.Used)),
            ("charged", dues.Sum(due => due.Charged)), ("amount", dues.Sum(due => due.Paid ? -due.Amount : due.Amount)),
        ];
        await work.ExecuteAsync(
            "INSERT INTO leg_total AS t (customer_id, account_id, slot_no, code, price_key_id, event_period, tenant_id, events, used, "
            + "charged, amount) VALUES (@party, @account, @slot, @code, @key, @period, @tenant, @events, @used, @charged, @amount) "
            + $"ON CONFLICT (customer_id, account_id, slot_no, code, price_key_id, event_period) DO UPDATE SET {added}",
            cancel, values);
        await work.ExecuteAsync(
            "INSERT INTO usage_total AS t (customer_id, account_id, slot_no, subscription_id, price_key_id, event_period, tenant_id, "
            + "events, used, charged, from_allowances, amount, from_money) VALUES (@party, @account, @slot, 0, @key, @period, "
            + "@tenant, @events, @used, @charged, 0, @amount, 0) ON CONFLICT (customer_id, account_id, slot_no, subscription_id, "
            + $"price_key_id, event_period) DO UPDATE SET {added}",
            cancel, [.. values.Where(value => value.Item1 != "code")]);
    }

    private static async Task<int> OpenSlotAsync(BookWork work, long party, long account, CancellationToken cancel)
    {
        (string, object?)[] values = [("party", party), ("account", account)];
        var open = await work.ReadAsync(
            "SELECT slot_no FROM bill_slot WHERE customer_id = @party AND account_id = @account AND closed_at IS NULL",
            reader => reader.GetInt32(0), cancel, values);
        if (open.Count > 0)
        {
            return open[0];
        }
        await work.ExecuteAsync(
            "INSERT INTO bill_slot (customer_id, account_id, slot_no, tenant_id) VALUES (@party, @account, 1, @tenant)", cancel,
            values);
        return 1;
    }

    private static async Task<ImmutableArray<WaitingLegs>> WaitingAsync(OperationContext context, CancellationToken cancel)
    {
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        return
        [
            .. await work.ReadAsync(
                "SELECT party_key, party_account_id, code, CAST(sum(events) AS bigint) FROM leg_due WHERE tenant_id = @tenant "
                + "GROUP BY party_key, party_account_id, code ORDER BY party_key, party_account_id, code",
                reader => reader.GetString(0) is { Length: > 0 } key
                    ? new WaitingLegs(key, reader.GetString(2), reader.GetInt64(3), "no-account")
                    : new WaitingLegs(
                        new AccountId(reader.GetInt64(1)).ToString(), reader.GetString(2), reader.GetInt64(3), "currency"),
                cancel),
        ];
    }
}
