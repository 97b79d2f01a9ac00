using System.Text.RegularExpressions;
using Tollgate.Operations.Scenarios;

namespace Tollgate.Scenarios;

/// <summary>One migrated database to copy for all stories of a test class.</summary>
public sealed class ScenarioStage : IAsyncDisposable
{
    private readonly WorkFolder folder = new();

    public ScenarioStage() => Runner = new ScenarioRunner(folder.Path);

    public ScenarioRunner Runner { get; }

    public async ValueTask DisposeAsync()
    {
        await Runner.DisposeAsync();
        folder.Dispose();
    }
}

/// <summary>Every story of the gallery holds, and the index names it.</summary>
public sealed class GalleryTests(ScenarioStage stage) : IClassFixture<ScenarioStage>
{
    internal static string Root { get; } = Path.Combine(TollgateProcess.Root, "scenarios");

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
        var named = Regex.Matches(
            index, @"\]\((?<path>[a-z0-9-]+/[a-z0-9-]+\.yaml)\)", RegexOptions.None, TimeSpan.FromSeconds(5))
            .Select(match => match.Groups["path"].Value).Where(path => !path.StartsWith("catalogue/", StringComparison.Ordinal));

        Assert.Equal(Stories.Select(row => row.Data).Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }
}
