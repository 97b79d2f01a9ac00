using System.Buffers.Binary;
using System.Runtime.Intrinsics;

namespace Tollgate.Primitives;

/// <summary>
/// BLAKE2b with a digest of 128 bits and no key (RFC 7693): a cryptographic hash that is made for general processors. For the
/// short texts that are hashed here the calls into a cryptographic library cost several times what the hash itself does.
/// </summary>
internal static class Blake2b
{
    private const int BlockBytes = 128;
    private const int Rounds = 12;

    /// <summary>Digest length 16, no key, one leaf: the first word of the parameter block.</summary>
    private const ulong Parameters = 0x01010010;

    private static readonly Vector256<ulong> FirstHalf = Vector256.Create(
        0x6A09E667F3BCC908UL, 0xBB67AE8584CAA73BUL, 0x3C6EF372FE94F82BUL, 0xA54FF53A5F1D36F1UL);

    private static readonly Vector256<ulong> SecondHalf = Vector256.Create(
        0x510E527FADE682D1UL, 0x9B05688C2B3E6C1FUL, 0x1F83D9ABFB41BD6BUL, 0x5BE0CD19137E2179UL);

    /// <summary>Which words of the block a round mixes in: for its four columns the first, then the second words, then the same
    /// for its diagonals. The table of RFC 7693, 2.7, in that order.</summary>
    private static ReadOnlySpan<byte> Schedule =>
    [
        0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15,
        14, 4, 9, 13, 10, 8, 15, 6, 1, 0, 11, 5, 12, 2, 7, 3,
        11, 12, 5, 15, 8, 0, 2, 13, 10, 3, 7, 9, 14, 6, 1, 4,
        7, 3, 13, 11, 9, 1, 12, 14, 2, 5, 4, 15, 6, 10, 0, 8,
        9, 5, 2, 10, 0, 7, 4, 15, 14, 11, 6, 3, 1, 12, 8, 13,
        2, 6, 0, 8, 12, 10, 11, 3, 4, 7, 15, 1, 13, 5, 14, 9,
        12, 1, 14, 4, 5, 15, 13, 10, 0, 6, 9, 8, 7, 3, 2, 11,
        13, 7, 12, 3, 11, 14, 1, 9, 5, 15, 8, 2, 0, 4, 6, 10,
        6, 14, 11, 0, 15, 9, 3, 8, 12, 13, 1, 10, 2, 7, 4, 5,
        10, 8, 7, 1, 2, 4, 6, 5, 15, 9, 3, 13, 11, 14, 12, 0,
    ];

    /// <summary>The digest, its first byte the most significant one.</summary>
    internal static UInt128 Hash(ReadOnlySpan<byte> text)
    {
        var low = FirstHalf ^ Vector256.Create(Parameters, 0, 0, 0);
        var high = SecondHalf;
        Span<ulong> words = stackalloc ulong[16];
        ulong done = 0;
        while (text.Length > BlockBytes)
        {
            done += BlockBytes;
            Read(text[..BlockBytes], words);
            Compress(ref low, ref high, words, done, last: false);
            text = text[BlockBytes..];
        }
        Span<byte> rest = stackalloc byte[BlockBytes];
        rest.Clear();
        text.CopyTo(rest);
        Read(rest, words);
        Compress(ref low, ref high, words, done + (ulong)text.Length, last: true);
        return new UInt128(BinaryPrimitives.ReverseEndianness(low[0]), BinaryPrimitives.ReverseEndianness(low[1]));
    }

    private static void Read(ReadOnlySpan<byte> block, Span<ulong> words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt64LittleEndian(block[(8 * i)..]);
        }
    }

    private static void Compress(
        ref Vector256<ulong> low, ref Vector256<ulong> high, ReadOnlySpan<ulong> words, ulong length, bool last)
    {
        var (a, b, c) = (low, high, FirstHalf);
        var d = SecondHalf ^ Vector256.Create(length, 0, last ? ulong.MaxValue : 0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var order = Schedule.Slice(round % 10 * 16, 16);
            Mix(ref a, ref b, ref c, ref d, Pick(words, order), Pick(words, order[4..]));
            b = Vector256.Shuffle(b, Vector256.Create(1UL, 2, 3, 0));
            c = Vector256.Shuffle(c, Vector256.Create(2UL, 3, 0, 1));
            d = Vector256.Shuffle(d, Vector256.Create(3UL, 0, 1, 2));
            Mix(ref a, ref b, ref c, ref d, Pick(words, order[8..]), Pick(words, order[12..]));
            b = Vector256.Shuffle(b, Vector256.Create(3UL, 0, 1, 2));
            c = Vector256.Shuffle(c, Vector256.Create(2UL, 3, 0, 1));
            d = Vector256.Shuffle(d, Vector256.Create(1UL, 2, 3, 0));
        }
        low ^= a ^ c;
        high ^= b ^ d;
    }

    private static Vector256<ulong> Pick(ReadOnlySpan<ulong> words, ReadOnlySpan<byte> order) =>
        Vector256.Create(words[order[0]], words[order[1]], words[order[2]], words[order[3]]);

    /// <summary>The mixing function G on four columns at once.</summary>
    private static void Mix(
        ref Vector256<ulong> a, ref Vector256<ulong> b, ref Vector256<ulong> c, ref Vector256<ulong> d, Vector256<ulong> x,
        Vector256<ulong> y)
    {
        a += b + x;
        d = Right(d ^ a, 32);
        c += d;
        b = Right(b ^ c, 24);
        a += b + y;
        d = Right(d ^ a, 16);
        c += d;
        b = Right(b ^ c, 63);
    }

    private static Vector256<ulong> Right(Vector256<ulong> value, int bits) => (value >>> bits) | (value << (64 - bits));
}
