using System.Collections.Immutable;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Catalog;
using Tollgate.Documents;
using Tollgate.Primitives;
using static Tollgate.Tests.Billing.BillingFixture;

namespace Tollgate.Tests.Billing;

/// <summary>Discounts, commitments, caps and set-offs.</summary>
public sealed class WindowTests
{
    private static readonly RecurringPrice Fee = Monthly(40m);

    private static Discount Percent(decimal percent, string code = "d") =>
        new() { Code = code, Name = "Discount", Percent = percent };

    private static SpendRule Rule(SpendBound bound, decimal amount) => new()
    {
        Code = "rule", Name = "Agreed", Bound = bound, Amount = Euro(amount), Tax = "standard", RevenueAccount = "4400-minimum",
    };

    private static BillingInput With(
        string billDate, ImmutableArray<Discount> discounts, ImmutableArray<SpendRule> spend = default,
        SubscriptionFacts? subscription = null, bool given = true)
    {
        var offer = new Offer
        {
            Code = "plan", Name = "Plan", Recurring = [Fee], Spend = spend.IsDefault ? [] : spend,
            Discounts = given ? [.. discounts.Select(discount => discount.Code)] : [],
        };
        var tv = new Offer { Code = "tv", Name = "TV", Recurring = [Monthly(10m, code: "tv")] };
        return Input(Catalogue() with { Offers = [offer, tv], Discounts = discounts }, billDate,
            subscription ?? Subscription("2026-10-01"));
    }

    private static string[] Lines(BillDraft draft) =>
        [.. draft.Lines.Select(line => $"{line.Kind} {line.Code} {Money.FromMinor(line.AmountMinor, Eur)}")];

    private static BilledUsage Billed(decimal amount, string period = "2026-10-01") =>
        new(new SubscriptionId(9), Day(period), "voice", (long)(amount * 100), "standard", false, "4100-voice");

    [Fact]
    public void A_percentage_is_taken_off_each_charge_and_corrected_with_it()
    {
        var input = With("2026-10-01", [Percent(25)]);
        var first = Draft(input);
        Assert.Equal(["Recurring base 40.00 EUR", "Discount d/base -10.00 EUR"], Lines(first));
        Assert.Equal("25 % × 40.00 = 10.00", Wording.For("en").Explain(first.Lines[1].Explanation, Eur).Replace(" ", " ",
            StringComparison.Ordinal).Replace("25%", "25 %", StringComparison.Ordinal));

        var ended = With("2026-11-01", [Percent(25)], subscription: Subscription("2026-10-01", "2026-10-16"));
        var second = Draft(ended with { Billed = first.AsBilled() });
        // 15 of 31 days: 19.35 and 4.84 off.
        Assert.Equal(["Adjustment base -20.65 EUR", "Adjustment d/base 5.16 EUR"], Lines(second));
    }

    [Fact]
    public void The_discounts_of_a_promotion_reduce_the_charges_of_its_base_while_it_lives()
    {
        var plan = new Offer { Code = "plan", Name = "Plan", Recurring = [Fee] };
        var spring = new Offer
        {
            Code = "spring", Name = "Spring", AddOnTo = ["plan"], Discounts = ["d"], Promotion = new Promotion(null, null, null),
        };
        var main = Subscription("2026-10-01");
        var promotion = new SubscriptionFacts(new SubscriptionId(77), "spring", 1, main.Started, Day("2026-12-01"), "")
        {
            Base = main.Id,
        };
        BillingInput With(Offer offer) =>
            Input(Catalogue() with { Offers = [plan, offer], Discounts = [Percent(25)] }, "2026-10-01", main) with
            {
                Subscriptions = [main, promotion],
            };
        var input = With(spring);

        Assert.Equal(["Recurring base 40.00 EUR", "Discount d/base -10.00 EUR"], Lines(Draft(input)));
        Assert.Equal(["Recurring base 40.00 EUR"], Lines(Draft(input with
        {
            Subscriptions = [main, promotion with { Ended = main.Started }],
        })));
        Assert.Equal(["Recurring base 40.00 EUR"], Lines(Draft(With(spring with { Promotion = null }))));
    }

    [Fact]
    public void What_was_used_up_is_a_line_at_nothing_once()
    {
        var film = new GivenLine("line_1", "1 × Film", Day("2026-10-10"), 0, "standard", false, "4400-other");
        var input = With("2026-11-01", []) with { Given = [film] };
        var first = Draft(input);

        Assert.Equal(0, Assert.Single(first.Lines, line => line.Description == "1 × Film").AmountMinor);
        Assert.DoesNotContain(Draft(input with { Billed = first.AsBilled() }).Lines, line => line.Description == "1 × Film");
    }

    [Fact]
    public void Discounts_come_in_their_order_and_reduce_what_is_left()
    {
        var amount = new Discount { Code = "five", Name = "Five off", Amount = Euro(5m), Order = 1 };
        Assert.Equal(
            ["Recurring base 40.00 EUR", "Discount d/base -3.50 EUR", "Discount five/base -5.00 EUR"],
            Lines(Draft(With("2026-10-01", [Percent(10), amount]))));
        Assert.Equal(
            ["Recurring base 40.00 EUR", "Discount d/base -4.00 EUR", "Discount five/base -5.00 EUR"],
            Lines(Draft(With("2026-10-01", [Percent(10), amount with { Order = 200 }]))));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(null, 4)]
    public void A_discount_lasts_once_some_periods_or_for_ever(int? periods, int times) => Assert.Equal(
        times, Draft(With("2027-01-01", [Percent(25) with { Periods = periods }])).Lines.Count(line =>
            line.Kind == BillLineKind.Discount));

    [Fact]
    public void A_discount_for_two_products_together_begins_and_ends_with_the_second()
    {
        var both = Percent(50) with { Requires = ["tv"] };
        var input = With("2026-12-01", [both]);
        var tv = Subscription("2026-10-20", "2026-11-15", id: 10) with { Offer = "tv" };
        var draft = Draft(input with { Subscriptions = [input.Subscriptions[0], tv] });

        // Only the charge of November begins while both live.
        var line = Assert.Single(draft.Lines, line => line.Kind == BillLineKind.Discount);
        Assert.Equal((-2000, Span("2026-11-01", "2026-12-01")), (line.AmountMinor, line.Period));
    }

    [Fact]
    public void A_fixed_amount_off_the_bill_is_spread_over_its_taxes_and_never_exceeds_it()
    {
        var off = new Discount { Code = "off", Name = "Off", Amount = Euro(60m), Scope = DiscountScope.Invoice,
            On = ChargeKinds.All };
        var input = With("2026-11-01", [off], given: false) with
        {
            Discounts = [new GivenDiscount("off", null, Day("2026-10-01"), null)], Usage = [Usage(5m)],
        };
        var draft = Draft(input);

        // October's fee is of the bill of 1 October, November's and October's usage of that of 1 November: 40.00 and 45.00.
        Assert.Equal(-85_00, draft.Lines.Where(line => line.Kind == BillLineKind.Discount).Sum(line => line.AmountMinor));
        Assert.All(draft.Lines.Where(line => line.Kind == BillLineKind.Discount), line => Assert.Null(line.Subscription));
        Assert.Equal(0, Draft(With("2026-10-02", [off with { Amount = Euro(500m) }], given: false) with
        {
            Discounts = [new GivenDiscount("off", null, Day("2026-09-01"), null)],
        }).NetMinor);
    }

    [Theory]
    [InlineData(40, 0)]
    [InlineData(100, 5_00)]
    [InlineData(500, 50_00)]
    public void The_highest_step_that_the_volume_reaches_applies_to_all_of_it(int usage, long off)
    {
        var steps = new Discount
        {
            Code = "vol", Name = "Volume", Scope = DiscountScope.Invoice, On = ChargeKinds.Usage, By = VolumeBy.Amount,
            Steps = [new VolumeStep(100, 5), new VolumeStep(500, 10)],
        };
        var draft = Draft(With("2026-11-01", [steps]) with { Usage = [Usage(usage)] });

        Assert.Equal(-off, draft.Lines.Where(line => line.Kind == BillLineKind.Discount).Sum(line => line.AmountMinor));
    }

    [Fact]
    public void What_is_missing_to_a_commitment_is_charged_when_the_period_is_over_and_late_usage_lowers_it()
    {
        var input = With("2026-11-01", [], [Rule(SpendBound.Minimum, 100m)]) with { Usage = [Usage(30m)] };
        var first = Draft(input);
        var line = Assert.Single(first.Lines, line => line.Kind == BillLineKind.Commitment);
        Assert.Equal((70_00, Span("2026-10-01", "2026-11-01")), (line.AmountMinor, line.Period));
        Assert.Equal("30.00 spent, 100.00 agreed", Wording.For("en").Explain(line.Explanation, Eur));

        var late = With("2026-12-01", [], [Rule(SpendBound.Minimum, 100m)]) with
        {
            Billed = first.AsBilled(), UsageBilled = [Billed(30m)], Usage = [Usage(15m), Usage(200m, eventPeriod: "2026-11-01")],
        };
        Assert.Equal(-15_00, Assert.Single(Draft(late).Lines, line => line.Code == "rule").AmountMinor);
    }

    [Fact]
    public void A_commitment_over_a_contract_is_trued_up_at_its_end()
    {
        var rule = Rule(SpendBound.Minimum, 600m) with
        {
            Window = BillInterval.OfMonths(3), On = ChargeKinds.Recurring | ChargeKinds.Usage,
        };
        Assert.DoesNotContain(Draft(With("2026-12-01", [], [rule])).Lines, line => line.Kind == BillLineKind.Commitment);
        var draft = Draft(With("2027-01-01", [], [rule]) with { Usage = [Usage(100m, eventPeriod: "2026-12-01")] });

        Assert.Equal(600_00 - 3 * 40_00 - 100_00, draft.Lines.Single(line => line.Kind == BillLineKind.Commitment).AmountMinor);
    }

    [Fact]
    public void What_is_above_a_cap_is_taken_off()
    {
        var draft = Draft(
            With("2026-11-01", [], [Rule(SpendBound.Maximum, 50m)]) with { Usage = [Usage(80m), Usage(1m, key: 2)] });

        Assert.Equal(50_00 + 80_00, draft.NetMinor); // October, November, and the cap
        Assert.Equal(-31_00, draft.Lines.Single(line => line.Kind == BillLineKind.Discount).AmountMinor);
    }

    [Fact]
    public void Windows_add_nothing_when_they_are_computed_again()
    {
        var input = With("2026-11-01", [Percent(10)], [Rule(SpendBound.Minimum, 100m)]) with { Usage = [Usage(30m)] };
        var again = input with { Usage = [], UsageBilled = [Billed(30m)], Billed = Draft(input).AsBilled() };

        Assert.Empty(Lines(Draft(again)));
    }

    [Fact]
    public void Credits_are_set_off_before_or_after_tax()
    {
        var input = With("2026-10-01", []) with
        {
            Credits =
            [
                new CreditFacts("c1", CreditKind.Credit, "Goodwill", 10_00, BeforeTax: true),
                new CreditFacts("c2", CreditKind.Deposit, "Deposit", 100_00, BeforeTax: false),
            ],
        };
        var draft = Draft(input);

        // 30.00 net, 5.70 tax; the deposit pays what is left and keeps the rest.
        Assert.Equal((30_00L, 5_70L, 0L), (draft.NetMinor, draft.TaxMinor, draft.DueMinor));
        Assert.Equal([("c1", 10_00L), ("c2", 35_70L)], draft.Credits.Select(use => (use.Reference, use.AmountMinor)));
    }

    [Fact]
    public void Cash_is_rounded_to_its_smallest_coin_with_the_difference_shown()
    {
        var draft = Draft(With("2026-10-16", [], subscription: Subscription("2026-09-27")) with
        {
            Policy = new BillingPolicy { CashStepMinor = 5 },
        });

        Assert.Equal(0, draft.DueMinor % 5);
        Assert.Equal(draft.GrossMinor + draft.CashRoundingMinor, draft.DueMinor);
        Assert.NotEqual(0, draft.CashRoundingMinor);
    }

    [Fact]
    public void A_given_line_is_billed_once_by_its_reference()
    {
        var fee = new GivenLine("dun_1", "Late fee", Day("2026-10-20"), 5_00, "standard", false, "4500-late-fees");
        var input = With("2026-11-01", []) with { Given = [fee] };
        var first = Draft(input);

        Assert.Contains("Given dun_1 5.00 EUR", Lines(first));
        Assert.Empty(Draft(input with { Billed = first.AsBilled() }).Lines);
    }

    [Fact]
    public void Usage_alone_can_be_billed_before_its_period_is_over() => Assert.Equal(
        ["Usage voice/national/other 30.00 EUR"],
        Lines(Draft(With("2026-11-01", [Percent(10)]) with { Usage = [Usage(30m)], UsageOnly = true })));
}
