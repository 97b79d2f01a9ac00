using Tollgate.Operations.Alerts;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;

namespace Tollgate.Host.Api;

/// <summary>Why an alert is closed.</summary>
public sealed record CloseAlertBody
{
    /// <summary>What was done about it. Default: nothing is said.</summary>
    public string Note { get; init; } = "";
}

/// <summary><c>/api/v1/alerts</c></summary>
internal static class AlertEndpoints
{
    internal static void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/alerts").WithTags("Alerts");
        group.MapGet("", async (HttpContext http, string? kind, string? since, bool? open, string? after, int? limit,
            CancellationToken cancel) =>
            Results.Json(await ReadAlerts.ListAsync(
                http.Operation(), new AlertFilter(
                    Answers.QueryWord(kind, "kind", [.. ReadAlerts.Kinds]), Answers.QueryTime(since, "since"), open),
                Answers.QueryId<AlertId>(after, "after"), Answers.QueryLimit(limit), cancel)))
            .WithSummary("List alerts, newest first")
            .WithDescription("kind, e.g. account-parked; since: raised or counted up from then on; open: true or false, both "
                + "without it.")
            .WithName("listAlerts").Produces<Page<Alert>>().Refuses();
        group.MapPost("/{id}/close", (HttpContext http, string id, CloseAlertBody? body, CancellationToken cancel) =>
            Answers.WithIdAsync<AlertId>(id, "alert", async alert =>
                Answers.Ok(await CloseAlert.RunAsync(http.Operation(), alert, body?.Note ?? "", cancel))))
            .WithSummary("Close an alert that was seen to")
            .WithDescription("If its cause goes on, a new one is raised. Closing it again changes nothing.")
            .WithName("closeAlert").Produces<Alert>().Refuses(404, 413, 415, 422);
    }
}
