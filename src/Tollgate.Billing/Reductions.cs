using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>Takes amounts off charges, kept apart by tax and revenue account.</summary>
internal static class Reductions
{
    /// <summary>One item that takes an amount off one charge.</summary>
    internal static void Single(
        BillWork work, Charge charge, string code, CatalogueName name, long minor, LineExplanation how, List<DueItem> into)
    {
        minor = Math.Min(minor, charge.Left);
        if (minor <= 0 || charge.Basis.From < work.WindowHorizon)
        {
            return;
        }
        charge.Left -= minor;
        var slot = charge.Kind == ChargeKinds.Usage ? $"{code}/{charge.Code}/{charge.Terms.Tax}" : $"{code}/{charge.Code}";
        var key = new ItemKey(charge.Subscription, BillLineKind.Discount, slot, charge.Basis.From, charge.Offer);
        into.Add(Item(work, key, charge.Days, charge.Terms with { Name = name }, -minor, how) with { Basis = charge.Basis });
    }

    /// <summary>Takes an amount off several charges together, in proportion to what is left of each; one item for each tax and
    /// revenue account.</summary>
    internal static void Spread(
        BillWork work, SubscriptionId subscription, string offer, string code, CatalogueName name, BillPeriod period,
        List<Charge> charges, long minor, LineExplanation how, List<DueItem> into)
    {
        var open = charges.FindAll(charge => charge.Left > 0);
        minor = Math.Min(minor, open.Sum(charge => charge.Left));
        if (minor <= 0 || period.From < work.WindowHorizon)
        {
            return;
        }
        var parts = Money.FromMinor(minor, work.Input.Account.Currency).Split([.. open.Select(charge => (decimal)charge.Left)]);
        foreach (var slot in open.Select((charge, i) => (Charge: charge, Minor: parts[i].ToMinor()))
                     .GroupBy(part => part.Charge.Slot).OrderBy(group => group.Key.Tax, StringComparer.Ordinal)
                     .ThenBy(group => group.Key.RevenueAccount, StringComparer.Ordinal).ThenBy(group => group.Key.TaxIncluded))
        {
            var (tax, included, revenue) = slot.Key;
            var key = new ItemKey(
                subscription, BillLineKind.Discount, $"{code}/{tax}/{revenue}{(included ? "/gross" : "")}", period.From, offer);
            into.Add(Item(
                work, key, period, new ChargeTerms(name, tax, included, revenue), -slot.Sum(part => part.Minor), how));
            foreach (var (charge, part) in slot)
            {
                charge.Left -= part;
            }
        }
    }

    /// <summary>Makes one item of those with the same key: a discount that is given twice reduces twice.</summary>
    internal static void Join(List<DueItem> items, int first)
    {
        var at = new Dictionary<ItemKey, int>();
        var kept = first;
        for (var i = first; i < items.Count; i++)
        {
            if (at.TryAdd(items[i].Key, kept))
            {
                items[kept++] = items[i];
                continue;
            }
            var (before, more) = (items[at[items[i].Key]], items[i]);
            items[at[items[i].Key]] = before with
            {
                AmountMinor = before.AmountMinor + more.AmountMinor,
                How = before.How.Then(ExplanationKind.Plus).Then(more.How),
                First = before.First with
                {
                    Price = before.First.Price + more.First.Price, Exact = before.First.Exact + more.First.Exact,
                },
            };
        }
        items.RemoveRange(kept, items.Count - kept);
    }

    /// <summary>An item with a computed amount.</summary>
    internal static DueItem Item(
        BillWork work, ItemKey key, BillPeriod period, ChargeTerms terms, long minor, LineExplanation how)
    {
        var amount = Money.FromMinor(minor, work.Input.Account.Currency);
        return new DueItem
        {
            Key = key, Basis = period, Terms = terms, AmountMinor = minor, How = how,
            First = new ItemPart(period, PriceShare.Whole, amount, 1, amount.Amount),
        };
    }

    /// <summary>How many bill periods of the account a day lies after the one with the first day; 0 in the same one. Counts at
    /// most to a limit.</summary>
    internal static int BillsSince(BillWork work, LocalDate first, LocalDate day, int limit)
    {
        var count = 0;
        for (var period = work.Input.Account.PeriodOn(first); period.To <= day && count < limit; count++)
        {
            period = work.Input.Account.PeriodOn(period.To);
        }
        return count;
    }
}
