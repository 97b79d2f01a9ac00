using System.Xml.Linq;

namespace Tollgate.Tests.House;

/// <summary>The arrows between projects, as docs/architecture.md draws them.</summary>
public sealed class ProjectTests
{
    private static readonly string[] Kernel =
        [.. Repository.PureProjects.Where(project => project != "Tollgate.Documents")];

    /// <summary>What each project under src may refer to.</summary>
    private static readonly Dictionary<string, string[]> Arrows = new(StringComparer.Ordinal)
    {
        ["Tollgate.Primitives"] = [],
        ["Tollgate.Catalog"] = ["Tollgate.Primitives"],
        ["Tollgate.Ledger"] = ["Tollgate.Primitives"],
        ["Tollgate.Mediation"] = ["Tollgate.Primitives", "Tollgate.Catalog"],
        ["Tollgate.Rating"] = ["Tollgate.Primitives", "Tollgate.Catalog"],
        ["Tollgate.Billing"] = ["Tollgate.Primitives", "Tollgate.Catalog", "Tollgate.Ledger"],
        ["Tollgate.Receivables"] = ["Tollgate.Primitives", "Tollgate.Ledger"],
        ["Tollgate.Documents"] = Kernel,
        ["Tollgate.Storage"] = Kernel,
        ["Tollgate.Operations"] = [.. Kernel, "Tollgate.Documents", "Tollgate.Storage"],
        ["Tollgate.Gateways"] = [.. Kernel, "Tollgate.Operations"],
        ["Tollgate.Web"] = [.. Kernel, "Tollgate.Documents", "Tollgate.Storage", "Tollgate.Operations"],
        ["Tollgate.Host"] =
            [.. Kernel, "Tollgate.Documents", "Tollgate.Storage", "Tollgate.Operations", "Tollgate.Gateways", "Tollgate.Web"],
    };

    /// <summary>Packages that the pure projects may use; each is text, drawing or time, never I/O of its own.</summary>
    private static readonly Dictionary<string, string[]> KernelPackages = new(StringComparer.Ordinal)
    {
        ["Tollgate.Primitives"] = ["NodaTime"],
        ["Tollgate.Catalog"] = ["YamlDotNet", "CsvHelper"],
        ["Tollgate.Mediation"] = ["CsvHelper"],
        ["Tollgate.Documents"] = ["QRCoder", "Handlebars.Net"],
    };

    [Fact]
    public void Every_project_of_tests_is_built_by_the_test_script()
    {
        var filter = Repository.Files("", ".slnf").Single().Text;

        Repository.AssertNone(
            from file in Repository.Files("tests", ".csproj")
            where !filter.Contains($"\"{file.Path}\"", StringComparison.Ordinal)
            select $"Tollgate.Tests.slnf lacks {file.Path}.");
    }

    [Fact]
    public void References_point_only_where_the_architecture_allows()
    {
        Repository.AssertNone(
            from file in Repository.Files("src", ".csproj")
            let project = Path.GetFileNameWithoutExtension(file.Path)
            from reference in Included(file, "ProjectReference").Select(NameOf)
            where !Arrows.TryGetValue(project, out var allowed) || !allowed.Contains(reference)
            select $"{file.Path}: {project} must not refer to {reference}; see docs/architecture.md.");
    }

    [Fact]
    public void Every_project_under_src_has_its_place_in_the_architecture()
    {
        var projects = Repository.Files("src", ".csproj").Select(file => Path.GetFileNameWithoutExtension(file.Path));

        Repository.AssertNone(
            from project in projects where !Arrows.ContainsKey(project) select $"{project}: name its arrows in this test.");
    }

    [Fact]
    public void Pure_projects_use_only_the_packages_that_are_listed_here()
    {
        Repository.AssertNone(
            from project in Repository.PureProjects
            from file in Repository.Files("src/" + project, ".csproj")
            from package in Included(file, "PackageReference")
            where !KernelPackages.GetValueOrDefault(project, []).Contains(package)
            select $"{file.Path}: package {package} is not for the kernel.");
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "Tollgate.slnx"));

        Repository.AssertNone(
            from folder in new[] { "src", "tests", "bench" }
            from file in Repository.Files(folder, ".csproj")
            where !solution.Contains($"\"{file.Path}\"", StringComparison.Ordinal)
            select $"{file.Path} is not in Tollgate.slnx.");
    }

    [Fact]
    public void Every_project_has_a_lock_file_that_names_no_download_address()
    {
        Repository.AssertNone(
            from folder in new[] { "src", "tests", "bench" }
            from file in Repository.Files(folder, ".csproj")
            let path = Path.Combine(Repository.Root, Path.GetDirectoryName(file.Path)!, "packages.lock.json")
            let text = File.Exists(path) ? File.ReadAllText(path) : null
            where text is null || text.Contains("://", StringComparison.Ordinal)
            select $"{file.Path}: its packages.lock.json is missing or names an address.");
    }

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));

    private static IEnumerable<string> Included(SourceFile file, string element) =>
        XDocument.Parse(file.Text).Descendants(element).Select(item => (string?)item.Attribute("Include")).OfType<string>();
}
