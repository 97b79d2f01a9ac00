using Microsoft.EntityFrameworkCore;
using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>
/// Ends a subscription with its add-ons and identities. Refusals: <c>unknown-subscription</c>, <c>already-ended</c>,
/// <c>ends-before-start</c>, <c>key-reused</c>.
/// </summary>
public static class EndSubscription
{
    /// <param name="at">From when; default: now. May lie ahead: then it lives until then.</param>
    public static Task<Outcome<Written<SubscriptionId>>> RunAsync(
        OperationContext context, SubscriptionId subscription, Instant? at = null, string callerKey = "",
        CancellationToken cancel = default) =>
        WriteScope.RunAsync<SubscriptionId>(context, "subscription.end", callerKey,
            new Fingerprint().Add("subscription", subscription).Add("at", at), async scope =>
        {
            var row = await Find.SubscriptionAsync(scope, subscription, cancel);
            if (row is null)
            {
                return Refusals.Unknown("subscription", subscription);
            }
            if (row.EndedAt is { } ended)
            {
                return Refusals.AlreadyEnded("subscription", subscription, ended);
            }
            var end = at ?? scope.Now;
            if (end < row.StartedAt)
            {
                return Refusals.EndsBeforeStart("subscription", subscription, row.StartedAt);
            }
            var addOns = await scope.Db.Set<SubscriptionRow>()
                .Where(other => other.CustomerId == row.CustomerId && other.BaseSubscriptionId == row.SubscriptionId)
                .ToListAsync(cancel);
            await Endings.EndAsync(scope, [row, .. addOns], end, cancel);
            return subscription;
        }, cancel);
}
