using Tollgate.Catalog;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Catalogs;

namespace Tollgate.Operations.Pockets;

/// <summary>Whose a pocket of a code is, so that usage finds it.</summary>
/// <param name="Code">As usage looks for it: <c>CODE</c>, or <c>ADD-ON/CODE</c> of an add-on.</param>
/// <param name="Allowance">What the offer says of it; null: no offer of the account names the code, and only operations use
/// the pocket.</param>
internal sealed record PocketTarget(
    AccountId Account, SubscriptionId? Subscription, string Code, SharingScope Shared, int Priority, Allowance? Allowance)
{
    private const int UsualPriority = 100;

    private sealed record Held(long Id, long? Base, string Offer)
    {
        internal long Owner => Base ?? Id;

        /// <summary>The code of its pockets.</summary>
        internal string Full(Allowance allowance) => Base is null ? allowance.Code : $"{Offer}/{allowance.Code}";
    }

    /// <summary>
    /// The allowance of this code of the account's subscriptions, as their offers are now. Refusals:
    /// <c>several-subscriptions</c> (each has its own; name one), <c>unknown-subscription</c>.
    /// </summary>
    /// <param name="subscription">Whose, when several subscriptions have it.</param>
    internal static async Task<Outcome<PocketTarget>> FindAsync(
        PocketWork work, CatalogueTimeline timeline, string code, SubscriptionId? subscription, CancellationToken cancel)
    {
        var rows = await HeldAsync(work, cancel);
        if (subscription is { } named && !rows.Exists(row => row.Id == named.Value))
        {
            return Refusals.Unknown("subscription", named, "subscription");
        }
        var offers = timeline.At(work.Context.Now)?.Compiled.Source.Offers ?? [];
        var found = new List<PocketTarget>();
        foreach (var row in rows)
        {
            foreach (var allowance in offers.Where(offer => offer.Code == row.Offer).SelectMany(offer => offer.Allowances))
            {
                if ((allowance.Code == code || row.Full(allowance) == code)
                    && (subscription is null || subscription.Value.Value == row.Owner))
                {
                    found.Add(await OfAsync(work, row, allowance, cancel));
                }
            }
        }
        return found.DistinctBy(target => (target.Subscription, target.Code)).ToList() switch
        {
            [] => new PocketTarget(work.Id, subscription, code,
                subscription is null ? SharingScope.Account : SharingScope.Subscription, UsualPriority, null),
            [var only] => only,
            var several => new Refusal("several-subscriptions",
                $"Several subscriptions of the account have '{FieldRules.Short(code)}': "
                + $"{string.Join(", ", several.Select(target => $"{target.Subscription} {target.Code}"))}. Name one.",
                Field: "subscription"),
        };
    }

    /// <summary>
    /// What a top-up of the account earns, with the pockets that get it (null: its money): of several rules of an offer into
    /// one pocket the highest that is reached, of several subscriptions with the same offer the first.
    /// </summary>
    internal static async Task<List<(PocketTarget? Target, Earning Earning)>> EarnedAsync(
        PocketWork work, CatalogueTimeline timeline, Money amount, CancellationToken cancel)
    {
        var offers = timeline.At(work.Context.Now)?.Compiled.Source.Offers ?? [];
        var earned = new List<(PocketTarget?, Earning)>();
        if (!offers.Any(offer => offer.Earns.Any(one => one.TopUp is not null)))
        {
            return earned;
        }
        foreach (var row in (await HeldAsync(work, cancel)).DistinctBy(row => row.Offer, StringComparer.Ordinal))
        {
            if (offers.FirstOrDefault(offer => offer.Code == row.Offer) is not { } offer)
            {
                continue;
            }
            foreach (var into in offer.Earns
                .Where(one => one.TopUp is { } least && least.Currency == amount.Currency && least.Amount <= amount.Amount)
                .GroupBy(one => one.Into ?? "", StringComparer.Ordinal))
            {
                earned.Add((
                    into.Key.Length == 0
                        ? null : await OfAsync(work, row, offer.Allowances.First(one => one.Code == into.Key), cancel),
                    into.MaxBy(one => one.TopUp!.Value.Amount)!));
            }
        }
        return earned;
    }

    private static async Task<PocketTarget> OfAsync(
        PocketWork work, Held row, Allowance allowance, CancellationToken cancel) => new(
        await OwnerAsync(work, allowance.Shared, cancel),
        allowance.Shared == SharingScope.Subscription ? new SubscriptionId(row.Owner) : null, row.Full(allowance),
        allowance.Shared, allowance.Priority, allowance);

    /// <summary>The subscriptions that the account has now, with the offers that they have now.</summary>
    private static Task<List<Held>> HeldAsync(PocketWork work, CancellationToken cancel) =>
        work.Work.ReadAsync(
            "SELECT s.subscription_id, s.base_subscription_id, coalesce((SELECT c.offer FROM subscription_change c WHERE "
            + "c.customer_id = s.customer_id AND c.subscription_id = s.subscription_id AND c.kind = 'plan' AND c.at <= @now "
            + "AND NOT EXISTS (SELECT 1 FROM subscription_change w WHERE w.customer_id = c.customer_id AND w.subscription_id = "
            + "c.subscription_id AND w.withdraws = c.change_no) ORDER BY c.at DESC, c.change_no DESC LIMIT 1), s.offer) "
            + "FROM subscription s WHERE s.customer_id = @customer AND s.account_id = @account AND s.tenant_id = @tenant AND "
            + "s.started_at <= @now AND (s.ended_at IS NULL OR s.ended_at > @now) ORDER BY s.subscription_id",
            reader => new Held(reader.GetInt64(0), reader.GetLongOrNull(1), reader.GetString(2)), cancel,
            ("now", work.Context.Now), ("customer", work.Account.Customer.Value), ("account", work.Id.Value));

    /// <summary>Pockets of a customer are kept with its first account.</summary>
    private static async Task<AccountId> OwnerAsync(PocketWork work, SharingScope shared, CancellationToken cancel) =>
        shared != SharingScope.Customer
            ? work.Id
            : new AccountId((await work.Work.ReadAsync(
                "SELECT min(account_id) FROM billing_account WHERE customer_id = @customer", reader => reader.GetInt64(0), cancel,
                ("customer", work.Account.Customer.Value)))[0]);
}
