using Tollgate.Operations.Customers;
using Tollgate.Primitives;

namespace Tollgate.Host.Api;

/// <summary><c>/api/v1/customers</c></summary>
internal static class CustomerEndpoints
{
    internal static void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/customers").WithTags("Customers");
        group.MapPost("",
            async (HttpContext http, NewCustomer customer, [IdempotencyKey] string idempotencyKey, CancellationToken cancel) =>
            await Answers.CreatedAsync(http, await CreateCustomer.RunAsync(http.Operation(), customer, idempotencyKey, cancel),
                "customers",
                id => ReadCustomers.OneAsync(http.Operation(), id, cancel)))
            .WithSummary("Create a customer").WithName("createCustomer").Produces<Customer>(201).Refuses(409, 413, 415, 422);
        group.MapGet("", async (HttpContext http, string? externalKey, string? seller, string? phase, string? after, int? limit,
                CancellationToken cancel) =>
            Results.Json(await ReadCustomers.ListAsync(
                http.Operation(), externalKey, Answers.QueryId<SellerId>(seller, "seller"),
                Answers.QueryWord(phase, "phase", "active", "ended"), after, Answers.QueryLimit(limit), cancel)))
            .WithSummary("List customers")
            .WithDescription("By the operator's own key, by seller, by phase (active, ended), or all.")
            .WithName("listCustomers").Produces<Page<Customer>>().Refuses();
        group.MapGet("/{id}", (HttpContext http, string id, CancellationToken cancel) =>
            Answers.WithIdAsync<CustomerId>(id, "customer", async customer =>
                Answers.Ok(await ReadCustomers.OneAsync(http.Operation(), customer, cancel))))
            .WithSummary("Read a customer").WithName("readCustomer").Produces<Customer>().Refuses(404);
        group.MapPatch("/{id}", (HttpContext http, string id, CustomerChange change, [IdempotencyKey] string? idempotencyKey,
                CancellationToken cancel) =>
            Answers.WithIdAsync<CustomerId>(id, "customer", async customer => await Answers.ChangedAsync(http,
                await ChangeCustomer.RunAsync(http.Operation(), customer, change, idempotencyKey ?? "", cancel),
                found => ReadCustomers.OneAsync(http.Operation(), found, cancel))))
            .WithSummary("Change a customer")
            .WithDescription("A field that is absent or null stays as it is; empty text empties it.")
            .WithName("changeCustomer").Produces<Customer>().Refuses(404, 409, 413, 415, 422);
        group.MapPost("/{id}/end", (HttpContext http, string id, EndRequest? end, [IdempotencyKey] string? idempotencyKey,
                CancellationToken cancel) =>
            Answers.WithIdAsync<CustomerId>(id, "customer", async customer => await Answers.ChangedAsync(http,
                await EndCustomer.RunAsync(http.Operation(), customer, end?.At, idempotencyKey ?? "", cancel),
                found => ReadCustomers.OneAsync(http.Operation(), found, cancel))))
            .WithSummary("End a customer").WithDescription("Its accounts, subscriptions and identities end with it.")
            .WithName("endCustomer").Produces<Customer>().Refuses(404, 409, 415);
    }
}
