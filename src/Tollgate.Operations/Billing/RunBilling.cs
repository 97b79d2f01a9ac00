using System.Collections.Immutable;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Catalogs;

namespace Tollgate.Operations.Billing;

/// <summary>Which cycle to bill.</summary>
/// <param name="CycleDay">1 to 31: the accounts with this monthly bill cycle; 0 for another <see cref="Cycle"/>.</param>
/// <param name="Date">The boundary: periods that end on this day are billed. Also the issue date that the drafts show.</param>
public sealed record RunBillingRequest(int CycleDay, LocalDate Date)
{
    /// <summary>The cycle that is billed. Default: monthly on <see cref="CycleDay"/>.</summary>
    public BillCycle Cycle { get; init; } = CycleDay is >= 1 and <= 31 ? new BillCycle(CycleDay) : default;

    /// <summary>Usage so far of the accounts that have passed their threshold, their own or that of an offer, before its period is over;
    /// no cycle, and the
    /// date is a day like any other.</summary>
    public static RunBillingRequest Progressive(LocalDate date) => new(0, date) { IsProgressive = true };

    /// <summary>What a stored run bills: a run without a cycle is progressive.</summary>
    internal static RunBillingRequest Of(BillCycle cycle, LocalDate date) =>
        cycle == default ? Progressive(date) : new RunBillingRequest(cycle.Day, date) { Cycle = cycle };

    /// <summary>See <see cref="Progressive"/>.</summary>
    public bool IsProgressive { get; private init; }

    internal DueQuery Due(CatalogueHistory history) => new(Cycle, Date, history.HasThresholds);

    /// <summary>Accounts per transaction. Default 200.</summary>
    public int ChunkSize { get; init; } = 200;
}

/// <summary>What a run did so far, also over earlier starts of it.</summary>
/// <param name="Accounts">Due for the run.</param>
/// <param name="Done">Billed, or moved on without a document.</param>
/// <param name="Parked">Could not be billed.</param>
/// <param name="Drafted">Documents made by this start.</param>
public sealed record BillRunResult(BillRunId Run, int CycleDay, LocalDate Date, int Accounts, int Done, int Parked, int Drafted)
{
    /// <summary>What is not right with its bills though they can be issued, in words.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];
}

/// <summary>
/// Makes the drafts of a bill cycle. One run per cycle day and date: starting it again goes on where it stopped and adds
/// nothing that is
/// there. Accounts are taken in chunks, each in one transaction under the locks of its customers; what cannot be computed is
/// parked with a
/// reason and an alert, and the run goes on.
/// </summary>
public static class RunBilling
{
    public static async Task<Outcome<BillRunResult>> RunAsync(
        OperationContext context, CatalogueTimeline catalogues, RunBillingRequest request, IProgress<Progress>? progress = null,
        CancellationToken cancel = default)
    {
        if (Refused(request, context.Now) is { } refusal)
        {
            return refusal;
        }
        var history = CatalogueHistories.Of(catalogues);
        var (run, due, policy) = await OpenRunAsync(context, request, history, cancel);
        var chunk = new BillChunk(context, history, policy, request, run);
        var after = (Customer: 0L, Account: 0L);
        var seen = 0;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            if (await chunk.BillNextAsync(after, cancel) is not { } last)
            {
                break;
            }
            after = last.Last;
            seen += last.Count;
            progress?.Report(new Progress(seen, Math.Max(due, seen), "accounts"));
        }
        return await CloseRunAsync(context, request, run, chunk.Drafted, cancel) with
        {
            Warnings = await MissingCreditors.TellAsync(context, run, cancel),
        };
    }

    /// <summary>Why a date is none of a cycle, or cannot be billed yet; null when it can.</summary>
    internal static Refusal? Refused(RunBillingRequest request, Instant now) => NoBoundary(request)
        ?? (request.Date <= now.InUtc().Date.PlusDays(1) ? null : new Refusal("date-in-future",
            $"{request.Date:uuuu-MM-dd} has not come yet: a period is billed when it has ended.", Retry.AfterCure, "date"));

    private static Refusal? NoBoundary(RunBillingRequest request)
    {
        if (request.IsProgressive)
        {
            return null;
        }
        if (request.Cycle == default)
        {
            return new Refusal("invalid", $"There is no cycle day {request.CycleDay}: give 1 to 31.", Retry.AfterCure,
                "cycleDay");
        }
        var cycle = request.Cycle;
        if (cycle.IsBoundary(request.Date))
        {
            return null;
        }
        var period = cycle.PeriodContaining(request.Date);
        return new Refusal("not-a-boundary",
            $"{request.Date:uuuu-MM-dd} is not a boundary of {(cycle.Day > 0 ? $"cycle day {cycle}" : $"the cycle '{cycle}'")}: "
            + $"run it for {period.From:uuuu-MM-dd} or {period.To:uuuu-MM-dd}.", Retry.AfterCure, "date");
    }

    private static async Task<(BillRunId Run, int Due, BillingPolicy Policy)> OpenRunAsync(
        OperationContext context, RunBillingRequest request, CatalogueHistory history, CancellationToken cancel)
    {
        var id = context.Ids.Next();
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        await work.ExecuteAsync(
            "INSERT INTO bill_run (run_id, tenant_id, cycle_day, cycle, bill_date, phase, started_at) VALUES (@id, @tenant, @day, @cycle, "
            + "@date, 'drafting', @now) ON CONFLICT (tenant_id, cycle_day, cycle, bill_date) DO NOTHING",
            cancel, ("id", id), ("day", request.Cycle.Day), ("cycle", AccountTimes.TextOf(request.Cycle)), ("date", request.Date),
            ("now", context.Now));
        var due = await BillReader.CountDueAsync(work, request.Due(history), cancel);
        var run = (await work.ReadAsync(
            "SELECT run_id FROM bill_run WHERE tenant_id = @tenant AND cycle_day = @day AND cycle = @cycle AND bill_date = @date",
            reader => reader.GetInt64(0), cancel, ("day", request.Cycle.Day), ("cycle", AccountTimes.TextOf(request.Cycle)),
            ("date", request.Date)))[0];
        await work.ExecuteAsync(
            "UPDATE bill_run SET accounts = done + @due, parked = 0, phase = CASE WHEN @due > 0 THEN 'drafting' ELSE phase END "
            + "WHERE run_id = @run", cancel, ("due", due), ("run", run));
        var policy = await Policies.InForceAsync(work, request.Date, cancel);
        await work.CommitAsync(cancel);
        return (new BillRunId(run), due, policy);
    }

    private static async Task<BillRunResult> CloseRunAsync(
        OperationContext context, RunBillingRequest request, BillRunId run, int drafted, CancellationToken cancel)
    {
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        await work.ExecuteAsync(
            "UPDATE bill_run SET phase = CASE WHEN phase = 'drafting' THEN 'drafted' ELSE phase END, finished_at = @now WHERE run_id = @run",
            cancel, ("now", context.Now), ("run", run.Value));
        var (accounts, done, parked) = (await work.ReadAsync(
            "SELECT accounts, done, parked FROM bill_run WHERE run_id = @run",
            reader => (reader.GetInt32(0), reader.GetInt32(1), reader.GetInt32(2)), cancel, ("run", run.Value)))[0];
        await work.CommitAsync(cancel);
        return new BillRunResult(run, request.CycleDay, request.Date, accounts, done, parked, drafted);
    }
}
