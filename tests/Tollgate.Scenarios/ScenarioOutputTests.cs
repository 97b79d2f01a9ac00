using System.Text.Json.Nodes;

namespace Tollgate.Scenarios;

/// <summary>JSON output is what its published schema says.</summary>
public sealed class ScenarioOutputTests
{
    private static readonly string Reference = Path.Combine(Commands.Root, "docs", "reference");

    [Fact]
    public async Task Output_of_the_whole_gallery_fits_its_schema_and_fills_every_property_of_it()
    {
        using var folder = new WorkFolder();
        var schema = JsonSchema.Read(Path.Combine(Reference, "scenario-output.schema.json"));

        // One file with an error beside the stories, so that findings are there too.
        folder.Write("bad.yaml", "scenario: Bad\ncatalogue: nowhere\nstart: 2026-10-01\nstory: []\n");
        var answer = await Commands.RunAsync(
            folder.Path, "scenario", "run", GalleryTests.Root, "bad.yaml", "--format", "json");

        var output = JsonNode.Parse(answer.Output)!;
        Assert.Empty(schema.Faults(output));
        Assert.False(output["passed"]!.GetValue<bool>());
        Assert.All(output["scenarios"]!.AsArray(), story => Assert.True(story!["passed"]!.GetValue<bool>()));
        string[] onlyOfFaults = ["scenario.brokenProofs", "scenario.fault"];
        Assert.Empty(schema.Properties.Except(schema.Filled).Except(onlyOfFaults));
    }

    [Fact]
    public void Everything_that_a_story_may_expect_of_the_end_is_in_its_output()
    {
        var format = JsonSchema.Read(Path.Combine(Reference, "scenario.schema.json"));
        var output = JsonSchema.Read(Path.Combine(Reference, "scenario-output.schema.json"));
        string[] ofSteps = ["refused", "usage", "preview", "rerated"];

        Assert.Empty(format.KeysOf("expect").Except(ofSteps).Except(output.KeysOf("scenario")));
        foreach (var shape in new[]
        {
            "charge", "balance", "allowance", "document", "line", "tax", "subscription", "accountState", "adjustment",
            "discountGiven", "held", "parked", "posting", "postingLine",
        })
        {
            Assert.Equal(format.KeysOf(shape).Order(StringComparer.Ordinal), output.KeysOf(shape).Order(StringComparer.Ordinal));
        }
    }
}
