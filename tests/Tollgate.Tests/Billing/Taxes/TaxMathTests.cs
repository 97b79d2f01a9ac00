using FsCheck;
using FsCheck.Fluent;
using Tollgate.Billing;
using Tollgate.Catalog;
using Tollgate.Primitives;
using static Tollgate.Tests.Billing.Taxes.TaxSheet;

namespace Tollgate.Tests.Billing.Taxes;

public sealed class TaxMathTests
{
    /// <summary>A levy on the charge, a levy on that levy, VAT on everything.</summary>
    private static readonly Catalogue Compound = Of(
        """
        taxes:
          - code: standard
            name: VAT
            on: [fund, access]
            rates: [{ country: DE, percent: 20, from: 2020-01-01 }]
        taxRules:
          - { code: fund, name: Fund, country: DE, rates: [{ percent: 10, from: 2020-01-01 }] }
          - { code: access, name: Access, country: DE, on: [fund], rates: [{ percent: 5, from: 2020-01-01 }] }
        """);

    private static readonly Catalogue Parallel = Of(
        """
        taxes: [{ code: standard, name: VAT, rates: [{ country: DE, percent: 20, from: 2020-01-01 }] }]
        taxRules:
          - { code: fund, name: Fund, country: DE, rates: [{ percent: 10, from: 2020-01-01 }] }
          - { code: fee, name: Fee, country: DE, rates: [{ amount: 0.35, per: line, from: 2020-01-01 }] }
          - { code: line911, name: Emergency, country: DE, rates: [{ amount: 1.50, per: service, from: 2020-01-01 }] }
        """);

    [Fact]
    public void Levies_on_levies_are_computed_in_the_order_of_their_bases()
    {
        var set = Compound.Taxes("standard", Customer("DE"), "2026-01-01")!;

        Assert.Equal(["fund 10 % 10000 1000", "access 5 % 11000 550", "standard 20 % 11550 2310"],
            set.Tax(10_000).Subtotals.Show().OrderBy(text => Array.IndexOf(["fund", "access", "standard"], text.Split(' ')[0])));
        Assert.Equal(38.6m, set.Percent);
    }

    [Fact]
    public void Parallel_taxes_and_fixed_amounts_stand_beside_each_other()
    {
        var set = Parallel.Taxes("standard", Customer("DE"), "2026-01-01")!;

        var taxed = set.Tax(10_000, services: 3);

        Assert.Equal(
            ["fee 0.35 10000 35", "fund 10 % 10000 1000", "line911 1.50 10000 450", "standard 20 % 10000 2000"],
            taxed.Subtotals.Show());
        Assert.Equal(10_000 + 3485, taxed.Lines[0].NetMinor + taxed.Lines[0].TaxMinor);
    }

    [Fact]
    public void A_price_with_compound_taxes_holds_the_same_taxes_as_its_net_price()
    {
        var set = Compound.Taxes("standard", Customer("DE"), "2026-01-01")!;

        Assert.Equal(set.Tax(10_000).Subtotals.Show(), set.Tax(13_860, included: true).Subtotals.Show());
    }

    [Fact]
    public void Rounding_per_line_and_per_document_differ_by_what_the_lines_round()
    {
        var vat = TaxSet.Plain("standard", "VAT", "DE", 19m);
        TaxableLine[] lines = [.. Enumerable.Repeat(new TaxableLine(vat, 103, false), 3)];

        Assert.Equal(59, TaxMath.Of(lines, TaxRounding.PerDocument, Units.Eur).Subtotals[0].TaxMinor);
        Assert.Equal(60, TaxMath.Of(lines, TaxRounding.PerLine, Units.Eur).Subtotals[0].TaxMinor);
        Assert.Equal([19L, 20L, 20L], TaxMath.Of(lines, TaxRounding.PerDocument, Units.Eur).Lines.Select(line => line.TaxMinor));
    }

    [Fact]
    public void The_rate_that_is_negative_takes_back_the_same() => Laws(lines =>
    {
        var there = TaxMath.Of(lines, TaxRounding.PerDocument, Units.Eur);
        var back = TaxMath.Of(
            [.. lines.Select(line => line with
            {
                AmountMinor = -line.AmountMinor, LineUnits = -line.LineUnits, ServiceUnits = -line.ServiceUnits,
            })], TaxRounding.PerDocument, Units.Eur);
        return there.Subtotals.Sum(tax => tax.TaxMinor) == -back.Subtotals.Sum(tax => tax.TaxMinor);
    });

    [Fact]
    public void What_the_lines_bear_sums_to_the_taxes_of_the_document_and_gross_prices_stay_whole() => Laws(lines =>
    {
        foreach (var rounding in new[] { TaxRounding.PerDocument, TaxRounding.PerLine })
        {
            var (taxed, subtotals) = TaxMath.Of(lines, rounding, Units.Eur);
            if (taxed.Sum(line => line.TaxMinor) != subtotals.Sum(tax => tax.TaxMinor)
                || taxed.Where((line, i) => line.TaxMinor != line.Parts.Sum(part => part.TaxMinor)).Any()
                || taxed.Where((line, i) => lines[i].Included
                    ? line.NetMinor + line.TaxMinor != lines[i].AmountMinor
                    : line.NetMinor != lines[i].AmountMinor).Any())
            {
                return false;
            }
        }
        return true;
    });

    [Fact]
    public void A_tax_of_net_prices_is_its_rate_of_the_base_it_shows() => Laws(lines =>
        TaxMath.Of([.. lines.Select(line => line with { Included = false })], TaxRounding.PerDocument, Units.Eur).Subtotals
            .All(tax => tax.Fixed != 0 || tax.TaxMinor
                == (long)Rounding.Round(tax.BaseMinor * tax.Percent / 100m, 0, RoundingMode.HalfUp)));

    private static void Laws(Func<TaxableLine[], bool> law) => Prop.ForAll<DoNotSize<int>>(seed =>
    {
        var random = new Random(seed.Item);
        TaxSet[] sets =
        [
            TaxSet.Plain("standard", "VAT", "DE", 19m), TaxSet.Plain("reduced", "VAT", "DE", 7m),
            Compound.Taxes("standard", Customer("DE"), "2026-01-01")!, Parallel.Taxes("standard", Customer("DE"), "2026-01-01")!,
        ];
        return law([.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => new TaxableLine(
            sets[random.Next(sets.Length)], random.Next(-50_000, 100_000), random.Next(3) == 0, random.Next(-1, 2),
            random.Next(0, 3)))]);
    }).Holds();
}
