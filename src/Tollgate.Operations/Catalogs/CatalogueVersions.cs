using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Data.Common;
using System.Text.Json;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Rating;
using Tollgate.Storage;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Catalogs;

namespace Tollgate.Operations.Catalogs;

/// <summary>Reads the published versions of a tenant's catalogue.</summary>
public static class CatalogueVersions
{
    /// <summary>Compiled catalogues by content hash; versions are immutable, so an entry is never stale.</summary>
    private static readonly ConcurrentDictionary<string, CompiledCatalogue> Compiled = new(StringComparer.Ordinal);

    /// <summary>All versions, for charging and billing. The one in force now is read; the others when they are needed.</summary>
    /// <exception cref="InvalidDataException">A stored package is damaged.</exception>
    public static async Task<CatalogueTimeline> LoadAsync(OperationContext context, CancellationToken cancel = default)
    {
        await using var connection = await context.Database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var keys = await PriceKeyStore.ReadAsync(transaction, context.Tenant, cancel);
        var traits = await TraitsAsync(context, transaction, cancel);
        var entries = new List<CatalogueEntry>();
        var versions = await ReadAsync(context, transaction, cancel);
        foreach (var version in versions)
        {
            if (version.RetiredAt is null)
            {
                entries.Add(new CatalogueEntry(
                    version.Version, version.EffectiveFrom, traits[version.Version], () => Content(context, version, keys)));
            }
        }
        var timeline = new CatalogueTimeline(entries);
        if (timeline.At(context.Now) is { } current)
        {
            var hash = versions.First(one => one.Version == current.Version).ContentHash;
            if (!Compiled.ContainsKey(hash))
            {
                Compiled[hash] = Compile(await ContentAsync(context, transaction, current.Version, cancel) ?? []);
            }
            _ = current.Compiled;
        }
        await transaction.CommitAsync(cancel);
        return timeline;
    }

    /// <summary>Reads a version that is needed; its price keys were stored when it was published.</summary>
    private static (CompiledCatalogue, ImmutableArray<int>) Content(
        OperationContext context, PublishedVersion version, Dictionary<PriceKey, int> keys)
    {
        if (!Compiled.TryGetValue(version.ContentHash, out var compiled))
        {
            using var connection = context.Database.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT content FROM catalog_version WHERE tenant_id = @tenant AND version = @version";
            command.Add("tenant", context.Tenant.Value).Add("version", version.Version);
            compiled = Compile((byte[]?)command.ExecuteScalar() ?? []);
            Compiled[version.ContentHash] = compiled;
        }
        return (compiled, [.. compiled.PriceKeys.Select(key => keys[key])]);
    }

    private static async Task<Dictionary<int, CatalogueTraits>> TraitsAsync(
        OperationContext context, DbTransaction transaction, CancellationToken cancel)
    {
        await using var command = transaction.Command("SELECT version, traits FROM catalog_version WHERE tenant_id = @tenant");
        command.Add("tenant", context.Tenant.Value);
        var traits = new Dictionary<int, CatalogueTraits>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            traits.Add(reader.GetInt32(0), JsonSerializer.Deserialize<CatalogueTraits>(reader.GetString(1))!);
        }
        return traits;
    }

    /// <summary>The catalogue in force now, or null.</summary>
    public static async Task<Catalogue?> InForceAsync(OperationContext context, CancellationToken cancel = default) =>
        (await LoadAsync(context, cancel)).At(context.Now)?.Compiled.Source;

    /// <summary>The history, oldest first.</summary>
    public static async Task<ImmutableArray<PublishedVersion>> ListAsync(
        OperationContext context, CancellationToken cancel = default)
    {
        await using var connection = await context.Database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        return await ReadAsync(context, transaction, cancel);
    }

    /// <summary>The files of a version, or null.</summary>
    public static async Task<ImmutableArray<CatalogueFile>?> FilesAsync(
        OperationContext context, int version, CancellationToken cancel = default)
    {
        await using var connection = await context.Database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        return await ContentAsync(context, transaction, version, cancel) is { } content ? CataloguePackage.Unpack(content) : null;
    }

    /// <summary>The catalogue of one version, read within a transaction that is open already; null when there is none.</summary>
    internal static async Task<Tollgate.Catalog.Catalogue?> SourceAsync(BookWork work, int version, CancellationToken cancel)
    {
        var hash = (await work.ReadAsync(
            "SELECT content_hash FROM catalog_version WHERE tenant_id = @tenant AND version = @version",
            reader => reader.GetString(0), cancel, ("version", version))).FirstOrDefault();
        if (hash is null)
        {
            return null;
        }
        if (!Compiled.TryGetValue(hash, out var compiled))
        {
            compiled = Compile((await work.ReadAsync(
                "SELECT content FROM catalog_version WHERE tenant_id = @tenant AND version = @version",
                reader => (byte[])reader[0], cancel, ("version", version)))[0]);
            Compiled[hash] = compiled;
        }
        return compiled.Source;
    }

    /// <summary>All versions, retired ones too, within a transaction that is open already.</summary>
    internal static async Task<ImmutableArray<PublishedVersion>> ReadAsync(
        OperationContext context, DbTransaction transaction, CancellationToken cancel)
    {
        await using var command = transaction.Command(
            "SELECT version, base_version, effective_from, published_at, content_hash, note, retired_at FROM catalog_version "
                + "WHERE tenant_id = @tenant ORDER BY version");
        command.Add("tenant", context.Tenant.Value);
        var versions = ImmutableArray.CreateBuilder<PublishedVersion>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            versions.Add(new PublishedVersion(
                reader.GetInt32(0), reader.GetTime(2), reader.GetTime(3), reader.GetString(4), reader.GetString(5))
            {
                Base = reader.GetInt32(1), RetiredAt = await reader.IsDBNullAsync(6, cancel) ? null : reader.GetTime(6),
            });
        }
        return versions.ToImmutable();
    }

    internal static async Task<byte[]?> ContentAsync(
        OperationContext context, DbTransaction transaction, int version, CancellationToken cancel)
    {
        await using var command = transaction.Command(
            "SELECT content FROM catalog_version WHERE tenant_id = @tenant AND version = @version");
        command.Add("tenant", context.Tenant.Value).Add("version", version);
        return (byte[]?)await command.ExecuteScalarAsync(cancel);
    }

    /// <summary>The catalogue of a stored package.</summary>
    /// <exception cref="InvalidDataException">The package is damaged.</exception>
    internal static CompiledCatalogue Compile(byte[] content)
    {
        var check = CatalogueReader.Read(CataloguePackage.Unpack(content));
        return check.Ok
            ? CompiledCatalogue.Compile(check.Value!, Compiled.Values)
            : throw new InvalidDataException($"A published catalogue no longer reads: {check.Findings.FirstOrDefault()}");
    }
}
