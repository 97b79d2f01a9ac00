using System.Data.Common;
using System.Text;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using Tollgate.Catalog;
using Tollgate.Mediation;
using Tollgate.Mediation.Layouts;
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
        if (source.Layout is { } layout)
        {
            await using var adding = connection.CreateCommand();
            adding.CommandText = "INSERT INTO usage_layout (tenant_id, version, text) VALUES (@tenant, @version, @text) "
                + "ON CONFLICT (tenant_id, version) DO NOTHING";
            adding.Add("tenant", tenant.Value).Add("version", layout.Version).Add("text", layout.Text);
            await adding.ExecuteNonQueryAsync(cancel);
        }
        await using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO usage_source (tenant_id, code, settings, layout) "
            + "VALUES (@tenant, @code, @settings, @layout) ON CONFLICT (tenant_id, code) "
            + "DO UPDATE SET settings = excluded.settings, layout = excluded.layout";
        command.Add("tenant", tenant.Value).Add("code", source.Code).Add("settings", ToJson(source))
            .Add("layout", source.Layout?.Version);
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
        command.CommandText = "SELECT s.code, s.settings, l.text FROM usage_source s LEFT JOIN usage_layout l "
            + "ON l.tenant_id = s.tenant_id AND l.version = s.layout WHERE s.tenant_id = @tenant ORDER BY s.code";
        command.Add("tenant", tenant.Value);
        await using DbDataReader reader = await command.ExecuteReaderAsync(cancel);
        var sources = new List<UsageSource>();
        while (await reader.ReadAsync(cancel))
        {
            sources.Add(FromJson(
                reader.GetString(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2)));
        }
        return sources;
    }

    private static string ToJson(UsageSource source) => JsonSerializer.Serialize(new Settings(
        source.Format, source.TimeZone.Id, source.Numbering, source.SubjectField, source.SubjectKind.ToString(),
        source.Service.ToString(), source.AttributeFields.IsEmpty ? null : source.AttributeFields.ToText(), source.Unanswered,
        source.EndedAt is { } ended ? InstantPattern.ExtendedIso.Format(ended) : null));

    /// <summary>A layout that a newer release refuses is left out; whoever uses the source is told.</summary>
    private static UsageSource FromJson(string code, string json, string? layout)
    {
        var settings = JsonSerializer.Deserialize<Settings>(json)!;
        return new UsageSource
        {
            Code = code,
            Format = settings.Format,
            Layout = layout is null ? null
                : LayoutReader.Read(new CatalogueFile(code + ".yaml", Encoding.UTF8.GetBytes(layout))).Value,
            TimeZone = DateTimeZoneProviders.Tzdb[settings.TimeZone],
            Numbering = settings.Numbering,
            SubjectField = settings.SubjectField,
            SubjectKind = Enum.Parse<IdentityKind>(settings.SubjectKind),
            Service = Enum.Parse<ServiceKind>(settings.Service),
            AttributeFields = UsageAttributes.FromText(settings.Attributes ?? ""),
            Unanswered = settings.Unanswered,
            EndedAt = settings.EndedAt is { } ended ? InstantPattern.ExtendedIso.Parse(ended).Value : null,
        };
    }

    private sealed record Settings(
        string Format, string TimeZone, NumberingPlan? Numbering, string SubjectField, string SubjectKind, string Service,
        string? Attributes = null, bool Unanswered = false, string? EndedAt = null);
}
