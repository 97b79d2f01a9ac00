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
internal sealed class AsteriskCsvDecoder(UsageSource source, int subject, DecoderState start) : CallCsvDecoder(source, start)
{
    internal const int DefaultSubject = Src;

    internal static readonly ImmutableArray<string> Names =
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

    private readonly AttributeColumns? _attributes =
        source.AttributeFields.IsEmpty ? null : AttributeColumns.Of(source.AttributeFields, Names);

    protected override (int Fewest, int Most) Columns => (16, 18);

    protected override Decoded Row(ReadOnlySpan<byte> line, ReadOnlySpan<CsvField> fields, long offset)
    {
        var disposition = fields[Disposition].In(line);
        if (!disposition.SequenceEqual("ANSWERED"u8))
        {
            if (!IsUnanswered(disposition))
            {
                return Decoded.Reject(HoldReason.Unreadable, $"Unknown disposition '{Decoded.Show(disposition)}'.");
            }
            if (!Unanswered)
            {
                return Decoded.Ignore("not-answered");
            }
        }
        if (fields[AmaFlags].In(line).SequenceEqual("OMIT"u8))
        {
            return Decoded.Ignore("ama-omit");
        }
        return disposition.SequenceEqual("ANSWERED"u8)
            ? Answered(line, fields, offset)
            : Call(line, fields, offset, StartTime, 0);
    }

    private Decoded Answered(ReadOnlySpan<byte> line, ReadOnlySpan<CsvField> fields, long offset)
    {
        if (!Digits.TrySeconds("billsec", fields[BillSec].In(line), out var duration, out var fault))
        {
            return fault;
        }
        return duration == 0 && !Unanswered
            ? Decoded.Ignore("zero-duration")
            : Call(line, fields, offset, Answer, duration);
    }

    /// <summary>The call as usage.</summary>
    /// <param name="from">The column that says when it began.</param>
    private Decoded Call(ReadOnlySpan<byte> line, ReadOnlySpan<CsvField> fields, long offset, int from, long duration)
    {
        if (subject >= fields.Length)
        {
            return Decoded.Reject(HoldReason.MissingField, $"{Names[subject]} (the subject) is not in this line.");
        }
        if (!Parties.TrySubject(Names[subject], CsvRecord.Value(line, fields[subject]), out var served, out var fault))
        {
            return fault;
        }
        var began = fields[from].In(line);
        if (began.IsEmpty)
        {
            return Decoded.Reject(HoldReason.MissingField, from == Answer
                ? "answer is empty though the call was answered." : "start is empty.");
        }
        if (!Times.TryStamp(began, out var begin))
        {
            return Decoded.Reject(HoldReason.BadTime, $"{Names[from]} '{Decoded.Show(began)}' is not a date and time.");
        }
        var attributes = _attributes?.Read(line, fields) ?? default;
        return Decoded.Of(new UsageRecord
        {
            EventId = KeyOf(line, fields),
            Service = Service,
            Subject = served,
            Origin = Parties.Origin(CsvRecord.Value(line, fields[Src])),
            Destination = Parties.Destination(CsvRecord.Value(line, fields[Dst])),
            Start = begin,
            DurationMs = duration,
            Attributes = from == Answer ? attributes : attributes.With(AttributeNames.Answered, "no"),
            Offset = offset,
        });
    }

    private EventId KeyOf(ReadOnlySpan<byte> line, ReadOnlySpan<CsvField> fields)
    {
        Key.Begin();
        if (fields.Length > UniqueId && fields[UniqueId].Length > 0)
        {
            foreach (var column in (ReadOnlySpan<int>)[UniqueId, Channel, DstChannel, Src, Dst, StartTime, Answer, Disposition])
            {
                Key.Add(fields[column].In(line));
            }
        }
        else
        {
            foreach (var field in fields)
            {
                Key.Add(field.In(line));
            }
        }
        return Key.ToEventId();
    }

    private static bool IsUnanswered(ReadOnlySpan<byte> disposition) =>
        disposition.SequenceEqual("NO ANSWER"u8) || disposition.SequenceEqual("BUSY"u8) || disposition.SequenceEqual("FAILED"u8)
        || disposition.SequenceEqual("CONGESTION"u8) || disposition.SequenceEqual("UNKNOWN"u8);
}
