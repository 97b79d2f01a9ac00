namespace Tollgate.Host.Api;

/// <summary>What stands where.</summary>
/// <param name="Name">What answers here.</param>
/// <param name="Api">Begin of the addresses of the API; it wants a key.</param>
/// <param name="Document">The OpenAPI document.</param>
/// <param name="Health">Whether the database answers.</param>
/// <param name="Console">How to get the console.</param>
public sealed record Welcome(string Name, string Api, string Document, string Health, string Console);

/// <summary><c>/</c> where no console is served, without a key.</summary>
internal static class RootEndpoint
{
    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/", () => Results.Json(new Welcome(
                "Tollgate", Answers.Base, "/openapi/v1.json", "/health/ready", "Start it with: tollgate serve --console")))
            .WithTags("Health").WithSummary("What stands where").WithName("root").Produces<Welcome>();
}
