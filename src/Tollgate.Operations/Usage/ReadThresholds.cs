using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Usage;

/// <summary>A percentage of an allowance's or counter's limit that was passed; told once per period.</summary>
/// <param name="Code">Of the allowance or counter.</param>
/// <param name="At">Time of the event that passed it.</param>
public sealed record PassedThreshold(CustomerId Customer, SubscriptionId Subscription, string Code, int Percent, Instant At);

/// <summary>The thresholds that usage has passed.</summary>
public static class ReadThresholds
{
    /// <summary>Latest first.</summary>
    /// <param name="percent">At least so much; 0: all.</param>
    /// <param name="most">At most so many.</param>
    public static async Task<List<PassedThreshold>> RunAsync(
        OperationContext context, int percent, int most, CancellationToken cancel = default)
    {
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        return await work.ReadAsync(
            "SELECT customer_id, subscription_id, code, percent, event_time FROM usage_threshold WHERE tenant_id = @tenant "
            + "AND percent >= @percent ORDER BY event_time DESC, customer_id, pocket_id, percent LIMIT @most",
            reader => new PassedThreshold(
                new CustomerId(reader.GetInt64(0)), new SubscriptionId(reader.GetInt64(1)), reader.GetString(2),
                reader.GetInt32(3), reader.GetTime(4)),
            cancel, ("percent", percent), ("most", most));
    }
}
