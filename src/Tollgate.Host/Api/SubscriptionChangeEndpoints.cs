using System.Collections.Immutable;
using NodaTime;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;

namespace Tollgate.Host.Api;

/// <summary>How a subscription pauses.</summary>
public sealed record SuspendBody
{
    /// <summary>From when; may lie in the past or ahead. Default: now.</summary>
    public Instant? At { get; init; }

    /// <summary>Recurring prices go on. Default false: they pause, too.</summary>
    public bool Charged { get; init; }

    public string Note { get; init; } = "";
}

/// <summary>When a pause ends.</summary>
public sealed record ResumeBody
{
    /// <summary>From when; may lie in the past or ahead. Default: now.</summary>
    public Instant? At { get; init; }

    public string Note { get; init; } = "";
}

/// <summary>Why a change is taken back.</summary>
public sealed record WithdrawBody
{
    public string Note { get; init; } = "";
}

/// <summary>What happens to a subscription under <c>/api/v1/subscriptions/{id}</c>: changes, pauses, their history.</summary>
internal static class SubscriptionChangeEndpoints
{
    internal static void Map(RouteGroupBuilder group)
    {
        group.MapPatch("/{id}", (HttpContext http, string id, SubscriptionChange change, [IdempotencyKey] string? idempotencyKey,
                CancellationToken cancel) =>
            Written(http, id, subscription => ChangeSubscription.RunAsync(
                http.Operation(), subscription, change, PublishedOffers.Of(http.Operation()), idempotencyKey ?? "", cancel),
                cancel))
            .WithSummary("Change quantity, offer, a price or a limit of usage from a time on")
            .WithDescription("`at` is a time, which may lie in the past: billed periods are corrected by the next bill. Without "
                + "it `when`: now (default), next-cycle, period-end or term-end.")
            .WithName("changeSubscription").Produces<Subscription>().Refuses(404, 409, 413, 415, 422);
        group.MapPost("/{id}/end",
            (HttpContext http, string id, SubscriptionEnd? end, [IdempotencyKey] string? idempotencyKey,
                CancellationToken cancel) =>
            Written(http, id, subscription => EndSubscription.RunAsync(
                http.Operation(), subscription, end ?? new SubscriptionEnd(), PublishedOffers.Of(http.Operation()),
                idempotencyKey ?? "", cancel), cancel))
            .WithSummary("End a subscription")
            .WithDescription("Its add-ons and identities end with it. `at` or `when` as for changes; `waiveFee` waives the fee "
                + "for ending within the minimum term.")
            .WithName("endSubscription").Produces<Subscription>().Refuses(404, 409, 413, 415, 422);
        group.MapPost("/{id}/suspend", (HttpContext http, string id, SuspendBody? body, [IdempotencyKey] string? idempotencyKey,
                CancellationToken cancel) =>
            Written(http, id, subscription => SuspendSubscription.RunAsync(
                http.Operation(), subscription, body?.Charged ?? false, body?.At, body?.Note ?? "", idempotencyKey ?? "",
                cancel), cancel))
            .WithSummary("Pause a subscription").WithDescription("Recurring prices pause with it unless `charged`.")
            .WithName("suspendSubscription").Produces<Subscription>().Refuses(404, 409, 413, 415);
        group.MapPost("/{id}/resume", (HttpContext http, string id, ResumeBody? body, [IdempotencyKey] string? idempotencyKey,
                CancellationToken cancel) =>
            Written(http, id, subscription => ResumeSubscription.RunAsync(
                http.Operation(), subscription, body?.At, body?.Note ?? "", idempotencyKey ?? "", cancel),
                cancel))
            .WithSummary("End the pause of a subscription").WithName("resumeSubscription").Produces<Subscription>()
            .Refuses(404, 409, 413, 415);
        MapHistory(group);
    }

    private static void MapHistory(RouteGroupBuilder group)
    {
        group.MapGet("/{id}/changes", (HttpContext http, string id, CancellationToken cancel) =>
            Answers.WithIdAsync<SubscriptionId>(id, "subscription", async subscription =>
                Answers.Ok(await ReadSubscriptions.HistoryAsync(http.Operation(), subscription, cancel))))
            .WithSummary("Everything recorded about a subscription after its start").WithName("listSubscriptionChanges")
            .Produces<ImmutableArray<RecordedChange>>().Refuses(404);
        group.MapPost("/{id}/changes/{number}/withdraw",
            (HttpContext http, string id, int number, WithdrawBody? body, [IdempotencyKey] string? idempotencyKey,
                CancellationToken cancel) =>
            Written(http, id, subscription => WithdrawChange.RunAsync(
                http.Operation(), subscription, number, body?.Note ?? "", idempotencyKey ?? "", cancel),
                cancel, "number"))
            .WithSummary("Take back a change that was recorded by mistake")
            .WithDescription("What was billed because of it comes back with the next bill.")
            .WithName("withdrawSubscriptionChange")
            .Produces<Subscription>().Refuses(404, 409, 413, 415);
    }

    /// <summary>Writes to the subscription of the path and answers with it as it is now.</summary>
    /// <param name="inPath">A field that stands in the path, so that an unknown one is 404.</param>
    private static Task<IResult> Written(
        HttpContext http, string id, Func<SubscriptionId, Task<Operations.Outcome<Written<SubscriptionId>>>> write,
        CancellationToken cancel, string inPath = "") =>
        Answers.WithIdAsync<SubscriptionId>(id, "subscription", async subscription =>
        {
            var written = await write(subscription);
            return written.Refusal is { } refusal && refusal.Field == inPath && inPath.Length > 0
                ? ApiProblem.Of(refusal with { Field = "" }).Result()
                : await Answers.ChangedAsync(
                    http, written, found => ReadSubscriptions.OneAsync(http.Operation(), found, cancel));
        });
}
