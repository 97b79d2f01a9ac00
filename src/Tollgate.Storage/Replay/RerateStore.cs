using System.Data.Common;
using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Storage.Replay;

/// <summary>The rows of re-ratings.</summary>
public static class RerateStore
{
    private const string RunColumns =
        "run_id, caller_key, reason, selection, replay_order, phase, catalogs, customers, created_at, created_by, decided_at, "
        + "decided_by";

    private const string CustomerColumns = "customer_id, phase, version, selected, replayed, changed, fingerprint, detail";

    /// <summary>Stores a run and its customers: all who were ever charged what the selection names.</summary>
    /// <returns>Number of customers.</returns>
    public static async Task<int> CreateAsync(BookWork work, RerateRun run, PriceKeys keys, CancellationToken cancel)
    {
        await work.ExecuteAsync(
            "INSERT INTO rerate_run (run_id, tenant_id, caller_key, reason, selection, replay_order, phase, catalogs, customers, "
            + "created_at, created_by) VALUES (@run, @tenant, @key, @reason, @selection, @order, @phase, @catalogs, 0, @now, "
            + "@actor)",
            cancel, ("run", run.Id.Value), ("key", run.CallerKey), ("reason", run.Reason), ("selection", run.Selection.ToJson()),
            ("order", Text(run.Order)), ("phase", run.Phase), ("catalogs", run.Catalogs), ("now", run.CreatedAt),
            ("actor", run.CreatedBy));
        var values = new List<(string, object?)> { ("run", run.Id.Value) };
        var where = "";
        Restrict(run.Selection.File, "c.file_id = @file", "file");
        Restrict(run.Selection.Account, "c.account_id = @account", "account");
        Restrict(run.Selection.Subscription, "c.subscription_id = @subscription", "subscription");
        Restrict(run.Selection.From is { } from ? TimeCodec.FromMicroseconds(from) : null, "c.event_time >= @from", "from");
        Restrict(run.Selection.To is { } to ? TimeCodec.FromMicroseconds(to) : null, "c.event_time < @to", "to");
        Restrict(run.Selection.Plan.Length > 0 ? keys.OfPlan(run.Selection.Plan).Select(key => (long)key).ToArray() : null,
            "c.price_key_id IN @plan", "plan");
        var count = await work.ExecuteAsync(
            "INSERT INTO rerate_customer (customer_id, run_id, tenant_id, phase, version, selected, replayed, changed, "
            + "fingerprint, detail) SELECT DISTINCT c.customer_id, CAST(@run AS bigint), c.tenant_id, 'selected', 0, 0, 0, 0, "
            + "'', '' "
            + $"FROM posted_charge c WHERE c.tenant_id = @tenant AND c.kind = 0 {where}",
            cancel, [.. values]);
        await work.ExecuteAsync("UPDATE rerate_run SET customers = @count WHERE run_id = @run AND tenant_id = @tenant", cancel,
            ("count", count), ("run", run.Id.Value));
        return count;

        void Restrict(object? value, string condition, string name)
        {
            if (value is not null)
            {
                where += " AND " + condition;
                values.Add((name, value));
            }
        }
    }

    /// <summary>Runs, newest first.</summary>
    public static Task<List<RerateRun>> ListAsync(BookWork work, int limit, CancellationToken cancel) => work.ReadAsync(
        $"SELECT {RunColumns} FROM rerate_run WHERE tenant_id = @tenant ORDER BY run_id DESC LIMIT @limit", Run, cancel,
        ("limit", limit));

    /// <summary>A run, or null.</summary>
    public static async Task<RerateRun?> FindAsync(BookWork work, RerateRunId run, CancellationToken cancel) =>
        (await work.ReadAsync($"SELECT {RunColumns} FROM rerate_run WHERE tenant_id = @tenant AND run_id = @run", Run, cancel,
            ("run", run.Value))).FirstOrDefault();

    /// <summary>The run that was made with a key, or null.</summary>
    public static async Task<RerateRun?> FindAsync(BookWork work, string callerKey, CancellationToken cancel) =>
        (await work.ReadAsync($"SELECT {RunColumns} FROM rerate_run WHERE tenant_id = @tenant AND caller_key = @key", Run, cancel,
            ("key", callerKey))).FirstOrDefault();

    /// <summary>The newest run with this content that is not computed to the end, or null.</summary>
    public static async Task<RerateRun?> UnfinishedAsync(
        BookWork work, RerateSelection selection, string reason, ReplayOrder order, CancellationToken cancel) =>
        (await work.ReadAsync(
            $"SELECT {RunColumns} FROM rerate_run WHERE tenant_id = @tenant AND phase = 'computing' AND selection = @selection "
            + "AND reason = @reason AND replay_order = @order ORDER BY run_id DESC LIMIT 1",
            Run, cancel, ("selection", selection.ToJson()), ("reason", reason), ("order", Text(order)))).FirstOrDefault();

    /// <summary>Number of customers by phase.</summary>
    public static async Task<IReadOnlyDictionary<string, int>> PhasesAsync(
        BookWork work, RerateRunId run, CancellationToken cancel) => (await work.ReadAsync(
            "SELECT phase, count(*) FROM rerate_customer WHERE run_id = @run AND tenant_id = @tenant GROUP BY phase",
            reader => (Phase: reader.GetString(0), Count: (int)reader.GetInt64(1)), cancel, ("run", run.Value)))
        .ToDictionary(row => row.Phase, row => row.Count, StringComparer.Ordinal);

    /// <summary>The next customers in a phase, after one, in id order.</summary>
    public static Task<List<RerateCustomer>> NextAsync(
        BookWork work, RerateRunId run, string phase, long after, int limit, CancellationToken cancel) => work.ReadAsync(
            $"SELECT {CustomerColumns} FROM rerate_customer WHERE run_id = @run AND tenant_id = @tenant AND phase = @phase "
            + "AND customer_id > @after ORDER BY customer_id LIMIT @limit",
            Customer, cancel, ("run", run.Value), ("phase", phase), ("after", after), ("limit", limit));

    /// <summary>These customers of a run.</summary>
    public static Task<List<RerateCustomer>> CustomersAsync(
        BookWork work, RerateRunId run, long[] customers, CancellationToken cancel) => work.ReadAsync(
            $"SELECT {CustomerColumns} FROM rerate_customer WHERE run_id = @run AND tenant_id = @tenant "
            + "AND customer_id IN @customers ORDER BY customer_id",
            Customer, cancel, ("run", run.Value), ("customers", customers));

    /// <summary>The differences of a run, the largest first.</summary>
    public static Task<List<RerateDifference>> DifferencesAsync(
        BookWork work, RerateRunId run, int limit, CancellationToken cancel) => work.ReadAsync(
            "SELECT customer_id, account_id, currency, changed, old_amount, new_amount, old_from_money, new_from_money "
            + "FROM rerate_difference WHERE run_id = @run AND tenant_id = @tenant "
            + "ORDER BY abs(new_amount - old_amount) DESC, account_id LIMIT @limit",
            reader => new RerateDifference(
                new CustomerId(reader.GetInt64(0)), new AccountId(reader.GetInt64(1)), reader.GetString(2), reader.GetInt32(3),
                reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7)),
            cancel, ("run", run.Value), ("limit", limit));

    /// <summary>Old and new sum, changed charges and accounts, by currency.</summary>
    public static Task<List<(string Currency, int Accounts, long Changed, decimal Old, decimal New)>> SumsAsync(
        BookWork work, RerateRunId run, CancellationToken cancel) => work.ReadAsync(
            "SELECT currency, count(*), sum(changed), sum(old_amount), sum(new_amount) FROM rerate_difference "
            + "WHERE run_id = @run AND tenant_id = @tenant GROUP BY currency ORDER BY currency",
            reader => (reader.GetString(0), (int)reader.GetInt64(1), (long)reader.GetDecimal(2), reader.GetDecimal(3),
                reader.GetDecimal(4)), cancel, ("run", run.Value));

    /// <summary>Moves a run on; false when it is not in the phase it must be in.</summary>
    public static async Task<bool> MoveAsync(
        BookWork work, RerateRunId run, string from, string to, Instant? decided, string actor, CancellationToken cancel) =>
        await work.ExecuteAsync(
            "UPDATE rerate_run SET phase = @to" + (decided is null ? "" : ", decided_at = @now, decided_by = @actor")
            + " WHERE run_id = @run AND tenant_id = @tenant AND phase = @from",
            cancel, decided is null
                ? [("to", to), ("run", run.Value), ("from", from)]
                : [("to", to), ("run", run.Value), ("from", from), ("now", decided), ("actor", actor)]) == 1;

    internal static async Task SaveAsync(
        BookWork work, RerateRunId run, RerateCustomer row, IReadOnlyList<RerateDifference> differences, CancellationToken cancel)
    {
        var stored = await work.ExecuteAsync(
            "UPDATE rerate_customer SET phase = @phase, version = @version, selected = @selected, replayed = @replayed, "
            + "changed = @changed, fingerprint = @fingerprint, detail = @detail WHERE customer_id = @customer AND run_id = @run "
            + "AND tenant_id = @tenant AND phase = 'selected'",
            cancel, ("phase", row.Phase), ("version", row.Version), ("selected", row.Selected), ("replayed", row.Replayed),
            ("changed", row.Changed), ("fingerprint", row.Fingerprint), ("detail", row.Detail),
            ("customer", row.Customer.Value), ("run", run.Value));
        if (stored == 0)
        {
            return; // another process computed it
        }
        foreach (var one in differences)
        {
            await work.ExecuteAsync(
                "INSERT INTO rerate_difference (customer_id, run_id, account_id, tenant_id, currency, changed, old_amount, "
                + "new_amount, old_from_money, new_from_money) VALUES (@customer, @run, @account, @tenant, @currency, @changed, "
                + "@old, @new, @old_money, @new_money)",
                cancel, ("customer", one.Customer.Value), ("run", run.Value), ("account", one.Account.Value),
                ("currency", one.Currency), ("changed", one.Changed), ("old", one.Old), ("new", one.New),
                ("old_money", one.OldFromMoney), ("new_money", one.NewFromMoney));
        }
    }

    internal static Task PhaseAsync(
        BookWork work, RerateRunId run, CustomerId customer, string phase, string detail, CancellationToken cancel) =>
        work.ExecuteAsync(
            "UPDATE rerate_customer SET phase = @phase, detail = @detail WHERE customer_id = @customer AND run_id = @run "
            + "AND tenant_id = @tenant",
            cancel, ("phase", phase), ("detail", detail), ("customer", customer.Value), ("run", run.Value));

    /// <summary>Text form of the order, as on the command line.</summary>
    public static string Text(ReplayOrder order) => order switch
    {
        ReplayOrder.Charge => "charge",
        ReplayOrder.Event => "event",
        _ => throw new ArgumentOutOfRangeException(nameof(order)),
    };

    private static RerateRun Run(DbDataReader reader) => new(
        new RerateRunId(reader.GetInt64(0)), reader.GetString(1), reader.GetString(2),
            RerateSelection.FromJson(reader.GetString(3)),
        reader.GetString(4) == "event" ? ReplayOrder.Event : ReplayOrder.Charge, reader.GetString(5), reader.GetString(6),
        reader.GetInt32(7), reader.GetTime(8), reader.GetString(9), reader.GetTimeOrNull(10), reader.GetString(11));

    private static RerateCustomer Customer(DbDataReader reader) => new(
        new CustomerId(reader.GetInt64(0)), reader.GetString(1), reader.GetInt64(2), reader.GetInt32(3), reader.GetInt32(4),
        reader.GetInt32(5), reader.GetString(6), reader.GetString(7));
}
