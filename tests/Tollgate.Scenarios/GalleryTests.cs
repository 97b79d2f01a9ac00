using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tollgate.Operations.Scenarios;

namespace Tollgate.Scenarios;

/// <summary>The whole gallery, played once by the command, beside a file with an error so that findings are there too.</summary>
public sealed class PlayedGallery : IAsyncLifetime
{
    private readonly WorkFolder folder = new();

    /// <summary>What the command printed.</summary>
    public JsonNode Output { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        folder.Write("bad.yaml", "scenario: Bad\ncatalogue: nowhere\nstart: 2026-10-01\nstory: []\n");
        var answer = await Commands.RunAsync(folder.Path, "scenario", "run", GalleryTests.Root, "bad.yaml", "--format", "json");
        Output = JsonNode.Parse(answer.Output)!;
    }

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return default;
    }
}

/// <summary>Every story of the gallery holds, the index names it, and the output is what its published schema says.</summary>
public sealed class GalleryTests(PlayedGallery played) : IClassFixture<PlayedGallery>
{
    internal static string Root { get; } = Path.Combine(Commands.Root, "scenarios");

    /// <summary>Paths relative to the gallery.</summary>
    public static TheoryData<string> Stories =>
    [
        .. Directory.EnumerateFiles(Root, "*.yaml", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.StartsWith("catalogue/", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Stories))]
    public void A_story_holds(string story)
    {
        var read = ScenarioReader.Read(Path.Combine(Root, story), story);
        var one = Assert.Single(played.Output["scenarios"]!.AsArray(), one => one!["name"]!.ToString() == read.Value!.Name);

        Assert.True(one!["passed"]!.GetValue<bool>(), one.ToString());
        Assert.True(read.Value!.Expectations > 0, "A story of the gallery expects something.");
    }

    [Fact]
    public void Output_of_the_whole_gallery_fits_its_schema_and_fills_every_property_of_it()
    {
        var schema = JsonSchema.Read(Path.Combine(Commands.Root, "docs", "reference", "scenario-output.schema.json"));

        Assert.Empty(schema.Faults(played.Output));

        Assert.False(played.Output["passed"]!.GetValue<bool>());
        string[] onlyOfFaults = ["scenario.brokenProofs", "scenario.fault"];
        Assert.Empty(schema.Properties.Except(schema.Filled).Except(onlyOfFaults));
    }

    [Fact]
    public void The_index_names_every_story_and_nothing_else()
    {
        var index = File.ReadAllText(Path.Combine(Root, "README.md"));
        var links = Regex.Matches(
            index, @"(?<item>- )?\[(?<text>[^\]]+)\]\((?<path>[a-z0-9-]+/[a-z0-9-]+\.yaml)\)", RegexOptions.None,
            TimeSpan.FromSeconds(5)).Where(match => match.Groups["path"].Value != "catalogue/catalogue.yaml").ToList();

        // The table at the top names stories by what they are asked for, the lists by their own sentences.
        var listed = links.Where(match => match.Groups["item"].Success)
            .Select(match => (match.Groups["path"].Value, match.Groups["text"].Value));
        Assert.Equal(
            Stories.Select(row => (row.Data, ScenarioReader.Read(Path.Combine(Root, row.Data)).Value!.Name)).Order(),
            listed.Order());
        Assert.Empty(links.Select(match => match.Groups["path"].Value).Except(Stories.Select(row => row.Data)));
    }
}
