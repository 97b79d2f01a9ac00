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

    /// <summary>The blocks as files.</summary>
    internal static readonly CatalogueFile[] Files =
    [
        .. Blocks("yaml").Select((text, i) => CatalogueFolder.Of($"{i:00}.yaml", text)),
        CatalogueFolder.Of("decks/world.csv", Assert.Single(Blocks("csv"))),
    ];

    private static readonly Checked<Catalogue> Read = CatalogueReader.Read(Files);

    [Fact]
    public void The_blocks_of_the_page_are_a_catalogue_without_findings()
    {
        Assert.Empty(Read.Findings.Select(finding => finding.ToString()));
        var catalogue = Read.Value!;
        Assert.Equal(("example", 4, 1, 1, 1, 3, 7, 2), (catalogue.Code, catalogue.Units.Length, catalogue.Taxes.Length,
            catalogue.TimeBands.Length, catalogue.Decks.Length, catalogue.RatePlans.Length, catalogue.Offers.Length,
            catalogue.Examples.Length));
    }

    [Fact]
    public void What_the_page_calls_defaults_are_the_defaults()
    {
        Assert.Equal(new NumberingPlan("49"), Read.Value!.Numbering);
        var offer = Read.Value!.Offers[0];
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
    public void The_examples_of_the_page_come_out_as_written() =>
        Assert.Empty(ExampleRunner.Run(CompiledCatalogue.Compile(Read.Value!)).Select(finding => finding.ToString()));

    [Fact]
    public void Phases_terms_instalments_and_bundles_are_read_as_the_page_says()
    {
        var offers = Read.Value!.Offers.ToDictionary(offer => offer.Code, StringComparer.Ordinal);
        var fibre = offers["fibre"];

        Assert.Equal(
            [("trial", BillInterval.OfDays(14)), ("paid", null)],
            fibre.Phases.Select(phase => (phase.Code, phase.Length)));
        Assert.Equal(["paid"], Assert.Single(fibre.Recurring).Phases.AsEnumerable());
        Assert.Equal(new Rounding(4, RoundingMode.HalfUp), fibre.Recurring[0].Ratio);
        Assert.Equal((12, InstalmentsLeft.Due), (fibre.Instalments[0].Count, fibre.Instalments[0].Left));
        Assert.Equal(BillInterval.OfMonths(24), fibre.MinimumTerm!.Length);
        Assert.Equal((EarlyTermination.Remaining, 50m), (fibre.MinimumTerm.Fee!.Kind, fibre.MinimumTerm.Fee.Percent));
        Assert.Equal((SpendBound.Minimum, ChargeKinds.Usage | ChargeKinds.Recurring), (fibre.Spend[0].Bound, fibre.Spend[0].On));
        Assert.Equal(["fibre"], offers["tv"].AddOnTo.AsEnumerable());
        Assert.Equal(["welcome", "volume"], Read.Value!.Discounts.Select(discount => discount.Code));
        Assert.Equal(("HELLO", 1000), (Read.Value!.Discounts[0].Coupon!.Code, Read.Value!.Discounts[0].Coupon!.Redemptions));
        Assert.Equal([5m, 10m], Read.Value!.Discounts[1].Steps.Select(step => step.Percent));
    }

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
