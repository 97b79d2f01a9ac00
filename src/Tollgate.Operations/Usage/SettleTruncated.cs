using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Charging;

namespace Tollgate.Operations.Usage;

/// <summary>
/// Settles records that are held because an earlier state of a file ended in the middle of them: the file has grown, and what
/// they were the beginning of was read whole. They count as duplicates of it.
/// </summary>
internal static class SettleTruncated
{
    internal static async Task RunAsync(
        OperationContext context, UsageFile file, IEnumerable<UsageFile> earlier, CancellationToken cancel)
    {
        foreach (var one in earlier.Where(one => one.Held > 0 && one.Id != file.Id && one.Size < file.Size))
        {
            await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
            var settled = await work.ExecuteAsync(
                "UPDATE held_record SET phase = 'merged', resolved_at = @now, resolution = @whole WHERE tenant_id = @tenant "
                + "AND file_id = @file AND reason = @reason AND phase = 'held'",
                cancel, ("now", context.Now), ("whole", file.Id.ToString()), ("file", one.Id.Value),
                ("reason", (short)HoldReason.Truncated));
            if (settled > 0)
            {
                await work.ExecuteAsync(
                    "UPDATE usage_file SET held_count = held_count - @settled, duplicate_count = duplicate_count + @settled "
                    + "WHERE tenant_id = @tenant AND file_id = @file", cancel, ("settled", settled), ("file", one.Id.Value));
                await HeldAlerts.SettleAsync(
                    work.Transaction, context.Tenant.Value, one.Id, context.Database.TimeValue(context.Now), cancel);
            }
            await work.CommitAsync(cancel);
        }
    }
}
