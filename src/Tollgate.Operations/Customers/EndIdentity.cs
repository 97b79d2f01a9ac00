using Microsoft.EntityFrameworkCore;
using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>
/// Takes an identity from a subscription, so that another may have it from then on. Refusals: <c>unknown-subscription</c>,
/// <c>unknown-identity</c>, <c>already-ended</c>, <c>ends-before-start</c>, <c>invalid</c>, <c>key-reused</c>.
/// </summary>
public static class EndIdentity
{
    /// <param name="at">From when; default: now.</param>
    public static Task<Outcome<Written<SubscriptionId>>> RunAsync(
        OperationContext context, SubscriptionId subscription, string kind, string value, Instant? at = null,
        string callerKey = "",
        CancellationToken cancel = default) =>
        WriteScope.RunAsync<SubscriptionId>(context, "identity.end", callerKey,
            new Fingerprint().Add("subscription", subscription).Add("kind", kind).Add("value", value).Add("at", at),
            async scope =>
        {
            var row = await Find.SubscriptionAsync(scope, subscription, cancel);
            if (row is null)
            {
                return Refusals.Unknown("subscription", subscription);
            }
            return (await EndAsync(scope, row, kind, value, at ?? scope.Now, cancel)).Refusal is { } refusal
                ? refusal : subscription;
        }, cancel);

    /// <summary>Ends an identity of a subscription; answers when it would have ended otherwise.</summary>
    internal static async Task<Outcome<Instant?>> EndAsync(
        WriteScope scope, SubscriptionRow row, string kind, string value, Instant end, CancellationToken cancel)
    {
        var known = IdentityKinds.Find(kind);
        var normal = known is { } k ? FieldRules.Identity(new Faults(), "value", k, value) : value;
        var identity = await scope.Db.Set<ServiceIdentityRow>()
            .Where(identity => identity.CustomerId == row.CustomerId && identity.SubscriptionId == row.SubscriptionId
                && identity.Kind == known && identity.Value == normal)
            .OrderByDescending(identity => identity.ValidFrom).FirstOrDefaultAsync(cancel);
        if (known is null || identity is null)
        {
            return new Refusal("unknown-identity",
                $"{new SubscriptionId(row.SubscriptionId)} has no {FieldRules.Short(kind)} '{FieldRules.Short(value)}'.");
        }
        if (identity.ValidTo is { } ended && ended <= end)
        {
            return Refusals.AlreadyEnded("identity", value, ended);
        }
        if (end < identity.ValidFrom)
        {
            return Refusals.EndsBeforeStart("identity", value, identity.ValidFrom);
        }
        var otherwise = identity.ValidTo;
        await Endings.EndAsync(scope, identity, end, cancel);
        return otherwise;
    }
}
