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
public readonly record struct TaxedLine(long NetMinor, long TaxMinor)
{
    private readonly TaxWork? work;
    private readonly int line;

    internal TaxedLine(long net, long tax, TaxWork work, int line)
        : this(net, tax) => (this.work, this.line) = (work, line);

    /// <summary>One per part of its set, in that order; made when asked for, because most charges bear one tax.</summary>
    public ImmutableArray<TaxAmountOfLine> Parts => work?.PartsOf(line) ?? [];
}

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
    private readonly int[] starts; // of the parts of each line in taxes and bases
    private readonly long[] taxes;
    private readonly decimal[] bases;
    private readonly Dictionary<string, Sum> sums = new(StringComparer.Ordinal);
    private readonly Dictionary<TaxSet, Sum[]> sumsOf = new(ReferenceEqualityComparer.Instance);
    private readonly List<Sum> order = [];
    private (TaxSet? Set, Sum[]? Sums) lastSet;

    internal TaxWork(IReadOnlyList<TaxableLine> lines, TaxRounding rounding, Unit currency)
    {
        (this.lines, this.rounding) = (lines, rounding);
        minor = Money.FromMinor(1, currency).Amount;
        nets = new long[lines.Count];
        starts = new int[lines.Count];
        var parts = 0;
        for (var i = 0; i < lines.Count; i++)
        {
            starts[i] = parts;
            parts += lines[i].Taxes.Parts.Length;
        }
        taxes = new long[parts];
        bases = new decimal[parts];
    }

    /// <summary>What is summed for one tax of a document.</summary>
    private sealed class Sum(TaxPart part, TaxSet set, int level, int lines)
    {
        internal readonly TaxPart Part = part;
        internal readonly TaxSet Set = set;
        internal readonly int Level = level;
        internal readonly List<(int Line, int Part)> At = new(lines);
        internal long Base;
        internal long Tax;
    }

    internal TaxedLine[] Compute()
    {
        foreach (var group in Included().GroupBy(i => lines[i].Taxes))
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
        foreach (var sum in order.Count > 1 ? order.OrderBy(sum => sum.Level) : order.AsEnumerable())
        {
            OnTop(sum);
        }
        var results = new TaxedLine[lines.Count];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = Result(i);
        }
        return results;
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

    internal ImmutableArray<TaxAmountOfLine> PartsOf(int i)
    {
        var parts = lines[i].Taxes.Parts;
        var own = ImmutableArray.CreateBuilder<TaxAmountOfLine>(parts.Length);
        for (var p = 0; p < parts.Length; p++)
        {
            own.Add(new TaxAmountOfLine(parts[p].Code, HalfUp(bases[starts[i] + p]), taxes[starts[i] + p]));
        }
        return own.MoveToImmutable();
    }

    private TaxedLine Result(int i)
    {
        var total = 0L;
        for (var p = 0; p < lines[i].Taxes.Parts.Length; p++)
        {
            total += taxes[starts[i] + p];
        }
        return new TaxedLine(nets[i], total, this, i);
    }

    /// <summary>Finds for every tax the charges that bear it, and counts in what is known already.</summary>
    private void Collect()
    {
        for (var i = 0; i < lines.Count; i++)
        {
            if (!lines[i].Included)
            {
                nets[i] = lines[i].AmountMinor;
            }
            var own = SumsOf(lines[i].Taxes);
            for (var p = 0; p < own.Length; p++)
            {
                var sum = own[p];
                if (lines[i].Included)
                {
                    sum.Tax += taxes[starts[i] + p];
                    sum.Base += HalfUp(bases[starts[i] + p]);
                }
                else
                {
                    sum.At.Add((i, p));
                }
            }
        }
    }

    /// <summary>The sums of the parts of a set; sets that tax alike share them.</summary>
    private Sum[] SumsOf(TaxSet set)
    {
        if (ReferenceEquals(set, lastSet.Set))
        {
            return lastSet.Sums!;
        }
        if (sumsOf.TryGetValue(set, out var known))
        {
            lastSet = (set, known);
            return known;
        }
        var own = new Sum[set.Parts.Length];
        for (var p = 0; p < own.Length; p++)
        {
            var key = set.KeyOf(p);
            if (!sums.TryGetValue(key, out var sum))
            {
                var expected = sums.Count == 0 ? lines.Count : 0; // most documents have one tax
                sum = new Sum(set.Parts[p], set, Level(set.Parts, set.Parts[p]), expected);
                sums.Add(key, sum);
                order.Add(sum);
            }
            own[p] = sum;
        }
        sumsOf.Add(set, own);
        lastSet = (set, own);
        return own;
    }

    private IEnumerable<int> Included()
    {
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Included)
            {
                yield return i;
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
        var exactly = 0m;
        var (each, rate) = (sum.Part.Fixed != 0, sum.Part.Percent * 0.01m);
        var plain = sum.Part.Share == 100m && sum.Part.On.IsEmpty;
        for (var n = 0; n < exact.Length; n++)
        {
            var (i, p) = sum.At[n];
            var own = plain ? nets[i] : Base(i, p, nets[i]);
            bases[starts[i] + p] = own;
            exact[n] = each ? Fixed(i, sum.Part) : own * rate;
            exactly += exact[n];
        }
        var whole = rounding == TaxRounding.PerLine || each ? exact.Sum(HalfUp) : HalfUp(exactly);
        var spread = Spread(whole, exact);
        var basis = 0m;
        for (var n = 0; n < exact.Length; n++)
        {
            var (i, p) = sum.At[n];
            taxes[starts[i] + p] = spread[n];
            basis += bases[starts[i] + p];
        }
        sum.Tax += whole;
        sum.Base += HalfUp(basis);
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
            var shares = at.Select(i => part.Fixed != 0 ? Fixed(i, part) : Base(i, p, nets[i]) * part.Percent * 0.01m).ToArray();
            var own = Spread(part.Fixed != 0 ? shares.Sum(HalfUp) : HalfUp(shares.Sum()), shares);
            for (var n = 0; n < at.Length; n++)
            {
                (taxes[starts[at[n]] + p], bases[starts[at[n]] + p]) = (own[n], Base(at[n], p, nets[at[n]]));
                left[n] -= own[n];
            }
        }
        for (var n = 0; n < at.Length; n++)
        {
            (taxes[starts[at[n]] + last], bases[starts[at[n]] + last]) = (left[n], Base(at[n], last, nets[at[n]]));
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
        var basis = parts[p].Share == 100m ? net : net * parts[p].Share / 100m;
        foreach (var code in parts[p].On)
        {
            for (var q = 0; q < p; q++)
            {
                basis += parts[q].Code == code ? taxes[starts[i] + q] : 0;
            }
        }
        return basis;
    }

    private decimal Fixed(int i, TaxPart part) =>
        part.Fixed / minor * (part.Per == Catalog.LevyPer.Line ? lines[i].LineUnits : lines[i].ServiceUnits);

    private static readonly Comparer<(decimal Off, int At)> Nearest = Comparer<(decimal Off, int At)>.Create(
        static (a, b) => b.Off.CompareTo(a.Off) is var off and not 0 ? off : b.At.CompareTo(a.At));

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
            // Mostly few of many: they are kept apart in one pass instead of sorting all.
            var furthest = new PriorityQueue<int, (decimal Off, int At)>(takers, Nearest);
            for (var i = 0; i < exact.Length; i++)
            {
                var one = (Off: (parts[i] - exact[i]) * step, At: i);
                if (furthest.Count < takers)
                {
                    furthest.Enqueue(i, one);
                }
                else
                {
                    furthest.EnqueueDequeue(i, one);
                }
            }
            while (furthest.TryDequeue(out var taker, out _))
            {
                parts[taker] += step;
            }
            left -= (long)takers * step;
        }
        return parts;
    }

    private static long HalfUp(decimal value) => (long)Rounding.Round(value, 0, RoundingMode.HalfUp);
}
