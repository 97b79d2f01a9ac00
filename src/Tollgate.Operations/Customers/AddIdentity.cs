using Tollgate.Primitives;

namespace Tollgate.Operations.Customers;

/// <summary>
/// Gives a subscription an identity. Refusals: <c>unknown-subscription</c>, <c>already-ended</c>, <c>invalid</c>,
/// <c>identity-taken</c> (names the owner), <c>key-reused</c>.
/// </summary>
public static class AddIdentity
{
    public static Task<Outcome<Written<SubscriptionId>>> RunAsync(
        OperationContext context, SubscriptionId subscription, NewIdentity identity, string callerKey,
        CancellationToken cancel = default) =>
        WriteScope.RunAsync<SubscriptionId>(context, "identity.add", callerKey,
            new Fingerprint().Add("subscription", subscription).Add("kind", identity.Kind).Add("value", identity.Value)
                .Add("validFrom", identity.ValidFrom).Add("validTo", identity.ValidTo), async scope =>
        {
            var row = await Find.SubscriptionAsync(scope, subscription, cancel);
            if (row is null)
            {
                return Refusals.Unknown("subscription", subscription);
            }
            if (row.EndedAt is { } ended && ended <= scope.Now)
            {
                return Refusals.AlreadyEnded("subscription", subscription, ended);
            }
            return await IdentityDirectory.AddAsync(scope, row, [identity], cancel) is { } refusal ? refusal : subscription;
        }, cancel);
}
