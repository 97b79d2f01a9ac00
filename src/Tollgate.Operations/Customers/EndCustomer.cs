using Microsoft.EntityFrameworkCore;
using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>
/// Ends a customer with its accounts, subscriptions and identities. What was used before the end is still charged and billed.
/// Refusals: <c>unknown-customer</c>, <c>already-ended</c>, <c>key-reused</c>.
/// </summary>
public static class EndCustomer
{
    /// <param name="at">From when; default: now. May lie ahead or back.</param>
    public static Task<Outcome<Written<CustomerId>>> RunAsync(
        OperationContext context, CustomerId customer, Instant? at = null, string callerKey = "",
        CancellationToken cancel = default) =>
        WriteScope.RunAsync<CustomerId>(context, "customer.end", callerKey,
            new Fingerprint().Add("customer", customer).Add("at", at), async scope =>
        {
            if (!await scope.RaiseVersionAsync(customer.Value, cancel))
            {
                return Refusals.Unknown("customer", customer);
            }
            var row = await scope.Db.Set<CustomerRow>().SingleAsync(row => row.CustomerId == customer.Value, cancel);
            if (row.EndedAt is { } ended)
            {
                return Refusals.AlreadyEnded("customer", customer, ended);
            }
            var end = at ?? scope.Now;
            if (end < row.CreatedAt && await scope.Db.Set<BillingAccountRow>().AnyAsync(
                account => account.CustomerId == customer.Value && account.OpenedOn > end.InUtc().Date, cancel))
            {
                return new Refusal(
                    "ends-before-start", "An account of the customer opened after that: give a later end.", Field: "at");
            }
            row.Phase = Phase.Ended;
            row.EndedAt = end;
            var accounts = await scope.Db.Set<BillingAccountRow>()
                .Where(account => account.CustomerId == customer.Value && account.Phase == Phase.Active).ToListAsync(cancel);
            foreach (var account in accounts)
            {
                Endings.End(account, end);
            }
            var subscriptions = await scope.Db.Set<SubscriptionRow>()
                .Where(subscription => subscription.CustomerId == customer.Value).ToListAsync(cancel);
            await Endings.EndAsync(scope, subscriptions, end, cancel);
            return customer;
        }, cancel);
}
