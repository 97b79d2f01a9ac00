using Tollgate.Catalog;
using Tollgate.Primitives;
using static Tollgate.Tests.Rating.Catalogues;

namespace Tollgate.Tests.Rating.Models;

/// <summary>Formulas over the record.</summary>
public sealed class FormulaTests
{
    private static Till Till(PriceModel model) => new(
        Catalogue(Plan(ServiceKind.Content, new UsagePrice { Per = Units.Event, Model = model })));

    private static UsageRecord Purchase(string? price) => Call(0) with
    {
        Service = ServiceKind.Content,
        Attributes = price is null ? UsageAttributes.Empty : UsageAttributes.Empty.With("price", price),
    };

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
