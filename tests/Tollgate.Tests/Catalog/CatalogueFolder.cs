using System.Text;
using Tollgate.Catalog;

namespace Tollgate.Tests.Catalog;

/// <summary>Catalogue files from the disk or from text, for tests.</summary>
internal static class CatalogueFolder
{
    /// <summary>The folder that holds Tollgate.slnx.</summary>
    public static string Repository { get; } = FindRepository();

    public static CatalogueFile[] Demo() => Load(Path.Combine(Repository, "catalogs", "demo"));

    public static CatalogueFile[] Load(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => new CatalogueFile(Path.GetRelativePath(folder, path).Replace('\\', '/'), File.ReadAllBytes(path))),
    ];

    public static CatalogueFile Of(string name, string text) => new(name, Encoding.UTF8.GetBytes(text));

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Tollgate.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests do not run inside the repository.");
        }
        return folder.FullName;
    }
}
