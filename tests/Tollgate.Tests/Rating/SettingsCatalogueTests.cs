using System.Text.RegularExpressions;
using Tollgate.Catalog;
using Tollgate.Rating;
using CatalogueFolder = Tollgate.Tests.Catalog.CatalogueFolder;

namespace Tollgate.Tests.Rating;

/// <summary>What other systems can say is a catalogue each; its examples come out as written, and the page names them.</summary>
public sealed partial class SettingsCatalogueTests
{
    private static readonly string Page =
        File.ReadAllText(Path.Combine(CatalogueFolder.Repository, "docs", "reference", "rating-settings.md"));

    public static TheoryData<string> Systems => ["cgrates", "sigscale", "billrun", "rate-o-mat"];

    [Theory]
    [MemberData(nameof(Systems))]
    public void The_examples_of_a_system_come_out_as_written(string system)
    {
        var catalogue = Read(system);
        Assert.True(catalogue.Examples.Length >= 6);
        Assert.Empty(ExampleRunner.Run(CompiledCatalogue.Compile(catalogue)).Select(finding => finding.ToString()));
    }

    [Theory]
    [MemberData(nameof(Systems))]
    public void The_page_names_examples_and_offers_that_exist_and_leaves_none_out(string system)
    {
        var catalogue = Read(system);
        var named = Named(system);
        var examples = catalogue.Examples.Select(example => example.Name).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(examples.Except(named, StringComparer.Ordinal));
        Assert.All(named.Where(name => name is not ("the same" or "all" or "–")), name => Assert.True(
            examples.Contains(name) || Code().Matches(name) is { Count: > 0 } codes && codes.All(code =>
                catalogue.Offers.Any(offer => offer.Code == code.Value)
                || catalogue.Discounts.Any(one => one.Code == code.Value)),
            $"{system}: '{name}' is no example, offer or discount."));
    }

    /// <summary>The last column of the system's table.</summary>
    private static List<string> Named(string system)
    {
        var part = Page[Page.IndexOf($"catalogs/settings/{system}/catalogue.yaml", StringComparison.Ordinal)..];
        var end = part.IndexOf("\n## ", StringComparison.Ordinal);
        return
        [
            .. (end < 0 ? part : part[..end]).Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2)
                .Select(line => line.Split('|')[^2].Trim()),
        ];
    }

    private static Tollgate.Catalog.Catalogue Read(string system)
    {
        var read = CatalogueReader.Read(
            CatalogueFolder.Load(Path.Combine(CatalogueFolder.Repository, "catalogs", "settings", system)));
        Assert.Empty(read.Findings.Select(finding => finding.ToString()));
        return read.Value!;
    }

    [GeneratedRegex("(?<=`)[a-z-]+(?=`)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Code();
}
