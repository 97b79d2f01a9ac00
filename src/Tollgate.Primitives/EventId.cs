using System.Buffers.Binary;
using System.Text;

namespace Tollgate.Primitives;

/// <summary>
/// Identifies one usage event for ever: the BLAKE2b hash, 128 bits long, of the source's code and the record key. A cryptographic
/// hash, because part of a record key (a SIP Call-ID) is chosen by callers, who must not be able to make two events look alike.
/// </summary>
public readonly record struct EventId(UInt128 Value) : IComparable<EventId>
{
    /// <summary>The id of the record with this key from this source.</summary>
    public static EventId Of(string source, ReadOnlySpan<char> recordKey)
    {
        var size = Encoding.UTF8.GetMaxByteCount(source.Length + 1 + recordKey.Length);
        Span<byte> text = size <= 1024 ? stackalloc byte[1024] : new byte[size];
        var length = Encoding.UTF8.GetBytes(source, text);
        text[length++] = 0;
        length += Encoding.UTF8.GetBytes(recordKey, text[length..]);
        return new EventId(Blake2b.Hash(text[..length]));
    }

    /// <summary>The id of the record with this key, given as UTF-8: the same id as for the key's characters.</summary>
    public static EventId Of(string source, ReadOnlySpan<byte> recordKey)
    {
        var size = Encoding.UTF8.GetMaxByteCount(source.Length) + 1 + recordKey.Length;
        Span<byte> text = size <= 1024 ? stackalloc byte[1024] : new byte[size];
        var length = Encoding.UTF8.GetBytes(source, text);
        text[length++] = 0;
        recordKey.CopyTo(text[length..]);
        length += recordKey.Length;
        return new EventId(Blake2b.Hash(text[..length]));
    }

    /// <summary>From 16 bytes, most significant first, as stored.</summary>
    public static EventId FromBytes(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    /// <summary>To 16 bytes, most significant first.</summary>
    public void WriteTo(Span<byte> bytes) => BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);

    /// <summary>As a UUID whose bytes are this id's bytes in order (PostgreSQL <c>uuid</c>).</summary>
    public Guid ToGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        WriteTo(bytes);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>The id of a UUID made by <see cref="ToGuid"/>.</summary>
    public static EventId FromGuid(Guid guid)
    {
        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        return FromBytes(bytes);
    }

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string text, out EventId id)
    {
        var read = text.Length == 32 && UInt128.TryParse(text, System.Globalization.NumberStyles.AllowHexSpecifier,
            System.Globalization.CultureInfo.InvariantCulture, out var value) ? value : (UInt128?)null;
        id = new EventId(read ?? default);
        return read is not null;
    }

    /// <inheritdoc/>
    public int CompareTo(EventId other) => Value.CompareTo(other.Value);

    /// <summary>32 lower-case hex digits.</summary>
    public override string ToString() => Value.ToString("x32", System.Globalization.CultureInfo.InvariantCulture);

    public static bool operator <(EventId left, EventId right) => left.CompareTo(right) < 0;

    public static bool operator >(EventId left, EventId right) => left.CompareTo(right) > 0;

    public static bool operator <=(EventId left, EventId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(EventId left, EventId right) => left.CompareTo(right) >= 0;
}
