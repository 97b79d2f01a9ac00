using System.Collections.Immutable;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>Computes the taxes of a draft and the net amount of each of its lines; the arithmetic is <see
/// cref="TaxMath"/>'s.</summary>
internal static class Taxation
{
    internal static (ImmutableArray<BillLine> Lines, ImmutableArray<TaxSubtotal> Taxes) Apply(
        BillWork work, List<BillLine> lines)
    {
        var carried = Carried(work, lines);
        var taxable = new TaxableLine[carried.Count];
        TaxSet? set = null;
        for (var i = 0; i < taxable.Length; i++)
        {
            var line = carried[i];
            if (set is null || line.TaxSet is not null || carried[i - 1].TaxSet is not null
                || line.TaxPercent != carried[i - 1].TaxPercent || line.TaxCode != carried[i - 1].TaxCode)
            {
                set = line.TaxSet ?? work.PlainTax(line.TaxCode, line.TaxPercent);
            }
            taxable[i] = new TaxableLine(
                set, line.AmountMinor, line.TaxIncluded, line.LevyLines, line.LevyServices);
        }
        var (taxed, subtotals) = TaxMath.Of(taxable, work.Input.Policy.TaxRounding, work.Input.Account.Currency);
        for (var i = 0; i < taxed.Length; i++)
        {
            carried[i].Complete(i + 1, taxed[i]);
        }
        return ([.. carried], subtotals);
    }

    /// <summary>
    /// Lets one recurring line of each subscription and period carry the levies that are fixed per service and month: the one
    /// with the shortest period, unless a line billed before carries them. They count the units with which the period, or its
    /// part that is lived, begins: a change in the middle moves them from the next period on. A change that moves the beginning
    /// of a billed period adds or takes back the difference on the line of the item that carries them.
    /// </summary>
    private static List<BillLine> Carried(BillWork work, List<BillLine> lines)
    {
        if (!lines.Exists(line => line.TaxSet is { HasFixed: true }))
        {
            return lines;
        }
        var taken = new Dictionary<(SubscriptionId, NodaTime.LocalDate), (ItemKey? By, long Units)>();
        foreach (var items in work.Input.Billed.GroupBy(item => (item.Key.Subscription, item.Key.BasisFrom)))
        {
            if (items.Key.BasisFrom is { } from && items.Sum(item => item.LevyServices) is > 0 and var units)
            {
                taken.Add((items.Key.Subscription, from), (items.First(item => item.LevyServices > 0).Key, units));
            }
        }
        foreach (var line in lines.Where(line => line.LevyServices < 0))
        {
            taken.Remove((line.Item!.Value.Subscription, line.Item.Value.BasisFrom!.Value));
        }
        var carrying = new Dictionary<BillLine, long>(ReferenceEqualityComparer.Instance);
        foreach (var line in lines.Where(Corrects))
        {
            var by = taken.GetValueOrDefault((line.Subscription!.Value, line.Item!.Value.BasisFrom!.Value));
            carrying.Add(line, by.By == line.Item ? Months(line) * line.LevyServices - by.Units : 0);
        }
        foreach (var line in lines.Where(Candidate).OrderBy(Months))
        {
            if (taken.TryAdd((line.Subscription!.Value, line.Item!.Value.BasisFrom!.Value), (null, 0)))
            {
                carrying[line] = Months(line) * (Corrects(line) ? line.LevyServices : (long)line.Quantity);
            }
        }
        return [.. lines.Select(line => carrying.TryGetValue(line, out var units) ? line with { LevyServices = units } : line)];
    }

    /// <summary>A difference of an item that was billed; it says with how many units the item begins.</summary>
    private static bool Corrects(BillLine line) => line is { Kind: BillLineKind.Adjustment, LevyServices: > 0 };

    private static bool Candidate(BillLine line) =>
        line is { LevyLines: 1, BasisTo: not null, Item: { Kind: BillLineKind.Recurring, BasisFrom: not null } }
        && line.TaxSet is { } set && set.Parts.Any(part => part.Fixed != 0 && part.Per == LevyPer.Service);

    private static long Months(BillLine line)
    {
        var (from, to) = (line.Item!.Value.BasisFrom!.Value, line.BasisTo!.Value);
        return Math.Max(1, (to.Year - from.Year) * 12L + to.Month - from.Month);
    }
}
