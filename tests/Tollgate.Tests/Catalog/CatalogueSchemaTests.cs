using System.Text;
using System.Text.Json.Nodes;
using Tollgate.Catalog;
using Tollgate.Catalog.Schema;

namespace Tollgate.Tests.Catalog;

/// <summary>Schema, reader and catalogues say the same.</summary>
public sealed class CatalogueSchemaTests
{
    private static readonly string Published =
        Path.Combine(CatalogueFolder.Repository, "docs", "reference", "catalogue.schema.json");

    /// <summary>Keys that are asked for only beside values that the reference page does not have.</summary>
    private const string Otherwise = """
        offers:
          - code: a
            name: A
            minimumTerm: { length: year, fee: { kind: fixed, amount: 5 } }
            allowances:
              - { services: [voice], takes: [{ factor: 2 }, { take: 1 x, per: event }], rollOver: { cap: 1 GB } }
              - { service: voice }
            usageDiscounts: [{ code: d, percent: 5 }]
            spendingCaps: [{ code: c }]
            ratePlans: [{ plan: p }]
            earns: [{ code: e }]
        ratePlans:
          - code: p
            prices:
              - { steps: [{ price: 1 }] }
              - { package: { size: 1 minute, amount: 1 } }
              - { tiers: { levels: [{ price: 1 }] } }
              - { percentage: { levels: [{ upTo: 5, percent: 5 }] } }
              - { external: { percent: 5 } }
              - { formula: quantity }
              - { flat: 1, maximumCharge: 2 }
              - { price: 1 per minute }
        catalog: { code: c, numbering: { rules: [{ begins: "0" }] } }
        holidays: [{ code: h, days: [12-25] }]
        portability: [{ code: p }]
        zoneNames: [{ zone: Z, name: { de: Z } }]
        bandNames: [{ band: b, name: B }]
        timeBands: [{ code: t, bands: [{ code: b }] }]
        counters: [{ code: c, of: charged, unit: minute }]
        legs: [{ code: l }]
        taxRules: [{ code: x, rates: [{ amount: 1 }, { percent: 1 }] }]
        taxCases: [{ code: y }]
        examples: [{ name: e, attributes: { a: b }, counters: { c: 1 minute }, allowances: { d: 1 minute },
                     left: { d: 1 minute }, legs: { l: 1 }, crosses: { c: 80 } }]
        """;

    /// <summary>Folders of the repository that hold catalogue files.</summary>
    public static TheoryData<string> Folders =>
    [
        .. Directory.EnumerateFiles(Path.Combine(CatalogueFolder.Repository, "catalogs"), "*.yaml", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(CatalogueFolder.Repository, Path.GetDirectoryName(file)!))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    [Fact]
    public void The_published_schema_is_made_from_the_table_of_keys()
    {
        if (Environment.GetEnvironmentVariable("TOLLGATE_ACCEPT") == "1")
        {
            File.WriteAllText(Published, CatalogueSchema.Text());
        }
        Assert.Equal(CatalogueSchema.Text(), File.ReadAllText(Published));
    }

    [Fact]
    public void The_schema_has_the_keys_that_the_reader_asks_for_and_no_others()
    {
        var asked = Folders.SelectMany(row => CatalogueReader.KeysOf(CatalogueFolder.Load(
                Path.Combine(CatalogueFolder.Repository, row.Data))))
            .Concat(CatalogueReader.KeysOf(CatalogueReferenceTests.Files))
            .Concat(CatalogueReader.KeysOf([CatalogueFolder.Of("other.yaml", Otherwise)]))
            .Where(item => !item.Path.EndsWith(".name", StringComparison.Ordinal)
                && !item.Path.EndsWith(".note", StringComparison.Ordinal) && !IsFree(item.Path)).ToHashSet();
        var known = CatalogueSchema.Mappings.SelectMany(
            mapping => mapping.Keys.Select(key => (mapping.Path, key.Key))).ToHashSet();
        Assert.Empty(asked.Except(known).Order());
        Assert.Empty(known.Except(asked).Order());
    }

    [Fact]
    public void No_path_and_no_key_comes_twice() => Assert.All(CatalogueSchema.Mappings.GroupBy(mapping => mapping.Path), group =>
    {
        Assert.Single(group);
        Assert.All(group.Single().Keys.GroupBy(key => key.Key), keys => Assert.Single(keys));
    });

    [Theory]
    [MemberData(nameof(Folders))]
    public void Every_catalogue_of_the_repository_fits_the_schema(string folder)
    {
        var schema = JsonNode.Parse(CatalogueSchema.Text())!.AsObject();
        var files = CatalogueFolder.Load(Path.Combine(CatalogueFolder.Repository, folder)).Where(file => file.IsYaml).ToList();
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.Empty(SchemaCheck.Wrong(schema, Encoding.UTF8.GetString(file.Content.Span))));
    }

    [Fact]
    public void The_blocks_of_the_reference_page_fit_the_schema()
    {
        var schema = JsonNode.Parse(CatalogueSchema.Text())!.AsObject();
        Assert.All(CatalogueReferenceTests.Files.Where(file => file.IsYaml),
            file => Assert.Empty(SchemaCheck.Wrong(schema, Encoding.UTF8.GetString(file.Content.Span))));
    }

    [Theory]
    [InlineData("offers: [{ code: a, name: A, recuring: [] }]", "$.offers[0].recuring")]
    [InlineData("offers: [{ name: A }]", "$.offers[0]")]
    [InlineData("offers: [{ code: a, name: A, payment: later }]", "$.offers[0].payment")]
    [InlineData("offers: { code: a }", "$.offers")]
    [InlineData("ratePlans: [{ code: a, name: A, service: voice, tax: t, revenueAccount: r, prices: [{ price: dear }] }]",
        "$.ratePlans[0].prices[0].price")]
    [InlineData("taxes: [{ code: a, name: { en: VAT }, rates: [{ country: de, percent: 19, from: 2026-01-01 }] }]",
        "$.taxes[0].rates[0].country")]
    public void The_schema_finds_what_does_not_fit(string yaml, string place) =>
        Assert.Equal([place], SchemaCheck.Wrong(JsonNode.Parse(CatalogueSchema.Text())!.AsObject(), yaml));

    private static bool IsFree(string path) => CatalogueSchema.Mappings.SelectMany(mapping => mapping.Keys
        .Where(key => key.Type is KeyType.Free)
        .Select(key => mapping.Path.Length == 0 ? key.Key : $"{mapping.Path}.{key.Key}")).Contains(path, StringComparer.Ordinal);
}
