using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>
/// Compares what should have been billed with what was billed, item by item, and makes lines of the difference.
/// <code>
/// should    billed     line
/// 50.00     –          +50.00   due
/// 50.00     50.00      none
/// 23.33     50.00      −26.67   changed        (ended in the middle of a period billed in advance)
/// –         50.00      −50.00   no longer due
/// 50.00*    50.00      −50.00 and +50.00       (* other tax rate, tax category or revenue account)
/// </code>
/// Corrections carry the item's key, so after them the item counts as billed with the new amount and nothing is added again.
/// </summary>
internal static class Difference
{
    private readonly record struct Slot(string TaxCode, decimal TaxPercent, bool TaxIncluded, string RevenueAccount);

    internal static List<BillLine> Lines(BillWork work, List<DueItem> should)
    {
        var billed = new Dictionary<ItemKey, List<BilledItem>>();
        foreach (var item in work.Input.Billed)
        {
            if (item.BasisTo is { } to && to <= work.Horizon)
            {
                continue;
            }
            if (!billed.TryGetValue(item.Key, out var items))
            {
                billed.Add(item.Key, items = []);
            }
            items.Add(item);
        }
        var lines = new List<BillLine>(should.Count);
        foreach (var item in should)
        {
            if (work.Rate(item.Tax, item.Part.LastDay) is not { } rate)
            {
                continue;
            }
            if (!billed.Remove(item.Key, out var before))
            {
                if (item.AmountMinor != 0)
                {
                    lines.Add(Due(work, item, rate.Percent));
                }
                continue;
            }
            Changed(work, item, rate.Percent, before, lines);
        }
        foreach (var (key, before) in billed.OrderBy(pair => pair.Key.Subscription.Value).ThenBy(pair => pair.Key.BasisFrom)
                     .ThenBy(pair => pair.Key.Code, StringComparer.Ordinal))
        {
            foreach (var (slot, sum) in Sums(before))
            {
                if (sum != 0)
                {
                    lines.Add(Back(before[0], slot, -sum, LineReason.NoLongerDue, Cause(work, key, sum)));
                }
            }
        }
        return lines;
    }

    private static void Changed(BillWork work, DueItem item, decimal percent, List<BilledItem> before, List<BillLine> lines)
    {
        var wanted = new Slot(item.Tax, percent, item.TaxIncluded, item.RevenueAccount);
        var sums = Sums(before);
        var difference = item.AmountMinor - sums.GetValueOrDefault(wanted);
        foreach (var (slot, sum) in sums)
        {
            if (slot != wanted && sum != 0)
            {
                var why = Before(work, sum).Then(ExplanationKind.OtherTax, slot.TaxPercent);
                lines.Add(Back(before[0], slot, -sum, LineReason.Changed, why));
            }
        }
        if (difference != 0)
        {
            var sum = sums.GetValueOrDefault(wanted);
            lines.Add(Due(work, item, percent) with
            {
                Kind = BillLineKind.Adjustment,
                Reason = LineReason.Changed,
                AmountMinor = difference,
                Quantity = 1,
                UnitPrice = null,
                Explanation = Before(work, sum)
                    .Then(ExplanationKind.ShouldBe, Amount(work, item.AmountMinor)).Then(item.Explain()),
            });
        }
    }

    private static Dictionary<Slot, long> Sums(List<BilledItem> items)
    {
        var sums = new Dictionary<Slot, long>(1);
        foreach (var item in items)
        {
            var slot = new Slot(item.TaxCode, item.TaxPercent, item.TaxIncluded, item.RevenueAccount);
            sums[slot] = sums.GetValueOrDefault(slot) + item.AmountMinor;
        }
        return sums;
    }

    private static BillLine Due(BillWork work, DueItem item, decimal percent) => new()
    {
        Kind = item.Key.Kind,
        Item = item.Key,
        BasisTo = item.Basis?.To,
        Subscription = item.Subscription.Id,
        Code = item.Key.Code,
        Description = item.Name.In(work.Input.Account.Language),
        Period = item.Part,
        Quantity = item.Subscription.Quantity,
        UnitPrice = item.UnitPrice.Amount,
        AmountMinor = item.AmountMinor,
        TaxIncluded = item.TaxIncluded,
        TaxCode = item.Tax,
        TaxPercent = percent,
        RevenueAccount = item.RevenueAccount,
        Explanation = item.Explain(),
    };

    private static BillLine Back(BilledItem item, Slot slot, long amount, LineReason reason, LineExplanation why) => new()
    {
        Kind = BillLineKind.Adjustment,
        Reason = reason,
        Item = item.Key,
        BasisTo = item.BasisTo,
        Subscription = item.Key.Subscription,
        Code = item.Key.Code,
        Description = item.Description,
        Period = item.Period,
        Quantity = 1,
        AmountMinor = amount,
        TaxIncluded = slot.TaxIncluded,
        TaxCode = slot.TaxCode,
        TaxPercent = slot.TaxPercent,
        RevenueAccount = slot.RevenueAccount,
        Explanation = why,
    };

    private static LineExplanation Cause(BillWork work, ItemKey key, long sum)
    {
        var before = Before(work, sum);
        return work.Input.Subscriptions.FirstOrDefault(one => one.Id == key.Subscription) switch
        {
            null => before.Then(ExplanationKind.NoSubscription),
            { Ended: { } ended } when key.BasisFrom is { } from && ended <= from => before.Then(ExplanationKind.Ended, ended),
            { } one when one.Started > work.BillDate => before.Then(ExplanationKind.Starts, one.Started),
            _ => before.Then(ExplanationKind.NotDue),
        };
    }

    private static LineExplanation Before(BillWork work, long minor) =>
        LineExplanation.Of(ExplanationKind.BilledBefore, Amount(work, minor));

    private static decimal Amount(BillWork work, long minor) => Money.FromMinor(minor, work.Input.Account.Currency).Amount;
}
