using System.Buffers;
using System.Buffers.Text;
using System.Text;
using NodaTime;

namespace Tollgate.Mediation.Writing;

/// <summary>Writes one record into a span that was asked for in one piece. Line breaks and NUL inside values become spaces, because a
/// line is a record.</summary>
internal ref struct Utf8Text(Span<byte> span)
{
    private static readonly SearchValues<char> Breaks = SearchValues.Create("\r\n\0");

    private readonly Span<byte> _span = span;

    internal int Length { get; private set; }

    internal void Raw(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(_span[Length..]);
        Length += utf8.Length;
    }

    internal void Byte(char ascii) => _span[Length++] = (byte)ascii;

    internal void Number(long value)
    {
        Utf8Formatter.TryFormat(value, _span[Length..], out var written);
        Length += written;
    }

    /// <summary>A value between quotes; a quote inside is doubled, or escaped by a backslash as is a backslash.</summary>
    internal void Quoted(ReadOnlySpan<char> value, bool backslash = false)
    {
        Byte('"');
        Plain(value, quoted: true, backslash);
        Byte('"');
    }

    internal void Plain(ReadOnlySpan<char> value, bool quoted = false, bool backslash = false)
    {
        if (!value.ContainsAny(Breaks) && (!quoted || value.IndexOfAny('"', backslash ? '\\' : '"') < 0))
        {
            Length += Encoding.UTF8.GetBytes(value, _span[Length..]);
            return;
        }
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (quoted && (c == '"' || (backslash && c == '\\')))
            {
                Byte(backslash ? '\\' : '"');
            }
            var pair = char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]);
            Length += Breaks.Contains(c)
                ? Encoding.UTF8.GetBytes(" ", _span[Length..])
                : Encoding.UTF8.GetBytes(value.Slice(i, pair ? 2 : 1), _span[Length..]);
            i += pair ? 1 : 0;
        }
    }

    /// <summary><c>2026-01-31 23:59:59</c></summary>
    internal void Stamp(LocalDateTime time)
    {
        var date = time.Date;
        Two(date.Year / 100);
        Two(date.Year % 100);
        Byte('-');
        Two(date.Month);
        Byte('-');
        Two(date.Day);
        Byte(' ');
        Clock(time);
    }

    /// <summary><c>23:59:59</c></summary>
    internal void Clock(LocalDateTime time)
    {
        Two(time.Hour);
        Byte(':');
        Two(time.Minute);
        Byte(':');
        Two(time.Second);
    }

    private void Two(int value)
    {
        Byte((char)('0' + (value / 10)));
        Byte((char)('0' + (value % 10)));
    }
}
