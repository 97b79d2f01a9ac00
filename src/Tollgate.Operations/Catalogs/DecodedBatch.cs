using System.Threading.Channels;
using Tollgate.Mediation;
using Tollgate.Primitives;

namespace Tollgate.Operations.Catalogs;

/// <summary>What a decoder found in a piece of a file, in file order.</summary>
internal sealed class DecodedBatch : IDecodedSink
{
    /// <summary>So few that they are dead before the collector would copy them.</summary>
    private const int Records = 512;
    private const int Buffer = 1 << 20;
    private const int LargestBuffer = 16 * 1024 * 1024;

    private readonly List<(UsageRecord? Usage, RejectedRecord? Rejected, long Offset, string Reason)> found = new(Records);

    /// <summary>Decodes a file to its end; closes the channel then, also after a fault, which the reader gets.</summary>
    internal static async Task DecodeAsync(
        UsageSource source, Stream file, ChannelWriter<DecodedBatch> batches, CancellationToken cancel)
    {
        try
        {
            await ReadAsync(source, file, batches, cancel);
            batches.Complete();
        }
        catch (Exception fault)
        {
            batches.Complete(fault);
            throw;
        }
    }

    /// <summary>Hands everything on, one after the other.</summary>
    internal void PassTo(IDecodedSink sink)
    {
        foreach (var (usage, rejected, offset, reason) in found)
        {
            if (usage is not null)
            {
                sink.Usage(usage);
            }
            else if (rejected is not null)
            {
                sink.Rejected(rejected);
            }
            else
            {
                sink.Ignored(offset, reason);
            }
        }
    }

    void IDecodedSink.Usage(UsageRecord record) => found.Add((record, null, record.Offset, ""));

    void IDecodedSink.Rejected(RejectedRecord record) => found.Add((null, record, record.Offset, ""));

    void IDecodedSink.Ignored(long offset, string reason) => found.Add((null, null, offset, reason));

    private static async Task ReadAsync(
        UsageSource source, Stream file, ChannelWriter<DecodedBatch> batches, CancellationToken cancel)
    {
        var decoder = Decoders.Create(source);
        var buffer = new byte[Buffer];
        var (from, length, offset, last) = (0, 0, 0L, false);
        while (true)
        {
            var batch = new DecodedBatch();
            var consumed = decoder.Decode(buffer.AsSpan(from, length), offset, last, Records, batch);
            from += consumed;
            length -= consumed;
            offset += consumed;
            if (batch.found.Count > 0)
            {
                await batches.WriteAsync(batch, cancel);
            }
            if (consumed > 0)
            {
                continue;
            }
            if (last)
            {
                return;
            }
            buffer.AsSpan(from, length).CopyTo(buffer);
            from = 0;
            if (length == buffer.Length && buffer.Length < LargestBuffer)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
            var read = await file.ReadAtLeastAsync(
                buffer.AsMemory(length), buffer.Length - length, throwOnEndOfStream: false, cancel);
            last = read < buffer.Length - length;
            length += read;
        }
    }
}
