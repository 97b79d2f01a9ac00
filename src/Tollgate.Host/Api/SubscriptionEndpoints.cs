using System.Collections.Immutable;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;

namespace Tollgate.Host.Api;

/// <summary>Who is to pay a subscription.</summary>
public sealed record TransferRequest
{
    /// <summary>An account in the same currency. One of another customer takes the subscription over, with its
    /// services.</summary>
    public AccountId Account { get; init; }

    /// <summary>From when; may lie in the past, for an account of the same customer also ahead. Default: now.</summary>
    public NodaTime.Instant? At { get; init; }

    /// <summary>Why, for whoever reads the history.</summary>
    public string Note { get; init; } = "";
}

/// <summary><c>/api/v1/subscriptions</c> with their identities, and <c>/api/v1/identities</c>.</summary>
internal static class SubscriptionEndpoints
{
    internal static void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/subscriptions").WithTags("Subscriptions");
        group.MapPost("", async (HttpContext http, NewSubscription subscription, [IdempotencyKey] string idempotencyKey,
                CancellationToken cancel) =>
            await Answers.CreatedAsync(http,
                await CreateSubscription.RunAsync(
                    http.Operation(), subscription, PublishedOffers.Of(http.Operation()), idempotencyKey, cancel),
                "subscriptions", id => ReadSubscriptions.OneAsync(http.Operation(), id, cancel)))
            .WithSummary("Subscribe an account to an offer").WithName("createSubscription").Produces<Subscription>(201)
            .Refuses(409, 413, 415, 422);
        group.MapGet("",
            async (HttpContext http, string? customer, string? account, string? externalKey, string? after, int? limit,
                CancellationToken cancel) =>
            Results.Json(await ReadSubscriptions.ListAsync(http.Operation(), Answers.QueryId<CustomerId>(customer, "customer"),
                Answers.QueryId<AccountId>(account, "account"), externalKey, after, Answers.QueryLimit(limit), cancel)))
            .WithSummary("List subscriptions").WithName("listSubscriptions").Produces<Page<Subscription>>().Refuses();
        group.MapGet("/{id}", (HttpContext http, string id, CancellationToken cancel) =>
            Answers.WithIdAsync<SubscriptionId>(id, "subscription", async subscription =>
                Answers.Ok(await ReadSubscriptions.OneAsync(http.Operation(), subscription, cancel))))
            .WithSummary("Read a subscription").WithName("readSubscription").Produces<Subscription>().Refuses(404);
        SubscriptionChangeEndpoints.Map(group);
        group.MapPost("/{id}/transfer", (HttpContext http, string id, TransferRequest transfer,
                [IdempotencyKey] string idempotencyKey, CancellationToken cancel) =>
            Answers.WithIdAsync<SubscriptionId>(id, "subscription", async subscription => await Answers.ChangedAsync(http,
                await TransferSubscription.RunAsync(
                    http.Operation(), subscription, transfer.Account, PublishedOffers.Of(http.Operation()), transfer.At,
                    transfer.Note, idempotencyKey, cancel),
                found => ReadSubscriptions.OneAsync(http.Operation(), found, cancel))))
            .WithSummary("Let another account pay a subscription")
            .WithDescription("Its add-ons go along. At another customer it is kept on under an id of its own, which is answered.")
            .WithName("transferSubscription").Produces<Subscription>().Refuses(404, 409, 413, 415, 422);
        MapIdentities(api, group);
    }

    private static void MapIdentities(IEndpointRouteBuilder api, RouteGroupBuilder group)
    {
        group.MapGet("/{id}/identities", (HttpContext http, string id, CancellationToken cancel) =>
            Answers.WithIdAsync<SubscriptionId>(id, "subscription", async subscription =>
            {
                var found = await ReadSubscriptions.OneAsync(http.Operation(), subscription, cancel);
                return found.Refusal is { } refusal ? ApiProblem.Of(refusal).Result() : Results.Json(found.Value!.Identities);
            }))
            .WithSummary("Identities of a subscription")
            .WithName("listIdentities").Produces<ImmutableArray<Identity>>().Refuses(404);
        group.MapPost("/{id}/identities",
            (HttpContext http, string id, NewIdentity identity, [IdempotencyKey] string idempotencyKey,
                CancellationToken cancel) =>
            Answers.WithIdAsync<SubscriptionId>(id, "subscription", async subscription => await Answers.CreatedAsync(http,
                await AddIdentity.RunAsync(http.Operation(), subscription, identity, idempotencyKey, cancel), "subscriptions",
                found => ReadSubscriptions.OneAsync(http.Operation(), found, cancel))))
            .WithSummary("Give a subscription an identity").WithName("addIdentity").Produces<Subscription>(201)
            .Refuses(404, 409, 413, 415, 422);
        group.MapPatch("/{id}/identities/{kind}/{value}",
            (HttpContext http, string id, string kind, string value, IdentityChange change,
                [IdempotencyKey] string? idempotencyKey, CancellationToken cancel) =>
            Answers.WithIdAsync<SubscriptionId>(id, "subscription", async subscription => await Answers.ChangedAsync(http,
                await ChangeIdentity.RunAsync(
                    http.Operation(), subscription, kind, value, change, idempotencyKey ?? "", cancel),
                found => ReadSubscriptions.OneAsync(http.Operation(), found, cancel))))
            .WithSummary("Put another identity in the place of one")
            .WithDescription("E.g. a new number or SIM: one ends and the other begins at the same time, or nothing is done.")
            .WithName("changeIdentity").Produces<Subscription>().Refuses(404, 409, 413, 415, 422);
        group.MapPost("/{id}/identities/{kind}/{value}/end",
            (HttpContext http, string id, string kind, string value, EndRequest? end,
                [IdempotencyKey] string? idempotencyKey, CancellationToken cancel) =>
            Answers.WithIdAsync<SubscriptionId>(id, "subscription", async subscription => await Answers.ChangedAsync(http,
                await EndIdentity.RunAsync(http.Operation(), subscription, kind, value, end?.At, idempotencyKey ?? "", cancel),
                found => ReadSubscriptions.OneAsync(http.Operation(), found, cancel))))
            .WithSummary("Take an identity from a subscription").WithDescription("From then on another subscription may have it.")
            .WithName("endIdentity").Produces<Subscription>().Refuses(404, 409, 415, 422);
        api.MapGet("/identities", async (HttpContext http, string kind, string value, string? at, CancellationToken cancel) =>
            Answers.Ok(await ReadSubscriptions.ByIdentityAsync(
                http.Operation(), kind, value, Answers.QueryTime(at, "at"), cancel)))
            .WithTags("Subscriptions").WithSummary("The subscription that has an identity at a time").WithName("findIdentity")
            .Produces<Subscription>().Refuses(404);
    }
}
