using Tollgate.Primitives;

namespace Tollgate.Mediation.Reading;

/// <summary>Reads unsigned decimal numbers.</summary>
internal static class Digits
{
    /// <summary>Longest duration that is believed, in seconds: the 32 bits of a RADIUS Acct-Session-Time.</summary>
    internal const long MaxSeconds = uint.MaxValue;

    /// <summary>False when the text is empty, has anything but digits, or does not fit 64 bits.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (text.IsEmpty || text.Length > 19)
        {
            return false;
        }
        ulong sum = 0;
        foreach (var b in text)
        {
            var digit = unchecked((uint)(b - '0'));
            if (digit > 9)
            {
                return false;
            }
            sum = (sum * 10) + digit;
        }
        if (sum > long.MaxValue)
        {
            return false;
        }
        value = (long)sum;
        return true;
    }

    /// <summary>Reads a duration in whole seconds as milliseconds; or says why not.</summary>
    internal static bool TrySeconds(string field, ReadOnlySpan<byte> text, out long milliseconds, out Decoded fault)
    {
        milliseconds = 0;
        if (text.IsEmpty)
        {
            fault = Decoded.Reject(HoldReason.MissingField, $"{field} is empty.");
            return false;
        }
        if (!TryRead(text, out var seconds) || seconds > MaxSeconds)
        {
            fault = Decoded.Reject(HoldReason.BadQuantity,
                $"{field} '{Decoded.Show(text)}' is not a number of seconds from 0 to {MaxSeconds}.");
            return false;
        }
        milliseconds = seconds * 1000;
        fault = default;
        return true;
    }
}
