using System.Data.Common;
using Tollgate.Operations;
using Tollgate.Storage;

namespace Tollgate.Host.Api;

/// <summary>State of the process.</summary>
/// <param name="Status"><c>ok</c> or <c>unavailable</c>.</param>
/// <param name="Detail">What is missing.</param>
public sealed record Health(string Status, string Detail);

/// <summary><c>/health/live</c> and <c>/health/ready</c>, without a key.</summary>
internal static class HealthEndpoints
{
    internal static void Map(IEndpointRouteBuilder app, Database database)
    {
        app.MapGet("/health/live", () => Results.Json(new Health("ok", "")))
            .WithTags("Health").WithSummary("The process answers").WithName("live").Produces<Health>();
        app.MapGet("/health/ready", async (CancellationToken cancel) => await ReadyAsync(database, cancel))
            .WithTags("Health").WithSummary("The database answers and its schema is current").WithName("ready")
            .Produces<Health>().Produces<Health>(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> ReadyAsync(Database database, CancellationToken cancel)
    {
        try
        {
            var pending = await Migrator.PendingAsync(database, cancel);
            return pending.IsEmpty
                ? Results.Json(new Health("ok", ""))
                : Unavailable($"The schema lacks {pending.Length} steps. Run: tollgate migrate.");
        }
        catch (Exception problem) when (problem is DbException or TimeoutException or InvalidOperationException)
        {
            return Unavailable("The database does not answer.");
        }
    }

    private static IResult Unavailable(string detail) =>
        Results.Json(new Health("unavailable", detail), statusCode: StatusCodes.Status503ServiceUnavailable);
}
