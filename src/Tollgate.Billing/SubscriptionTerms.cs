using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>What holds of a subscription at a time.</summary>
/// <param name="Account">Who pays; null: the account at hand.</param>
/// <param name="PlanFrom">First day of the offer.</param>
/// <param name="Suspended">It pauses, with or without charge.</param>
public sealed record SubscriptionState(string Offer, int Quantity, AccountId? Account, LocalDate PlanFrom, bool Suspended);

/// <summary>What a subscription is at a time, and the days on which its periods and terms end.</summary>
public static class SubscriptionTerms
{
    /// <summary>The state after every change up to and at a time.</summary>
    public static SubscriptionState StateAt(SubscriptionFacts subscription, DateTimeZone zone, Instant at)
    {
        var state = new SubscriptionState(
            subscription.Offer, subscription.Quantity, subscription.Account, subscription.Started, false);
        foreach (var change in subscription.Changes.Where(change => change.At <= at).OrderBy(change => change.At))
        {
            state = change switch
            {
                TimelineChange.Quantity(_, var units) => state with { Quantity = units },
                TimelineChange.Plan(var from, var offer) => state with { Offer = offer, PlanFrom = from.InZone(zone).Date },
                TimelineChange.Suspend => state with { Suspended = true },
                TimelineChange.Resume => state with { Suspended = false },
                TimelineChange.Transfer(_, var to) => state with { Account = to },
                _ => state,
            };
        }
        return state;
    }

    /// <summary>First day of the account's next bill period.</summary>
    public static LocalDate NextCycle(AccountFacts account, LocalDate today) => account.PeriodOn(today).To;

    /// <summary>The day on which everything is used up that is paid in advance, else the account's next bill period.</summary>
    public static LocalDate PeriodEnd(AccountFacts account, SubscriptionFacts subscription, Offer? offer, LocalDate today)
    {
        var planFrom = StateAt(subscription, account.Zone, Timeline.Start(today.PlusDays(1), account.Zone)).PlanFrom;
        var ends = (offer?.Recurring ?? []).Where(price => price.Timing == Timing.Advance)
            .Select(price => PriceGrid.Of(price).Containing(account, subscription.Started, planFrom, today).Cut.To).ToList();
        return ends.Count > 0 ? ends.Max() : NextCycle(account, today);
    }

    /// <summary>The end of the minimum term when it lies ahead, else that of the paid period.</summary>
    public static LocalDate TermEnd(AccountFacts account, SubscriptionFacts subscription, Offer? offer, LocalDate today)
    {
        var planFrom = StateAt(subscription, account.Zone, Timeline.Start(today.PlusDays(1), account.Zone)).PlanFrom;
        return offer?.MinimumTerm is { } term && term.Length.Boundary(planFrom, 1) is var end && end > today
            ? end
            : PeriodEnd(account, subscription, offer, today);
    }
}
