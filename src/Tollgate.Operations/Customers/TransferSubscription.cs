using Microsoft.EntityFrameworkCore;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>
/// Lets another account pay a subscription, with its add-ons, from a time on, which may lie in the past. Fees are split by day,
/// billed periods are corrected by difference; usage of the time and later that is charged from now on goes to the new account,
/// with what is left of the subscription's allowances. Usage that is charged already stays where it is. An account of another
/// customer takes it over with its services (<see cref="MoveToCustomer"/>); the answer is then its id there. Refusals:
/// <c>unknown-subscription</c>, <c>unknown-account</c>, <c>already-ended</c>, <c>before-start</c>, <c>invalid</c>,
/// <c>key-reused</c>.
/// </summary>
public static class TransferSubscription
{
    /// <summary>Ids for a move to another customer: subscriptions, pockets, discounts.</summary>
    private const int IdsOfMove = 1000;

    /// <param name="at">From when. Default: now.</param>
    /// <param name="offersAt">For whether the new account needs a money pocket.</param>
    public static async Task<Outcome<Written<SubscriptionId>>> RunAsync(
        OperationContext context, SubscriptionId subscription, AccountId account, OffersAt offersAt, Instant? at = null,
        string note = "", string callerKey = "", CancellationToken cancel = default)
    {
        // Before the transaction: the catalogue is read on a connection of its own.
        var offers = await offersAt(at ?? context.Now, cancel);
        return await WriteScope.RunAsync<SubscriptionId>(context, "subscription.transfer", callerKey,
            new Fingerprint().Add("subscription", subscription).Add("account", account).Add("at", at), async scope =>
        {
            var to = await LockAsync(scope, subscription, account, cancel);
            if (await SubscriptionTimeline.LoadAsync(scope, subscription, cancel) is not { } timeline)
            {
                return Refusals.Unknown("subscription", subscription);
            }
            var from = at ?? scope.Now;
            if (timeline.Refused(from) is { } refused)
            {
                return refused;
            }
            if (to is null)
            {
                return Refusals.Unknown("account", account, "account");
            }
            var faults = new Faults();
            Check(faults, timeline, to, from);
            FieldRules.Range(faults, "note", note.Length, 0, 500);
            if (to.CustomerId != timeline.Row.CustomerId)
            {
                MoveToCustomer.Check(faults, timeline, from, scope.Now);
            }
            if (faults.Refusal is { } refusal)
            {
                return refusal;
            }
            if (to.EndedOn is { } ended)
            {
                return Refusals.AlreadyEnded("account", account, ended) with { Field = "account" };
            }
            var outcome = await PayAsync(scope, timeline, to, from, note, cancel);
            if (outcome.Refusal is null
                && offers.Find(timeline.StateAt(from).Offer) is PaymentModel.Prepaid or PaymentModel.Hybrid)
            {
                await MoneyPocket.EnsureAsync(
                    scope, to.CustomerId, to.AccountId, Units.Get(to.Currency), CreateAccount.Opening(to), 0m, cancel);
            }
            return outcome;
        }, cancel, IdsOfMove);
    }

    /// <summary>Locks the heads of both customers in id order, as every writer does.</summary>
    /// <returns>The account as it is then, or null when there is none.</returns>
    private static async Task<BillingAccountRow?> LockAsync(
        WriteScope scope, SubscriptionId subscription, AccountId account, CancellationToken cancel)
    {
        var customers = await scope.Db.Set<SubscriptionRow>()
            .Where(row => row.TenantId == scope.Tenant && row.SubscriptionId == subscription.Value).Select(row => row.CustomerId)
            .Union(scope.Db.Set<BillingAccountRow>()
                .Where(row => row.TenantId == scope.Tenant && row.AccountId == account.Value).Select(row => row.CustomerId))
            .ToListAsync(cancel);
        foreach (var customer in customers.Order())
        {
            await scope.RaiseVersionAsync(customer, cancel);
        }
        return await scope.Db.Set<BillingAccountRow>().SingleOrDefaultAsync(
            row => row.TenantId == scope.Tenant && row.AccountId == account.Value, cancel);
    }

    private static async Task<Outcome<SubscriptionId>> PayAsync(
        WriteScope scope, SubscriptionTimeline timeline, BillingAccountRow to, Instant from, string note,
        CancellationToken cancel)
    {
        if (to.CustomerId != timeline.Row.CustomerId)
        {
            return await MoveToCustomer.RunAsync(scope, timeline, await AddOnsAsync(scope, timeline.Row, from, cancel), to, from,
                note, cancel);
        }
        timeline.Append(ChangeKind.Transfer, from, note, row => row.AccountId = to.AccountId);
        foreach (var addOn in await AddOnsAsync(scope, timeline.Row, from, cancel))
        {
            // One that starts later is paid by the new account from its start.
            addOn.Append(
                ChangeKind.Transfer, Instant.Max(from, addOn.Row.StartedAt), note, row => row.AccountId = to.AccountId);
        }
        return new SubscriptionId(timeline.Row.SubscriptionId);
    }

    private static void Check(Faults faults, SubscriptionTimeline timeline, BillingAccountRow to, Instant from)
    {
        if (timeline.StateAt(from).Account == new AccountId(to.AccountId))
        {
            faults.Add("account", "It pays the subscription then already.", "Give another account or another time.");
        }
        if (to.Currency != timeline.Account.Currency.Code)
        {
            faults.Add("account", $"It is kept in {to.Currency}, the subscription is paid in {timeline.Account.Currency}.",
                "Use an account in the same currency.");
        }
        if (from < CreateAccount.Opening(to))
        {
            faults.Add("at", $"The account's first day is {to.OpenedOn:uuuu-MM-dd}.", "Give a time that is not before.");
        }
        if (timeline.Row.BaseSubscriptionId is { } main)
        {
            faults.Add("subscription", "It is an add-on.", $"Transfer its base {new SubscriptionId(main)}; it goes along.");
        }
    }

    /// <summary>The add-ons that live then or later.</summary>
    private static async Task<List<SubscriptionTimeline>> AddOnsAsync(
        WriteScope scope, SubscriptionRow main, Instant from, CancellationToken cancel)
    {
        var rows = await scope.Db.Set<SubscriptionRow>()
            .Where(row => row.CustomerId == main.CustomerId && row.BaseSubscriptionId == main.SubscriptionId).ToListAsync(cancel);
        var addOns = new List<SubscriptionTimeline>();
        foreach (var row in rows.Where(row => row.EndedAt is null || row.EndedAt > from).OrderBy(row => row.SubscriptionId))
        {
            addOns.Add((await SubscriptionTimeline.LoadAsync(scope, new SubscriptionId(row.SubscriptionId), cancel))!);
        }
        return addOns;
    }
}
