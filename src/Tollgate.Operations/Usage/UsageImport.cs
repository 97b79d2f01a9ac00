using System.Globalization;
using System.Threading.Channels;
using NodaTime;
using NodaTime.Text;
using Tollgate.Mediation;
using Tollgate.Primitives;
using Tollgate.Storage.Catalogs;
using Tollgate.Storage.Charging;

namespace Tollgate.Operations.Usage;

/// <summary>Settings of an import.</summary>
public sealed record ImportSettings
{
    /// <summary>Records per transaction. More are faster, fewer hold the customers' locks shorter. Default 30,000.</summary>
    public int BatchRecords { get; init; } = 30_000;

    public ChargeSettings Charging { get; init; } = new();
}

/// <summary>What the import of one file did.</summary>
/// <param name="File">The file with its counters at the end: read = rated + held + duplicates + ignored.</param>
/// <param name="ResumedAt">The position where an interrupted import went on; 0: from the start.</param>
/// <param name="Locked">How long each batch held its customers' locks.</param>
public sealed record ImportedFile(UsageFile File, long ResumedAt, IReadOnlyList<Duration> Locked);

/// <summary>
/// Imports usage files: decode → guide → rate → save, exactly once per record. A content that was imported before from the same
/// source is
/// only noted as a duplicate; one whose import was interrupted goes on where its last batch ended. Keeps a cache of customers
/// between files.
/// </summary>
public sealed class UsageImport : IAsyncDisposable
{
    /// <summary>Code of the refusal of an archive that breaks off; what is before the break is imported.</summary>
    public const string IncompleteCode = "usage-file-incomplete";

    private readonly OperationContext context;
    private readonly CatalogueTimeline timeline;
    private readonly ImportSettings settings;
    private readonly ChargeBatch charging;

    public UsageImport(OperationContext context, CatalogueTimeline timeline, ImportSettings? settings = null)
    {
        this.context = context;
        this.timeline = timeline;
        this.settings = settings ?? new ImportSettings();
        charging = new ChargeBatch(context.Database, context.Ids, context.Tenant, this.settings.Charging);
    }

    /// <summary>Imports one file.</summary>
    public static async Task<Outcome<ImportedFile>> RunAsync(
        OperationContext context, CatalogueTimeline timeline, UsageSource source, string path,
            IProgress<Progress>? progress = null,
        CancellationToken cancel = default)
    {
        await using var import = new UsageImport(context, timeline);
        return await import.RunAsync(source, path, progress, cancel);
    }

    /// <summary>Imports one file; progress counts bytes.</summary>
    public async Task<Outcome<ImportedFile>> RunAsync(
        UsageSource source, string path, IProgress<Progress>? progress = null, CancellationToken cancel = default)
    {
        if (!File.Exists(path))
        {
            return new Refusal("unknown-file", $"There is no file '{path}'.");
        }
        if (source.EndedAt is { } ended)
        {
            return new Refusal("source-ended",
                $"The usage source '{source.Code}' has ended at {InstantPattern.ExtendedIso.Format(ended)}; nothing of {path} was "
                + "imported. Import it from another source, or add one: tollgate usage source add", Retry.AfterCure);
        }
        source = source.In(timeline, context.Now);
        if (!Decoders.TryCreate(source, "", out _, out var problem))
        {
            return new Refusal("unusable-source", $"Source '{source.Code}' cannot be read: {problem}");
        }
        var earlier = await UsageFileStore.NamedAsync(
            context.Database, context.Tenant, source.Code, Path.GetFileName(path), cancel);
        var content = await UsageFileReader.IdentifyAsync(path, earlier.Select(one => one.Size), cancel);
        if (content.InUtf16)
        {
            return new Refusal("usage-file-encoding", $"{path} is in UTF-16, and nothing of it was imported. {Utf16.Cure}");
        }
        var known = await UsageFileStore.FindContentAsync(context.Database, context.Tenant, source.Code, content.Hash, cancel);
        if (known?.Phase == UsageFile.Done)
        {
            return await NoteDuplicateAsync(known, path, cancel);
        }
        // Earlier states of the same file: what they held is the beginning of what this one holds.
        earlier = [.. earlier.Where(one => content.HashOfStart.GetValueOrDefault(one.Size) == one.ContentHash)];
        var file = known ?? earlier.Find(one => one.Phase is UsageFile.Importing or UsageFile.Incomplete)
            ?? await AddAsync(source, path, content.Size, content.Hash, cancel);
        if (file.Phase == UsageFile.Incomplete || file.ContentHash != content.Hash)
        {
            await UsageFileStore.GoOnAsync(context.Database, context.Tenant, file, content.Size, content.Hash, cancel);
            file = file with { Size = content.Size, ContentHash = content.Hash };
        }
        var locked = new List<Duration>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var chunks = UsageFileReader.Decode(
            path, source, file.Position, file.Line, file.DecoderState, settings.BatchRecords, stop.Token);
        try
        {
            await ChargeAsync(file, chunks, locked, progress, cancel);
        }
        finally
        {
            await stop.CancelAsync();
        }
        await LegRollup.RunAsync(context, cancel);
        if (content.BrokenOff)
        {
            await UsageFileStore.BrokenOffAsync(context.Database, context.Tenant, file, cancel);
        }
        else
        {
            await SettleTruncated.RunAsync(context, file, earlier, cancel);
        }
        var done = Proven((await UsageFileStore.FindAsync(context.Database, context.Tenant, file.Id, cancel))!);
        return content.BrokenOff ? Incomplete(done, path) : new ImportedFile(done, file.Position, locked);
    }

    public ValueTask DisposeAsync() => charging.DisposeAsync();

    private static Refusal Incomplete(UsageFile file, string path) => new(IncompleteCode, string.Create(
        CultureInfo.InvariantCulture,
        $"{path} is an archive without its end: its text breaks off after {file.Size} bytes, in or after line {file.Line + 1}. "
        + $"{file.Read} records before that are kept ({file.Id}). Have the whole file sent under the same name and import it: the "
        + $"import goes on there."));

    private async Task ChargeAsync(
        UsageFile file, ChannelReader<UsageChunk> chunks, List<Duration> locked, IProgress<Progress>? progress,
            CancellationToken cancel)
    {
        var underWay = new Queue<UsageChunk>();
        await foreach (var outcome in charging.RunAllAsync(WorksAsync(), timeline, () => context.Now, cancel))
        {
            using var done = underWay.Dequeue();
            locked.Add(outcome.Locked);
            progress?.Report(new Progress(done.Offset + done.Length, file.Size, "bytes"));
        }

        async IAsyncEnumerable<ChargeWork> WorksAsync()
        {
            await foreach (var chunk in chunks.ReadAllAsync(cancel))
            {
                underWay.Enqueue(chunk);
                yield return new ChargeWork
                {
                    Source = file.Source,
                    File = file.Id,
                    Usage = chunk.Usage,
                    Rejected = chunk.Rejected,
                    Ignored = chunk.Ignored,
                    Text = chunk,
                    Step = new FileStep(
                        chunk.Offset, chunk.Offset + chunk.Length, chunk.LineAfter, chunk.State, chunk.Last),
                };
            }
        }
    }

    private async Task<UsageFile> AddAsync(UsageSource source, string path, long size, string hash, CancellationToken cancel)
    {
        var file = new UsageFile(
            new UsageFileId(context.Ids.Next()), source.Code, Path.GetFileName(path), size, hash, UsageFile.Importing, null,
            0, 0, "", 0, 0, 0, 0, 0);
        await UsageFileStore.AddAsync(context.Database, context.Tenant, file, context.Now, cancel);
        return file;
    }

    private async Task<Outcome<ImportedFile>> NoteDuplicateAsync(UsageFile original, string path, CancellationToken cancel)
    {
        var file = original with
        {
            Id = new UsageFileId(context.Ids.Next()),
            Name = Path.GetFileName(path),
            Phase = UsageFile.Duplicate,
            DuplicateOf = original.Id,
            Duplicates = original.Read,
            Rated = 0,
            Held = 0,
            Ignored = 0,
            Dropped = 0,
        };
        await UsageFileStore.AddAsync(context.Database, context.Tenant, file, context.Now, cancel);
        return new ImportedFile(Proven(file), 0, []);
    }

    private static UsageFile Proven(UsageFile file) => file.Read == file.Rated + file.Held + file.Duplicates + file.Ignored + file.Dropped
        ? file
        : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
            $"{file.Id}: read {file.Read} is not rated {file.Rated} + held {file.Held} + duplicate {file.Duplicates} + ignored "
                + $"{file.Ignored} + dropped {file.Dropped}."));
}
