using System.Collections.Immutable;
using NodaTime;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Replay;

namespace Tollgate.Host.Api;

/// <summary>Which charges to rate again. What is absent does not restrict; at least one restriction must be given.</summary>
public sealed record NewRerate
{
    /// <summary>Why; kept with every posting.</summary>
    public required string Reason { get; init; }

    public UsageFileId? File { get; init; }

    public AccountId? Account { get; init; }

    public SubscriptionId? Subscription { get; init; }

    /// <summary>Code of a rate plan.</summary>
    public string? Plan { get; init; }

    /// <summary>First event time.</summary>
    public Instant? From { get; init; }

    /// <summary>Event times end before it.</summary>
    public Instant? To { get; init; }

    /// <summary>The published version that prices them; default: the one in force at the time of each event.</summary>
    public int? CatalogVersion { get; init; }

    /// <summary><c>charge</c> (default): in the order in which they were charged; <c>event</c>: by the time of the
    /// event.</summary>
    public string? Order { get; init; }
}

/// <summary><c>/api/v1/rerates</c></summary>
internal static class RerateEndpoints
{
    internal static void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/rerates").WithTags("Re-rating");
        group.MapPost("",
            async (HttpContext http, NewRerate rerate, [IdempotencyKey] string idempotencyKey, CancellationToken cancel) =>
            {
                var context = http.Operation();
                var timeline = await CatalogueVersions.LoadAsync(context, cancel);
                return Answers.Ok(await Rerate.SelectAsync(context, timeline, Request(rerate, idempotencyKey), null, cancel));
            })
            .WithSummary("Select charges and compute what they would be now")
            .WithDescription("Nothing is changed until it is approved. The same key goes on with an interrupted run.")
            .WithName("selectRerate").Produces<RerateView>().Refuses(409, 413, 415, 422);
        group.MapGet("", async (HttpContext http, int? limit, CancellationToken cancel) =>
            Results.Json(await Rerate.ListAsync(http.Operation(), Answers.QueryLimit(limit), cancel)))
            .WithSummary("List re-ratings, newest first").WithName(
                "listRerates").Produces<ImmutableArray<RerateView>>().Refuses();
        group.MapGet("/{id}", (HttpContext http, string id, int? limit, CancellationToken cancel) =>
            Answers.WithIdAsync<RerateRunId>(id, "rerate", async run =>
                Answers.Ok(await Rerate.ShowAsync(http.Operation(), run, Answers.QueryLimit(limit), cancel))))
            .WithSummary("Read a re-rating with its differences").WithName("readRerate").Produces<RerateView>().Refuses(404);
        group.MapPost("/{id}/approve", (HttpContext http, string id, CancellationToken cancel) =>
            Answers.WithIdAsync<RerateRunId>(id, "rerate", async run =>
            {
                var context = http.Operation();
                var timeline = await CatalogueVersions.LoadAsync(context, cancel);
                return Answers.Ok(await Rerate.ApproveAsync(context, timeline, run, null, cancel));
            }))
            .WithSummary("Post a re-rating").WithDescription("Safe to repeat: what is posted stays posted once.")
            .WithName("approveRerate").Produces<RerateView>().Refuses(404, 409);
        group.MapPost("/{id}/cancel", (HttpContext http, string id, CancellationToken cancel) =>
            Answers.WithIdAsync<RerateRunId>(id, "rerate", async run =>
                Answers.Ok(await Rerate.CancelAsync(http.Operation(), run, cancel))))
            .WithSummary("Put a re-rating away").WithName("cancelRerate").Produces<RerateView>().Refuses(404, 409);
    }

    private static RerateRequest Request(NewRerate rerate, string key) => new(
        new RerateSelection(
            rerate.File?.Value, rerate.Account?.Value, rerate.Subscription?.Value, rerate.Plan ?? "", Micros(rerate.From),
            Micros(rerate.To), rerate.CatalogVersion),
        rerate.Reason,
        rerate.Order switch
        {
            null or "charge" => ReplayOrder.Charge,
            "event" => ReplayOrder.Event,
            _ => throw new BadHttpRequestException("The field order is not one of charge, event."),
        },
        key);

    private static long? Micros(Instant? time) => time is { } known ? TimeCodec.ToMicroseconds(known) : null;
}
