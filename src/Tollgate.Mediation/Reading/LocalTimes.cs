using NodaTime;
using NodaTime.TimeZones;

namespace Tollgate.Mediation.Reading;

/// <summary>
/// Reads local times of a source's zone. An hour that occurs twice is read as its first occurrence, one that is skipped is moved forward
/// by the gap. Remembers the zone's current offset, which makes a file's next time cheap.
/// </summary>
internal sealed class LocalTimes(DateTimeZone zone)
{
    /// <summary>Years that are believed; the upper end leaves room for the longest duration.</summary>
    internal const int MinYear = 1970;
    internal const int MaxYear = 9800;

    /// <summary>The last second of <see cref="MaxYear"/>, in seconds since 1970.</summary>
    internal static readonly long MaxEpoch = Instant.FromUtc(MaxYear, 12, 31, 23, 59, 59).ToUnixTimeSeconds();

    private const long Day = 86_400;

    private long _from = long.MaxValue;
    private long _to = long.MinValue;
    private long _offset;

    /// <summary><c>2017-06-27 09:27:15</c> (or with T), nothing before or after.</summary>
    internal bool TryStamp(ReadOnlySpan<byte> text, out Instant instant)
    {
        instant = default;
        return text.Length == 19 && TryDateTime(text, out var y, out var mo, out var d, out var h, out var mi, out var s)
            && TryAt(y, mo, d, h, mi, s, out instant);
    }

    /// <summary>ISO 8601: a local time, or with <c>Z</c> or an offset <c>±hh:mm</c>, <c>±hhmm</c>, <c>±hh</c>; fractions of a second down to
    /// milliseconds are kept.</summary>
    internal bool TryIso(ReadOnlySpan<byte> text, out Instant instant)
    {
        instant = default;
        if (text.Length < 19 || !TryDateTime(text, out var y, out var mo, out var d, out var h, out var mi, out var s))
        {
            return false;
        }
        var rest = text[19..];
        var fraction = 0L;
        if (rest.Length > 0 && rest[0] == (byte)'.')
        {
            rest = rest[1..];
            var digits = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            digits = digits < 0 ? rest.Length : digits;
            if (digits is 0 or > 9)
            {
                return false;
            }
            for (var i = 0; i < 3; i++)
            {
                fraction = (fraction * 10) + (i < digits ? rest[i] - '0' : 0);
            }
            rest = rest[digits..];
        }
        bool ok;
        if (rest.IsEmpty)
        {
            ok = TryAt(y, mo, d, h, mi, s, out instant);
        }
        else
        {
            ok = TryOffset(rest, out var seconds) && TryAt(y, mo, d, h, mi, s, seconds, out instant);
        }
        if (ok)
        {
            instant = instant.Plus(Duration.FromMilliseconds(fraction));
        }
        return ok;
    }

    /// <summary>False when the date or time does not exist in the calendar or lies outside the believed years.</summary>
    internal bool TryAt(int year, int month, int day, int hour, int minute, int second, out Instant instant)
    {
        instant = default;
        if (!Valid(year, month, day, hour, minute, second))
        {
            return false;
        }
        var local = LocalSeconds(year, month, day, hour, minute, second);
        if (local < _from || local >= _to)
        {
            instant = zone.AtLeniently(new LocalDateTime(year, month, day, hour, minute, second)).ToInstant();
            Remember(zone.GetZoneInterval(instant));
            return true;
        }
        instant = Instant.FromUnixTimeSeconds(local - _offset);
        return true;
    }

    /// <summary>As above, for a time at an offset from UTC, in seconds.</summary>
    internal static bool TryAt(
        int year, int month, int day, int hour, int minute, int second, int offset, out Instant instant)
    {
        var valid = Valid(year, month, day, hour, minute, second);
        instant = valid ? Instant.FromUnixTimeSeconds(LocalSeconds(year, month, day, hour, minute, second) - offset) : default;
        return valid;
    }

    /// <summary>Local times a day inside the interval can only have its offset.</summary>
    private void Remember(ZoneInterval interval)
    {
        _offset = interval.WallOffset.Seconds;
        _from = interval.HasStart ? interval.Start.ToUnixTimeSeconds() + _offset + Day : long.MinValue;
        _to = interval.HasEnd ? interval.End.ToUnixTimeSeconds() + _offset - Day : long.MaxValue;
    }

    private static bool Valid(int year, int month, int day, int hour, int minute, int second) =>
        year is >= MinYear and <= MaxYear && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
        && hour <= 23 && minute <= 59 && second <= 59;

    /// <summary>Seconds from 1970-01-01 00:00 local, by the usual count of days in 400-year cycles that begin in March.</summary>
    private static long LocalSeconds(int year, int month, int day, int hour, int minute, int second)
    {
        var y = month <= 2 ? year - 1 : year;
        var era = y / 400;
        var yearOfEra = y - (era * 400);
        var dayOfYear = ((153 * (month > 2 ? month - 3 : month + 9)) + 2) / 5 + day - 1;
        var dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        var days = (era * 146_097L) + dayOfEra - 719_468;
        return (days * Day) + (hour * 3600) + (minute * 60) + second;
    }

    private static bool TryDateTime(
        ReadOnlySpan<byte> t, out int year, out int month, out int day, out int hour, out int minute, out int second)
    {
        month = day = hour = minute = second = 0;
        if (!Two(t, out var century) | !Two(t[2..], out year))
        {
            return false;
        }
        year += century * 100;
        return Two(t[5..], out month) & Two(t[8..], out day) & Two(t[11..], out hour) & Two(t[14..], out minute)
            & Two(t[17..], out second) && t[4] == '-' && t[7] == '-' && t[10] is (byte)' ' or (byte)'T' && t[13] == ':' && t[16] == ':';
    }

    /// <summary>Two digits at the start of the text.</summary>
    internal static bool Two(ReadOnlySpan<byte> text, out int value)
    {
        var tens = text[0] - '0';
        var ones = text[1] - '0';
        value = (tens * 10) + ones;
        return tens is >= 0 and <= 9 && ones is >= 0 and <= 9;
    }

    /// <summary><c>Z</c>, <c>±hh:mm</c>, <c>±hhmm</c> or <c>±hh</c>.</summary>
    internal static bool TryOffset(ReadOnlySpan<byte> text, out int seconds)
    {
        seconds = 0;
        if (text is [(byte)'Z'])
        {
            return true;
        }
        var minutes = text.Length switch { 6 when text[3] == ':' => text[4..], 5 => text[3..], 3 => "00"u8, _ => default };
        if (minutes.IsEmpty || text[0] is not ((byte)'+' or (byte)'-') || !Two(text[1..], out var h) || !Two(minutes, out var m)
            || h > 18 || m > 59)
        {
            return false;
        }
        seconds = ((h * 3600) + (m * 60)) * (text[0] == '-' ? -1 : 1);
        return true;
    }
}
