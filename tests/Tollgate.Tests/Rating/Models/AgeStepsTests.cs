using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.TestSupport;
using static Tollgate.Tests.Rating.Catalogues;

namespace Tollgate.Tests.Rating.Models;

/// <summary>Prices by the age of a call.</summary>
public sealed class AgeStepsTests
{
    private static Till Till(params AgeStep[] steps) =>
        new(Catalogue(Plan(ServiceKind.Voice, PerMinute(0) with { Model = new AgeStepsPrice([.. steps]) })));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0.30)]
    [InlineData(60_000, 0.30)]
    [InlineData(60_001, 0.301)]
    [InlineData(90_000, 0.33)]
    [InlineData(3_600_000, 3.84)]
    public void The_first_minute_has_one_price_and_the_seconds_after_it_another(long used, decimal amount) =>
        Assert.Equal(amount, Till(new AgeStep(0, 0.30m, 60_000), new AgeStep(60_000, 0.06m, 1_000)).Price(Call(used)));

    [Fact]
    public void A_block_that_reaches_over_the_next_step_belongs_to_the_old_price()
    {
        // Blocks of 45 s: the second one is open at 60 s and ends at 90 s.
        var till = Till(new AgeStep(0, 0.60m, 45_000), new AgeStep(60_000, 0.06m, 1_000));

        Assert.Equal(0.90m, till.Price(Call(70_000)));
        Assert.Equal(0.901m, till.Price(Call(90_500)));
        Assert.Equal(91_000, till.Rate(Call(90_500)).Charged);
    }

    [Fact]
    public void The_closed_form_agrees_with_a_loop_over_blocks()
    {
        var random = new Random(5);
        for (var i = 0; i < Effort.Of(3_000); i++)
        {
            var from = 0L;
            var steps = Enumerable.Range(0, random.Next(1, 5)).Select(n => new AgeStep(
                from = n == 0 ? 0 : from + random.Next(1, 90_000), random.Next(-5, 100) / 100m, random.Next(1,
                    60_000))).ToArray();
            var used = random.Next(0, 400_000);

            Assert.Equal(
                SlowRater.Steps(steps, used, Units.Minute).Stored(), Till(steps).Rate(Call(used)).Amount);
        }
    }

    [Fact]
    public void An_allowance_that_pays_the_first_seconds_leaves_the_later_ones_at_their_own_price()
    {
        var minutes = new Allowance
        {
            Code = "minutes", Name = "Minutes", Unit = Units.Minute, Amount = 1, Service = ServiceKind.Voice,
        };
        var model = new AgeStepsPrice([new AgeStep(0, 0.60m, 1_000), new AgeStep(60_000, 0.06m, 1_000)]);
        var till = new Till(Catalogue(
            Plan(ServiceKind.Voice, PerMinute(0) with { Model = model }), Offer("plan") with { Allowances = [minutes] }));

        Assert.Equal(Cents(13), till.Rate(Call(90_000), Pocket(1, 0, 50_000)).Amount);
        Assert.Equal(Cents(2), till.Rate(Call(90_000), Pocket(1, 0, 70_000)).Amount);
    }
}
