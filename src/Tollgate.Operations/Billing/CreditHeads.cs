using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Billing;

/// <summary>What is owed counts against credit limits, which charging keeps in memory.</summary>
internal static class CreditHeads
{
    /// <summary>Lets charging look again at customers that have a limit. Call it with their heads locked.</summary>
    internal static Task<int> RaiseAsync(BookWork work, long[] customers, CancellationToken cancel) => work.ExecuteAsync(
        "UPDATE charging_head SET version = version + 1 WHERE customer_id IN @customers AND tenant_id = @tenant AND EXISTS ("
        + "SELECT 1 FROM billing_account a WHERE a.customer_id = charging_head.customer_id AND a.credit_limit_minor IS NOT NULL)",
        cancel, ("customers", customers));
}
