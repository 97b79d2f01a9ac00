using NodaTime;
using NodaTime.Text;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Billing;

/// <summary>What closing a cycle did.</summary>
/// <param name="To">End of the period that is closed.</param>
/// <param name="Accounts">Not billed up to there yet.</param>
/// <param name="Closed">Bill slots that had usage and were closed now.</param>
public sealed record CycleClosed(string Cycle, LocalDate To, int Accounts, int Closed);

/// <summary>
/// Closes a bill cycle by hand, between the end of its period and its bill run. Without that a period takes usage until the run
/// makes the account's draft; closed, it takes what has arrived by now: usage of the period that arrives later is on the next bill,
/// with its own period. So all accounts of a cycle have the same cut-off, however long the run takes. Closing again closes what
/// is open still; reopening lets the run take everything again. Refusals: <c>not-a-boundary</c>, <c>date-in-future</c>,
/// <c>already-billed</c>.
/// </summary>
public static class CloseCycle
{
    private const int ChunkSize = 500;

    /// <param name="date">End of the period.</param>
    public static async Task<Outcome<CycleClosed>> RunAsync(
        OperationContext context, BillCycle cycle, LocalDate date, CancellationToken cancel = default)
    {
        var due = new DueQuery(cycle, date);
        var auditId = context.Ids.Next();
        int accounts;
        await using (var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel))
        {
            accounts = await BillReader.CountDueAsync(work, due, cancel);
            if (Refused(context, cycle, date, accounts) is { } refusal)
            {
                return refusal;
            }
            await work.ExecuteAsync(
                "INSERT INTO cycle_close (tenant_id, cycle_day, cycle, closed_to, closed_at, actor) VALUES (@tenant, @day, "
                + "@cycle, @to, @now, @actor) ON CONFLICT DO NOTHING", cancel,
                [.. Key(cycle, date), ("now", context.Now), ("actor", context.Actor)]);
            await Audit.WriteAsync(
                work, context, auditId, "cycle.close", cycle.ToString(), LocalDatePattern.Iso.Format(date), cancel);
            await work.CommitAsync(cancel);
        }
        var (after, closed) = ((Customer: 0L, Account: 0L), 0);
        while (true)
        {
            await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
            var chosen = await BillReader.NextDueAsync(work, due, after, ChunkSize, cancel);
            if (chosen.Count == 0)
            {
                return new CycleClosed(cycle.ToString(), date, accounts, closed);
            }
            closed += await CloseAsync(context, work, chosen, date, cancel);
            await work.CommitAsync(cancel);
            after = chosen[^1];
        }
    }

    /// <summary>Takes a closing back: the run bills what has arrived when it makes the drafts.</summary>
    public static async Task<Outcome<CycleClosed>> ReopenAsync(
        OperationContext context, BillCycle cycle, LocalDate date, CancellationToken cancel = default)
    {
        var auditId = context.Ids.Next();
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        var accounts = await BillReader.CountDueAsync(work, new DueQuery(cycle, date), cancel);
        if (Refused(context, cycle, date, accounts) is { } refusal)
        {
            return refusal;
        }
        await work.ExecuteAsync(
            "DELETE FROM cycle_close WHERE tenant_id = @tenant AND cycle_day = @day AND cycle = @cycle AND closed_to = @to",
            cancel, Key(cycle, date));
        await Audit.WriteAsync(
            work, context, auditId, "cycle.reopen", cycle.ToString(), LocalDatePattern.Iso.Format(date), cancel);
        await work.CommitAsync(cancel);
        return new CycleClosed(cycle.ToString(), date, accounts, 0);
    }

    /// <summary>When a cycle was closed up to a day by hand; null: it was not.</summary>
    internal static async Task<Instant?> ClosedAtAsync(
        BookWork work, BillCycle cycle, LocalDate date, CancellationToken cancel) => (await work.ReadAsync(
            "SELECT closed_at FROM cycle_close WHERE tenant_id = @tenant AND cycle_day = @day AND cycle = @cycle AND "
            + "closed_to = @to", reader => (Instant?)reader.GetTime(0), cancel, Key(cycle, date))).FirstOrDefault();

    private static (string, object?)[] Key(BillCycle cycle, LocalDate date) =>
        [("day", cycle.Day), ("cycle", AccountTimes.TextOf(cycle)), ("to", date)];

    private static Refusal? Refused(OperationContext context, BillCycle cycle, LocalDate date, int accounts) =>
        RunBilling.Refused(new RunBillingRequest(cycle.Day, date) { Cycle = cycle }, context.Now)
        ?? (accounts > 0 ? null : new Refusal("already-billed",
            $"No account of the cycle '{cycle}' is left to bill up to {date:uuuu-MM-dd}.", Retry.Never, "date"));

    /// <summary>Closes the open slots with usage of the period, under the locks of their customers.</summary>
    private static async Task<int> CloseAsync(
        OperationContext context, BookWork work, List<(long Customer, long Account)> chosen, LocalDate date,
        CancellationToken cancel)
    {
        long[] customers = [.. chosen.Select(one => one.Customer).Distinct()];
        await work.LockHeadsAsync(customers, cancel);
        var children = await AccountTimes.ChildrenAsync(work, customers, cancel);
        long[] accounts =
            [.. chosen.SelectMany(one => children[one.Account].Select(child => child.Value).Prepend(one.Account)).Distinct()];
        var open = await work.ReadAsync(
            "SELECT s.customer_id, s.account_id FROM bill_slot s WHERE s.customer_id IN @customers AND s.account_id IN @accounts "
            + "AND s.tenant_id = @tenant AND s.closed_at IS NULL AND EXISTS (SELECT 1 FROM usage_total t WHERE t.customer_id = "
            + "s.customer_id AND t.account_id = s.account_id AND t.slot_no = s.slot_no AND t.event_period < @date)",
            reader => (Customer: reader.GetInt64(0), Account: reader.GetInt64(1)), cancel,
            ("customers", customers), ("accounts", accounts), ("date", date));
        if (open.Count > 0)
        {
            await BillWriter.CloseSlotsAsync(
                work, [.. open.Select(one => one.Customer).Distinct()], [.. open.Select(one => one.Account)], context.Now, cancel);
        }
        return open.Count;
    }
}
