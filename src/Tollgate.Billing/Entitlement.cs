using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>Something that should have been billed by now.</summary>
internal readonly record struct DueItem(
    ItemKey Key, BillPeriod? Basis, BillPeriod Part, SubscriptionFacts Subscription, RecurringPrice? Recurring,
        OneTimePrice? OneTime,
    long AmountMinor)
{
    internal CatalogueName Name => Recurring?.Name ?? OneTime!.Name;

    internal string Tax => Recurring?.Tax ?? OneTime!.Tax;

    internal bool TaxIncluded => Recurring?.TaxIncluded ?? OneTime!.TaxIncluded;

    internal string RevenueAccount => Recurring?.RevenueAccount ?? OneTime!.RevenueAccount;

    internal Money UnitPrice => Recurring?.Amount ?? OneTime!.Amount;

    internal LineExplanation Explain() => Recurring is { } price
        ? Prorating.Explain(Basis!.Value, Part, price, Subscription.Quantity, AmountMinor)
        : Subscription.Quantity == 1
            ? LineExplanation.None
            : Prorating.Result(UnitPrice, Subscription.Quantity, AmountMinor);
}

/// <summary>
/// What should have been billed up to and on the bill date, from the start of the account or the look-back, whichever is later.
/// <code>
/// price of one month    periods of the account's bill cycle; the first and the last may be partial
/// price of n months     periods from the subscription's start: [start + k·n months, start + (k+1)·n months)
/// in advance            due on the first bill date on or after the day the (partial) period begins
/// in arrears            due on the first bill date on or after the day it ends
/// activation            due on the first bill date on or after the start
/// termination           due on the first bill date on or after the end
/// </code>
/// </summary>
internal static class Entitlement
{
    internal static void Collect(BillWork work, SubscriptionFacts subscription, List<DueItem> into)
    {
        if (subscription.Ended < subscription.Started)
        {
            return; // withdrawn before it began
        }
        OneTime(work, subscription, OneTimeEvent.Activation, subscription.Started, into);
        if (subscription.Ended is { } ended)
        {
            OneTime(work, subscription, OneTimeEvent.Termination, ended, into);
        }
        var account = work.Input.Account;
        var from = LocalDate.Max(subscription.Started, account.OpenedOn);
        var to = Earlier(subscription.Ended, account.EndedOn);
        if (from > work.BillDate || to <= from)
        {
            return;
        }
        foreach (var months in work.Grids(subscription.Offer))
        {
            for (var basis = First(work, subscription, months, LocalDate.Max(from, work.Horizon));
                 basis.From <= work.BillDate && !(to <= basis.From);
                 basis = Next(work, subscription, months, basis))
            {
                var part = new BillPeriod(
                    LocalDate.Max(basis.From, from), to is { } end ? LocalDate.Min(basis.To, end) : basis.To);
                Recurring(work, subscription, months, basis, part, into);
            }
        }
    }

    private static void Recurring(
        BillWork work, SubscriptionFacts subscription, int months, BillPeriod basis, BillPeriod part, List<DueItem> into)
    {
        if (work.Offer(subscription.Offer, part.From) is not { } offer)
        {
            return;
        }
        foreach (var price in offer.Recurring)
        {
            var due = price.Timing == Timing.Advance ? part.From : part.To;
            if (price.Every.Months != months || due > work.BillDate || !work.SameCurrency(price.Amount.Currency.Code, price.Name))
            {
                continue;
            }
            var share = Prorating.Share(basis, part, price);
            var amount = Prorating.AmountMinor(share, price.Amount, subscription.Quantity, work.Input.Policy.LineRounding);
            var key = new ItemKey(subscription.Id, BillLineKind.Recurring, price.Code, basis.From, offer.Code);
            into.Add(new DueItem(key, basis, part, subscription, price, null, amount));
        }
    }

    private static void OneTime(BillWork work, SubscriptionFacts subscription, OneTimeEvent at, LocalDate day,
        List<DueItem> into)
    {
        if (day > work.BillDate || day < work.Input.Account.OpenedOn || work.Offer(subscription.Offer, day) is not { } offer)
        {
            return;
        }
        foreach (var price in offer.OneTime)
        {
            if (price.At != at || !work.SameCurrency(price.Amount.Currency.Code, price.Name))
            {
                continue;
            }
            var amount = Prorating.AmountMinor(PriceShare.Whole, price.Amount, subscription.Quantity,
                work.Input.Policy.LineRounding);
            var key = new ItemKey(subscription.Id, BillLineKind.OneTime, price.Code, null, offer.Code);
            into.Add(new DueItem(key, null, new BillPeriod(day, day.PlusDays(1)), subscription, null, price, amount));
        }
    }

    private static BillPeriod First(BillWork work, SubscriptionFacts subscription, int months, LocalDate day)
    {
        if (months == 1)
        {
            return work.Input.Account.Cycle.PeriodContaining(day);
        }
        var n = day <= subscription.Started ? 0 : Period.Between(subscription.Started, day, PeriodUnits.Months).Months / months;
        // Near the end of short months the count may be one short: a period of the anchor 31 January begins on 28 February.
        var period = Nth(subscription.Started, months, n);
        return period.To <= day ? Nth(subscription.Started, months, n + 1) : period;
    }

    private static BillPeriod Next(BillWork work, SubscriptionFacts subscription, int months, BillPeriod basis)
    {
        if (months == 1)
        {
            return work.Input.Account.Cycle.PeriodContaining(basis.To);
        }
        var anchor = subscription.Started;
        var passed = (basis.From.Year - anchor.Year) * 12 + basis.From.Month - anchor.Month;
        return Nth(anchor, months, passed / months + 1);
    }

    private static BillPeriod Nth(LocalDate anchor, int months, int n) =>
        new(anchor.PlusMonths(n * months), anchor.PlusMonths((n + 1) * months));

    private static LocalDate? Earlier(LocalDate? a, LocalDate? b) => a is null ? b : b is null ? a : LocalDate.Min(a.Value,
        b.Value);
}
