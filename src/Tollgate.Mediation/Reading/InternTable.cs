using System.Buffers.Binary;

namespace Tollgate.Mediation.Reading;

/// <summary>
/// Remembers the strings made of recent short values, so that a subscriber's number is one string and not one per call. Fixed size: a
/// slot holds the last value that fell into it.
/// </summary>
internal sealed class InternTable(InternTable.Maker make)
{
    /// <summary>Makes the string of a value; must depend on the value alone.</summary>
    internal delegate string Maker(ReadOnlySpan<byte> utf8);

    private const int Slots = 8192;
    private const int Width = 32;

    private readonly byte[] _raw = new byte[Slots * Width];
    private readonly byte[] _lengths = new byte[Slots];
    private readonly string?[] _values = new string?[Slots];

    internal string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return "";
        }
        if (utf8.Length > Width)
        {
            return make(utf8);
        }
        var slot = Hash(utf8) & (Slots - 1);
        var known = _values[slot];
        if (known is not null && utf8.SequenceEqual(_raw.AsSpan(slot * Width, _lengths[slot])))
        {
            return known;
        }
        known = make(utf8);
        utf8.CopyTo(_raw.AsSpan(slot * Width));
        _lengths[slot] = (byte)utf8.Length;
        _values[slot] = known;
        return known;
    }

    private static int Hash(ReadOnlySpan<byte> value)
    {
        unchecked
        {
            const ulong Prime = 0x9E3779B97F4A7C15;
            var hash = (ulong)value.Length * Prime;
            while (value.Length >= 8)
            {
                hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(value)) * Prime;
                hash ^= hash >> 32;
                value = value[8..];
            }
            foreach (var b in value)
            {
                hash = (hash ^ b) * Prime;
            }
            return (int)(hash >> 40);
        }
    }
}
