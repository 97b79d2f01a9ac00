using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using NodaTime;
using Tollgate.Primitives;
using Tollgate.Rating;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Replay;

namespace Tollgate.Operations.Catalogs;

/// <summary>Stored usage against a catalogue that is not in force.</summary>
/// <param name="Catalogue">The candidate.</param>
/// <param name="From">First event time.</param>
/// <param name="To">Event times end before it.</param>
public sealed record WhatIfRequest(CompiledCatalogue Catalogue, Instant From, Instant To)
{
    /// <summary>Customers computed at the same time. Default: one for each processor.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Customers read at once by one worker. Default 500.</summary>
    public int ChunkSize { get; init; } = 500;

    /// <summary>How many bill shocks are listed. Default 20.</summary>
    public int Shocks { get; init; } = 20;
}

/// <summary>Old and new amounts of one group of charges.</summary>
/// <param name="Group">An offer, a service, or empty for all.</param>
/// <param name="Charges">Number of charges that have a price in both.</param>
/// <param name="Unpriced">Charges that the candidate does not price; they are in <paramref name="Old"/> and not in
/// <paramref name="New"/>.</param>
/// <param name="Winners">Customers who would pay less.</param>
/// <param name="Losers">Customers who would pay more.</param>
/// <param name="Same">Customers for whom nothing changes.</param>
public sealed record WhatIfRow(
    string Group, long Charges, long Unpriced, Money Old, Money New, int Winners, int Losers, int Same)
{
    public Money Difference => New - Old;
}

/// <summary>A customer whose usage would cost much more.</summary>
public sealed record BillShock(CustomerId Customer, string ExternalKey, Money Old, Money New)
{
    public Money Difference => New - Old;
}

/// <summary>What would change. Rows are by currency; usage only, fixed fees are left out.</summary>
/// <param name="Totals">One row per currency.</param>
/// <param name="Plans">By the offer that the customer has.</param>
/// <param name="Services">By service.</param>
/// <param name="Shocks">The largest increases, largest first.</param>
/// <param name="Refusals">Why charges have no price in the candidate, with their number; the most frequent first, at most
/// 20.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record WhatIfReport(
    Instant From, Instant To, int Customers, long Charges, ImmutableArray<WhatIfRow> Totals, ImmutableArray<WhatIfRow> Plans,
    ImmutableArray<WhatIfRow> Services, ImmutableArray<BillShock> Shocks, ImmutableArray<(string Reason, long Charges)> Refusals,
    Duration Elapsed);

/// <summary>
/// Rates the stored usage of a time by a candidate catalogue, customers in parallel, and compares with what was charged. Reads
/// only, in
/// short views of the data; it can be stopped at any time and leaves nothing behind.
/// </summary>
public static class WhatIf
{
    /// <summary>Refusal <c>invalid</c>: the time is empty.</summary>
    public static async Task<Outcome<WhatIfReport>> RunAsync(
        OperationContext context, WhatIfRequest request, IProgress<Progress>? progress = null, CancellationToken cancel = default)
    {
        if (request.To <= request.From)
        {
            return new Refusal("invalid", "The time is empty: give an end after the beginning.", Field: "to");
        }
        var watch = Stopwatch.StartNew();
        await using var view = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        var keys = await PriceKeys.LoadAsync(view, cancel);
        var customers = await view.ReadAsync(
            "SELECT customer_id FROM charging_head WHERE tenant_id = @tenant AND seq > 0 ORDER BY customer_id",
            reader => reader.GetInt64(0), cancel);
        var sessions = new ConcurrentBag<WhatIfReplay>();
        var sums = new ConcurrentBag<WhatIfSums>();
        var done = 0;
        await Parallel.ForEachAsync(
            customers.Chunk(Math.Max(1, request.ChunkSize)),
            new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, request.Workers), CancellationToken = cancel },
            async (chunk, stop) =>
            {
                var session = sessions.TryTake(out var kept)
                    ? kept : new WhatIfReplay(context.Database, context.Tenant, request.Catalogue);
                var sum = sums.TryTake(out var begun) ? begun : new WhatIfSums();
                await using (var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, stop))
                {
                    await session.RunAsync(work, chunk, request.From, request.To, keys, context.Now, sum.Add, stop);
                }
                sum.EndCustomer();
                sums.Add(sum);
                sessions.Add(session);
                progress?.Report(new Progress(Interlocked.Add(ref done, chunk.Length), customers.Count, "customers"));
            });
        var total = sums.Aggregate(new WhatIfSums(), (all, one) => all.Merge(one, request.Shocks));
        return await total.ReportAsync(view, request, Duration.FromTimeSpan(watch.Elapsed), cancel);
    }
}
