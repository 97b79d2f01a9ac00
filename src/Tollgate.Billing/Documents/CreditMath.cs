using System.Collections.Immutable;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>A line of an issued document with what credit notes took of it so far.</summary>
/// <param name="Line">As issued, its taxes included.</param>
/// <param name="NetMinor">Net amount credited so far, with the sign of the line: 10.00 of a line of 50.00 is 1000.</param>
/// <param name="TaxMinor">Tax credited so far, likewise.</param>
/// <param name="PartsMinor">The same per part of the line's <see cref="BillLine.TaxSet"/>; empty for a plain line.</param>
public sealed record CreditableLine(BillLine Line, long NetMinor, long TaxMinor, ImmutableArray<long> PartsMinor)
{
    /// <summary>A line of which nothing is credited.</summary>
    public static CreditableLine Of(BillLine line) => new(line, 0, 0, [.. line.TaxParts.Select(_ => 0L)]);

    /// <summary>Net amount not credited yet.</summary>
    public long NetLeft => Line.NetMinor - NetMinor;

    /// <summary>Tax not credited yet.</summary>
    public long TaxLeft => Line.TaxMinor - TaxMinor;

    /// <summary>Amount with tax not credited yet.</summary>
    public long GrossLeft => NetLeft + TaxLeft;
}

/// <summary>
/// Makes the lines of credit notes. A credit takes net amounts and taxes in the proportion in which they are left on the
/// original, so
/// that it carries the original's rates, and the last credit takes exactly the rest:
/// <code>
/// whole line     net = net left, each tax = tax left
/// a part g       per set of taxes: tax = round(g × tax left ÷ gross left), divided over lines and taxes by largest remainder
/// </code>
/// </summary>
public static class CreditMath
{
    /// <summary>Credit lines that take everything that is left of these lines.</summary>
    public static ImmutableArray<BillLine> Whole(IEnumerable<CreditableLine> lines) =>
    [
        .. lines.Where(line => line.NetLeft != 0 || line.TaxLeft != 0).Select(line => Credit(
            line, line.NetLeft, line.TaxLeft, PartsLeft(line), whole: line.NetMinor == 0 && line.TaxMinor == 0)),
    ];

    /// <summary>Credit lines for an amount of these lines, divided among them in the proportion of what is left.</summary>
    /// <param name="lines">Of the original.</param>
    /// <param name="minor">With tax (or without, see <paramref name="net"/>); more than 0 and at most what is left in
    /// sum.</param>
    /// <param name="net">The amount is without tax.</param>
    /// <exception cref="ArgumentOutOfRangeException">The amount is not positive or more than what is left.</exception>
    public static ImmutableArray<BillLine> Part(IReadOnlyList<CreditableLine> lines, long minor, bool net = false)
    {
        var left = lines.Sum(line => Left(line, net));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(minor);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minor, left);
        if (minor == left)
        {
            return Whole(lines);
        }
        var groups = lines.Where(line => Left(line, net) != 0)
            .GroupBy(line => (line.Line.TaxSet, line.Line.TaxCode, line.Line.TaxPercent))
            .Select(group => group.ToArray()).ToArray();
        var shares = TaxWork.Spread(
            minor, [.. groups.Select(group => (decimal)minor * group.Sum(line => Left(line, net)) / left)]);
        return [.. groups.SelectMany((group, i) => Group(group, shares[i], net)).OrderBy(line => line.No)];
    }

    private static long Left(CreditableLine line, bool net) => net ? line.NetLeft : line.GrossLeft;

    private static IEnumerable<BillLine> Group(CreditableLine[] group, long minor, bool net)
    {
        var (netLeft, taxLeft) = (group.Sum(line => line.NetLeft), group.Sum(line => line.TaxLeft));
        var basis = net ? netLeft : netLeft + taxLeft;
        if (minor == 0 || basis == 0)
        {
            return [];
        }
        var factor = (decimal)minor / basis;
        var tax = HalfUp(taxLeft * factor);
        var nets = TaxWork.Spread(net ? minor : minor - tax, [.. group.Select(line => line.NetLeft * factor)]);
        var taxes = net
            ? TaxWork.Spread(tax, [.. group.Select(line => line.TaxLeft * factor)])
            :
            [
                .. TaxWork.Spread(minor, [.. group.Select(line => line.GrossLeft * factor)])
                    .Select((gross, i) => gross - nets[i]),
            ];
        return group.Select((line, i) => Credit(line, nets[i], taxes[i], Parts(line, taxes[i]), whole: false));
    }

    /// <summary>The taxes of a part in the proportion in which they are left.</summary>
    private static long[] Parts(CreditableLine line, long tax)
    {
        var left = PartsLeft(line);
        var sum = left.Sum();
        return left.Length == 0 ? [] : TaxWork.Spread(tax, [.. left.Select(one => sum == 0 ? 0m : (decimal)one * tax / sum)]);
    }

    private static long[] PartsLeft(CreditableLine line) =>
        [.. line.Line.TaxParts.Select((part, i) => part.TaxMinor - (i < line.PartsMinor.Length ? line.PartsMinor[i] : 0))];

    private static BillLine Credit(CreditableLine of, long net, long tax, long[] parts, bool whole)
    {
        var line = of.Line;
        return line with
        {
            Kind = BillLineKind.Adjustment,
            Reason = whole ? LineReason.NoLongerDue : LineReason.Changed,
            AmountMinor = -(line.TaxIncluded ? net + tax : net),
            NetMinor = -net,
            TaxMinor = -tax,
            TaxParts =
            [
                .. line.TaxParts.Select((part, i) => new TaxAmountOfLine(
                    part.Code, line.NetMinor == 0 ? 0 : -HalfUp((decimal)part.BaseMinor * net / line.NetMinor), -parts[i])),
            ],
            Quantity = whole ? line.Quantity : 1,
            UnitPrice = whole ? line.UnitPrice : null,
            UnitText = whole ? line.UnitText : "",
            LevyLines = whole ? -line.LevyLines : 0,
            LevyServices = whole ? -line.LevyServices : 0,
            Events = 0,
            BaseUnits = 0,
            FreeBaseUnits = 0,
            Explanation = LineExplanation.None,
        };
    }

    /// <summary>The taxes of lines whose amounts are known, summed per tax and rate.</summary>
    /// <param name="lines">Lines with <see cref="BillLine.TaxMinor"/> and parts.</param>
    /// <param name="plain">The set of a line that has none.</param>
    public static ImmutableArray<TaxSubtotal> Subtotals(IEnumerable<BillLine> lines, Func<BillLine, TaxSet> plain)
    {
        var sums = new Dictionary<string, (TaxPart Part, TaxSet Set, long Base, long Tax)>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            var set = line.TaxSet ?? plain(line);
            for (var i = 0; i < set.Parts.Length; i++)
            {
                var part = set.Parts[i];
                var (basis, tax) = i < line.TaxParts.Length
                    ? (line.TaxParts[i].BaseMinor, line.TaxParts[i].TaxMinor)
                    : (line.NetMinor, line.TaxMinor);
                var key = set.KeyOf(i);
                var sum = sums.GetValueOrDefault(key, (part, set, 0L, 0L));
                sums[key] = (part, set, sum.Item3 + basis, sum.Item4 + tax);
            }
        }
        return
        [
            .. sums.Values.Select(sum => new TaxSubtotal(
                sum.Part.Code, sum.Part.Name, sum.Part.Country, sum.Part.Percent, sum.Base, sum.Tax)
            {
                Region = sum.Part.Region, Treatment = sum.Set.Treatment, Note = sum.Set.Note,
                LedgerAccount = sum.Part.LedgerAccount, Fixed = sum.Part.Fixed,
            }).OrderBy(tax => tax.Code, StringComparer.Ordinal).ThenByDescending(tax => tax.Percent),
        ];
    }

    private static long HalfUp(decimal value) => (long)Rounding.Round(value, 0, RoundingMode.HalfUp);
}
