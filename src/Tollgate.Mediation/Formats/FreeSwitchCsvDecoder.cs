using System.Collections.Immutable;
using Tollgate.Mediation.Reading;
using Tollgate.Primitives;

namespace Tollgate.Mediation.Formats;

/// <summary>
/// FreeSWITCH <c>mod_cdr_csv</c> with the template <c>example</c>, 15 columns. A row is the first leg of a connected call when it names a
/// second leg; an answered row without <c>bleg_uuid</c> is either that second leg or a call that ended in the switch, and is ignored. Key:
/// both uuids, the smaller first, so that two rows that name each other are one event.
/// </summary>
internal sealed class FreeSwitchCsvDecoder(UsageSource source, int subject, DecoderState start) : CallCsvDecoder(source, start)
{
    internal const int DefaultSubject = CallerNumber;

    internal static readonly ImmutableArray<string> Names =
    [
        "caller_id_name", "caller_id_number", "destination_number", "context", "start_stamp", "answer_stamp", "end_stamp", "duration",
        "billsec", "hangup_cause", "uuid", "bleg_uuid", "accountcode", "read_codec", "write_codec",
    ];

    private const int CallerNumber = 1;
    private const int Destination = 2;
    private const int StartStamp = 4;
    private const int AnswerStamp = 5;
    private const int BillSec = 8;
    private const int Uuid = 10;
    private const int OtherUuid = 11;

    private readonly AttributeColumns? _attributes =
        source.AttributeFields.IsEmpty ? null : AttributeColumns.Of(source.AttributeFields, Names);

    protected override (int Fewest, int Most) Columns => (15, 15);

    protected override Decoded Row(ReadOnlySpan<byte> line, ReadOnlySpan<CsvField> fields, long offset)
    {
        var answer = fields[AnswerStamp].In(line);
        if (answer.IsEmpty)
        {
            return Unanswered ? Call(line, fields, offset, StartStamp, 0) : Decoded.Ignore("not-answered");
        }
        if (!Digits.TrySeconds("billsec", fields[BillSec].In(line), out var duration, out var fault))
        {
            return fault;
        }
        if (duration == 0 && !Unanswered)
        {
            return Decoded.Ignore("zero-duration");
        }
        return fields[OtherUuid].Length == 0
            ? Decoded.Ignore("no-second-leg")
            : Call(line, fields, offset, AnswerStamp, duration);
    }

    /// <summary>The call as usage.</summary>
    /// <param name="from">The column that says when it began.</param>
    private Decoded Call(ReadOnlySpan<byte> line, ReadOnlySpan<CsvField> fields, long offset, int from, long duration)
    {
        var uuid = fields[Uuid].In(line);
        var other = fields[OtherUuid].In(line);
        if (uuid.IsEmpty)
        {
            return Decoded.Reject(HoldReason.MissingField, "uuid is empty.");
        }
        if (!Parties.TrySubject(Names[subject], CsvRecord.Value(line, fields[subject]), out var served, out var fault))
        {
            return fault;
        }
        var began = fields[from].In(line);
        if (!Times.TryStamp(began, out var begin))
        {
            return Decoded.Reject(HoldReason.BadTime, $"{Names[from]} '{Decoded.Show(began)}' is not a date and time.");
        }
        var attributes = _attributes?.Read(line, fields) ?? default;
        Key.Begin();
        var inOrder = uuid.SequenceCompareTo(other) <= 0;
        Key.Add(inOrder ? uuid : other).Add(inOrder ? other : uuid);
        return Decoded.Of(new UsageRecord
        {
            EventId = Key.ToEventId(),
            Service = Service,
            Subject = served,
            Origin = Parties.Origin(CsvRecord.Value(line, fields[CallerNumber])),
            Destination = Parties.Destination(CsvRecord.Value(line, fields[Destination])),
            Start = begin,
            DurationMs = duration,
            Attributes = from == AnswerStamp ? attributes : attributes.With(AttributeNames.Answered, "no"),
            Offset = offset,
        });
    }
}
