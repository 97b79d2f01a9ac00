using System.Buffers;
using System.Security.Cryptography;
using System.Threading.Channels;
using Tollgate.Mediation;
using Tollgate.Primitives;

namespace Tollgate.Operations.Usage;

/// <summary>What a usage file holds.</summary>
/// <param name="Size">Bytes of text.</param>
/// <param name="Hash">SHA-256 of the text.</param>
/// <param name="BrokenOff">The file is an archive without its end.</param>
/// <param name="InUtf16">The text is in UTF-16, which no format is.</param>
/// <param name="HashOfStart">SHA-256 of the first so many bytes, for the lengths asked for that the text has.</param>
internal sealed record UsageIdentity(
    long Size, string Hash, bool BrokenOff, bool InUtf16, IReadOnlyDictionary<long, string> HashOfStart);

/// <summary>Reads and decodes a usage file ahead of charging. Positions count bytes of text, after decompressing.</summary>
internal static class UsageFileReader
{
    private const int BytesPerRecord = 256;
    private const int SmallestBuffer = 1024 * 1024;
    private const int ChunksAhead = 1;

    /// <summary>Size and SHA-256 of the text, and of its starts of some lengths.</summary>
    internal static async Task<UsageIdentity> IdentifyAsync(string path, IEnumerable<long> lengths, CancellationToken cancel)
    {
        await using var content = await UsageContent.OpenAsync(path, 0, cancel);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(256 * 1024);
        var starts = new Dictionary<long, string>();
        var marks = new Queue<long>(lengths.Distinct().Order());
        long size = 0;
        var inUtf16 = false;
        int read;
        while ((read = await content.ReadAsync(buffer, cancel)) > 0)
        {
            var done = 0;
            inUtf16 |= size == 0 && Utf16.Is(buffer.AsSpan(0, read));
            while (marks.TryPeek(out var mark) && mark <= size + read)
            {
                hash.AppendData(buffer, done, (int)(mark - size) - done);
                done = (int)(mark - size);
                starts.Add(marks.Dequeue(), Convert.ToHexStringLower(hash.GetCurrentHash()));
            }
            hash.AppendData(buffer, done, read - done);
            size += read;
        }
        ArrayPool<byte>.Shared.Return(buffer);
        return new UsageIdentity(size, Convert.ToHexStringLower(hash.GetHashAndReset()), content.BrokenOff, inUtf16, starts);
    }

    /// <summary>Decodes from a position on, at most <paramref name="records"/> records per chunk, on a thread of its own. The
    /// last chunk is
    /// marked, and there always is one.</summary>
    internal static ChannelReader<UsageChunk> Decode(
        string path, UsageSource source, long position, long line, string state, int records, CancellationToken cancel)
    {
        var channel = Channel.CreateBounded<UsageChunk>(
            new BoundedChannelOptions(ChunksAhead) { SingleReader = true, SingleWriter = true });
        _ = Task.Run(
            async () =>
            {
                Exception? problem = null;
                try
                {
                    await DecodeAsync(path, Decoders.Create(source, state), position, line, records, channel.Writer, cancel);
                }
                catch (Exception caught)
                {
                    problem = caught;
                }
                channel.Writer.Complete(problem);
            },
            CancellationToken.None);
        return channel.Reader;
    }

    private static async Task DecodeAsync(
        string path, IDecoder decoder, long position, long line, int records, ChannelWriter<UsageChunk> chunks,
            CancellationToken cancel)
    {
        await using var content = await UsageContent.OpenAsync(path, position, cancel);
        var size = Math.Max(SmallestBuffer, records * BytesPerRecord);
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        var filled = 0;
        var last = false;
        while (!last)
        {
            var ended = false;
            while (filled < size && !ended)
            {
                var read = await content.ReadAsync(buffer.AsMemory(filled, size - filled), cancel);
                filled += read;
                ended = read == 0;
            }
            var chunk = new UsageChunk(buffer, position, line);
            var whole = ended && !content.BrokenOff;
            chunk.Length = DecodeAll(decoder, buffer.AsSpan(0, filled), position, whole, records, chunk, out var stalled);
            chunk.State = decoder.State;
            // Of an archive that breaks off, a record without its end waits for the whole file.
            last = ended && (chunk.Length == filled || (!whole && stalled));
            chunk.Last = last && whole;
            if (chunk.Length == 0 && !last)
            {
                throw new InvalidDataException($"{path}: the decoder cannot go on at byte {position}.");
            }
            position += chunk.Length;
            line = chunk.LineAfter;
            var next = last ? [] : ArrayPool<byte>.Shared.Rent(size);
            if (!last)
            {
                buffer.AsSpan(chunk.Length, filled - chunk.Length).CopyTo(next);
            }
            filled -= chunk.Length;
            buffer = next;
            await chunks.WriteAsync(chunk, cancel);
        }
    }

    private static int DecodeAll(
        IDecoder decoder, ReadOnlySpan<byte> bytes, long position, bool last, int records, UsageChunk chunk, out bool stalled)
    {
        var consumed = 0;
        stalled = false;
        while (consumed < bytes.Length)
        {
            var room = records - chunk.Usage.Count - chunk.Rejected.Count - chunk.Ignored;
            var step = room <= 0 ? 0 : decoder.Decode(bytes[consumed..], position + consumed, last, room, chunk);
            if (step == 0)
            {
                stalled = room > 0;
                break;
            }
            consumed += step;
        }
        return consumed;
    }
}
