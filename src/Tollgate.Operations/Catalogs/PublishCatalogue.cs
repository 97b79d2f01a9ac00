using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Catalog.Changes;
using Tollgate.Primitives;
using Tollgate.Rating;
using Tollgate.Storage;
using Tollgate.Storage.Catalogs;

namespace Tollgate.Operations.Catalogs;

/// <summary>A version in the history of a tenant's catalogue.</summary>
/// <param name="Version">1, 2, 3 …</param>
/// <param name="EffectiveFrom">Usage from this time on.</param>
/// <param name="PublishedAt">When it was stored.</param>
/// <param name="ContentHash">SHA-256 of the files.</param>
/// <param name="Note">Why.</param>
public sealed record PublishedVersion(int Version, Instant EffectiveFrom, Instant PublishedAt, string ContentHash, string Note)
{
    /// <summary>The version it was made from; 0: none.</summary>
    public int Base { get; init; }

    /// <summary>When it was withdrawn before it was in force; null: it was not.</summary>
    public Instant? RetiredAt { get; init; }
}

/// <summary>
/// Stores a checked catalogue as the next immutable version. The same content as the newest version is a replay, unless another
/// date is asked for; another base version than the newest one is refused, so that nobody overwrites what they have not seen.
/// </summary>
public static class PublishCatalogue
{
    /// <summary>Publishes.</summary>
    /// <param name="effectiveFrom">From when it prices usage. Null: now, and the content of the newest version is a replay,
    /// whatever its date.</param>
    public static async Task<Outcome<PublishedVersion>> RunAsync(
        OperationContext context, IReadOnlyList<CatalogueFile> files, Instant? effectiveFrom, int? baseVersion, string note,
        CancellationToken cancel = default)
    {
        var from = TimeCodec.Truncate(effectiveFrom ?? context.Now);
        var check = CatalogueFolder.Check(files);
        if (Faults(check) is { } faults)
        {
            return faults;
        }
        var package = CataloguePackage.Pack(files);
        await using var connection = await context.Database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, cancel);
        var versions = await CatalogueVersions.ReadAsync(context, transaction, cancel);
        var newest = versions.LastOrDefault(version => version.RetiredAt is null);
        if (newest?.ContentHash == package.Hash && (effectiveFrom is null || newest.EffectiveFrom == from))
        {
            return newest;
        }
        if (baseVersion is { } expected && expected != (newest?.Version ?? 0))
        {
            return await ConflictAsync(context, transaction, expected, newest, check.Value!.Source, cancel);
        }
        var missing = await OffersInUse(context, transaction, cancel);
        missing.ExceptWith(check.Value!.Offers.Keys);
        if (missing.Count > 0)
        {
            return new Refusal("offer-in-use",
                "Subscriptions still use offers that the new version lacks: "
                    + $"{string.Join(", ", missing.Order(StringComparer.Ordinal))}. Keep them.");
        }
        if (await UnitStore.AssignAsync(transaction, context.Tenant, check.Value.Source.Units, cancel) is { } unit)
        {
            return new Refusal("unit-in-use", string.Create(CultureInfo.InvariantCulture,
                $"The unit {unit.Code} was published with {unit.StoragePerUnit} base units and {unit.MinorDigits} decimals, and ")
                + "amounts are stored in it. Keep it, and give the new one another code.");
        }
        var version = new PublishedVersion((versions.LastOrDefault()?.Version ?? 0) + 1, from,
            context.Now, package.Hash, note) { Base = newest?.Version ?? 0 };
        await Insert(context, transaction, version, package, CatalogueTraits.Of(check.Value.Source), cancel);
        await PriceKeyStore.AssignAsync(transaction, context.Tenant, check.Value.PriceKeys, cancel);
        await transaction.CommitAsync(cancel);
        return version;
    }

    /// <summary>Refusal <c>catalogue-invalid</c> when the check found errors; null: it did not.</summary>
    public static Refusal? Faults(Checked<CompiledCatalogue> check) => check.Ok ? null : new Refusal("catalogue-invalid",
        $"The catalogue has errors, first: {check.Findings.First(finding => finding.Severity == Severity.Error)}");

    /// <summary>Why it cannot be published: what was changed since the base, what this one changes, and what both do.</summary>
    private static async Task<Refusal> ConflictAsync(
        OperationContext context, DbTransaction transaction, int basis, PublishedVersion? newest,
        Tollgate.Catalog.Catalogue mine, CancellationToken cancel)
    {
        async Task<Tollgate.Catalog.Catalogue?> SourceAsync(int version) =>
            version > 0 && await CatalogueVersions.ContentAsync(context, transaction, version, cancel) is { } content
                ? CatalogueVersions.Compile(content).Source : null;

        var message = string.Create(CultureInfo.InvariantCulture, $"The newest version is {newest?.Version ?? 0}, not {basis}.");
        var start = await SourceAsync(basis);
        if (newest is null || (start is null && basis > 0))
        {
            return new Refusal("version-conflict", message + " Publish on top of the newest.", Retry.AfterCure, "base");
        }
        var three = ThreeWay.Between(start, (await SourceAsync(newest.Version))!, mine);
        return new Refusal("version-conflict", $"{message}\n{string.Join('\n', three.Lines(basis, newest.Version))}",
            Retry.AfterCure, "base");
    }

    private static async Task<HashSet<string>> OffersInUse(
        OperationContext context, DbTransaction transaction, CancellationToken cancel)
    {
        await using var command = transaction.Command(
            "SELECT DISTINCT offer FROM subscription WHERE tenant_id = @tenant AND phase = 'active'");
        command.Add("tenant", context.Tenant.Value);
        var offers = new HashSet<string>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            offers.Add(reader.GetString(0));
        }
        return offers;
    }

    private static async Task Insert(
        OperationContext context, DbTransaction transaction, PublishedVersion version, CataloguePackage package,
        CatalogueTraits traits, CancellationToken cancel)
    {
        await using var command = transaction.Command(
            "INSERT INTO catalog_version (tenant_id, version, base_version, effective_from, content_hash, content, traits, note, "
            + "published_at) VALUES (@tenant, @version, @base, @effective, @hash, @content, @traits, @note, @published)");
        command.Add("tenant", context.Tenant.Value).Add("version", version.Version).Add("base", version.Base)
            .Add("effective", context.Database.TimeValue(version.EffectiveFrom)).Add("hash", version.ContentHash)
            .Add("content", package.Blob.ToArray()).Add("traits", JsonSerializer.Serialize(traits)).Add("note", version.Note)
            .Add("published", context.Database.TimeValue(version.PublishedAt));
        await command.ExecuteNonQueryAsync(cancel);
    }
}
