using System.Data.Common;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Storage.Charging;

/// <summary>A correction of one field of a held record; never changed, the last one of a field counts.</summary>
/// <param name="No">1, 2, 3 … per record.</param>
/// <param name="Field">E.g. <c>destination</c>.</param>
/// <param name="Before">As the record said until then.</param>
/// <param name="After">As it says now.</param>
public sealed record HeldCorrection(
    EventId Key, int No, string Field, string Before, string After, string Reason, string Actor, Instant At);

/// <summary>Corrections of held records.</summary>
public static class HeldCorrections
{
    /// <summary>All corrections of records of a source that are held now, or of one record in any state, in order.</summary>
    public static async Task<ILookup<EventId, HeldCorrection>> ReadAsync(
        Database database, TenantId tenant, string source, EventId? key = null, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT c.record_key, c.change_no, c.field, c.old_value, c.new_value, c.reason, c.actor, c.at FROM held_correction "
            + "c WHERE "
            + "c.tenant_id = @tenant AND c.source = @source AND "
            + (key is null
                ? "EXISTS (SELECT 1 FROM held_record h WHERE h.tenant_id = c.tenant_id AND h.source = c.source "
                    + "AND h.record_key = c.record_key AND h.phase = 'held')"
                : "c.record_key = @key")
            + " ORDER BY c.record_key, c.change_no";
        command.Add("tenant", tenant.Value).Add("source", source);
        if (key is { } one)
        {
            command.Add("key", HeldStore.KeyValue(database, one));
        }
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var corrections = new List<HeldCorrection>();
        while (await reader.ReadAsync(cancel))
        {
            corrections.Add(new HeldCorrection(
                HeldStore.KeyOf(database, reader, 0), reader.GetInt32(1), reader.GetString(2), reader.GetString(3),
                reader.GetString(4), reader.GetString(5), reader.GetString(6), reader.GetTime(7)));
        }
        return corrections.ToLookup(correction => correction.Key);
    }

    /// <summary>Appends a correction; a number that is taken fails on the key.</summary>
    public static async Task AddAsync(
        Database database, DbTransaction transaction, TenantId tenant, string source, HeldCorrection correction,
        CancellationToken cancel)
    {
        await using var command = transaction.Command(
            "INSERT INTO held_correction (tenant_id, source, record_key, change_no, field, old_value, new_value, reason, "
            + "actor, at) "
            + "VALUES (@tenant, @source, @key, @no, @field, @before, @after, @reason, @actor, @at)");
        command.Add("tenant", tenant.Value).Add("source", source).Add("key", HeldStore.KeyValue(database, correction.Key));
        command.Add("no", correction.No).Add("field", correction.Field).Add("before", correction.Before);
        command.Add("after", correction.After).Add("reason", correction.Reason).Add("actor", correction.Actor);
        await command.Add("at", database.TimeValue(correction.At)).ExecuteNonQueryAsync(cancel);
    }
}
