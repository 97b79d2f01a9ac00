using System.Data.Common;
using System.Text.Json;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Mediation;
using Tollgate.Primitives;

namespace Tollgate.Storage.Charging;

/// <summary>The configured usage sources of a tenant.</summary>
public static class SourceStore
{
    /// <summary>Adds a source, or changes the one with this code. Records already imported keep their event ids, which contain
    /// the code.</summary>
    public static async Task PutAsync(Database database, TenantId tenant, UsageSource source, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO usage_source (tenant_id, code, settings) VALUES (@tenant, @code, @settings) "
            + "ON CONFLICT (tenant_id, code) DO UPDATE SET settings = excluded.settings";
        command.Add("tenant", tenant.Value).Add("code", source.Code).Add("settings", ToJson(source));
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>The source with this code, or null.</summary>
    public static async Task<UsageSource?> FindAsync(
        Database database, TenantId tenant, string code, CancellationToken cancel = default) =>
        (await ListAsync(database, tenant, cancel)).FirstOrDefault(source => source.Code == code);

    /// <summary>All sources, by code.</summary>
    public static async Task<IReadOnlyList<UsageSource>> ListAsync(
        Database database, TenantId tenant, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT code, settings FROM usage_source WHERE tenant_id = @tenant ORDER BY code";
        command.Add("tenant", tenant.Value);
        await using DbDataReader reader = await command.ExecuteReaderAsync(cancel);
        var sources = new List<UsageSource>();
        while (await reader.ReadAsync(cancel))
        {
            sources.Add(FromJson(reader.GetString(0), reader.GetString(1)));
        }
        return sources;
    }

    private static string ToJson(UsageSource source) => JsonSerializer.Serialize(new Settings(
        source.Format, source.TimeZone.Id, source.Numbering, source.SubjectField, source.SubjectKind.ToString(),
        source.Service.ToString(), source.AttributeFields.IsEmpty ? null : source.AttributeFields.ToText()));

    private static UsageSource FromJson(string code, string json)
    {
        var settings = JsonSerializer.Deserialize<Settings>(json)!;
        return new UsageSource
        {
            Code = code,
            Format = settings.Format,
            TimeZone = DateTimeZoneProviders.Tzdb[settings.TimeZone],
            Numbering = settings.Numbering,
            SubjectField = settings.SubjectField,
            SubjectKind = Enum.Parse<IdentityKind>(settings.SubjectKind),
            Service = Enum.Parse<ServiceKind>(settings.Service),
            AttributeFields = UsageAttributes.FromText(settings.Attributes ?? ""),
        };
    }

    private sealed record Settings(
        string Format, string TimeZone, NumberingPlan? Numbering, string SubjectField, string SubjectKind, string Service,
        string? Attributes = null);
}
