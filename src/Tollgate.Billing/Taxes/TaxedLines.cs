using System.Collections.Immutable;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>A charge to be taxed.</summary>
/// <param name="Taxes">What it is taxed with.</param>
/// <param name="AmountMinor">As priced: with tax where <paramref name="Included"/>.</param>
/// <param name="Included">The amount contains the taxes.</param>
/// <param name="LineUnits">How often fixed amounts per charge apply: 1, 0 for a difference, −1 for a charge taken back.</param>
/// <param name="ServiceUnits">How often fixed amounts per service apply: months times units.</param>
public readonly record struct TaxableLine(
    TaxSet Taxes, long AmountMinor, bool Included, long LineUnits = 0, long ServiceUnits = 0);

/// <summary>One tax of a taxed charge.</summary>
public readonly record struct TaxAmountOfLine(string Code, long BaseMinor, long TaxMinor);

/// <summary>A taxed charge.</summary>
/// <param name="NetMinor">Without tax.</param>
/// <param name="TaxMinor">All its taxes.</param>
/// <param name="Parts">One per part of its set, in that order.</param>
public readonly record struct TaxedLine(long NetMinor, long TaxMinor, ImmutableArray<TaxAmountOfLine> Parts);

/// <summary>
/// Computes the taxes of charges. Per tax, over all charges that bear it:
/// <code>
/// priced without tax   base = Σ net × share + Σ taxes in the base      tax = round(base × r ÷ 100)
/// priced with tax      tax of the sum G = round(G − (G − fixed) ÷ factor), divided among the taxes; nets sum to G − tax
/// fixed amount         round(amount × units) per charge
/// </code>
/// Taxes are computed in the order of the sets, so that a tax in the base of another is known (rounded) before it. With <see
/// cref="TaxRounding.PerLine"/> the same on every charge by itself. Half up. What each charge bears is found by largest
/// remainder, so
/// the taxes of the charges sum to the tax of the document.
/// </summary>
public static class TaxMath
{
    /// <summary>Taxes of charges, one answer for each, and the sums per tax.</summary>
    public static (TaxedLine[] Lines, ImmutableArray<TaxSubtotal> Subtotals) Of(
        IReadOnlyList<TaxableLine> lines, TaxRounding rounding, Unit currency)
    {
        var work = new TaxWork(lines, rounding, currency);
        return (work.Compute(), work.Subtotals());
    }
}

/// <summary>One computation of <see cref="TaxMath"/>.</summary>
internal sealed class TaxWork
{
    private readonly IReadOnlyList<TaxableLine> lines;
    private readonly TaxRounding rounding;
    private readonly decimal minor;
    private readonly long[] nets;
    private readonly long[][] taxes;
    private readonly decimal[][] bases;
    private readonly Dictionary<string, Sum> sums = new(StringComparer.Ordinal);
    private readonly List<Sum> order = [];

    internal TaxWork(IReadOnlyList<TaxableLine> lines, TaxRounding rounding, Unit currency)
    {
        (this.lines, this.rounding) = (lines, rounding);
        minor = Money.FromMinor(1, currency).Amount;
        nets = new long[lines.Count];
        taxes = new long[lines.Count][];
        bases = new decimal[lines.Count][];
        for (var i = 0; i < lines.Count; i++)
        {
            taxes[i] = new long[lines[i].Taxes.Parts.Length];
            bases[i] = new decimal[lines[i].Taxes.Parts.Length];
        }
    }

    /// <summary>What is summed for one tax of a document.</summary>
    private sealed class Sum(TaxPart part, TaxSet set, int level)
    {
        internal readonly TaxPart Part = part;
        internal readonly TaxSet Set = set;
        internal readonly int Level = level;
        internal readonly List<(int Line, int Part)> At = [];
        internal long Base;
        internal long Tax;
    }

    internal TaxedLine[] Compute()
    {
        foreach (var group in Enumerable.Range(0, lines.Count).Where(i => lines[i].Included).GroupBy(i => lines[i].Taxes))
        {
            if (rounding == TaxRounding.PerLine)
            {
                foreach (var i in group)
                {
                    Contained(group.Key, [i]);
                }
            }
            else
            {
                Contained(group.Key, [.. group]);
            }
        }
        Collect();
        foreach (var sum in order.OrderBy(sum => sum.Level))
        {
            OnTop(sum);
        }
        return [.. Enumerable.Range(0, lines.Count).Select(Result)];
    }

    /// <summary>In the order of computation, then by code; the higher rate first.</summary>
    internal ImmutableArray<TaxSubtotal> Subtotals() =>
    [
        .. order.OrderBy(sum => sum.Level).ThenBy(sum => sum.Part.Code, StringComparer.Ordinal)
            .ThenByDescending(sum => sum.Part.Percent).Select(sum => new TaxSubtotal(
                sum.Part.Code, sum.Part.Name, sum.Part.Country, sum.Part.Percent, sum.Base, sum.Tax)
            {
                Region = sum.Part.Region,
                Treatment = sum.Set.Treatment,
                Note = sum.Set.Note,
                LedgerAccount = sum.Part.LedgerAccount,
                Fixed = sum.Part.Fixed,
            }),
    ];

    private TaxedLine Result(int i)
    {
        var parts = lines[i].Taxes.Parts;
        var own = ImmutableArray.CreateBuilder<TaxAmountOfLine>(parts.Length);
        var total = 0L;
        for (var p = 0; p < parts.Length; p++)
        {
            own.Add(new TaxAmountOfLine(parts[p].Code, HalfUp(bases[i][p]), taxes[i][p]));
            total += taxes[i][p];
        }
        return new TaxedLine(nets[i], total, own.MoveToImmutable());
    }

    /// <summary>Finds for every tax the charges that bear it, and counts in what is known already.</summary>
    private void Collect()
    {
        for (var i = 0; i < lines.Count; i++)
        {
            var set = lines[i].Taxes;
            if (!lines[i].Included)
            {
                nets[i] = lines[i].AmountMinor;
            }
            for (var p = 0; p < set.Parts.Length; p++)
            {
                var part = set.Parts[p];
                var key = $"{part.Key}|{set.Treatment}|{set.Note}";
                if (!sums.TryGetValue(key, out var sum))
                {
                    sums.Add(key, sum = new Sum(part, set, Level(set.Parts, part)));
                    order.Add(sum);
                }
                if (lines[i].Included)
                {
                    sum.Tax += taxes[i][p];
                    sum.Base += HalfUp(bases[i][p]);
                }
                else
                {
                    sum.At.Add((i, p));
                }
            }
        }
    }

    private static int Level(ImmutableArray<TaxPart> parts, TaxPart part) => part.On.IsEmpty
        ? 0
        : 1 + part.On.Max(code => parts.FirstOrDefault(other => other.Code == code) is { } below ? Level(parts, below) : 0);

    /// <summary>A tax over all charges priced without tax that bear it.</summary>
    private void OnTop(Sum sum)
    {
        if (sum.At.Count == 0)
        {
            return;
        }
        var exact = new decimal[sum.At.Count];
        for (var n = 0; n < exact.Length; n++)
        {
            var (i, p) = sum.At[n];
            bases[i][p] = Base(i, p, nets[i]);
            exact[n] = sum.Part.Fixed != 0 ? Fixed(i, sum.Part) : bases[i][p] * sum.Part.Percent / 100m;
        }
        var whole = rounding == TaxRounding.PerLine || sum.Part.Fixed != 0 ? exact.Sum(HalfUp) : HalfUp(exact.Sum());
        var spread = Spread(whole, exact);
        for (var n = 0; n < exact.Length; n++)
        {
            taxes[sum.At[n].Line][sum.At[n].Part] = spread[n];
        }
        sum.Tax += whole;
        sum.Base += HalfUp(sum.At.Sum(at => bases[at.Line][at.Part]));
    }

    /// <summary>The taxes in the amounts of charges of one set.</summary>
    private void Contained(TaxSet set, int[] at)
    {
        var whole = at.Sum(i => lines[i].AmountMinor);
        var fixedOf = at.Select(i => set.Parts.Sum(part => part.Fixed == 0 ? 0L : HalfUp(Fixed(i, part)))).ToArray();
        var tax = HalfUp(whole - (whole - fixedOf.Sum()) / set.Factor);
        var exact = at.Select((i, n) => (lines[i].AmountMinor - fixedOf[n]) / set.Factor).ToArray();
        var spread = Spread(whole - tax, exact);
        for (var n = 0; n < at.Length; n++)
        {
            nets[at[n]] = spread[n];
        }
        var left = at.Select((i, n) => lines[i].AmountMinor - spread[n]).ToArray();
        var last = LastPercentage(set);
        for (var p = 0; p < set.Parts.Length; p++)
        {
            var part = set.Parts[p];
            if (p == last)
            {
                continue;
            }
            var shares = at.Select(i => part.Fixed != 0 ? Fixed(i, part) : Base(i, p, nets[i]) * part.Percent / 100m).ToArray();
            var own = Spread(part.Fixed != 0 ? shares.Sum(HalfUp) : HalfUp(shares.Sum()), shares);
            for (var n = 0; n < at.Length; n++)
            {
                (taxes[at[n]][p], bases[at[n]][p]) = (own[n], Base(at[n], p, nets[at[n]]));
                left[n] -= own[n];
            }
        }
        for (var n = 0; n < at.Length; n++)
        {
            (taxes[at[n]][last], bases[at[n]][last]) = (left[n], Base(at[n], last, nets[at[n]]));
        }
    }

    /// <summary>The part that takes what rounding leaves over: the last percentage, else the last.</summary>
    private static int LastPercentage(TaxSet set)
    {
        for (var p = set.Parts.Length - 1; p > 0; p--)
        {
            if (set.Parts[p].Fixed == 0)
            {
                return p;
            }
        }
        return set.Parts[0].Fixed == 0 ? 0 : set.Parts.Length - 1;
    }

    private decimal Base(int i, int p, long net)
    {
        var parts = lines[i].Taxes.Parts;
        var basis = net * parts[p].Share / 100m;
        foreach (var code in parts[p].On)
        {
            for (var q = 0; q < p; q++)
            {
                basis += parts[q].Code == code ? taxes[i][q] : 0;
            }
        }
        return basis;
    }

    private decimal Fixed(int i, TaxPart part) =>
        part.Fixed / minor * (part.Per == Catalog.LevyPer.Line ? lines[i].LineUnits : lines[i].ServiceUnits);

    /// <summary>Rounds exact shares so that they sum to the whole: what rounding each leaves over goes, one minor unit each,
    /// to those
    /// whose rounding was furthest off; ties go to the earlier one.</summary>
    internal static long[] Spread(long whole, decimal[] exact)
    {
        var parts = new long[exact.Length];
        var sum = 0L;
        for (var i = 0; i < exact.Length; i++)
        {
            sum += parts[i] = HalfUp(exact[i]);
        }
        var left = whole - sum;
        while (left != 0 && exact.Length > 0)
        {
            var step = Math.Sign(left);
            var takers = (int)Math.Min(Math.Abs(left), exact.Length);
            foreach (var i in Enumerable.Range(0, exact.Length).OrderByDescending(i => (exact[i] - parts[i]) * step)
                .ThenBy(i => i).Take(takers).ToArray())
            {
                parts[i] += step;
            }
            left -= (long)takers * step;
        }
        return parts;
    }

    private static long HalfUp(decimal value) => (long)Rounding.Round(value, 0, RoundingMode.HalfUp);
}
