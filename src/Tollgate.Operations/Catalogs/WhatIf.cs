using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Catalogs;
using Tollgate.Storage.Charging;
using Tollgate.Storage.Replay;

namespace Tollgate.Operations.Catalogs;

/// <summary>Stored usage and fees against a catalogue that is not in force.</summary>
/// <param name="Files">The candidate.</param>
/// <param name="Name">What to call it.</param>
/// <param name="From">First event time.</param>
/// <param name="To">Event times end before it.</param>
/// <param name="CallerKey">The same key is the same run; empty: an unfinished run over the same candidate and time is gone on
/// with.</param>
public sealed record WhatIfRequest(
    IReadOnlyList<CatalogueFile> Files, string Name, Instant From, Instant To, string CallerKey = "")
{
    /// <summary>The server computes it. Default: whoever asks.</summary>
    public bool Served { get; init; }

    /// <summary>Customers read at once by one worker and stored as one step. Default 500.</summary>
    public int ChunkSize { get; init; } = 500;
}

/// <summary>
/// Rates the stored usage of a time by a candidate catalogue, and computes the fixed fees of that time by it, customers in
/// parallel; compares with what was charged. Charges, bills and pockets are only read. What is computed is kept chunk by chunk,
/// so that a run that was stopped or killed goes on where it stood.
/// </summary>
public static class WhatIf
{
    private const int PageSize = 64;

    /// <summary>Stores a run. Refusals: <c>invalid</c>, <c>catalogue-invalid</c>, <c>key-reused</c>.</summary>
    public static async Task<Outcome<WhatIfView>> BeginAsync(
        OperationContext context, WhatIfRequest request, CancellationToken cancel = default)
    {
        if (request.To <= request.From)
        {
            return new Refusal("invalid", "The time is empty: give an end after the beginning.", Field: "to");
        }
        var check = CatalogueFolder.Check(request.Files);
        if (!check.Ok)
        {
            var first = check.Findings.First(finding => finding.Severity == Severity.Error);
            return new Refusal("catalogue-invalid", $"The catalogue has errors, first: {first}");
        }
        var package = CataloguePackage.Pack(request.Files);
        var (from, to) = (TimeCodec.Truncate(request.From), TimeCodec.Truncate(request.To));
        var id = new WhatIfRunId(context.Ids.Next());
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        var known = request.CallerKey.Length > 0
            ? await WhatIfStore.FindAsync(work, request.CallerKey, cancel)
            : await WhatIfStore.UnfinishedAsync(work, package.Hash, from, to, cancel);
        if (known is { } earlier)
        {
            var differs = earlier.ContentHash != package.Hash ? "catalogue" : earlier.From != from ? "from"
                : earlier.To != to ? "to" : "";
            return differs.Length > 0
                ? BookRequests.KeyReused(request.CallerKey, differs)
                : await ViewAsync(work, earlier, withReport: true, cancel);
        }
        var run = await WhatIfStore.CreateAsync(
            work,
            new WhatIfRun(
                id, request.CallerKey.Length > 0 ? request.CallerKey : id.ToString(), request.Name, package.Hash, from, to,
                request.Served, WhatIfRun.Computing, 0, context.Now, context.Actor),
            package.Blob, Math.Max(1, request.ChunkSize), cancel);
        await work.CommitAsync(cancel);
        return View(run, 0, null);
    }

    /// <summary>Computes what is left of a run; does nothing when nothing is. Refusal <c>unknown-what-if</c>.</summary>
    /// <param name="workers">Customers computed at the same time; 0: one for each processor.</param>
    public static async Task<Outcome<WhatIfView>> ComputeAsync(
        OperationContext context, WhatIfRunId id, int workers = 0, IProgress<Progress>? progress = null,
        CancellationToken cancel = default)
    {
        WhatIfSteps? steps = null;
        var done = 0;
        while (true)
        {
            List<WhatIfChunk> page;
            WhatIfRun? run;
            await using (var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel))
            {
                run = await WhatIfStore.FindAsync(work, id, cancel);
                if (run is not { Phase: WhatIfRun.Computing })
                {
                    break;
                }
                page = await WhatIfStore.ToDoAsync(work, id, PageSize, cancel);
                done = await WhatIfStore.DoneAsync(work, id, cancel);
            }
            if (page.Count == 0)
            {
                await using var end = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
                await WhatIfStore.EndAsync(end, id, WhatIfRun.Computed, cancel);
                await end.CommitAsync(cancel);
                break;
            }
            steps ??= await WhatIfSteps.LoadAsync(context, run, cancel);
            await Parallel.ForEachAsync(
                page,
                new ParallelOptions
                {
                    MaxDegreeOfParallelism = workers > 0 ? workers : Environment.ProcessorCount, CancellationToken = cancel,
                },
                async (chunk, stop) =>
                {
                    await steps.ComputeAsync(chunk, stop);
                    progress?.Report(new Progress(Interlocked.Add(ref done, chunk.Customers), run.Customers, "customers"));
                });
        }
        return await ShowAsync(context, id, cancel);
    }

    /// <summary>A run with what it comes to so far; refusal <c>unknown-what-if</c>.</summary>
    public static async Task<Outcome<WhatIfView>> ShowAsync(
        OperationContext context, WhatIfRunId id, CancellationToken cancel = default)
    {
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        return await WhatIfStore.FindAsync(work, id, cancel) is { } run
            ? await ViewAsync(work, run, withReport: true, cancel) : Unknown(id);
    }

    /// <summary>Runs, newest first, without their reports.</summary>
    public static async Task<ImmutableArray<WhatIfView>> ListAsync(
        OperationContext context, int limit = 50, CancellationToken cancel = default)
    {
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        var views = ImmutableArray.CreateBuilder<WhatIfView>();
        foreach (var run in await WhatIfStore.ListAsync(work, limit, cancel))
        {
            views.Add(await ViewAsync(work, run, withReport: false, cancel));
        }
        return views.ToImmutable();
    }

    /// <summary>Ends a run before it is computed; what is computed stays. Refusals: <c>unknown-what-if</c>,
    /// <c>what-if-computed</c>.</summary>
    public static async Task<Outcome<WhatIfView>> CancelAsync(
        OperationContext context, WhatIfRunId id, CancellationToken cancel = default)
    {
        await using (var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel))
        {
            if (await WhatIfStore.FindAsync(work, id, cancel) is not { } run)
            {
                return Unknown(id);
            }
            if (run.Phase == WhatIfRun.Computed)
            {
                return new Refusal("what-if-computed", $"{id} is computed to the end; there is nothing to cancel.", Retry.Never);
            }
            await WhatIfStore.EndAsync(work, id, WhatIfRun.Cancelled, cancel);
            await work.CommitAsync(cancel);
        }
        return await ShowAsync(context, id, cancel);
    }

    /// <summary>Runs of all tenants that the server has to compute, oldest first.</summary>
    public static async Task<IReadOnlyList<(TenantId Tenant, WhatIfRunId Run)>> ServedAsync(
        OperationContext context, CancellationToken cancel = default)
    {
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        return await WhatIfStore.ServedAsync(work, cancel);
    }

    private static async Task<WhatIfView> ViewAsync(BookWork work, WhatIfRun run, bool withReport, CancellationToken cancel)
    {
        var done = await WhatIfStore.DoneAsync(work, run.Id, cancel);
        if (!withReport)
        {
            return View(run, done, null);
        }
        var units = await UnitStore.LoadAsync(work, cancel);
        var total = new WhatIfSums(units);
        foreach (var text in await WhatIfStore.SumsAsync(work, run.Id, cancel))
        {
            total.Merge(WhatIfSums.FromJson(text, units));
        }
        return View(run, done, await total.ReportAsync(work, cancel));
    }

    private static WhatIfView View(WhatIfRun run, int done, WhatIfReport? report) => new(
        run.Id, run.Phase, run.Name, run.From, run.To, run.Customers, done, run.CreatedAt, run.CreatedBy, report);

    private static Refusal Unknown(WhatIfRunId id) =>
        new("unknown-what-if", $"There is no what-if {id}. See: tollgate what-if list.", Retry.AfterCure);
}

/// <summary>Computes chunks of a run, several at the same time.</summary>
internal sealed class WhatIfSteps
{
    private readonly OperationContext context;
    private readonly WhatIfRun run;
    private readonly Rating.CompiledCatalogue candidate;
    private readonly PriceKeys keys;
    private readonly WhatIfFees fees;
    private readonly ConcurrentBag<WhatIfReplay> sessions = [];

    private WhatIfSteps(
        OperationContext context, WhatIfRun run, Rating.CompiledCatalogue candidate, PriceKeys keys, WhatIfFees fees) =>
        (this.context, this.run, this.candidate, this.keys, this.fees) = (context, run, candidate, keys, fees);

    internal static async Task<WhatIfSteps> LoadAsync(OperationContext context, WhatIfRun run, CancellationToken cancel)
    {
        var published = await CatalogueVersions.LoadAsync(context, cancel);
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        var compiled = CatalogueVersions.Compile(await WhatIfStore.ContentAsync(work, run.Id, cancel));
        var policy = await Policies.InForceAsync(work, run.To.InUtc().Date, cancel);
        return new WhatIfSteps(
            context, run, compiled, await PriceKeys.LoadAsync(work, cancel),
            new WhatIfFees(published, compiled, policy, run.From, run.To));
    }

    internal async Task ComputeAsync(WhatIfChunk chunk, CancellationToken cancel)
    {
        var session = sessions.TryTake(out var kept) ? kept : new WhatIfReplay(context.Database, context.Tenant, candidate);
        WhatIfSums sums;
        await using (var view = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel))
        {
            var customers = await WhatIfStore.CustomersAsync(view, chunk, cancel);
            sums = new WhatIfSums(await UnitStore.LoadAsync(view, cancel), await fees.OfAsync(view, customers, cancel));
            await session.RunAsync(view, customers, run.From, run.To, keys, context.Now, sums.Add, cancel);
            sums.End();
        }
        FaultPoint.Hit(FaultPoint.BeforeWhatIfCommit);
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        await WhatIfStore.SaveAsync(work, run.Id, chunk.Number, sums.ToJson(), cancel);
        await work.CommitAsync(cancel);
        sessions.Add(session);
    }
}
