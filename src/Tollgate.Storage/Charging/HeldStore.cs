using System.Data.Common;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Storage.Charging;

/// <summary>A record in suspense.</summary>
public sealed record HeldRecord(
    string Source, EventId Key, UsageFileId File, long Offset, long Line, HoldReason Reason, string Detail, string Raw,
        Instant? EventTime,
    string Subject, string Phase, Instant HeldAt);

/// <summary>Which held records are meant; null means any.</summary>
public sealed record HeldFilter(HoldReason? Reason = null, string? Source = null, UsageFileId? File = null);

/// <summary>The suspense: records that could not be charged, kept whole until their cause is mended.</summary>
public static class HeldStore
{
    /// <summary>Records that are held now, in the order of source, file and offset.</summary>
    /// <param name="after">Go on after this one; null: from the start.</param>
    public static async Task<List<HeldRecord>> ListAsync(
        Database database, TenantId tenant, HeldFilter filter, HeldRecord? after, int limit, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT source, record_key, file_id, file_offset, line, reason, detail, raw, event_time, subject, phase, held_at "
                + "FROM held_record "
            + "WHERE tenant_id = @tenant AND phase = 'held'" + Conditions(command, filter)
            + (after is null ? "" : " AND (source, file_id, file_offset, record_key) > (@source_after, @file_after, "
            + "@offset_after, @key_after)")
            + " ORDER BY source, file_id, file_offset, record_key LIMIT @limit";
        command.Add("tenant", tenant.Value).Add("limit", limit);
        if (after is not null)
        {
            command.Add("source_after", after.Source).Add("file_after", after.File.Value).Add("offset_after", after.Offset);
            command.Add("key_after", ReplaySave.KeyValue(database.Kind, after.Key));
        }
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var records = new List<HeldRecord>();
        while (await reader.ReadAsync(cancel))
        {
            records.Add(Read(database, reader));
        }
        return records;
    }

    /// <summary>Number of held records by reason.</summary>
    public static async Task<IReadOnlyList<(HoldReason Reason, long Count)>> CountAsync(
        Database database, TenantId tenant, HeldFilter filter, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT reason, count(*) FROM held_record WHERE tenant_id = @tenant AND phase = 'held'"
            + Conditions(command, filter) + " GROUP BY reason ORDER BY reason";
        command.Add("tenant", tenant.Value);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var counts = new List<(HoldReason, long)>();
        while (await reader.ReadAsync(cancel))
        {
            counts.Add(((HoldReason)reader.GetInt16(0), reader.GetInt64(1)));
        }
        return counts;
    }

    private static string Conditions(DbCommand command, HeldFilter filter)
    {
        var conditions = "";
        if (filter.Reason is { } reason)
        {
            conditions += " AND reason = @reason";
            command.Add("reason", (short)reason);
        }
        if (filter.Source is { } source)
        {
            conditions += " AND source = @source";
            command.Add("source", source);
        }
        if (filter.File is { } file)
        {
            conditions += " AND file_id = @file";
            command.Add("file", file.Value);
        }
        return conditions;
    }

    private static HeldRecord Read(Database database, DbDataReader reader) => new(
        reader.GetString(0),
        database.Kind == DatabaseKind.Postgres
            ? EventId.FromGuid(reader.GetGuid(1))
            : EventId.FromBytes(reader.GetFieldValue<byte[]>(1)),
        new UsageFileId(reader.GetInt64(2)), reader.GetInt64(3), reader.GetInt64(4), (HoldReason)reader.GetInt16(5), reader.GetString(6),
        reader.GetString(7), reader.GetTimeOrNull(8), reader.GetString(9), reader.GetString(10),
        reader.GetTime(11));
}
