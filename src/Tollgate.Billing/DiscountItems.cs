using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>
/// Discounts as items: a discount on a charge is due and corrected with the charge, one on a bill with the charges of that bill.
/// Several come by their order, then their code; each reduces what the ones before it left.
/// </summary>
internal static class DiscountItems
{
    internal static void Collect(BillWork work, List<Charge> charges, List<DueItem> into)
    {
        foreach (var (discount, subscription, from, to) in Given(work))
        {
            var eligible = charges.FindAll(charge => Fits(work, discount, subscription, from, to, charge));
            if (discount.Scope == DiscountScope.Charge)
            {
                foreach (var charge in eligible)
                {
                    OnCharge(work, discount, charge, eligible, into);
                }
                continue;
            }
            foreach (var bill in eligible.GroupBy(charge => (
                             Subscription: discount.Scope == DiscountScope.Product ? charge.Subscription : default, charge.Bill))
                         .OrderBy(group => group.Key.Bill).ThenBy(group => group.Key.Subscription.Value))
            {
                OnBill(work, discount, bill.Key.Subscription, bill.Key.Bill, [.. bill], into);
            }
        }
    }

    /// <summary>Every discount with whom it is for, in order.</summary>
    private static IEnumerable<(Discount Discount, SubscriptionId? Subscription, LocalDate From,
        LocalDate? To)> Given(BillWork work)
    {
        var given = new List<(Discount Discount, SubscriptionId? Subscription, LocalDate From, LocalDate? To)>();
        foreach (var one in work.Input.Discounts)
        {
            if ((one.Own ?? work.Discount(one.Code)) is { } discount)
            {
                given.Add((discount, one.Subscription, one.From, one.To));
            }
        }
        foreach (var subscription in work.Input.Subscriptions)
        {
            foreach (var (offer, planFrom, planTo) in work.Plans(subscription))
            {
                var sold = work.Sold(offer, planFrom);
                var of = sold?.Promotion is null ? subscription.Id : subscription.Base ?? subscription.Id;
                foreach (var code in sold?.Discounts ?? [])
                {
                    if (work.Discount(code) is { } discount)
                    {
                        given.Add((discount, of, planFrom, planTo));
                    }
                }
            }
        }
        return given.OrderBy(one => one.Discount.Order).ThenBy(one => one.Discount.Code, StringComparer.Ordinal)
            .ThenBy(one => one.Subscription?.Value ?? 0).ThenBy(one => one.From);
    }

    private static bool Fits(
        BillWork work, Discount discount, SubscriptionId? subscription, LocalDate from, LocalDate? to, Charge charge)
    {
        if ((subscription is { } only && charge.Subscription != only) || (discount.On & charge.Kind) == ChargeKinds.None
            || charge.Days.To <= from || charge.On >= to || charge.Left <= 0
            || (!discount.Prices.IsEmpty && !discount.Prices.Contains(charge.Code, StringComparer.Ordinal)))
        {
            return false;
        }
        if (!discount.Offers.IsEmpty
            && !discount.Offers.Contains(charge.Offer.Length > 0 ? charge.Offer : work.OfferOn(charge.Subscription, charge.On),
                StringComparer.Ordinal))
        {
            return false;
        }
        var first = LocalDate.Max(from, work.Subscription(charge.Subscription)?.Started ?? from);
        if (discount.Periods is { } periods)
        {
            var passed = discount.Scope == DiscountScope.Charge && charge.Every is { } every
                ? -every.IndexOf(charge.Basis.From, first)
                : Reductions.BillsSince(work, first, charge.On, periods);
            if (passed >= periods)
            {
                return false;
            }
        }
        return discount.Requires.All(offer => work.Lives(offer, charge.On));
    }

    private static void OnCharge(BillWork work, Discount discount, Charge charge, List<Charge> all, List<DueItem> into)
    {
        if (discount.Amount is { } fixedAmount)
        {
            var whole = work.Minor(fixedAmount.Amount * charge.Share);
            Reductions.Single(work, charge, discount.Code, discount.Name, whole, LineExplanation.None, into);
            return;
        }
        var percent = discount.Percent ?? Step(work, discount, charge.On, all.Where(other => other.Bill == charge.Bill));
        var minor = Share(work, charge.Left, percent);
        Reductions.Single(
            work, charge, discount.Code, discount.Name, minor, Explain(work, percent, charge.Left, minor), into);
    }

    private static void OnBill(
        BillWork work, Discount discount, SubscriptionId subscription, LocalDate bill, List<Charge> charges, List<DueItem> into)
    {
        var period = work.Input.Account.PeriodOn(bill.PlusDays(-1));
        var left = charges.Sum(charge => charge.Left);
        var (minor, how) = (0L, LineExplanation.None);
        if (discount.Amount is { } fixedAmount)
        {
            minor = work.Minor(fixedAmount.Amount);
        }
        else
        {
            var percent = discount.Percent ?? Step(work, discount, bill.PlusDays(-1), charges);
            minor = Share(work, left, percent);
            how = Explain(work, percent, left, minor);
        }
        Reductions.Spread(work, subscription, "", discount.Code, discount.Name, period, charges, minor, how, into);
    }

    /// <summary>The percentage of the highest step that the volume reaches.</summary>
    private static decimal Step(BillWork work, Discount discount, LocalDate day, IEnumerable<Charge> charges)
    {
        var volume = discount.By switch
        {
            VolumeBy.Quantity => work.QuantityOf(discount.Offers, day),
            VolumeBy.Amount => Money.FromMinor(charges.Sum(charge => charge.Left), work.Input.Account.Currency).Amount,
            _ => throw new InvalidOperationException($"Unknown volume {discount.By}."),
        };
        var percent = 0m;
        foreach (var step in discount.Steps)
        {
            percent = step.From <= volume ? step.Percent : percent;
        }
        return percent;
    }

    private static long Share(BillWork work, long minor, decimal percent) =>
        work.Minor(Money.FromMinor(minor, work.Input.Account.Currency).Amount * percent / 100m);

    private static LineExplanation Explain(BillWork work, decimal percent, long of, long minor)
    {
        var currency = work.Input.Account.Currency;
        return LineExplanation.Of(
            ExplanationKind.Percentage, percent, Money.FromMinor(of, currency).Amount, Money.FromMinor(minor, currency).Amount);
    }
}
