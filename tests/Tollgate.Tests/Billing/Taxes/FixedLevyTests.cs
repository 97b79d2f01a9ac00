using System.Collections.Immutable;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Catalog;
using static Tollgate.Tests.Billing.BillingFixture;

namespace Tollgate.Tests.Billing.Taxes;

/// <summary>Amounts per service and month, whatever changes in the month and whenever that is recorded.</summary>
public sealed class FixedLevyTests
{
    private static readonly Catalogue Levied = TaxSheet.Of(
        """
        taxes: [{ code: standard, name: VAT, rates: [{ country: DE, percent: 19, from: 2020-01-01 }] }]
        taxRules: [ { code: emergency, name: Emergency, country: DE, rates: [{ amount: 1.50, per: service, from: 2020-01-01 }] } ]
        """) with
    {
        Offers = [new Offer { Code = "plan", Name = "Plan", Recurring = [Monthly(10m), Monthly(4m, code: "option")] }],
    };

    private static TimelineChange.Quantity Quantity(string day, int units) =>
        new(Berlin.AtStartOfDay(Day(day)).ToInstant(), units);

    private static BillDraft Bill(string date, SubscriptionFacts subscription, params IEnumerable<BillDraft> before) =>
        Draft(Input(Levied, date, subscription) with { Billed = [.. before.SelectMany(Billed)] });

    /// <summary>As the store hands lines back, levies included.</summary>
    private static IEnumerable<BilledItem> Billed(BillDraft draft) => draft.AsBilled().Zip(
        draft.Lines.Where(line => line.Item is not null), (item, line) => item with
        {
            TaxSet = line.TaxSet, LevyLines = line.LevyLines, LevyServices = line.LevyServices,
        });

    private static long Levy(params IEnumerable<BillDraft> bills) =>
        bills.SelectMany(bill => bill.Taxes).Where(tax => tax.Code == "emergency").Sum(tax => tax.TaxMinor);

    [Theory]
    [InlineData("2026-10-15", 5, 2, 5)] // more in the middle: two this month, five from the next
    [InlineData("2026-10-15", 1, 2, 1)]
    [InlineData("2026-10-01", 5, 5, 5)] // from the first day: five
    [InlineData("2026-10-01", 1, 1, 1)]
    public void Units_at_the_beginning_of_a_month_count_whenever_the_change_is_recorded(
        string day, int units, int october, int november)
    {
        var before = Subscription("2026-10-01", quantity: 2);
        var after = before with { Changes = [Quantity(day, units)] };

        var inTime = Bill("2026-10-01", after);
        var first = Bill("2026-10-01", before);
        var late = Bill("2026-11-01", after, first);
        var all = Bill("2026-11-01", after);

        Assert.Equal(150 * (october + november), Levy(all));
        Assert.Equal(150 * (october + november), Levy(first, late));
        Assert.Equal(150 * 2, Levy(first));
        Assert.Equal(day == "2026-10-01" ? 150 * units : 150 * 2, Levy(inTime));
        Assert.Empty(Bill("2026-11-01", after, first, late).Lines);
        Assert.Equal(all.NetMinor, first.NetMinor + late.NetMinor);
    }

    [Fact]
    public void A_subscription_that_is_taken_back_takes_its_levy_back()
    {
        var first = Bill("2026-10-01", Subscription("2026-10-01", quantity: 3));
        var never = Subscription("2026-10-01", "2026-10-01", quantity: 3);

        Assert.Equal(450, Levy(first));
        Assert.Equal(0, Levy(first, Bill("2026-11-01", never, first)));
    }

    [Fact]
    public void A_part_of_a_month_bears_the_levy_of_its_first_day_whole() =>
        Assert.Equal(300 + 300, Levy(Bill("2026-11-01", Subscription("2026-10-20", quantity: 2))));
}
