using System.Globalization;

namespace Tollgate.Catalog;

/// <summary>A network of IP addresses. IPv4 is the part <c>::ffff:0:0/96</c> of IPv6, as RFC 4291 section 2.5.5.2 maps
/// it.</summary>
internal readonly record struct AddressRange(UInt128 First, UInt128 Last)
{
    private static readonly UInt128 FirstOfFour = (UInt128)0xFFFF << 32;

    public bool Contains(ReadOnlySpan<char> text) => TryAddress(text, out var address) && address >= First && address <= Last;

    /// <summary><c>10.0.0.0/12</c>, <c>2001:db8::/32</c>; without a length one address. Bits beyond the length do not
    /// count.</summary>
    public static bool TryParse(string text, out AddressRange range)
    {
        range = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var all = text.Contains(':', StringComparison.Ordinal) ? 128 : 32;
        var length = all;
        if (!TryAddress(slash < 0 ? text : text.AsSpan(0, slash), out var address)
            || (slash >= 0 && !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length))
            || length > all)
        {
            return false;
        }
        var free = all - length;
        var mask = free == 128 ? UInt128.MaxValue : (UInt128.One << free) - 1;
        range = new AddressRange(address & ~mask, address | mask);
        return true;
    }

    private static bool TryAddress(ReadOnlySpan<char> text, out UInt128 address)
    {
        if (text.IndexOf(':') < 0)
        {
            var four = TryFour(text, out var value);
            address = FirstOfFour + value;
            return four;
        }
        var gap = text.IndexOf("::", StringComparison.Ordinal);
        if (gap < 0)
        {
            return TryGroups(text, out address, out var count) && count == 8;
        }
        address = 0;
        if (!TryGroups(text[..gap], out var left, out var before) || !TryGroups(text[(gap + 2)..], out var right, out var after)
            || before + after > 7)
        {
            return false;
        }
        address = (before == 0 ? 0 : left << (16 * (8 - before))) + right;
        return true;
    }

    /// <summary>Groups of up to four hexadecimal digits; the last may be an IPv4 address.</summary>
    private static bool TryGroups(ReadOnlySpan<char> text, out UInt128 value, out int count)
    {
        (value, count) = (0, 0);
        while (!text.IsEmpty)
        {
            var colon = text.IndexOf(':');
            var group = colon < 0 ? text : text[..colon];
            if (colon < 0 && TryFour(group, out var four))
            {
                (value, count) = ((value << 32) + four, count + 2);
            }
            else if (group.Length is >= 1 and <= 4
                && ushort.TryParse(group, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var digits))
            {
                (value, count) = ((value << 16) + digits, count + 1);
            }
            else
            {
                return false;
            }
            if (count > 8 || colon == text.Length - 1)
            {
                return false;
            }
            text = colon < 0 ? [] : text[(colon + 1)..];
        }
        return true;
    }

    private static bool TryFour(ReadOnlySpan<char> text, out uint value)
    {
        value = 0;
        for (var part = 0; part < 4; part++)
        {
            var dot = part < 3 ? text.IndexOf('.') : text.Length;
            if (dot is < 1 or > 3
                || !byte.TryParse(text[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out var octet))
            {
                return false;
            }
            value = (value << 8) + octet;
            text = part < 3 ? text[(dot + 1)..] : [];
        }
        return true;
    }
}
