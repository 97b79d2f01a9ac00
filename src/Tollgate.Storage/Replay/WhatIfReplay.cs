using NodaTime;
using Tollgate.Primitives;
using Tollgate.Rating;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Catalogs;

namespace Tollgate.Storage.Replay;

/// <summary>A stored charge and what it would be.</summary>
/// <param name="Offer">Code of the offer that the subscription had then.</param>
/// <param name="Currency">Of both amounts.</param>
/// <param name="New">Stored steps; meaningless when refused.</param>
/// <param name="NewKey">What it would be billed as, or null.</param>
/// <param name="Refusal">Why the candidate has no price for it, or empty.</param>
public readonly record struct RepricedCharge(
    StoredCharge Old, string Offer, string Currency, long New, PriceKey? NewKey, string Refusal);

/// <summary>
/// Charges stored usage of a time by a catalogue that is not in force, in memory. Pockets begin as they were at the beginning
/// of the
/// time, except that those of periods which begin within it are granted anew. Money put in later is there from the start: it
/// decides
/// who pays, not how much. Keeps raters; for one thread at a time.
/// </summary>
public sealed class WhatIfReplay
{
    private readonly ReplaySession session;
    private readonly CatalogueTimeline candidate;
    private readonly CompiledCatalogue catalogue;

    public WhatIfReplay(Database database, TenantId tenant, CompiledCatalogue catalogue)
    {
        session = new ReplaySession(database, tenant);
        candidate = ReplaySession.Candidate(catalogue);
        this.catalogue = catalogue;
    }

    /// <summary>The charges of customers with event times in [from, to), customer by customer.</summary>
    public async Task RunAsync(
        BookWork work, long[] customers, Instant from, Instant to, PriceKeys keys, Instant now, Action<RepricedCharge> found,
        CancellationToken cancel)
    {
        await session.LoadAsync(work, customers, now, cancel);
        var charges = (await ChargeHistory.ChargesAsync(work, customers, from, to, keys, cancel))
            .ToLookup(charge => charge.Id.Customer.Value);
        var drawn = (await DrawnAsync(work, customers, from, cancel)).ToLookup(movement => movement.Customer);
        foreach (var customer in customers)
        {
            var own = charges[customer].ToList();
            if (own.Count == 0 || session.Cache.Find(customer) is not { } state)
            {
                continue;
            }
            var replayed = session.Replay.Run(state, new ReplayPlan
            {
                Charges = own, Movements = [.. drawn[customer]], Selected = _ => candidate, Version = _ => null, Window = from,
            });
            foreach (var one in replayed.Charges)
            {
                var subscription = state.Subscriptions.Find(
                    sub => sub.Id == one.Old.Subscription.Value && sub.Account.Id == one.Old.Account.Value);
                var priced = one.Refusal.Length == 0;
                found(new RepricedCharge(
                    one.Old, subscription?.OfferAt(one.Old.Time) ?? "",
                    subscription?.Account.Currency ?? keys[one.Old.PriceKeyId].Currency,
                    priced ? one.New.Rated.Amount : 0, priced ? catalogue.PriceKeys[one.New.Rated.PriceKey] : null,
                    one.Refusal));
            }
        }
    }

    /// <summary>What usage from a time on has drawn from each pocket, corrections included.</summary>
    private static Task<List<StoredMovement>> DrawnAsync(
        BookWork work, long[] customers, Instant from, CancellationToken cancel) => work.ReadAsync(
            "SELECT customer_id, pocket_id, CAST(sum(amount) AS bigint) FROM pocket_movement WHERE customer_id IN @customers "
            + "AND tenant_id = @tenant AND kind IN ('usage', 'reversal') AND at >= @from GROUP BY customer_id, pocket_id",
            reader => new StoredMovement(
                reader.GetInt64(0), reader.GetInt64(1), 0, 0, StoredMovement.Usage, reader.GetInt64(2), 0, from, ""),
            cancel, ("customers", customers), ("from", from));
}
