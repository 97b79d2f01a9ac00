using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>
/// Steps 1 to 5 where an offer has several plans for a service, or one that is not for all events: they are asked in their
/// order, and the first that has a price for the whole event prices it.
/// </summary>
internal static class PlanChoosing
{
    /// <summary>Begins the event with the plan that prices it and cuts it; a refusal is left in the event.</summary>
    internal static void Choose(
        PricedEvent priced, CompiledOffer offer, AskedPlan[] asked, UsageRecord record, RatingTrace? trace)
    {
        foreach (var one in asked)
        {
            priced.Begin(record, one.Plan, offer, one.Slot);
            if (!one.HoldsAt(record.Start))
            {
                trace?.PassedOver(one, "it is not in force at this time");
                continue;
            }
            Placing.Find(priced);
            if (priced.Refusal is not null)
            {
                trace?.PassedOver(one, "no prefix of its deck matches");
                continue;
            }
            if (one.Entry.When is { } when && !when.Holds(priced))
            {
                trace?.PassedOver(one, $"it is asked when {when.Text}");
                continue;
            }
            Metering.Cut(priced);
            if (priced.Refusal == HoldReason.UnpricedDestination)
            {
                trace?.PassedOver(one, priced.Count == 0
                    ? $"no rule prices zone {priced.ZoneName} in band {priced.BandName}"
                    : "it does not price the whole event");
                continue;
            }
            trace?.Plan(offer, one);
            trace?.Destination(priced);
            trace?.Pieces(priced);
            return;
        }
        priced.Refusal = HoldReason.UnpricedDestination;
    }
}
