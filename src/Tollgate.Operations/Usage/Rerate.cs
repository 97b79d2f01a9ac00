using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NodaTime;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Catalogs;
using Tollgate.Storage.Replay;

namespace Tollgate.Operations.Usage;

/// <summary>A re-rating that is asked for.</summary>
/// <param name="Selection">Which charges.</param>
/// <param name="Reason">Why; kept with every posting.</param>
/// <param name="Order">In which order the events are charged again.</param>
/// <param name="CallerKey">The same key is the same run; empty: an unfinished run with the same content is gone on with.</param>
public sealed record RerateRequest(RerateSelection Selection, string Reason, ReplayOrder Order, string CallerKey)
{
    /// <summary>Chunks worked on at the same time. Default: one for each processor.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Customers in one transaction. Default 50.</summary>
    public int ChunkSize { get; init; } = 50;
}

/// <summary>What a re-rating changes, by currency.</summary>
public sealed record RerateSum(int Accounts, long Changed, Money Old, Money New)
{
    public Money Difference => New - Old;
}

/// <summary>What it changes for an account.</summary>
/// <param name="OldFromMoney">Part of <paramref name="Old"/> that prepaid money paid.</param>
public sealed record RerateAccount(
    CustomerId Customer, AccountId Account, int Changed, Money Old, Money New, Money OldFromMoney, Money NewFromMoney)
{
    public Money Difference => New - Old;
}

/// <summary>A customer whose difference cannot be posted.</summary>
/// <param name="Phase"><c>refused</c> or <c>expired</c>.</param>
public sealed record RerateProblem(CustomerId Customer, string Phase, string Detail);

/// <summary>A re-rating with what it comes to.</summary>
/// <param name="Phases">Number of customers by phase.</param>
/// <param name="Accounts">The largest differences first, at most as many as were asked for.</param>
/// <param name="Problems">At most as many as were asked for.</param>
public sealed record RerateView(
    RerateRunId Id, string Phase, string Reason, string Selection, string Order, int Customers, ImmutableArray<RerateSum> Sums,
    ImmutableArray<RerateAccount> Accounts, ImmutableArray<RerateProblem> Problems, IReadOnlyDictionary<string, int> Phases,
    Instant CreatedAt, string CreatedBy, Instant? DecidedAt, string DecidedBy);

/// <summary>
/// Rates stored usage again: select and compute, look at the difference, then approve or cancel. What is approved is posted as
/// reversals
/// and new charges into the open bill slots, customer by customer; an interrupted step goes on when it is called again.
/// </summary>
public static class Rerate
{
    private const int PageSize = 1000;

    /// <summary>Selects and computes; again with the same key: goes on where it stopped. Refusals: <c>invalid</c>,
    /// <c>key-reused</c>,
    /// <c>unknown-version</c>, <c>rerate-cancelled</c>.</summary>
    public static async Task<Outcome<RerateView>> SelectAsync(
        OperationContext context, CatalogueTimeline timeline, RerateRequest request, IProgress<Progress>? progress = null,
        CancellationToken cancel = default)
    {
        if (Faulty(request, timeline) is { } wrong)
        {
            return wrong;
        }
        var begun = await BeginAsync(context, timeline, request, cancel);
        if (begun.Refusal is { } refusal)
        {
            return refusal;
        }
        var run = begun.Value!;
        if (run.Phase == RerateRun.Computing)
        {
            await EachAsync(context, timeline, run, request, RerateCustomer.ToCompute,
                (chunk, customers, stop) => chunk.ComputeAsync(customers, context.Now, stop), progress, cancel);
            await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
            await RerateStore.MoveAsync(work, run.Id, RerateRun.Computing, RerateRun.Computed, null, "", cancel);
            await work.CommitAsync(cancel);
        }
        return await ShowAsync(context, run.Id, cancel: cancel);
    }

    /// <summary>Posts what is computed; again: goes on, and does nothing when all is posted. Refusals: <c>unknown-rerate</c>,
    /// <c>rerate-not-computed</c>, <c>rerate-cancelled</c>, <c>rerate-expired</c> (the catalogue has changed).</summary>
    public static async Task<Outcome<RerateView>> ApproveAsync(
        OperationContext context, CatalogueTimeline timeline, RerateRunId id, IProgress<Progress>? progress = null,
        CancellationToken cancel = default)
    {
        var audit = context.Ids.Next();
        RerateRun? run;
        await using (var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel))
        {
            run = await RerateStore.FindAsync(work, id, cancel);
            if (Undecidable(run, id) is { } refusal)
            {
                return refusal;
            }
            if (run!.Phase == RerateRun.Computed)
            {
                if (run.Catalogs != Fingerprint(timeline))
                {
                    return new Refusal("rerate-expired",
                        $"The catalogue has changed since {id} was computed: cancel it and select again.", Retry.Never);
                }
                await RerateStore.MoveAsync(work, id, RerateRun.Computed, RerateRun.Approved, context.Now, context.Actor, cancel);
                await Audit.WriteAsync(work, context, audit, "rerate.approve", id.ToString(), run.Reason, cancel);
                await work.CommitAsync(cancel);
            }
        }
        var request = new RerateRequest(run.Selection, run.Reason, run.Order, run.CallerKey) { Workers = 1 };
        await EachAsync(context, timeline, run, request, RerateCustomer.Differs,
            (chunk, customers, stop) => chunk.PostAsync(customers, context.Ids, context.Now, stop), progress, cancel);
        return await ShowAsync(context, id, cancel: cancel);
    }

    /// <summary>Puts a run away that is not approved. Refusals: <c>unknown-rerate</c>, <c>rerate-approved</c>.</summary>
    public static async Task<Outcome<RerateView>> CancelAsync(
        OperationContext context, RerateRunId id, CancellationToken cancel = default)
    {
        var audit = context.Ids.Next();
        await using (var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel))
        {
            if (await RerateStore.FindAsync(work, id, cancel) is not { } run)
            {
                return Unknown(id);
            }
            if (run.Phase == RerateRun.Approved)
            {
                return new Refusal("rerate-approved",
                    $"{id} is approved; correct it by another re-rating.", Retry.Never);
            }
            if (run.Phase != RerateRun.Cancelled)
            {
                await RerateStore.MoveAsync(work, id, run.Phase, RerateRun.Cancelled, context.Now, context.Actor, cancel);
                await Audit.WriteAsync(work, context, audit, "rerate.cancel", id.ToString(), run.Reason, cancel);
                await work.CommitAsync(cancel);
            }
        }
        return await ShowAsync(context, id, cancel: cancel);
    }

    /// <summary>One run with its differences; refusal <c>unknown-rerate</c>.</summary>
    /// <param name="limit">Most accounts and most problems.</param>
    public static async Task<Outcome<RerateView>> ShowAsync(
        OperationContext context, RerateRunId id, int limit = 50, CancellationToken cancel = default)
    {
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        return await RerateStore.FindAsync(work, id, cancel) is { } run ? await ViewAsync(work, run, limit, cancel) : Unknown(id);
    }

    /// <summary>Runs, newest first, without their accounts.</summary>
    public static async Task<ImmutableArray<RerateView>> ListAsync(
        OperationContext context, int limit = 50, CancellationToken cancel = default)
    {
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        var views = ImmutableArray.CreateBuilder<RerateView>();
        foreach (var run in await RerateStore.ListAsync(work, limit, cancel))
        {
            views.Add(await ViewAsync(work, run, 0, cancel));
        }
        return views.ToImmutable();
    }

    /// <summary>Which catalogue versions a run was computed with.</summary>
    internal static string Fingerprint(CatalogueTimeline timeline) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', timeline.Entries.Select(entry =>
            string.Create(CultureInfo.InvariantCulture, $"{entry.Version} {entry.EffectiveFrom.ToUnixTimeTicks()}"))))));

    private static async Task<Outcome<RerateRun>> BeginAsync(
        OperationContext context, CatalogueTimeline timeline, RerateRequest request, CancellationToken cancel)
    {
        var id = context.Ids.Next(2);
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        var known = request.CallerKey.Length > 0
            ? await RerateStore.FindAsync(work, request.CallerKey, cancel)
            : await RerateStore.UnfinishedAsync(work, request.Selection, request.Reason, request.Order, cancel);
        if (known is { } earlier)
        {
            var differs = earlier.Selection != request.Selection ? "selection"
                : earlier.Reason != request.Reason ? "reason" : earlier.Order != request.Order ? "order" : "";
            return differs.Length > 0
                ? BookRequests.KeyReused(request.CallerKey, differs)
                : earlier.Phase == RerateRun.Computing && earlier.Catalogs != Fingerprint(timeline)
                    ? new Refusal("rerate-expired",
                        $"The catalogue has changed since {earlier.Id} was begun: cancel it and select again.", Retry.Never)
                    : earlier.Phase == RerateRun.Cancelled ? Undecidable(earlier, earlier.Id)! : earlier;
        }
        var run = new RerateRun(
            new RerateRunId(id), request.CallerKey.Length > 0 ? request.CallerKey : new RerateRunId(id).ToString(),
                request.Reason, request.Selection, request.Order, RerateRun.Computing,
            Fingerprint(timeline), 0, context.Now, context.Actor, null, "");
        await RerateStore.CreateAsync(work, run, await PriceKeys.LoadAsync(work, cancel), cancel);
        await Audit.WriteAsync(work, context, id + 1, "rerate.select", run.Id.ToString(),
            $"{request.Selection}: {request.Reason}", cancel);
        await work.CommitAsync(cancel);
        return run;
    }

    /// <summary>Works through the customers in a phase, chunks in parallel, as long as the run is not cancelled.</summary>
    private static async Task EachAsync(
        OperationContext context, CatalogueTimeline timeline, RerateRun run, RerateRequest request, string phase,
        Func<RerateChunk, long[], CancellationToken, Task> step, IProgress<Progress>? progress, CancellationToken cancel)
    {
        var sessions = new ConcurrentBag<RerateChunk>();
        var (after, done) = (0L, 0);
        while (true)
        {
            List<RerateCustomer> page;
            await using (var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel))
            {
                if ((await RerateStore.FindAsync(work, run.Id, cancel))!.Phase == RerateRun.Cancelled)
                {
                    return;
                }
                page = await RerateStore.NextAsync(work, run.Id, phase, after, PageSize, cancel);
            }
            if (page.Count == 0)
            {
                return;
            }
            await Parallel.ForEachAsync(
                page.Select(row => row.Customer.Value).Chunk(Math.Max(1, request.ChunkSize)),
                new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, request.Workers), CancellationToken = cancel },
                async (customers, stop) =>
                {
                    var chunk = sessions.TryTake(out var kept)
                        ? kept : new RerateChunk(context.Database, context.Tenant, timeline, run);
                    await step(chunk, customers, stop);
                    sessions.Add(chunk);
                    progress?.Report(new Progress(Interlocked.Add(ref done, customers.Length), run.Customers, "customers"));
                });
            after = page[^1].Customer.Value;
        }
    }

    private static async Task<RerateView> ViewAsync(BookWork work, RerateRun run, int limit, CancellationToken cancel)
    {
        var problems = new List<RerateProblem>();
        var accounts = new List<RerateAccount>();
        if (limit > 0)
        {
            foreach (var phase in new[] { RerateCustomer.Refused, RerateCustomer.Expired })
            {
                problems.AddRange((await RerateStore.NextAsync(work, run.Id, phase, 0, limit, cancel))
                    .Select(row => new RerateProblem(row.Customer, row.Phase, row.Detail)));
            }
            accounts.AddRange((await RerateStore.DifferencesAsync(work, run.Id, limit, cancel)).Select(Account));
        }
        var sums = await RerateStore.SumsAsync(work, run.Id, cancel);
        return new RerateView(
            run.Id, run.Phase, run.Reason, run.Selection.ToString(), RerateStore.Text(run.Order),
            (await RerateStore.FindAsync(work, run.Id, cancel))!.Customers,
            [
                .. sums.Select(sum => new RerateSum(
                    sum.Accounts, sum.Changed, MoneyOf(sum.Old, sum.Currency), MoneyOf(sum.New, sum.Currency))),
            ],
            [.. accounts], [.. problems], await RerateStore.PhasesAsync(work, run.Id, cancel), run.CreatedAt, run.CreatedBy,
            run.DecidedAt, run.DecidedBy);
    }

    private static RerateAccount Account(RerateDifference one) => new(
        one.Customer, one.Account, one.Changed, MoneyOf(one.Old, one.Currency), MoneyOf(one.New, one.Currency),
        MoneyOf(one.OldFromMoney, one.Currency), MoneyOf(one.NewFromMoney, one.Currency));

    private static Money MoneyOf(decimal steps, string currency)
    {
        var unit = Units.Find(currency) ?? Units.Currency(currency, 2);
        return new Money(steps / unit.StoragePerUnit, unit);
    }

    private static Refusal? Faulty(RerateRequest request, CatalogueTimeline timeline)
    {
        if (request.Selection.IsEmpty)
        {
            return new Refusal("invalid", "Say which charges: a file, an account, a subscription, a plan or a time.",
                Field: "selection");
        }
        if (string.IsNullOrWhiteSpace(request.Reason))
        {
            return new Refusal("invalid", "Say why: the reason is kept with every posting.", Field: "reason");
        }
        if (request.Selection.From >= request.Selection.To)
        {
            return new Refusal("invalid", "The end is not after the beginning: nothing lies between.", Field: "to");
        }
        if (request.Selection.Plan is { Length: > 0 } plan
            && !timeline.Versions.Any(entry => entry.Compiled.Source.RatePlans.Any(one => one.Code == plan)))
        {
            return new Refusal("unknown-rate-plan",
                $"No published catalogue has the rate plan '{plan}'. See: tollgate catalog sheet.", Field: "plan");
        }
        return request.Selection.CatalogVersion is { } version && timeline.Versions.All(entry => entry.Version != version)
            ? new Refusal("unknown-version", string.Create(CultureInfo.InvariantCulture,
                $"There is no catalogue version {version}. See: tollgate catalog show."), Field: "catalogVersion")
            : null;
    }

    private static Refusal? Undecidable(RerateRun? run, RerateRunId id) => run?.Phase switch
    {
        null => Unknown(id),
        RerateRun.Computing => new Refusal("rerate-not-computed",
            $"{id} is not computed to the end: select it again with its key, it goes on where it stopped."),
        RerateRun.Cancelled => new Refusal("rerate-cancelled", $"{id} is cancelled. Select again with another key.", Retry.Never),
        _ => null,
    };

    private static Refusal Unknown(RerateRunId id) =>
        new("unknown-rerate", $"There is no re-rating {id}. See: tollgate rerate list.", Retry.AfterCure);
}
