using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;
using static Tollgate.Tests.Rating.Catalogues;

namespace Tollgate.Tests.Rating;

/// <summary>The lines of an explanation add up and say what they looked at.</summary>
public sealed class ExplainedPriceTests
{
    private static readonly Counter Minutes = new()
    {
        Code = "minutes", Name = "Minutes", Of = CounterOf.Charged, Unit = Units.Minute,
    };

    private static readonly UsagePrice PerEvent = new() { Per = Units.Event };

    private static string[] Lines(RatePlan plan, UsageRecord record, Allowance? allowance, params PocketState[] pockets)
    {
        var offer = Offer("plan") with { Allowances = allowance is null ? [] : [allowance] };
        var till = new Till(Catalogue(plan, offer) with { Counters = [Minutes] });
        return [.. till.Explain(record, pockets).Where(step => step.Step is "price" or "limit").Select(step => step.Text)];
    }

    private static string[] Lines(UsagePrice rule, long used, params PocketState[] pockets) =>
        Lines(Plan(ServiceKind.Voice, rule), Call(used), null, pockets);

    [Fact]
    public void The_fee_of_an_allowance_the_least_and_the_most_are_told()
    {
        var plan = Plan(ServiceKind.Voice, PerMinute(0.60m, connect: 0.05m));
        var allowance = new Allowance
        {
            Code = "minutes", Name = "Minutes", Unit = Units.Minute, Amount = 1, Service = ServiceKind.Voice, ConnectFee = 0.03m,
        };

        Assert.Equal(
            ["0.03 EUR connect fee of the allowance that pays the first unit + 90 s × 0.60 EUR per minute = 0.93 EUR"],
            Lines(plan, Call(100_000), allowance, Pocket(1, 0, 10_000)));
        Assert.Equal(["0.03 EUR connect fee of the allowance that pays the first unit = 0.03 EUR"],
            Lines(plan, Call(10_000), allowance, Pocket(1, 0, 10_000)));
        Assert.Equal(
            ["0.05 EUR connect fee + 5 s × 0.60 EUR per minute = 0.10 EUR",
                "The least that the event costs: 0.10 EUR → 0.20 EUR"],
            Lines(PerMinute(0.60m, connect: 0.05m) with { MinimumCharge = 0.20m }, 5_000));
        Assert.Equal(
            ["20 s free + 100 s × 0.60 EUR per minute = 1.00 EUR",
                "The most that the event costs is reached: 1.00 EUR → 0.90 EUR"],
            Lines(PerMinute(0.60m) with { MaximumCharge = 0.90m, FreeUnits = 20_000 }, 120_000));
    }

    [Fact]
    public void Tiers_and_packages_tell_their_quantities_and_the_counter()
    {
        Tier[] tiers = [new Tier(6_000_000, 0.05m, 0), new Tier(null, 0.03m, 1)];
        var counter = Catalogues.Counter(1, 0, 5_880_000);
        UsagePrice By(PriceModel model) => PerMinute(0) with { Model = model };

        Assert.Equal(
            ["120 s × 0.05 EUR per minute + 1.00 EUR + 120 s × 0.03 EUR per minute (counter minutes at 98 MIN) = 1.16 EUR"],
            Lines(By(new TieredPrice(TierRule.Graduated, [.. tiers], "minutes")), 240_000, counter));
        Assert.Equal(
            ["[6120 s in all: 1.00 EUR + 6120 s × 0.03 EUR per minute] − [5880 s in all: 5880 s × 0.05 EUR per minute] "
                + "(counter minutes at 98 MIN) = -0.84 EUR"],
            Lines(By(new TieredPrice(TierRule.Volume, [.. tiers], "minutes")), 240_000, counter));
        Assert.Equal(["90 s begin 2 × 0.30 EUR per package of 60 s begun = 0.60 EUR"],
            Lines(By(new PackagePrice(60_000, 0.30m, null)), 90_000));
    }

    [Fact]
    public void What_the_record_brings_is_told()
    {
        var purchase = Call(0) with
        {
            Service = ServiceKind.Content, Attributes = UsageAttributes.Empty.With("price", "2").With("qos", "1"),
        };
        string Line(PriceModel model) =>
            Assert.Single(Lines(Plan(ServiceKind.Content, PerEvent with { Model = model }), purchase, null));

        Assert.Equal("2.00 EUR that the record brings +5 % +0.1 EUR = 2.20 EUR", Line(new ExternalPrice(5, 0.10m)));
        Assert.Equal("30 % of 1.00 EUR + 5 % of 1.00 EUR = 0.35 EUR",
            Line(new PercentagePrice([new PercentTier(1, 30), new PercentTier(null, 5)], null)));
        Assert.Equal("the formula quantity * 3 + if(has(x), x, qos) with quantity = 1, x absent, qos = 1 = 4.00 EUR",
            Line(new FormulaPrice(Formula.Parse("quantity * 3 + if(has(x), x, qos)"))));
    }
}
