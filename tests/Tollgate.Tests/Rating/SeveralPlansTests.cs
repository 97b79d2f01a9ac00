using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;
using static Tollgate.Tests.Rating.Catalogues;

namespace Tollgate.Tests.Rating;

/// <summary>Several rate plans for one service of an offer.</summary>
public sealed class SeveralPlansTests
{
    private static readonly RatePlan General = Named("general", PerMinute(0.10m)) with { Deck = "deck" };
    private static readonly RatePlan Turkey = Named("turkey", PerMinute(0.01m) with { Zone = "Turkey" }) with { Deck = "deck" };
    private static readonly RatePlan Night = Named("night", PerMinute(0.02m) with { Band = "night" }) with
    {
        TimeBands = "day", Boundary = BandBoundary.Split,
    };

    [Fact]
    public void The_first_plan_with_a_price_for_the_event_prices_it()
    {
        var till = Till("turkey", "general");

        Assert.Equal((0.01m, "turkey"), Priced(till, Call(60_000, "90212")));
        Assert.Equal((0.10m, "general"), Priced(till, Call(60_000, "4930")));
        Assert.Equal((0.10m, "general"), Priced(Till("general", "turkey"), Call(60_000, "90212")));
    }

    [Fact]
    public void A_lower_priority_number_is_asked_first()
    {
        var till = Till("general", new OfferPlan("turkey") { Priority = 50 });

        Assert.Equal("turkey", Priced(till, Call(60_000, "90212")).Plan);
    }

    [Fact]
    public void A_plan_is_asked_only_on_its_days_and_when_its_condition_holds()
    {
        var till = Till(
            new OfferPlan("turkey")
            {
                From = new LocalDate(2026, 3, 2), To = new LocalDate(2026, 3, 3), When = Condition.Parse("apn = \"x\""),
            },
            "general");
        UsageRecord At(string time, string apn) => Call(60_000, "90212", Catalogues.At(time)) with
        {
            Attributes = UsageAttributes.Of([KeyValuePair.Create("apn", apn)]),
        };

        Assert.Equal("turkey", Priced(till, At("2026-03-02T00:00", "x")).Plan);
        Assert.Equal("turkey", Priced(till, At("2026-03-02T23:59", "x")).Plan);
        Assert.Equal("general", Priced(till, At("2026-03-02T12:00", "y")).Plan);
        Assert.Equal("general", Priced(till, At("2026-03-01T23:59", "x")).Plan);
        Assert.Equal("general", Priced(till, At("2026-03-03T00:00", "x")).Plan);
    }

    [Fact]
    public void One_plan_prices_the_whole_of_a_call()
    {
        var till = Till("night", "general");

        Assert.Equal((0.02m, "night"), Priced(till, Call(60_000, "4930", At("2026-03-02T05:59"))));
        Assert.Equal((0.20m, "general"), Priced(till, Call(120_000, "4930", At("2026-03-02T05:59"))));
    }

    [Fact]
    public void Without_any_price_the_record_is_refused_and_with_a_price_that_fails_too()
    {
        var till = Till("turkey", new OfferPlan("general") { To = new LocalDate(2026, 1, 1) });
        Assert.Equal(HoldReason.UnpricedDestination, till.Rate(Call(60_000, "4930")).Refusal);
        Assert.Equal(-1, till.Rate(Call(60_000, "4930")).PriceKey);

        var external = Till("external", "general");
        Assert.Equal(HoldReason.MissingPrice, external.Rate(Call(60_000, "4930")).Refusal);
    }

    [Fact]
    public void An_allowance_covers_the_zones_of_whichever_plan_prices()
    {
        var offer = Offers("turkey", "general") with
        {
            Allowances =
            [
                new Allowance
                {
                    Code = "a", Name = "A", Unit = Units.Minute, Amount = 600_000, Service = ServiceKind.Voice,
                    Zones = ["Turkey"],
                },
                new Allowance
                {
                    Code = "b", Name = "B", Unit = Units.Minute, Amount = 600_000, Service = ServiceKind.Voice, Zones = ["Home"],
                },
            ],
        };
        var till = new Till(Whole(offer));

        Assert.Equal(60_000, till.Rate(Call(60_000, "90212"), Pocket(1, 0, 600_000), Pocket(2, 1, 600_000)).FromAllowances);
        Assert.Equal(0, Assert.Single(till.Draws).Pocket);
        Assert.Equal(60_000, till.Rate(Call(60_000, "4930"), Pocket(1, 0, 600_000), Pocket(2, 1, 600_000)).FromAllowances);
        Assert.Equal(1, Assert.Single(till.Draws).Pocket);
    }

    [Fact]
    public void Plans_of_add_ons_go_before_those_of_the_base_unless_their_priority_says_otherwise()
    {
        var vip = Named("vip", PerMinute(0.05m) with { Zone = "Turkey" }) with { Deck = "deck" };
        string Of(OfferPlan ofAddOn, params OfferPlan[] ofBase)
        {
            var addOn = new Offer { Code = "extra", Name = "Extra", AddOnTo = ["offer"], RatePlans = [ofAddOn] };
            var whole = Whole(Offers(ofBase));
            var compiled = CompiledCatalogue.Compile(
                whole with { Offers = [whole.Offers[0], addOn], RatePlans = [.. whole.RatePlans, vip] });
            var rated = new Rater(compiled).Rate(
                compiled.Combined("offer", ["extra"])!, Call(60_000, "90212"), [], [], null);
            return compiled.PriceKeys[rated.PriceKey].Plan;
        }

        Assert.Equal("turkey", Of("turkey", "general"));
        Assert.Equal("turkey", Of("turkey", "vip", "general"));
        Assert.Equal("vip", Of("turkey", new OfferPlan("vip") { Priority = 10 }, "general"));
        Assert.Equal("vip", Of(new OfferPlan("turkey") { Priority = 200 }, "vip", "general"));
        Assert.Equal("general", Of("dollars", "general"));
    }

    [Fact]
    public void The_trace_says_which_plan_prices_and_why_those_before_do_not()
    {
        var till = Till(
            new OfferPlan("turkey") { From = new LocalDate(2027, 1, 1) },
            new OfferPlan("night") { When = Condition.Parse("zone = \"Home\"") },
            new OfferPlan("night-2"), "short", "general");

        Assert.Equal(
            [
                "Rate plan turkey is passed over: it is not in force at this time.",
                "Rate plan night is passed over: it is asked when zone = \"Home\".",
                "Rate plan night-2 is passed over: no rule prices zone any in band other.",
                "Rate plan short is passed over: no prefix of its deck matches.",
                "Offer offer prices calls by rate plan general, the first that has a price for the event.",
            ],
            till.Explain(Call(60_000, "4930")).Where(step => step.Step == "plan").Select(step => step.Text));
    }

    private static RatePlan Named(string code, params UsagePrice[] prices) =>
        Plan(ServiceKind.Voice, prices) with { Code = code };

    private static Offer Offers(params OfferPlan[] plans) => new() { Code = "offer", Name = "Offer", RatePlans = [.. plans] };

    private static Till Till(params OfferPlan[] plans) => new(Whole(Offers(plans)));

    private static Catalogue Whole(Offer offer) => Catalogue(General, offer) with
    {
        Decks = [Deck(("49", "Home"), ("90", "Turkey")), new Deck("few", [new DeckRow("1", "North", null)])],
        TimeBands = [new TimeBandSet("day", [new TimeBand("night", 127, 0, 360)])],
        RatePlans =
        [
            General, Turkey, Night, Night with { Code = "night-2" }, Named("short", PerMinute(1)) with { Deck = "few" },
            Named("external", PerMinute(1) with { Model = new ExternalPrice(0, 0) }),
            Named("dollars", PerMinute(9)) with { Currency = Units.Get("USD") },
        ],
    };

    private static (decimal Amount, string Plan) Priced(Till till, UsageRecord record)
    {
        var rated = till.Rate(record);
        Assert.Null(rated.Refusal);
        return (Units.Eur.FromStorage(rated.Amount), till.Compiled.PriceKeys[rated.PriceKey].Plan);
    }
}
