using System.Collections.Immutable;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Primitives;

namespace Tollgate.Operations.Billing;

/// <summary>Something that a customer considers.</summary>
/// <param name="At">From when; null: now.</param>
public abstract record PlannedChange(Instant? At)
{
    /// <summary>Another number of units.</summary>
    public sealed record Quantity(SubscriptionId Subscription, int Units, Instant? At = null) : PlannedChange(At);

    /// <summary>Another offer.</summary>
    public sealed record Plan(SubscriptionId Subscription, string Offer, Instant? At = null) : PlannedChange(At);

    /// <summary>The service pauses without charge.</summary>
    public sealed record Suspend(SubscriptionId Subscription, Instant? At = null) : PlannedChange(At);

    /// <summary>The service goes on.</summary>
    public sealed record Resume(SubscriptionId Subscription, Instant? At = null) : PlannedChange(At);

    /// <summary>The subscription ends, with its add-ons.</summary>
    public sealed record End(SubscriptionId Subscription, Instant? At = null) : PlannedChange(At);

    /// <summary>A new subscription.</summary>
    /// <param name="Base">The subscription that it hangs on as an add-on, or null.</param>
    public sealed record Add(string Offer, int Units, SubscriptionId? Base = null, Instant? At = null) : PlannedChange(At);
}

/// <summary>Puts planned changes into the input of a bill, as if they had been made.</summary>
internal static class PlannedChanges
{
    /// <summary>Stands in for the ids of what is not there yet: after all others, in the order of planning.</summary>
    private const long FirstNew = long.MaxValue / 2;

    /// <summary>True for a subscription that is only considered.</summary>
    internal static bool IsNew(SubscriptionId? id) => id is { Value: >= FirstNew };

    internal static Outcome<BillingInput> Apply(BillingInput input, ImmutableArray<PlannedChange> changes, Instant now)
    {
        for (var i = 0; i < changes.Length; i++)
        {
            var at = changes[i].At ?? now;
            var wanted = changes[i] is PlannedChange.Plan plan ? plan.Offer : (changes[i] as PlannedChange.Add)?.Offer;
            if (wanted is not null && !input.Catalogues.Versions.Any(version =>
                version.Catalogue.Offers.Any(known => known.Code == wanted)))
            {
                var known = input.Catalogues.Versions.LastOrDefault()?.Catalogue.Offers.Select(each => each.Code) ?? [];
                return new Refusal("unknown-offer", $"There is no offer '{wanted}'. Known are: {string.Join(", ", known)}.",
                    Field: "with");
            }
            var outcome = changes[i] switch
            {
                PlannedChange.Quantity { Units: < 1 } or PlannedChange.Add { Units: < 1 } =>
                    new Refusal("invalid", "A quantity is 1 or more.", Field: "with"),
                PlannedChange.Quantity(var id, var units, _) => Append(input, id, new TimelineChange.Quantity(at, units)),
                PlannedChange.Plan(var id, var offer, _) => Append(input, id, new TimelineChange.Plan(at, offer)),
                PlannedChange.Suspend(var id, _) => Append(input, id, new TimelineChange.Suspend(at, Charged: false)),
                PlannedChange.Resume(var id, _) => Append(input, id, new TimelineChange.Resume(at)),
                PlannedChange.End(var id, _) => End(input, id, at),
                PlannedChange.Add(var offer, var units, var basis, _) =>
                    Add(input, new SubscriptionId(FirstNew + i), offer, units, basis, at),
                _ => throw new InvalidOperationException($"Unknown change {changes[i].GetType().Name}."),
            };
            if (outcome.Refusal is { } refusal)
            {
                return refusal;
            }
            input = outcome.Value!;
        }
        return input;
    }

    private static Outcome<BillingInput> Append(BillingInput input, SubscriptionId id, TimelineChange change) =>
        Replace(input, id, change.At, found => found with { Changes = found.Changes.Add(change) });

    private static Outcome<BillingInput> End(BillingInput input, SubscriptionId id, Instant at)
    {
        var day = BillingInputs.EndOf(at, input.Account.Zone, input.Policy);
        var ended = Replace(input, id, at, found => found with { Ended = day, EndedAt = at });
        return ended.Refusal is not null ? ended : ended.Value! with
        {
            Subscriptions =
            [
                .. ended.Value!.Subscriptions.Select(one => one.Base == id && !(one.Ended <= day)
                    ? one with { Ended = LocalDate.Max(day, one.Started), EndedAt = at } : one),
            ],
        };
    }

    private static BillingInput Add(
        BillingInput input, SubscriptionId id, string offer, int units, SubscriptionId? basis, Instant at) => input with
        {
            Subscriptions = input.Subscriptions.Add(
                new SubscriptionFacts(id, offer, units, at.InZone(input.Account.Zone).Date, null, "")
                {
                    Base = basis, StartedAt = at,
                }),
        };

    private static Outcome<BillingInput> Replace(
        BillingInput input, SubscriptionId id, Instant at, Func<SubscriptionFacts, SubscriptionFacts> change)
    {
        var index = input.Subscriptions.Select((one, i) => (one, i)).Where(pair => pair.one.Id == id).Select(pair => pair.i)
            .DefaultIfEmpty(-1).First();
        if (index < 0)
        {
            return new Refusal("unknown-subscription", $"The account has no subscription {id}.", Field: "with");
        }
        var found = input.Subscriptions[index];
        var day = at.InZone(input.Account.Zone).Date;
        if (found.Ended is { } ended && ended <= day)
        {
            return new Refusal("already-ended", $"The subscription {id} ends on {ended:uuuu-MM-dd}.", Retry.Never, "with");
        }
        return day < found.Started
            ? new Refusal("ends-before-start", $"The subscription {id} starts on {found.Started:uuuu-MM-dd}: give a later time.",
                Field: "with")
            : input with { Subscriptions = input.Subscriptions.SetItem(index, change(found)) };
    }
}
