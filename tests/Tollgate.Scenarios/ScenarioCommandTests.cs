using System.Text.Json.Nodes;

namespace Tollgate.Scenarios;

/// <summary>The command line of scenarios, as a person and as a program meet it.</summary>
public sealed class ScenarioCommandTests
{
    private static readonly string Story = Path.Combine(GalleryTests.Root, "proration", "entry.yaml");

    [Fact]
    public async Task A_story_that_holds_is_told_whole_and_ends_with_0()
    {
        using var folder = new WorkFolder();

        var told = await Commands.SucceedAsync(folder.Path, "scenario", "run", Story);

        Assert.Contains("A subscribes to m", told, StringComparison.Ordinal);
        Assert.Contains("16.13", told, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task A_difference_is_shown_beside_what_was_expected_and_ends_with_1()
    {
        using var folder = new WorkFolder();
        folder.Write("wrong.yaml", (await File.ReadAllTextAsync(Story))
            .Replace("base: ../catalogue", $"base: {Path.Combine(GalleryTests.Root, "catalogue")}", StringComparison.Ordinal)
            .Replace("amount: 16.13", "amount: 16.12", StringComparison.Ordinal));

        var answer = await Commands.RunAsync(folder.Path, "scenario", "run", "wrong.yaml");

        Assert.Equal(1, answer.ExitCode);
        var row = Assert.Single(answer.Output.Split('\n'), line => line.Contains('✗', StringComparison.Ordinal)
            && line.Contains("lines[0].amount", StringComparison.Ordinal));
        Assert.Matches(@"^ +✗ line \d+ .* 16\.12 +16\.13  \(\+0\.01\)$", row);
    }

    [Fact]
    public async Task Errors_of_all_files_are_listed_and_the_others_are_played()
    {
        using var folder = new WorkFolder();
        folder.Write("bad/one.yaml", "scenario: One\nstory:\n  - fly: {}\n");
        folder.Write("bad/two.yaml", "scenario: Two\ncatalogue: nowhere\nstart: 2026-10-01\nstory: []\n");

        var answer = await Commands.RunAsync(folder.Path, "scenario", "run", "bad", Story);

        Assert.Equal(1, answer.ExitCode);
        Assert.Contains("bad/one.yaml:3: error CAT-KEY", answer.Output, StringComparison.Ordinal);
        Assert.Contains("bad/two.yaml:2: error CAT-REF", answer.Output, StringComparison.Ordinal);
        Assert.Contains("bad/two.yaml:1: error CAT-MISSING", answer.Output, StringComparison.Ordinal);
        Assert.Contains("✓ Joining on the 22nd", answer.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await Commands.RunAsync(folder.Path, "scenario", "check", "bad")).ExitCode);
        Assert.Equal(1, (await Commands.RunAsync(folder.Path, "scenario", "run", "nothing-here")).ExitCode);
    }

    [Fact]
    public async Task Json_has_charges_balances_documents_states_and_postings()
    {
        using var folder = new WorkFolder();

        var file = Path.Combine(GalleryTests.Root, "usage", "calls-of-a-month.yaml");
        var json = JsonNode.Parse(await Commands.SucceedAsync(folder.Path, "scenario", "run", file, "--format", "json"))!;

        var story = Assert.Single(json["scenarios"]!.AsArray())!;
        Assert.True(json["passed"]!.GetValue<bool>());
        Assert.Equal(4, story["charges"]!.AsArray().Count);
        Assert.Equal("74.77", story["balances"]![0]!["owed"]!.ToString());
        var document = Assert.Single(story["documents"]!.AsArray())!;
        Assert.Equal(("2026-10-01/2026-11-01", 4), (document["period"]!.ToString(), document["lines"]!.AsArray().Count));
        Assert.Equal("11.94", document["taxes"]![0]!["tax"]!.ToString());
        Assert.Equal("active", story["subscriptions"]![0]!["phase"]!.ToString());
        Assert.Equal("document", story["postings"]![0]!["kind"]!.ToString());
        Assert.Equal("74.77", story["trialBalance"]!["1200-receivables"]!.ToString());
    }

    [Fact]
    public async Task A_kept_database_answers_every_other_command()
    {
        using var folder = new WorkFolder();

        await Commands.SucceedAsync(folder.Path, "scenario", "run", Story, "--keep-db", "kept.db");

        var account = await Commands.SucceedAsync(folder.Path, "account", "show", "A", "--db", "sqlite:kept.db");
        Assert.Contains("Nothing is owed.", account, StringComparison.Ordinal);
        await Commands.SucceedAsync(folder.Path, "ledger", "check", "--db", "sqlite:kept.db");
        var preview = await Commands.SucceedAsync(
            folder.Path, "bill", "preview", "A", "--with", "add:m:2@2026-12-01", "--db", "sqlite:kept.db");
        Assert.Contains("considered", preview, StringComparison.Ordinal);
    }
}
