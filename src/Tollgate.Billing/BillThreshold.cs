using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>From how much usage on that usage is billed before its period is over.</summary>
public static class BillThreshold
{
    /// <summary>The account's own threshold; without one the least of the offers that it pays on the bill date, by the catalogue
    /// in force then; null: none.</summary>
    /// <param name="own">Of the account, in minor units.</param>
    public static long? Of(long? own, BillingInput input)
    {
        if (own is not null || !input.Catalogues.HasThresholds)
        {
            return own;
        }
        var (account, date) = (input.Account, input.Period.To);
        var version = input.Catalogues.ByDay(account.Zone).LastOrDefault(one => one.FirstDay <= date).Version;
        var end = Timeline.Start(date.PlusDays(1), account.Zone) - Duration.Epsilon;
        long? least = null;
        foreach (var one in input.Subscriptions)
        {
            var state = SubscriptionTerms.StateAt(one, account.Zone, end);
            var paid = state.Account is not { } payer || payer == account.Id || account.Children.Contains(payer);
            if (paid && one.Started <= date && !(one.Ended <= date)
                && version?.Offer(state.Offer)?.BillThreshold is { } threshold && threshold.Currency == account.Currency)
            {
                var minor = threshold.RoundToMinor(RoundingMode.HalfUp).ToMinor();
                least = least < minor ? least : minor;
            }
        }
        return least;
    }
}
