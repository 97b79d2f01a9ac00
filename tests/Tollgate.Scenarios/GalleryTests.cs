using System.Text.RegularExpressions;
using Tollgate.Operations.Scenarios;

namespace Tollgate.Scenarios;

/// <summary>One migrated database to copy for all stories of a test class.</summary>
public sealed class ScenarioStage : IAsyncDisposable
{
    private readonly WorkFolder folder = new();

    private readonly ScenarioDatabases databases;

    public ScenarioStage()
    {
        databases = ScenarioDatabases.InFolder(folder.Path);
        Runner = new ScenarioRunner(databases, folder.Path);
    }

    public ScenarioRunner Runner { get; }

    public async ValueTask DisposeAsync()
    {
        await databases.DisposeAsync();
        folder.Dispose();
    }
}

/// <summary>Every story of the gallery holds, and the index names it.</summary>
public sealed class GalleryTests(ScenarioStage stage) : IClassFixture<ScenarioStage>
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
    public async Task A_story_holds(string story)
    {
        var read = ScenarioReader.Read(Path.Combine(Root, story), story);
        Assert.Empty(read.Findings);

        var result = await stage.Runner.RunAsync(read.Value!);

        Assert.Equal("", result.Fault);
        Assert.Empty(result.BrokenProofs);
        Assert.Empty(
            result.Differences.Select(check => $"line {check.Line}: {check.What}: expected {check.Expected}, got {check.Got}"));
        Assert.True(result.Passed);
        Assert.True(read.Value!.Expectations > 0, "A story of the gallery expects something.");
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
