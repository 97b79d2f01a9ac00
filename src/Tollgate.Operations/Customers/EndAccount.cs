using Microsoft.EntityFrameworkCore;
using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>Ends a billing account with its subscriptions and identities. Refusals: <c>unknown-account</c>, <c>already-ended</c>,
/// <c>ends-before-start</c>, <c>key-reused</c>.</summary>
public static class EndAccount
{
    /// <param name="at">From when; default: now.</param>
    public static Task<Outcome<Written<AccountId>>> RunAsync(
        OperationContext context, AccountId account, Instant? at = null, string callerKey = "",
        CancellationToken cancel = default) =>
        WriteScope.RunAsync<AccountId>(context, "account.end", callerKey,
            new Fingerprint().Add("account", account).Add("at", at), async scope =>
        {
            var row = await Find.AccountAsync(scope, account, cancel);
            if (row is null)
            {
                return Refusals.Unknown("account", account);
            }
            if (row.EndedOn is { } ended)
            {
                return Refusals.AlreadyEnded("account", account, ended);
            }
            var end = at ?? scope.Now;
            if (end.InZone(DateTimeZoneProviders.Tzdb[row.TimeZone]).Date < row.OpenedOn)
            {
                return new Refusal(
                    "ends-before-start", $"The account opened on {row.OpenedOn:uuuu-MM-dd}: give a later end.", Field: "at");
            }
            Endings.End(row, end);
            var subscriptions = await scope.Db.Set<SubscriptionRow>()
                .Where(subscription => subscription.CustomerId == row.CustomerId).ToListAsync(cancel);
            var payers = await SubscriptionTimeline.PayersAsync(scope, subscriptions, end, cancel);
            subscriptions.RemoveAll(subscription => payers[subscription.SubscriptionId] != row.AccountId);
            await Endings.EndAsync(scope, subscriptions, end, cancel);
            return account;
        }, cancel);
}
