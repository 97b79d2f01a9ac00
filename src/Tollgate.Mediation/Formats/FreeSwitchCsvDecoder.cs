using System.Collections.Immutable;
using Tollgate.Mediation.Reading;
using Tollgate.Primitives;

namespace Tollgate.Mediation.Formats;

/// <summary>
/// FreeSWITCH <c>mod_cdr_csv</c> with the template <c>example</c>, 15 columns. A row is the first leg of a connected call when it names a
/// second leg; an answered row without <c>bleg_uuid</c> is either that second leg or a call that ended in the switch, and is ignored. Key:
/// both uuids, the smaller first, so that two rows that name each other are one event.
/// </summary>
internal sealed class FreeSwitchCsvDecoder(UsageSource source, int subject, DecoderState start) : LineDecoder(start)
{
    internal const int DefaultSubject = CallerNumber;

    internal static readonly ImmutableArray<string> Columns =
    [
        "caller_id_name", "caller_id_number", "destination_number", "context", "start_stamp", "answer_stamp", "end_stamp", "duration",
        "billsec", "hangup_cause", "uuid", "bleg_uuid", "accountcode", "read_codec", "write_codec",
    ];

    private const int CallerNumber = 1;
    private const int Destination = 2;
    private const int AnswerStamp = 5;
    private const int BillSec = 8;
    private const int Uuid = 10;
    private const int OtherUuid = 11;
    private const int ColumnCount = 15;

    private readonly Parties _parties = new(source, source.SubjectKind);
    private readonly LocalTimes _times = new(source.TimeZone);
    private readonly RecordKey _key = new(source.Code);
    private readonly ServiceKind _service = source.Service;
    private readonly AttributeColumns? _attributes =
        source.AttributeFields.IsEmpty ? null : AttributeColumns.Of(source.AttributeFields, Columns);

    protected override Decoded Read(ReadOnlySpan<byte> text, long offset, bool complete)
    {
        var line = text.TrimEnd((byte)'\r');
        Span<CsvField> fields = stackalloc CsvField[ColumnCount];
        var count = CsvLine.Split(line, fields);
        if (!complete && !CsvLine.SurelyWhole(line, count, ColumnCount))
        {
            return Decoded.Reject(HoldReason.Truncated, "The file ends in this line, which has no line end.");
        }
        if (count == CsvLine.BadQuotes)
        {
            return Decoded.Reject(HoldReason.Unreadable, "The quotes are not balanced.");
        }
        if (count != ColumnCount)
        {
            return Decoded.Reject(HoldReason.Unreadable, $"{count} columns instead of {ColumnCount}.");
        }
        var answer = fields[AnswerStamp].In(line);
        if (answer.IsEmpty)
        {
            return Decoded.Ignore("not-answered");
        }
        if (!Digits.TrySeconds("billsec", fields[BillSec].In(line), out var duration, out var fault))
        {
            return fault;
        }
        if (duration == 0)
        {
            return Decoded.Ignore("zero-duration");
        }
        var uuid = fields[Uuid].In(line);
        var other = fields[OtherUuid].In(line);
        if (other.IsEmpty)
        {
            return Decoded.Ignore("no-second-leg");
        }
        if (uuid.IsEmpty)
        {
            return Decoded.Reject(HoldReason.MissingField, "uuid is empty.");
        }
        if (!_parties.TrySubject(Columns[subject], CsvLine.Value(line, fields[subject]), out var served, out fault))
        {
            return fault;
        }
        if (!_times.TryStamp(answer, out var begin))
        {
            return Decoded.Reject(HoldReason.BadTime, $"answer_stamp '{Decoded.Show(answer)}' is not a date and time.");
        }
        _key.Begin();
        var inOrder = uuid.SequenceCompareTo(other) <= 0;
        _key.Add(inOrder ? uuid : other).Add(inOrder ? other : uuid);
        return Decoded.Of(new UsageRecord
        {
            EventId = _key.ToEventId(),
            Service = _service,
            Subject = served,
            Origin = _parties.Origin(CsvLine.Value(line, fields[CallerNumber])),
            Destination = _parties.Destination(CsvLine.Value(line, fields[Destination])),
            Start = begin,
            DurationMs = duration,
            Attributes = _attributes?.Read(line, fields) ?? default,
            Offset = offset,
        });
    }
}
