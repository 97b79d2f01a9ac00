using System.Collections.Immutable;
using NodaTime;
using Tollgate.Mediation.Reading;
using Tollgate.Primitives;

namespace Tollgate.Mediation.Formats;

/// <summary>
/// Asterisk <c>cdr_csv</c> (<c>Master.csv</c>), 16 to 18 columns, no header. An answered row with billsec above 0 is usage that starts at
/// <c>answer</c> and lasts <c>billsec</c>. Key: uniqueid, channel, dstchannel, src, dst, start, answer, disposition; without a uniqueid all
/// columns.
/// </summary>
internal sealed class AsteriskCsvDecoder(UsageSource source, int subject, DecoderState start) : LineDecoder(start)
{
    internal const int DefaultSubject = Src;

    internal static readonly ImmutableArray<string> Columns =
    [
        "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "start", "answer", "end",
        "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield",
    ];

    private const int Src = 1;
    private const int Dst = 2;
    private const int Channel = 5;
    private const int DstChannel = 6;
    private const int StartTime = 9;
    private const int Answer = 10;
    private const int BillSec = 13;
    private const int Disposition = 14;
    private const int AmaFlags = 15;
    private const int UniqueId = 16;
    private const int MinColumns = 16;
    private const int MaxColumns = 18;

    private readonly Parties _parties = new(source, source.SubjectKind);
    private readonly LocalTimes _times = new(source.TimeZone);
    private readonly RecordKey _key = new(source.Code);
    private readonly ServiceKind _service = source.Service;
    private readonly AttributeColumns? _attributes =
        source.AttributeFields.IsEmpty ? null : AttributeColumns.Of(source.AttributeFields, Columns);

    protected override Decoded Read(ReadOnlySpan<byte> text, long offset, bool complete)
    {
        var line = text.TrimEnd((byte)'\r');
        Span<CsvField> fields = stackalloc CsvField[MaxColumns];
        var count = CsvLine.Split(line, fields);
        if (!complete && !CsvLine.SurelyWhole(line, count, MaxColumns))
        {
            return Decoded.Reject(HoldReason.Truncated, "The file ends in this line, which has no line end.");
        }
        if (count == CsvLine.BadQuotes)
        {
            return Decoded.Reject(HoldReason.Unreadable, "The quotes are not balanced.");
        }
        if (count is < MinColumns or > MaxColumns)
        {
            return Decoded.Reject(HoldReason.Unreadable, $"{count} columns instead of {MinColumns} to {MaxColumns}.");
        }
        var disposition = fields[Disposition].In(line);
        if (!disposition.SequenceEqual("ANSWERED"u8))
        {
            return IsUnanswered(disposition)
                ? Decoded.Ignore("not-answered")
                : Decoded.Reject(HoldReason.Unreadable, $"Unknown disposition '{Decoded.Show(disposition)}'.");
        }
        if (fields[AmaFlags].In(line).SequenceEqual("OMIT"u8))
        {
            return Decoded.Ignore("ama-omit");
        }
        return Answered(line, fields[..count], offset);
    }

    private Decoded Answered(ReadOnlySpan<byte> line, ReadOnlySpan<CsvField> fields, long offset)
    {
        if (!Digits.TrySeconds("billsec", fields[BillSec].In(line), out var duration, out var fault))
        {
            return fault;
        }
        if (duration == 0)
        {
            return Decoded.Ignore("zero-duration");
        }
        if (subject >= fields.Length)
        {
            return Decoded.Reject(HoldReason.MissingField, $"{Columns[subject]} (the subject) is not in this line.");
        }
        if (!_parties.TrySubject(Columns[subject], CsvLine.Value(line, fields[subject]), out var served, out fault))
        {
            return fault;
        }
        var answer = fields[Answer].In(line);
        if (answer.IsEmpty)
        {
            return Decoded.Reject(HoldReason.MissingField, "answer is empty though the call was answered.");
        }
        if (!_times.TryStamp(answer, out var begin))
        {
            return Decoded.Reject(HoldReason.BadTime, $"answer '{Decoded.Show(answer)}' is not a date and time.");
        }
        return Decoded.Of(new UsageRecord
        {
            EventId = Key(line, fields),
            Service = _service,
            Subject = served,
            Origin = _parties.Origin(CsvLine.Value(line, fields[Src])),
            Destination = _parties.Destination(CsvLine.Value(line, fields[Dst])),
            Start = begin,
            DurationMs = duration,
            Attributes = _attributes?.Read(line, fields) ?? default,
            Offset = offset,
        });
    }

    private EventId Key(ReadOnlySpan<byte> line, ReadOnlySpan<CsvField> fields)
    {
        _key.Begin();
        if (fields.Length > UniqueId && fields[UniqueId].Length > 0)
        {
            foreach (var column in (ReadOnlySpan<int>)[UniqueId, Channel, DstChannel, Src, Dst, StartTime, Answer, Disposition])
            {
                _key.Add(fields[column].In(line));
            }
        }
        else
        {
            foreach (var field in fields)
            {
                _key.Add(field.In(line));
            }
        }
        return _key.ToEventId();
    }

    private static bool IsUnanswered(ReadOnlySpan<byte> disposition) =>
        disposition.SequenceEqual("NO ANSWER"u8) || disposition.SequenceEqual("BUSY"u8) || disposition.SequenceEqual("FAILED"u8)
        || disposition.SequenceEqual("CONGESTION"u8) || disposition.SequenceEqual("UNKNOWN"u8);
}
