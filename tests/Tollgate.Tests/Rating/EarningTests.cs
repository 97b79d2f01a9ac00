using FsCheck;
using FsCheck.Fluent;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;
using static Tollgate.Tests.Rating.Catalogues;

namespace Tollgate.Tests.Rating;

/// <summary>Usage fills pockets: points for what is spent, a bonus for what is used.</summary>
public sealed class EarningTests
{
    private static readonly Unit Point = new("POINT", UnitKind.Count, 1, 0);

    private static readonly Counter Spend = new() { Code = "spend", Name = "Spend", Of = CounterOf.Money, Unit = Units.Eur };

    private static readonly Allowance Loyalty = new()
    {
        Code = "loyalty", Name = "Points", Unit = Point, Amount = 0, Service = ServiceKind.Voice, PaysUsage = false,
    };

    private static readonly Earning Points = new()
    {
        Code = "points", Name = "Points for spending", Counter = "spend", Per = Cents(100), Give = 2, Into = "loyalty",
    };

    [Fact]
    public void Each_whole_euro_gives_points_however_it_comes_together()
    {
        var till = Till(Points);
        var points = Pocket(1, 0, 10);

        Assert.Equal(0, Earned(till, Call(54_000), points, spent: 0));
        Assert.Equal(2, Earned(till, Call(54_000), points, spent: Cents(90)));
        Assert.Equal(6, Earned(till, Call(180_000), points, spent: Cents(-300)));
        Assert.Equal(20, Earned(till, Call(600_000), points, spent: 0));
    }

    [Fact]
    public void Points_pay_for_no_usage_and_are_no_part_of_what_allowances_paid()
    {
        var till = Till(Points);
        var rated = till.Rate(Call(600_000), Pocket(1, 0, 50), Counter(2, 0, 0));

        Assert.Equal((0, Cents(1000)), (rated.FromAllowances, rated.Amount));
        Assert.Contains(till.Draws, draw => draw is { Pocket: 0, Taken: -20, Before: 50 });
    }

    [Fact]
    public void Money_can_be_earned_and_money_that_was_drawn_and_earned_is_one_draw()
    {
        var cashback = new Allowance
        {
            Code = "cash", Name = "Cashback", Unit = Units.Eur, Amount = 0, Service = ServiceKind.Voice,
        };
        var till = Till(Points with { Into = "cash", Per = Cents(100), Give = Cents(10) }, cashback);

        var rated = till.Rate(Call(600_000), Pocket(1, 0, Cents(40)), Counter(2, 0, 0));

        Assert.Equal((Cents(1000), Cents(40)), (rated.Amount, rated.FromMoney));
        Assert.Equal(new PocketDraw(0, Cents(40) - Cents(100), Cents(40)), till.Draws.Single(draw => draw.Pocket == 0));
    }

    [Fact]
    public void The_pocket_of_the_latest_period_is_filled_and_without_one_nothing_is_earned()
    {
        var till = Till(Points);
        till.Rate(Call(600_000), Pocket(1, 0, 5), Pocket(2, 0, 5, from: "2026-02-01T00:00:00Z"), Counter(3, 0, 0));
        Assert.Equal(1, till.Draws.Single(draw => draw.Taken == -20).Pocket);

        till.Rate(Call(600_000), Counter(3, 0, 0));
        Assert.Equal(0, Assert.Single(till.Draws).Pocket);
    }

    [Fact]
    public void A_refused_event_earns_nothing()
    {
        var blocked = new Allowance
        {
            Code = "block", Name = "Block", Unit = Units.Minute, Amount = 1, Service = ServiceKind.Voice, Overage = Overage.Block,
        };
        var till = new Till(With(new Offer
        {
            Code = "offer", Name = "Offer", RatePlans = ["plan"], Allowances = [Loyalty, blocked], Earns = [Points],
        }));

        Assert.Equal(HoldReason.AllowanceExhausted,
            till.Rate(Call(60_000), Pocket(1, 0, 5), Pocket(2, 1, 0), Counter(3, 0, 0)).Refusal);
        Assert.Empty(till.Draws);
    }

    [Fact]
    public void An_add_on_earns_into_its_own_pocket()
    {
        var addOn = new Offer { Code = "double", Name = "Double", Allowances = [Loyalty], Earns = [Points] };
        var compiled = CompiledCatalogue.Compile(With(Offer("plan")) with { Offers = [Offer("plan"), addOn] });
        var offer = compiled.Combined("offer", ["double"])!;
        var draws = new PocketDraw[2];

        var rated = new Rater(compiled).Rate(offer, Call(600_000), [Pocket(1, 0, 0), Counter(2, 0, 0)], draws, null);

        Assert.Equal("double/loyalty", offer.Allowances[0].Code);
        Assert.Equal(-20, draws[..rated.Draws].Single(draw => draw.Pocket == 0).Taken);
    }

    [Fact]
    public void The_trace_says_what_was_earned()
    {
        var steps = Till(Points).Explain(Call(600_000), Pocket(1, 0, 5), Counter(2, 0, 0));

        Assert.Equal("Points for spending: 20 POINT into loyalty (poc_1): 5 POINT → 25 POINT",
            steps.Single(step => step.Step == "earning").Text);
        Assert.Equal("Points for spending: 20 POINT into loyalty (new): 5 POINT → 25 POINT",
            Till(Points).Explain(Call(600_000), Pocket(PocketState.Unnumbered + 3, 0, 5), Counter(2, 0, 0))
                .Single(step => step.Step == "earning").Text);
    }

    [Fact]
    public void A_pocket_for_what_is_earned_begins_with_nothing()
    {
        var offer = CompiledCatalogue.Compile(With(new Offer
        {
            Code = "offer", Name = "Offer", RatePlans = ["plan"], Allowances = [Loyalty], Earns = [Points],
        })).Offers["offer"];

        var grants = AllowanceGrants.For(offer, new BillCycle(1), Berlin, Noon);

        Assert.Equal([(PocketKind.Allowance, 0L), (PocketKind.Counter, 0L)], grants.Select(grant => (grant.Kind, grant.Amount)));
    }

    [Fact]
    public void What_is_earned_does_not_depend_on_how_it_is_cut() => Prop.ForAll<int, int, short>((from, to, rate) =>
    {
        var earning = Points with { Per = Math.Abs((long)rate) + 1, Give = 3 };
        var between = ((long)from + to) / 2;
        return earning.Between(from, between) + earning.Between(between, to) == earning.Between(from, to)
            && earning.Between(from, to) == -earning.Between(to, from);
    }).Holds();

    private static Till Till(Earning earning, Allowance? allowance = null) => new(With(new Offer
    {
        Code = "offer", Name = "Offer", RatePlans = ["plan"], Allowances = [allowance ?? Loyalty], Earns = [earning],
    }));

    private static Catalogue With(Offer offer) =>
        Catalogue(Plan(ServiceKind.Voice, PerMinute(1.00m)), offer) with { Counters = [Spend] };

    private static long Earned(Till till, UsageRecord record, PocketState points, long spent)
    {
        till.Rate(record, points, Counter(2, 0, spent));
        return -till.Draws.Where(draw => draw.Pocket == 0).Sum(draw => draw.Taken);
    }
}
