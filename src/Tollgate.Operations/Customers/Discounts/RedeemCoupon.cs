using Microsoft.EntityFrameworkCore;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>
/// Redeems a coupon of the catalogue in force: its discount counts from today on. How often it was redeemed is counted in the
/// transaction that gives the discount, by one statement that adds only below the limit, so that two customers who take the
/// last one at the same time cannot both have it. A discount that is ended gives no redemption back. Refusals:
/// <c>unknown-account</c>, <c>unknown-subscription</c>, <c>already-ended</c>, <c>unknown-coupon</c>,
/// <c>coupon-not-valid</c> (dates), <c>coupon-used</c> (by this customer), <c>coupon-used-up</c>, <c>key-reused</c>.
/// </summary>
public static class RedeemCoupon
{
    /// <param name="code">As the customer types it; letters of any case.</param>
    /// <param name="catalogue">In force now.</param>
    public static Task<Outcome<Written<GrantId>>> RunAsync(
        OperationContext context, AccountId account, SubscriptionId? subscription, string code, Catalogue? catalogue,
        string callerKey = "", CancellationToken cancel = default) =>
        WriteScope.RunAsync<GrantId>(context, "coupon.redeem", callerKey,
            new Fingerprint().Add("account", account).Add("subscription", subscription).Add("coupon", code), async scope =>
        {
            var target = await DiscountTarget.FindAsync(scope, account, subscription, cancel);
            if (target.Refusal is { } refusal)
            {
                return refusal;
            }
            var wanted = code.Trim();
            var discount = catalogue?.Discounts.FirstOrDefault(
                one => string.Equals(one.Coupon?.Code, wanted, StringComparison.OrdinalIgnoreCase));
            if (discount?.Coupon is not { } coupon)
            {
                return new Refusal("unknown-coupon", $"There is no coupon '{FieldRules.Short(wanted)}'. Check the code.",
                    Field: "coupon");
            }
            var (row, today) = (target.Value!.Account, target.Value.Today(scope.Now));
            if (await RefusedAsync(scope, row.CustomerId, coupon, today, cancel) is { } no)
            {
                return no;
            }
            var id = new GrantId(scope.NextId());
            scope.Db.Add(new DiscountGrantRow
            {
                CustomerId = row.CustomerId, GrantId = id.Value, TenantId = scope.Tenant, AccountId = row.AccountId,
                SubscriptionId = subscription?.Value, Discount = discount.Code, Coupon = Stored(coupon), ValidFrom = today,
                GrantedAt = scope.Now, Actor = scope.Context.Actor,
            });
            return id;
        }, cancel);

    private static string Stored(Coupon coupon) => coupon.Code.ToUpperInvariant();

    private static async Task<Refusal?> RefusedAsync(
        WriteScope scope, long customer, Coupon coupon, LocalDate today, CancellationToken cancel)
    {
        if (today < coupon.From)
        {
            return new Refusal(
                "coupon-not-valid", $"'{coupon.Code}' is valid from {coupon.From:uuuu-MM-dd} on.", Field: "coupon");
        }
        if (today >= coupon.To)
        {
            return new Refusal(
                "coupon-not-valid", $"'{coupon.Code}' was valid until {coupon.To.Value.PlusDays(-1):uuuu-MM-dd}.", Retry.Never,
                "coupon");
        }
        var stored = Stored(coupon);
        // The customer's head is locked: nobody else counts for this customer now.
        var own = await scope.Db.Set<DiscountGrantRow>().CountAsync(
            row => row.CustomerId == customer && row.Coupon == stored, cancel);
        if (own >= coupon.PerCustomer)
        {
            return new Refusal(
                "coupon-used", $"The customer has redeemed '{coupon.Code}' {own} time(s); more is not allowed.", Retry.Never,
                "coupon");
        }
        var counted = await scope.ExecuteAsync(
            "INSERT INTO coupon_use (tenant_id, coupon, uses) SELECT @tenant, @coupon, 1 WHERE @most > 0 ON CONFLICT (tenant_id, "
            + "coupon) DO UPDATE SET uses = coupon_use.uses + 1 WHERE coupon_use.uses < @most",
            cancel, ("coupon", stored), ("most", (long)(coupon.Redemptions ?? int.MaxValue)));
        return counted == 1 ? null : new Refusal(
            "coupon-used-up", $"'{coupon.Code}' has been redeemed {coupon.Redemptions} time(s); none is left.", Retry.Never,
            "coupon");
    }
}
