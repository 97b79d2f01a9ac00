using Tollgate.Catalog;
using Tollgate.Primitives;
using static Tollgate.Tests.Rating.Catalogues;

namespace Tollgate.Tests.Rating.Models;

/// <summary>What costs nothing.</summary>
public sealed class FreeTests
{
    [Fact]
    public void What_is_free_costs_its_connect_fee_only_and_takes_nothing_from_allowances()
    {
        var minutes = new Allowance
        {
            Code = "minutes", Name = "Minutes", Unit = Units.Minute, Amount = 1, Service = ServiceKind.Voice,
        };
        var plan = Plan(ServiceKind.Voice, PerMinute(0, connect: 0.05m) with { Model = FreePrice.Default });
        var till = new Till(Catalogue(plan, Offer("plan") with { Allowances = [minutes] }));

        var rated = till.Rate(Call(60_000), Pocket(1, 0, 90_000));

        Assert.Equal((Cents(5), 0, 0), (rated.Amount, rated.FromAllowances, rated.Draws));
    }
}
