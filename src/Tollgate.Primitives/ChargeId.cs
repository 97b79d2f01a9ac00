using System.Buffers.Binary;

namespace Tollgate.Primitives;

/// <summary>
/// Names one charge: whose it is, when the event happened, and which event. The three together are the key under which it is
/// stored, so
/// that no list has to be searched for it. Text form: <c>ch_</c> and 48 letters and digits. <c>default</c> is no charge.
/// </summary>
/// <param name="Customer">Whose charge; below 2^56.</param>
/// <param name="Time">Start of the event in microseconds since 1970-01-01T00:00Z; 0 or more, below 2^56 (year 4253).</param>
/// <param name="Event">The event.</param>
public readonly record struct ChargeId(CustomerId Customer, long Time, EventId Event)
{
    /// <summary>Begins the text form.</summary>
    public const string Prefix = "ch_";

    private const int Bytes = 30;
    private const int Letters = 48;

    /// <summary>Letters and digits that are not mistaken for each other: without i, l, o and u.</summary>
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary><c>ch_</c> and 48 letters and digits: 7 bytes of the customer, 7 of the time, 16 of the event.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Bytes + 1];
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(number, Customer.Value);
        number[1..].CopyTo(bytes);
        BinaryPrimitives.WriteInt64BigEndian(number, Time);
        number[1..].CopyTo(bytes[7..]);
        Event.WriteTo(bytes[14..]);
        Span<char> text = stackalloc char[Letters];
        for (var i = 0; i < Letters; i++)
        {
            // Five bits each, most significant first; the spare last byte is never part of them.
            var pair = BinaryPrimitives.ReadUInt16BigEndian(bytes[(i * 5 / 8)..]);
            text[i] = Alphabet[(pair >> (11 - i * 5 % 8)) & 31];
        }
        return string.Concat(Prefix, text);
    }

    /// <summary>Reads the text form; case does not matter. False on any other text.</summary>
    public static bool TryParse(string? text, out ChargeId id)
    {
        id = default;
        if (text is null || text.Length != Prefix.Length + Letters
            || !text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }
        Span<byte> bytes = stackalloc byte[Bytes];
        var (bits, count, at) = (0, 0, 0);
        foreach (var letter in text.AsSpan(Prefix.Length))
        {
            var value = Alphabet.IndexOf(char.ToLowerInvariant(letter), StringComparison.Ordinal);
            if (value < 0)
            {
                return false;
            }
            (bits, count) = (((bits << 5) | value) & 0xFFFF, count + 5);
            if (count >= 8)
            {
                count -= 8;
                bytes[at++] = (byte)((bits >> count) & 0xFF);
            }
        }
        Span<byte> number = stackalloc byte[8];
        number.Clear();
        bytes[..7].CopyTo(number[1..]);
        var customer = BinaryPrimitives.ReadInt64BigEndian(number);
        bytes[7..14].CopyTo(number[1..]);
        id = new ChargeId(
            new CustomerId(customer), BinaryPrimitives.ReadInt64BigEndian(number), EventId.FromBytes(bytes[14..]));
        return customer > 0;
    }
}
