using Microsoft.EntityFrameworkCore;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>Loads what a write is about, with its customer's head locked and its version raised.</summary>
internal static class Find
{
    internal static async Task<BillingAccountRow?> AccountAsync(WriteScope scope, AccountId account, CancellationToken cancel)
    {
        var customer = await scope.Db.Set<BillingAccountRow>()
            .Where(row => row.TenantId == scope.Tenant && row.AccountId == account.Value)
            .Select(row => (long?)row.CustomerId).SingleOrDefaultAsync(cancel);
        if (customer is not { } id || !await scope.RaiseVersionAsync(id, cancel))
        {
            return null;
        }
        return await scope.Db.Set<BillingAccountRow>()
            .SingleAsync(row => row.CustomerId == id && row.AccountId == account.Value, cancel);
    }

    internal static async Task<SubscriptionRow?> SubscriptionAsync(
        WriteScope scope, SubscriptionId subscription, CancellationToken cancel)
    {
        var customer = await scope.Db.Set<SubscriptionRow>()
            .Where(row => row.TenantId == scope.Tenant && row.SubscriptionId == subscription.Value)
            .Select(row => (long?)row.CustomerId).SingleOrDefaultAsync(cancel);
        if (customer is not { } id || !await scope.RaiseVersionAsync(id, cancel))
        {
            return null;
        }
        return await scope.Db.Set<SubscriptionRow>()
            .SingleAsync(row => row.CustomerId == id && row.SubscriptionId == subscription.Value, cancel);
    }
}
