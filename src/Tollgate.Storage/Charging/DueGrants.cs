using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Catalogs;
using Tollgate.Storage.Replay;

namespace Tollgate.Storage.Charging;

/// <summary>
/// Usage creates the pockets that offers grant when it needs them. What is to be taken by hand may not have been needed by any
/// usage yet: this creates what is due, and takes out what has lapsed, as usage of that time would.
/// </summary>
public static class DueGrants
{
    /// <summary>Call it with the customer's head locked and its sequence raised for this.</summary>
    /// <param name="account">Whose subscriptions.</param>
    /// <param name="seq">The head's sequence: lapsed parts are booked under it.</param>
    public static async Task RunAsync(
        BookWork work, CustomerId customer, AccountId account, CatalogueTimeline timeline, Instant now, long seq, IdBlock ids,
        CancellationToken cancel)
    {
        var session = new ReplaySession(work.Database, work.Tenant);
        await session.LoadAsync(work, [customer.Value], now, cancel);
        var grants = new PocketGrants();
        var time = TimeCodec.ToMicroseconds(now);
        var part = 1;
        foreach (var subscription in session.Cache.Find(customer.Value)!.Subscriptions)
        {
            if (subscription.Account.Id != account.Value || subscription.BaseId != 0 || subscription.StartedAt > time
                || time >= subscription.EndedAt || !subscription.Paid.Exists(paid => paid.From <= time && time < paid.To)
                || timeline.At(ChargePass.PriceTime(timeline, subscription, now)) is not { } entry
                || subscription.In(entry.Compiled, time) is not { } offer)
            {
                continue;
            }
            foreach (var pocket in grants.Add(subscription, entry.Compiled, offer, now, 1))
            {
                pocket.Id = ids.Next(1, work.Transaction);
                await InsertAsync(work, pocket, cancel);
            }
            subscription.ForgetView();
            foreach (var (pocket, lapsed, at) in PocketGrants.Lapse(subscription, offer, now))
            {
                await LapseAsync(work, pocket, lapsed, seq, part++, at, cancel);
            }
        }
    }

    private static Task<int> InsertAsync(BookWork work, Pocket pocket, CancellationToken cancel) =>
        PocketRows.InsertAsync(work, new NewPocket(
            new CustomerId(pocket.Customer.Id), new PocketId(pocket.Id), new AccountId(pocket.Account.Id), pocket.KindText,
            pocket.Unit, pocket.Granted, pocket.Priority, pocket.ValidFrom, pocket.ValidTo)
        {
            Subscription = pocket.SubscriptionId == 0 ? null : new SubscriptionId(pocket.SubscriptionId),
            Allowance = pocket.Allowance, Shared = pocket.Shared, LapsesAt = pocket.LapsesAt,
        }, cancel);

    private static async Task LapseAsync(
        BookWork work, Pocket pocket, long lapsed, long seq, int part, Instant at, CancellationToken cancel)
    {
        await work.ExecuteAsync(
            "UPDATE pocket SET balance = balance - @lapsed, lapses_at = NULL WHERE customer_id = @customer AND pocket_id = @id",
            cancel, ("lapsed", lapsed), ("customer", pocket.Customer.Id), ("id", pocket.Id));
        await PocketRows.MoveAsync(work, new CustomerId(pocket.Customer.Id), new PocketMove(
            new PocketId(pocket.Id), seq, part, MovementRow.Expiry, -lapsed, pocket.Balance, at, ""), cancel);
    }
}
