using System.Data.Common;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using Tollgate.Primitives;

namespace Tollgate.Storage.Customers;

/// <summary>Whose an operator's key is, and what created it.</summary>
/// <param name="ContentHash">A hash per field; see <c>key_directory</c>.</param>
public readonly record struct KeyOwner(long CustomerId, long EntityId, string ContentHash);

/// <summary>Set-based questions to the directories of keys and identities, for bulk writers.</summary>
public static class DirectoryLookup
{
    /// <summary>Excludes other writers of identities until the transaction ends; take it before anything else.</summary>
    public static async Task LockIdentitiesAsync(DbTransaction transaction, CancellationToken cancel)
    {
        if (transaction.Connection is NpgsqlConnection)
        {
            await using var command = transaction.Command("LOCK TABLE service_directory IN SHARE ROW EXCLUSIVE MODE");
            await command.ExecuteNonQueryAsync(cancel);
        }
    }

    /// <summary>Owners of those of the keys that are taken.</summary>
    public static async Task<Dictionary<string, KeyOwner>> KeysAsync(
        DbTransaction transaction, TenantId tenant, string kind, IReadOnlyCollection<string> keys, CancellationToken cancel)
    {
        var owners = new Dictionary<string, KeyOwner>(StringComparer.Ordinal);
        if (keys.Count == 0)
        {
            return owners;
        }
        var postgres = transaction.Connection is NpgsqlConnection;
        await using var command = transaction.Command(
            "SELECT external_key, customer_id, entity_id, content_hash FROM key_directory "
            + "WHERE tenant_id = @tenant AND kind = @kind AND external_key "
            + (postgres ? "= ANY(@keys)" : "IN (SELECT value FROM json_each(@keys))"));
        command.Add("tenant", tenant.Value).Add("kind", kind)
            .Add("keys", postgres ? keys.ToArray() : System.Text.Json.JsonSerializer.Serialize(keys));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            owners[reader.GetString(0)] = new KeyOwner(reader.GetInt64(1), reader.GetInt64(2), reader.GetString(3));
        }
        return owners;
    }

    /// <summary>Subscriptions that hold one of these identities at or after the time from which it is wanted.</summary>
    public static async Task<Dictionary<ServiceIdentity, (long CustomerId, long SubscriptionId)>> IdentitiesAsync(
        Database database, DbTransaction transaction, TenantId tenant,
        IReadOnlyList<(ServiceIdentity Identity, Instant From)> wanted,
        CancellationToken cancel)
    {
        var owners = new Dictionary<ServiceIdentity, (long, long)>();
        if (wanted.Count == 0)
        {
            return owners;
        }
        if (database.Kind == DatabaseKind.Sqlite)
        {
            await FromSqliteAsync(database, transaction, tenant, wanted, owners, cancel);
            return owners;
        }
        await using var command = (NpgsqlCommand)transaction.Command(
            "SELECT d.kind, d.value, d.customer_id, d.subscription_id FROM unnest(@kinds, @values, @froms) AS w (kind, value, "
            + "valid_from) JOIN service_directory d ON d.tenant_id = @tenant AND d.kind = w.kind AND d.value = w.value AND "
            + "(d.valid_to IS NULL OR d.valid_to > w.valid_from)");
        command.Parameters.AddWithValue(
            "kinds", NpgsqlDbType.Array | NpgsqlDbType.Smallint, wanted.Select(want => (short)want.Identity.Kind).ToArray());
        command.Parameters.AddWithValue(
            "values", NpgsqlDbType.Array | NpgsqlDbType.Text, wanted.Select(want => want.Identity.Value).ToArray());
        command.Parameters.AddWithValue(
            "froms", NpgsqlDbType.Array | NpgsqlDbType.TimestampTz, wanted.Select(want => want.From.ToDateTimeUtc()).ToArray());
        command.Add("tenant", tenant.Value);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            owners[new ServiceIdentity((IdentityKind)reader.GetInt16(0), reader.GetString(1))] =
                (reader.GetInt64(2), reader.GetInt64(3));
        }
        return owners;
    }

    private static async Task FromSqliteAsync(
        Database database, DbTransaction transaction, TenantId tenant,
        IReadOnlyList<(ServiceIdentity Identity, Instant From)> wanted,
        Dictionary<ServiceIdentity, (long, long)> owners, CancellationToken cancel)
    {
        await using var command = transaction.Command(
            "SELECT customer_id, subscription_id FROM service_directory WHERE tenant_id = @tenant AND kind = @kind AND value = "
            + "@value AND (valid_to IS NULL OR valid_to > @from) LIMIT 1");
        command.Add("tenant", tenant.Value).Add("kind", null).Add("value", null).Add("from", null);
        foreach (var (identity, from) in wanted)
        {
            command.Parameters["kind"].Value = (short)identity.Kind;
            command.Parameters["value"].Value = identity.Value;
            command.Parameters["from"].Value = database.TimeValue(from);
            await using var reader = await command.ExecuteReaderAsync(cancel);
            if (await reader.ReadAsync(cancel))
            {
                owners[identity] = (reader.GetInt64(0), reader.GetInt64(1));
            }
        }
    }
}
