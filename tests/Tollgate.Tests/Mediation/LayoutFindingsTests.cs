using System.Text.Json.Nodes;
using Tollgate.Catalog;
using Tollgate.Mediation.Layouts;
using Tollgate.Primitives;
using Tollgate.Tests.Catalog;

namespace Tollgate.Tests.Mediation;

/// <summary>What is wrong with a layout file is said at once, each thing with its line and cure; the published schema has the
/// keys that the reader knows.</summary>
public sealed class LayoutFindingsTests
{
    private static readonly string Published = Path.Combine(Standards.Root, "docs", "reference", "layout.schema.json");

    /// <summary>Every key of every mapping.</summary>
    private const string Everything = """
        layout: { code: all, name: All, note: Every key }
        file: { form: fixed, positions: { a: 1-2 }, trimmed: yes, timeZone: UTC, skip: ["#"], skipLines: 1 }
        usage:
          id: a
          service: { field: a }
          subject: { field: a, kind: imsi }
          origin: { field: a }
          destination: { join: [a, a] }
          start: { field: a, format: iso, timeZone: UTC }
          end: { field: a }
          duration: { field: a, unit: clock }
          up: { field: a, unit: KiB, gigawords: { field: a } }
          down: { field: a, unit: KiB, gigawords: { field: a } }
          octets: { field: a, unit: KiB, gigawords: { field: a } }
          events: { field: a }
          price: { field: a, decimals: 2, currency: { value: EUR } }
          attributes:
            - { name: b, field: a, part: 1-2, after: x, before: y, removePrefix: z, addPrefix: q, map: { c: d }, otherwise: e }
        ignore: [{ reason: none, field: a, is: b }]
        """;

    [Fact]
    public void Everything_that_is_wrong_is_listed_with_line_and_cure()
    {
        var findings = Read("""
            layout: { code: calls!, name: Calls }
            file:
              form: delimited
              separator: ";;"
              columns: [id, who, when]
              trimmed: yes
              timeZone: Europe/Berlin2
            usage:
              subject: { field: whom, kind: phone }
              start: { field: when, format: yyyy-QQ-dd }
              duration: { unit: seconds }
              up: { field: id, unit: kB }
              attributes:
                - { name: Bad Name, field: id }
                - { name: price, field: id, otherwise: x }
              price: id
            ignore:
              - { reason: none, field: who }
            colour: red
            """);

        Assert.Equal(
            [
                "1: CAT-CODE: 'calls!' cannot be a code.",
                "4: CAT-VALUE: 'separator: ;;' is not one character.",
                "6: CAT-CONFLICT: 'trimmed' has no meaning for the form delimited.",
                "7: CAT-VALUE: There is no time zone 'Europe/Berlin2'.",
                "9: CAT-REF: The file has no field 'whom'.",
                "9: CAT-VALUE: 'kind: phone' is not possible.",
                "10: CAT-VALUE: 'yyyy-QQ-dd' is no form of a date and time: 'QQ' stands for nothing.",
                "11: CAT-MISSING: 'duration' has one of 'field', 'join' and 'value'.",
                "12: CAT-UNIT: 'kB' is no unit of octets.",
                "14: CAT-CODE: 'Bad Name' is no name of an attribute.",
                "15: CAT-CONFLICT: 'otherwise' has no meaning without 'map'.",
                "15: CAT-DUPLICATE: The attribute 'price' is given twice.",
                "18: CAT-MISSING: An entry of 'ignore' has either 'is' or 'isNot'.",
                "19: CAT-KEY: The key 'colour' is unknown here.",
            ],
            findings.Select(finding => $"{finding.Line}: {finding.Code}: {finding.Message}"));
        Assert.All(findings, finding => Assert.True(finding is { File: "layout.yaml", Cure.Length: > 5 }));
        Assert.Equal("Did you mean 'who'?", findings[4].Cure);
        Assert.Equal("Did you mean 'KB'?", findings[8].Cure);
    }

    [Theory]
    [InlineData("", "CAT-SHAPE")]
    [InlineData("- a", "CAT-SHAPE")]
    [InlineData("layout: { code: a", "CAT-YAML")]
    [InlineData("layout: { code: a, name: A }", "CAT-MISSING CAT-MISSING")]
    [InlineData("layout: { code: a, name: A }\nfile: { form: sheet }\nusage: { subject: a, start: b }", "CAT-VALUE")]
    [InlineData("layout: { code: a, name: A }\nfile: { form: json }\nusage: { subject: a..b, start: b }", "CAT-VALUE")]
    [InlineData("layout: { code: a, name: A }\nfile: { form: json }\nusage: { subject: a }", "CAT-MISSING")]
    [InlineData("layout: { code: a, name: A }\nfile: { form: json }\nusage: { subject: a, end: b }", "CAT-MISSING")]
    [InlineData("layout: { code: a, name: A }\nfile: { form: json }\nusage: { subject: a, start: b, end: c, duration: d }",
        "CAT-CONFLICT")]
    [InlineData("layout: { code: a, name: A }\nfile: { form: fixed }\nusage: { subject: { value: x }, start: { value: y } }",
        "CAT-MISSING")]
    [InlineData("layout: { code: a, name: A }\nfile: { form: fixed, positions: { a: 0-3 } }\nusage: { subject: a, start: a }",
        "CAT-VALUE")]
    [InlineData("layout: { code: a, name: A }\nfile: { form: fixed }\nusage: { subject: a, start: b }", "CAT-MISSING")]
    [InlineData("layout: { code: a, name: A }\nfile: { form: delimited }\nusage: { subject: a, start: b }", "CAT-MISSING")]
    [InlineData("layout: { code: a, name: A }\nfile: { form: delimited }\nusage: { subject: { value: x }, start: { value: y } }",
        "CAT-MISSING")]
    [InlineData("layout: { code: a, name: A }\nfile: { form: delimited, header: yes, columns: [a] }\n"
        + "usage: { subject: a, start: a }", "CAT-CONFLICT")]
    [InlineData("layout: { code: a, name: A }\nfile: { form: delimited, columns: [a, a] }\nusage: { subject: a, start: a }",
        "CAT-DUPLICATE")]
    [InlineData("layout: { code: a, name: A }\nfile: { form: json }\nusage: { subject: [a], start: b }", "CAT-SHAPE")]
    public void A_layout_that_cannot_be_used_is_refused(string text, string codes) =>
        Assert.Equal(codes, string.Join(' ', Read(text).Select(finding => finding.Code)));

    [Fact]
    public void The_version_of_a_layout_is_that_of_its_content()
    {
        var layout = Decoding.Layout("parking");

        Assert.Equal(layout, Decoding.LayoutOf(layout.Text));
        Assert.NotEqual(layout.Version, Decoding.LayoutOf(layout.Text + "\n# changed\n").Version);
        Assert.Equal(["Ticket"], layout.KeyFields);
    }

    [Fact]
    public void The_published_schema_is_made_from_the_table_of_keys()
    {
        if (Environment.GetEnvironmentVariable("TOLLGATE_ACCEPT") == "1")
        {
            File.WriteAllText(Published, LayoutSchema.Text());
        }
        Assert.Equal(LayoutSchema.Text(), File.ReadAllText(Published));
    }

    [Fact]
    public void The_schema_has_the_keys_that_the_reader_asks_for_and_no_others()
    {
        var asked = LayoutReader.KeysOf(FileOf(Everything))
            .Where(item => !item.Path.EndsWith(".map", StringComparison.Ordinal)
                && !item.Path.EndsWith(".positions", StringComparison.Ordinal)).ToHashSet();
        var known = LayoutSchema.Mappings.SelectMany(mapping => mapping.Keys.Select(key => (mapping.Path, key.Key))).ToHashSet();

        Assert.Empty(asked.Except(known).Order());
        Assert.Empty(known.Except(asked).Order());
    }

    [Fact]
    public void Every_layout_of_the_repository_fits_the_schema()
    {
        var schema = JsonNode.Parse(LayoutSchema.Text())!.AsObject();

        Assert.All(Directory.EnumerateFiles(Path.Combine(Standards.Root, "layouts"), "*.yaml"),
            file => Assert.Empty(SchemaCheck.Wrong(schema, File.ReadAllText(file))));
        Assert.Empty(SchemaCheck.Wrong(schema, Everything));
        Assert.Equal(["$.file.form"], SchemaCheck.Wrong(schema,
            Everything.Replace("form: fixed", "form: sheet", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_example_of_the_reference_page_reads_its_records_as_shown()
    {
        var page = File.ReadAllText(Path.Combine(Standards.Root, "docs", "reference", "layouts.md"));
        var blocks = page.Split("```").Where((_, i) => i % 2 == 1).ToList();
        var seen = Decoding.Of(
            Decoding.LayoutSource(blocks.First(block => block.StartsWith("yaml\n", StringComparison.Ordinal))[5..]),
            blocks.First(block => block.StartsWith("text\n# date", StringComparison.Ordinal))[5..]);

        var usage = Assert.Single(seen.Usages);
        Assert.Equal("not-sent", Assert.Single(seen.Ignores).Reason);
        Assert.Contains($"{usage.Subject.Value}      {usage.Origin}   {usage.Destination}   {usage.Start}", page,
            StringComparison.Ordinal);
    }

    private static CatalogueFile FileOf(string text) => CatalogueFolder.Of("layout.yaml", text);

    private static System.Collections.Immutable.ImmutableArray<Finding> Read(string text)
    {
        var read = LayoutReader.Read(FileOf(text));
        Assert.Null(read.Value);
        return read.Findings;
    }
}
