using System.Data.Common;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Storage.Charging;

/// <summary>A record in suspense.</summary>
/// <param name="Key">Its id: the event id, or for undecodable text a hash of source, place and text.</param>
/// <param name="Raw">As it stood in its file; corrections are kept beside it.</param>
/// <param name="Phase"><c>held</c>, <c>charged</c>, <c>merged</c> or <c>dropped</c>.</param>
/// <param name="Resolution">Why it was dropped, or the file that has it whole.</param>
public sealed record HeldRecord(
    string Source, EventId Key, UsageFileId File, long Offset, long Line, HoldReason Reason, string Detail, string Raw,
        Instant? EventTime,
    string Subject, string Phase, Instant HeldAt, Instant? ResolvedAt, string ResolvedBy, string Resolution);

/// <summary>Which held records are meant; null means any.</summary>
public sealed record HeldFilter(
    HoldReason? Reason = null, string? Source = null, UsageFileId? File = null, EventId? Key = null);

/// <summary>The suspense: records that could not be charged, kept whole until their cause is mended.</summary>
public static class HeldStore
{
    private const string Columns =
        "source, record_key, file_id, file_offset, line, reason, detail, raw, event_time, subject, phase, held_at, resolved_at, "
        + "resolved_by, resolution";

    /// <summary>The record with this id in any state, or null.</summary>
    public static async Task<HeldRecord?> FindAsync(
        Database database, TenantId tenant, EventId key, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {Columns} FROM held_record WHERE tenant_id = @tenant AND source IN "
            + "(SELECT code FROM usage_source WHERE tenant_id = @tenant) AND record_key = @key";
        command.Add("tenant", tenant.Value).Add("key", KeyValue(database, key));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? Read(database, reader) : null;
    }

    /// <summary>An id as this database's driver takes it.</summary>
    public static object KeyValue(Database database, EventId key) => ReplaySave.KeyValue(database.Kind, key);

    internal static EventId KeyOf(Database database, DbDataReader reader, int column) => database.Kind == DatabaseKind.Postgres
        ? EventId.FromGuid(reader.GetGuid(column))
        : EventId.FromBytes(reader.GetFieldValue<byte[]>(column));

    /// <summary>Records that are held now, in the order of source, file and offset.</summary>
    /// <param name="after">Go on after this one; null: from the start.</param>
    public static async Task<List<HeldRecord>> ListAsync(
        Database database, TenantId tenant, HeldFilter filter, HeldRecord? after, int limit, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"SELECT {Columns} FROM held_record "
            + "WHERE tenant_id = @tenant AND phase = 'held'" + Conditions(database, command, filter)
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
            + Conditions(database, command, filter) + " GROUP BY reason ORDER BY reason";
        command.Add("tenant", tenant.Value);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var counts = new List<(HoldReason, long)>();
        while (await reader.ReadAsync(cancel))
        {
            counts.Add(((HoldReason)reader.GetInt16(0), reader.GetInt64(1)));
        }
        return counts;
    }

    private static string Conditions(Database database, DbCommand command, HeldFilter filter)
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
        if (filter.Key is { } key)
        {
            conditions += " AND record_key = @only";
            command.Add("only", KeyValue(database, key));
        }
        return conditions;
    }

    private static HeldRecord Read(Database database, DbDataReader reader) => new(
        reader.GetString(0),
        KeyOf(database, reader, 1),
        new UsageFileId(reader.GetInt64(2)), reader.GetInt64(3), reader.GetInt64(4), (HoldReason)reader.GetInt16(5),
            reader.GetString(6),
        reader.GetString(7), reader.GetTimeOrNull(8), reader.GetString(9), reader.GetString(10),
        reader.GetTime(11), reader.GetTimeOrNull(12), reader.GetString(13), reader.GetString(14));
}
