using System.Runtime.InteropServices;
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
/// A credit note that is final does not count as taken back; a correction then takes back at most what the credit left.
/// </summary>
internal static class Difference
{
    private readonly record struct Slot(
        string TaxCode, decimal TaxPercent, TaxSet? TaxSet, bool TaxIncluded, string RevenueAccount)
    {
        /// <summary>A tax service is asked about the difference, so that what it answered before does not tell items
        /// apart.</summary>
        internal static Slot Of(BillWork work, BilledItem item) => work.Input.ExternalTax
            ? new(item.TaxCode, 0m, null, item.TaxIncluded, item.RevenueAccount)
            : new(item.TaxCode, item.TaxPercent, item.TaxSet, item.TaxIncluded, item.RevenueAccount);
    }

    /// <summary>What was billed in one slot.</summary>
    /// <param name="Credited">Final credits, negative; not in <paramref name="Amount"/>.</param>
    private readonly record struct Sum(long Amount, long Credited, long LevyLines, long LevyServices)
    {
        internal Sum With(BilledItem item) => item.FinalCredit
            ? this with { Credited = Credited + item.AmountMinor }
            : new Sum(Amount + item.AmountMinor, Credited, LevyLines + item.LevyLines, LevyServices + item.LevyServices);

        /// <summary>The difference, unless it would take back more than final credits left.</summary>
        internal long Limit(long difference) =>
            Credited < 0 && Amount > 0 ? Math.Max(difference, Math.Min(0, -(Amount + Credited))) : difference;
    }

    /// <summary>What was billed of one key: mostly one line, rarely corrections of it.</summary>
    private readonly record struct Before(BilledItem First, List<BilledItem>? All)
    {
        internal Before With(BilledItem item)
        {
            if (First is null)
            {
                return new Before(item, null);
            }
            List<BilledItem> all = All ?? [First];
            all.Add(item);
            return new Before(First, all);
        }
    }

    private static Dictionary<ItemKey, Before> ByKey(BillWork work)
    {
        var billed = new Dictionary<ItemKey, Before>(work.Input.Billed.Length, ItemKeys.Comparer);
        foreach (var item in work.Input.Billed)
        {
            var window = item.Key.Kind is BillLineKind.Discount or BillLineKind.Commitment;
            if (!(window ? item.Key.BasisFrom < work.WindowHorizon : item.BasisTo <= work.Horizon))
            {
                ref var before = ref CollectionsMarshal.GetValueRefOrAddDefault(billed, item.Key, out _);
                before = before.With(item);
            }
        }
        return billed;
    }

    internal static void Collect(BillWork work, List<DueItem> should, List<BillLine> lines)
    {
        var billed = ByKey(work);
        foreach (var item in should)
        {
            if (work.Rate(item.Terms.Tax, item.Span.LastDay) is not { } rate)
            {
                continue;
            }
            if (!billed.Remove(item.Key, out var before))
            {
                // A given line of nothing says what was used up, e.g. a right to a film.
                if (item.AmountMinor != 0 || item.Key.Kind == BillLineKind.Given)
                {
                    Due(work, item, rate, lines);
                }
                continue;
            }
            Changed(work, item, rate, before, lines);
        }
        foreach (var (key, before) in billed.OrderBy(pair => pair.Key.Subscription.Value).ThenBy(pair => pair.Key.BasisFrom)
                     .ThenBy(pair => pair.Key.Offer, StringComparer.Ordinal).ThenBy(pair => pair.Key.Code,
                         StringComparer.Ordinal))
        {
            foreach (var (slot, sum) in Sums(work, before))
            {
                if (sum.Limit(-sum.Amount) != 0)
                {
                    lines.Add(Back(before.First, slot, sum, LineReason.NoLongerDue, Cause(work, key, sum.Amount)));
                }
            }
        }
    }

    private static void Changed(BillWork work, DueItem item, TaxTerms terms, Before before, List<BillLine> lines)
    {
        var wanted = new Slot(item.Terms.Tax, terms.Percent, terms.Set, item.Terms.TaxIncluded, item.Terms.RevenueAccount);
        if (before.All is null && before.First.AmountMinor == item.AmountMinor && Slot.Of(work, before.First) == wanted)
        {
            return; // billed as it should be
        }
        var sums = Sums(work, before);
        var now = sums.GetValueOrDefault(wanted);
        var difference = now.Limit(item.AmountMinor - now.Amount);
        foreach (var (slot, sum) in sums)
        {
            if (slot != wanted && sum.Limit(-sum.Amount) != 0)
            {
                var why = BilledBefore(work, sum.Amount).Then(ExplanationKind.OtherTax, slot.TaxPercent);
                lines.Add(Back(before.First, slot, sum, LineReason.Changed, why));
            }
        }
        if (difference != 0)
        {
            lines.Add(Line(work, item, item.Span, terms) with
            {
                Kind = BillLineKind.Adjustment,
                Reason = LineReason.Changed,
                AmountMinor = difference,
                Quantity = 1,
                LevyLines = now.Amount == 0 ? 1 : 0,
                LevyServices = terms.Set is { HasFixed: true } ? item.First.Quantity : 0, // Taxation takes what is billed off
                UnitPrice = null,
                Explanation = BilledBefore(work, now.Amount)
                    .Then(ExplanationKind.ShouldBe, Amount(work, item.AmountMinor)).Then(item.Explain()),
            });
        }
    }

    private static Dictionary<Slot, Sum> Sums(BillWork work, Before before)
    {
        var sums = new Dictionary<Slot, Sum>(1);
        foreach (var item in before.All ?? [before.First])
        {
            var slot = Slot.Of(work, item);
            sums[slot] = sums.GetValueOrDefault(slot).With(item);
        }
        return sums;
    }

    /// <summary>One line, or one for each part; their amounts add up to the item's.</summary>
    private static void Due(BillWork work, DueItem item, TaxTerms terms, List<BillLine> lines)
    {
        if (item.Parts is not { } parts)
        {
            lines.Add(Line(work, item, item.First.Days, terms) with { Explanation = item.Explain() });
            return;
        }
        var (exact, done) = (0m, 0L);
        for (var i = 0; i < parts.Length; i++)
        {
            // Rounding the running sum keeps every part within a minor unit of its exact amount.
            exact += parts[i].Exact;
            var upTo = i + 1 == parts.Length ? item.AmountMinor : work.Minor(exact);
            lines.Add(Line(work, item, parts[i].Days, terms) with
            {
                Quantity = parts[i].Quantity,
                UnitPrice = parts[i].Price.Amount,
                AmountMinor = upTo - done,
                Explanation = item.Lead.Then(item.Explain(parts[i], Amount(work, upTo - done))),
            });
            done = upTo;
        }
    }

    private static BillLine Line(BillWork work, DueItem item, BillPeriod period, TaxTerms terms) => new()
    {
        Kind = item.Key.Kind,
        Item = item.Key,
        BasisTo = item.Basis?.To ?? item.Key.BasisFrom?.PlusDays(1),
        Subscription = item.Key.Subscription == default ? null : item.Key.Subscription,
        Code = item.Key.Code,
        Description = item.Terms.Name.In(work.Input.Account.Language),
        Period = period,
        Quantity = item.First.Quantity,
        UnitPrice = item.First.Price.Amount,
        AmountMinor = item.AmountMinor,
        TaxIncluded = item.Terms.TaxIncluded,
        TaxCode = item.Terms.Tax,
        TaxPercent = terms.Percent,
        TaxSet = terms.Set,
        LevyLines = 1,
        RevenueAccount = item.Terms.RevenueAccount,
    };

    private static BillLine Back(BilledItem item, Slot slot, Sum sum, LineReason reason, LineExplanation why) => new()
    {
        Kind = BillLineKind.Adjustment,
        Reason = reason,
        Item = item.Key,
        BasisTo = item.BasisTo,
        Subscription = item.Key.Subscription == default ? null : item.Key.Subscription,
        Code = item.Key.Code,
        Description = item.Description,
        Period = item.Period,
        Quantity = 1,
        AmountMinor = sum.Limit(-sum.Amount),
        TaxIncluded = slot.TaxIncluded,
        TaxCode = slot.TaxCode,
        TaxPercent = slot.TaxPercent,
        TaxSet = slot.TaxSet,
        LevyLines = -sum.LevyLines,
        LevyServices = -sum.LevyServices,
        RevenueAccount = slot.RevenueAccount,
        Explanation = why,
    };

    private static LineExplanation Cause(BillWork work, ItemKey key, long sum)
    {
        var before = BilledBefore(work, sum);
        var from = key.BasisFrom ?? work.BillDate;
        return work.Subscription(key.Subscription) switch
        {
            null when key.Subscription == default => before.Then(ExplanationKind.NotDue),
            null => before.Then(ExplanationKind.NoSubscription),
            { Ended: { } ended } when ended <= from => before.Then(ExplanationKind.Ended, ended),
            { } one when one.Started > work.BillDate => before.Then(ExplanationKind.Starts, one.Started),
            { } one => before.Then(Change(work, one, key.Offer)),
        };
    }

    /// <summary>The first change that took the offer or the account away.</summary>
    private static LineExplanation Change(BillWork work, SubscriptionFacts subscription, string offer)
    {
        foreach (var change in subscription.Changes.OrderBy(change => change.At))
        {
            var day = change.At.InZone(work.Input.Account.Zone).Date;
            switch (change)
            {
                case TimelineChange.Plan plan when plan.Offer != offer && offer.Length > 0:
                    return LineExplanation.Of(ExplanationKind.OtherPlan, day);
                case TimelineChange.Transfer transfer when !work.Pays(transfer.Account):
                    return LineExplanation.Of(ExplanationKind.Moved, day);
            }
        }
        return LineExplanation.Of(ExplanationKind.NotDue);
    }

    private static LineExplanation BilledBefore(BillWork work, long minor) =>
        LineExplanation.Of(ExplanationKind.BilledBefore, Amount(work, minor));

    private static decimal Amount(BillWork work, long minor) => Money.FromMinor(minor, work.Input.Account.Currency).Amount;
}
