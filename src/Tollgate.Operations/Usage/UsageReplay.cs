using Tollgate.Mediation;
using Tollgate.Primitives;
using Tollgate.Storage.Catalogs;
using Tollgate.Storage.Charging;

namespace Tollgate.Operations.Usage;

/// <summary>What a replay did.</summary>
/// <param name="Tried">Held records looked at.</param>
/// <param name="Charged">Now charged.</param>
/// <param name="Duplicates">Found charged already and settled as such.</param>
/// <param name="Held">Still held, perhaps with another reason.</param>
public sealed record ReplayResult(long Tried, long Charged, long Duplicates, long Held);

/// <summary>Charges held records whose cause was mended: their text is decoded again and takes the same path as any other usage;
/// the change of state is in the transaction of the charge. Records that a file ended in the middle of are replayed only when the
/// filter asks for them: what is there of them may read as something else.</summary>
public static class UsageReplay
{
    private const int Page = 1000;

    /// <summary>Replays what the filter selects.</summary>
    public static async Task<ReplayResult> RunAsync(
        OperationContext context, CatalogueTimeline timeline, HeldFilter filter, CancellationToken cancel = default)
    {
        var sources = (await SourceStore.ListAsync(context.Database, context.Tenant, cancel))
            .ToDictionary(source => source.Code, source => source.In(timeline, context.Now), StringComparer.Ordinal);
        await using var charging = new ChargeBatch(context.Database, context.Ids, context.Tenant);
        var result = new ReplayResult(0, 0, 0, 0);
        HeldRecord? last = null;
        while (true)
        {
            var page = await HeldStore.ListAsync(context.Database, context.Tenant, filter, last, Page, cancel);
            if (page.Count == 0)
            {
                return result;
            }
            foreach (var group in page.GroupBy(record => (record.Source, record.File)))
            {
                var batch = sources.TryGetValue(group.Key.Source, out var source)
                    ? await DecodeAsync(context, source, filter, group.Key.File, [.. group], cancel)
                    : null;
                var charged = batch is null || batch.Usage.Count == 0
                    ? default
                    : await charging.RunAsync(batch, timeline, context.Now, cancel);
                result = new ReplayResult(
                    result.Tried + group.Count(), result.Charged + charged.Rated, result.Duplicates + charged.Duplicates,
                    result.Held + group.Count() - charged.Rated - charged.Duplicates);
            }
            last = page[^1];
        }
    }

    /// <summary>Decodes the texts; those that are no usage (any more) stay as they are.</summary>
    private static async Task<ChargeWork?> DecodeAsync(
        OperationContext context, UsageSource source, HeldFilter filter, UsageFileId fileId, List<HeldRecord> records,
        CancellationToken cancel)
    {
        var file = await UsageFileStore.FindAsync(context.Database, context.Tenant, fileId, cancel);
        var corrections = await HeldCorrections.ReadAsync(context.Database, context.Tenant, source.Code, null, cancel);
        var usage = new List<UsageRecord>();
        var keys = new List<EventId>();
        var texts = new Texts();
        foreach (var record in records.Where(one => one.Reason != HoldReason.Truncated || filter.Reason == HoldReason.Truncated
            || filter.Key is not null || corrections.Contains(one.Key)))
        {
            if (HeldText.Decode(source, file?.DecoderState ?? "", record, [.. corrections[record.Key]]) is { } decoded)
            {
                usage.Add(decoded);
                keys.Add(record.Key);
                texts.Add(decoded, record);
            }
        }
        return new ChargeWork { Source = source.Code, File = fileId, Usage = usage, Text = texts, Held = keys };
    }

    private sealed class Texts : IRecordText
    {
        private readonly Dictionary<UsageRecord, HeldRecord> records = new(ReferenceEqualityComparer.Instance);

        public void Add(UsageRecord usage, HeldRecord record) => records.Add(usage, record);

        public string Raw(UsageRecord record) => records[record].Raw;

        public long Line(UsageRecord record) => records[record].Line;
    }
}
