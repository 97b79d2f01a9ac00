using Tollgate.Catalog;

namespace Tollgate.Mediation;

/// <summary>
/// Turns a number as dialled or signalled into E.164 digits without <c>+</c>, by a numbering plan. In this order:
/// <list type="number">
/// <item>a scheme (<c>sip:</c>, <c>sips:</c>, <c>tel:</c>), a host after <c>@</c> and parameters after <c>;</c> are cut
/// off;</item>
/// <item>spaces, <c>-</c>, <c>.</c>, <c>/</c> and parentheses are removed; text with anything else but digits and a leading
/// <c>+</c> is not a number and is kept as it is (<c>*97</c>, <c>voicemail</c>);</item>
/// <item><c>+</c> is cut off: the rest is complete;</item>
/// <item>the first of the plan's <see cref="NumberingPlan.Rules"/> that fits replaces the beginning: the result is
/// complete;</item>
/// <item>a number of at most <see cref="NumberingPlan.ShortCodeDigits"/> digits is a short code, kept;</item>
/// <item>without a country code in the plan only the international prefix is cut off;</item>
/// <item>the international prefix is cut off, or else the national prefix is replaced by the country code;</item>
/// <item>a number with neither prefix is taken as complete, except where numbers are dialled without a national prefix: in a
/// plan whose national prefix is empty, and for ten digits under country code 1, the country code is put in front.</item>
/// </list>
/// </summary>
public sealed class NumberNormaliser(NumberingPlan plan)
{
    private const int MaxDigits = 64;

    /// <summary>The E.164 digits, the short code, or the trimmed text when it is not a number; empty for empty text.</summary>
    public string Normalise(ReadOnlySpan<char> text)
    {
        if (text.Length <= MaxDigits && IsNumber(text))
        {
            return Complete(text, international: false);
        }
        var party = Party(text);
        Span<char> digits = stackalloc char[MaxDigits];
        var length = Digits(party, digits, out var international);
        if (length < 0)
        {
            return party.ToString();
        }
        return Complete(digits[..length], international);
    }

    /// <summary>True when the text consists of digits only, as a normalised number does.</summary>
    public static bool IsNumber(ReadOnlySpan<char> text) => text.Length > 0 && !text.ContainsAnyExceptInRange('0', '9');

    private string Complete(ReadOnlySpan<char> digits, bool international)
    {
        if (!international)
        {
            foreach (var rule in plan.Rules)
            {
                if (digits.Length >= rule.LeastDigits && digits.Length <= rule.MostDigits && digits.StartsWith(rule.Begins))
                {
                    return string.Concat(rule.Replace, digits[rule.Begins.Length..]);
                }
            }
        }
        if (international || digits.Length <= plan.ShortCodeDigits)
        {
            return digits.ToString();
        }
        if (plan.InternationalPrefix.Length > 0 && digits.StartsWith(plan.InternationalPrefix))
        {
            return digits[plan.InternationalPrefix.Length..].ToString();
        }
        if (plan.CountryCode.Length == 0)
        {
            return digits.ToString();
        }
        if (plan.NationalPrefix.Length == 0 || (plan.CountryCode == "1" && digits.Length == 10))
        {
            return string.Concat(plan.CountryCode, digits);
        }
        return digits.StartsWith(plan.NationalPrefix)
            ? string.Concat(plan.CountryCode, digits[plan.NationalPrefix.Length..])
            : digits.ToString();
    }

    /// <summary>Cuts scheme, host and parameters off.</summary>
    private static ReadOnlySpan<char> Party(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        foreach (var scheme in (ReadOnlySpan<string>)["sip:", "sips:", "tel:"])
        {
            if (text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            {
                text = text[scheme.Length..];
                break;
            }
        }
        var end = text.IndexOfAny('@', ';');
        return end < 0 ? text : text[..end];
    }

    /// <summary>Copies the digits without formatting; -1 when the text is not a number.</summary>
    private static int Digits(ReadOnlySpan<char> text, Span<char> digits, out bool international)
    {
        international = false;
        var length = 0;
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c) && length < digits.Length)
            {
                digits[length++] = c;
            }
            else if (c == '+' && length == 0 && !international)
            {
                international = true;
            }
            else if (c is not (' ' or '-' or '.' or '/' or '(' or ')'))
            {
                return -1;
            }
        }
        return length == 0 && text.Length > 0 ? -1 : length;
    }
}
