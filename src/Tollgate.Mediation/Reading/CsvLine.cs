namespace Tollgate.Mediation.Reading;

/// <summary>A field of a line: where its value lies, without the enclosing quotes.</summary>
/// <param name="Escaped">True when the value contains doubled quotes.</param>
internal readonly record struct CsvField(int Start, int Length, bool Escaped)
{
    internal ReadOnlySpan<byte> In(ReadOnlySpan<byte> line) => line.Slice(Start, Length);
}

/// <summary>
/// Splits one line of comma-separated values with quotes doubled inside quotes (RFC 4180 without line breaks in fields: a line is a record,
/// so that one lost quote costs one record and not the rest of the file).
/// </summary>
internal static class CsvLine
{
    /// <summary>A quote is not closed, or stands inside or beside a field.</summary>
    internal const int BadQuotes = -1;

    /// <summary>Fills <paramref name="fields"/> as far as they reach and returns how many fields the line has, or
    /// <see cref="BadQuotes"/>.</summary>
    internal static int Split(ReadOnlySpan<byte> line, Span<CsvField> fields)
    {
        var count = 0;
        var at = 0;
        while (true)
        {
            CsvField field;
            if (at < line.Length && line[at] == (byte)'"')
            {
                var escaped = false;
                var from = at + 1;
                at = from;
                while (true)
                {
                    var quote = line[at..].IndexOf((byte)'"');
                    if (quote < 0)
                    {
                        return BadQuotes;
                    }
                    at += quote + 1;
                    if (at >= line.Length || line[at] != (byte)'"')
                    {
                        break;
                    }
                    escaped = true;
                    at++;
                }
                field = new CsvField(from, at - 1 - from, escaped);
                if (at < line.Length && line[at] != (byte)',')
                {
                    return BadQuotes;
                }
            }
            else
            {
                var length = line[at..].IndexOfAny((byte)',', (byte)'"');
                if (length >= 0 && line[at + length] == (byte)'"')
                {
                    return BadQuotes;
                }
                length = length < 0 ? line.Length - at : length;
                field = new CsvField(at, length, Escaped: false);
                at += length;
            }
            if (count < fields.Length)
            {
                fields[count] = field;
            }
            count++;
            if (at >= line.Length)
            {
                return count;
            }
            at++;
        }
    }

    /// <summary>The value with doubled quotes made single, copied only when there are any.</summary>
    internal static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> line, CsvField field)
    {
        var raw = field.In(line);
        if (!field.Escaped)
        {
            return raw;
        }
        var value = new byte[raw.Length];
        var length = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            value[length++] = raw[i];
            if (raw[i] == (byte)'"')
            {
                i++;
            }
        }
        return value.AsSpan(0, length);
    }

    /// <summary>True when a last line without a line end is surely whole: all columns are there and the last one's quotes are
    /// closed.</summary>
    internal static bool SurelyWhole(ReadOnlySpan<byte> line, int count, int columns) =>
        count == columns && line.Length > 0 && line[^1] == (byte)'"';
}
