using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;
using static Tollgate.Tests.Rating.Catalogues;

namespace Tollgate.Tests.Rating;

/// <summary>What allowances cover, take, and do when they are used up.</summary>
public sealed class AllowanceTests
{
    private static readonly RatePlan Voice = Plan(ServiceKind.Voice, PerMinute(0.60m, connect: 0.05m));

    private static readonly Allowance Minutes = new()
    {
        Code = "minutes", Name = "Minutes", Unit = Units.Minute, Amount = 100_000, Service = ServiceKind.Voice,
    };

    private static Till Till(params Allowance[] allowances) =>
        new(Catalogue(Voice, Offer("plan") with { Allowances = [.. allowances] }));

    private static UsageRecord Roaming(long used) => Call(used) with
    {
        Attributes = UsageAttributes.Empty.With("visited-network", "23201"),
    };

    [Fact]
    public void A_roaming_minute_takes_two()
    {
        var till = Till(Minutes with { Takes = [new AllowanceRate(2, 1, Condition.Parse("visited != \"home\""))] });
        PocketState[] pockets = [Pocket(1, 0, 100_000)];

        Assert.Equal((60_000, 0), Paid(till.Rate(Roaming(60_000), Pocket(1, 0, 120_000))));
        Assert.Equal((50_000, Cents(10)), Paid(till.Rate(Roaming(60_000), pockets)));
        Assert.Equal(0, pockets[0].Balance);
        Assert.Equal((60_000, 0), Paid(till.Rate(Call(60_000), Pocket(1, 0, 60_000))));

        static (long, long) Paid(RatedUsage rated) => (rated.FromAllowances, rated.Amount);
    }

    [Theory]
    [InlineData(30_000, 0.005, "0.005 EUR for what allowances pay = 0.005 EUR")]
    [InlineData(90_000, 0.31, "0.01 EUR for what allowances pay + 30 s × 0.60 EUR per minute = 0.31 EUR")]
    public void An_allowance_may_have_a_price_beside_the_units_that_it_takes(long used, decimal amount, string line)
    {
        var till = Till(Minutes with { Price = new UnitPrice(0.01m, Units.Minute) });

        Assert.Equal(Cents(amount * 100), till.Rate(Call(used), Pocket(1, 0, 60_000)).Amount);
        Assert.Equal(line, till.Explain(Call(used), Pocket(1, 0, 60_000)).Single(step => step.Step == "price").Text);
    }

    [Theory]
    [InlineData(61, 600, 61, 0)]
    [InlineData(61, 30, 90, 60)]
    [InlineData(200, 90, 210, 120)]
    [InlineData(121, 120, 121, 1)]
    public void An_allowance_may_count_by_increments_of_its_own(int used, int left, int charged, int paid)
    {
        var voice = Plan(ServiceKind.Voice, PerMinute(0.60m, 60_000, left == 120 ? 1_000 : 60_000));
        var offer = Offer("plan") with { Allowances = [Minutes with { Increments = new Increments(0, 1_000) }] };
        var till = new Till(Catalogue(voice, offer));

        var rated = till.Rate(Call(used * 1_000), Pocket(1, 0, left * 1_000));

        Assert.Equal((charged * 1_000, Cents(paid)), (rated.Charged, rated.Amount));
        Assert.Equal($"{used} s used → {charged} s charged, by the increments of what pays",
            till.Explain(Call(used * 1_000), Pocket(1, 0, left * 1_000)).Last(step => step.Step == "increments").Text);
    }

    [Fact]
    public void Increments_of_an_allowance_do_not_reach_into_a_barred_band()
    {
        var voice = Plan(
            ServiceKind.Voice, PerMinute(0.60m, 60_000, 60_000),
            PerMinute(0) with { Band = "night", Model = BarredPrice.Default }) with
        {
            TimeBands = "bands", Boundary = BandBoundary.Split,
        };
        var offer = Offer("plan") with { Allowances = [Minutes with { Increments = new Increments(0, 1_000) }] };
        var till = new Till(Catalogue(voice, offer) with
        {
            TimeBands = [new TimeBandSet("bands", [new TimeBand("night", TimeBand.EveryDay, 12 * 60 + 1, 1_440)])],
        });

        var rated = till.Rate(Call(300_000), Pocket(1, 0, 600_000));

        Assert.Equal((60_000, 60_000, 0), (rated.Charged, rated.FromAllowances, rated.Amount));
    }

    [Fact]
    public void A_price_per_megabyte_is_for_usage_that_is_priced_by_volume() =>
        Assert.Equal(0, Till(Minutes with { Price = new UnitPrice(0.01m, Units.Megabyte) })
            .Rate(Call(30_000), Pocket(1, 0, 60_000)).FromAllowances);

    [Theory]
    [InlineData(90_000, 15, 0)]
    [InlineData(120_000, 20, 0)]
    [InlineData(120_001, 21, 0)]
    [InlineData(200_000, 30, 20)]
    public void Points_are_taken_per_minute_and_rounded_up(long used, long points, int cents)
    {
        var till = Till(Minutes with
        {
            Unit = Units.Event, Takes = [new AllowanceRate(10, 60_000) { Basis = PriceBasis.Duration }],
        });
        PocketState[] pockets = [Pocket(1, 0, 30)];

        Assert.Equal(Cents(cents), till.Rate(Call(used), pockets).Amount);
        Assert.Equal(30 - points, pockets[0].Balance);
    }

    [Fact]
    public void Each_service_takes_by_what_its_price_counts()
    {
        var sms = Plan(ServiceKind.Sms, new UsagePrice { Per = Units.Message, PerUnit = 0.09m }) with { Code = "sms" };
        var points = Minutes with
        {
            Unit = Units.Event, MoreServices = [ServiceKind.Sms], Takes =
            [
                new AllowanceRate(10, 60_000) { Basis = PriceBasis.Duration },
                new AllowanceRate(2, 1) { Basis = PriceBasis.Events },
            ],
        };
        var offer = Offer("plan", "sms") with { Allowances = [points] };
        var till = new Till(Catalogue(Voice, offer) with { RatePlans = [Voice, sms] });
        PocketState[] pockets = [Pocket(1, 0, 30)];

        Assert.Equal(3, till.Rate(Call(0) with { Service = ServiceKind.Sms, Events = 3 }, pockets).FromAllowances);
        Assert.Equal(24, pockets[0].Balance);
        Assert.Equal(60_000, till.Rate(Call(60_000), pockets).FromAllowances);
        Assert.Equal(14, pockets[0].Balance);
    }

    [Fact]
    public void Free_units_take_nothing_of_an_allowance()
    {
        var plan = Plan(ServiceKind.Voice, PerMinute(0.60m, connect: 0.05m) with { FreeUnits = 20_000 });
        var till = new Till(Catalogue(plan, Offer("plan") with { Allowances = [Minutes] }));
        PocketState[] pockets = [Pocket(1, 0, 50_000)];

        Assert.Equal((40_000, 0), Paid(till.Rate(Call(60_000), pockets)));
        Assert.Equal((10_000, Cents(30)), Paid(till.Rate(Call(60_000), pockets)));
        Assert.Equal((0, Cents(45)), Paid(till.Rate(Call(60_000), pockets)));

        static (long, long) Paid(RatedUsage rated) => (rated.FromAllowances, rated.Amount);
    }

    [Fact]
    public void Usage_that_is_slowed_down_is_not_from_the_allowance()
    {
        var till = Till(Minutes with { Overage = Overage.Throttle });
        PocketState[] pockets = [Pocket(1, 0, 40_000)];

        Assert.Equal([40_000, 0], new[] { 60_000, 60_000 }.Select(used => till.Rate(Call(used), pockets).FromAllowances));
        Assert.Contains(till.Explain(Call(60_000), Pocket(1, 0, 40_000)),
            step => step.Text == "From 40 s on, usage is slowed down and costs nothing: Throttle.");
    }

    [Theory]
    [InlineData(Overage.Block, UsageNotes.Disconnect)]
    [InlineData(Overage.Redirect, UsageNotes.Redirect | UsageNotes.Disconnect)]
    [InlineData(Overage.Throttle, UsageNotes.Throttle)]
    public void An_allowance_of_money_that_blocks_ends_the_event_at_what_it_pays(Overage overage, UsageNotes notes)
    {
        var credit = Minutes with { Code = "credit", Unit = Units.Eur, Amount = Cents(100), Overage = overage };
        var till = new Till(Catalogue(Voice, Offer("plan") with { Allowances = [credit], Payment = PaymentModel.Prepaid }));
        PocketState[] pockets = [Pocket(1, 0, Cents(100)), Cash(2, Cents(500))];

        var rated = till.Rate(Call(300_000), pockets);
        var next = till.Rate(Call(60_000), pockets);

        Assert.Equal((Cents(100), Cents(100), notes), (rated.Amount, rated.FromMoney, rated.Notes));
        Assert.Equal(overage == Overage.Throttle ? null : HoldReason.AllowanceExhausted, next.Refusal);
        Assert.Equal((0, overage == Overage.Throttle ? notes : UsageNotes.None), (next.Amount, next.Notes));
        Assert.Equal([0, Cents(500)], pockets.Select(pocket => pocket.Balance));
    }

    [Fact]
    public void A_member_takes_no_more_than_its_limit_of_shared_money()
    {
        var credit = Minutes with
        {
            Code = "credit", Unit = Units.Eur, Amount = Cents(500), Shared = SharingScope.Account, MemberLimit = Cents(30),
        };
        var till = new Till(Catalogue(Voice, Offer("plan") with { Allowances = [credit] }));
        PocketState[] pockets = [Pocket(1, 0, Cents(90)), Catalogues.Counter(2, 0, Cents(10))];

        var rated = till.Rate(Call(60_000), pockets);

        Assert.Equal((Cents(65), Cents(20)), (rated.Amount, rated.FromMoney));
        Assert.Equal([Cents(70), Cents(30)], pockets.Select(pocket => pocket.Balance));
    }

    [Fact]
    public void A_one_off_right_covers_one_whole_event_and_cannot_be_used_again()
    {
        var till = Till(Minutes with { Code = "right", Unit = Units.Event, Takes = [new AllowanceRate(1, 0)] });
        PocketState[] pockets = [Pocket(1, 0, 1)];

        Assert.Equal((3_600_000, 0), (till.Rate(Call(3_600_000), pockets).FromAllowances, pockets[0].Balance));
        Assert.Equal(0, till.Rate(Call(60_000), pockets).FromAllowances);
    }

    [Fact]
    public void What_takes_nothing_is_zero_rated_and_may_have_an_own_connect_fee()
    {
        var till = Till(Minutes with { Takes = [new AllowanceRate(0, 1)], ConnectFee = 0.02m });
        PocketState[] pockets = [Pocket(1, 0, 1)];

        var rated = till.Rate(Call(60_000), pockets);

        Assert.Equal((60_000, Cents(2), 1), (rated.FromAllowances, rated.Amount, pockets[0].Balance));
    }

    [Fact]
    public void Several_pockets_pay_one_after_the_other_and_money_the_rest()
    {
        var till = Till(Minutes, Minutes with { Code = "second" }, Minutes with { Code = "third" });

        var rated = till.Rate(
            Call(100_000), Pocket(1, 0, 10_000, 3), Pocket(2, 1, 20_000, 1), Pocket(3, 2, 30_000, 2));

        Assert.Equal([1, 2, 0], till.Draws.Select(draw => draw.Pocket));
        Assert.Equal((60_000, Cents(40)), (rated.FromAllowances, rated.Amount));
    }

    [Fact]
    public void A_blocker_stops_usage_when_it_is_used_up()
    {
        var till = Till(Minutes with { Overage = Overage.Block }, Minutes with { Code = "later", Priority = 200 });
        PocketState[] pockets = [Pocket(1, 0, 40_000), Pocket(2, 1, 90_000, 200)];

        var rated = till.Rate(Call(60_000), pockets);

        Assert.Equal((40_000, 40_000, 0, UsageNotes.Disconnect), (rated.Charged, rated.FromAllowances, rated.Amount,
            rated.Notes));
        Assert.Equal(HoldReason.AllowanceExhausted, till.Rate(Call(60_000), pockets).Refusal);
        Assert.Equal([0, 90_000], pockets.Select(pocket => pocket.Balance));
    }

    [Theory]
    [InlineData(Overage.Throttle, UsageNotes.Throttle)]
    [InlineData(Overage.Redirect, UsageNotes.Redirect | UsageNotes.Disconnect)]
    public void Fair_use_slows_down_and_a_page_is_shown(Overage overage, UsageNotes notes)
    {
        var rated = Till(Minutes with { Overage = overage }).Rate(Call(60_000), Pocket(1, 0, 40_000));

        Assert.Equal((0, notes), (rated.Amount, rated.Notes));
        Assert.Equal(overage == Overage.Throttle ? 60_000 : 40_000, rated.Charged);
    }

    [Fact]
    public void A_member_takes_no_more_than_its_limit_of_a_shared_pocket()
    {
        var till = Till(Minutes with { Shared = SharingScope.Account, MemberLimit = 50_000 });
        PocketState[] pockets = [Pocket(1, 0, 90_000), Catalogues.Counter(2, 0, 30_000)];

        var rated = till.Rate(Call(60_000), pockets);

        Assert.Equal((20_000, Cents(40)), (rated.FromAllowances, rated.Amount));
        Assert.Equal([70_000, 50_000], pockets.Select(pocket => pocket.Balance));
        Assert.Equal("minutes/member", till.Compiled.Offers["offer"].Counters[0].Code);
    }

    [Fact]
    public void An_allowance_is_scoped_by_service_band_rating_group_and_condition()
    {
        var data = Plan(ServiceKind.Data, new UsagePrice { Per = Units.Megabyte, PerUnit = 1 }) with { Code = "data" };
        var music = Minutes with
        {
            Code = "music", Unit = Units.Megabyte, Service = ServiceKind.Content, MoreServices = [ServiceKind.Data],
            RatingGroups = ["20", "21"], When = Condition.Parse("apn = \"internet\""),
        };
        var till = new Till(Catalogue(Voice, Offer("plan", "data") with { Allowances = [music] }) with { RatePlans = [Voice,
            data] });
        UsageRecord Session(string group, string apn) => Call(0) with
        {
            Service = ServiceKind.Data, OctetsDown = 10,
            Attributes = UsageAttributes.Empty.With("rating-group", group).With("apn", apn),
        };

        Assert.Equal([10L, 0, 0], new[] { ("20", "internet"), ("22", "internet"), ("20", "ims") }
            .Select(one => till.Rate(Session(one.Item1, one.Item2), Pocket(1, 0, 100)).FromAllowances));
    }

    [Fact]
    public void Bands_of_an_allowance_are_judged_piece_by_piece()
    {
        var plan = Plan(ServiceKind.Voice, PerMinute(0.60m)) with { TimeBands = "bands", Boundary = BandBoundary.Split };
        var offer = Offer("plan") with { Allowances = [Minutes with { Bands = ["night"] }] };
        var till = new Till(Catalogue(plan, offer) with
        {
            TimeBands = [new TimeBandSet("bands", [new TimeBand("night", TimeBand.EveryDay, 1200, 1440)])],
        });

        var rated = till.Rate(Call(120_000, at: At("2026-10-05T19:59")), Pocket(1, 0, 90_000));

        Assert.Equal((60_000, Cents(60)), (rated.FromAllowances, rated.Amount));
        Assert.Equal([0, 60_000], till.Parts.Select(part => part.FromAllowances));
    }

    [Fact]
    public void An_allowance_of_money_pays_before_money_for_every_payment_model()
    {
        var credit = Minutes with { Code = "credit", Unit = Units.Eur, Amount = Cents(500) };
        var till = new Till(Catalogue(Voice, Offer("plan") with { Allowances = [credit] }));
        PocketState[] pockets = [Pocket(1, 0, Cents(50)), Cash(2, Cents(500))];

        var rated = till.Rate(Call(60_000), pockets);

        Assert.Equal((Cents(65), Cents(50), 0), (rated.Amount, rated.FromMoney, rated.FromAllowances));
        Assert.Equal([0, Cents(500)], pockets.Select(pocket => pocket.Balance));
    }

    [Theory]
    [InlineData("month", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z")]
    [InlineData("week", "2026-03-15T23:00:00Z", "2026-03-22T23:00:00Z")]
    [InlineData("day", "2026-03-17T23:00:00Z", "2026-03-18T23:00:00Z")]
    [InlineData("days30", "2026-03-01T23:00:00Z", "2026-03-31T22:00:00Z")]
    [InlineData("months2", "2026-01-30T23:00:00Z", "2026-03-30T22:00:00Z")]
    public void Grants_follow_their_own_anchor(string every, string from, string to)
    {
        var rule = every switch
        {
            "month" => new ResetRule(ResetEvery.Month), "week" => new ResetRule(ResetEvery.Week),
                "day" => new ResetRule(ResetEvery.Day),
            "days30" => new ResetRule(ResetEvery.Days, 30), _ => new ResetRule(ResetEvery.Months, 2),
        };
        var terms = new GrantTerms(new BillCycle(1), Berlin) { Activated = At("2026-01-31T10:00") };

        Assert.Equal((Utc(from), Utc(to)), AllowanceGrants.PeriodOf(rule, terms, terms.Activated, At("2026-03-18T12:00")));
    }

    [Fact]
    public void The_first_grant_is_prorated_and_what_is_left_rolls_over_once()
    {
        var allowance = Minutes with { Amount = 3_100, First = GrantProration.Days, RollOverPeriods = 1, RollOverCap = 500 };
        var offer = Till(allowance).Compiled.Offers["offer"];
        var terms = new GrantTerms(new BillCycle(1), Berlin) { Activated = At("2026-01-22T10:00") };

        var first = Assert.Single(AllowanceGrants.For(offer, terms, At("2026-01-25T00:00")));
        var later = AllowanceGrants.For(offer, terms, At("2026-02-10T00:00"));

        Assert.Equal((1_000, At("2026-03-01T00:00")), (first.Amount, first.ValidTo));
        Assert.Equal([500, 3_100], later.Select(grant => grant.Amount));
        Assert.Equal([At("2026-03-01T00:00"), At("2026-04-01T00:00")], later.Select(grant => grant.ValidTo));
        Assert.Equal(500, AllowanceGrants.LapsesAtPeriodEnd(allowance, 1_000));
    }

    [Fact]
    public void What_is_granted_for_each_one_grows_with_the_quantity_of_the_subscription_and_of_its_add_ons()
    {
        var each = Minutes with { PerQuantity = true, Amount = 100 };
        var more = Offer() with
        {
            Code = "more", AddOnTo = ["offer"], Allowances = [each, Minutes with { Amount = 7, Code = "fixed" }],
        };
        var catalogue = Catalogue(Voice, Offer("plan") with { Allowances = [each] });
        var compiled = CompiledCatalogue.Compile(catalogue with { Offers = [.. catalogue.Offers, more] });

        var offer = compiled.Combined("offer", ["more"])!.WithQuantities(3, [2]);

        Assert.Equal([300, 200, 7], offer.Allowances.Select(allowance => allowance.Amount));
        Assert.Equal([300, 200, 7], AllowanceGrants.For(offer, new BillCycle(1), Berlin, Noon).Select(grant => grant.Amount));
    }

    [Fact]
    public void A_bonus_is_granted_once_from_activation_on()
    {
        var bonus = Minutes with { Grant = GrantRule.Once, Reset = new ResetRule(ResetEvery.Days, 30) };
        var offer = Till(bonus).Compiled.Offers["offer"];
        var terms = new GrantTerms(new BillCycle(1), Berlin) { Activated = At("2026-01-22T10:00") };

        Assert.Equal(At("2026-01-22T10:00"), Assert.Single(AllowanceGrants.For(offer, terms, At("2026-02-20T00:00"))).ValidFrom);
        Assert.Empty(AllowanceGrants.For(offer, terms, At("2026-02-21T00:00")));
    }
}
