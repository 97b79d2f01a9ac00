using System.Globalization;
using Tollgate.Operations.Billing;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Taxes;

/// <summary>Sets by whom the taxes of a seller's bills are determined.</summary>
public static class ChangeTaxService
{
    /// <summary>Sets the service; empty: the catalogue's rules, as at first.</summary>
    public static async Task<Outcome<string>> SetAsync(
        OperationContext context, SellerId seller, string endpoint, int timeoutMs, CancellationToken cancel = default)
    {
        if (endpoint.Length > 500 || (endpoint.Length > 0 && TaxServices.Of(endpoint, TimeSpan.FromSeconds(1)) is null))
        {
            return new Refusal("invalid", $"'{endpoint}' is no tax service: write an http(s) address or exec:PROGRAM.",
                Field: "endpoint");
        }
        if (timeoutMs is < 100 or > 60_000)
        {
            return new Refusal("invalid", "The timeout must be 100 to 60000 ms.", Field: "timeout");
        }
        var auditId = context.Ids.Next();
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        var known = await work.ReadAsync("SELECT 1 FROM seller WHERE seller_id = @seller AND tenant_id = @tenant",
            reader => reader.GetInt32(0), cancel, ("seller", seller.Value));
        if (known.Count == 0)
        {
            return new Refusal("unknown-seller", $"There is no seller {seller}.", Field: "seller");
        }
        await work.ExecuteAsync("DELETE FROM tax_service WHERE seller_id = @seller AND tenant_id = @tenant", cancel, ("seller",
            seller.Value));
        if (endpoint.Length > 0)
        {
            await work.ExecuteAsync(
                "INSERT INTO tax_service (seller_id, tenant_id, endpoint, timeout_ms) VALUES (@seller, @tenant, @endpoint, "
                    + "@timeout)",
                cancel, ("seller", seller.Value), ("endpoint", endpoint), ("timeout", timeoutMs));
        }
        await Audit.WriteAsync(work, context, auditId, "tax.service", seller.ToString(), string.Create(
            CultureInfo.InvariantCulture, $"{endpoint} {timeoutMs} ms"), cancel);
        await work.CommitAsync(cancel);
        return endpoint;
    }
}
