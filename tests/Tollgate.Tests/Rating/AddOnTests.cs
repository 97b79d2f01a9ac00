using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Tests.Rating;

/// <summary>Add-ons bring their allowances to the base's usage.</summary>
public sealed class AddOnTests
{
    private static readonly Allowance Extra = new()
    {
        Code = "minutes", Name = "Extra minutes", Unit = Units.Minute, Amount = 120_000, Service = ServiceKind.Voice,
        Priority = 50,
    };

    [Fact]
    public void An_add_ons_allowance_pays_for_usage_that_the_base_prices()
    {
        var compiled = Compiled();
        var offer = compiled.Combined("offer", ["extra"])!;
        var grant = AllowanceGrants.For(offer, new BillCycle(1), Catalogues.Berlin, Catalogues.Noon)[^1];
        PocketState[] pockets = [grant.ToPocket(new PocketId(1))];
        var draws = new PocketDraw[4];

        var rated = new Rater(compiled).Rate(offer, Catalogues.Call(180_000), pockets, draws, null);

        Assert.Equal(120_000, rated.FromAllowances);
        Assert.Equal(0.10m, Units.Eur.FromStorage(rated.Amount));
        Assert.Equal(0, pockets[0].Balance);
    }

    [Fact]
    public void Every_add_on_has_its_own_allowance_code()
    {
        var offer = Compiled().Combined("offer", ["extra", "extra"])!;

        Assert.Equal(["extra/minutes", "extra#2/minutes"], offer.Allowances.Select(allowance => allowance.Code));
    }

    [Fact]
    public void The_same_combination_is_the_same_object_and_without_add_ons_it_is_the_base()
    {
        var compiled = Compiled();

        Assert.Same(compiled.Combined("offer", ["extra"]), compiled.Combined("offer", ["extra"]));
        Assert.Same(compiled.Offers["offer"], compiled.Combined("offer", []));
        Assert.Null(compiled.Combined("nothing", ["extra"]));
        Assert.Empty(compiled.Combined("offer", ["gone"])!.Allowances);
    }

    private static CompiledCatalogue Compiled()
    {
        var plan = Catalogues.Plan(ServiceKind.Voice, Catalogues.PerMinute(0.10m));
        var addOn = new Offer { Code = "extra", Name = "Extra", Allowances = [Extra] };
        return CompiledCatalogue.Compile(Catalogues.Catalogue(plan) with { Offers = [Catalogues.Offer(plan.Code), addOn] });
    }
}
