using Tollgate.Catalog;
using Tollgate.Primitives;
using static Tollgate.Tests.Rating.Catalogues;

namespace Tollgate.Tests.Rating.Models;

/// <summary>Prices that records bring, with a mark-up.</summary>
public sealed class ExternalTests
{
    private static Till Till(PriceModel model) => new(
        Catalogue(Plan(ServiceKind.Content, new UsagePrice { Per = Units.Event, Model = model })));

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
}
