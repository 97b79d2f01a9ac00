using Microsoft.EntityFrameworkCore;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>
/// Ends a seller that has no active customers. Refusals: <c>unknown-seller</c>, <c>already-ended</c>,
/// <c>seller-has-customers</c>, <c>key-reused</c>.
/// </summary>
public static class EndSeller
{
    public static Task<Outcome<Written<SellerId>>> RunAsync(
        OperationContext context, SellerId seller, string callerKey = "", CancellationToken cancel = default) =>
        WriteScope.RunAsync<SellerId>(context, "seller.end", callerKey, new Fingerprint().Add("seller", seller), async scope =>
        {
            var row = await scope.Db.Set<SellerRow>().SingleOrDefaultAsync(
                row => row.TenantId == scope.Tenant && row.SellerId == seller.Value, cancel);
            if (row is null)
            {
                return Refusals.Unknown("seller", seller);
            }
            if (row.EndedAt is not null)
            {
                return Refusals.AlreadyEnded("seller", seller, row.EndedAt.Value);
            }
            if (await scope.Db.Set<CustomerRow>().AnyAsync(
                customer => customer.TenantId == scope.Tenant
                    && customer.SellerId == seller.Value && customer.Phase == Phase.Active, cancel))
            {
                return new Refusal("seller-has-customers", $"{seller} has active customers. End them first.");
            }
            row.EndedAt = scope.Now;
            return seller;
        }, cancel);
}
