using System.Text;
using Tollgate.Operations.Scenarios;
using Tollgate.Operations.Scenarios.Acts;

namespace Tollgate.Scenarios;

/// <summary>The format: reader, JSON Schema and gallery say the same, and what is wrong is told with line and cure.</summary>
public sealed class ScenarioFormatTests
{
    /// <summary>Definitions of the schema that are open: any section of a catalogue may stand in them.</summary>
    private static readonly string[] Open = ["catalogue", "publish"];

    private static readonly JsonSchema Schema =
        JsonSchema.Read(Path.Combine(Commands.Root, "docs", "reference", "scenario.schema.json"));

    [Fact]
    public void Every_story_of_the_gallery_fits_the_schema()
    {
        var faults =
            from row in GalleryTests.Stories
            let path = Path.Combine(GalleryTests.Root, row.Data)
            from fault in Schema.Faults(File.ReadAllText(path))
            select $"{row.Data}: {fault}";

        Assert.Empty(faults);
    }

    [Fact]
    public void The_reader_knows_the_keys_of_the_schema_and_no_others()
    {
        var asked = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var row in GalleryTests.Stories)
        {
            ScenarioReader.Read(Path.Combine(GalleryTests.Root, row.Data), row.Data, (shape, keys) =>
            {
                asked.TryAdd(shape, []);
                asked[shape].UnionWith(keys);
            });
        }

        var differences =
            from shape in asked
            let keys = Schema.KeysOf(shape.Key).ToList()
            where !Open.Contains(shape.Key)
            from difference in keys.Except(shape.Value).Select(key => $"{shape.Key}: the reader does not know {key}")
                .Concat(shape.Value.Except(keys).Select(key => $"{shape.Key}: the schema lacks {key}"))
            select difference;
        Assert.Empty(differences);
        Assert.Empty(Schema.Definitions.Except(asked.Keys).Select(name => $"No story of the gallery shows '{name}'."));
    }

    [Fact]
    public void Every_verb_is_in_the_schema_and_in_the_reference()
    {
        var reference = File.ReadAllText(Path.Combine(Commands.Root, "docs", "reference", "scenarios.md"));

        Assert.Equal(
            Verbs.All.Keys.Order(StringComparer.Ordinal),
            Schema.KeysOf("step").Except(["at", "note", "expect"]).Order(StringComparer.Ordinal));
        Assert.All(Verbs.All.Keys, verb => Assert.Contains($"`{verb}`", reference, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(6, "CAT-KEY", "no verb", "  - subscrib: { offer: m }")]
    [InlineData(6, "CAT-KEY", "no verb", "  - walk: {}")]
    [InlineData(6, "CAT-REF", "no account 'B'", "  - subscribe: { offer: m, account: B }")]
    [InlineData(6, "CAT-MISSING", "'offer'", "  - subscribe: {}")]
    [InlineData(6, "CAT-VALUE", "This usage cannot be read", "  - use: { what: some calls, number: \"49151\" }")]
    [InlineData(7, "CAT-CONFLICT", "time does not go back", "  - at: 2026-11-01\n  - at: 2026-10-31")]
    [InlineData(6, "CAT-CONFLICT", "A step does one thing", "  - { bill: {}, accept: {} }")]
    [InlineData(6, "CAT-KEY", "'gros'", "  - { bill: {}, expect: { documents: [ { gros: 1 } ] } }")]
    [InlineData(6, "CAT-NUMBER", "'net' is not a number", "  - { bill: {}, expect: { documents: [ { net: much } ] } }")]
    [InlineData(6, "CAT-VALUE", "is not a period", "  - { bill: {}, expect: { documents: [ { period: October } ] } }")]
    [InlineData(6, "CAT-SHAPE", "a list is expected", "  - { bill: {}, expect: { documents: { net: 1 } } }")]
    [InlineData(6, "CAT-VALUE", "not an identity", "  - subscribe: { offer: m, identities: [4915100000] }")]
    public void What_is_wrong_is_told_with_line_and_cure(int line, string code, string says, string step)
    {
        var read = Read($"scenario: S\ncatalogue: catalogue\nstart: 2026-10-01\n\nstory:\n{step}\n");

        var finding = Assert.Single(read.Findings);
        Assert.Equal((line, code), (finding.Line, finding.Code));
        Assert.Contains(says, finding.Message, StringComparison.Ordinal);
        Assert.NotEmpty(finding.Cure);
    }

    [Fact]
    public void The_cure_of_an_unknown_verb_lists_all_verbs()
    {
        var read = Read("scenario: S\ncatalogue: catalogue\nstart: 2026-10-01\nstory:\n  - walk: {}\n");

        Assert.All(Verbs.All.Keys, verb => Assert.Matches($@"\b{verb}\b", Assert.Single(read.Findings).Cure));
    }

    [Fact]
    public void All_errors_are_told_at_once_those_of_the_catalogue_too()
    {
        var read = Read(
            """
            scenario: S
            catalogue:
              base: catalogue
              offers:
                - { code: m, ratePlans: [nothing] }
            start: yesterday
            accounts: [ { key: A, cycleDay: 32 } ]
            story:
              - pay: { amount: five }
              - subscribe: { offer: m, color: red }
            """);

        Assert.Null(read.Value);
        Assert.Equal([5, 6, 7, 9, 10], read.Findings.Select(finding => finding.Line).Distinct());
    }

    [Fact]
    public void No_other_operation_uses_the_folder_of_scenarios()
    {
        var operations = Path.Combine(Commands.Root, "src", "Tollgate.Operations");
        var users = Directory.EnumerateFiles(operations, "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.StartsWith(Path.Combine(operations, "Scenarios"), StringComparison.Ordinal)
                && !path.StartsWith(Path.Combine(operations, "obj"), StringComparison.Ordinal))
            .Where(path => File.ReadAllText(path).Contains("Operations.Scenarios", StringComparison.Ordinal));

        Assert.Empty(users);
    }

    private static Primitives.Checked<Scenario> Read(string text) =>
        ScenarioReader.Read(Encoding.UTF8.GetBytes(text), "story.yaml", GalleryTests.Root);
}
