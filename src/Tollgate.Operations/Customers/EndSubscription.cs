using Microsoft.EntityFrameworkCore;
using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>How a subscription ends.</summary>
public sealed record SubscriptionEnd
{
    /// <summary>From when; default: what <see cref="When"/> says. May lie ahead: then it lives until then.</summary>
    public Instant? At { get; init; }

    /// <summary>Default: now.</summary>
    public ChangeTime When { get; init; }

    /// <summary>The fee for ending within the minimum term is not charged. Default false.</summary>
    public bool WaiveFee { get; init; }

    public string Note { get; init; } = "";
}

/// <summary>
/// Ends a subscription with its add-ons and identities. Refusals: <c>unknown-subscription</c>, <c>already-ended</c>,
/// <c>ends-before-start</c>, <c>invalid</c>, <c>key-reused</c>.
/// </summary>
public static class EndSubscription
{
    /// <param name="at">From when; default: now. May lie ahead: then it lives until then.</param>
    public static Task<Outcome<Written<SubscriptionId>>> RunAsync(
        OperationContext context, SubscriptionId subscription, Instant? at = null, string callerKey = "",
        CancellationToken cancel = default) =>
        RunAsync(context, subscription, new SubscriptionEnd { At = at }, PublishedOffers.Of(context), callerKey, cancel);

    public static async Task<Outcome<Written<SubscriptionId>>> RunAsync(
        OperationContext context, SubscriptionId subscription, SubscriptionEnd wanted, OffersAt offersAt, string callerKey = "",
        CancellationToken cancel = default)
    {
        // Before the transaction: the catalogue is read on a connection of its own.
        var offers = wanted.When is ChangeTime.PeriodEnd or ChangeTime.TermEnd ? await offersAt(context.Now, cancel) : null;
        return await WriteScope.RunAsync<SubscriptionId>(context, "subscription.end", callerKey,
            new Fingerprint().Add("subscription", subscription).Add("at", wanted.At)
                .Add("when", wanted.When == ChangeTime.Now ? null : wanted.When).Add("waiveFee", wanted.WaiveFee ? true : null),
            async scope =>
        {
            if (await SubscriptionTimeline.LoadAsync(scope, subscription, cancel) is not { } timeline)
            {
                return Refusals.Unknown("subscription", subscription);
            }
            var row = timeline.Row;
            if (row.EndedAt is { } ended)
            {
                return Refusals.AlreadyEnded("subscription", subscription, ended);
            }
            var present = timeline.StateAt(scope.Now).Offer;
            var offer = offers?.Detail(present);
            if (ChangeTimes.Refused(wanted.When, wanted.At, present, offer) is { } noTerm)
            {
                return noTerm;
            }
            var end = ChangeTimes.Resolve(wanted.When, wanted.At, scope.Now, timeline.Account, timeline.Facts, offer);
            if (end < row.StartedAt)
            {
                return Refusals.EndsBeforeStart("subscription", subscription, row.StartedAt);
            }
            timeline.Append(ChangeKind.End, end, wanted.Note, change => change.FeeWaived = wanted.WaiveFee);
            var addOns = await scope.Db.Set<SubscriptionRow>()
                .Where(other => other.CustomerId == row.CustomerId && other.BaseSubscriptionId == row.SubscriptionId)
                .ToListAsync(cancel);
            await Endings.EndAsync(scope, [row, .. addOns], end, cancel);
            return subscription;
        }, cancel);
    }
}
