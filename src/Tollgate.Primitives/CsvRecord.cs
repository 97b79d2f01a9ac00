namespace Tollgate.Primitives;

/// <summary>A field of a CSV record: where its value lies, without the quotes around it.</summary>
/// <param name="Start">Index of the value's first byte in the record.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Quoted">The field stands in quotes: blanks at its ends are part of the value.</param>
/// <param name="Escaped">The value contains doubled quotes.</param>
public readonly record struct CsvField(int Start, int Length, bool Quoted, bool Escaped)
{
    /// <summary>The bytes as they stand in the record, doubled quotes included.</summary>
    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> record) => record.Slice(Start, Length);
}

/// <summary>
/// Splits one record of separated values (RFC 4180: a quote inside quotes is doubled). Blanks between a quote and a separator
/// are passed over. Where a record ends is the caller's business: <see cref="CsvRows"/> for a file in memory, the decoders for a
/// stream.
/// </summary>
public static class CsvRecord
{
    /// <summary>A quote is not closed, or stands inside or beside a field.</summary>
    public const int BadQuotes = -1;

    /// <summary>The usual quote.</summary>
    private const byte Quote = (byte)'"';

    /// <summary>Fills <paramref name="fields"/> as far as they reach and returns how many fields the record has, or
    /// <see cref="BadQuotes"/>.</summary>
    /// <param name="record">One record, without its line end.</param>
    /// <param name="fields">Filled from the first on.</param>
    /// <param name="separator">Between fields; an ASCII character.</param>
    /// <param name="quote">Around fields; an ASCII character, or 0 for a form without quotes, whose records hold no NUL.</param>
    public static int Split(
        ReadOnlySpan<byte> record, Span<CsvField> fields, byte separator = (byte)',', byte quote = Quote)
    {
        var count = 0;
        var at = 0;
        while (true)
        {
            CsvField field;
            if (at < record.Length && record[at] == quote)
            {
                if (!Quoted(record, ref at, separator, quote, out field))
                {
                    return BadQuotes;
                }
            }
            else
            {
                var length = record[at..].IndexOfAny(separator, quote);
                if (length >= 0 && record[at + length] == quote)
                {
                    if (record.Slice(at, length).ContainsAnyExcept(" \t"u8))
                    {
                        return BadQuotes;
                    }
                    at += length;
                    continue;
                }
                length = length < 0 ? record.Length - at : length;
                field = new CsvField(at, length, Quoted: false, Escaped: false);
                at += length;
            }
            if (count < fields.Length)
            {
                fields[count] = field;
            }
            count++;
            if (at >= record.Length)
            {
                return count;
            }
            at++;
        }
    }

    /// <summary>Reads the field whose opening quote is at <paramref name="at"/> and goes to what ends it.</summary>
    private static bool Quoted(ReadOnlySpan<byte> record, ref int at, byte separator, byte quote, out CsvField field)
    {
        var escaped = false;
        var from = ++at;
        while (true)
        {
            var end = record[at..].IndexOf(quote);
            if (end < 0)
            {
                field = default;
                return false;
            }
            at += end + 1;
            if (at >= record.Length || record[at] != quote)
            {
                break;
            }
            escaped = true;
            at++;
        }
        field = new CsvField(from, at - 1 - from, Quoted: true, escaped);
        while (at < record.Length && record[at] != separator && record[at] is (byte)' ' or (byte)'\t')
        {
            at++;
        }
        return at >= record.Length || record[at] == separator;
    }

    /// <summary>The value with doubled quotes made single, copied only when there are any.</summary>
    /// <param name="record">The record that the field is of.</param>
    /// <param name="field">As found by <see cref="Split"/>.</param>
    /// <param name="quote">As given to it.</param>
    public static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> record, CsvField field, byte quote = Quote)
    {
        var raw = field.In(record);
        if (!field.Escaped)
        {
            return raw;
        }
        var value = new byte[raw.Length];
        var length = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            value[length++] = raw[i];
            if (raw[i] == quote)
            {
                i++;
            }
        }
        return value.AsSpan(0, length);
    }
}
