using System.Collections.Immutable;
using System.Globalization;
using Tollgate.Catalog;
using Tollgate.Catalog.Wording;
using Tollgate.Primitives;

namespace Tollgate.Operations.Catalogs;

/// <summary>Finds the catalogue that a person names: a folder, a version, <c>current</c> or <c>newest</c>.</summary>
public static class CatalogueChoice
{
    /// <summary>The version in force now.</summary>
    public const string Current = "current";

    /// <summary>The version published last, also when it is not in force yet.</summary>
    public const string Newest = "newest";

    /// <summary>True when a database is needed to find it.</summary>
    public static bool NeedsDatabase(string name) => name is Current or Newest || IsNumber(name, out _);

    /// <summary>The files of a folder or version.</summary>
    /// <param name="context">Null when there is no database: then only folders are found.</param>
    /// <param name="name">A version number, <see cref="Current"/>, <see cref="Newest"/> or a folder.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static async Task<Outcome<ImmutableArray<CatalogueFile>>> FilesAsync(
        OperationContext? context, string name, CancellationToken cancel = default)
    {
        if (context is null || !NeedsDatabase(name))
        {
            return CatalogueFolder.Read(name);
        }
        return await VersionAsync(context, name, cancel) is { } found
            && await CatalogueVersions.FilesAsync(context, found.Version, cancel) is { } files
            ? files
            : new Refusal("unknown-version", $"There is no catalogue version '{name}'. See: tollgate catalog show", Retry.Never);
    }

    /// <summary>The version that is meant; null: there is none.</summary>
    public static async Task<PublishedVersion?> VersionAsync(
        OperationContext context, string name, CancellationToken cancel = default)
    {
        var versions = await CatalogueVersions.ListAsync(context, cancel);
        return name switch
        {
            Newest => versions.LastOrDefault(version => version.RetiredAt is null),
            Current => versions.LastOrDefault(version => version.RetiredAt is null && version.EffectiveFrom <= context.Now),
            _ => IsNumber(name, out var given) ? versions.FirstOrDefault(version => version.Version == given) : null,
        };
    }

    /// <summary>What stands under the title of a price sheet: the version's number, and from when it is in force.</summary>
    /// <param name="zone">In which that day is told.</param>
    public static async Task<string> CaptionAsync(
        OperationContext context, string name, string language, NodaTime.DateTimeZone zone, CancellationToken cancel = default)
    {
        var say = Say.In(language);
        return await VersionAsync(context, name, cancel) is { } version
            ? say.T("catalogue version {0} of {1}", version.Version.ToString(CultureInfo.InvariantCulture),
                say.Date(version.EffectiveFrom.InZone(zone).Date))
            : "";
    }

    /// <summary>The catalogue of a folder or version, read and validated.</summary>
    public static async Task<Outcome<Tollgate.Catalog.Catalogue>> ReadAsync(
        OperationContext? context, string name, CancellationToken cancel = default)
    {
        var files = await FilesAsync(context, name, cancel);
        if (files.Refusal is { } refusal)
        {
            return refusal;
        }
        var read = CatalogueReader.Read(files.Value);
        return read.Ok
            ? read.Value!
            : new Refusal("catalogue-invalid", $"The catalogue '{name}' has errors, first: "
                + read.Findings.First(finding => finding.Severity == Severity.Error));
    }

    private static bool IsNumber(string name, out int number) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
