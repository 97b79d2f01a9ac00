using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>
/// Commitments and caps. The charges of a window, after discounts, are summed:
/// <code>
/// minimum   when the window is over or the subscription has ended: what is missing is charged. A bill period that is lived in
/// part
///           has a part of the amount, by days; a contract window the whole
/// maximum   at any bill: what is above is taken off
/// </code>
/// Late usage and back-dated changes move the sum and so correct the item.
/// </summary>
internal static class SpendItems
{
    internal static void Collect(BillWork work, List<Charge> charges, List<DueItem> into)
    {
        var ofAccount = new HashSet<(string Offer, string Rule, LocalDate From)>();
        foreach (var subscription in work.Input.Subscriptions)
        {
            foreach (var (offer, planFrom, planTo) in work.Plans(subscription))
            {
                foreach (var rule in work.Sold(offer, planFrom)?.Spend ?? [])
                {
                    if (work.SameCurrency(rule.Amount.Currency.Code, rule.Name))
                    {
                        Windows(work, subscription, offer, planFrom, planTo, rule, charges, ofAccount, into);
                    }
                }
            }
        }
    }

    private static void Windows(
        BillWork work, SubscriptionFacts subscription, string offer, LocalDate planFrom, LocalDate? planTo, SpendRule rule,
        List<Charge> charges, HashSet<(string Offer, string Rule, LocalDate From)> ofAccount, List<DueItem> into)
    {
        var from = LocalDate.Max(planFrom, work.Input.Account.OpenedOn);
        for (var window = Window(work, subscription, rule, LocalDate.Max(from, work.Horizon));
             window.From < work.BillDate && !(planTo <= window.From);
             window = Window(work, subscription, rule, window.To))
        {
            if (window.From < work.WindowHorizon || (rule.WholeAccount && !ofAccount.Add((offer, rule.Code, window.From))))
            {
                continue;
            }
            var lived = new BillPeriod(
                LocalDate.Max(window.From, from), planTo is { } end ? LocalDate.Min(window.To, end) : window.To);
            var counted = charges.FindAll(charge => (rule.On & charge.Kind) != ChargeKinds.None && window.Contains(charge.On)
                && (rule.WholeAccount || charge.Subscription == subscription.Id));
            Apply(work, rule.WholeAccount ? default : subscription.Id, offer, rule, window, lived, counted, into);
        }
    }

    private static BillPeriod Window(BillWork work, SubscriptionFacts subscription, SpendRule rule, LocalDate day) =>
        rule.Window is { } length ? length.Containing(subscription.Started, day) : work.Input.Account.PeriodOn(day);

    private static void Apply(
        BillWork work, SubscriptionId subscription, string offer, SpendRule rule, BillPeriod window, BillPeriod lived,
        List<Charge> counted, List<DueItem> into)
    {
        var currency = work.Input.Account.Currency;
        var spent = counted.Sum(charge => charge.Left);
        if (rule.Bound == SpendBound.Maximum)
        {
            var cap = work.Minor(rule.Amount.Amount);
            var how = LineExplanation.Of(
                ExplanationKind.Spent, Money.FromMinor(spent, currency).Amount, Money.FromMinor(cap, currency).Amount);
            Reductions.Spread(work, subscription, offer, rule.Code, rule.Name, window, counted, spent - cap, how, into);
            return;
        }
        if (lived.To > work.BillDate)
        {
            return; // the window is not over
        }
        var agreed = rule.Window is null
            ? work.Minor(rule.Amount.Amount * lived.Days / window.Days)
            : work.Minor(rule.Amount.Amount);
        if (agreed > spent)
        {
            var key = new ItemKey(subscription, BillLineKind.Commitment, rule.Code, window.From, offer);
            var how = LineExplanation.Of(
                ExplanationKind.Spent, Money.FromMinor(spent, currency).Amount, Money.FromMinor(agreed, currency).Amount);
            into.Add(Reductions.Item(
                work, key, window, new ChargeTerms(rule.Name, rule.Tax, rule.TaxIncluded, rule.RevenueAccount), agreed - spent,
                    how));
        }
    }
}
