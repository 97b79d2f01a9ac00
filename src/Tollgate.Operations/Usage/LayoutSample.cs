using Tollgate.Mediation;
using Tollgate.Primitives;

namespace Tollgate.Operations.Usage;

/// <summary>What became of one record of a sample.</summary>
/// <param name="Offset">Where it begins, in bytes.</param>
/// <param name="Line">1-based.</param>
/// <param name="Usage">What it says; null when it is ignored or held.</param>
/// <param name="Ignored">Why it is not charged; empty otherwise.</param>
/// <param name="Held">Why it cannot be read; null otherwise.</param>
public sealed record SampleRecord(long Offset, int Line, UsageRecord? Usage, string Ignored, RejectedRecord? Held);

/// <summary>How a sample is understood.</summary>
/// <param name="First">Its first records.</param>
/// <param name="Control">Of all its records.</param>
/// <param name="Whole">False: only its beginning was read.</param>
public sealed record LayoutSample(IReadOnlyList<SampleRecord> First, FileControl Control, bool Whole)
{
    /// <summary>How much of a sample is read, in bytes of its text.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>Decodes a file, plain or gzip, without charging anything.</summary>
    /// <param name="source">How to read it.</param>
    /// <param name="path">The file.</param>
    /// <param name="records">How many of its records to show.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<LayoutSample> ReadAsync(
        UsageSource source, string path, int records, CancellationToken cancel = default)
    {
        await using var content = await UsageContent.OpenAsync(path, 0, cancel);
        using var text = new MemoryStream();
        var buffer = new byte[128 * 1024];
        int read;
        do
        {
            read = await content.ReadAsync(buffer, cancel);
            text.Write(buffer, 0, read);
        }
        while (read > 0 && text.Length < MaxBytes);
        var whole = read == 0 && !content.BrokenOff;
        return Decode(Decoders.Create(source), text.GetBuffer().AsSpan(0, (int)text.Length), whole, records);
    }

    private static LayoutSample Decode(IDecoder decoder, ReadOnlySpan<byte> text, bool whole, int records)
    {
        var seen = new Seen(records);
        var at = 0;
        int step;
        do
        {
            step = decoder.Decode(text[at..], at, whole, int.MaxValue, seen);
            at += step;
        }
        while (step > 0 && at < text.Length);
        var first = new List<SampleRecord>(seen.First.Count);
        foreach (var record in seen.First)
        {
            first.Add(record with { Line = 1 + text[..(int)record.Offset].Count((byte)'\n') });
        }
        return new LayoutSample(first, seen.Control, whole);
    }

    private sealed class Seen(int records) : IDecodedSink
    {
        internal List<SampleRecord> First { get; } = [];

        internal FileControl Control { get; private set; }

        public void Usage(UsageRecord record) => Add(new(1, 1, 0, 0), new(record.Offset, 0, record, "", null));

        public void Rejected(RejectedRecord record) => Add(new(1, 0, 1, 0), new(record.Offset, 0, null, "", record));

        public void Ignored(long offset, string reason) => Add(new(1, 0, 0, 1), new(offset, 0, null, reason, null));

        private void Add(FileControl one, SampleRecord record)
        {
            Control = Control.Add(one);
            if (First.Count < records)
            {
                First.Add(record);
            }
        }
    }
}
