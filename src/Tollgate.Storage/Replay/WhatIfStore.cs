using System.Collections.Immutable;
using System.Data.Common;
using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Storage.Replay;

/// <summary>A candidate catalogue over the stored usage of a time.</summary>
/// <param name="Name">What a person called the candidate.</param>
/// <param name="ContentHash">SHA-256 of its files.</param>
/// <param name="From">First event time.</param>
/// <param name="To">Event times end before it.</param>
/// <param name="Served">The server computes it; else whoever began it.</param>
/// <param name="Phase"><c>computing</c>, <c>computed</c> or <c>cancelled</c>.</param>
/// <param name="Customers">All that are looked at.</param>
public sealed record WhatIfRun(
    WhatIfRunId Id, string CallerKey, string Name, string ContentHash, Instant From, Instant To, bool Served, string Phase,
    int Customers, Instant CreatedAt, string CreatedBy)
{
    public const string Computing = "computing";
    public const string Computed = "computed";
    public const string Cancelled = "cancelled";
}

/// <summary>Customers of a run, in id order.</summary>
public readonly record struct WhatIfChunk(int Number, long First, long Last, int Customers);

/// <summary>The rows of what-if runs.</summary>
public static class WhatIfStore
{
    private const string Columns =
        "run_id, caller_key, name, content_hash, from_time, to_time, served, phase, customers, created_at, created_by";

    /// <summary>Stores a run and cuts all customers of the tenant into chunks.</summary>
    public static async Task<WhatIfRun> CreateAsync(
        BookWork work, WhatIfRun run, ImmutableArray<byte> content, int chunkSize, CancellationToken cancel)
    {
        var customers = await work.ReadAsync(
            "SELECT customer_id FROM customer WHERE tenant_id = @tenant ORDER BY customer_id", reader => reader.GetInt64(0),
            cancel);
        run = run with { Customers = customers.Count };
        await work.ExecuteAsync(
            $"INSERT INTO what_if_run ({Columns}, tenant_id, content) VALUES (@run, @key, @name, @hash, @from, @to, @served, "
            + "@phase, @customers, @now, @actor, @tenant, @content)",
            cancel, ("run", run.Id.Value), ("key", run.CallerKey), ("name", run.Name), ("hash", run.ContentHash),
            ("from", run.From), ("to", run.To), ("served", (short)(run.Served ? 1 : 0)), ("phase", run.Phase),
            ("customers", run.Customers), ("now", run.CreatedAt), ("actor", run.CreatedBy), ("content", content.ToArray()));
        var number = 0;
        foreach (var chunk in customers.Chunk(chunkSize))
        {
            await work.ExecuteAsync(
                "INSERT INTO what_if_chunk (run_id, chunk, tenant_id, first_customer, last_customer, customers) "
                + "VALUES (@run, @chunk, @tenant, @first, @last, @customers)",
                cancel, ("run", run.Id.Value), ("chunk", number++), ("first", chunk[0]), ("last", chunk[^1]),
                ("customers", chunk.Length));
        }
        return run;
    }

    /// <summary>Runs, newest first.</summary>
    public static Task<List<WhatIfRun>> ListAsync(BookWork work, int limit, CancellationToken cancel) => work.ReadAsync(
        $"SELECT {Columns} FROM what_if_run WHERE tenant_id = @tenant ORDER BY run_id DESC LIMIT @limit", Run, cancel,
        ("limit", limit));

    /// <summary>A run, or null.</summary>
    public static async Task<WhatIfRun?> FindAsync(BookWork work, WhatIfRunId run, CancellationToken cancel) =>
        (await work.ReadAsync($"SELECT {Columns} FROM what_if_run WHERE tenant_id = @tenant AND run_id = @run", Run, cancel,
            ("run", run.Value))).FirstOrDefault();

    /// <summary>The run that was made with a key, or null.</summary>
    public static async Task<WhatIfRun?> FindAsync(BookWork work, string callerKey, CancellationToken cancel) =>
        (await work.ReadAsync($"SELECT {Columns} FROM what_if_run WHERE tenant_id = @tenant AND caller_key = @key", Run, cancel,
            ("key", callerKey))).FirstOrDefault();

    /// <summary>The newest run over the same candidate and time that a caller began and did not finish, or null.</summary>
    public static async Task<WhatIfRun?> UnfinishedAsync(
        BookWork work, string contentHash, Instant from, Instant to, CancellationToken cancel) => (await work.ReadAsync(
            $"SELECT {Columns} FROM what_if_run WHERE tenant_id = @tenant AND phase = 'computing' AND served = 0 "
            + "AND content_hash = @hash AND from_time = @from AND to_time = @to ORDER BY run_id DESC LIMIT 1",
            Run, cancel, ("hash", contentHash), ("from", from), ("to", to))).FirstOrDefault();

    /// <summary>Runs of all tenants that the server has to compute, oldest first.</summary>
    public static Task<List<(TenantId Tenant, WhatIfRunId Run)>> ServedAsync(BookWork work, CancellationToken cancel) =>
        work.ReadAsync(
            "SELECT tenant_id, run_id FROM what_if_run WHERE phase = 'computing' AND served = 1 ORDER BY run_id",
            reader => (new TenantId(reader.GetInt32(0)), new WhatIfRunId(reader.GetInt64(1))), cancel);

    /// <summary>The package of the candidate's files.</summary>
    public static async Task<byte[]> ContentAsync(BookWork work, WhatIfRunId run, CancellationToken cancel) =>
        (await work.ReadAsync("SELECT content FROM what_if_run WHERE tenant_id = @tenant AND run_id = @run",
            reader => (byte[])reader[0], cancel, ("run", run.Value)))[0];

    /// <summary>Chunks that are not computed, in order.</summary>
    public static Task<List<WhatIfChunk>> ToDoAsync(BookWork work, WhatIfRunId run, int limit, CancellationToken cancel) =>
        work.ReadAsync(
            "SELECT chunk, first_customer, last_customer, customers FROM what_if_chunk WHERE run_id = @run "
            + "AND tenant_id = @tenant AND sums IS NULL ORDER BY chunk LIMIT @limit",
            reader => new WhatIfChunk(reader.GetInt32(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt32(3)), cancel,
            ("run", run.Value), ("limit", limit));

    /// <summary>The customers of a chunk, in id order.</summary>
    public static async Task<long[]> CustomersAsync(BookWork work, WhatIfChunk chunk, CancellationToken cancel) =>
    [
        .. await work.ReadAsync(
            "SELECT customer_id FROM customer WHERE tenant_id = @tenant AND customer_id BETWEEN @first AND @last "
            + "ORDER BY customer_id",
            reader => reader.GetInt64(0), cancel, ("first", chunk.First), ("last", chunk.Last)),
    ];

    /// <summary>Number of customers that are computed.</summary>
    public static async Task<int> DoneAsync(BookWork work, WhatIfRunId run, CancellationToken cancel) =>
        (int)(await work.ReadAsync(
            "SELECT coalesce(sum(customers), 0) FROM what_if_chunk WHERE run_id = @run AND tenant_id = @tenant "
            + "AND sums IS NOT NULL",
            reader => reader.GetInt64(0), cancel, ("run", run.Value)))[0];

    /// <summary>What the computed chunks come to, in order.</summary>
    public static Task<List<string>> SumsAsync(BookWork work, WhatIfRunId run, CancellationToken cancel) => work.ReadAsync(
        "SELECT sums FROM what_if_chunk WHERE run_id = @run AND tenant_id = @tenant AND sums IS NOT NULL ORDER BY chunk",
        reader => reader.GetString(0), cancel, ("run", run.Value));

    /// <summary>Stores what a chunk comes to, unless another process did before.</summary>
    public static Task<int> SaveAsync(BookWork work, WhatIfRunId run, int chunk, string sums, CancellationToken cancel) =>
        work.ExecuteAsync(
            "UPDATE what_if_chunk SET sums = @sums WHERE run_id = @run AND chunk = @chunk AND tenant_id = @tenant "
            + "AND sums IS NULL",
            cancel, ("sums", sums), ("run", run.Value), ("chunk", chunk));

    /// <summary>Ends a run, unless it has ended: its candidate is not needed any more.</summary>
    /// <returns>True: it was computing.</returns>
    public static async Task<bool> EndAsync(BookWork work, WhatIfRunId run, string phase, CancellationToken cancel) =>
        await work.ExecuteAsync(
            "UPDATE what_if_run SET phase = @phase, content = @nothing WHERE run_id = @run AND tenant_id = @tenant "
            + "AND phase = 'computing'",
            cancel, ("phase", phase), ("nothing", Array.Empty<byte>()), ("run", run.Value)) == 1;

    private static WhatIfRun Run(DbDataReader reader) => new(
        new WhatIfRunId(reader.GetInt64(0)), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetTime(4),
        reader.GetTime(5), reader.GetInt16(6) == 1, reader.GetString(7), reader.GetInt32(8), reader.GetTime(9),
        reader.GetString(10));
}
