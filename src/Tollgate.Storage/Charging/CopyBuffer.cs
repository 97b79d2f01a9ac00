using System.Buffers.Binary;
using System.Text;
using NodaTime;

namespace Tollgate.Storage.Charging;

/// <summary>Rows in PostgreSQL's binary COPY format (PostgreSQL manual, COPY, Binary Format), handed to a stream in
/// pieces.</summary>
internal sealed class CopyBuffer
{
    /// <summary>2000-01-01 in microseconds since 1970.</summary>
    private const long PostgresEpoch = 946_684_800_000_000;
    private const int FlushAt = 64 * 1024;

    private static readonly LocalDate FirstDay = new(2000, 1, 1);

    private byte[] buffer = new byte[FlushAt * 2];
    private int length;

    private static ReadOnlySpan<byte> Signature =>
        [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xFF, (byte)'\r', (byte)'\n', 0];

    /// <summary>True when it is time to hand the bytes over.</summary>
    internal bool IsFull => length >= FlushAt;

    /// <summary>Begins a COPY: signature, flags, no extension.</summary>
    internal void Start()
    {
        length = 0;
        Signature.CopyTo(Room(Signature.Length));
        Room(8).Clear();
    }

    /// <summary>Begins a row.</summary>
    internal void Row(short columns) => BinaryPrimitives.WriteInt16BigEndian(Room(2), columns);

    internal void Add(long value)
    {
        var room = Room(12);
        BinaryPrimitives.WriteInt32BigEndian(room, 8);
        BinaryPrimitives.WriteInt64BigEndian(room[4..], value);
    }

    internal void Add(int value)
    {
        var room = Room(8);
        BinaryPrimitives.WriteInt32BigEndian(room, 4);
        BinaryPrimitives.WriteInt32BigEndian(room[4..], value);
    }

    internal void Add(short value)
    {
        var room = Room(6);
        BinaryPrimitives.WriteInt32BigEndian(room, 2);
        BinaryPrimitives.WriteInt16BigEndian(room[4..], value);
    }

    internal void AddNull() => BinaryPrimitives.WriteInt32BigEndian(Room(4), -1);

    /// <summary>A timestamptz given in microseconds since 1970.</summary>
    internal void AddTime(long microseconds) => Add(microseconds - PostgresEpoch);

    /// <summary>A date.</summary>
    internal void AddDate(LocalDate date) => Add(Period.DaysBetween(FirstDay, date));

    internal void Add(UInt128 uuid)
    {
        var room = Room(20);
        BinaryPrimitives.WriteInt32BigEndian(room, 16);
        BinaryPrimitives.WriteUInt128BigEndian(room[4..], uuid);
    }

    internal void Add(string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        var room = Room(4 + most);
        var written = Encoding.UTF8.GetBytes(text, room[4..]);
        BinaryPrimitives.WriteInt32BigEndian(room, written);
        length -= most - written;
    }

    /// <summary>Ends the COPY.</summary>
    internal void End() => BinaryPrimitives.WriteInt16BigEndian(Room(2), -1);

    internal async ValueTask FlushAsync(Stream stream, CancellationToken cancel)
    {
        await stream.WriteAsync(buffer.AsMemory(0, length), cancel);
        length = 0;
    }

    private Span<byte> Room(int size)
    {
        if (buffer.Length - length < size)
        {
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + size));
        }
        var room = buffer.AsSpan(length, size);
        length += size;
        return room;
    }
}
