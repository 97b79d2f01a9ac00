using System.Data.Common;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using NodaTime;
using Npgsql;
using Tollgate.Primitives;
using Tollgate.Storage.Catalogs;

namespace Tollgate.Storage.Charging;

/// <summary>
/// The one way in which usage becomes charges: guide, rate and save in one transaction under the locks of the customers' heads,
/// taken in
/// id order. Keeps a connection and a cache of customers between batches. For one thread at a time; open several for parallel
/// work.
/// Decision record: docs/decisions/0020-charge-batch.md.
/// </summary>
public sealed class ChargeBatch : IAsyncDisposable
{
    private const int MaxAttempts = 20;
    private const int MaxCulprits = 100;

    private readonly Database database;
    private readonly int tenant;
    private readonly ChargeSettings settings;
    private readonly CustomerCache cache;
    private readonly ChargeReader reader;
    private readonly ChargeWriter writer;
    private readonly ChargePass pass;
    private readonly RecordGuides guides;
    private readonly ChargeDecisions decisions;
    private readonly ChargeRows rows = new();
    private readonly ChargeAhead? ahead;
    private DbConnection? connection;
    private int attempt;
    private int search;

    public ChargeBatch(Database database, IdBlock ids, TenantId tenant, ChargeSettings? settings = null)
    {
        this.database = database;
        this.tenant = tenant.Value;
        this.settings = settings ?? new ChargeSettings();
        cache = new CustomerCache(this.settings.CachedCustomers);
        reader = new ChargeReader(database, tenant.Value);
        writer = database.Kind == DatabaseKind.Postgres
            ? new PostgresChargeWriter(ids, tenant.Value)
            : new SqliteChargeWriter(ids, tenant.Value);
        pass = new ChargePass(cache, this.settings);
        guides = new RecordGuides(cache);
        decisions = new ChargeDecisions(pass, guides);
        ahead = database.Kind == DatabaseKind.Postgres
            ? new ChargeAhead(database, ids, tenant.Value, this.settings, cache, reader, pass, decisions, this)
            : null;
    }

    /// <summary>Called with each record before it is rated; for tests of what happens when charging a record throws.</summary>
    public Action<UsageRecord>? BeforeRating { get; init; }

    /// <summary>
    /// Charges a batch: all of it or, when the process or the connection dies, nothing. A record whose charging fails does not
    /// fail its
    /// neighbours: it is found, held as <see cref="HoldReason.ChargingFailed"/>, and the rest is charged.
    /// </summary>
    /// <exception cref="InvalidOperationException">The file's position moved meanwhile: another import of it is at
    /// work.</exception>
    public async Task<ChargeOutcome> RunAsync(
        ChargeWork work, CatalogueTimeline timeline, Instant now, CancellationToken cancel = default)
    {
        var failures = new Dictionary<int, string>();
        while (true)
        {
            try
            {
                return await TryAsync(work, work.Usage.Count, failures, timeline, now, commit: true, cancel);
            }
            catch (Exception problem) when (Failure.MayLieInARecord(problem) && failures.Count < MaxCulprits)
            {
                var culprit = await FindCulpritAsync(work, failures, timeline, now, cancel);
                if (culprit < 0 || failures.ContainsKey(culprit))
                {
                    throw;
                }
                failures.Add(culprit, $"{problem.GetType().Name}: {problem.Message}");
            }
        }
    }

    /// <summary>Charges batch after batch; the outcomes come in the same order, each when its batch is durable. On PostgreSQL
    /// batches
    /// are decided ahead while earlier ones are saved. A batch that fails ends the stream; the ones before it are
    /// durable.</summary>
    public IAsyncEnumerable<ChargeOutcome> RunAllAsync(
        IAsyncEnumerable<ChargeWork> works, CatalogueTimeline timeline, Func<Instant> now, CancellationToken cancel = default) =>
        ahead?.RunAsync(works, timeline, now, cancel) ?? RunEachAsync(works, timeline, now, cancel);

    private async IAsyncEnumerable<ChargeOutcome> RunEachAsync(
        IAsyncEnumerable<ChargeWork> works, CatalogueTimeline timeline, Func<Instant> now,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var work in works.WithCancellation(cancel))
        {
            yield return await RunAsync(work, timeline, now(), cancel);
        }
    }

    /// <summary>A number that no other attempt has.</summary>
    internal int NextAttempt() => ++attempt;

    public async ValueTask DisposeAsync()
    {
        if (ahead is not null)
        {
            await ahead.DisposeAsync();
        }
        writer.Dispose();
        if (connection is not null)
        {
            await connection.DisposeAsync();
        }
    }

    /// <summary>The last record of the shortest beginning of the batch that fails; -1 when none does.</summary>
    private async Task<int> FindCulpritAsync(
        ChargeWork work, Dictionary<int, string> failures, CatalogueTimeline timeline, Instant now, CancellationToken cancel)
    {
        var (good, bad) = (0, work.Usage.Count + 1);
        while (bad - good > 1)
        {
            var middle = (good + bad) / 2;
            try
            {
                await TryAsync(work, middle, failures, timeline, now, commit: false, cancel);
                good = middle;
            }
            catch (Exception problem) when (Failure.MayLieInARecord(problem))
            {
                bad = middle;
            }
        }
        return bad > work.Usage.Count ? -1 : bad - 1;
    }

    /// <summary>Charges the first <paramref name="count"/> records; again when a race was lost.</summary>
    private async Task<ChargeOutcome> TryAsync(
        ChargeWork work, int count, Dictionary<int, string> failures, CatalogueTimeline timeline, Instant now, bool commit,
        CancellationToken cancel)
    {
        var customers = new HashSet<long>();
        for (var round = 1; ; round++)
        {
            try
            {
                cache.Trim();
                connection ??= await ChargeConnection.OpenAsync(database, cancel);
                await writer.PrepareAsync(connection, work, now, settings, cancel);
                await AddCandidatesAsync(work, count, customers, connection, null, cancel);
                var outcome = await AttemptAsync(work, count, failures, timeline, now, customers, commit, cancel);
                if (outcome is { } done)
                {
                    return done;
                }
            }
            catch (Exception problem)
            {
                Forget();
                if (!Failure.IsLostRace(problem) || round >= MaxAttempts)
                {
                    throw;
                }
            }
            if (round >= MaxAttempts)
            {
                throw new TimeoutException($"Customers of this batch changed hands {MaxAttempts} times while it was charged.");
            }
        }
    }

    /// <summary>Who may have to be locked: customers known to have the identities, and for unknown identities the
    /// directory's.</summary>
    internal async Task AddCandidatesAsync(
        ChargeWork work, int count, HashSet<long> customers, DbConnection open, DbTransaction? within, CancellationToken cancel)
    {
        HashSet<ServiceIdentity>? unknown = null;
        guides.Look(work, count);
        search++;
        for (var i = 0; i < count; i++)
        {
            var guide = guides[i];
            if (guide is null)
            {
                (unknown ??= []).Add(work.Usage[i].Subject);
            }
            for (; guide is not null; guide = guide.Next)
            {
                var customer = guide.Subscription.Account.Customer;
                if (customer.FoundBy != search)
                {
                    customer.FoundBy = search;
                    customers.Add(customer.Id);
                }
            }
        }
        if (unknown is not null)
        {
            customers.UnionWith(await reader.CustomersOfAsync(open, within, unknown, cancel));
        }
    }

    /// <summary>One transaction. Null: more customers must be locked, which now are in <paramref name="customers"/>.</summary>
    private async Task<ChargeOutcome?> AttemptAsync(
        ChargeWork work, int count, Dictionary<int, string> failures, CatalogueTimeline timeline, Instant now,
            HashSet<long> customers,
        bool commit, CancellationToken cancel)
    {
        pass.Start(NextAttempt(), now, rows);
        FaultPoint.Hit(FaultPoint.BeforeLock);
        var transaction = await connection!.BeginTransactionAsync(cancel);
        await using var ended = transaction;
        if (!await LockAsync(transaction, [.. customers.Order()], now, cancel))
        {
            return null;
        }
        var locked = Stopwatch.GetTimestamp();
        FaultPoint.Hit(FaultPoint.AfterLock);
        var accepted = decisions.Accept(work, count, failures, []);
        if (await FindMovedAsync(transaction, work, accepted, customers, cancel))
        {
            return null;
        }
        var twins = await reader.TwinsAsync(transaction, work, accepted, cancel);
        await cache.Parties.LoadAsync(transaction, tenant, timeline, cancel);
        decisions.Decide(work, accepted, twins, timeline, BeforeRating);
        var outcome = await writer.SaveAsync(transaction, work, pass.Rows, now, cancel);
        if (!commit)
        {
            Forget();
            return outcome;
        }
        FaultPoint.Hit(FaultPoint.BeforeCommit);
        await transaction.CommitAsync(cancel);
        FaultPoint.Hit(FaultPoint.AfterCommit);
        pass.Done();
        outcome = outcome with { Locked = Duration.FromTicks(Stopwatch.GetElapsedTime(locked).Ticks) };
        return outcome.Balanced
            ? outcome
            : throw new InvalidOperationException($"Records were lost or counted twice: {outcome}.");
    }

    /// <summary>Locks customers in id order and makes their states fresh. False: a head was missing and is there now; begin
    /// again.</summary>
    private async Task<bool> LockAsync(DbTransaction transaction, long[] customers, Instant now, CancellationToken cancel)
    {
        if (customers.Length == 0)
        {
            return true;
        }
        var heads = await reader.LockAsync(transaction, customers, cancel);
        if (heads.Count < customers.Length)
        {
            await transaction.RollbackAsync(cancel);
            await reader.AddHeadsAsync(connection!, [.. customers.Except(heads.Select(head => head.Customer))], cancel);
            return false;
        }
        var stale = heads.FindAll(head => cache.Find(head.Customer)?.Version != head.Version);
        if (stale.Count > 0)
        {
            await reader.LoadAsync(transaction, stale, settings.PocketsSince(now), cache, cancel);
        }
        cache.Take(customers, attempt);
        return true;
    }

    /// <summary>Identities that were known but belong to none of the locked customers at the time of use: true when they belong
    /// to others
    /// now, who must be locked too.</summary>
    private async Task<bool> FindMovedAsync(
        DbTransaction transaction, ChargeWork work, List<AcceptedRecord> accepted,
        HashSet<long> customers, CancellationToken cancel)
    {
        var moved = accepted.FindAll(one => one.Subscription is null)
            .ConvertAll(one => work.Usage[one.Index].Subject).ToHashSet();
        if (moved.Count == 0)
        {
            return false;
        }
        var before = customers.Count;
        customers.UnionWith(await reader.CustomersOfAsync(connection!, transaction, moved, cancel));
        return customers.Count > before;
    }

    /// <summary>Nothing of the attempt was saved: what it changed in memory is not true.</summary>
    private void Forget()
    {
        foreach (var customer in pass.Rows.Customers)
        {
            cache.Remove(customer.Id);
        }
        foreach (var account in pass.Rows.NewSlots)
        {
            cache.Remove(account.Customer.Id);
        }
        if (connection?.State != System.Data.ConnectionState.Open)
        {
            writer.Reset();
            connection?.Dispose();
            connection = null;
        }
    }
}
