using System.Text;
using System.Text.Unicode;

namespace Tollgate.Primitives;

/// <summary>What keeps a row of CSV from being read.</summary>
public enum CsvFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A quote is not closed, or stands inside or beside a field; the row has no fields.</summary>
    Quotes,

    /// <summary>A field is not valid UTF-8; it is given with replacement characters.</summary>
    Encoding,
}

/// <summary>
/// The rows of a CSV file in memory, in UTF-8 with or without a byte order mark; lines end by LF, CR LF or CR. Blank lines are
/// passed over; blanks around a field without quotes are cut off. One lost quote costs one row and not the rest of the file.
/// </summary>
/// <param name="content">All of the file.</param>
/// <param name="separator">Between fields; an ASCII character.</param>
/// <param name="comments">Lines that begin with <c>#</c> are passed over.</param>
/// <param name="lineBreaks">A field in quotes may run over several lines; otherwise a line is a row.</param>
public sealed class CsvRows(ReadOnlyMemory<byte> content, char separator = ',', bool comments = false, bool lineBreaks = false)
{
    private readonly bool valid = Utf8.IsValid(content.Span);
    private readonly byte[] marks = [(byte)separator, (byte)'"', (byte)'\n', (byte)'\r'];
    private CsvField[] fields = new CsvField[16];
    private ReadOnlyMemory<byte> row;
    private int at = content.Span.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
    private int nextLine = 1;

    /// <summary>1-based line on which the current row begins; 0 before the first.</summary>
    public int Line { get; private set; }

    /// <summary>Fields of the current row.</summary>
    public int Count { get; private set; }

    /// <summary>What is wrong with the current row.</summary>
    public CsvFault Fault { get; private set; }

    /// <summary>The current row as it stands in the file.</summary>
    public string Text => Encoding.UTF8.GetString(row.Span);

    /// <summary>The value of a field of the current row.</summary>
    public string this[int field]
    {
        get
        {
            var text = Encoding.UTF8.GetString(Bytes(field));
            return fields[field].Quoted ? text : text.Trim();
        }
    }

    /// <summary>The value of a field as bytes, blanks around it included.</summary>
    public ReadOnlySpan<byte> Bytes(int field)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(field, Count);
        return CsvRecord.Value(row.Span, fields[field]);
    }

    /// <summary>Goes to the next row; false at the end.</summary>
    public bool Read()
    {
        while (at < content.Length)
        {
            var rest = content.Span[at..];
            var length = lineBreaks ? RecordLength(rest) : LineLength(rest);
            row = content.Slice(at, length);
            Line = nextLine;
            at += length + EndLength(rest[length..]);
            nextLine += Lines(row.Span);
            var text = row.Span.Trim(" \t"u8);
            if (!text.IsEmpty && !(comments && text[0] == (byte)'#'))
            {
                Split();
                return true;
            }
        }
        return false;
    }

    private void Split()
    {
        var record = row.Span;
        var count = CsvRecord.Split(record, fields, (byte)separator);
        if (count > fields.Length)
        {
            fields = new CsvField[count];
            CsvRecord.Split(record, fields, (byte)separator);
        }
        Count = Math.Max(count, 0);
        Fault = count == CsvRecord.BadQuotes ? CsvFault.Quotes
            : valid || Utf8.IsValid(record) ? CsvFault.None
            : CsvFault.Encoding;
    }

    /// <summary>Length of the record with the line breaks inside its quotes; of its first line when a quote is never
    /// closed.</summary>
    private int RecordLength(ReadOnlySpan<byte> rest)
    {
        var (length, fieldStart) = (0, 0);
        while (true)
        {
            var next = rest[length..].IndexOfAny(marks);
            if (next < 0)
            {
                return rest.Length;
            }
            length += next;
            if (rest[length] is (byte)'\n' or (byte)'\r')
            {
                return length;
            }
            var opens = rest[length] == (byte)'"' && !rest[fieldStart..length].ContainsAnyExcept(" \t"u8);
            length++;
            if (opens)
            {
                var closed = Closing(rest[length..]);
                if (closed < 0)
                {
                    return LineLength(rest);
                }
                length += closed;
            }
            fieldStart = rest[length - 1] == (byte)separator ? length : opens ? length - 1 : fieldStart;
        }
    }

    /// <summary>Length up to and with the quote that closes; -1 when there is none.</summary>
    private static int Closing(ReadOnlySpan<byte> quoted)
    {
        var length = 0;
        while (quoted[length..].IndexOf((byte)'"') is >= 0 and var quote)
        {
            length += quote + 1;
            if (length >= quoted.Length || quoted[length] != (byte)'"')
            {
                return length;
            }
            length++;
        }
        return -1;
    }

    private static int LineLength(ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOfAny((byte)'\n', (byte)'\r');
        return end < 0 ? rest.Length : end;
    }

    private static int EndLength(ReadOnlySpan<byte> end) => end.StartsWith("\r\n"u8) ? 2 : Math.Min(end.Length, 1);

    /// <summary>How many lines a record takes.</summary>
    private static int Lines(ReadOnlySpan<byte> record)
    {
        var lines = 1;
        while (record.IndexOfAny((byte)'\n', (byte)'\r') is >= 0 and var end)
        {
            lines++;
            record = record[(end + EndLength(record[end..]))..];
        }
        return lines;
    }
}
