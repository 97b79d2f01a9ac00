using Tollgate.Operations.Customers;
using Tollgate.Primitives;

namespace Tollgate.Host.Api;

/// <summary><c>/api/v1/sellers</c></summary>
internal static class SellerEndpoints
{
    internal static void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/sellers").WithTags("Sellers");
        group.MapPost("",
            async (HttpContext http, NewSeller seller, [IdempotencyKey] string idempotencyKey, CancellationToken cancel) =>
            await Answers.CreatedAsync(
                http, await CreateSeller.RunAsync(http.Operation(), seller, idempotencyKey, cancel), "sellers",
                id => ReadSellers.OneAsync(http.Operation(), id, cancel)))
            .WithSummary("Create a seller").WithName("createSeller").Produces<Seller>(201).Refuses(409, 413, 415, 422);
        group.MapGet("", async (HttpContext http, string? after, int? limit, CancellationToken cancel) =>
            Results.Json(await ReadSellers.ListAsync(http.Operation(), after, Answers.QueryLimit(limit), cancel)))
            .WithSummary("List sellers").WithName("listSellers").Produces<Page<Seller>>().Refuses();
        group.MapGet("/{id}", (HttpContext http, string id, CancellationToken cancel) =>
            Answers.WithIdAsync<SellerId>(id, "seller", async seller =>
                Answers.Ok(await ReadSellers.OneAsync(http.Operation(), seller, cancel))))
            .WithSummary("Read a seller").WithName("readSeller").Produces<Seller>().Refuses(404);
        group.MapPatch("/{id}", (HttpContext http, string id, SellerChange change, [IdempotencyKey] string? idempotencyKey,
                CancellationToken cancel) =>
            Answers.WithIdAsync<SellerId>(id, "seller", async seller => await Answers.ChangedAsync(http,
                await ChangeSeller.RunAsync(http.Operation(), seller, change, idempotencyKey ?? "", cancel),
                found => ReadSellers.OneAsync(http.Operation(), found, cancel))))
            .WithSummary("Change a seller")
            .WithDescription("A field that is absent or null stays as it is; empty text empties it.")
            .WithName("changeSeller").Produces<Seller>().Refuses(404, 409, 413, 415, 422);
        group.MapPost("/{id}/end",
            (HttpContext http, string id, [IdempotencyKey] string? idempotencyKey, CancellationToken cancel) =>
            Answers.WithIdAsync<SellerId>(id, "seller", async seller => await Answers.ChangedAsync(http,
                await EndSeller.RunAsync(http.Operation(), seller, idempotencyKey ?? "", cancel),
                found => ReadSellers.OneAsync(http.Operation(), found, cancel))))
            .WithSummary("End a seller without active customers").WithName("endSeller").Produces<Seller>().Refuses(404, 409);
    }
}
