using Microsoft.EntityFrameworkCore;
using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>
/// Ends a discount that was given by hand or by a coupon, from a day on, which may lie in the past: billed periods are
/// corrected with the next bill. Ended on its first day it never counted. Refusals: <c>unknown-discount</c>,
/// <c>already-ended</c>, <c>invalid</c>, <c>key-reused</c>.
/// </summary>
public static class EndDiscount
{
    /// <param name="on">First day on which it no longer counts. Default: today.</param>
    public static Task<Outcome<Written<GrantId>>> RunAsync(
        OperationContext context, GrantId grant, LocalDate? on = null, string callerKey = "",
        CancellationToken cancel = default) =>
        WriteScope.RunAsync<GrantId>(context, "discount.end", callerKey,
            new Fingerprint().Add("discount", grant).Add("on", on), async scope =>
        {
            var found = await scope.Db.Set<DiscountGrantRow>()
                .SingleOrDefaultAsync(row => row.TenantId == scope.Tenant && row.GrantId == grant.Value, cancel);
            if (found is null || await Find.AccountAsync(scope, new AccountId(found.AccountId), cancel) is not { } account)
            {
                return Refusals.Unknown("discount", grant);
            }
            await scope.Db.Entry(found).ReloadAsync(cancel); // as it is now that the customer is locked
            var day = on ?? new DiscountTarget(account).Today(scope.Now);
            if (found.ValidTo is { } ended && ended <= day)
            {
                return Refusals.AlreadyEnded("discount", grant, ended);
            }
            if (day < found.ValidFrom)
            {
                return new Refusal("invalid",
                    $"It counts from {found.ValidFrom:uuuu-MM-dd} on: give that day to take it back whole, or a later one.",
                    Field: "on");
            }
            found.ValidTo = day;
            return grant;
        }, cancel);
}
