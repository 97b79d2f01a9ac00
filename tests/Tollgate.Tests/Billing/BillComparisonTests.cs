using Tollgate.Billing;
using Tollgate.Primitives;

namespace Tollgate.Tests.Billing;

/// <summary>Why two bills differ.</summary>
public sealed class BillComparisonTests
{
    [Fact]
    public void Reasons_are_named_by_what_changed()
    {
        ComparedLine[] before =
        [
            Fee(1, 5000), Fee(2, 1000), Use(1, ServiceKind.Voice, 200),
            Fee(4, 800, price: "8"),
        ];
        ComparedLine[] after =
        [
            Fee(1, 5000), Fee(3, 700) with { Kind = BillLineKind.OneTime }, Fee(3, 1613) with { PartPeriod = true },
            Fee(1, -300) with { Kind = BillLineKind.Adjustment }, Use(1, ServiceKind.Voice, 250), Use(1, ServiceKind.Data, 40),
            Fee(4, 900, price: "9"),
        ];

        var reasons = BillComparison.Of(before, 100, after, 160);

        Assert.Equal(
            [
                "New N3 2313", "Gone N2 -1000", "Price Fee 100", "Usage Voice 50", "Usage Data 40", "Corrections -300", "Tax 60",
            ], reasons.Select(Show));
    }

    [Fact]
    public void A_part_period_and_more_units_are_told_apart()
    {
        var reasons = BillComparison.Of([Fee(1, 1613) with { PartPeriod = true }, Fee(1, 5000)], 0, [Fee(1, 10_000)], 0);

        Assert.Equal(["PartPeriods -1613", "Recurring 5000"], reasons.Select(Show));
        Assert.Empty(BillComparison.Of([Fee(1, 5000)], 950, [Fee(1, 5000)], 950));
    }

    [Fact]
    public void Only_what_corrects_an_earlier_bill_is_told_as_a_correction()
    {
        ComparedLine[] after =
        [
            Fee(1, 5000), Fee(1, -67) with { Kind = BillLineKind.Discount }, Fee(1, -67) with { Kind = BillLineKind.Adjustment },
            Whole(BillLineKind.Given, 500), Whole(BillLineKind.Credit, -1037) with { Corrects = true },
            Whole(BillLineKind.Commitment, 300), Use(1, ServiceKind.Voice, 50),
            Use(1, ServiceKind.Voice, 10) with { Corrects = true }, Whole(BillLineKind.Discount, -8) with { Corrects = true },
        ];

        var reasons = BillComparison.Of([Fee(1, 5000), Use(1, ServiceKind.Voice, 20)], 0, after, 0);

        Assert.Equal(
            [
                "Usage Voice 30", "Commitments 300", "Discounts -67", "Given 500", "SetOff -1037", "Corrections -65",
            ], reasons.Select(Show));
    }

    [Fact]
    public void Charges_of_the_whole_account_are_no_corrections()
    {
        var reasons = BillComparison.Of(
            [Whole(BillLineKind.Recurring, 100)], 0, [Whole(BillLineKind.Recurring, 150), Whole(BillLineKind.OneTime, 20)], 0);

        Assert.Equal(["Recurring 50", "OneTime 20"], reasons.Select(Show));
    }

    [Fact]
    public void Reasons_add_up_to_the_difference_of_any_two_bills()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var (before, after) = (Bill(random), Bill(random));
            var (taxBefore, taxAfter) = (random.Next(-500, 500), random.Next(-500, 500));

            var reasons = BillComparison.Of(before, taxBefore, after, taxAfter);

            Assert.Equal(after.Sum(line => line.NetMinor) + taxAfter - before.Sum(line => line.NetMinor) - taxBefore,
                reasons.Sum(reason => reason.Minor));
            Assert.DoesNotContain(reasons, reason => reason.Minor == 0);
            Assert.Equal(reasons.Length, reasons.Select(reason => (reason.Reason, reason.Service, string.Join(',', reason.About)))
                .Distinct().Count());
        }
    }

    private static ComparedLine[] Bill(Random random) =>
    [
        .. Enumerable.Range(0, random.Next(0, 12)).Select(_ =>
        {
            var kind = random.GetItems(Enum.GetValues<BillLineKind>(), 1)[0];
            return new ComparedLine(
                kind, random.Next(8) == 0 && kind != BillLineKind.Recurring ? null : new SubscriptionId(random.Next(1, 5)), "N",
                $"code{random.Next(3)}", "Fee", random.Next(3) == 0 ? "" : $"{random.Next(1, 3)}", random.Next(3) == 0,
                kind == BillLineKind.Usage ? Enum.GetValues<ServiceKind>()[random.Next(5)] : null, random.Next(-2000, 5000))
            {
                Corrects = random.Next(6) == 0,
            };
        }),
    ];

    private static ComparedLine Fee(long subscription, long net, string price = "50") => new(
        BillLineKind.Recurring, new SubscriptionId(subscription), $"N{subscription}", "base", "Fee", price, false, null, net);

    private static ComparedLine Whole(BillLineKind kind, long net) =>
        new(kind, null, "", "code", "Name", "", false, null, net);

    private static ComparedLine Use(long subscription, ServiceKind service, long net) => new(
        BillLineKind.Usage, new SubscriptionId(subscription), $"N{subscription}", "voice/any/other", "Calls", "", false,
            service, net);

    private static string Show(BillDifference one) => string.Join(' ',
        new[] { one.Reason.ToString(), string.Join(',', one.About), one.Service?.ToString() ?? "", $"{one.Minor}" }
            .Where(part => part.Length > 0));
}
