using NodaTime;
using Tollgate.Billing;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Billing;

/// <summary>What accounts pay for: their own subscriptions and discounts, and those of the accounts that are billed to
/// them.</summary>
/// <param name="Payers">Who pays for an account; itself, or the one that it is billed to.</param>
/// <param name="Subscriptions">By payer.</param>
/// <param name="Discounts">Given by hand or by a coupon, by payer; one for a subscription goes where the subscription goes.</param>
internal sealed record PayingAccounts(
    ILookup<long, CycleMove> Moves, ILookup<long, AccountId> Children, Dictionary<AccountId, AccountId> Payers,
    ILookup<AccountId, SubscriptionTimes> Subscriptions, ILookup<AccountId, GivenDiscount> Discounts)
{
    /// <summary>The accounts and those that are billed to them.</summary>
    internal long[] All => [.. Payers.Keys.Select(one => one.Value)];

    /// <param name="accounts">Accounts of these customers that get bills; null: all of them.</param>
    internal static async Task<PayingAccounts> LoadAsync(
        BookWork work, long[] customers, long[]? accounts, CancellationToken cancel)
    {
        var moves = await AccountTimes.MovesAsync(work, customers, cancel);
        var children = await AccountTimes.ChildrenAsync(work, customers, cancel);
        accounts ??= [.. await BillReader.PayersAsync(work, customers, cancel)];
        var payers = accounts.ToDictionary(one => new AccountId(one), one => new AccountId(one));
        foreach (var parent in accounts)
        {
            foreach (var child in children[parent])
            {
                payers[child] = new AccountId(parent);
            }
        }
        long[] family = [.. payers.Keys.Select(one => one.Value)];
        var subscriptions = (await SubscriptionReader.SubscriptionsAsync(work, customers, family, cancel))
            .SelectMany(one => one.Accounts.Where(payers.ContainsKey).Select(account => payers[account]).Distinct(),
                (one, payer) => (Payer: payer, Subscription: one)).ToList();
        var paidBy = subscriptions.ToLookup(pair => pair.Subscription.Id, pair => pair.Payer);
        var discounts = (await WindowReader.DiscountsAsync(work, customers, cancel))
            .SelectMany(one => one.Discount.Subscription is { } only ? paidBy[only]
                : payers.TryGetValue(one.Account, out var payer) ? [payer] : [], (one, payer) => (payer, one.Discount))
            .ToLookup(pair => pair.payer, pair => pair.Discount);
        return new PayingAccounts(
            moves, children, payers, subscriptions.ToLookup(pair => pair.Payer, pair => pair.Subscription), discounts);
    }
}
