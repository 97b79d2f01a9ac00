using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Tollgate.Billing;
using Tollgate.Primitives;
using Tollgate.Tests.Billing.Taxes;
using static Tollgate.Tests.Billing.BillingFixture;

namespace Tollgate.Tests.Billing;

public sealed class CreditMathTests
{
    private static readonly TaxSet Levies = TaxSheet.Illinois
        .Taxes("telecom", TaxSheet.Customer("US", "IL", "CHI"), "2026-01-31", seller: "US")!;

    /// <summary>Lines with their taxes, as a bill has them.</summary>
    private static ImmutableArray<CreditableLine> Billed(params (long Amount, bool Included, TaxSet? Set)[] lines)
    {
        var (taxed, _) = TaxMath.Of(
            [.. lines.Select(line => new TaxableLine(
                line.Set ?? Plain(19m), line.Amount, line.Included, 1, line.Set is null ? 0 : 1))],
            TaxRounding.PerDocument, Eur);
        return
        [
            .. lines.Select((line, i) => CreditableLine.Of(new BillLine
            {
                No = i + 1, Kind = BillLineKind.Recurring, Code = "base", Description = "Fee",
                Period = Span("2026-10-01", "2026-11-01"),
                Quantity = 1, AmountMinor = line.Amount, TaxIncluded = line.Included, TaxCode = "standard", TaxPercent = 19m,
                TaxSet = line.Set, NetMinor = taxed[i].NetMinor, TaxMinor = taxed[i].TaxMinor,
                TaxParts = line.Set is null ? [] : taxed[i].Parts, RevenueAccount = "4000-fees",
            })),
        ];
    }

    private static TaxSet Plain(decimal percent) => TaxSet.Plain("standard", "VAT", "DE", percent);

    private static ImmutableArray<CreditableLine> After(ImmutableArray<CreditableLine> lines, ImmutableArray<BillLine> credit) =>
    [
        .. lines.Select(line => credit.Where(one => one.No == line.Line.No).Aggregate(line, (left, one) => left with
        {
            NetMinor = left.NetMinor - one.NetMinor, TaxMinor = left.TaxMinor - one.TaxMinor,
            PartsMinor = [.. left.PartsMinor.Select((part, i) => part - one.TaxParts[i].TaxMinor)],
        })),
    ];

    [Fact]
    public void A_credit_of_everything_is_the_original_with_the_other_sign()
    {
        var lines = Billed((3000, false, null), (1190, true, null), (5000, false, Levies));

        var credit = CreditMath.Whole(lines);

        Assert.Equal(lines.Select(line => -line.Line.NetMinor), credit.Select(line => line.NetMinor));
        Assert.Equal(lines.Select(line => -line.Line.TaxMinor), credit.Select(line => line.TaxMinor));
        Assert.Equal(lines[2].Line.TaxParts.Select(part => -part.TaxMinor), credit[2].TaxParts.Select(part => part.TaxMinor));
        Assert.Equal([-3000L, -1190L, -5000L], credit.Select(line => line.AmountMinor));
    }

    [Fact]
    public void An_amount_is_divided_over_the_lines_and_carries_the_rate_of_the_original()
    {
        var credit = CreditMath.Part(Billed((10_000, false, null), (30_000, false, null)), 11_900);

        Assert.Equal([-2500L, -7500L], credit.Select(line => line.NetMinor));
        Assert.Equal([-475L, -1425L], credit.Select(line => line.TaxMinor));
        Assert.Equal([-10_000L], CreditMath.Part(Billed((30_000, false, null)), 10_000, net: true).Select(line => line.NetMinor));
    }

    [Fact]
    public void More_than_is_left_is_no_credit() => Assert.Throws<ArgumentOutOfRangeException>(() =>
        CreditMath.Part(Billed((10_000, false, null)), 11_901));

    [Fact]
    public void Any_credits_and_the_rest_sum_to_zero_in_net_and_every_tax() => Prop.ForAll<DoNotSize<int>>(seed =>
    {
        var random = new Random(seed.Item);
        TaxSet?[] sets = [null, Levies, Plain(7m)];
        var original = Billed([.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => (
            random.NextInt64(-3_000, 20_000), random.Next(2) == 0, sets[random.Next(3)]))]);
        var lines = original;
        var all = new List<BillLine>();
        for (var i = 0; i < 4; i++)
        {
            var left = lines.Sum(line => line.GrossLeft);
            if (left <= 0)
            {
                break;
            }
            var credit = CreditMath.Part(lines, random.NextInt64(1, left + 1));
            all.AddRange(credit);
            lines = After(lines, credit);
        }
        all.AddRange(CreditMath.Whole(lines));
        ImmutableArray<TaxSubtotal> Taxes(IEnumerable<BillLine> of) => CreditMath.Subtotals(of, _ => Plain(19m));
        return all.Sum(line => line.NetMinor) == -original.Sum(line => line.Line.NetMinor)
            && Taxes(original.Select(line => line.Line).Concat(all)).All(tax => tax.TaxMinor == 0)
            && all.TrueForAll(line => line.TaxParts.IsEmpty || line.TaxParts.Sum(part => part.TaxMinor) == line.TaxMinor);
    }).Holds();
}
