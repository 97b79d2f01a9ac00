using NodaTime;
using Tollgate.Catalog;
using Tollgate.Mediation.Layouts;
using Tollgate.Primitives;

namespace Tollgate.Mediation;

/// <summary>
/// A configured origin of usage files. Kept in the database; everything a decoder needs beside the bytes.
/// </summary>
public sealed record UsageSource
{
    /// <summary>Unique name, e.g. <c>pbx-berlin</c>; part of every event id. Empty: nobody keeps the records, and they get no
    /// ids.</summary>
    public required string Code { get; init; }

    /// <summary>Code of the format, see <c>Decoders</c>: <c>asterisk-csv</c>, <c>freeswitch-csv</c>, <c>freeswitch-json</c>,
    /// <c>radius-detail</c>, <c>generic-csv</c>; or <see cref="UsageLayout.Format"/> for files of a <see cref="Layout"/>.</summary>
    public required string Format { get; init; }

    /// <summary>How the records are written when no decoder knows their format; then it says what <see cref="SubjectField"/> and
    /// <see cref="AttributeFields"/> say for the others. Default none.</summary>
    public UsageLayout? Layout { get; init; }

    /// <summary>Zone of local times in the files. An hour that occurs twice is read as its first occurrence, one that is skipped is moved
    /// forward by the gap. Default UTC.</summary>
    public DateTimeZone TimeZone { get; init; } = DateTimeZone.Utc;

    /// <summary>How numbers in the files are written. Null: as the catalogue says that is in force when the file is read; without
    /// a catalogue they are E.164 digits already.</summary>
    public NumberingPlan? Numbering { get; init; }

    /// <summary>Which field names the served party; meaning depends on the format. Empty: the format's default.</summary>
    public string SubjectField { get; init; } = "";

    /// <summary>Kind of identity that the subject is. Default: telephone number, except that <c>radius-detail</c> without a
    /// <see cref="SubjectField"/> reads it as user name.</summary>
    public IdentityKind SubjectKind { get; init; } = IdentityKind.Msisdn;

    /// <summary>Which field of a record becomes which attribute, for conditions and formulas: names are attributes
    /// (<see cref="AttributeNames"/> or the operator's own), values the fields as the format names them (a column, an attribute of
    /// RADIUS, a channel variable). Default none; <c>generic-csv</c> has columns that are attributes beside these.</summary>
    public UsageAttributes AttributeFields { get; init; }

    /// <summary>True: calls that nobody answered and answered ones of no duration are usage too, the former with the attribute
    /// <c>answered=no</c>; what they cost is the plan's <c>unanswered</c> and <c>zeroUse</c>. Default false: they are ignored. For
    /// <c>asterisk-csv</c>, <c>freeswitch-csv</c> and <c>freeswitch-json</c>; the other formats and layouts say it themselves.</summary>
    public bool Unanswered { get; init; }

    /// <summary>From when on no file of it is imported; what is held of it can still be charged. Null: it has not ended.</summary>
    public Instant? EndedAt { get; init; }

    /// <summary>Default service of the records when the format does not say. Default voice; <c>radius-detail</c> reads voice as
    /// data.</summary>
    public ServiceKind Service { get; init; } = ServiceKind.Voice;
}

/// <summary>Receives what a decoder finds, in file order. One call per record of the file, so that
/// read = usage + rejected + ignored.</summary>
public interface IDecodedSink
{
    void Usage(UsageRecord record);

    void Rejected(RejectedRecord record);

    /// <summary>A record that is understood and by its nature not chargeable (an unanswered call, an interim update).</summary>
    /// <param name="offset">Where it begins, in bytes.</param>
    /// <param name="reason">Short stable text, e.g. <c>not-answered</c>.</param>
    void Ignored(long offset, string reason);
}

/// <summary>
/// Turns the bytes of one file, handed over in pieces, into records. Pure and single-threaded: same bytes in, same records out, however
/// they are cut. A decoder never throws on bad bytes; it reports them and goes on with the next record.
/// </summary>
public interface IDecoder
{
    /// <summary>
    /// Decodes as many whole records as <paramref name="buffer"/> holds.
    /// </summary>
    /// <param name="buffer">Unread bytes of the file, beginning at a record boundary.</param>
    /// <param name="offset">Position of the buffer's first byte in the file.</param>
    /// <param name="last">True when no bytes follow: an incomplete record is then reported as truncated.</param>
    /// <param name="maxRecords">Stop after this many records.</param>
    /// <param name="sink">Receives the records.</param>
    /// <returns>Bytes consumed: a record boundary, or a place inside an over-long record that was already reported and is being
    /// skipped (<see cref="State"/> knows); 0 asks for more bytes (or, with <paramref name="last"/>, means the end). May be positive
    /// without any record (blank lines).</returns>
    int Decode(ReadOnlySpan<byte> buffer, long offset, bool last, int maxRecords, IDecodedSink sink);

    /// <summary>What the decoder knows beside the offset: line number, whether it is skipping an over-long record, the header row of a
    /// format that has one. Save it together with the offset that <see cref="Decode"/> reached and hand it to
    /// <see cref="Decoders.Create"/> to go on there. One line of text, at most 8 KiB; empty at the start of a file.</summary>
    string State { get; }
}
