using NodaTime;
using Tollgate.Billing;
using Tollgate.Catalog;
using Tollgate.Primitives;
using static Tollgate.Tests.Billing.BillingFixture;

namespace Tollgate.Tests.Billing;

public sealed class BillCalculatorTests
{
    private static string Show(BillLine line) =>
        $"{line.Kind} {line.Code} {line.Period} {Money.FromMinor(line.AmountMinor, Eur)}";

    private static string[] Lines(BillingInput input) => [.. Draft(input).Lines.Select(Show)];

    [Fact]
    public void The_first_bill_has_the_part_since_the_start_and_the_next_period_in_advance()
    {
        var draft = Draft(Input(Catalogue(Monthly(50m)), "2026-11-01", Subscription("2026-10-22")));

        Assert.Equal(
            ["Recurring base 2026-10-22..2026-11-01 16.13 EUR", "Recurring base 2026-11-01..2026-12-01 50.00 EUR"],
            draft.Lines.Select(Show));
        Assert.Equal("10 of 31 days × 50.00 = 16.13", Words(draft.Lines[0]));
        Assert.Equal((6613L, 1256L, 7869L), (draft.NetMinor, draft.TaxMinor, draft.GrossMinor));
        Assert.Equal(new TaxSubtotal("standard", "VAT", "DE", 19m, 6613, 1256), Assert.Single(draft.Taxes));
        Assert.Equal((Day("2026-11-01"), Day("2026-11-15"), 7869L), (draft.IssueDate, draft.DueDate, draft.DueMinor));
    }

    [Fact]
    public void A_price_in_arrears_is_billed_when_its_period_is_over() => Assert.Equal(
        ["Recurring base 2026-10-22..2026-11-01 16.13 EUR"],
        Lines(Input(Catalogue(Monthly(50m, Timing.Arrears)), "2026-11-01", Subscription("2026-10-22"))));

    [Theory]
    [InlineData(29, "2027-02-28", "2027-02-28..2027-03-29")]
    [InlineData(30, "2027-02-28", "2027-02-28..2027-03-30")]
    [InlineData(31, "2027-02-28", "2027-02-28..2027-03-31")]
    [InlineData(31, "2028-02-29", "2028-02-29..2028-03-31")]
    [InlineData(31, "2027-03-31", "2027-03-31..2027-04-30")]
    public void Late_cycle_days_bill_whole_periods_over_short_months(int cycleDay, string billDate, string next)
    {
        var input = Input(History(("2000-01-01", Catalogue(Monthly(50m)))), Account(cycleDay, "2026-12-01"), Day(billDate),
            Subscription(billDate));

        Assert.Equal([$"Recurring base {next} 50.00 EUR"], Lines(input));
    }

    [Fact]
    public void A_yearly_price_runs_from_the_anniversary_of_the_subscription()
    {
        var catalogue = Catalogue(Monthly(120m, months: 12));
        var first = Input(catalogue, "2027-03-01", Subscription("2027-02-28"));
        Assert.Equal(["Recurring base 2027-02-28..2028-02-28 120.00 EUR"], Lines(first));

        var billed = Draft(first).AsBilled();
        Assert.Empty(Lines(Input(catalogue, "2027-04-01", Subscription("2027-02-28")) with { Billed = billed }));
        Assert.Equal(["Recurring base 2028-02-28..2029-02-28 120.00 EUR"],
            Lines(Input(catalogue, "2028-03-01", Subscription("2027-02-28")) with { Billed = billed }));
    }

    [Fact]
    public void A_quarter_from_the_last_of_a_month_is_counted_from_the_anchor()
    {
        var catalogue = Catalogue(Monthly(90m, months: 3));
        Assert.Equal(
            ["Recurring base 2027-08-31..2027-11-30 90.00 EUR", "Recurring base 2027-11-30..2028-02-29 90.00 EUR",
                "Recurring base 2028-02-29..2028-05-31 90.00 EUR"],
            Lines(Input(catalogue, "2028-03-01", Subscription("2027-08-31"))));
    }

    [Fact]
    public void A_yearly_price_that_is_given_up_is_credited_by_days()
    {
        var catalogue = Catalogue(Monthly(365m, months: 12));
        var billed = Draft(Input(catalogue, "2026-02-01", Subscription("2026-01-15"))).AsBilled();
        var draft = Draft(Input(catalogue, "2026-07-01", Subscription("2026-01-15", "2026-06-15")) with { Billed = billed });

        var line = Assert.Single(draft.Lines);
        Assert.Equal("Adjustment base 2026-01-15..2026-06-15 -214.00 EUR", Show(line));
        Assert.Equal("billed 365.00 before, should be 151.00 (151 of 365 days × 365.00 = 151.00)", Words(line));
        Assert.Equal("bisher berechnet 365,00, richtig sind 151,00 (151 von 365 Tagen × 365,00 = 151,00)", Words(line, "de"));
        Assert.Equal((LineReason.Changed, -25466L), (line.Reason, draft.GrossMinor));
    }

    [Fact]
    public void Started_and_ended_on_one_day_bills_the_one_time_prices_only()
    {
        var catalogue = Catalogue(Monthly(50m)) with
        {
            Offers = [new Offer
            {
                Code = "plan", Name = "Plan", Recurring = [Monthly(50m)],
                OneTime = [Once(10m, OneTimeEvent.Activation, "on"), Once(5m, OneTimeEvent.Termination, "off")],
            }],
        };
        var input = Input(catalogue, "2026-11-01", Subscription("2026-10-22", "2026-10-22"));

        Assert.Equal(["OneTime off 2026-10-22..2026-10-23 5.00 EUR", "OneTime on 2026-10-22..2026-10-23 10.00 EUR"],
            Lines(input));
        Assert.Empty(Lines(input with { Billed = Draft(input).AsBilled() }));
        Assert.Empty(Lines(Input(catalogue, "2026-11-01", Subscription("2026-10-22", "2026-10-21"))));
    }

    [Fact]
    public void An_end_before_a_billed_period_takes_it_back()
    {
        var catalogue = Catalogue(Monthly(50m));
        var billed = Draft(Input(catalogue, "2026-11-01", Subscription("2026-10-01"))).AsBilled();
        var draft = Draft(Input(catalogue, "2026-12-01", Subscription("2026-10-01", "2026-10-16")) with { Billed = billed });

        Assert.Equal(
            ["Adjustment base 2026-10-01..2026-10-16 -25.81 EUR", "Adjustment base 2026-11-01..2026-12-01 -50.00 EUR"],
            draft.Lines.Select(Show));
        Assert.Equal("billed 50.00 before: the subscription ended on 16/10/2026", Words(draft.Lines[1]));
        Assert.Equal(LineReason.NoLongerDue, draft.Lines[1].Reason);
    }

    [Fact]
    public void A_billed_subscription_that_was_never_sold_is_credited_whole()
    {
        var catalogue = Catalogue(Monthly(50m));
        var first = Draft(Input(catalogue, "2026-11-01", Subscription("2026-10-22")));
        var second = Draft(Input(catalogue, "2026-12-01") with { Billed = first.AsBilled() });

        Assert.Equal(-first.GrossMinor, second.GrossMinor);
        Assert.All(second.Lines, line => Assert.Contains("no such subscription", Words(line), StringComparison.Ordinal));
    }

    [Fact]
    public void Each_period_is_priced_by_the_catalogue_in_force_when_it_begins()
    {
        var history = History(("2026-01-01", Catalogue(Monthly(50m))), ("2026-10-15", Catalogue(Monthly(60m))));
        var input = Input(history, Account(), Day("2026-11-01"), Subscription("2026-10-01"), Subscription("2026-10-20", id: 10));

        Assert.Equal(
            ["Recurring base 2026-10-01..2026-11-01 50.00 EUR", "Recurring base 2026-11-01..2026-12-01 60.00 EUR",
                "Recurring base 2026-10-20..2026-11-01 23.23 EUR", "Recurring base 2026-11-01..2026-12-01 60.00 EUR"],
            Lines(input));
    }

    [Fact]
    public void A_tax_rate_that_changes_for_a_billed_period_is_billed_anew()
    {
        var before = Catalogue(Monthly(100m));
        var after = before with
        {
            Taxes = [new TaxCategory("standard", "VAT", [new TaxRate("DE", 19m, Day("2000-01-01")), new TaxRate("DE", 16m,
                Day("2026-11-01"))])],
        };
        var billed = Draft(Input(History(("2000-01-01", before)), Account(), Day("2026-11-01"),
            Subscription("2026-11-01"))).AsBilled();
        var history = History(("2000-01-01", before), ("2026-11-20", after));
        var draft = Draft(Input(history, Account(), Day("2026-12-01"), Subscription("2026-11-01")) with { Billed = billed });

        Assert.Equal(
            ["Adjustment base 2026-11-01..2026-12-01 -100.00 EUR at 19 %",
                "Adjustment base 2026-11-01..2026-12-01 100.00 EUR at 16 %",
                "Recurring base 2026-12-01..2027-01-01 100.00 EUR at 16 %"],
            draft.Lines.Select(line => $"{Show(line)} at {line.TaxPercent:0} %").Order(StringComparer.Ordinal));
        Assert.Equal((10000L, 1300L), (draft.NetMinor, draft.TaxMinor));
    }

    [Fact]
    public void What_was_before_the_account_opened_belongs_to_another_system() => Assert.Equal(
        ["Recurring base 2026-10-16..2026-11-01 25.81 EUR", "Recurring base 2026-11-01..2026-12-01 50.00 EUR"],
        Lines(Input(History(("2000-01-01", Catalogue(Monthly(50m)))), Account(1, "2026-10-16"), Day("2026-11-01"),
            Subscription("2019-05-05"))));

    [Fact]
    public void Prices_with_tax_give_nets_that_add_up_with_the_tax_to_what_was_agreed()
    {
        var catalogue = Catalogue(
            Monthly(9.99m, code: "a", taxIncluded: true), Monthly(4.99m, code: "b", taxIncluded: true), Monthly(0.99m,
                code: "c", taxIncluded: true));
        var draft = Draft(Input(catalogue, "2026-11-01", Subscription("2026-11-01")));

        Assert.Equal(1597, draft.GrossMinor);
        Assert.Equal(255, draft.TaxMinor); // 15.97 × 19 ÷ 119 = 2.5498
        Assert.Equal(draft.NetMinor, draft.Lines.Sum(line => line.NetMinor));
    }

    [Fact]
    public void Tax_is_rounded_per_document_or_per_line_by_policy()
    {
        var catalogue = Catalogue(Monthly(0.03m, code: "a"), Monthly(0.03m, code: "b"), Monthly(0.03m, code: "c"));
        var input = Input(catalogue, "2026-11-01", Subscription("2026-11-01"));

        Assert.Equal(2, Draft(input).TaxMinor); // 0.09 × 19 % = 0.0171
        Assert.Equal(3,
            Draft(input with { Policy = new BillingPolicy { TaxRounding = TaxRounding.PerLine } }).TaxMinor); // 3 × 0.0057
    }

    [Fact]
    public void Usage_of_one_key_and_period_is_one_line_with_its_free_part()
    {
        var draft = Draft(Input(Catalogue(), "2026-11-01", Subscription("2026-10-01")) with
        {
            Usage = [Usage(0.105m, charged: 90_000, free: 30_000), Usage(0.10m, charged: 60_000), Usage(1m,
                eventPeriod: "2026-09-01")],
        });

        Assert.Equal(
            ["2026-09-01..2026-10-01 1.00 min 1.00 EUR", "2026-10-01..2026-11-01 2.50 min 0.21 EUR"],
            draft.Lines.Select(line =>
                FormattableString.Invariant(
                    $"{line.Period} {line.Quantity:0.00} {line.UnitText} {Money.FromMinor(line.AmountMinor, Eur)}")));
        Assert.Equal("0.5 min of it free by allowance", Words(draft.Lines[1]));
        Assert.Equal((6L, 150_000L, 30_000L), (draft.Lines[1].Events, draft.Lines[1].BaseUnits, draft.Lines[1].FreeBaseUnits));
    }

    [Fact]
    public void Usage_that_prepaid_money_paid_leaves_nothing_to_pay_when_prices_contain_tax()
    {
        var draft = Draft(Input(Catalogue(), "2026-11-01", Subscription("2026-10-01")) with
        {
            Usage = [Usage(1.005m, 1.005m, taxIncluded: true), Usage(2.015m, 2.015m, taxIncluded: true, key: 2)],
        });

        Assert.Equal((303L, 303L, 0L, 302_000_000L), (draft.GrossMinor, draft.SettledMinor, draft.DueMinor, draft.SettledSteps));
    }

    [Fact]
    public void Usage_paid_in_part_leaves_the_rest_and_the_tax_of_net_prices_to_pay()
    {
        var draft = Draft(Input(Catalogue(), "2026-11-01", Subscription("2026-10-01")) with { Usage = [Usage(10m, 4m)] });

        Assert.Equal((1190L, 400L, 790L), (draft.GrossMinor, draft.SettledMinor, draft.DueMinor));
    }

    [Fact]
    public void An_account_without_anything_to_bill_gets_a_draft_without_lines()
    {
        var draft = Draft(Input(Catalogue(Monthly(50m)), "2026-11-01"));

        Assert.Empty(draft.Lines);
        Assert.Equal(0, draft.GrossMinor);
    }

    [Theory]
    [InlineData(PriceChanges.Current)]
    [InlineData(PriceChanges.Keep)]
    public void An_offer_that_came_during_the_day_on_which_it_was_sold_is_billed_from_that_day(PriceChanges changes)
    {
        var (before, offer) = (Catalogue(Monthly(50m)), Catalogue(Monthly(31m)).Offers[0]);
        var after = before with { Offers = [.. before.Offers, offer with { Code = "new", PriceChanges = changes }] };
        var noon = Berlin.AtStartOfDay(Day("2026-10-22")).ToInstant() + Duration.FromHours(12);
        var history = new CatalogueHistory([.. History(("2000-01-01", before)).Versions, new(2, noon, after)]);

        var input = Input(history, Account(), Day("2026-11-01"), Subscription("2026-10-22") with { Offer = "new" });

        Assert.Equal("Recurring base 2026-10-22..2026-11-01 10.00 EUR", Lines(input)[0]);
    }

    public static TheoryData<string, ParkReason, string> Parked => new()
    {
        { "catalogue", ParkReason.NoCatalogue, "publish one with an earlier effective date" },
        { "offer", ParkReason.UnknownOffer, "has no offer 'plan'" },
        { "tax", ParkReason.UnknownTax, "no tax category 'standard'" },
        { "rate", ParkReason.NoTaxRate, "no rate for FR" },
        { "price currency", ParkReason.OtherCurrency, "priced in EUR, the account is kept in USD" },
        { "usage currency", ParkReason.OtherCurrency, "priced in USD" },
        { "overflow", ParkReason.AmountOverflow, "does not fit" },
    };

    [Theory, MemberData(nameof(Parked))]
    public void What_cannot_be_computed_is_parked_with_its_reason(string what, ParkReason reason, string words)
    {
        var catalogue = Catalogue(Monthly(50m));
        var good = Input(catalogue, "2026-11-01", Subscription("2026-10-01"));
        var input = what switch
        {
            "catalogue" => good with { Catalogues = History(("2026-11-02", catalogue)) },
            "offer" => good with { Catalogues = History(("2000-01-01", catalogue with { Offers = [] })) },
            "tax" => good with { Catalogues = History(("2000-01-01", catalogue with { Taxes = [] })) },
            "rate" => good with { Account = good.Account with { TaxCountry = "FR" } },
            "price currency" => good with { Account = good.Account with { Currency = Units.Get("USD") } },
            "usage currency" => good with { Usage = [Usage(1m, currency: "USD")] },
            "overflow" => good with { Catalogues = History(("2000-01-01", Catalogue(Monthly(1e20m)))) },
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };

        var parked = Assert.IsType<BillOutcome.Parked>(BillCalculator.Draft(input));

        Assert.Equal(reason, parked.Reason);
        Assert.Contains(words, parked.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_park_reason_has_a_code_of_its_own() => Assert.Equal(
        Enum.GetValues<ParkReason>().Length, Enum.GetValues<ParkReason>().Select(ParkReasons.Code).Distinct().Count());

    [Fact]
    public void The_fingerprint_changes_with_every_fact_and_only_then()
    {
        var input = Input(Catalogue(Monthly(50m)), "2026-11-01", Subscription("2026-10-01")) with { Usage = [Usage(1m)] };
        BillingInput[] others =
        [
            input with { IssueDate = input.IssueDate.PlusDays(1) },
            input with { Subscriptions = [Subscription("2026-10-01", quantity: 2)] },
            input with { Usage = [Usage(1.01m)] },
            input with { Billed = Draft(input).AsBilled() },
            input with { Account = input.Account with { TaxCountry = "AT" } },
            input with { Policy = new BillingPolicy { LookBackMonths = 12 } },
        ];

        var same = Input(Catalogue(Monthly(50m)), "2026-11-01", Subscription("2026-10-01")) with { Usage = [Usage(1m)] };
        Assert.Equal(BillingFingerprint.Of(input), BillingFingerprint.Of(same));
        Assert.Equal(others.Length + 1, others.Append(input).Select(BillingFingerprint.Of).Distinct().Count());
    }
}
