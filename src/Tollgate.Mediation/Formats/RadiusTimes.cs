using NodaTime;
using Tollgate.Mediation.Reading;

namespace Tollgate.Mediation.Formats;

/// <summary>Reads the ways in which FreeRADIUS writes times. Abbreviations of zones other than UTC and GMT are not unique in the world, so
/// such a time is read in the source's zone.</summary>
internal sealed class RadiusTimes(DateTimeZone zone)
{
    private readonly LocalTimes _local = new(zone);
    private readonly LocalTimes _utc = new(DateTimeZone.Utc);

    /// <summary>The header line: <c>Sun Feb  1 08:28:58 2015</c>, local time.</summary>
    internal bool TryHeader(ReadOnlySpan<byte> text, out Instant instant)
    {
        instant = default;
        Next(ref text);
        var month = Next(ref text);
        var day = Next(ref text);
        var time = Next(ref text);
        var year = Next(ref text);
        return text.IsEmpty && TryParts(_local, year, month, day, time, out instant);
    }

    /// <summary><c>Feb  1 2015 08:28:58 WIB</c>, ISO 8601, or seconds since 1970.</summary>
    internal bool TryEvent(ReadOnlySpan<byte> text, out Instant instant)
    {
        if (TryEpoch(text, out instant))
        {
            return true;
        }
        if (text.Length > 0 && text[0] is >= (byte)'0' and <= (byte)'9')
        {
            return _local.TryIso(text, out instant);
        }
        var month = Next(ref text);
        var day = Next(ref text);
        var year = Next(ref text);
        var time = Next(ref text);
        var times = text.SequenceEqual("UTC"u8) || text.SequenceEqual("GMT"u8) ? _utc : _local;
        return text.IndexOf((byte)' ') < 0 && TryParts(times, year, month, day, time, out instant);
    }

    /// <summary>Seconds since 1970-01-01 UTC.</summary>
    internal static bool TryEpoch(ReadOnlySpan<byte> text, out Instant instant)
    {
        instant = default;
        if (!Digits.TryRead(text, out var seconds) || seconds > LocalTimes.MaxEpoch)
        {
            return false;
        }
        instant = Instant.FromUnixTimeSeconds(seconds);
        return true;
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> text)
    {
        text = text.TrimStart((byte)' ');
        var end = text.IndexOf((byte)' ');
        var word = end < 0 ? text : text[..end];
        text = text[word.Length..].TrimStart((byte)' ');
        return word;
    }

    private static bool TryParts(LocalTimes times, ReadOnlySpan<byte> year, ReadOnlySpan<byte> month, ReadOnlySpan<byte> day,
        ReadOnlySpan<byte> time, out Instant instant)
    {
        instant = default;
        return year.Length == 4 && Digits.TryRead(year, out var y) && day.Length is 1 or 2 && Digits.TryRead(day, out var d)
            && time.Length == 8 && time[2] == (byte)':' && time[5] == (byte)':'
            && LocalTimes.Two(time, out var h) && LocalTimes.Two(time[3..], out var m) && LocalTimes.Two(time[6..], out var s)
            && times.TryAt((int)y, Month(month), (int)d, h, m, s, out instant);
    }

    /// <summary>1 to 12, or 0 when it is no month.</summary>
    private static int Month(ReadOnlySpan<byte> name)
    {
        var at = name.Length == 3 ? "JanFebMarAprMayJunJulAugSepOctNovDec"u8.IndexOf(name) : -1;
        return at >= 0 && at % 3 == 0 ? (at / 3) + 1 : 0;
    }
}
