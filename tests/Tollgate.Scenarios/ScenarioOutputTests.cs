using System.Text.Json.Nodes;

namespace Tollgate.Scenarios;

/// <summary>JSON output is what its published schema says.</summary>
public sealed class ScenarioOutputTests
{
    private static readonly string Reference = Path.Combine(Commands.Root, "docs", "reference");

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
