using System.Globalization;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Web.Console;

namespace Tollgate.Web.Tests;

public sealed class ConsoleTextTests
{
    [Theory]
    [InlineData("1234567.895", "EUR", "1,234,567.90 EUR")]
    [InlineData("-0.005", "EUR", "-0.01 EUR")]
    [InlineData("1234.5", "JPY", "1,235 JPY")]
    [InlineData("0.0625", "KWD", "0.063 KWD")]
    public void Amounts_have_the_currencys_decimals_in_any_culture(string amount, string currency, string expected)
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            Assert.Equal(expected, ConsoleText.Amount(
                new Money(decimal.Parse(amount, CultureInfo.InvariantCulture), Units.Get(currency))));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData(PriceBasis.Duration, 7_031_000_000, "1,953 h 03 min")]
    [InlineData(PriceBasis.Volume, 46_500_000_000, "46.5 GB")]
    [InlineData(PriceBasis.Volume, 999, "999 B")]
    [InlineData(PriceBasis.Events, 1, "1 event")]
    [InlineData(PriceBasis.Events, 6200, "6,200 events")]
    public void Quantities_are_written_in_the_unit_of_their_basis(PriceBasis basis, long quantity, string expected) =>
        Assert.Equal(expected, ConsoleText.Quantity(basis, quantity));

    [Fact]
    public void A_count_is_singular_only_for_one() =>
        Assert.Equal(["0 files", "1 file", "1,200 files"], new[] { 0L, 1, 1200 }.Select(number =>
            ConsoleText.Count(number, "file")));

    [Theory]
    [InlineData("credit-note", "Credit note")]
    [InlineData("UnknownSubscriber", "Unknown subscriber")]
    [InlineData("done", "Done")]
    public void Codes_become_words(string code, string expected) => Assert.Equal(expected, ConsoleText.Words(code));

    [Theory]
    [InlineData(0, 10, "0%")]
    [InlineData(-3, 10, "0%")]
    [InlineData(1, 3, "33.33%")]
    [InlineData(1, 1_000_000, "0.5%")]
    [InlineData(0, 0, "0%")]
    public void A_bar_is_as_long_as_its_part(long part, long greatest, string expected) =>
        Assert.Equal(expected, ConsoleText.Percent(part, greatest));
}
