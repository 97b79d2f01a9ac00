using Tollgate.Billing;
using Tollgate.Catalog;
using Tollgate.Documents;
using Tollgate.Primitives;
using static Tollgate.Tests.Billing.BillingFixture;

namespace Tollgate.Tests.Billing;

public sealed class ProratingTests
{
    private static PriceShare Share(BillPeriod basis, BillPeriod part, RecurringPrice price) =>
        Prorating.Share(basis, PeriodPart.Of(part, Berlin), price, Berlin);

    [Theory]
    // whole periods of 31, 30, 29 and 28 days
    [InlineData("2026-10-01", "2026-11-01", "2026-10-01", "2026-11-01", Proration.Days, Proration.Days, 50.00, "")]
    [InlineData("2026-11-01", "2026-12-01", "2026-11-01", "2026-12-01", Proration.ThirtyDays, Proration.ThirtyDays, 50.00, "")]
    [InlineData("2028-02-01", "2028-03-01", "2028-02-01", "2028-03-01", Proration.ThirtyDays, Proration.Days, 50.00, "")]
    [InlineData("2027-02-01", "2027-03-01", "2027-02-01", "2027-03-01", Proration.Days, Proration.ThirtyDays, 50.00, "")]
    // entry
    [InlineData("2026-10-01", "2026-11-01", "2026-10-22", "2026-11-01", Proration.Days, Proration.None, 16.13,
        "10 of 31 days × 50.00 = 16.13")]
    [InlineData("2026-11-01", "2026-12-01", "2026-11-21", "2026-12-01", Proration.Days, Proration.None, 16.67,
        "10 of 30 days × 50.00 = 16.67")]
    [InlineData("2028-02-01", "2028-03-01", "2028-02-20", "2028-03-01", Proration.Days, Proration.None, 17.24,
        "10 of 29 days × 50.00 = 17.24")]
    [InlineData("2027-02-01", "2027-03-01", "2027-02-19", "2027-03-01", Proration.Days, Proration.None, 17.86,
        "10 of 28 days × 50.00 = 17.86")]
    [InlineData("2026-10-01", "2026-11-01", "2026-10-22", "2026-11-01", Proration.ThirtyDays, Proration.None, 16.67,
        "10 of 30 days × 50.00 = 16.67")]
    [InlineData("2026-10-01", "2026-11-01", "2026-10-02", "2026-11-01", Proration.ThirtyDays, Proration.None, 50.00,
        "part of a period at the full price: 50.00")]
    [InlineData("2026-10-01", "2026-11-01", "2026-10-22", "2026-11-01", Proration.None, Proration.Days, 50.00,
        "part of a period at the full price: 50.00")]
    // exit
    [InlineData("2026-10-01", "2026-11-01", "2026-10-01", "2026-10-11", Proration.None, Proration.Days, 16.13,
        "10 of 31 days × 50.00 = 16.13")]
    [InlineData("2027-02-01", "2027-03-01", "2027-02-01", "2027-02-28", Proration.None, Proration.ThirtyDays, 45.00,
        "27 of 30 days × 50.00 = 45.00")]
    [InlineData("2026-10-01", "2026-11-01", "2026-10-01", "2026-10-11", Proration.Days, Proration.None, 50.00,
        "part of a period at the full price: 50.00")]
    // entry and exit within one period
    [InlineData("2026-10-01", "2026-11-01", "2026-10-11", "2026-10-21", Proration.Days, Proration.Days, 16.13,
        "10 of 31 days × 50.00 = 16.13")]
    [InlineData("2026-10-01", "2026-11-01", "2026-10-11", "2026-10-21", Proration.ThirtyDays, Proration.ThirtyDays, 16.67,
        "10 of 30 days × 50.00 = 16.67")]
    [InlineData("2026-10-01", "2026-11-01", "2026-10-11", "2026-10-21", Proration.None, Proration.None, 50.00,
        "part of a period at the full price: 50.00")]
    [InlineData("2026-10-01", "2026-11-01", "2026-10-11", "2026-10-21", Proration.None, Proration.Days, 32.26, "20 of 31 days")]
    [InlineData("2026-10-01", "2026-11-01", "2026-10-11", "2026-10-21", Proration.Days, Proration.None, 33.87, "21 of 31 days")]
    // cycles that begin on days 29, 30 and 31
    [InlineData("2027-01-31", "2027-02-28", "2027-02-18", "2027-02-28", Proration.Days, Proration.Days, 17.86,
        "10 of 28 days × 50.00 = 17.86")]
    [InlineData("2027-02-28", "2027-03-31", "2027-03-21", "2027-03-31", Proration.Days, Proration.Days, 16.13,
        "10 of 31 days × 50.00 = 16.13")]
    [InlineData("2028-01-30", "2028-02-29", "2028-02-19", "2028-02-29", Proration.Days, Proration.Days, 16.67,
        "10 of 30 days × 50.00 = 16.67")]
    [InlineData("2027-02-28", "2027-03-29", "2027-03-19", "2027-03-29", Proration.Days, Proration.Days, 17.24,
        "10 of 29 days × 50.00 = 17.24")]
    public void A_part_of_a_period_costs(
        string basisFrom, string basisTo, string from, string to, Proration entry, Proration exit, double expected,
            string explanation)
    {
        var price = Monthly(50m, entry: entry, exit: exit);
        var basis = Span(basisFrom, basisTo);
        var part = Span(from, to);

        var amount = Prorating.Minor(Prorating.Exact(Share(basis, part, price), price.Amount, 1, null), Eur, RoundingMode.HalfUp);

        Assert.Equal((long)((decimal)expected * 100), amount);
        var text = Wording.For("en").Explain(Prorating.Explain(basis, part, Share(basis, part, price), price.Amount, 1,
            amount / 100m), Eur);
        Assert.True(entry != exit && part.From > basis.From && part.To < basis.To
            ? text.EndsWith(FormattableString.Invariant($"× 50.00 = {amount / 100m:0.00}"), StringComparison.Ordinal)
            : text == explanation, text);
    }

    [Fact]
    public void Entry_and_exit_by_different_rules_take_off_what_each_side_saves()
    {
        // 10 October to 20 October of a 31-day month: by days at entry 22/31, by thirty days at exit 19/30.
        var price = Monthly(93m, entry: Proration.Days, exit: Proration.ThirtyDays);
        var share = Share(Span("2026-10-01", "2026-11-01"), Span("2026-10-10", "2026-10-20"), price);

        Assert.Equal(new PriceShare(22 * 30 + 19 * 31 - 31 * 30, 31 * 30, ShareKind.Mixed), share);
    }

    [Fact]
    public void Rules_that_save_more_than_the_whole_cost_nothing()
    {
        // The last day of a 31-day month by days at entry (1/31), 30 of 30 at exit; one day less is 29/30.
        var price = Monthly(50m, entry: Proration.Days, exit: Proration.ThirtyDays);
        var share = Share(Span("2027-02-01", "2027-03-01"), Span("2027-02-26", "2027-02-27"), price);

        // 3/28 + 26/30 − 1 is below zero.
        Assert.Equal(new PriceShare(0, 1), share);
    }

    [Fact]
    public void Thirty_days_of_a_quarter_are_ninety()
    {
        var price = Monthly(90m, exit: Proration.ThirtyDays, months: 3);
        var share = Share(Span("2026-07-01", "2026-10-01"), Span("2026-07-01", "2026-08-01"), price);

        Assert.Equal(new PriceShare(31, 90), share);
    }

    [Fact]
    public void The_quantity_is_part_of_the_explanation()
    {
        var text = Wording.For("en").Explain(
            Prorating.Explain(
                Span("2026-10-01", "2026-11-01"), Span("2026-10-22", "2026-11-01"), new PriceShare(10, 31), Euro(50m), 3, 48.39m),
            Eur);

        Assert.Equal("10 of 31 days × 3 × 50.00 = 48.39", text);
    }
}
