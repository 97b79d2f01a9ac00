using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Storage.Charging;

/// <summary>Why the rater did not price a record, as it stands beside the held record.</summary>
internal static class HoldWords
{
    internal static string Of(HoldReason reason, UsageRecord record, CompiledOffer offer) => reason switch
    {
        HoldReason.UnpricedDestination => $"{Plans(offer, record)}: no price for destination '{record.Destination}'.",
        HoldReason.AllowanceExhausted => "An allowance of the offer is used up, and usage beyond it is blocked.",
        HoldReason.SpendingCapReached => "A spending cap of the offer is reached, and usage beyond it is blocked.",
        HoldReason.Barred => $"{Plans(offer, record)}: this usage is not allowed.",
        HoldReason.MissingPrice => "Its price is to come with the record, and is absent, no number or in another currency.",
        HoldReason.AmountOverflow => $"{Plans(offer, record)}: the price is too large to be stored.",
        _ => $"{Plans(offer, record)}: it cannot be priced.",
    };

    /// <summary>The plans that are asked for the service, in their order.</summary>
    internal static string Plans(CompiledOffer offer, UsageRecord record)
    {
        var plans = offer.RatePlans(record.Service);
        return $"{(plans.Count == 1 ? "Rate plan" : "Rate plans")} {string.Join(", ", plans.Select(plan => $"'{plan.Code}'"))}";
    }
}
