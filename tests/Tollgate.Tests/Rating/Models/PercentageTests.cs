using Tollgate.Catalog;
using Tollgate.Primitives;
using static Tollgate.Tests.Rating.Catalogues;

namespace Tollgate.Tests.Rating.Models;

/// <summary>Percentages of the prices that records bring.</summary>
public sealed class PercentageTests
{
    private static readonly Counter Prices = new() { Code = "prices", Name = "Prices", Of = CounterOf.Price, Unit = Units.Eur };

    private static Till Till(PriceModel model) => new(
        Catalogue(Plan(ServiceKind.Content, new UsagePrice { Per = Units.Event, Model = model })) with { Counters = [Prices] });

    private static UsageRecord Purchase(string? price) => Call(0) with
    {
        Service = ServiceKind.Content,
        Attributes = price is null ? UsageAttributes.Empty : UsageAttributes.Empty.With("price", price),
    };

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
    public void A_price_that_is_taken_back_takes_its_percentage_back()
    {
        var till = Till(new PercentagePrice([new PercentTier(10, 30), new PercentTier(null, 5)], "prices"));
        Tollgate.Rating.PocketState[] pockets = [Catalogues.Counter(1, 0, 0)];

        Assert.Equal([Cents(300), Cents(-300), Cents(-30), Cents(330), Cents(5), Cents(-50)],
            new[] { "10", "-10", "-1", "11", "1", "-2.5" }.Select(price => till.Rate(Purchase(price), pockets).Amount));
        Assert.Equal(-1m, Till(new PercentagePrice([new PercentTier(null, 10)], null)).Price(Purchase("-10")));
    }
}
