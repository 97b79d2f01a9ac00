using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;
using Tollgate.TestSupport;

namespace Tollgate.Tests.Catalog;

/// <summary>Exchanges, and units that pockets hold.</summary>
public sealed class ExchangeTests
{
    private static string Page { get; } = File.ReadAllText(
        Path.Combine(CatalogueFolder.Repository, "docs", "reference", "pockets.md"));

    private const string Head = """
        catalog: { code: x, currency: EUR, timeZone: UTC }
        units: [{ code: POINT, kind: count, baseUnits: 100, decimals: 2 }]
        taxes: [{ code: standard, name: VAT, rates: [{ country: DE, percent: 19, from: 2007-01-01 }] }]
        ratePlans:
          - { code: calls, name: Calls, service: voice, tax: standard, revenueAccount: "4000",
              prices: [{ price: 0.1 per minute }] }

        """;

    [Fact]
    public void The_catalogue_of_the_page_is_read_without_findings_and_can_be_compiled()
    {
        var read = CatalogueReader.Read([CatalogueFolder.Of("page.yaml", Page.Split("```yaml\n")[1].Split("```")[0])]);

        Assert.Empty(read.Findings.Select(finding => finding.ToString()));
        var exchanges = CompiledCatalogue.Compile(read.Value!).Source.Exchanges;
        Assert.Equal(
            ["30000 POINT 100000000 EUR 60000 100 ", "50000 POINT 1 FILM 50000 50000 films", "1 EVENT 3600000 MIN 1 1 extra"],
            exchanges.Select(one =>
                FormattableString.Invariant($"{one.Take} {one.Unit} {one.Give} {one.To} {one.Minimum} {one.Step} {one.Pocket}")));
        Assert.Equal(new ResetRule(ResetEvery.Days, 7), exchanges[1].Lasts);
        Assert.Equal(GrantRule.Given, read.Value!.Offers[0].Allowances[0].Grant);
    }

    [Theory]
    [InlineData("exchanges: [{ code: a, take: 0 POINT, give: 1 EUR }]", "'take' is 0.")]
    [InlineData("exchanges: [{ code: a, take: 1 POINT, give: 5 minutes }]", "It is not said which pocket gets the MIN.")]
    [InlineData("exchanges: [{ code: a, take: 1 POINT, pocket: films }]", "Nothing is given into the pocket.")]
    [InlineData("exchanges: [{ code: a, take: 1 POINT, give: 1 EUR, minimum: 1 minute }]",
        "'minimum' is in MIN, what is taken in POINT.")]
    [InlineData("exchanges: [{ code: a, take: 1 POINT, give: 1 EUR, step: 1 minute }]",
        "'step' is in MIN, what is taken in POINT.")]
    [InlineData("exchanges: [{ code: a, take: 1 POINT, give: 1 EUR, lasts: soon }]", "'lasts: soon' is not possible.")]
    [InlineData("exchanges: [{ code: a, take: 1 NONE, give: 1 EUR }]", "There is no unit 'NONE'.")]
    [InlineData("offers: [{ code: o, name: O, ratePlans: [calls], allowances: [{ code: a, name: A, service: voice, "
        + "amount: 1 BTC, takes: [{ factor: 2 }] }] }]", "What usage takes is not in BTC.")]
    [InlineData("offers: [{ code: o, name: O, ratePlans: [calls], allowances: [{ code: a, name: A, service: voice, "
        + "amount: 1 BTC, takes: [{ take: 1 EUR, per: event }] }] }]", "What usage takes is not in BTC.")]
    public void What_cannot_be_is_told(string yaml, string message)
    {
        var read = CatalogueReader.Read([CatalogueFolder.Of("x.yaml", Head + yaml)]);

        Assert.Contains(message, read.Findings.Select(finding => finding.Message));
    }

    [Fact]
    public void Exchanging_in_parts_never_gives_more_than_at_once()
    {
        var random = new Random(5);
        for (var i = 0; i < Effort.Of(2_000); i++)
        {
            var exchange = new Exchange
            {
                Code = "x", Name = "X", Unit = Units.Event, To = Units.Eur, Take = random.Next(1, 1_000),
                Give = random.Next(1, 1_000),
            };
            var (first, second) = (random.NextInt64(0, 1_000_000_000), random.NextInt64(0, 1_000_000_000));

            var parts = exchange.GivenFor(first) + exchange.GivenFor(second);

            Assert.InRange(exchange.GivenFor(first + second) - parts, 0, 1);
            Assert.True((Int128)exchange.GivenFor(first) * exchange.Take <= (Int128)first * exchange.Give);
        }
    }
}
