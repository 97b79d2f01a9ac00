using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Threading.Channels;
using Tollgate.Mediation;

namespace Tollgate.Operations.Usage;

/// <summary>Reads and decodes a usage file ahead of charging. Plain or gzip (by its first two bytes); positions count
/// decompressed
/// bytes.</summary>
internal static class UsageFileReader
{
    private const int BytesPerRecord = 256;
    private const int SmallestBuffer = 1024 * 1024;
    private const int ChunksAhead = 1;

    /// <summary>Size and SHA-256 of the content.</summary>
    internal static async Task<(long Size, string Hash)> IdentifyAsync(string path, CancellationToken cancel)
    {
        await using var stream = Open(path, 0);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(256 * 1024);
        long size = 0;
        int read;
        while ((read = await stream.ReadAsync(buffer, cancel)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            size += read;
        }
        ArrayPool<byte>.Shared.Return(buffer);
        return (size, Convert.ToHexStringLower(hash.GetHashAndReset()));
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
        await using var stream = Open(path, position);
        var size = Math.Max(SmallestBuffer, records * BytesPerRecord);
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        var filled = 0;
        var last = false;
        while (!last)
        {
            var ended = false;
            while (filled < size && !ended)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(filled, size - filled), cancel);
                filled += read;
                ended = read == 0;
            }
            var chunk = new UsageChunk(buffer, position, line);
            chunk.Length = DecodeAll(decoder, buffer.AsSpan(0, filled), position, ended, records, chunk);
            chunk.State = decoder.State;
            chunk.Last = last = ended && chunk.Length == filled;
            if (chunk.Length == 0 && !last)
            {
                throw new InvalidDataException($"{path}: the decoder cannot go on at byte {position}.");
            }
            position += chunk.Length;
            line = chunk.LineAfter;
            var next = last ? [] : ArrayPool<byte>.Shared.Rent(size);
            buffer.AsSpan(chunk.Length, filled - chunk.Length).CopyTo(next);
            filled -= chunk.Length;
            buffer = next;
            await chunks.WriteAsync(chunk, cancel);
        }
    }

    private static int DecodeAll(
        IDecoder decoder, ReadOnlySpan<byte> bytes, long position, bool last, int records, UsageChunk chunk)
    {
        var consumed = 0;
        while (consumed < bytes.Length)
        {
            var room = records - chunk.Usage.Count - chunk.Rejected.Count - chunk.Ignored;
            var step = room <= 0 ? 0 : decoder.Decode(bytes[consumed..], position + consumed, last, room, chunk);
            if (step == 0)
            {
                break;
            }
            consumed += step;
        }
        return consumed;
    }

    private static Stream Open(string path, long position)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 128 * 1024,
            FileOptions.SequentialScan);
        var zipped = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        if (!zipped)
        {
            file.Position = position;
            return file;
        }
        var content = new GZipStream(file, CompressionMode.Decompress);
        var skipped = new byte[64 * 1024];
        for (var left = position; left > 0;)
        {
            var read = content.Read(skipped, 0, (int)Math.Min(left, skipped.Length));
            left -= read;
            if (read == 0)
            {
                throw new InvalidDataException($"{path} is shorter than the position {position} where its import stopped.");
            }
        }
        return content;
    }
}
