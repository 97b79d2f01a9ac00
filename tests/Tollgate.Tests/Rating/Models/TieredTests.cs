using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;
using Tollgate.TestSupport;
using static Tollgate.Tests.Rating.Catalogues;

namespace Tollgate.Tests.Rating.Models;

/// <summary>Prices that depend on how much was used in the period.</summary>
public sealed class TieredTests
{
    private static readonly Counter Total = new()
    {
        Code = "total", Name = "Total", Of = CounterOf.Charged, Unit = Units.Minute,
    };

    private static Till Tiers(TierRule rule, string? counter, params Tier[] tiers) => new(
        Catalogue(Plan(ServiceKind.Voice, PerMinute(0) with { Model = new TieredPrice(rule, [.. tiers], counter) }))
            with { Counters = [Total] });

    private static long Sum(Till till, IEnumerable<long> calls)
    {
        var counter = Catalogues.Counter(1, 0, 0);
        var sum = 0L;
        foreach (var call in calls)
        {
            PocketState[] pockets = [counter];
            sum += till.Rate(Call(call), pockets).Amount;
            counter = pockets[0];
        }
        return sum;
    }

    [Theory]
    [InlineData(TierRule.Graduated, 98, 0.16)]
    [InlineData(TierRule.Volume, 98, -1.84)]
    [InlineData(TierRule.StairStep, 98, 0)]
    [InlineData(TierRule.Graduated, 0, 0.20)]
    [InlineData(TierRule.Volume, 200, 0.12)]
    public void Four_minutes_cost_by_what_the_counter_stands_at(TierRule rule, int minutes, decimal amount)
    {
        var till = Tiers(rule, "total", new Tier(6_000_000, 0.05m, 0), new Tier(null, 0.03m, 0));

        Assert.Equal(
            Units.Eur.ToStorage(amount, RoundingMode.HalfUp),
            till.Rate(Call(240_000), Catalogues.Counter(1, 0, minutes * 60_000L)).Amount);
    }

    [Fact]
    public void Without_a_counter_every_event_begins_at_zero() => Assert.Equal(
        3 * 0.10m + 1.50m,
        Tiers(TierRule.Graduated, null, new Tier(180_000, 0.10m, 0), new Tier(null, 0, 1.50m)).Price(Call(300_000)));

    [Fact]
    public void The_counter_advances_by_what_is_charged()
    {
        PocketState[] pockets = [Catalogues.Counter(7, 0, 60_000)];
        var till = Tiers(TierRule.Graduated, "total", new Tier(null, 0.10m, 0));

        till.Rate(Call(30_000), pockets);

        Assert.Equal(90_000, pockets[0].Balance);
        Assert.Equal([new PocketDraw(0, -30_000, 60_000)], till.Draws);
    }

    [Fact]
    public void However_usage_is_cut_into_records_the_sum_is_the_total()
    {
        var random = new Random(17);
        for (var round = 0; round < Effort.Of(300); round++)
        {
            var rule = (TierRule)random.Next(3);
            var price = new TieredPrice(rule, [
                new Tier(random.Next(1, 500), random.Next(0, 90) * 6m, random.Next(3)),
                new Tier(random.Next(600, 900), random.Next(0, 90) * 6m, random.Next(9)),
                new Tier(null, random.Next(0, 90) * 6m, random.Next(9)),
            ], "total");
            var till = Tiers(rule, "total", [.. price.Tiers]);
            var calls = Enumerable.Range(0, random.Next(1, 12)).Select(_ => (long)random.Next(0, 200)).ToArray();

            Assert.Equal(SlowRater.Total(price, calls.Sum(), Units.Minute).Stored(), Sum(till, calls));
            Assert.Equal(Sum(till, [calls.Sum()]), Sum(till, calls));
        }
    }
}
