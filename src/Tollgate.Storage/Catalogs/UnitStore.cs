using System.Data.Common;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Storage.Catalogs;

/// <summary>The units of a tenant: the built-in ones, and those of its published catalogues.</summary>
public sealed class UnitStore
{
    private readonly Dictionary<string, Unit> own;

    private UnitStore(IEnumerable<Unit> own) => this.own = own.ToDictionary(unit => unit.Code, StringComparer.Ordinal);

    /// <summary>The unit of this code, or null.</summary>
    public Unit? Find(string code) => Units.Find(code) ?? own.GetValueOrDefault(code);

    /// <summary>The unit of a pocket. A code that nothing defines counts single things.</summary>
    public Unit Of(string code) => Find(code) ?? new Unit(code, UnitKind.Count, 1, 0);

    public static async Task<UnitStore> LoadAsync(BookWork work, CancellationToken cancel) =>
        new(await ReadAsync(work.Transaction, work.Tenant, cancel));

    public static async Task<UnitStore> LoadAsync(Database database, TenantId tenant, CancellationToken cancel)
    {
        await using var work = await BookWork.BeginReadingAsync(database, tenant, cancel);
        return await LoadAsync(work, cancel);
    }

    /// <summary>Keeps the units of a catalogue that is published. Amounts are stored in a unit's steps, so that it cannot
    /// change.</summary>
    /// <returns>The unit as it was published before, when one is different now; else null, and all are kept.</returns>
    public static async Task<Unit?> AssignAsync(
        DbTransaction transaction, TenantId tenant, IReadOnlyCollection<Unit> units, CancellationToken cancel)
    {
        if (units.Count == 0)
        {
            return null;
        }
        var known = new UnitStore(await ReadAsync(transaction, tenant, cancel));
        foreach (var unit in units)
        {
            if (known.own.TryGetValue(unit.Code, out var there))
            {
                if (there != unit)
                {
                    return there;
                }
                continue;
            }
            await using var command = transaction.Command(
                "INSERT INTO unit (tenant_id, code, kind, steps, minor_digits) VALUES (@tenant, @code, @kind, @steps, @digits)");
            command.Add("tenant", tenant.Value).Add("code", unit.Code).Add("kind", unit.Kind.ToString())
                .Add("steps", unit.StoragePerUnit).Add("digits", unit.MinorDigits);
            await command.ExecuteNonQueryAsync(cancel);
        }
        return null;
    }

    private static async Task<List<Unit>> ReadAsync(DbTransaction transaction, TenantId tenant, CancellationToken cancel)
    {
        var units = new List<Unit>();
        await using var command = transaction.Command(
            "SELECT code, kind, steps, minor_digits FROM unit WHERE tenant_id = @tenant ORDER BY code");
        command.Add("tenant", tenant.Value);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            units.Add(new Unit(
                reader.GetString(0), Enum.Parse<UnitKind>(reader.GetString(1)), reader.GetInt64(2), reader.GetInt32(3)));
        }
        return units;
    }
}
