using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Storage.Catalogs;

/// <summary>
/// Gives price keys their stored ids: the same content has the same id in every catalogue version, for ever. Call it inside the
/// publishing transaction; two publishers at once are told apart by the primary key.
/// </summary>
public static class PriceKeyStore
{
    private const string InsertSql =
        "INSERT INTO price_key (tenant_id, price_key_id, plan, zone, band, service, basis, currency, tax, tax_included, "
        + "revenue_account, label, by_time) VALUES (@tenant, @id, @plan, @zone, @band, @service, @basis, @currency, @tax, "
        + "@included, @account, @label, @time)";

    /// <summary>The ids of these keys, in their order; keys that are not known yet are stored.</summary>
    public static async Task<ImmutableArray<int>> AssignAsync(
        DbTransaction transaction, TenantId tenant, IReadOnlyList<PriceKey> keys, CancellationToken cancel = default)
    {
        var known = await ReadAsync(transaction, tenant, cancel);
        var next = known.Values.DefaultIfEmpty(0).Max() + 1;
        var ids = ImmutableArray.CreateBuilder<int>(keys.Count);
        await using var insert = transaction.Command(InsertSql);
        foreach (var name in new[] { "tenant", "id", "plan", "zone", "band", "service", "basis", "currency", "tax", "included",
            "account", "label", "time" })
        {
            insert.Add(name, null);
        }
        foreach (var key in keys)
        {
            if (!known.TryGetValue(key, out var id))
            {
                id = next++;
                known.Add(key, id);
                await InsertAsync(insert, tenant, id, key, cancel);
            }
            ids.Add(id);
        }
        return ids.ToImmutable();
    }

    /// <summary>All keys of a tenant with their ids.</summary>
    public static async Task<Dictionary<PriceKey, int>> ReadAsync(
        DbTransaction transaction, TenantId tenant, CancellationToken cancel = default)
    {
        var known = new Dictionary<PriceKey, int>();
        await using var command = transaction.Command(
            "SELECT plan, zone, band, service, basis, currency, tax, tax_included, revenue_account, label, by_time, price_key_id "
            + "FROM price_key WHERE tenant_id = @tenant").Add("tenant", tenant.Value);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var key = new PriceKey(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), (ServiceKind)reader.GetInt16(3),
                (PriceBasis)reader.GetInt16(4), reader.GetString(5), reader.GetString(6), reader.GetBoolean(7),
                    reader.GetString(8),
                reader.GetString(9), reader.GetBoolean(10));
            known.Add(key, reader.GetInt32(11));
        }
        return known;
    }

    private static async Task InsertAsync(DbCommand insert, TenantId tenant, int id, PriceKey key, CancellationToken cancel)
    {
        object[] values =
        [
            tenant.Value, id, key.Plan, key.Zone, key.Band, (short)key.Service, (short)key.Basis, key.Currency, key.Tax,
            key.TaxIncluded,
            key.RevenueAccount, key.Label, key.ByTime,
        ];
        for (var i = 0; i < values.Length; i++)
        {
            insert.Parameters[i].Value = values[i];
        }
        if (await insert.ExecuteNonQueryAsync(cancel) != 1)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Price key {id} was not stored."));
        }
    }
}
