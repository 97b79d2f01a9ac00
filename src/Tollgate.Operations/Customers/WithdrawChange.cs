using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>
/// Takes back a change of a subscription that was recorded by mistake, whatever its time; what was billed because of it comes
/// back with
/// the next bill. An end that was reached stays. Refusals: <c>unknown-subscription</c>, <c>unknown-change</c>,
/// <c>already-withdrawn</c>, <c>already-ended</c>, <c>key-reused</c>.
/// </summary>
public static class WithdrawChange
{
    /// <param name="number">Number of the change in the subscription's history.</param>
    public static Task<Outcome<Written<SubscriptionId>>> RunAsync(
        OperationContext context, SubscriptionId subscription, int number, string note = "", string callerKey = "",
        CancellationToken cancel = default) =>
        WriteScope.RunAsync<SubscriptionId>(context, "subscription.withdraw", callerKey,
            new Fingerprint().Add("subscription", subscription).Add("change", number), async scope =>
        {
            if (await SubscriptionTimeline.LoadAsync(scope, subscription, cancel) is not { } timeline)
            {
                return Refusals.Unknown("subscription", subscription);
            }
            var change = timeline.Changes.FirstOrDefault(row => row.ChangeNo == number);
            if (change?.Kind == ChangeKind.Withdraw)
            {
                return new Refusal("unknown-change", $"Change {number} of {subscription} is itself a withdrawal, which stays. "
                    + "Record what was withdrawn once more.", Retry.Never, "number");
            }
            if (change is null)
            {
                return new Refusal(
                    "unknown-change", $"{subscription} has no change {number}. See its history.", Retry.AfterCure, "number");
            }
            if (timeline.Changes.Any(row => row.Withdraws == number))
            {
                return new Refusal("already-withdrawn", $"Change {number} of {subscription} is withdrawn already.", Retry.Never);
            }
            if (change.Kind is ChangeKind.Leave or ChangeKind.Join)
            {
                return new Refusal("invalid", $"Change {number} of {subscription} is a transfer between customers, where "
                    + "services and allowances went along: transfer it back instead.", Retry.Never, "number");
            }
            if (change.Kind == ChangeKind.End && change.At <= scope.Now)
            {
                return Refusals.AlreadyEnded("subscription", subscription, change.At);
            }
            if (change.Kind == ChangeKind.End)
            {
                (timeline.Row.Phase, timeline.Row.EndedAt) = (Phase.Active, null);
            }
            timeline.Append(ChangeKind.Withdraw, change.At, note, row => row.Withdraws = number);
            return subscription;
        }, cancel);
}
