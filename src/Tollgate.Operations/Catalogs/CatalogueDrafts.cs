using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Storage;

namespace Tollgate.Operations.Catalogs;

/// <summary>A draft without its files.</summary>
/// <param name="Name">Unique in the tenant.</param>
/// <param name="Base">The version it was made from; 0: none.</param>
/// <param name="Etag">What saving or publishing it must name; another after every save.</param>
/// <param name="Note">Why.</param>
/// <param name="SavedAt">Last.</param>
/// <param name="SavedBy">By whom.</param>
public sealed record CatalogueDraft(string Name, int Base, string Etag, string Note, Instant SavedAt, string SavedBy);

/// <summary>
/// Named drafts of a catalogue. They may hold errors. Saving is compare-and-swap on the etag, so that nobody overwrites what
/// another saved; publishing is compare-and-swap on the base version, and the draft is gone then.
/// </summary>
public static class CatalogueDrafts
{
    private const string Columns = "name, base_version, etag, note, saved_at, saved_by";

    /// <summary>All drafts by name.</summary>
    public static async Task<ImmutableArray<CatalogueDraft>> ListAsync(OperationContext context,
        CancellationToken cancel = default)
    {
        await using var connection = await context.Database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        return await ReadAsync(context, transaction, cancel);
    }

    /// <summary>The files of a draft, or a refusal.</summary>
    public static async Task<Outcome<ImmutableArray<CatalogueFile>>> FilesAsync(
        OperationContext context, string name, CancellationToken cancel = default)
    {
        await using var connection = await context.Database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var command = transaction.Command(
            "SELECT content FROM catalog_draft WHERE tenant_id = @tenant AND name = @name");
        command.Add("tenant", context.Tenant.Value).Add("name", name);
        return await command.ExecuteScalarAsync(cancel) is byte[] content ? CataloguePackage.Unpack(content) : Unknown(name);
    }

    /// <summary>Saves a draft.</summary>
    /// <param name="context">Where.</param>
    /// <param name="name">Of the draft.</param>
    /// <param name="files">All files.</param>
    /// <param name="etag">Of the draft as it was read; null for a new one.</param>
    /// <param name="basis">The version it was made from; null: the newest, or what the draft says already.</param>
    /// <param name="note">Why.</param>
    /// <param name="cancel">Stops.</param>
    public static async Task<Outcome<CatalogueDraft>> SaveAsync(
        OperationContext context, string name, IReadOnlyList<CatalogueFile> files, string? etag, int? basis, string note,
        CancellationToken cancel = default)
    {
        var package = CataloguePackage.Pack(files);
        await using var connection = await context.Database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, cancel);
        var was = (await ReadAsync(context, transaction, cancel)).FirstOrDefault(draft => draft.Name == name);
        if (was?.Etag != etag)
        {
            return Changed(was, name);
        }
        var newest = (await CatalogueVersions.ReadAsync(context, transaction, cancel))
            .LastOrDefault(version => version.RetiredAt is null)?.Version ?? 0;
        var draft = new CatalogueDraft(name, basis ?? was?.Base ?? newest, "", note, context.Now, context.Actor);
        draft = draft with { Etag = EtagOf(draft, package.Hash, was?.Etag) };
        await DeleteAsync(context, transaction, name, cancel);
        await using var command = transaction.Command(
            "INSERT INTO catalog_draft (tenant_id, name, base_version, etag, content, note, saved_at, saved_by) "
            + "VALUES (@tenant, @name, @base, @etag, @content, @note, @at, @by)");
        command.Add("tenant", context.Tenant.Value).Add("name", name).Add("base", draft.Base).Add("etag", draft.Etag)
            .Add("content", package.Blob.ToArray()).Add("note", note).Add("at", context.Database.TimeValue(draft.SavedAt))
            .Add("by", draft.SavedBy);
        await command.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
        return draft;
    }

    /// <summary>Publishes a draft on its base and drops it.</summary>
    /// <param name="effectiveFrom">As in <see cref="PublishCatalogue.RunAsync"/>.</param>
    public static async Task<Outcome<PublishedVersion>> PublishAsync(
        OperationContext context, string name, string etag, Instant? effectiveFrom, CancellationToken cancel = default)
    {
        var draft = (await ListAsync(context, cancel)).FirstOrDefault(draft => draft.Name == name);
        if (draft?.Etag != etag)
        {
            return Changed(draft, name);
        }
        var files = await FilesAsync(context, name, cancel);
        if (files.Refusal is { } refusal)
        {
            return refusal;
        }
        var published = await PublishCatalogue.RunAsync(context, files.Value, effectiveFrom, draft.Base, draft.Note, cancel);
        if (published.Refusal is null)
        {
            await DropAsync(context, name, etag, cancel);
        }
        return published;
    }

    /// <summary>Drops a draft; what it was.</summary>
    public static async Task<Outcome<CatalogueDraft>> DropAsync(
        OperationContext context, string name, string etag, CancellationToken cancel = default)
    {
        await using var connection = await context.Database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, cancel);
        var was = (await ReadAsync(context, transaction, cancel)).FirstOrDefault(draft => draft.Name == name);
        if (was is null || was.Etag != etag)
        {
            return Changed(was, name);
        }
        await DeleteAsync(context, transaction, name, cancel);
        await transaction.CommitAsync(cancel);
        return was;
    }

    private static async Task<ImmutableArray<CatalogueDraft>> ReadAsync(
        OperationContext context, DbTransaction transaction, CancellationToken cancel)
    {
        await using var command = transaction.Command(
            $"SELECT {Columns} FROM catalog_draft WHERE tenant_id = @tenant ORDER BY name");
        command.Add("tenant", context.Tenant.Value);
        var drafts = ImmutableArray.CreateBuilder<CatalogueDraft>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            drafts.Add(new CatalogueDraft(reader.GetString(0), reader.GetInt32(1), reader.GetString(2), reader.GetString(3),
                reader.GetTime(4), reader.GetString(5)));
        }
        return drafts.ToImmutable();
    }

    private static async Task DeleteAsync(
        OperationContext context, DbTransaction transaction, string name, CancellationToken cancel)
    {
        await using var command = transaction.Command("DELETE FROM catalog_draft WHERE tenant_id = @tenant AND name = @name");
        command.Add("tenant", context.Tenant.Value).Add("name", name);
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Twelve hex digits over what the draft is and was: the same content saved twice has two etags.</summary>
    private static string EtagOf(CatalogueDraft draft, string hash, string? before) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{draft.Name}\n{draft.Base}\n{draft.Note}\n{hash}\n{before}")))[..12];

    private static Refusal Changed(CatalogueDraft? was, string name) => was is null
        ? Unknown(name)
        : new Refusal("draft-changed", string.Create(CultureInfo.InvariantCulture,
            $"The draft '{name}' was saved by {was.SavedBy} at {was.SavedAt}; its etag is {was.Etag}. Look at it first."),
            Retry.AfterCure, "etag");

    private static Refusal Unknown(string name) =>
        new("unknown-draft", $"There is no draft '{name}'. See: tollgate catalog draft list", Retry.Never);
}
