using System.Collections.Immutable;
using NodaTime;
using Tollgate.Operations;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Pockets;
using Tollgate.Primitives;
using Tollgate.Storage.Catalogs;

namespace Tollgate.Host.Api;

/// <summary>Units for an account.</summary>
public sealed record GrantBody
{
    /// <summary>Code of the allowance whose usage draws them, or a code of your own.</summary>
    public required string Pocket { get; init; }

    /// <summary>In the unit, exact; absent: what one grant of the allowance gives.</summary>
    public decimal? Amount { get; init; }

    /// <summary>Built-in or of the catalogue; absent: the allowance's.</summary>
    public string? Unit { get; init; }

    /// <summary>Whose, when several subscriptions have the allowance.</summary>
    public SubscriptionId? Subscription { get; init; }

    /// <summary>First time of use; absent: now.</summary>
    public Instant? From { get; init; }

    /// <summary>End of use; absent: as the allowance says, else never.</summary>
    public Instant? To { get; init; }
}

/// <summary>Units to be exchanged or used up.</summary>
public sealed record UnitsBody
{
    /// <summary>Of the exchange, or of the pocket that is used.</summary>
    public required string Code { get; init; }

    /// <summary>In the unit that is taken; absent: one, or as much as the exchange names.</summary>
    public decimal? Amount { get; init; }

    /// <summary>What you take the amount to be in; refused when it is another. Absent: you do not say.</summary>
    public string? Unit { get; init; }

    /// <summary>Whose pocket gets what is given, when several have one.</summary>
    public SubscriptionId? Subscription { get; init; }
}

/// <summary><c>/api/v1/accounts/{id}/movements</c>, <c>grants</c>, <c>exchanges</c>, <c>uses</c></summary>
internal static class PocketEndpoints
{
    internal static void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/accounts/{id}").WithTags("Accounts");
        group.MapGet("/movements", (HttpContext http, string id, string? pocket, string? from, string? to, string? after,
                int? limit, CancellationToken cancel) =>
            Answers.WithIdAsync<AccountId>(id, "account", async account => Answers.Ok(await ReadMovements.RunAsync(
                http.Operation(), Filter(account, pocket, from, to), after, Answers.QueryLimit(limit), cancel))))
            .WithSummary("What changed the pockets of an account").WithDescription(
                "Pocket by pocket in the order of booking; what is listed of a pocket adds up to its balance.")
            .WithName("listMovements").Produces<Page<PocketMovement>>().Refuses(404, 422);
        group.MapGet("/movements/days", (HttpContext http, string id, string? pocket, string? from, string? to,
                CancellationToken cancel) =>
            Answers.WithIdAsync<AccountId>(id, "account", async account => Answers.Ok(
                await ReadMovements.ByDayAsync(http.Operation(), Filter(account, pocket, from, to), cancel))))
            .WithSummary("The same, with the usage of each day summed up")
            .WithName("listMovementsByDay").Produces<ImmutableArray<PocketMovement>>().Refuses(404);
        group.MapGet("/credit", (HttpContext http, string id, CancellationToken cancel) =>
            Answers.WithIdAsync<AccountId>(id, "account", async account =>
                Answers.Ok(await ReadAccounts.CreditAsync(http.Operation(), account, cancel))))
            .WithSummary("Credit limit, and what is left to use").WithName("readCredit").Produces<AccountCredit>().Refuses(404);
        MapWrites(group);
    }

    private static void MapWrites(RouteGroupBuilder group)
    {
        group.MapPost("/grants", (HttpContext http, string id, GrantBody body, [IdempotencyKey] string idempotencyKey,
                CancellationToken cancel) =>
            Answers.WithIdAsync<AccountId>(id, "account", async account =>
            {
                var grant = new NewGrant(account, body.Pocket, body.Amount, body.Unit ?? "")
                {
                    Subscription = body.Subscription, From = body.From, To = body.To,
                };
                var given = await GrantPocket.RunAsync(
                    http.Operation(), grant, await CatalogueVersions.LoadAsync(http.Operation(), cancel), idempotencyKey, cancel);
                Answers.MarkReplay(http, given.Value is { Replayed: true });
                return Answers.Ok(given);
            }))
            .WithSummary("Give an account units of any kind").WithDescription("They come in a pocket of their own.")
            .WithName("grantPocket").Produces<PocketGrant>().Refuses(404, 409, 413, 415, 422);
        Turn(group, "/exchanges", ExchangeUnits.RunAsync).WithSummary("Turn units in pockets into others")
            .WithDescription("At the rate of the catalogue; both pockets move at once, or nothing does.")
            .WithName("exchangeUnits");
        Turn(group, "/uses", ExchangeUnits.UseAsync).WithSummary("Use up units of a pocket, e.g. a right")
            .WithDescription("What is used is gone. When an exchange takes from the pocket, what it gives is given.")
            .WithName("useUnits");
    }

    private delegate Task<Outcome<UnitsExchanged>> Turning(
        OperationContext context, AccountId account, string code, decimal? amount, CatalogueTimeline timeline, string callerKey,
        SubscriptionId? subscription, string unit, CancellationToken cancel);

    private static RouteHandlerBuilder Turn(RouteGroupBuilder group, string path, Turning turn) =>
        group.MapPost(path, (HttpContext http, string id, UnitsBody body, [IdempotencyKey] string idempotencyKey,
                CancellationToken cancel) =>
            Answers.WithIdAsync<AccountId>(id, "account", async account =>
            {
                var done = await turn(
                    http.Operation(), account, body.Code, body.Amount,
                    await CatalogueVersions.LoadAsync(http.Operation(), cancel), idempotencyKey, body.Subscription,
                    body.Unit ?? "", cancel);
                Answers.MarkReplay(http, done.Value is { Replayed: true });
                return Answers.Ok(done);
            }))
            .Produces<UnitsExchanged>().Refuses(404, 409, 413, 415, 422);

    private static MovementFilter Filter(AccountId account, string? pocket, string? from, string? to) => new(account)
    {
        Pocket = Answers.QueryId<PocketId>(pocket, "pocket"), From = Answers.QueryTime(from, "from"),
        To = Answers.QueryTime(to, "to"),
    };
}
