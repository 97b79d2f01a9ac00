using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>What discounts and limits ask about the account as a whole.</summary>
internal sealed partial class BillWork
{
    private readonly Dictionary<(string Offer, LocalDate Day), bool> lives = [];
    private readonly Dictionary<SubscriptionId, List<(string Offer, LocalDate From, LocalDate? To)>> plans = [];

    /// <summary>The discount of this code, or null; a discount that was given and is gone counts no more.</summary>
    internal Discount? Discount(string code) => Input.Catalogues.Discount(code);

    /// <summary>The offers of a subscription that the billed account pays, with their days.</summary>
    internal List<(string Offer, LocalDate From, LocalDate? To)> Plans(SubscriptionFacts subscription)
    {
        if (!plans.TryGetValue(subscription.Id, out var found))
        {
            found =
            [
                .. Entitlement.Runs(this, subscription, exact: false).Select(run => (
                    run.Offer, run.From, run.To < Timeline.Never ? run.To : (LocalDate?)null)),
            ];
            plans.Add(subscription.Id, found);
        }
        return found;
    }

    /// <summary>True when a subscription to the offer lives on a day.</summary>
    internal bool Lives(string offer, LocalDate day)
    {
        if (!lives.TryGetValue((offer, day), out var answer))
        {
            answer = Input.Subscriptions.Any(one =>
                Plans(one).Exists(plan => plan.Offer == offer && plan.From <= day && !(plan.To <= day)));
            lives.Add((offer, day), answer);
        }
        return answer;
    }

    /// <summary>Units of the subscriptions to these offers (none: to any) on a day.</summary>
    internal decimal QuantityOf(IReadOnlyList<string> offers, LocalDate day)
    {
        var sum = 0m;
        var end = Timeline.Start(day.PlusDays(1), Input.Account.Zone);
        foreach (var one in Input.Subscriptions)
        {
            if (Plans(one).Exists(plan => plan.From <= day && !(plan.To <= day)
                && (offers.Count == 0 || offers.Contains(plan.Offer, StringComparer.Ordinal))))
            {
                sum += SubscriptionTerms.StateAt(one, Input.Account.Zone, end - Duration.Epsilon).Quantity;
            }
        }
        return sum;
    }

    /// <summary>The offer of a subscription on a day; empty: none.</summary>
    internal string OfferOn(SubscriptionId id, LocalDate day) => Subscription(id) is { } one
        ? Plans(one).Find(plan => plan.From <= day && !(plan.To <= day)).Offer ?? Plans(one).FirstOrDefault().Offer ?? one.Offer
        : "";
}
