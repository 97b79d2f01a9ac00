using Tollgate.Catalog;
using Tollgate.Primitives;
using static Tollgate.Tests.Rating.Catalogues;

namespace Tollgate.Tests.Rating.Models;

/// <summary>Usage that a rate plan does not allow.</summary>
public sealed class BarredTests
{
    private static readonly UsagePrice Barred = PerMinute(0) with
    {
        Model = BarredPrice.Default, When = Condition.Parse("begins(destination, \"49900\")"),
    };

    [Fact]
    public void A_barred_event_is_refused_before_anything_is_drawn_and_says_by_which_rule()
    {
        var minutes = new Allowance
        {
            Code = "minutes", Name = "Minutes", Unit = Units.Minute, Amount = 1, Service = ServiceKind.Voice,
        };
        var offer = Offer("plan") with { Allowances = [minutes] };
        var till = new Till(Catalogue(Plan(ServiceKind.Voice, Barred, PerMinute(0.60m)), offer));
        Tollgate.Rating.PocketState[] pockets = [Pocket(1, 0, 60_000)];

        Assert.Equal([HoldReason.Barred, HoldReason.Barred, null], new[] { Call(60_000, "499001"), Call(0, "499001"),
            Call(60_000, "4930") }.Select(call => till.Rate(call, pockets).Refusal));
        Assert.Equal(0, pockets[0].Balance);
        Assert.Contains(till.Explain(Call(60_000, "499001")),
            step => step.Text == "Rule for every zone and band, when begins(destination, \"49900\"): barred.");
    }

    [Theory]
    [InlineData(BandBoundary.Split, "2026-03-02T19:58", 300, 120, 120, true)]
    [InlineData(BandBoundary.Split, "2026-03-02T19:58", 120, 120, 120, false)]
    [InlineData(BandBoundary.Split, "2026-03-02T19:58", 100, 120, 120, false)]
    [InlineData(BandBoundary.Start, "2026-03-02T19:58", 300, 300, 300, false)]
    public void A_call_into_a_barred_band_ends_there_when_calls_are_split_and_goes_on_when_they_go_by_their_start(
        BandBoundary boundary, string at, int seconds, int charged, int cents, bool ends)
    {
        // Minutes of the day cost 60 cents; from 20:00 on nothing is allowed. A block opened before then is paid whole.
        var plan = Plan(ServiceKind.Voice, PerMinute(0.60m, 60_000, 60_000) with { Band = "day" },
            PerMinute(0) with { Model = BarredPrice.Default }) with { TimeBands = "bands", Boundary = boundary };
        var till = new Till(Catalogue(plan) with
        {
            TimeBands = [new TimeBandSet("bands", [new TimeBand("day", TimeBand.EveryDay, 480, 1200)])],
        });
        var call = Call(seconds * 1_000L, at: At(at));

        var rated = till.Rate(call);

        Assert.Equal((null, seconds * 1_000L, charged * 1_000L, Cents(cents)),
            (rated.Refusal, rated.Used, rated.Charged, rated.Amount));
        Assert.Equal(ends, rated.Notes.HasFlag(UsageNotes.Disconnect));
        Assert.Equal(ends, till.Explain(call).Any(step => step.Text
            == "What follows is barred: the event ends after 120 s, and the rest costs nothing."));
        Assert.Equal(HoldReason.Barred, till.Rate(Call(1_000, at: At("2026-03-02T20:00"))).Refusal);
    }

    [Fact]
    public void A_plan_that_bars_usage_is_not_passed_over_for_the_next_one()
    {
        var general = Plan(ServiceKind.Voice, PerMinute(0.60m)) with { Code = "general" };
        var till = new Till(Catalogue(Plan(ServiceKind.Voice, Barred), Offer("plan", "general")) with
        {
            RatePlans = [Plan(ServiceKind.Voice, Barred), general],
        });

        Assert.Equal((HoldReason.Barred, (HoldReason?)null),
            (till.Rate(Call(60_000, "499001")).Refusal, till.Rate(Call(60_000, "4930")).Refusal));
    }
}
