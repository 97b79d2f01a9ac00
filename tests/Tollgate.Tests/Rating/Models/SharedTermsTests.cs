using Tollgate.Catalog;
using Tollgate.Primitives;
using static Tollgate.Tests.Rating.Catalogues;

namespace Tollgate.Tests.Rating.Models;

/// <summary>What all models share: free units, the least and the most of an event, events without use.</summary>
public sealed class SharedTermsTests
{
    private static Till Till(UsagePrice rule, NoUseRule zero = NoUseRule.Free, NoUseRule unanswered = NoUseRule.Free) =>
        new(Catalogue(Plan(ServiceKind.Voice, rule) with { ZeroUse = zero, Unanswered = unanswered }));

    [Theory]
    [InlineData(10_000, 0)]
    [InlineData(20_000, 0)]
    [InlineData(50_000, 0.30)]
    public void Free_units_at_the_beginning_cost_nothing(long used, decimal amount) =>
        Assert.Equal(amount, Till(PerMinute(0.60m) with { FreeUnits = 20_000 }).Price(Call(used)));

    [Theory]
    [InlineData(1_000, 0.10)]
    [InlineData(60_000, 0.60)]
    [InlineData(600_000, 2.95)]
    public void An_event_costs_at_least_and_at_most_what_the_rule_says(long used, decimal amount) => Assert.Equal(
        amount, Till(PerMinute(0.60m) with { MinimumCharge = 0.10m, MaximumCharge = 2.95m }).Price(Call(used)));

    [Fact]
    public void Disconnecting_at_the_maximum_charges_whole_blocks_up_to_it()
    {
        var till = Till(PerMinute(0.60m, 60_000, 30_000, connect: 0.10m)
            with { MaximumCharge = 2.95m, AtMaximum = AtMaximum.Disconnect });

        var rated = till.Rate(Call(3_600_000));

        Assert.Equal((270_000, Cents(280)), (rated.Charged, rated.Amount));
        Assert.True(rated.Notes.HasFlag(UsageNotes.Disconnect));
        Assert.Equal(UsageNotes.None, till.Rate(Call(270_000)).Notes);
    }

    [Fact]
    public void A_fee_above_the_maximum_does_not_end_a_call_that_an_allowance_pays()
    {
        var plan = Plan(ServiceKind.Voice, PerMinute(0.60m) with
        {
            MaximumCharge = 1m, AtMaximum = AtMaximum.Disconnect, FreeUnits = 5_000,
        });
        var minutes = new Allowance
        {
            Code = "minutes", Name = "M", Unit = Units.Minute, Amount = 600_000, Service = ServiceKind.Voice, ConnectFee = 17m,
        };
        var till = new Till(Catalogue(plan, Offer("plan") with { Allowances = [minutes] }));

        var covered = till.Rate(Call(400_000), Pocket(1, 0, 600_000));
        var beyond = till.Rate(Call(400_000), Pocket(1, 0, 100_000));
        var free = Till(PerMinute(0.60m, connect: 17m) with
        {
            MaximumCharge = 1m, AtMaximum = AtMaximum.Disconnect, FreeUnits = 90_000,
        }).Rate(Call(60_000));

        Assert.Equal((400_000, Cents(100)), (covered.Charged, covered.Amount));
        Assert.Equal((105_000, Cents(100)), (beyond.Charged, beyond.Amount));
        Assert.Equal((60_000, Cents(100)), (free.Charged, free.Amount));
    }

    [Theory]
    [InlineData("package", 180_000, 0.90)]
    [InlineData("graduated", 240_000, 0.95)]
    [InlineData("stairs", 120_000, 0.40)]
    [InlineData("volume", 600_000, 1.00)]
    public void Tiers_and_packages_end_at_the_last_block_that_the_maximum_pays_for(string name, long charged, decimal amount)
    {
        PriceModel model = name switch
        {
            "package" => new PackagePrice(60_000, 0.30m, null),
            "graduated" => new TieredPrice(TierRule.Graduated, [new Tier(180_000, 0.25m, 0), new Tier(null, 0.20m, 0)], null),
            "stairs" => new TieredPrice(TierRule.StairStep, [new Tier(120_000, 0, 0.40m), new Tier(null, 0, 1.20m)], null),
            _ => new TieredPrice(TierRule.Volume, [new Tier(180_000, 0.25m, 0), new Tier(null, 0.20m, 0)], null),
        };

        var rated = Till(PerMinute(0, 60_000, 60_000) with
        {
            Model = model, MaximumCharge = 1m, AtMaximum = AtMaximum.Disconnect,
        }).Rate(Call(600_000));

        Assert.Equal((charged, amount), (rated.Charged, Units.Eur.FromStorage(rated.Amount)));
    }

    [Fact]
    public void A_connect_fee_above_the_maximum_is_cut_to_it()
    {
        var rule = PerMinute(0.60m, connect: 5m) with { MaximumCharge = 2m, AtMaximum = AtMaximum.Disconnect };

        Assert.Equal((2m, 2m), (Till(rule).Price(Call(60_000)), Till(rule, zero: NoUseRule.Fee).Price(Call(0))));
    }

    [Fact]
    public void Events_without_use_and_unanswered_calls_are_free_or_cost_the_fee()
    {
        var rule = PerMinute(0.60m, connect: 0.05m);
        var unanswered = Call(60_000) with { Attributes = UsageAttributes.Empty.With("answered", "no") };

        Assert.Equal([0m, 0m], [Till(rule).Price(Call(0)), Till(rule).Price(unanswered)]);
        Assert.Equal([0.05m, 0m], [Till(rule, zero: NoUseRule.Fee).Price(Call(0)), Till(rule,
            zero: NoUseRule.Fee).Price(unanswered)]);
        Assert.Equal(0.05m, Till(rule, unanswered: NoUseRule.Fee).Price(unanswered));
        var least = rule with { MinimumCharge = 0.20m };
        Assert.Equal([0.05m, 0.20m], [Till(least, zero: NoUseRule.Fee).Price(Call(0)), Till(least).Price(Call(1_000))]);
    }
}
