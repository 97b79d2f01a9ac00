using Tollgate.Primitives;

namespace Tollgate.Mediation.Reading;

/// <summary>
/// A decoder of separated values. A line is a record, without line breaks in fields, so that one lost quote costs one record
/// and not the rest of the file.
/// </summary>
internal abstract class CsvDecoder(DecoderState start) : LineDecoder(start)
{
    /// <summary>What stands between fields.</summary>
    protected virtual byte Separator => (byte)',';

    /// <summary>What stands around fields; 0: nothing.</summary>
    protected virtual byte Quote => (byte)'"';

    /// <summary>Fewest and most columns of a row.</summary>
    protected abstract (int Fewest, int Most) Columns { get; }

    /// <summary>Those in words: "… columns instead of".</summary>
    protected virtual string ColumnsInWords =>
        Columns.Fewest == Columns.Most ? $"{Columns.Most}" : $"{Columns.Fewest} to {Columns.Most}";

    /// <summary>Reads a row that has the right number of columns.</summary>
    protected abstract Decoded Row(ReadOnlySpan<byte> line, ReadOnlySpan<CsvField> fields, long offset);

    protected override Decoded Read(ReadOnlySpan<byte> text, long offset, bool complete)
    {
        var line = text.TrimEnd((byte)'\r');
        var (fewest, most) = Columns;
        Span<CsvField> fields = stackalloc CsvField[most];
        var count = CsvRecord.Split(line, fields, Separator, Quote);
        if (!complete && !SurelyWhole(line, count, most))
        {
            return Decoded.Reject(HoldReason.Truncated, "The file ends in this line, which has no line end.");
        }
        if (count == CsvRecord.BadQuotes)
        {
            return Decoded.Reject(HoldReason.Unreadable, "The quotes are not balanced.");
        }
        return count >= fewest && count <= most
            ? Row(line, fields[..count], offset)
            : Decoded.Reject(HoldReason.Unreadable, $"{count} columns instead of {ColumnsInWords}.");
    }

    /// <summary>A last line without a line end is surely whole when all columns are there and the last one's quotes are
    /// closed.</summary>
    private bool SurelyWhole(ReadOnlySpan<byte> line, int count, int columns) =>
        count == columns && line.Length > 0 && line[^1] == Quote;
}

/// <summary>A decoder of comma-separated call records, with what it needs to make usage of one.</summary>
internal abstract class CallCsvDecoder(UsageSource source, DecoderState start) : CsvDecoder(start)
{
    /// <summary>Reads who takes part in a call.</summary>
    protected Parties Parties { get; } = new(source, source.SubjectKind);

    /// <summary>Reads local times of the source's zone.</summary>
    protected LocalTimes Times { get; } = new(source.TimeZone);

    /// <summary>Makes the record's identity.</summary>
    protected RecordKey Key { get; } = new(source.Code);

    /// <summary>Service of records that do not name one.</summary>
    protected ServiceKind Service { get; } = source.Service;

    /// <summary>Calls that nobody answered, and those of no duration, are usage.</summary>
    protected bool Unanswered { get; } = source.Unanswered;
}
