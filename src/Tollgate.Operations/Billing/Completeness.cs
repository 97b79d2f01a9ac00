using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Billing;

/// <summary>The gate before documents are accepted or issued.</summary>
internal static class Completeness
{
    /// <summary>Why the run must wait, or null.</summary>
    internal static async Task<Refusal?> RefuseAsync(BookWork work, BillRunId run, CancellationToken cancel)
    {
        var importing = await work.ReadAsync(
            "SELECT name FROM usage_file WHERE tenant_id = @tenant AND phase IN ('importing', 'incomplete') ORDER BY name LIMIT 3",
            reader => reader.GetString(0), cancel);
        if (importing.Count > 0)
        {
            return new Refusal("usage-importing",
                $"A usage file is half imported: {string.Join(", ", importing)}. Run its import again to the end (of an incomplete one, with the whole file), "
                + "then repeat this.");
        }
        var wrong = await work.ReadAsync(Differences("AND d.run_id = @run AND d.phase IN ('draft', 'accepted')"),
            reader => (Account: reader.GetInt64(0), Slot: reader.GetInt32(1)), cancel, ("run", run.Value));
        return wrong.Count == 0
            ? null
            : new Refusal("charges-differ",
                $"The charges of slot {wrong[0].Slot} of {new AccountId(wrong[0].Account)} do not sum to its usage totals "
                + $"({wrong.Count} such slot(s)). Nothing is issued; run tollgate ledger check for the figures.", Retry.Never);
    }

    /// <summary>Slots of documents whose charges do not sum to the totals: account, slot.</summary>
    /// <param name="which">Restricts <c>document d</c>.</param>
    internal static string Differences(string which) =>
        $"""
        WITH claimed AS (
          SELECT DISTINCT u.customer_id, u.account_id, u.slot_no FROM usage_claim u
          JOIN document d ON d.customer_id = u.customer_id AND d.document_id = u.document_id
          WHERE d.tenant_id = @tenant {which}),
        sums AS (
          SELECT c.customer_id, c.account_id, c.slot_no, c.subscription_id, c.price_key_id, c.events, c.charged, c.from_allowances, c.amount,
            c.from_money
          FROM claimed k JOIN posted_charge c ON c.customer_id = k.customer_id AND c.account_id = k.account_id AND c.slot_no = k.slot_no
          WHERE NOT EXISTS (SELECT 1 FROM posted_part p WHERE p.customer_id = c.customer_id AND p.event_time = c.event_time
            AND p.event_id = c.event_id AND p.generation = c.generation AND p.kind = c.kind)
          UNION ALL
          SELECT p.customer_id, p.account_id, p.slot_no, p.subscription_id, p.price_key_id, p.events, p.charged, p.from_allowances, p.amount,
            p.from_money
          FROM claimed k JOIN posted_part p ON p.customer_id = k.customer_id AND p.account_id = k.account_id AND p.slot_no = k.slot_no
          UNION ALL
          SELECT l.customer_id, l.account_id, l.slot_no, 0, l.price_key_id, l.events, l.charged, 0, l.amount, 0
          FROM claimed k JOIN leg_total l ON l.customer_id = k.customer_id AND l.account_id = k.account_id AND l.slot_no = k.slot_no
          UNION ALL
          SELECT t.customer_id, t.account_id, t.slot_no, t.subscription_id, t.price_key_id, -t.events, -t.charged, -t.from_allowances,
            -t.amount, -t.from_money
          FROM claimed k JOIN usage_total t ON t.customer_id = k.customer_id AND t.account_id = k.account_id AND t.slot_no = k.slot_no)
        SELECT DISTINCT account_id, slot_no FROM (
          SELECT account_id, slot_no FROM sums GROUP BY customer_id, account_id, slot_no, subscription_id, price_key_id
          HAVING sum(events) <> 0 OR sum(charged) <> 0 OR sum(from_allowances) <> 0 OR sum(amount) <> 0 OR sum(from_money) <> 0) w
        ORDER BY account_id, slot_no
        """;

    /// <summary>Number of held records per account of the run's drafts, found by the identities of its subscriptions.</summary>
    internal static async Task<Dictionary<AccountId, long>> HeldAsync(BookWork work, BillRunId run, CancellationToken cancel) =>
        (await work.ReadAsync(
            """
            SELECT s.account_id, count(DISTINCT h.record_key) FROM document d
            JOIN subscription s ON s.customer_id = d.customer_id AND s.account_id = d.account_id
            JOIN service_identity i ON i.customer_id = s.customer_id AND i.subscription_id = s.subscription_id
            JOIN held_record h ON h.tenant_id = d.tenant_id AND h.phase = 'held' AND h.subject = i.value
            WHERE d.tenant_id = @tenant AND d.run_id = @run AND d.phase = 'draft' GROUP BY s.account_id
            """,
            reader => (Account: new AccountId(reader.GetInt64(0)), Count: reader.GetInt64(1)), cancel, ("run", run.Value)))
        .ToDictionary(row => row.Account, row => row.Count);
}

/// <summary>Rows of bill runs.</summary>
internal static class BillRuns
{
    /// <summary>A refusal when there is no such run.</summary>
    internal static async Task<Refusal?> RefuseAsync(BookWork work, BillRunId run, CancellationToken cancel) =>
        (await work.ReadAsync("SELECT phase FROM bill_run WHERE tenant_id = @tenant AND run_id = @run", reader => reader.GetString(0), cancel,
            ("run", run.Value))).FirstOrDefault() switch
            {
                null => new Refusal("unknown-run", $"There is no bill run {run}. See: tollgate bill list.", Retry.AfterCure, "run"),
                "drafting" => new Refusal("run-not-finished",
                    $"The bill run {run} is not finished: start it again, it goes on where it stopped.", Retry.AfterCure, "run"),
                _ => null,
            };

    /// <summary>What a run was asked to bill.</summary>
    internal static async Task<RunBillingRequest> RequestAsync(BookWork work, BillRunId run, CancellationToken cancel) =>
        (await work.ReadAsync("SELECT cycle_day, cycle, bill_date FROM bill_run WHERE tenant_id = @tenant AND run_id = @run",
            reader => RunBillingRequest.Of(AccountTimes.CycleOf(reader.GetString(1), reader.GetInt32(0)), reader.GetDate(2)),
            cancel, ("run", run.Value)))[0];

    internal static Task PhaseAsync(BookWork work, BillRunId run, string phase, CancellationToken cancel) =>
        work.ExecuteAsync("UPDATE bill_run SET phase = @phase WHERE tenant_id = @tenant AND run_id = @run", cancel,
            ("phase", phase), ("run", run.Value));
}
