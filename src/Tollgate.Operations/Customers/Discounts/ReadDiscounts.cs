using Microsoft.EntityFrameworkCore;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>A discount that an account or a subscription has besides those of its offers.</summary>
/// <param name="Subscription">Null: of the whole account.</param>
/// <param name="Discount">Code in the catalogue; null: made by hand.</param>
/// <param name="Coupon">The coupon redeemed, or null.</param>
/// <param name="Name">As printed; null: the catalogue's.</param>
/// <param name="Scope">For one made by hand.</param>
/// <param name="To">First day on which it no longer counts, or null.</param>
public sealed record GivenDiscountView(
    GrantId Id, AccountId Account, SubscriptionId? Subscription, string? Discount, string? Coupon, string? Name, decimal? Percent,
    decimal? Amount, string? Scope, int? Periods, LocalDate From, LocalDate? To, string Reason, string Actor, Instant GrantedAt);

/// <summary>Reads discounts given by hand and by coupons.</summary>
public static class ReadDiscounts
{
    /// <summary>Those of an account and of its subscriptions, ended ones included, in the order of giving.</summary>
    public static async Task<Outcome<IReadOnlyList<GivenDiscountView>>> ListAsync(
        OperationContext context, AccountId account, CancellationToken cancel = default)
    {
        await using var db = context.Database.Context();
        var known = await db.Set<BillingAccountRow>().AnyAsync(
            row => row.TenantId == context.Tenant.Value && row.AccountId == account.Value, cancel);
        return known
            ? (await db.Set<DiscountGrantRow>()
                .Where(row => row.TenantId == context.Tenant.Value && row.AccountId == account.Value)
                .OrderBy(row => row.GrantId).ToListAsync(cancel)).ConvertAll(View)
            : Refusals.Unknown("account", account);
    }

    /// <summary>One of them.</summary>
    public static async Task<Outcome<GivenDiscountView>> OneAsync(
        OperationContext context, GrantId grant, CancellationToken cancel = default)
    {
        await using var db = context.Database.Context();
        var row = await db.Set<DiscountGrantRow>().SingleOrDefaultAsync(
            row => row.TenantId == context.Tenant.Value && row.GrantId == grant.Value, cancel);
        return row is null ? Refusals.Unknown("discount", grant) : View(row);
    }

    private static GivenDiscountView View(DiscountGrantRow row)
    {
        var own = HandMade.Is(row.Discount);
        return new GivenDiscountView(
            new GrantId(row.GrantId), new AccountId(row.AccountId), row.SubscriptionId is { } id ? new SubscriptionId(id) : null,
            own ? null : row.Discount, row.Coupon.Length > 0 ? row.Coupon : null, own ? row.Name : null, Number(row.Percent),
            Number(row.Amount), own ? DiscountWords.Text((DiscountScope)row.Scope) : null, row.Periods, row.ValidFrom,
            row.ValidTo, row.Reason, row.Actor, row.GrantedAt);
    }

    private static decimal? Number(string text) => text.Length > 0 ? DocumentText.Decimal(text) : null;
}
