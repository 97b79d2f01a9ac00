using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Billing;

/// <summary>The caller key of a booking: same key and content is the earlier answer, other content is refused.</summary>
internal static class BookOnce
{
    /// <summary>The answer kept for a key, or why it cannot be used; null: it is new. Call it with the customer locked.</summary>
    internal static async Task<Outcome<string>?> EarlierAsync(
        BookWork work, string operation, string key, Fingerprint content, CancellationToken cancel)
    {
        if (key.Length == 0)
        {
            return null;
        }
        var rows = await work.ReadAsync(
            "SELECT request_hash, response FROM idempotency WHERE tenant_id = @tenant AND operation = @operation AND "
            + "caller_key = @key", reader => (Content: reader.GetString(0), Response: reader.GetString(1)), cancel,
            ("operation", operation), ("key", key));
        if (rows.Count == 0)
        {
            return null;
        }
        return Fingerprint.Difference(rows[0].Content, content.ToString()) is { } field
            ? BookRequests.KeyReused(key, field)
            : rows[0].Response;
    }

    /// <summary>Keeps the answer; nothing without a key.</summary>
    internal static async Task RememberAsync(
        OperationContext context, BookWork work, string operation, string key, Fingerprint content, string response,
        CancellationToken cancel)
    {
        if (key.Length > 0)
        {
            await work.ExecuteAsync(
                "INSERT INTO idempotency (tenant_id, operation, caller_key, request_hash, response, created_at) VALUES "
                + "(@tenant, @operation, @key, @content, @response, @now)", cancel, ("operation", operation), ("key", key),
                ("content", content.ToString()), ("response", response), ("now", context.Now));
        }
    }
}
