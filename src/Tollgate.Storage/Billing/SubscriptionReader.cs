using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Storage.Billing;

/// <summary>A row of the subscription table with its label and what happened to it.</summary>
/// <param name="Account">Who paid at the start.</param>
/// <param name="Changes">Those that stand, in the order of recording.</param>
public sealed record SubscriptionTimes(
    AccountId Account, SubscriptionId Id, string Offer, int Quantity, Instant Started, Instant? Ended, string Label,
    SubscriptionId? Base, IReadOnlyList<SubscriptionChangeRow> Changes)
{
    /// <summary>Every account that pays or paid for it.</summary>
    public IEnumerable<AccountId> Accounts => Changes.Where(change => change.Kind is ChangeKind.Transfer or ChangeKind.Join)
        .Select(change => new AccountId(change.AccountId ?? 0)).Prepend(Account).Distinct();

    /// <summary>The same where it came from another customer or went to one: until it came an account elsewhere paid, and it
    /// did not end by leaving, but as its contract says.</summary>
    public SubscriptionTimes BetweenCustomers()
    {
        var joined = Changes.Any(change => change.Kind == ChangeKind.Join);
        var left = Changes.Any(change => change.Kind == ChangeKind.Leave);
        return !joined && !left ? this : this with
        {
            Account = joined ? default : Account,
            Ended = left ? Changes.LastOrDefault(change => change.Kind == ChangeKind.End)?.At : Ended,
        };
    }
}

/// <summary>Reads subscriptions with their changes for a bill run.</summary>
public static class SubscriptionReader
{
    /// <summary>All subscriptions that the accounts pay or paid, in id order; the label is the identity that was valid first,
    /// phone numbers before other kinds, else the operator's key.</summary>
    public static async Task<List<SubscriptionTimes>> SubscriptionsAsync(
        BookWork work, long[] customers, long[] accounts, CancellationToken cancel)
    {
        var changes = (await ChangesAsync(work, customers, cancel)).ToLookup(row => row.SubscriptionId);
        return await work.ReadAsync(
            "SELECT u.account_id, u.subscription_id, u.offer, u.quantity, u.started_at, u.ended_at, coalesce((SELECT i.value "
            + "FROM service_identity i WHERE i.customer_id = u.customer_id AND i.subscription_id = u.subscription_id ORDER BY "
            + "i.kind, i.valid_from, i.value LIMIT 1), u.external_key), u.base_subscription_id FROM subscription u WHERE "
            + "u.customer_id IN @customers AND (u.account_id IN @accounts OR EXISTS (SELECT 1 FROM subscription_change c WHERE "
            + "c.customer_id = u.customer_id AND c.subscription_id = u.subscription_id AND c.kind = 'transfer' AND c.account_id "
            + "IN @accounts)) AND u.tenant_id = @tenant ORDER BY u.account_id, u.subscription_id",
            reader => new SubscriptionTimes(
                new AccountId(reader.GetInt64(0)), new SubscriptionId(reader.GetInt64(1)), reader.GetString(2),
                reader.GetInt32(3), reader.GetTime(4), reader.GetTimeOrNull(5), reader.GetString(6),
                reader.GetLongOrNull(7) is { } main ? new SubscriptionId(main) : null,
                changes.Contains(reader.GetInt64(1)) ? SubscriptionChangeRow.Standing(changes[reader.GetInt64(1)]) : [])
                .BetweenCustomers(),
            cancel, ("customers", customers), ("accounts", accounts));
    }

    /// <summary>What happened to the customers' subscriptions, withdrawals included.</summary>
    private static Task<List<SubscriptionChangeRow>> ChangesAsync(BookWork work, long[] customers, CancellationToken cancel) =>
        work.ReadAsync(
            "SELECT customer_id, subscription_id, change_no, kind, at, quantity, offer, price_code, amount, charged, fee_waived, "
            + "account_id, withdraws FROM subscription_change WHERE customer_id IN @customers AND tenant_id = @tenant "
            + "ORDER BY subscription_id, change_no",
            reader => new SubscriptionChangeRow
            {
                CustomerId = reader.GetInt64(0), SubscriptionId = reader.GetInt64(1), ChangeNo = reader.GetInt32(2),
                Kind = reader.GetString(3), At = reader.GetTime(4),
                Quantity = reader.IsDBNull(5) ? null : reader.GetInt32(5), Offer = reader.GetString(6),
                PriceCode = reader.GetString(7), Amount = reader.GetString(8), Charged = reader.GetBoolean(9),
                FeeWaived = reader.GetBoolean(10), AccountId = reader.GetLongOrNull(11),
                Withdraws = reader.IsDBNull(12) ? null : reader.GetInt32(12), Actor = "",
            }, cancel, ("customers", customers));
}
