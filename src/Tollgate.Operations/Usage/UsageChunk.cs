using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Tollgate.Mediation;
using Tollgate.Primitives;
using Tollgate.Storage.Charging;

namespace Tollgate.Operations.Usage;

/// <summary>
/// A decoded part of a file with the bytes it came from, kept until it is saved so that a record that must be held can be shown
/// as it
/// stood. The bytes belong to a pool: dispose it.
/// </summary>
internal sealed class UsageChunk(byte[] bytes, long offset, long lineBefore) : IDecodedSink, IRecordText, IDisposable
{
    private const int KeptText = 16 * 1024;

    private readonly List<long> starts = [];

    public List<UsageRecord> Usage { get; } = [];

    public List<RejectedRecord> Rejected { get; } = [];

    public int Ignored { get; private set; }

    /// <summary>Where the chunk begins in the file.</summary>
    public long Offset { get; } = offset;

    /// <summary>Bytes of the file in it.</summary>
    public int Length { get; set; }

    /// <summary>Lines before its end.</summary>
    public long LineAfter => lineBefore + bytes.AsSpan(0, Length).Count((byte)'\n');

    /// <summary>The decoder's state at its end.</summary>
    public string State { get; set; } = "";

    /// <summary>True: nothing follows.</summary>
    public bool Last { get; set; }

    void IDecodedSink.Usage(UsageRecord record)
    {
        starts.Add(record.Offset);
        Usage.Add(record);
    }

    void IDecodedSink.Rejected(RejectedRecord record)
    {
        starts.Add(record.Offset);
        Rejected.Add(record);
    }

    void IDecodedSink.Ignored(long offset, string reason)
    {
        starts.Add(offset);
        Ignored++;
    }

    public string Raw(UsageRecord record)
    {
        var at = starts.BinarySearch(record.Offset);
        var end = at >= 0 && at + 1 < starts.Count ? starts[at + 1] : Offset + Length;
        var text = bytes.AsSpan((int)(record.Offset - Offset), (int)(end - record.Offset)).TrimEnd("\r\n"u8);
        text = text[..Math.Min(text.Length, KeptText)];
        return (Utf8.IsValid(text) ? Encoding.UTF8.GetString(text) : Encoding.Latin1.GetString(text)).Replace('\0', '\u2400');
    }

    public long Line(UsageRecord record) => lineBefore + 1 + bytes.AsSpan(0, (int)(record.Offset - Offset)).Count((byte)'\n');

    public void Dispose() => ArrayPool<byte>.Shared.Return(bytes);
}
