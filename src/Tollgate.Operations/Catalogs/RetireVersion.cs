using System.Globalization;
using Tollgate.Storage;

namespace Tollgate.Operations.Catalogs;

/// <summary>Withdraws a version that is not in force yet. It stays in the history and prices nothing.</summary>
public static class RetireVersion
{
    public static async Task<Outcome<PublishedVersion>> RunAsync(
        OperationContext context, int number, CancellationToken cancel = default)
    {
        await using var connection = await context.Database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, cancel);
        var version = (await CatalogueVersions.ReadAsync(context, transaction, cancel))
            .FirstOrDefault(version => version.Version == number);
        if (version is null)
        {
            return new Refusal("unknown-version", string.Create(CultureInfo.InvariantCulture,
                $"There is no catalogue version {number}. See: tollgate catalog show"), Retry.Never);
        }
        if (version.RetiredAt is not null)
        {
            return version;
        }
        if (version.EffectiveFrom <= context.Now)
        {
            return new Refusal("version-in-force", string.Create(CultureInfo.InvariantCulture,
                $"Version {number} is in force since {version.EffectiveFrom} and may have priced usage. Go back with: "
                    + $"tollgate catalog rollback --to N"), Retry.Never);
        }
        await using var command = transaction.Command(
            "UPDATE catalog_version SET retired_at = @now WHERE tenant_id = @tenant AND version = @version");
        command.Add("now", context.Database.TimeValue(context.Now)).Add("tenant", context.Tenant.Value).Add("version", number);
        await command.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
        return version with { RetiredAt = context.Now };
    }
}
