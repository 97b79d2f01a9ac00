using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Operations.Customers;

/// <summary>The identity that takes the place of another.</summary>
public sealed record IdentityChange
{
    /// <summary>Default: the kind of the old one.</summary>
    public string? Kind { get; init; }

    public required string Value { get; init; }

    /// <summary>When the old one ends and the new one begins. Default: now.</summary>
    public Instant? At { get; init; }
}

/// <summary>
/// Puts another identity in the place of one, e.g. a new number or SIM: it is valid from when the old one ends until that would
/// have ended. Refusals: <c>unknown-subscription</c>, <c>unknown-identity</c>, <c>already-ended</c>, <c>ends-before-start</c>,
/// <c>invalid</c>, <c>identity-taken</c> (names the owner), <c>key-reused</c>.
/// </summary>
public static class ChangeIdentity
{
    /// <param name="kind">Of the old one.</param>
    /// <param name="value">Of the old one.</param>
    public static Task<Outcome<Written<SubscriptionId>>> RunAsync(
        OperationContext context, SubscriptionId subscription, string kind, string value, IdentityChange change,
        string callerKey = "", CancellationToken cancel = default) =>
        WriteScope.RunAsync<SubscriptionId>(context, "identity.change", callerKey,
            new Fingerprint().Add("subscription", subscription).Add("kind", kind).Add("value", value).Add("change", change),
            async scope =>
        {
            var row = await Find.SubscriptionAsync(scope, subscription, cancel);
            if (row is null)
            {
                return Refusals.Unknown("subscription", subscription);
            }
            var at = change.At ?? scope.Now;
            var ended = await EndIdentity.EndAsync(scope, row, kind, value, at, cancel);
            if (ended.Refusal is { } refusal)
            {
                return refusal;
            }
            var wanted = new NewIdentity
            {
                Kind = change.Kind ?? kind, Value = change.Value, ValidFrom = at, ValidTo = ended.Value,
            };
            return await IdentityDirectory.AddAsync(scope, row, [wanted], cancel) is { } taken ? taken : subscription;
        }, cancel);
}
