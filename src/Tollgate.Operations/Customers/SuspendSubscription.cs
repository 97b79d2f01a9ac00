using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>
/// Pauses a subscription from a time on, with or without recurring prices. Refusals: <c>unknown-subscription</c>,
/// <c>already-ended</c>, <c>before-start</c>, <c>already-suspended</c>, <c>key-reused</c>.
/// </summary>
public static class SuspendSubscription
{
    /// <param name="charged">Recurring prices go on.</param>
    /// <param name="at">Default: now. May lie in the past or ahead.</param>
    public static Task<Outcome<Written<SubscriptionId>>> RunAsync(
        OperationContext context, SubscriptionId subscription, bool charged, Instant? at = null, string note = "",
        string callerKey = "", CancellationToken cancel = default) =>
        WriteScope.RunAsync<SubscriptionId>(context, "subscription.suspend", callerKey,
            new Fingerprint().Add("subscription", subscription).Add("charged", charged).Add("at", at), async scope =>
        {
            if (await SubscriptionTimeline.LoadAsync(scope, subscription, cancel) is not { } timeline)
            {
                return Refusals.Unknown("subscription", subscription);
            }
            var from = at ?? scope.Now;
            if (timeline.Refused(from) is { } refused)
            {
                return refused;
            }
            if (timeline.StateAt(from).Suspended)
            {
                return new Refusal("already-suspended", $"{subscription} pauses then already. Resume it first.", Retry.AfterCure,
                    "at");
            }
            timeline.Append(ChangeKind.Suspend, from, note, row => row.Charged = charged);
            return subscription;
        }, cancel);
}

/// <summary>
/// Ends a pause from a time on. Refusals: <c>unknown-subscription</c>, <c>already-ended</c>, <c>before-start</c>,
/// <c>not-suspended</c>, <c>key-reused</c>.
/// </summary>
public static class ResumeSubscription
{
    /// <param name="at">Default: now. May lie in the past or ahead.</param>
    public static Task<Outcome<Written<SubscriptionId>>> RunAsync(
        OperationContext context, SubscriptionId subscription, Instant? at = null, string note = "", string callerKey = "",
        CancellationToken cancel = default) =>
        WriteScope.RunAsync<SubscriptionId>(context, "subscription.resume", callerKey,
            new Fingerprint().Add("subscription", subscription).Add("at", at), async scope =>
        {
            if (await SubscriptionTimeline.LoadAsync(scope, subscription, cancel) is not { } timeline)
            {
                return Refusals.Unknown("subscription", subscription);
            }
            var from = at ?? scope.Now;
            if (timeline.Refused(from) is { } refused)
            {
                return refused;
            }
            if (!timeline.StateAt(from).Suspended)
            {
                return new Refusal("not-suspended", $"{subscription} does not pause then.", Retry.AfterCure, "at");
            }
            timeline.Append(ChangeKind.Resume, from, note);
            return subscription;
        }, cancel);
}
