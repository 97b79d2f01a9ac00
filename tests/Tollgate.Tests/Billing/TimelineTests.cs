using NodaTime;
using Tollgate.Billing;
using Tollgate.Catalog;
using Tollgate.Documents;
using Tollgate.Primitives;
using static Tollgate.Tests.Billing.BillingFixture;

namespace Tollgate.Tests.Billing;

/// <summary>Bills of subscriptions to which something happened.</summary>
public sealed class TimelineTests
{
    private static readonly AccountId Other = new(88);

    private static Instant At(string local) =>
        NodaTime.Text.LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm").Parse(local).Value
            .InZoneLeniently(Berlin).ToInstant();

    private static Instant On(string day) => At(day + " 00:00");

    private static Catalogue TwoPlans(RecurringPrice small, RecurringPrice big) => Catalogue() with
    {
        Offers =
        [
            new Offer { Code = "plan", Name = "S", Recurring = [small] }, new Offer { Code = "big", Name = "L",
                Recurring = [big] },
        ],
    };

    private static string Show(BillLine line) =>
        $"{line.Kind} {line.Code} {line.Period} {Money.FromMinor(line.AmountMinor, Eur)}";

    private static string[] Lines(BillDraft draft) => [.. draft.Lines.Select(Show)];

    private static string Text(BillLine line) => Wording.For("en").Explain(line.Explanation, Eur);

    [Fact]
    public void A_plan_change_credits_the_unused_part_of_the_old_and_charges_the_new()
    {
        var catalogue = TwoPlans(Monthly(31m), Monthly(62m));
        var before = Draft(Input(catalogue, "2026-10-01", Subscription("2026-10-01")));
        var changed = Subscription("2026-10-01") with { Changes = [new TimelineChange.Plan(At("2026-10-11 15:00"), "big")] };
        var draft = Draft(Input(catalogue, "2026-11-01", changed) with { Billed = before.AsBilled() });

        Assert.Equal(
            ["Recurring base 2026-10-11..2026-11-01 42.00 EUR", "Recurring base 2026-11-01..2026-12-01 62.00 EUR",
                "Adjustment base 2026-10-01..2026-10-11 -21.00 EUR"], Lines(draft));
        Assert.Equal("billed 31.00 before, should be 10.00 (10 of 31 days × 31.00 = 10.00)", Text(draft.Lines[2]));
        var again = Input(catalogue, "2026-11-01", changed) with { Billed = [.. before.AsBilled(), .. draft.AsBilled()] };
        Assert.Empty(Draft(again).Lines);
    }

    [Fact]
    public void A_back_dated_plan_change_corrects_the_periods_that_were_billed()
    {
        var catalogue = TwoPlans(Monthly(30m), Monthly(60m));
        var billed = Draft(Input(catalogue, "2026-11-01", Subscription("2026-10-01"))).AsBilled();
        var changed = Subscription("2026-10-01") with { Changes = [new TimelineChange.Plan(On("2026-10-01"), "big")] };
        var draft = Draft(Input(catalogue, "2026-11-15", changed) with { Billed = billed });

        Assert.Equal(6000, draft.NetMinor);
        Assert.Equal("billed 30.00 before: the offer was changed on 01/10/2026", Text(draft.Lines[^1]));
    }

    [Fact]
    public void Quantities_of_a_day_count_by_the_last_or_the_highest()
    {
        var one = Subscription("2026-10-01") with
        {
            Changes =
            [
                new TimelineChange.Quantity(At("2026-10-11 09:00"), 5), new TimelineChange.Quantity(At("2026-10-11 17:00"), 2),
            ],
        };
        var input = Input(Catalogue(Monthly(31m, Timing.Arrears)), "2026-11-01", one);

        Assert.Equal(
            ["Recurring base 2026-10-01..2026-10-11 10.00 EUR", "Recurring base 2026-10-11..2026-11-01 42.00 EUR"],
            Lines(Draft(input)));
        Assert.Equal(
            ["Recurring base 2026-10-01..2026-10-11 10.00 EUR", "Recurring base 2026-10-11..2026-10-12 5.00 EUR",
                "Recurring base 2026-10-12..2026-11-01 40.00 EUR"],
            Lines(Draft(input with { Policy = new BillingPolicy { QuantityOfDay = QuantityOfDay.Highest } })));
    }

    [Fact]
    public void Seconds_count_every_change_of_a_day_and_the_hour_that_autumn_adds()
    {
        // October 2026 in Berlin has 31 days and one hour: 2,682,000 seconds.
        var price = Monthly(2682m, Timing.Arrears, Proration.Seconds, Proration.Seconds) with { Change = Proration.Seconds };
        var one = Subscription("2026-10-25") with
        {
            StartedAt = On("2026-10-25"), Ended = Day("2026-10-26"), EndedAt = On("2026-10-26"),
            Changes =
            [
                new TimelineChange.Quantity(At("2026-10-25 10:00"), 3), new TimelineChange.Quantity(At("2026-10-25 11:00"), 1),
            ],
        };
        var draft = Draft(Input(Catalogue(price), "2026-11-01", one));

        // 25 hours at one unit and one hour at two more.
        Assert.Equal(2682_00L * (25 + 2) * 3600 / 2_682_000, draft.NetMinor);
        Assert.Equal("39600 of 2682000 seconds × 2682.00 = 39.60", Text(draft.Lines[0]).Replace(",", "",
            StringComparison.Ordinal));
    }

    [Fact]
    public void A_change_without_proration_waits_for_the_next_period()
    {
        var one = Subscription("2026-10-01") with { Changes = [new TimelineChange.Quantity(On("2026-10-20"), 3)] };
        var draft = Draft(Input(Catalogue(Monthly(10m) with { Change = Proration.None }), "2026-11-01", one));

        Assert.Equal(
            ["Recurring base 2026-10-01..2026-10-20 10.00 EUR", "Recurring base 2026-11-01..2026-12-01 30.00 EUR"], Lines(draft));
    }

    [Theory]
    [InlineData(false, 62_00)]
    [InlineData(true, 93_00)]
    public void A_pause_over_a_boundary_costs_nothing_or_the_whole(bool charged, long net)
    {
        var one = Subscription("2026-10-01") with
        {
            Changes = [new TimelineChange.Suspend(On("2026-10-22"), charged), new TimelineChange.Resume(On("2026-11-21"))],
        };
        // 21 of 31 days of October, 10 of 30 of November, all of December (in advance).
        var draft = Draft(Input(Catalogue(Monthly(31m)), "2026-12-01", one));

        Assert.Equal(charged ? net : 21_00 + 10_33 + 31_00, draft.NetMinor);
    }

    [Fact]
    public void A_price_of_the_customers_own_holds_from_its_date_and_ends_with_the_plan()
    {
        var one = Subscription("2026-10-01") with
        {
            Changes =
            [
                new TimelineChange.Price(On("2026-11-01"), "base", Euro(7m)), new TimelineChange.Plan(On("2026-12-01"), "big"),
            ],
        };
        var draft = Draft(Input(TwoPlans(Monthly(31m), Monthly(62m)), "2026-12-01", one));

        Assert.Equal([31_00L, 7_00L, 62_00L], draft.Lines.Select(line => line.AmountMinor));
    }

    [Fact]
    public void A_transfer_credits_the_old_account_and_charges_the_new_one()
    {
        var catalogue = Catalogue(Monthly(31m));
        var billed = Draft(Input(catalogue, "2026-10-01", Subscription("2026-10-01"))).AsBilled();
        var moved = Subscription("2026-10-01") with
        {
            Account = new AccountId(8), Changes = [new TimelineChange.Transfer(On("2026-10-11"), Other)],
        };
        var from = Input(catalogue, "2026-11-01", moved) with { Billed = billed };
        var to = Input(catalogue, "2026-11-01", moved);
        to = to with { Account = to.Account with { Id = Other } };

        Assert.Equal(["Adjustment base 2026-10-01..2026-10-11 -21.00 EUR"], Lines(Draft(from)));
        Assert.Equal(
            ["Recurring base 2026-10-11..2026-11-01 21.00 EUR", "Recurring base 2026-11-01..2026-12-01 31.00 EUR"],
            Lines(Draft(to)));
    }

    [Fact]
    public void A_parent_account_is_billed_for_its_children_on_one_bill()
    {
        var child = Subscription("2026-10-01", id: 10) with { Account = Other };
        var input = Input(Catalogue(Monthly(31m)), "2026-10-01", Subscription("2026-10-01"), child);

        Assert.Equal(3100, Draft(input).NetMinor);
        Assert.Equal(6200, Draft(input with { Account = input.Account with { Children = [Other] } }).NetMinor);
    }

    [Theory]
    [InlineData(EarlyTermination.Fixed, 100, "OneTime end 2026-12-16..2026-12-17 100.00 EUR")]
    [InlineData(EarlyTermination.PerMonthLeft, 10, "OneTime end 2026-12-16..2026-12-17 100.00 EUR")] // the tenth is begun
    [InlineData(EarlyTermination.Remaining, 0, "OneTime end 2026-12-16..2026-12-17 147.50 EUR")] // (16/31 + 9) × 31 ÷ 2
    public void Ending_within_the_minimum_term_costs_a_fee(EarlyTermination kind, int amount, string expected)
    {
        var fee = new EarlyTerminationFee
        {
            Code = "end", Name = "Early end", Kind = kind, Amount = Euro(amount), Percent = 50, Tax = "standard",
            RevenueAccount = "4300-fees",
        };
        var catalogue = Catalogue() with
        {
            Offers =
            [
                new Offer
                {
                    Code = "plan", Name = "S", Recurring = [Monthly(31m)], MinimumTerm = new MinimumTerm(BillInterval.Year, fee),
                },
            ],
        };
        var input = Input(catalogue, "2027-01-01", Subscription("2026-10-01", "2026-12-16"));

        Assert.Equal(expected, Lines(Draft(input))[0]);
        var waived = input with { Subscriptions = [input.Subscriptions[0] with { FeeWaived = true }] };
        Assert.DoesNotContain(Draft(waived).Lines, line => line.Code == "end");
        Assert.DoesNotContain(
            Draft(Input(catalogue, "2028-01-01", Subscription("2026-10-01", "2027-10-01"))).Lines, line => line.Code == "end");
    }

    [Fact]
    public void Phases_follow_one_another_and_a_last_one_with_a_length_ends_the_subscription()
    {
        var catalogue = Catalogue() with
        {
            Offers =
            [
                new Offer
                {
                    Code = "plan", Name = "S",
                    Phases =
                    [
                        new OfferPhase("trial", "Trial", BillInterval.OfDays(14)),
                        new OfferPhase("intro", "Intro", BillInterval.OfMonths(1)),
                        new OfferPhase("term", "Term", BillInterval.OfMonths(1)),
                    ],
                    Recurring =
                    [
                        Monthly(31m, Timing.Arrears, code: "low") with { Phases = ["intro"] },
                        Monthly(62m, Timing.Arrears, code: "full") with { Phases = ["term"] },
                    ],
                    OneTime = [Once(5m, OneTimeEvent.Phase, "welcome") with { Phases = ["intro"] }],
                },
            ],
        };

        Assert.Equal(
            ["OneTime welcome 2026-10-15..2026-10-16 5.00 EUR", "Recurring low 2026-10-15..2026-11-01 17.00 EUR",
                "Recurring low 2026-11-01..2026-11-15 14.47 EUR", "Recurring full 2026-11-15..2026-12-01 33.07 EUR",
                "Recurring full 2026-12-01..2026-12-15 28.00 EUR"],
            Lines(Draft(Input(catalogue, "2027-06-01", Subscription("2026-10-01")))));
    }

    [Theory]
    [InlineData(InstalmentsLeft.Due, "due 5.00, due 5.00, due 20.00")]
    [InlineData(InstalmentsLeft.Continue, "due 5.00, due 5.00, due 5.00, due 5.00")]
    [InlineData(InstalmentsLeft.Waived, "due 5.00, due 5.00")]
    public void Instalments_left_at_the_end_are_due_go_on_or_are_waived(InstalmentsLeft left, string expected)
    {
        var price = new InstalmentPrice
        {
            Code = "phone", Name = "Handset", Amount = Euro(5m), Count = 6, Left = left, Tax = "standard",
            RevenueAccount = "4200-hardware",
        };
        var catalogue = Catalogue() with { Offers = [new Offer { Code = "plan", Name = "S", Instalments = [price] }] };
        var lines = Draft(Input(catalogue, "2027-02-01", Subscription("2026-10-31", "2026-12-01"))).Lines;

        Assert.Equal(
            expected, string.Join(", ", lines.Select(line =>
                FormattableString.Invariant($"due {line.AmountMinor / 100m:0.00}"))));
        Assert.Equal("instalment 2 of 6", Text(lines[1]));
    }

    [Theory]
    [InlineData("2 weeks", PriceAnchor.Date, "2026-09-30",
        "2026-09-30..2026-10-14 2026-10-14..2026-10-28 2026-10-28..2026-11-11")]
    [InlineData("week", PriceAnchor.Calendar, null, "2026-09-28..2026-10-05 2026-10-05..2026-10-12")]
    [InlineData("quarter", PriceAnchor.Calendar, null, "2026-10-01..2027-01-01")]
    [InlineData("10 days", PriceAnchor.Start, null, "2026-10-01..2026-10-11 2026-10-11..2026-10-21")]
    [InlineData("3 months", PriceAnchor.Cycle, null, "2026-10-01..2027-01-01")]
    public void Periods_of_any_length_are_counted_from_their_anchor(string every, PriceAnchor anchor, string? date, string bases)
    {
        Assert.True(BillInterval.TryParse(every, out var interval));
        var price = Monthly(10m) with
        {
            Every = interval, Anchor = anchor, AnchorDate = date is null ? null : Day(date), Entry = Proration.None,
        };
        var draft = Draft(Input(Catalogue(price), "2026-11-01", Subscription("2026-10-01")));

        Assert.StartsWith(bases, string.Join(' ', draft.Lines.Select(line =>
            new BillPeriod(line.Item!.Value.BasisFrom!.Value, line.BasisTo!.Value))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PriceChanges.Current, 5000, 6000)]
    [InlineData(PriceChanges.Keep, 5000, 5000)]
    [InlineData(PriceChanges.Renewal, 5000, 5000)]
    public void A_new_price_reaches_existing_subscriptions_by_policy(PriceChanges policy, long november, long december)
    {
        Catalogue Version(decimal amount)
        {
            var catalogue = Catalogue(Monthly(amount));
            return catalogue with { Offers = [catalogue.Offers[0] with { PriceChanges = policy }] };
        }
        var history = History(("2000-01-01", Version(50m)), ("2026-11-15", Version(60m)));
        var input = Input(history, Account(), Day("2026-12-01"), Subscription("2026-11-01"));

        Assert.Equal([november, december], Draft(input).Lines.Select(line => line.AmountMinor));
        var later = Input(history, Account(), Day("2027-11-01"), Subscription("2026-11-01"));
        Assert.Equal(policy == PriceChanges.Keep ? 5000 : 6000, Draft(later).Lines[^1].AmountMinor);
    }

    [Fact]
    public void A_move_of_the_cycle_day_cuts_a_period_in_parts_that_are_paid_for_once()
    {
        var catalogue = Catalogue(Monthly(30m));
        var before = Input(catalogue, "2026-11-01", Subscription("2026-10-01"));
        var billed = Draft(before).AsBilled(); // October and November
        var account = before.Account with
        {
            Cycle = new BillCycle(16), CycleMoves = [new CycleMove(Day("2026-11-01"), new BillCycle(1))],
        };
        var draft = Draft(before with { Account = account, Period = Span("2026-11-01", "2026-11-16"), Billed = billed });

        // 15 of the 31 days from 16 October, then a whole period; what was billed for November comes back.
        Assert.Equal([14_52L, 30_00L, -30_00L], draft.Lines.Select(line => line.AmountMinor));
    }

    [Fact]
    public void A_rounded_ratio_is_rounded_before_it_is_multiplied()
    {
        var price = Monthly(100m) with { Ratio = new Rounding(2, RoundingMode.HalfUp) };
        var draft = Draft(Input(Catalogue(price), "2026-11-01", Subscription("2026-10-22")));

        Assert.Equal(32_00, draft.Lines[0].AmountMinor); // 10/31 = 0.3226
    }
}
