using System.Data.Common;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Storage.Charging;

/// <summary>What a replay changes beside the charges: the state of the held records and the counters of their file.</summary>
internal static class ReplaySave
{
    internal static async Task<ChargeOutcome> SaveAsync(
        DbTransaction transaction, int tenant, DatabaseKind kind, ChargeWork work, ChargeRows rows, Instant now,
            CancellationToken cancel)
    {
        var keyOf = new Dictionary<UsageRecord, EventId>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < work.Usage.Count; i++)
        {
            keyOf[work.Usage[i]] = work.Held![i];
        }
        await using var resolve = transaction.Command(
            "UPDATE held_record SET phase = 'charged', resolved_at = @now WHERE tenant_id = @tenant AND source = @source "
            + "AND record_key = @key AND phase = 'held'");
        Fill(resolve).Add("now", kind == DatabaseKind.Postgres ? now.ToDateTimeUtc() : TimeCodec.ToMicroseconds(now));
        long rated = 0, duplicates = 0;
        foreach (var charge in rows.Charges)
        {
            if (await RunAsync(resolve, keyOf[charge.Record]) == 0)
            {
                throw new FileMovedException("Another replay is at work on the same records; nothing is charged twice. "
                    + "When it has ended, replay again what is still held.");
            }
            rated++;
        }
        foreach (var index in rows.Duplicates)
        {
            duplicates += await RunAsync(resolve, work.Held![index]);
        }
        await using var again = transaction.Command(
            "UPDATE held_record SET reason = @reason, detail = @detail WHERE tenant_id = @tenant AND source = @source "
            + "AND record_key = @key AND phase = 'held'");
        Fill(again).Add("reason", (short)0).Add("detail", "");
        foreach (var held in rows.Held)
        {
            again.Parameters["reason"].Value = (short)held.Reason;
            again.Parameters["detail"].Value = held.Detail;
            await RunAsync(again, work.Held![held.Index]);
        }
        await using var file = transaction.Command(
            "UPDATE usage_file SET rated_count = rated_count + @rated, duplicate_count = duplicate_count + @duplicates, "
            + "held_count = held_count - @rated - @duplicates WHERE file_id = @file AND tenant_id = @tenant");
        await file.Add("rated", rated).Add("duplicates", duplicates).Add("file", work.File.Value).Add("tenant", tenant)
            .ExecuteNonQueryAsync(cancel);
        await HeldAlerts.SettleAsync(transaction, tenant, work.File, resolve.Parameters["now"].Value!, cancel);
        return new ChargeOutcome(work.Read, rows.Charges.Count, rows.Held.Count, rows.Duplicates.Count, 0, Duration.Zero);

        DbCommand Fill(DbCommand command) => command.Add("tenant", tenant).Add("source", work.Source).Add("key", null);

        Task<int> RunAsync(DbCommand command, EventId key)
        {
            command.Parameters["key"].Value = KeyValue(kind, key);
            return command.ExecuteNonQueryAsync(cancel);
        }
    }

    internal static object KeyValue(DatabaseKind kind, EventId key)
    {
        if (kind == DatabaseKind.Postgres)
        {
            return key.ToGuid();
        }
        var bytes = new byte[16];
        key.WriteTo(bytes);
        return bytes;
    }
}
