using Tollgate.Catalog;
using Tollgate.Primitives;
using static Tollgate.Tests.Rating.Catalogues;

namespace Tollgate.Tests.Rating.Models;

/// <summary>Prices that records bring, percentages of them, formulas.</summary>
public sealed class ExternalTests
{
    private static readonly Counter Prices = new() { Code = "prices", Name = "Prices", Of = CounterOf.Price, Unit = Units.Eur };

    private static Till Till(PriceModel model) => new(
        Catalogue(Plan(ServiceKind.Content, new UsagePrice { Per = Units.Event, Model = model })) with { Counters = [Prices] });

    private static UsageRecord Purchase(string? price, string? currency = null)
    {
        var attributes = UsageAttributes.Empty;
        attributes = price is null ? attributes : attributes.With("price", price);
        attributes = currency is null ? attributes : attributes.With("price-currency", currency);
        return Call(0) with { Service = ServiceKind.Content, Attributes = attributes };
    }

    [Theory]
    [InlineData("2.00", 0, 0, 2)]
    [InlineData("2.00", 5, 0.10, 2.2)]
    [InlineData("0.333333", 12.5, 0, 0.375)]
    [InlineData("-3", 0, 0, -3)]
    [InlineData("2", -50, 0, 1)]
    public void The_records_price_is_taken_with_a_mark_up(string price, decimal percent, decimal plus, decimal amount) =>
        Assert.Equal(amount, Till(new ExternalPrice(percent, plus)).Price(Purchase(price, "EUR")));

    [Theory]
    [InlineData(null, null)]
    [InlineData("2,00", null)]
    [InlineData("1e3", null)]
    [InlineData("2.00", "USD")]
    public void A_price_that_is_absent_unreadable_or_in_another_currency_refuses_the_record(string? price, string? currency) =>
        Assert.Equal(HoldReason.MissingPrice, Till(new ExternalPrice(0, 0)).Rate(Purchase(price, currency)).Refusal);

    [Theory]
    [InlineData(0, "10", 1)]
    [InlineData(95, "10", 0.75)]
    [InlineData(100, "10", 0.5)]
    public void Percentages_are_graduated_over_the_periods_prices(int before, string price, decimal amount)
    {
        var till = Till(new PercentagePrice([new PercentTier(100, 10), new PercentTier(null, 5)], "prices"));
        Tollgate.Rating.PocketState[] pockets = [Catalogues.Counter(1, 0, Cents(before * 100))];

        Assert.Equal(Units.Eur.ToStorage(amount, RoundingMode.HalfUp), till.Rate(Purchase(price), pockets).Amount);
        Assert.Equal(Cents(before * 100 + 1000), pockets[0].Balance);
    }

    [Fact]
    public void A_formula_calculates_over_the_record()
    {
        var till = Till(new FormulaPrice(Formula.Parse("max(0.05, quantity * price * 0.1) + if(partner = \"gold\", -0.01, 0)")));

        Assert.Equal(0.20m, till.Price(Purchase("2")));
        Assert.Equal(0.04m, till.Price(Purchase("0.1") with
        {
            Attributes = UsageAttributes.Empty.With("price", "0.1").With("partner", "gold"),
        }));
        Assert.Equal(HoldReason.FormulaFailed, till.Rate(Purchase(null)).Refusal);
    }
}
