using System.Collections.Immutable;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;

namespace Tollgate.Host.Api;

/// <summary>Numbers of a list, in place of those before.</summary>
public sealed record NumberList
{
    /// <summary>E.164 digits; none: the list ends.</summary>
    public required ImmutableArray<string> Numbers { get; init; }

    /// <summary>For all subscriptions of the customer. Default: for this one.</summary>
    public bool ForCustomer { get; init; }
}

/// <summary><c>/api/v1/thresholds</c> and the lists of numbers of a subscription.</summary>
internal static class UsageEndpoints
{
    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/thresholds", async (HttpContext http, int? percent, int? limit, CancellationToken cancel) =>
            Results.Json(await ReadThresholds.RunAsync(
                http.Operation(), percent ?? 0, Answers.QueryLimit(limit), cancel)))
            .WithTags("Usage").WithSummary("Thresholds of allowances and counters that usage has passed, latest first")
            .WithDescription("percent: at least so much of the limit.").WithName("listThresholds")
            .Produces<ImmutableArray<PassedThreshold>>().Refuses();
        api.MapPut("/subscriptions/{id}/numbers/{list}",
            (HttpContext http, string id, string list, NumberList numbers, [IdempotencyKey] string? idempotencyKey,
                CancellationToken cancel) =>
            Answers.WithIdAsync<SubscriptionId>(id, "subscription", async subscription => await Answers.ChangedAsync(http,
                await SetNumbers.RunAsync(
                    http.Operation(), subscription, list, numbers.Numbers.IsDefault ? [] : numbers.Numbers, numbers.ForCustomer,
                    idempotencyKey ?? "", cancel),
                found => ReadSubscriptions.OneAsync(http.Operation(), found, cancel))))
            .WithTags("Usage").WithSummary("Set a list of numbers that discounts look at")
            .WithDescription("Friends and family, a closed user group. Usage is judged by the list at its time.")
            .WithName("setNumbers").Produces<Subscription>().Refuses(404, 409, 413, 415, 422);
    }
}
