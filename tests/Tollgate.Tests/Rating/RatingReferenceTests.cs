using System.Text.RegularExpressions;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;
using CatalogueFolder = Tollgate.Tests.Catalog.CatalogueFolder;

namespace Tollgate.Tests.Rating;

/// <summary>The blocks of docs/reference/rating.md together are a catalogue; it is read and its examples are run.</summary>
public sealed partial class RatingReferenceTests
{
    private static readonly string Page =
        File.ReadAllText(Path.Combine(CatalogueFolder.Repository, "docs", "reference", "rating.md"));

    private static readonly Checked<Tollgate.Catalog.Catalogue> Read = CatalogueReader.Read(
    [
        .. Blocks("yaml").Select((text, i) => CatalogueFolder.Of($"{i}.yaml", text)),
        .. Blocks("csv").Select(text => CatalogueFolder.Of(text[2..text.IndexOf('\n', StringComparison.Ordinal)], text)),
    ]);

    [Fact]
    public void The_blocks_of_the_page_are_a_catalogue_without_findings() =>
        Assert.Empty(Read.Findings.Select(finding => finding.ToString()));

    [Fact]
    public void The_examples_of_the_page_come_out_as_written()
    {
        Assert.True(Read.Value!.Examples.Length > 30);
        Assert.Empty(ExampleRunner.Run(CompiledCatalogue.Compile(Read.Value!)).Select(finding => finding.ToString()));
    }

    [Fact]
    public void The_page_shows_every_price_model()
    {
        var shown = Read.Value!.RatePlans.SelectMany(plan => plan.Prices).Select(price => price.Model.GetType()).ToHashSet();

        Assert.Empty(typeof(PriceModel).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(PriceModel)) && !shown.Contains(type)).Select(type => type.Name));
    }

    [Fact]
    public void Settings_are_read_as_written()
    {
        var allowance = Read.Value!.Offers.Single(offer => offer.Code == "shared").Allowances[0];

        Assert.Equal((SharingScope.Account, 2_400_000L, 1, 3_000_000L), (allowance.Shared, allowance.MemberLimit!.Value,
            allowance.RollOverPeriods, allowance.RollOverCap!.Value));
        Assert.Equal((2_000_000L, 1_000_000L), (allowance.Takes[0].Steps, allowance.Takes[0].Per));
        Assert.Equal(new ResetRule(ResetEvery.Month), allowance.Reset);
        Assert.Equal(GrantProration.Days, allowance.First);
        Assert.Equal([80, 100], allowance.Thresholds);
    }

    private static List<string> Blocks(string language) =>
        [.. Fences().Matches(Page).Where(match => match.Groups[1].Value == language).Select(match => match.Groups[2].Value)];

    [GeneratedRegex(
        "^```(?<1>\\w+)\n(?<2>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Fences();
}
