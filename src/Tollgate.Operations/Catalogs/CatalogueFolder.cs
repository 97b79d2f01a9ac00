using System.Collections.Immutable;
using System.Globalization;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Operations.Catalogs;

/// <summary>A catalogue as a folder on disk.</summary>
public static class CatalogueFolder
{
    /// <summary>File in an exported folder with the number of the version; not a part of the catalogue.</summary>
    public const string BaseFile = ".tollgate-base";

    /// <summary>File with the day from which a changed folder is to hold; not a part of the catalogue.</summary>
    private const string EffectiveFile = ".tollgate-effective";

    /// <summary>All YAML files and decks below a folder, in name order; other files are left alone.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static ImmutableArray<CatalogueFile> Read(string folder)
    {
        var root = new DirectoryInfo(folder);
        if (!root.Exists)
        {
            throw new DirectoryNotFoundException($"There is no folder '{folder}'. Give the folder that holds catalogue.yaml.");
        }
        return
        [
            .. root.EnumerateFiles("*", SearchOption.AllDirectories)
                .Select(file => (file, name: Path.GetRelativePath(root.FullName, file.FullName).Replace('\\', '/')))
                .Where(item => IsCatalogueFile(item.name))
                .OrderBy(item => item.name, StringComparer.Ordinal)
                .Select(item => new CatalogueFile(item.name, File.ReadAllBytes(item.file.FullName))),
        ];
    }

    /// <summary>Writes the files of a version into a folder; existing files of the same name are replaced.</summary>
    public static void Write(string folder, IEnumerable<CatalogueFile> files)
    {
        foreach (var file in files)
        {
            var path = Path.Combine(folder, file.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, file.Content.Span);
        }
    }

    /// <summary>The version that a folder was exported from or last published as; null: nobody noted it.</summary>
    public static int? BaseOf(string folder)
    {
        var path = Path.Combine(folder, BaseFile);
        return File.Exists(path) && int.TryParse(
            File.ReadAllText(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
    }

    /// <summary>Notes the version that a folder was made from.</summary>
    public static void SetBase(string folder, int version) => File.WriteAllText(
        Path.Combine(folder, BaseFile), version.ToString(CultureInfo.InvariantCulture) + "\n");

    /// <summary>Notes it only where one was noted before.</summary>
    public static void MoveBase(string folder, int version)
    {
        if (BaseOf(folder) is { } before && before != version)
        {
            SetBase(folder, version);
        }
    }

    /// <summary>From when the folder is to be published, as the import of a deck noted it; null: nobody did.</summary>
    public static string? EffectiveOf(string folder)
    {
        var path = Path.Combine(folder, EffectiveFile);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }

    /// <summary>Notes it; null: the note is no longer needed.</summary>
    public static void SetEffective(string folder, string? day)
    {
        var path = Path.Combine(folder, EffectiveFile);
        if (day is null)
        {
            File.Delete(path);
        }
        else
        {
            File.WriteAllText(path, day + "\n");
        }
    }

    /// <summary>Reads, validates, compiles and runs the examples.</summary>
    /// <returns>The compiled catalogue when nothing is wrong, and all findings.</returns>
    public static Checked<CompiledCatalogue> Check(IReadOnlyList<CatalogueFile> files)
    {
        var read = CatalogueReader.Read(files);
        if (!read.Ok)
        {
            return new Checked<CompiledCatalogue>(null, read.Findings);
        }
        var compiled = CompiledCatalogue.Compile(read.Value!);
        return new Checked<CompiledCatalogue>(compiled,
            [.. read.Findings, .. ExampleRunner.Run(compiled), .. ExampleRunner.Uncovered(compiled)]);
    }

    private static bool IsCatalogueFile(string name) =>
        name.EndsWith(".yaml", StringComparison.Ordinal) || name.EndsWith(".yml", StringComparison.OrdinalIgnoreCase)
        || (name.StartsWith(CatalogueFile.DeckFolder, StringComparison.Ordinal)
            && name.EndsWith(".csv", StringComparison.Ordinal));
}
