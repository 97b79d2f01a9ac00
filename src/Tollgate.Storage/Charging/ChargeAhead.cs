using System.Data;
using System.Data.Common;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using NodaTime;
using Npgsql;
using Tollgate.Storage.Catalogs;

namespace Tollgate.Storage.Charging;

/// <summary>
/// Charges batches on PostgreSQL with less waiting: a batch is decided on what is known of its customers, without locks,
/// while earlier
/// ones are saved on connections of their own. Charges and movements, which nobody else writes, are copied at once; then,
/// when the
/// batch before is durable, the heads are locked and changed in one statement that asks for the versions the decisions rest
/// on. If any
/// is another one, nothing of the batch is saved and it goes the safe way, under locks from the beginning, and so do some
/// batches after it.
/// </summary>
internal sealed class ChargeAhead(
    Database database, IdBlock ids, int tenant, ChargeSettings settings, CustomerCache cache, ChargeReader reader,
    ChargePass pass, ChargeDecisions decisions, ChargeBatch batch) : IAsyncDisposable
{
    /// <summary>Batches that are decided and not known to be durable, at most.</summary>
    private const int Depth = 2;

    /// <summary>Batches that go the safe way after one whose customers were changed by others meanwhile.</summary>
    private const int Pause = 8;

    private readonly Lane[] lanes = [.. Enumerable.Range(0, Depth).Select(_ => new Lane(new PostgresChargeWriter(ids, tenant)))];
    private readonly PostgresChargeWriter partitions = new(ids, tenant);
    private readonly Queue<Decided> underWay = new();
    private readonly Stack<ChargeRows> spare = new();
    private DbConnection? looking;
    private long number;
    private int pause;

    internal async IAsyncEnumerable<ChargeOutcome> RunAsync(
        IAsyncEnumerable<ChargeWork> works, CatalogueTimeline timeline, Func<Instant> now,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        try
        {
            await foreach (var work in works.WithCancellation(cancel))
            {
                var decided = pause > 0 ? null : await DecideAsync(work, timeline, now(), cancel);
                if (decided is not null)
                {
                    var lane = lanes[number++ % Depth];
                    underWay.Enqueue(decided);
                    decided.Saved = Task.Run(() => SaveAsync(decided, lane, cancel), CancellationToken.None);
                }
                while (underWay.Count >= (decided is null ? 1 : Depth))
                {
                    foreach (var outcome in await FirstAsync(timeline, now, cancel))
                    {
                        yield return outcome;
                    }
                }
                if (decided is null)
                {
                    pause = Math.Max(0, pause - 1);
                    yield return await batch.RunAsync(work, timeline, now(), cancel);
                }
            }
            while (underWay.Count > 0)
            {
                foreach (var outcome in await FirstAsync(timeline, now, cancel))
                {
                    yield return outcome;
                }
            }
        }
        finally
        {
            await AbandonAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await AbandonAsync();
        partitions.Dispose();
        foreach (var lane in lanes)
        {
            await lane.CloseAsync();
        }
        if (looking is not null)
        {
            await looking.DisposeAsync();
        }
    }

    /// <summary>The outcome of the oldest batch under way; when its bet is lost, the outcomes of all of them, charged the safe
    /// way.</summary>
    private async Task<List<ChargeOutcome>> FirstAsync(CatalogueTimeline timeline, Func<Instant> now, CancellationToken cancel)
    {
        try
        {
            var outcome = await underWay.Peek().Saved;
            spare.Push(underWay.Dequeue().Rows);
            return [outcome];
        }
        catch (Exception problem) when (problem is not FileMovedException && !cancel.IsCancellationRequested)
        {
            var works = underWay.Select(one => one.Work).ToList();
            await AbandonAsync();
            pause = Pause;
            var outcomes = new List<ChargeOutcome>();
            foreach (var work in works)
            {
                outcomes.Add(await batch.RunAsync(work, timeline, now(), cancel));
            }
            return outcomes;
        }
    }

    /// <summary>Waits until nothing is under way any more; what was not saved is dropped from memory.</summary>
    private async Task AbandonAsync()
    {
        while (underWay.TryDequeue(out var decided))
        {
            await ((Task)decided.Saved).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!decided.Saved.IsCompletedSuccessfully)
            {
                foreach (var head in decided.Heads)
                {
                    cache.Remove(head.Customer);
                }
            }
        }
    }

    /// <summary>Decides a batch without locks; null when that cannot be, because a customer has no head yet or the cache is
    /// full.</summary>
    private async Task<Decided?> DecideAsync(ChargeWork work, CatalogueTimeline timeline, Instant now, CancellationToken cancel)
    {
        var customers = new HashSet<long>();
        var rows = spare.TryPop(out var used) ? used : new ChargeRows();
        try
        {
            if (cache.IsFull)
            {
                return null;
            }
            looking ??= await ChargeConnection.OpenAsync(database, cancel);
            await partitions.PrepareAsync(looking, work, now, settings, cancel);
            await using var transaction = await looking.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
            await batch.AddCandidatesAsync(work, work.Usage.Count, customers, looking, transaction, cancel);
            long[] ordered = [.. customers.Order()];
            if (!await LoadAsync(transaction, ordered, now, cancel))
            {
                return null;
            }
            var attempt = batch.NextAttempt();
            pass.Start(attempt, now, rows);
            cache.Take(ordered, attempt);
            List<ChargeRows> others = [.. underWay.Select(one => one.Rows)];
            var accepted = decisions.Accept(work, work.Usage.Count, new Dictionary<int, string>(), others);
            var twins = await reader.TwinsAsync(transaction, work, accepted, cancel);
            await cache.Parties.LoadAsync(transaction, tenant, timeline, cancel);
            decisions.Decide(work, accepted, twins, timeline, batch.BeforeRating);
            if (rows.NewPockets.Count > 0)
            {
                ChargeWriter.Number(rows.NewPockets, ids.Next(rows.NewPockets.Count));
            }
            pass.Done();
            rows.Close();
            rows.Heads.Clear();
            List<HeadRow> heads = [.. ordered.Select(id => HeadOf(cache.Find(id)!, attempt))];
            return new Decided(work, rows, heads, now, underWay.LastOrDefault());
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            // The safe way meets it again if it is real, and knows what to do.
            foreach (var customer in customers)
            {
                cache.Remove(customer);
            }
            if (looking?.State != ConnectionState.Open)
            {
                looking?.Dispose();
                looking = null;
            }
            pause = Pause;
            return null;
        }
    }

    private static HeadRow HeadOf(CustomerState customer, int attempt) => new(
        customer.Id, customer.ChangedBy == attempt ? customer.Version - 1 : customer.Version, customer.Seq, customer.Version,
        customer.LastEventTime);

    /// <summary>Loads customers who are not in memory. False: one has no head.</summary>
    private async Task<bool> LoadAsync(DbTransaction transaction, long[] customers, Instant now, CancellationToken cancel)
    {
        long[] unknown = [.. customers.Where(id => cache.Find(id) is null)];
        if (unknown.Length == 0)
        {
            return true;
        }
        var heads = await reader.LookAsync(transaction, unknown, cancel);
        if (heads.Count < unknown.Length)
        {
            return false;
        }
        await reader.LoadAsync(transaction, heads, settings.PocketsSince(now), cache, cancel);
        return true;
    }

    private async Task<ChargeOutcome> SaveAsync(Decided decided, Lane lane, CancellationToken cancel)
    {
        try
        {
            var (work, rows, writer) = (decided.Work, decided.Rows, lane.Writer);
            // A batch waits for the one before with locks in its hands, which the database cannot see: a ring of waiting
            // batches of two
            // imports is broken by the connection's lock timeout.
            lane.Connection ??= await ChargeConnection.OpenAsync(database, cancel, impatient: true);
            await (decided.Before?.Copied.Task ?? Task.CompletedTask);
            await using var transaction = await lane.Connection.BeginTransactionAsync(cancel);
            await writer.SaveEventsAsync(transaction, work, rows, decided.Now, cancel);
            decided.Copied.SetResult();
            await (decided.Before?.Saved ?? Task.CompletedTask);
            decided.Before = null;
            FaultPoint.Hit(FaultPoint.BeforeLock);
            var started = Stopwatch.GetTimestamp();
            await writer.ChangeHeadsAsync((NpgsqlTransaction)transaction, decided.Heads, cancel);
            FaultPoint.Hit(FaultPoint.AfterLock);
            var outcome = await writer.SaveStateAsync(transaction, work, rows, decided.Now, cancel);
            if (!outcome.Balanced)
            {
                throw new InvalidOperationException($"Records were lost or counted twice: {outcome}.");
            }
            FaultPoint.Hit(FaultPoint.BeforeCommit);
            await transaction.CommitAsync(cancel);
            FaultPoint.Hit(FaultPoint.AfterCommit);
            return outcome with { Locked = Duration.FromTicks(Stopwatch.GetElapsedTime(started).Ticks) };
        }
        catch
        {
            decided.Copied.TrySetResult();
            await lane.CloseAsync();
            throw;
        }
    }

    /// <summary>A batch that is decided and being saved.</summary>
    private sealed class Decided(ChargeWork work, ChargeRows rows, List<HeadRow> heads, Instant now, Decided? before)
    {
        internal ChargeWork Work { get; } = work;

        internal ChargeRows Rows { get; } = rows;

        /// <summary>All customers who may be served, in id order, changed or not.</summary>
        internal List<HeadRow> Heads { get; } = heads;

        internal Instant Now { get; } = now;

        /// <summary>The batch that must be durable first; null when it is.</summary>
        internal Decided? Before { get; set; } = before;

        /// <summary>Ends when the charges are copied, or cannot be.</summary>
        internal TaskCompletionSource Copied { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task<ChargeOutcome> Saved { get; set; } = Task.FromResult(default(ChargeOutcome));
    }

    /// <summary>A connection with its writer; serves one batch at a time.</summary>
    private sealed class Lane(PostgresChargeWriter writer)
    {
        internal PostgresChargeWriter Writer { get; } = writer;

        internal DbConnection? Connection { get; set; }

        internal async ValueTask CloseAsync()
        {
            if (Connection is { } open)
            {
                Connection = null;
                await open.DisposeAsync();
            }
        }
    }
}

/// <summary>A customer was changed by somebody else since the batch was decided.</summary>
internal sealed class OvertakenException() : Exception("Customers of the batch were changed meanwhile.");
