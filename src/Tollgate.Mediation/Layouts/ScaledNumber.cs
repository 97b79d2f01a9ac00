using Tollgate.Mediation.Reading;

namespace Tollgate.Mediation.Layouts;

/// <summary>Numbers with decimals, as counts of a unit.</summary>
internal static class ScaledNumber
{
    private const int MostDigits = 18;

    /// <summary>How many units a number stands for, cut to whole ones.</summary>
    /// <param name="text">Digits, perhaps with a decimal sign and more digits; 18 in all.</param>
    /// <param name="sign">The decimal sign.</param>
    /// <param name="units">Units in one.</param>
    /// <param name="parts">Ones in a unit, when the unit is the larger; otherwise 1.</param>
    /// <param name="most">Largest result.</param>
    /// <param name="result">At least 0.</param>
    internal static bool TryRead(ReadOnlySpan<byte> text, byte sign, long units, long parts, long most, out long result)
    {
        result = 0;
        var point = text.IndexOf(sign);
        if (point < 0 && units == 1 && parts == 1)
        {
            return Digits.TryRead(text, out result) && result <= most;
        }
        var whole = point < 0 ? text : text[..point];
        var decimals = point < 0 ? default : text[(point + 1)..];
        var fraction = 0L;
        if (whole.Length + decimals.Length > MostDigits || !Digits.TryRead(whole, out var number)
            || (point >= 0 && !Digits.TryRead(decimals, out fraction)))
        {
            return false;
        }
        var scale = (Int128)1;
        for (var i = 0; i < decimals.Length; i++)
        {
            scale *= 10;
        }
        var exact = ((number * scale) + fraction) * units / (scale * parts);
        result = exact <= most ? (long)exact : 0;
        return exact <= most;
    }

    /// <summary>H:MM:SS or MM:SS, seconds with decimals, as milliseconds.</summary>
    internal static bool TryClock(ReadOnlySpan<byte> text, byte sign, long most, out long milliseconds)
    {
        milliseconds = 0;
        var last = text.LastIndexOf((byte)':');
        if (last < 0 || !TryRead(text[(last + 1)..], sign, 1000, 1, 59_999, out var seconds))
        {
            return false;
        }
        var rest = text[..last];
        var colon = rest.IndexOf((byte)':');
        var hours = 0L;
        if (!Digits.TryRead(rest[(colon + 1)..], out var minutes) || (colon >= 0 && (minutes > 59
            || !Digits.TryRead(rest[..colon], out hours))) || hours > most || minutes > most)
        {
            return false;
        }
        return Sum(hours, minutes, seconds, most, out milliseconds);
    }

    /// <summary>HHMMSS, MMSS or SS, as milliseconds; more digits are more hours.</summary>
    internal static bool TryClockDigits(ReadOnlySpan<byte> text, long most, out long milliseconds)
    {
        milliseconds = 0;
        if (!Digits.TryRead(text, out var number) || number % 100 > 59 || number / 100 % 100 > 59 || number / 10_000 > most)
        {
            return false;
        }
        return Sum(number / 10_000, number / 100 % 100, number % 100 * 1000, most, out milliseconds);
    }

    private static bool Sum(long hours, long minutes, long milliseconds, long most, out long sum)
    {
        var exact = ((Int128)hours * 3_600_000) + ((Int128)minutes * 60_000) + milliseconds;
        sum = exact <= most ? (long)exact : 0;
        return exact <= most;
    }
}
