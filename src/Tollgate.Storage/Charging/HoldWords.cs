using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Storage.Charging;

/// <summary>Why the rater did not price a record, as it stands beside the held record.</summary>
internal static class HoldWords
{
    /// <param name="plan">The plan that refused it, unless none has a price.</param>
    internal static string Of(HoldReason reason, UsageRecord record, CompiledOffer offer, string plan) => reason switch
    {
        HoldReason.UnpricedDestination => $"{Plans(offer, record)}: no price "
            + $"{(record.Destination.Length == 0 ? "without a destination, and the record names none" : $"for destination '{record.Destination}'")}.",
        HoldReason.AllowanceExhausted => "An allowance of the offer is used up, and usage beyond it is blocked.",
        HoldReason.SpendingCapReached => "A spending cap of the offer is reached, and usage beyond it is blocked.",
        HoldReason.Barred => $"Rate plan '{plan}' does not allow "
            + $"{(record.Destination.Length == 0 ? "this usage" : $"usage of '{record.Destination}'")}.",
        HoldReason.MissingPrice => "Its price is to come with the record, and is absent, no number or in another currency.",
        HoldReason.AmountOverflow => $"Rate plan '{plan}': the price is too large to be stored.",
        _ => $"Rate plan '{plan}': it cannot be priced.",
    };

    /// <summary>The plans that are asked for the service, in their order.</summary>
    internal static string Plans(CompiledOffer offer, UsageRecord record)
    {
        var plans = offer.RatePlans(record.Service);
        return $"{(plans.Count == 1 ? "Rate plan" : "Rate plans")} {string.Join(", ", plans.Select(plan => $"'{plan.Code}'"))}";
    }
}
