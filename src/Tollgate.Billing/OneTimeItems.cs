using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>
/// Items that come once.
/// <code>
/// activation        on the day of the start, in the quantity and offer of that day
/// termination       on the day of the end, in the quantity and offer of the end
/// date              on its date, when the subscription lives then
/// phase, plan       on the day on which the phase or the plan begins
/// instalment k      k intervals after the plan's first day; what is left at the end is due then, goes on, or is waived
/// early end         on the day of the end, when it lies within the minimum term
/// </code>
/// </summary>
internal static class OneTimeItems
{
    internal static void Collect(BillWork work, SubscriptionFacts subscription, List<PlanRun> runs, List<DueItem> into)
    {
        if (subscription.EndedAt <= subscription.StartedAt)
        {
            return; // it ended as it started: it never was
        }
        var first = Timeline.Agreed(subscription, work.Input.Account, work.Input.Policy);
        AtEvent(work, subscription, OneTimeEvent.Activation, first, subscription.Started, null, into);
        foreach (var run in runs)
        {
            Run(work, subscription, run, into);
        }
        if (subscription.Ended is { } ended)
        {
            var last = Timeline.Last(subscription, work.Input.Account, work.Input.Policy);
            AtEvent(work, subscription, OneTimeEvent.Termination, last, ended, null, into);
            EarlyEnd(work, subscription, last, ended, into);
        }
    }

    private static void AtEvent(
        BillWork work, SubscriptionFacts subscription, OneTimeEvent at, LineState state, LocalDate day, LocalDate? keyed,
        List<DueItem> into)
    {
        if (!Counts(work, state, day) || work.Offer(state.Offer, day) is not { } offer)
        {
            return;
        }
        foreach (var price in offer.OneTime)
        {
            if (price.At == at)
            {
                Add(work, subscription, state, offer.Code, price, day, keyed, into);
            }
        }
    }

    private static bool Counts(BillWork work, LineState state, LocalDate day) =>
        day <= work.BillDate && day >= work.Input.Account.OpenedOn && work.Pays(state.Account);

    private static void Run(BillWork work, SubscriptionFacts subscription, PlanRun run, List<DueItem> into)
    {
        if (work.Sold(run.Offer, run.PlanFrom) is not { } sold)
        {
            return;
        }
        var begins = run.Segments[0].State;
        if (run.Changed && run.From == run.PlanFrom)
        {
            AtEvent(work, subscription, OneTimeEvent.PlanChange, begins, run.PlanFrom, run.PlanFrom, into);
        }
        foreach (var price in sold.OneTime)
        {
            if (price.At == OneTimeEvent.Phase)
            {
                foreach (var (_, from, _) in Phases.Of(sold, run.PlanFrom)
                             .Where(one => price.Phases.Contains(one.Phase.Code, StringComparer.Ordinal)))
                {
                    OnDay(work, subscription, run, sold, price, from, into);
                }
            }
        }
        foreach (var (day, offer, price) in work.DatedPrices(run.Offer))
        {
            OnDay(work, subscription, run, offer, price, day, into);
        }
        foreach (var price in sold.Instalments)
        {
            Instalments(work, subscription, run, sold, price, into);
        }
    }

    private static void OnDay(
        BillWork work, SubscriptionFacts subscription, PlanRun run, Offer offer, OneTimePrice price, LocalDate day,
        List<DueItem> into)
    {
        foreach (var segment in run.Segments)
        {
            if (segment.From <= day && day < segment.To && !segment.State.Free && Counts(work, segment.State, day))
            {
                Add(work, subscription, segment.State, offer.Code, price, day, day, into);
            }
        }
    }

    private static void Add(
        BillWork work, SubscriptionFacts subscription, LineState state, string offer, OneTimePrice price, LocalDate day,
        LocalDate? keyed, List<DueItem> into)
    {
        if (keyed < work.Horizon || !work.SameCurrency(price.Amount.Currency.Code, price.Name))
        {
            return;
        }
        var amount = state.Prices?.TryGetValue(price.Code, out var own) == true ? own : price.Amount;
        into.Add(Once(
            work, new ItemKey(subscription.Id, BillLineKind.OneTime, price.Code, keyed, offer), ChargeTerms.Of(price), amount,
            price.PerQuantity ? state.Quantity : 1, day));
    }

    private static DueItem Once(
        BillWork work, ItemKey key, ChargeTerms terms, Money amount, int quantity, LocalDate day, LineExplanation lead = default)
    {
        var exact = amount.Amount * quantity;
        return new DueItem
        {
            Key = key, Terms = terms, Lead = lead, AmountMinor = work.Minor(exact),
            First = new ItemPart(new BillPeriod(day, day.PlusDays(1)), PriceShare.Whole, amount, quantity, exact),
        };
    }

    private static void Instalments(
        BillWork work, SubscriptionFacts subscription, PlanRun run, Offer offer, InstalmentPrice price, List<DueItem> into)
    {
        if (!work.SameCurrency(price.Amount.Currency.Code, price.Name))
        {
            return;
        }
        var state = run.Segments[0].State;
        var end = run.To;
        var terms = ChargeTerms.Of(price);
        var (left, quantity) = (0, state.Quantity);
        for (var k = 0; k < price.Count; k++)
        {
            var day = price.Every.Boundary(run.PlanFrom, k);
            if (run.Ends && day >= end && price.Left != InstalmentsLeft.Continue)
            {
                left++;
                continue;
            }
            if (day > work.BillDate || day < work.Horizon || day < run.From || (!run.Ends && day >= end))
            {
                continue;
            }
            var key = new ItemKey(subscription.Id, BillLineKind.Instalment, price.Code, day, offer.Code);
            var lead = LineExplanation.Of(ExplanationKind.Instalment, k + 1, price.Count);
            into.Add(Once(work, key, terms, price.Amount, quantity, day, lead));
        }
        if (left > 0 && price.Left == InstalmentsLeft.Due && end <= work.BillDate)
        {
            var key = new ItemKey(subscription.Id, BillLineKind.Instalment, price.Code, null, offer.Code);
            var lead = LineExplanation.Of(ExplanationKind.InstalmentsLeft, left, price.Count);
            into.Add(Once(work, key, terms, price.Amount, left * quantity, end, lead));
        }
    }

    private static void EarlyEnd(
        BillWork work, SubscriptionFacts subscription, LineState last, LocalDate ended, List<DueItem> into)
    {
        if (subscription.FeeWaived || !Counts(work, last, ended)
            || work.Sold(last.Offer, last.PlanFrom) is not { MinimumTerm: { Fee: { } fee } term } offer)
        {
            return;
        }
        var until = term.Length.Boundary(last.PlanFrom, 1);
        if (ended >= until || !work.SameCurrency(fee.Amount.Currency.Code, fee.Name))
        {
            return;
        }
        var months = Period.Between(ended, until, PeriodUnits.Months).Months;
        var begun = months + (ended.PlusMonths(months) < until ? 1 : 0);
        var (amount, quantity) = fee.Kind switch
        {
            EarlyTermination.Fixed => (fee.Amount, last.Quantity),
            EarlyTermination.PerMonthLeft => (fee.Amount, begun * last.Quantity),
            EarlyTermination.Remaining => (new Money(
                Remaining(work, subscription, last, offer, ended, until) * fee.Percent / 100m, work.Input.Account.Currency), 1),
            _ => throw new ArgumentOutOfRangeException(nameof(subscription)),
        };
        var key = new ItemKey(subscription.Id, BillLineKind.OneTime, fee.Code, null, offer.Code);
        var lead = LineExplanation.Of(ExplanationKind.TermEnds, until);
        into.Add(Once(work, key, ChargeTerms.Of(fee), amount, quantity, ended, lead));
    }

    /// <summary>The recurring prices from the end to the end of the term, by days.</summary>
    private static decimal Remaining(
        BillWork work, SubscriptionFacts subscription, LineState last, Offer offer, LocalDate from, LocalDate to)
    {
        var sum = 0m;
        foreach (var price in offer.Recurring.Where(price => price.Amount.Currency == work.Input.Account.Currency))
        {
            var own = last.Prices?.TryGetValue(price.Code, out var found) == true ? found : price.Amount;
            for (var day = from; day < to;)
            {
                var whole = PriceGrid.Of(price).Containing(work.Input.Account, subscription.Started, last.PlanFrom, day).Whole;
                var until = LocalDate.Min(whole.To, to);
                sum += own.Amount * (price.PerQuantity ? last.Quantity : 1) * Period.DaysBetween(day, until) / whole.Days;
                day = until;
            }
        }
        return sum;
    }
}
