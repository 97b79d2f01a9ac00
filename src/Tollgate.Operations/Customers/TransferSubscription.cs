using Microsoft.EntityFrameworkCore;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>
/// Lets another account of the same customer pay a subscription, with its add-ons, from a time on, which may lie in the past.
/// Fees are split by day, billed periods are corrected by difference; usage of the time and later that is charged from now on
/// goes to the new account, with what is left of the subscription's allowances. Usage that is charged already stays where it
/// is. Refusals: <c>unknown-subscription</c>, <c>unknown-account</c>, <c>already-ended</c>, <c>before-start</c>,
/// <c>invalid</c>, <c>key-reused</c>.
/// </summary>
public static class TransferSubscription
{
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
            if (await SubscriptionTimeline.LoadAsync(scope, subscription, cancel) is not { } timeline)
            {
                return Refusals.Unknown("subscription", subscription);
            }
            var from = at ?? scope.Now;
            if (timeline.Refused(from) is { } refused)
            {
                return refused;
            }
            var to = await scope.Db.Set<BillingAccountRow>().SingleOrDefaultAsync(
                row => row.TenantId == scope.Tenant && row.AccountId == account.Value, cancel);
            if (to is null)
            {
                return Refusals.Unknown("account", account, "account");
            }
            var faults = new Faults();
            Check(faults, timeline, to, from);
            FieldRules.Range(faults, "note", note.Length, 0, 500);
            if (faults.Refusal is { } refusal)
            {
                return refusal;
            }
            if (to.EndedOn is { } ended)
            {
                return Refusals.AlreadyEnded("account", account, ended) with { Field = "account" };
            }
            timeline.Append(ChangeKind.Transfer, from, note, row => row.AccountId = account.Value);
            await AddOnsAsync(scope, timeline.Row, account, from, note, cancel);
            if (offers.Find(timeline.StateAt(from).Offer) is PaymentModel.Prepaid or PaymentModel.Hybrid)
            {
                await MoneyPocket.EnsureAsync(
                    scope, to.CustomerId, to.AccountId, Units.Get(to.Currency), CreateAccount.Opening(to), 0m, cancel);
            }
            return subscription;
        }, cancel);
    }

    private static void Check(Faults faults, SubscriptionTimeline timeline, BillingAccountRow to, Instant from)
    {
        if (to.CustomerId != timeline.Row.CustomerId)
        {
            faults.Add("account", "It belongs to another customer.",
                "End the subscription here and start it there: numbers may go along (tollgate identity).");
        }
        else if (timeline.StateAt(from).Account == new AccountId(to.AccountId))
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

    /// <summary>Add-ons go along; one that starts later is paid by the new account from its start.</summary>
    private static async Task AddOnsAsync(
        WriteScope scope, SubscriptionRow main, AccountId account, Instant from, string note, CancellationToken cancel)
    {
        var addOns = await scope.Db.Set<SubscriptionRow>()
            .Where(row => row.CustomerId == main.CustomerId && row.BaseSubscriptionId == main.SubscriptionId).ToListAsync(cancel);
        foreach (var addOn in addOns.Where(row => row.EndedAt is null || row.EndedAt > from))
        {
            var timeline = await SubscriptionTimeline.LoadAsync(scope, new SubscriptionId(addOn.SubscriptionId), cancel);
            timeline!.Append(
                ChangeKind.Transfer, Instant.Max(from, addOn.StartedAt), note, row => row.AccountId = account.Value);
        }
    }
}
