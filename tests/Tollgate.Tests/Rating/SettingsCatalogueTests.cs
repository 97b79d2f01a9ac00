using System.Text.RegularExpressions;
using Tollgate.Catalog;
using Tollgate.Rating;
using CatalogueFolder = Tollgate.Tests.Catalog.CatalogueFolder;

namespace Tollgate.Tests.Rating;

/// <summary>What other systems can say is a catalogue each; its examples come out as written, and each row of the page names
/// some of them, or stories, which <c>GalleryTests</c> plays.</summary>
public sealed partial class SettingsCatalogueTests
{
    private static readonly string Folder = Path.Combine(CatalogueFolder.Repository, "docs", "reference");

    private static readonly string Page = File.ReadAllText(Path.Combine(Folder, "rating-settings.md"));

    public static TheoryData<string> Systems => ["cgrates", "sigscale", "billrun", "rate-o-mat"];

    [Theory]
    [MemberData(nameof(Systems))]
    public void The_examples_of_a_system_come_out_as_written(string system)
    {
        var compiled = CompiledCatalogue.Compile(Read(system));
        Assert.Empty(ExampleRunner.Run(compiled).Select(finding => finding.ToString()));
        Assert.Empty(ExampleRunner.Uncovered(compiled).Select(finding => finding.ToString()));
    }

    [Theory]
    [MemberData(nameof(Systems))]
    public void Every_row_names_examples_or_stories_that_exist_and_no_example_is_left_out(string system)
    {
        var examples = Read(system).Examples.Select(example => example.Name).ToList();
        var rows = Rows(system);
        Assert.True(rows.Count >= 18);
        Assert.Equal(examples.Count, examples.Distinct(StringComparer.Ordinal).Count());
        Assert.All(rows, row => Assert.Equal(3, row.Length));
        var named = rows.SelectMany(row => row[^1].Split("; ")).ToList();
        Assert.All(named, name => Assert.True(
            Story().Match(name) is { Success: true } link ? IsStory(link.Groups["path"].Value) : examples.Contains(name),
            $"{system}: '{name}' is no example of the catalogue and no story."));
        Assert.Empty(examples.Except(named, StringComparer.Ordinal));
    }

    [Fact]
    public void Every_story_of_the_settings_is_named()
    {
        var stories = Directory.EnumerateFiles(Path.Combine(CatalogueFolder.Repository, "scenarios", "settings"), "*.yaml")
            .Select(path => $"(../../scenarios/settings/{Path.GetFileName(path)})").ToList();
        Assert.NotEmpty(stories);
        Assert.All(stories, story => Assert.Contains(story, Page, StringComparison.Ordinal));
    }

    /// <summary>A file of the gallery.</summary>
    private static bool IsStory(string path) =>
        path.StartsWith("../../scenarios/", StringComparison.Ordinal) && File.Exists(Path.Combine(Folder, path));

    /// <summary>The rows of the system's table, by cell.</summary>
    private static List<string[]> Rows(string system)
    {
        var part = Page[Page.IndexOf($"catalogs/settings/{system}/catalogue.yaml", StringComparison.Ordinal)..];
        var end = part.IndexOf("\n## ", StringComparison.Ordinal);
        return
        [
            .. (end < 0 ? part : part[..end]).Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2)
                .Select(line => line.Trim('|').Split(" | ").Select(cell => cell.Trim()).ToArray()),
        ];
    }

    private static Tollgate.Catalog.Catalogue Read(string system)
    {
        var read = CatalogueReader.Read(
            CatalogueFolder.Load(Path.Combine(CatalogueFolder.Repository, "catalogs", "settings", system)));
        Assert.Empty(read.Findings.Select(finding => finding.ToString()));
        return read.Value!;
    }

    [GeneratedRegex(@"^\[[^\]]+\]\((?<path>[^)]+\.yaml)\)$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Story();
}
