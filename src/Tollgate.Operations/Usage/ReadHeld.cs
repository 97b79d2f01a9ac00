using System.Collections.Immutable;
using Tollgate.Primitives;
using Tollgate.Storage.Charging;

namespace Tollgate.Operations.Usage;

/// <summary>A held record with its corrections.</summary>
/// <param name="Values">Its fields as they would be charged, by name; empty when its text cannot be read.</param>
public sealed record HeldDetail(
    HeldRecord Record, ImmutableArray<HeldCorrection> Corrections, ImmutableSortedDictionary<string, string> Values);

/// <summary>Reads held records.</summary>
public static class ReadHeld
{
    /// <summary>One record in any state; refusal <c>unknown-held-record</c>.</summary>
    public static async Task<Outcome<HeldDetail>> OneAsync(OperationContext context, EventId key,
        CancellationToken cancel = default)
    {
        if (await HeldStore.FindAsync(context.Database, context.Tenant, key, cancel) is not { } held)
        {
            return new Refusal("unknown-held-record", $"There is no held record {key}. See: tollgate usage held.");
        }
        var corrections = await HeldCorrections.ReadAsync(context.Database, context.Tenant, held.Source, key, cancel);
        var source = await SourceNumbering.FindAsync(context, held.Source, cancel);
        var file = await UsageFileStore.FindAsync(context.Database, context.Tenant, held.File, cancel);
        var record = source is null ? null : HeldText.Decode(source, file?.DecoderState ?? "", held, [.. corrections[key]]);
        return new HeldDetail(held, [.. corrections[key]], record is null
            ? ImmutableSortedDictionary<string, string>.Empty
            : HeldFields.Names.Where(name => name != HeldFields.Text).ToImmutableSortedDictionary(
                name => name, name => HeldFields.Get(record, name), StringComparer.Ordinal));
    }

    internal static Refusal Settled(HeldRecord held) => new("held-record-settled", held.Phase == "held"
        ? $"The record {held.Key} was settled by somebody else just now."
        : $"The record {held.Key} is not held any more: it is {held.Phase}.", Retry.Never);
}
