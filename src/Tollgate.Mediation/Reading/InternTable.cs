using System.Buffers.Binary;

namespace Tollgate.Mediation.Reading;

/// <summary>
/// Remembers the strings made of recent short values, so that a subscriber's number is one string and not one per call. A slot holds
/// the last value that fell into it; there are few slots for a small file and up to <see cref="MostSlots"/> for a large one.
/// </summary>
internal sealed class InternTable(InternTable.Maker make)
{
    /// <summary>Makes the string of a value; must depend on the value alone.</summary>
    internal delegate string Maker(ReadOnlySpan<byte> utf8);

    private const int FewestSlots = 128;
    private const int MostSlots = 8192;
    private const int Width = 32;

    private byte[] _raw = new byte[FewestSlots * Width];
    private byte[] _lengths = new byte[FewestSlots];
    private string?[] _values = new string?[FewestSlots];
    private int _misses;

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
        var hash = Hash(utf8);
        var slot = hash & (_values.Length - 1);
        var known = _values[slot];
        if (known is not null && utf8.SequenceEqual(_raw.AsSpan(slot * Width, _lengths[slot])))
        {
            return known;
        }
        known = make(utf8);
        if (++_misses > _values.Length && _values.Length < MostSlots)
        {
            Grow();
            slot = hash & (_values.Length - 1);
        }
        utf8.CopyTo(_raw.AsSpan(slot * Width));
        _lengths[slot] = (byte)utf8.Length;
        _values[slot] = known;
        return known;
    }

    /// <summary>Four times as many slots, empty: what they held comes back with its next use.</summary>
    private void Grow()
    {
        var slots = _values.Length * 4;
        (_raw, _lengths, _values, _misses) = (new byte[slots * Width], new byte[slots], new string?[slots], 0);
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
