using System.Text;
using System.Text.Json.Nodes;
using Tollgate.Operations.Scenarios;
using Tollgate.TestSupport;

namespace Tollgate.Scenarios;

/// <summary>On random stories: every bill is what its preview said, also with a change that was only considered then and made
/// afterwards.</summary>
public sealed class PreviewLawTests
{
    private static readonly int Stories = Effort.Of(10);

    [Fact]
    public async Task A_preview_is_the_later_bill_to_the_cent()
    {
        using var folder = new WorkFolder();
        await using var databases = ScenarioDatabases.InFolder(folder.Path);
        var runner = new ScenarioRunner(databases, folder.Path);
        var (bills, changes) = (0, 0);
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        for (var seed = 1; seed <= Stories; seed++)
        {
            var text = new RandomStory(seed).Text;
            var read = ScenarioReader.Read(Encoding.UTF8.GetBytes(text), $"seed-{seed}.yaml", GalleryTests.Root);
            Assert.True(read.Value is not null, $"{string.Join('\n', read.Findings)}\n{text}");

            var result = await runner.RunAsync(read.Value!, new ScenarioSettings { Final = true });

            // The law of the runner: the preview just before each bill run is the bill.
            Assert.True(result.Passed,
                $"{result.Fault}\n{string.Join('\n', result.BrokenProofs)}\n{string.Join('\n', result.Differences)}\n{text}");
            bills += result.Final!["documents"]!.AsArray().Count;
            lines.UnionWith(Lines(result.Final));
            changes += ConsideredAndMade(result, text);
        }

        Assert.True(bills > 3 * Stories, $"Only {bills} bills in {Stories} stories.");
        Assert.True(changes > Stories, $"Only {changes} considered changes in {Stories} stories.");
        string[] everything =
        [
            "both", "contract", "credited", "first", "giv", "hand", "hello", "last", "least", "monthly", "most", "much",
            "rounding", "usage", "wholesale",
        ];
        Assert.Empty(everything.Except(lines));
    }

    /// <summary>What bills were made of: codes of lines, and sums that are no lines.</summary>
    private static IEnumerable<string> Lines(JsonObject final)
    {
        foreach (var document in final["documents"]!.AsArray())
        {
            foreach (var sum in new[] { "credited", "rounding" }.Where(sum => document![sum]!.ToString() is not "0.00"))
            {
                yield return sum;
            }
            foreach (var line in document!["lines"]!.AsArray())
            {
                yield return line!["code"]!.ToString().Split('_', '/', ':')[0];
                yield return line["kind"]!.ToString();
            }
        }
    }

    /// <summary>Compares each preview with the first bill of its account on or after it.</summary>
    private static int ConsideredAndMade(ScenarioResult result, string text)
    {
        var compared = 0;
        foreach (var step in result.Steps.Where(step => step.Preview is not null))
        {
            var preview = Comparable(step.Preview!);
            var bill = result.Final!["documents"]!.AsArray().OfType<JsonObject>().SingleOrDefault(
                document => document["account"]!.ToString() == preview["account"]!.ToString()
                    && document["period"]!.ToString() == preview["period"]!.ToString());
            var real = bill is null ? null : Comparable(bill);
            var nothing = real is null && preview["lines"]!.AsArray().Count == 0;
            Assert.True(nothing || JsonNode.DeepEquals(preview, real), $"{step.What}\npreview {preview}\nbill    {real}\n{text}");
            compared++;
        }
        return compared;
    }

    /// <summary>Without what a preview cannot know: the number, and the key of what was only considered.</summary>
    private static JsonObject Comparable(JsonObject document)
    {
        var copy = document.DeepClone().AsObject();
        foreach (var key in new[] { "seller", "phase", "number" })
        {
            copy.Remove(key);
        }
        foreach (var line in copy["lines"]!.AsArray())
        {
            line!.AsObject().Remove("subscription");
        }
        return copy;
    }
}
