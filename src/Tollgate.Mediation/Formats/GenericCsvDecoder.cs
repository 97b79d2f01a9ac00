using System.Text;
using Tollgate.Mediation.Reading;
using Tollgate.Primitives;

namespace Tollgate.Mediation.Formats;

/// <summary>
/// A CSV file with a header row, for any system that can export one: <c>record_id, service, subject, origin, destination,
/// start, duration_s, octets_up, octets_down, events</c> in any order; subject and start are needed. Attributes: <c>apn,
/// rating_group, service_id, partner, device, qos, cell, visited_network, trunk, answered, cause, price, price_currency</c>,
/// <c>x_NAME</c> for the operator's own NAME, and those that the source names. Key: record_id; where it is absent or empty
/// all columns of the row.
/// </summary>
internal sealed class GenericCsvDecoder : CallCsvDecoder
{
    internal const string DefaultSubject = "subject";

    private readonly string _subjectName;
    private readonly InternTable _names = new(utf8 => Encoding.UTF8.GetString(utf8).Trim());
    private readonly UsageAttributes _attributeFields;
    private GenericColumns? _columns;

    internal GenericCsvDecoder(UsageSource source, DecoderState start)
        : base(source, start)
    {
        _subjectName = source.SubjectField.Length == 0 ? DefaultSubject : source.SubjectField.ToLowerInvariant();
        _attributeFields = source.AttributeFields;
        if (start.Header.Length > 0)
        {
            _columns = GenericColumns.TryRead(Encoding.UTF8.GetBytes(start.Header), _subjectName, _attributeFields, out _);
        }
    }

    protected override string Header => _columns?.Header ?? "";

    protected override (int Fewest, int Most) Columns => (_columns!.Count, _columns.Count);

    protected override string ColumnsInWords => $"the {_columns!.Count} of the header row";

    protected override bool TakeHeader(ReadOnlySpan<byte> text, long offset)
    {
        if (_columns is not null)
        {
            return false;
        }
        _columns = GenericColumns.TryRead(text, _subjectName, _attributeFields, out _);
        return _columns is not null;
    }

    protected override Decoded Read(ReadOnlySpan<byte> text, long offset, bool complete)
    {
        if (_columns is null)
        {
            _ = GenericColumns.TryRead(text, _subjectName, _attributeFields, out var problem);
            return Decoded.Reject(HoldReason.Unreadable, problem);
        }
        return base.Read(text, offset, complete);
    }

    protected override Decoded Row(ReadOnlySpan<byte> line, ReadOnlySpan<CsvField> fields, long offset)
    {
        var columns = _columns!;
        if (!TryService(Value(line, fields, columns[GenericColumn.Service]), out var service))
        {
            return Decoded.Reject(HoldReason.Unreadable, "service is none of voice, sms, mms, data, content.");
        }
        if (!Parties.TrySubject(_subjectName, Value(line, fields, columns[GenericColumn.Subject]), out var subject,
            out var fault))
        {
            return fault;
        }
        var startText = Value(line, fields, columns[GenericColumn.Start]);
        if (startText.IsEmpty)
        {
            return Decoded.Reject(HoldReason.MissingField, "start is empty.");
        }
        if (!Times.TryIso(startText, out var begin))
        {
            return Decoded.Reject(HoldReason.BadTime, $"start '{Decoded.Show(startText)}' is not an ISO 8601 date and time.");
        }
        if (!TryDuration(Value(line, fields, columns[GenericColumn.Duration]), out var duration, out fault)
            || !TryCount(line, fields, columns, GenericColumn.OctetsUp, long.MaxValue, 0, out var up, out fault)
            || !TryCount(line, fields, columns, GenericColumn.OctetsDown, long.MaxValue - up, 0, out var down, out fault)
            || !TryCount(line, fields, columns, GenericColumn.Events, int.MaxValue, 1, out var events, out fault))
        {
            return fault;
        }
        var destination = Value(line, fields, columns[GenericColumn.Destination]);
        return Decoded.Of(new UsageRecord
        {
            EventId = KeyOf(line, fields, columns),
            Service = service,
            Subject = subject,
            Origin = Parties.Origin(Value(line, fields, columns[GenericColumn.Origin])),
            Destination = service is ServiceKind.Data or ServiceKind.Content
                ? _names.Get(destination) : Parties.Destination(destination),
            Start = begin,
            DurationMs = duration,
            OctetsUp = up,
            OctetsDown = down,
            Events = (int)events,
            Attributes = columns.Attributes.Read(line, fields),
            Offset = offset,
        });
    }

    private EventId KeyOf(ReadOnlySpan<byte> line, ReadOnlySpan<CsvField> fields, GenericColumns columns)
    {
        var recordId = Value(line, fields, columns[GenericColumn.RecordId]);
        Key.Begin();
        if (!recordId.IsEmpty)
        {
            return Key.Add(recordId).ToEventId();
        }
        foreach (var field in fields)
        {
            Key.Add(field.In(line));
        }
        return Key.ToEventId();
    }

    private bool TryService(ReadOnlySpan<byte> text, out ServiceKind service)
    {
        service = Service;
        return text.IsEmpty || Is(text, "voice"u8, ServiceKind.Voice, ref service) || Is(text, "sms"u8, ServiceKind.Sms,
            ref service)
            || Is(text, "mms"u8, ServiceKind.Mms, ref service) || Is(text, "data"u8, ServiceKind.Data, ref service)
            || Is(text, "content"u8, ServiceKind.Content, ref service);
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name, ServiceKind kind, ref ServiceKind service)
    {
        if (!Ascii.EqualsIgnoreCase(text, name))
        {
            return false;
        }
        service = kind;
        return true;
    }

    /// <summary>Seconds with at most three decimals; 0 when empty.</summary>
    private static bool TryDuration(ReadOnlySpan<byte> text, out long milliseconds, out Decoded fault)
    {
        milliseconds = 0;
        fault = default;
        if (text.IsEmpty)
        {
            return true;
        }
        var point = text.IndexOf((byte)'.');
        var decimals = point < 0 ? default : text[(point + 1)..];
        var fraction = 0L;
        if (point >= 0 && (decimals.Length > 3 || !Digits.TryRead(decimals, out fraction)))
        {
            fault = Decoded.Reject(HoldReason.BadQuantity,
                $"duration_s '{Decoded.Show(text)}' is not a number of seconds with at most three decimals.");
            return false;
        }
        if (!Digits.TrySeconds("duration_s", point < 0 ? text : text[..point], out milliseconds, out fault))
        {
            return false;
        }
        milliseconds += decimals.Length switch { 1 => fraction * 100, 2 => fraction * 10, _ => fraction };
        return true;
    }

    private static bool TryCount(ReadOnlySpan<byte> line, ReadOnlySpan<CsvField> fields, GenericColumns columns,
        GenericColumn column,
        long max, long whenEmpty, out long count, out Decoded fault)
    {
        count = whenEmpty;
        fault = default;
        var text = Value(line, fields, columns[column]);
        if (text.IsEmpty || (Digits.TryRead(text, out count) && count <= max))
        {
            return true;
        }
        fault = Decoded.Reject(HoldReason.BadQuantity,
            $"{GenericColumns.Name(column)} '{Decoded.Show(text)}' is not a whole number from 0 to {max}.");
        return false;
    }

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> line, ReadOnlySpan<CsvField> fields, int column) =>
        column < 0 ? default : CsvRecord.Value(line, fields[column]);
}
