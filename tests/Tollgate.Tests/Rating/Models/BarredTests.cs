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
