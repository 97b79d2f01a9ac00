using System.Collections.Immutable;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>
/// Computes the taxes of a document and the net amount of each line. Per category and rate:
/// <code>
/// lines priced without tax, sum N      tax = round(N × r ÷ 100)              net of a line = its amount
/// lines priced with tax, sum G         tax = round(G × r ÷ (100 + r))        nets of the lines sum to G − tax
/// </code>
/// or, with <see cref="TaxRounding.PerLine"/>, the same on every line by itself. Tax is rounded half up.
/// </summary>
internal static class Taxation
{
    internal static (ImmutableArray<BillLine> Lines, ImmutableArray<TaxSubtotal> Taxes) Apply(
        IReadOnlyList<BillLine> lines, TaxRounding rounding, string country, Func<string, string> nameOf)
    {
        var nets = new long[lines.Count];
        var taxes = ImmutableArray.CreateBuilder<TaxSubtotal>();
        foreach (var rate in Enumerable.Range(0, lines.Count).GroupBy(i => (lines[i].TaxCode, lines[i].TaxPercent))
                     .OrderBy(group => group.Key.TaxCode, StringComparer.Ordinal).ThenByDescending(group =>
                         group.Key.TaxPercent))
        {
            var percent = rate.Key.TaxPercent;
            var tax = rounding == TaxRounding.PerLine
                ? rate.Sum(i => LineTax(lines[i], nets, i))
                : DocumentTax(lines, [.. rate.Where(i => !lines[i].TaxIncluded)], [.. rate.Where(i => lines[i].TaxIncluded)],
                    percent, nets);
            taxes.Add(new TaxSubtotal(rate.Key.TaxCode, nameOf(rate.Key.TaxCode), country, percent, rate.Sum(i => nets[i]),
                tax));
        }
        return ([.. lines.Select((line, i) => line with { No = i + 1, NetMinor = nets[i] })], taxes.ToImmutable());
    }

    private static long LineTax(BillLine line, long[] nets, int i)
    {
        var tax = line.TaxIncluded ? Contained(line.AmountMinor, line.TaxPercent) : OnTop(line.AmountMinor, line.TaxPercent);
        nets[i] = line.TaxIncluded ? line.AmountMinor - tax : line.AmountMinor;
        return tax;
    }

    private static long DocumentTax(IReadOnlyList<BillLine> lines, int[] without, int[] with, decimal percent, long[] nets)
    {
        foreach (var i in without)
        {
            nets[i] = lines[i].AmountMinor;
        }
        var gross = with.Sum(i => lines[i].AmountMinor);
        var contained = Contained(gross, percent);
        Spread(gross - contained, with, i => lines[i].AmountMinor * 100m / (100m + percent), nets);
        return OnTop(without.Sum(i => lines[i].AmountMinor), percent) + contained;
    }

    /// <summary>Rounds the exact nets so that they sum to the whole: what rounding each leaves over goes, one minor unit each,
    /// to the lines whose rounding was furthest off; ties go to the earlier line.</summary>
    private static void Spread(long whole, int[] at, Func<int, decimal> exact, long[] nets)
    {
        foreach (var i in at)
        {
            nets[i] = (long)Rounding.Round(exact(i), 0, RoundingMode.HalfUp);
        }
        var left = whole - at.Sum(i => nets[i]);
        var step = Math.Sign(left);
        foreach (var i in at.OrderByDescending(i => (exact(i) - nets[i]) * step).ThenBy(i => i).Take((int)Math.Abs(left)))
        {
            nets[i] += step;
        }
    }

    private static long OnTop(long netMinor, decimal percent) =>
        (long)Rounding.Round(netMinor * percent / 100m, 0, RoundingMode.HalfUp);

    private static long Contained(long grossMinor, decimal percent) =>
        (long)Rounding.Round(grossMinor * percent / (100m + percent), 0, RoundingMode.HalfUp);
}
