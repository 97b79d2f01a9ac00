using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using NodaTime;
using Tollgate.Mediation.Reading;

namespace Tollgate.Mediation.Layouts;

/// <summary>
/// How a date and time is written, e.g. <c>dd.MM.yyyy HH:mm:ss</c>. Letters: <c>yyyy</c> or <c>yy</c> (70 to 99: 19yy), <c>MM</c>,
/// <c>M</c> or <c>MMM</c> (Jan, in English), <c>dd</c> or <c>d</c>, <c>HH</c> or <c>H</c>, <c>hh</c> or <c>h</c> with <c>tt</c> (AM,
/// PM), <c>mm</c>, <c>ss</c>, <c>f</c> (decimals of a second), <c>zzz</c> (Z, +02:00, +0200, +02); <c>T</c> and <c>Z</c> and all that
/// is no letter stand for themselves, other letters within <c>'…'</c>. A single letter takes one or two digits,
/// or a blank and a digit.
/// </summary>
internal sealed class TimePattern
{
    private const string Months = "janfebmaraprmayjunjulaugsepoctnovdec";

    private static readonly SearchValues<byte> OffsetBytes = SearchValues.Create("+-:0123456789Z"u8);

    private readonly ImmutableArray<(char Letter, int Count, byte Literal)> _steps;

    private TimePattern(ImmutableArray<(char Letter, int Count, byte Literal)> steps) => _steps = steps;

    /// <summary>The pattern, or what is wrong with it.</summary>
    internal static TimePattern? TryParse(string text, out string problem)
    {
        var steps = ImmutableArray.CreateBuilder<(char, int, byte)>();
        problem = "";
        for (var i = 0; i < text.Length;)
        {
            var letter = text[i];
            if (letter == '\'')
            {
                var end = text.IndexOf('\'', i + 1);
                if (end < 0)
                {
                    problem = "a quote ' is not closed";
                    return null;
                }
                steps.AddRange(Encoding.UTF8.GetBytes(text[(i + 1)..end]).Select(one => ('\0', 0, one)));
                i = end + 1;
                continue;
            }
            var count = 1;
            while (char.IsAsciiLetter(letter) && i + count < text.Length && text[i + count] == letter)
            {
                count++;
            }
            if (!char.IsAsciiLetter(letter) || (letter == 'T' && count == 1))
            {
                steps.AddRange(Encoding.UTF8.GetBytes(text[i..(i + 1)]).Select(one => ('\0', 0, one)));
            }
            else if (IsKnown(letter, count))
            {
                steps.Add((letter, count, 0));
            }
            else
            {
                problem = $"'{new string(letter, count)}' stands for nothing";
                return null;
            }
            i += count;
        }
        foreach (var (needed, what) in new[] { ('y', "a year (yyyy)"), ('M', "a month (MM)"), ('d', "a day (dd)") })
        {
            if (!steps.Any(step => step.Item1 == needed))
            {
                problem = $"it has no {what[2..]}";
                return null;
            }
        }
        return new TimePattern(steps.ToImmutable());
    }

    /// <summary>Reads a text that has this form; a time without an offset is local time of the zone.</summary>
    internal bool TryRead(ReadOnlySpan<byte> text, LocalTimes zone, out Instant instant)
    {
        instant = default;
        var parts = new Parts { Day = 1, Month = 1 };
        foreach (var (letter, count, literal) in _steps)
        {
            if (letter == '\0' ? !Literal(ref text, literal) : !parts.Take(letter, count, ref text))
            {
                return false;
            }
        }
        if (!text.IsEmpty || !parts.TryHour(out var hour))
        {
            return false;
        }
        var read = parts.Offset is { } offset
            ? LocalTimes.TryAt(parts.Year, parts.Month, parts.Day, hour, parts.Minute, parts.Second, offset, out instant)
            : zone.TryAt(parts.Year, parts.Month, parts.Day, hour, parts.Minute, parts.Second, out instant);
        instant = read ? instant.Plus(Duration.FromMilliseconds(parts.Millisecond)) : default;
        return read;
    }

    private static bool IsKnown(char letter, int count) => (letter, count) switch
    {
        ('y', 2 or 4) or ('M', 1 or 2 or 3) or ('d' or 'H' or 'h' or 'm' or 's', 1 or 2) or ('f', <= 9) or ('t', 2)
            or ('z', 3) or ('Z', 1) => true,
        _ => false,
    };

    private static bool Literal(ref ReadOnlySpan<byte> text, byte literal)
    {
        if (text.IsEmpty || text[0] != literal)
        {
            return false;
        }
        text = text[1..];
        return true;
    }

    /// <summary>What was read so far.</summary>
    private ref struct Parts
    {
        public int Year;
        public int Month;
        public int Day;
        public int Minute;
        public int Second;
        public int Millisecond;
        public int? Offset;
        private int _hour;
        private bool _twelve;
        private int? _half;

        /// <summary>Takes one part off the beginning of the text.</summary>
        internal bool Take(char letter, int count, ref ReadOnlySpan<byte> text)
        {
            int number;
            switch (letter)
            {
                case 'y':
                    var read = Number(ref text, count, count, out number);
                    Year = count == 4 ? number : number >= 70 ? 1900 + number : 2000 + number;
                    return read;
                case 'M' when count == 3:
                    return TryMonth(ref text);
                case 'M':
                    return Number(ref text, count, 2, out Month);
                case 'd':
                    return Number(ref text, count, 2, out Day);
                case 'H' or 'h':
                    _twelve = letter == 'h';
                    return Number(ref text, count, 2, out _hour);
                case 'm':
                    return Number(ref text, count, 2, out Minute);
                case 's':
                    return Number(ref text, count, 2, out Second);
                case 'f':
                    return TryFraction(ref text);
                case 't':
                    return TryHalf(ref text);
                default:
                    return TryOffset(ref text, onlyZulu: letter == 'Z');
            }
        }

        internal readonly bool TryHour(out int hour)
        {
            hour = !_twelve ? _hour : (_hour % 12) + (_half ?? 0);
            return !_twelve || (_hour is >= 1 and <= 12 && _half is not null);
        }

        private bool TryMonth(ref ReadOnlySpan<byte> text)
        {
            Month = 0;
            for (var i = 0; i < 12 && text.Length >= 3 && Month == 0; i++)
            {
                Month = Ascii.EqualsIgnoreCase(text[..3], Months.AsSpan(3 * i, 3)) ? i + 1 : 0;
            }
            text = Month == 0 ? text : text[3..];
            return Month > 0;
        }

        private bool TryFraction(ref ReadOnlySpan<byte> text)
        {
            var digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            digits = digits < 0 ? text.Length : digits;
            for (var i = 0; i < 3; i++)
            {
                Millisecond = (Millisecond * 10) + (i < digits ? text[i] - '0' : 0);
            }
            text = text[digits..];
            return digits is > 0 and <= 9;
        }

        private bool TryHalf(ref ReadOnlySpan<byte> text)
        {
            _half = text.Length < 2 || (text[1] | 0x20) != 'm' ? null
                : (text[0] | 0x20) switch { 'a' => 0, 'p' => 12, _ => null };
            text = _half is null ? text : text[2..];
            return _half is not null;
        }

        private bool TryOffset(ref ReadOnlySpan<byte> text, bool onlyZulu)
        {
            var length = text.IndexOfAnyExcept(OffsetBytes);
            length = onlyZulu ? Math.Min(1, text.Length) : length < 0 ? text.Length : length;
            var written = text[..length];
            text = text[length..];
            if (onlyZulu && !written.SequenceEqual("Z"u8))
            {
                return false;
            }
            Offset = LocalTimes.TryOffset(written, out var seconds) ? seconds : null;
            return Offset is not null;
        }

        private static bool Number(ref ReadOnlySpan<byte> text, int least, int most, out int number)
        {
            number = 0;
            var length = 0;
            text = least == 1 && !text.IsEmpty && text[0] == (byte)' ' ? text[1..] : text;
            while (length < Math.Min(most, text.Length) && text[length] is >= (byte)'0' and <= (byte)'9')
            {
                number = (number * 10) + (text[length++] - '0');
            }
            text = text[length..];
            return length >= least;
        }
    }
}
