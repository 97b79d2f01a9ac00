using NodaTime;
using Tollgate.Billing;
using Tollgate.Catalog;
using Tollgate.Primitives;
using static Tollgate.Tests.Billing.BillingFixture;

namespace Tollgate.Tests.Billing;

public sealed class FixedFeesTests
{
    private static readonly BillPeriod Autumn = Span("2026-09-01", "2026-12-01");

    private static FixedFeesOfAccount Fees(Catalogue catalogue, BillPeriod time, params SubscriptionFacts[] subscriptions) =>
        new FixedFees(History(("2000-01-01", catalogue))).Of(Input(catalogue, "2026-12-01", subscriptions), time);

    private static long Sum(FixedFeesOfAccount fees) => fees.Fees.Sum(fee => fee.AmountMinor);

    [Theory]
    [InlineData(Timing.Advance)]
    [InlineData(Timing.Arrears)]
    public void A_monthly_fee_counts_once_for_each_month_that_begins_in_the_time(Timing timing)
    {
        var fees = Fees(Catalogue(Monthly(10m, timing)), Autumn, Subscription("2026-01-01"));

        Assert.Equal([1000, 1000, 1000], fees.Fees.Select(fee => fee.AmountMinor));
        Assert.All(fees.Fees, fee => Assert.Equal("plan", fee.Offer));
    }

    [Fact]
    public void Parts_of_months_count_for_what_they_cost()
    {
        // 16 of 30 days of September; 15 of 31 days of October.
        var fees = Fees(Catalogue(Monthly(31m)), Autumn, Subscription("2026-09-15", "2026-10-16"));

        Assert.Equal([1653, 1500], fees.Fees.Select(fee => fee.AmountMinor));
    }

    [Fact]
    public void A_yearly_fee_in_arrears_counts_in_the_time_in_which_its_year_begins()
    {
        var catalogue = Catalogue(Monthly(120m, Timing.Arrears, months: 12));

        Assert.Equal(12000, Sum(Fees(catalogue, Autumn, Subscription("2025-10-01"))));
        Assert.Equal(0, Sum(Fees(catalogue, Autumn, Subscription("2025-12-01"))));
    }

    [Fact]
    public void One_time_prices_count_on_their_day_and_discounts_lower_fees()
    {
        var catalogue = Catalogue(Monthly(10m)) with
        {
            Discounts = [new Discount { Code = "half", Name = "Half", Percent = 50m }],
            Offers =
            [
                new Offer
                {
                    Code = "plan", Name = "Plan", Recurring = [Monthly(10m)], Discounts = ["half"],
                    OneTime = [Once(30m, OneTimeEvent.Activation, "setup")],
                },
            ],
        };

        // Three months, half of each, and the activation.
        Assert.Equal(4500, Sum(Fees(catalogue, Autumn, Subscription("2026-09-01"))));
        Assert.Equal(1500, Sum(Fees(catalogue, Autumn, Subscription("2026-08-01"))));
    }

    [Fact]
    public void What_cannot_be_priced_is_told_and_the_rest_counts()
    {
        var other = Subscription("2026-01-01", id: 10) with { Offer = "gone" };
        var fees = Fees(Catalogue(Monthly(10m)), Autumn, Subscription("2026-01-01"), other);

        Assert.Equal(3000, Sum(fees));
        Assert.NotEmpty(fees.Problems);
        Assert.All(fees.Problems, problem => Assert.Contains("no offer 'gone'", problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Times_side_by_side_add_up_to_the_whole_and_the_bills_hold_the_same()
    {
        var catalogue = Catalogue(Monthly(10m), Monthly(3.33m, Timing.Arrears, code: "late"));
        SubscriptionFacts[] subscriptions =
            [Subscription("2026-02-11", "2026-09-20"), Subscription("2026-03-01", quantity: 2, id: 10)];
        var year = Span("2026-01-01", "2027-01-01");
        var parts = Enumerable.Range(1, 12).Sum(month => Sum(Fees(
            catalogue, new BillPeriod(new LocalDate(2026, month, 1), new LocalDate(2026, month, 1).PlusMonths(1)),
            subscriptions)));

        var draft = Draft(Input(catalogue, "2027-01-01", subscriptions));
        // The bill of 1 January holds January in advance, too.
        var billed = draft.Lines.Where(line => line.Period.From < year.To).Sum(line => line.AmountMinor);

        Assert.Equal(Sum(Fees(catalogue, year, subscriptions)), parts);
        Assert.Equal(billed, parts);
    }
}
