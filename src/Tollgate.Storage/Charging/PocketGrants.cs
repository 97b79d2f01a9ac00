using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Storage.Charging;

/// <summary>
/// Creates the pockets and counters that events of a time need and that are not there yet, and takes out what of a pocket
/// lapses at the end of its own period. Both depend only on the customer's events so far, so that it does not matter how they
/// are cut into batches.
/// </summary>
internal sealed class PocketGrants
{
    private long unnumbered = Pocket.Unnumbered;

    /// <summary>Creates what is missing for an event, and notes for which other times nothing is.</summary>
    /// <returns>The new pockets.</returns>
    internal List<Pocket> Add(
        SubscriptionState subscription, CompiledCatalogue catalogue, CompiledOffer offer, Instant at, int attempt)
    {
        var added = new List<Pocket>();
        var (from, to) = (Instant.MinValue, Instant.MaxValue);
        foreach (var scope in (ReadOnlySpan<SharingScope>)
            [SharingScope.Subscription, SharingScope.Account, SharingScope.Customer])
        {
            if (!Has(offer, scope))
            {
                continue;
            }
            var owner = scope == SharingScope.Customer ? subscription.Account.Customer.Accounts[0] : subscription.Account;
            var set = AllowanceGrants.Over(offer, Terms(subscription, catalogue, owner, scope), at);
            (from, to) = (Instant.Max(from, set.From), Instant.Min(to, set.To));
            var known = PocketsOf(subscription, scope);
            foreach (var grant in set.Grants)
            {
                if (grant.Shared == scope && NewPocket(subscription, owner, offer, grant, known, at, attempt) is { } pocket)
                {
                    known.Add(pocket);
                    added.Add(pocket);
                    subscription.Account.Customer.SharedVersion += scope == SharingScope.Subscription ? 0 : 1;
                }
            }
        }
        subscription.SetGranted(offer, from, to);
        return added;
    }

    /// <summary>Takes out what has lapsed before an event: the pockets with the stored steps taken and when it lapsed, which is
    /// the end of the pocket's own period and not the event's time.</summary>
    internal static List<(Pocket Pocket, long Lapsed, Instant At)> Lapse(SubscriptionState subscription, CompiledOffer offer, Instant at)
    {
        var states = subscription.Pockets();
        var lapsed = new List<(Pocket, long, Instant)>();
        for (var i = 0; i < states.Length; i++)
        {
            var pocket = subscription.View[i];
            if (pocket.LapsesAt is { } time && time <= at)
            {
                pocket.LapsesAt = null;
                lapsed.Add((
                    pocket, AllowanceGrants.LapsesAtPeriodEnd(offer.Allowances[states[i].Allowance], pocket.Balance), time));
            }
        }
        subscription.ForgetView();
        return lapsed;
    }

    private static List<Pocket> PocketsOf(SubscriptionState subscription, SharingScope scope) => scope switch
    {
        SharingScope.Subscription => subscription.Allowances,
        SharingScope.Account => subscription.Account.Shared,
        SharingScope.Customer => subscription.Account.Customer.Shared,
        _ => throw new InvalidOperationException($"Unknown scope {scope}."),
    };

    private static bool Has(CompiledOffer offer, SharingScope scope)
    {
        foreach (var allowance in offer.Allowances)
        {
            if (allowance.Shared == scope)
            {
                return true;
            }
        }
        foreach (var counter in offer.Counters)
        {
            if (counter.Shared == scope)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>What periods are counted by. Shared pockets are counted from the start of the first subscription whose offer
    /// shares any.</summary>
    private static GrantTerms Terms(
        SubscriptionState subscription, CompiledCatalogue catalogue, AccountState owner, SharingScope scope)
    {
        var terms = new GrantTerms(owner.Calendar.Cycle, owner.Calendar.Zone);
        if (scope == SharingScope.Subscription)
        {
            return terms with
            {
                Activated = TimeCodec.FromMicroseconds(subscription.StartedAt),
                Ends = subscription.EndedAt == long.MaxValue ? null : TimeCodec.FromMicroseconds(subscription.EndedAt),
                AddOnsActivated = subscription.AddOnStarts,
            };
        }
        var first = subscription.StartedAt;
        foreach (var member in owner.Customer.Subscriptions)
        {
            if (member.StartedAt < first && (scope == SharingScope.Customer || member.Account == owner)
                && catalogue.Offers.TryGetValue(member.Offer, out var offer) && Has(offer, scope))
            {
                first = member.StartedAt;
            }
        }
        return terms with { Activated = TimeCodec.FromMicroseconds(first) };
    }

    /// <summary>Since when the offer, in the quantities of now, is in force.</summary>
    private static Instant Since(SubscriptionState subscription, CompiledOffer offer, Instant at)
    {
        var time = TimeCodec.ToMicroseconds(at);
        var since = subscription.OfferSince(time).Since;
        return TimeCodec.FromMicroseconds(offer.HasPerQuantity ? Math.Max(since, subscription.QuantitySince(time)) : since);
    }

    /// <summary>Whether the offer granted the pocket for this allowance or counter.</summary>
    private static bool Same(Pocket pocket, PocketKind kind, string code) =>
        pocket.Kind == kind && pocket.Allowance == code && !pocket.Given;

    /// <summary>
    /// The pocket of a grant, or null when it is there. After a change of plan within the period it is topped up to what the new
    /// plan grants, from the change on; nothing is taken away before the period ends.
    /// </summary>
    private Pocket? NewPocket(
        SubscriptionState subscription, AccountState owner, CompiledOffer offer, in AllowanceGrant grant, List<Pocket> known,
        Instant at, int attempt)
    {
        var counter = grant.Kind == PocketKind.Counter;
        var (code, unit) = counter
            ? (offer.Counters[grant.Allowance].Code, offer.Counters[grant.Allowance].Unit)
            : (offer.Allowances[grant.Allowance].Code, offer.Allowances[grant.Allowance].Unit);
        var (kind, amount, first, validFrom) = (grant.Kind, grant.Amount, grant.ValidFrom, grant.ValidFrom);
        if (known.Exists(pocket => Same(pocket, kind, code) && pocket.ValidFrom == first))
        {
            // It is there, maybe with the amount of an earlier plan.
            validFrom = counter || grant.Shared != SharingScope.Subscription ? validFrom : Since(subscription, offer, at);
            if (validFrom <= grant.ValidFrom)
            {
                return null;
            }
            foreach (var pocket in known)
            {
                amount -= Same(pocket, kind, code) && pocket.ValidFrom >= grant.ValidFrom
                    && pocket.ValidTo == grant.ValidTo ? pocket.Granted : 0;
            }
            if (amount <= 0)
            {
                return null;
            }
        }
        return new Pocket
        {
            Id = unnumbered++,
            Customer = owner.Customer,
            Account = owner,
            SubscriptionId = grant.Shared == SharingScope.Subscription ? subscription.Id : 0,
            Kind = grant.Kind,
            Shared = grant.Shared,
            Allowance = code,
            Unit = unit.Code,
            Granted = amount,
            Balance = amount,
            Priority = grant.Priority,
            ValidFrom = validFrom,
            ValidTo = grant.ValidTo,
            LapsesAt = grant.LapsesAt,
            ChangedBy = attempt,
        };
    }
}
