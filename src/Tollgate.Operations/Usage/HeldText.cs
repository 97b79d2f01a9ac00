using System.Text;
using Tollgate.Mediation;
using Tollgate.Primitives;
using Tollgate.Storage.Charging;

namespace Tollgate.Operations.Usage;

/// <summary>Reads the text of a held record again, with its corrections.</summary>
internal static class HeldText
{
    /// <summary>The record as it would be charged, or null when its text is no usage.</summary>
    /// <param name="source">How its file is read.</param>
    /// <param name="state">The decoder's state at the end of its file, which holds the header row.</param>
    /// <param name="held">The record.</param>
    /// <param name="corrections">Of it, in order.</param>
    internal static UsageRecord? Decode(
        UsageSource source, string state, HeldRecord held, IReadOnlyCollection<HeldCorrection> corrections)
    {
        if (!Decoders.TryCreate(source, state, out var decoder, out _))
        {
            return null;
        }
        var one = new One();
        // Offset 1, so that no byte order mark is looked for; the blank line ends a record of any format.
        decoder.Decode(Encoding.UTF8.GetBytes(HeldFields.TextOf(held, corrections) + "\n\n"), 1, last: true, 1, one);
        return one.Record is { } record ? HeldFields.Apply(record, corrections) with { Offset = held.Offset } : null;
    }

    private sealed class One : IDecodedSink
    {
        public UsageRecord? Record { get; private set; }

        public void Usage(UsageRecord record) => Record = record;

        public void Rejected(RejectedRecord record)
        {
        }

        public void Ignored(long offset, string reason)
        {
        }
    }
}
