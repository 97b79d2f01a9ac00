using Tollgate.Operations.Billing;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Charging;

namespace Tollgate.Operations.Usage;

/// <summary>
/// Writes held records off: they will never be charged, and their file counts them as dropped, which is final. The records and
/// the reason stay; the same record that comes again is a duplicate.
/// </summary>
public static class DropHeld
{
    /// <summary>Drops one record. Dropping it again for the same reason changes nothing.</summary>
    public static async Task<Outcome<HeldDetail>> RunAsync(
        OperationContext context, EventId key, string? reason, CancellationToken cancel = default)
    {
        if (CorrectHeld.ReasonFault(reason) is { } missing)
        {
            return missing;
        }
        var found = await ReadHeld.OneAsync(context, key, cancel);
        if (found.Refusal is { } unknown)
        {
            return unknown;
        }
        var held = found.Value!.Record;
        if (held.Phase == "dropped" && held.Resolution == reason!.Trim())
        {
            return found;
        }
        if (held.Phase != "held" || !await SaveAsync(context, held, reason!.Trim(), cancel))
        {
            return ReadHeld.Settled(held);
        }
        return await ReadHeld.OneAsync(context, key, cancel);
    }

    private static async Task<bool> SaveAsync(OperationContext context, HeldRecord held, string reason, CancellationToken cancel)
    {
        var audit = context.Ids.Next();
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        var dropped = await work.ExecuteAsync(
            "UPDATE held_record SET phase = 'dropped', resolved_at = @now, resolved_by = @actor, resolution = @reason WHERE "
            + "tenant_id = @tenant AND source = @source AND record_key = @key AND phase = 'held'",
            cancel, ("now", context.Now), ("actor", context.Actor), ("reason", reason), ("source", held.Source),
            ("key", HeldStore.KeyValue(context.Database, held.Key)));
        if (dropped != 1)
        {
            return false;
        }
        await work.ExecuteAsync(
            "UPDATE usage_file SET held_count = held_count - 1, dropped_count = dropped_count + 1 WHERE tenant_id = @tenant "
            + "AND file_id = @file", cancel, ("file", held.File.Value));
        await HeldAlerts.SettleAsync(
            work.Transaction, context.Tenant.Value, held.File, context.Database.TimeValue(context.Now), cancel);
        await Audit.WriteAsync(work, context, audit, "held.drop", held.Key.ToString(), reason, cancel);
        await work.CommitAsync(cancel);
        return true;
    }
}
