using System.Text.RegularExpressions;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Tests.Catalog;

/// <summary>The blocks of docs/reference/catalogue.md together are a catalogue; it is read here.</summary>
public sealed partial class CatalogueReferenceTests
{
    private static readonly string Page =
        File.ReadAllText(Path.Combine(CatalogueFolder.Repository, "docs", "reference", "catalogue.md"));

    private static readonly Checked<Catalogue> Read = CatalogueReader.Read(
    [
        .. Blocks("yaml").Select((text, i) => CatalogueFolder.Of($"{i}.yaml", text)),
        CatalogueFolder.Of("decks/world.csv", Assert.Single(Blocks("csv"))),
    ]);

    [Fact]
    public void The_blocks_of_the_page_are_a_catalogue_without_findings()
    {
        Assert.Empty(Read.Findings.Select(finding => finding.ToString()));
        var catalogue = Read.Value!;
        Assert.Equal(("example", 4, 1, 1, 1, 3, 1, 1), (catalogue.Code, catalogue.Units.Length, catalogue.Taxes.Length,
            catalogue.TimeBands.Length, catalogue.Decks.Length, catalogue.RatePlans.Length, catalogue.Offers.Length,
            catalogue.Examples.Length));
    }

    [Fact]
    public void What_the_page_calls_defaults_are_the_defaults()
    {
        Assert.Equal(new NumberingPlan("49"), Read.Value!.Numbering);
        var offer = Assert.Single(Read.Value!.Offers);
        var fee = Assert.Single(offer.Recurring);
        Assert.Equal(
            fee,
            new RecurringPrice
            {
                Code = fee.Code, Name = fee.Name, Amount = fee.Amount, Tax = fee.Tax, RevenueAccount = fee.RevenueAccount,
            });
        Assert.Equal(OneTimeEvent.Activation, Assert.Single(offer.OneTime).At);
        Assert.Equal([100, 100], offer.Allowances.Select(allowance => allowance.Priority));
        Assert.All(Read.Value!.RatePlans, plan => Assert.Equal(new Rounding(6, RoundingMode.HalfUp), plan.Rounding));
    }

    [Fact]
    public void The_example_of_the_page_comes_out_as_written() =>
        Assert.Empty(ExampleRunner.Run(CompiledCatalogue.Compile(Read.Value!)).Select(finding => finding.ToString()));

    [Fact]
    public void Every_key_of_the_demo_catalogue_is_on_the_page()
    {
        var demo = string.Concat(CatalogueFolder.Demo().Where(file => file.IsYaml)
            .Select(file => System.Text.Encoding.UTF8.GetString(file.Content.Span)));
        var documented = string.Concat(Blocks("yaml"));
        Assert.All(Keys().Matches(demo).Select(match => match.Value).Distinct(StringComparer.Ordinal),
            key => Assert.Contains(key, documented, StringComparison.Ordinal));
    }

    private static List<string> Blocks(string language) =>
        [.. Fences().Matches(Page).Where(match => match.Groups[1].Value == language).Select(match => match.Groups[2].Value)];

    [GeneratedRegex(
        "^```(?<1>\\w+)\n(?<2>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Fences();

    [GeneratedRegex(@"(?<=^ *(- )?(\{ )?|, )[a-zA-Z]+:(?= |$)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Keys();
}
