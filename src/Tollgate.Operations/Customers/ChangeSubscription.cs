using Microsoft.EntityFrameworkCore;
using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>What to change; null leaves a field as it is. Another offer is another subscription: end this one and start
/// that.</summary>
public sealed record SubscriptionChange
{
    public int? Quantity { get; init; }
}

/// <summary>
/// Changes a subscription that no document has billed yet. Refusals: <c>unknown-subscription</c>, <c>already-ended</c>,
/// <c>invalid</c>, <c>already-billed</c>, <c>key-reused</c>.
/// </summary>
public static class ChangeSubscription
{
    public static Task<Outcome<Written<SubscriptionId>>> RunAsync(
        OperationContext context, SubscriptionId subscription, SubscriptionChange change, string callerKey = "",
        CancellationToken cancel = default) =>
        WriteScope.RunAsync<SubscriptionId>(context, "subscription.change", callerKey,
            new Fingerprint().Add("subscription", subscription).Add("change", change), async scope =>
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
            var faults = new Faults();
            FieldRules.Range(faults, "quantity", change.Quantity ?? row.Quantity, 1, 1_000_000);
            if (faults.Refusal is { } refusal)
            {
                return refusal;
            }
            var account = await scope.Db.Set<BillingAccountRow>().SingleAsync(
                account => account.CustomerId == row.CustomerId && account.AccountId == row.AccountId, cancel);
            if (row.StartedAt.InZone(DateTimeZoneProviders.Tzdb[account.TimeZone]).Date < account.BilledTo)
            {
                return new Refusal("already-billed",
                    $"{subscription} has been billed. End it and start another with the new quantity.", Retry.Never, "quantity");
            }
            row.Quantity = change.Quantity ?? row.Quantity;
            return subscription;
        }, cancel);
}
