using System.Collections.Immutable;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers.Onboarding;

/// <summary>How to onboard.</summary>
public sealed record OnboardingOptions
{
    /// <summary>Check everything and write nothing. Default false.</summary>
    public bool DryRun { get; init; }

    /// <summary>Write the customers that are right even when others are not. Default false: all or nothing.</summary>
    public bool SkipFaulty { get; init; }

    /// <summary>Customers per transaction. Default 2,000.</summary>
    public int ChunkSize { get; init; } = 2000;

    /// <summary>Findings that the report lists; all are counted. Default 100.</summary>
    public int MaxFindings { get; init; } = 100;
}

/// <summary>What an onboarding did.</summary>
/// <param name="Customers">Lines of customers.csv.</param>
/// <param name="Created">Customers written now; in a dry run: that would be written.</param>
/// <param name="Unchanged">Customers that were there with the same content.</param>
/// <param name="Changed">Customers that are there with other content; nothing was applied.</param>
/// <param name="Faulty">Customers that were not written because something about them is wrong.</param>
/// <param name="FindingCount">All findings.</param>
/// <param name="Findings">The first of them.</param>
/// <param name="Refused">True: there are errors, so nothing was written.</param>
public sealed record OnboardingReport(
    int Customers, int Created, int Unchanged, int Changed, int Faulty, int FindingCount, ImmutableArray<Finding> Findings,
    bool Refused);

/// <summary>
/// Brings customers in from CSV files (docs/reference/onboarding.md): checks everything, then writes whole customers in chunks,
/// in file order, one transaction each. Safe to repeat: what is there with the same content stays as it is, so a run that was
/// killed is finished by running it again.
/// </summary>
public static class OnboardCustomers
{
    private const int Attempts = 3;

    /// <summary>Runs over the files of a folder.</summary>
    /// <param name="context">Where, who, when.</param>
    /// <param name="folder">Holds customers.csv, accounts.csv and, if wanted, services.csv and balances.csv.</param>
    /// <param name="offersAt">The offers on sale.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told after each chunk.</param>
    /// <param name="cancel">Stops between chunks.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static async Task<OnboardingReport> RunAsync(
        OperationContext context, string folder, OffersAt offersAt, OnboardingOptions options,
        IProgress<Progress>? progress = null, CancellationToken cancel = default)
    {
        var offers = await offersAt(context.Now, cancel);
        var files = OnboardingFiles.Read(name => Load(folder, name), offers);
        var judge = new OnboardingJudge(context, offers, await SellersAsync(context, cancel));
        var tally = new Tally(files);
        foreach (var chunk in files.Customers.Chunk(options.ChunkSize))
        {
            cancel.ThrowIfCancellationRequested();
            await using var connection = await context.Database.OpenAsync(cancel);
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            var judged = await judge.JudgeAsync(transaction, chunk, files.Findings, cancel);
            tally.Add(judged);
        }
        var refused = tally.HasErrors && !options.SkipFaulty;
        if (refused || options.DryRun)
        {
            return tally.Report(options, refused);
        }
        return await WriteAsync(context, files, judge, options, progress, cancel);
    }

    private static async Task<OnboardingReport> WriteAsync(
        OperationContext context, OnboardingFiles files, OnboardingJudge judge, OnboardingOptions options,
        IProgress<Progress>? progress, CancellationToken cancel)
    {
        var tally = new Tally(files);
        var done = 0;
        foreach (var chunk in files.Customers.Chunk(options.ChunkSize))
        {
            cancel.ThrowIfCancellationRequested();
            tally.Add(await WriteChunkAsync(context, chunk, judge, cancel));
            done += chunk.Length;
            progress?.Report(new Progress(done, files.Customers.Count, "customers"));
        }
        return tally.Report(options, refused: false);
    }

    /// <summary>One transaction: judge again under the lock of the identities, then write what is new. A key that another writer
    /// took in between makes it start over.</summary>
    private static async Task<JudgedChunk> WriteChunkAsync(
        OperationContext context, PlannedCustomer[] chunk, OnboardingJudge judge, CancellationToken cancel)
    {
        var candidates = chunk.Where(customer => !customer.Faulty).ToArray();
        var ids = context.Ids.Next(Math.Max(1, OnboardingRows.IdsFor(candidates)));
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await context.Database.OpenAsync(cancel);
                await using var transaction = await connection.BeginTransactionAsync(cancel);
                await DirectoryLookup.LockIdentitiesAsync(transaction, cancel);
                var judged = await judge.JudgeAsync(transaction, chunk, null, cancel);
                if (judged.New.Count > 0)
                {
                    var bulk = OnboardingRows.Make(context, judged.New, judge, ids);
                    bulk.Write(context.Database, transaction, context.Tenant, context.Now);
                    await transaction.CommitAsync(cancel);
                }
                return judged;
            }
            catch (DbException taken) when (attempt < Attempts && IsUniqueViolation(taken))
            {
                // Judged again: the taken key now makes its customer unchanged, changed or faulty.
            }
        }
    }

    private static bool IsUniqueViolation(DbException problem) =>
        problem is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } or SqliteException { SqliteErrorCode: 19 };

    private static async Task<List<SellerRow>> SellersAsync(OperationContext context, CancellationToken cancel)
    {
        await using var db = context.Database.Context();
        return await db.Set<SellerRow>()
            .Where(row => row.TenantId == context.Tenant.Value && row.EndedAt == null).ToListAsync(cancel);
    }

    private static byte[]? Load(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    private sealed class Tally(OnboardingFiles files)
    {
        private int created;
        private int unchanged;
        private int changed;

        internal bool HasErrors => files.Findings.Any(finding => finding.Severity == Severity.Error);

        internal void Add(JudgedChunk chunk)
        {
            created += chunk.New.Count;
            unchanged += chunk.Unchanged;
            changed += chunk.Changed;
        }

        internal OnboardingReport Report(OnboardingOptions options, bool refused)
        {
            var all = files.Findings;
            return new OnboardingReport(
                files.Customers.Count, refused ? 0 : created, unchanged, changed, files.Customers.Count(customer =>
                    customer.Faulty),
                all.Count, [.. all.Order(InFileOrder).Take(options.MaxFindings)], refused);
        }

        private static readonly Comparer<Finding> InFileOrder = Comparer<Finding>.Create((left, right) =>
            (Rank(left.File), left.Line).CompareTo((Rank(right.File), right.Line)));

        private static int Rank(string file) => file switch
        {
            "customers.csv" => 0,
            "accounts.csv" => 1,
            "services.csv" => 2,
            _ => 3,
        };
    }
}
