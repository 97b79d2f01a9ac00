using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Storage.Charging;

/// <summary>Texts and lines of records, asked for only when a record must be held.</summary>
public interface IRecordText
{
    /// <summary>The record as it stands in its file.</summary>
    string Raw(UsageRecord record);

    /// <summary>Its 1-based line.</summary>
    long Line(UsageRecord record);
}

/// <summary>How far a file gets with a batch; saved in the batch's transaction.</summary>
/// <param name="From">Position that the stored row must have: another import of the same file is found by this.</param>
/// <param name="To">Bytes whose records are durable after the batch.</param>
/// <param name="Line">Lines before <paramref name="To"/>.</param>
/// <param name="State">The decoder's state at <paramref name="To"/>.</param>
/// <param name="Last">True: the file is done with this batch.</param>
public sealed record FileStep(long From, long To, long Line, string State, bool Last);

/// <summary>What one charging transaction takes: decoded records of one file (or held records of one file, for a
/// replay).</summary>
public sealed record ChargeWork
{
    /// <summary>Code of the usage source.</summary>
    public required string Source { get; init; }

    /// <summary>The file that the records are from.</summary>
    public required UsageFileId File { get; init; }

    /// <summary>In file order.</summary>
    public required IReadOnlyList<UsageRecord> Usage { get; init; }

    public required IRecordText Text { get; init; }

    public IReadOnlyList<RejectedRecord> Rejected { get; init; } = [];

    /// <summary>Number of records that are not chargeable by their nature.</summary>
    public int Ignored { get; init; }

    /// <summary>Null: the position of the file does not move (a replay).</summary>
    public FileStep? Step { get; init; }

    /// <summary>For a replay: the keys under which the records of <see cref="Usage"/> are held, one each; they change state in
    /// the same
    /// transaction. Null: fresh records.</summary>
    public IReadOnlyList<EventId>? Held { get; init; }

    /// <summary>Number of records of all kinds.</summary>
    public long Read => Usage.Count + Rejected.Count + Ignored;
}

/// <summary>What became of a batch: read = rated + held + duplicates + ignored.</summary>
/// <param name="Locked">How long the customers' heads were locked.</param>
public readonly record struct ChargeOutcome(long Read, long Rated, long Held, long Duplicates, long Ignored, Duration Locked)
{
    public bool Balanced => Read == Rated + Held + Duplicates + Ignored;
}

/// <summary>Settings of charging.</summary>
public sealed record ChargeSettings
{
    /// <summary>Events older than this many months are held. Default 13.</summary>
    public int LatenessMonths { get; init; } = 13;

    /// <summary>Events later than now by more than this are held. Default 10 minutes.</summary>
    public Duration Skew { get; init; } = Duration.FromMinutes(10);

    /// <summary>Customers kept in memory between batches. Default 200,000.</summary>
    public int CachedCustomers { get; init; } = 200_000;

    /// <summary>Default: as the account says.</summary>
    public BeyondCredit BeyondCredit { get; init; }

    /// <summary>Pockets that ended before this are of no event that is charged.</summary>
    internal Instant PocketsSince(Instant now) => now.InUtc().LocalDateTime.PlusMonths(-LatenessMonths - 1).InUtc().ToInstant();
}
