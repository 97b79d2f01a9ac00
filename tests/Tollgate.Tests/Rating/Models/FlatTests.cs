using Tollgate.Catalog;
using Tollgate.Primitives;
using static Tollgate.Tests.Rating.Catalogues;

namespace Tollgate.Tests.Rating.Models;

/// <summary>The same for every event.</summary>
public sealed class FlatTests
{
    [Fact]
    public void A_flat_price_is_the_same_for_every_event_with_any_quantity()
    {
        var till = new Till(Catalogue(Plan(
            ServiceKind.Voice, PerMinute(0, connect: 0.01m) with { Model = new FlatPrice(0.99m) })));

        Assert.Equal(1.00m, till.Price(Call(1)));
        Assert.Equal(1.00m, till.Price(Call(3_600_000)));
        Assert.Equal(0m, till.Price(Call(0)));
    }
}
