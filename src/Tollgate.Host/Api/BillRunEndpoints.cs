using System.Collections.Immutable;
using NodaTime;
using NodaTime.Text;
using Tollgate.Operations;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Catalogs;
using Tollgate.Primitives;

namespace Tollgate.Host.Api;

/// <summary>Which cycle to bill up to which day.</summary>
public sealed record NewBillRun
{
    /// <summary>A monthly cycle by its day, 1 to 31; or give <see cref="Cycle"/>.</summary>
    public int? CycleDay { get; init; }

    /// <summary>Any cycle as text, e.g. <c>2 weeks from 2026-01-05</c>.</summary>
    public string? Cycle { get; init; }

    /// <summary>Periods that end on this day are billed.</summary>
    public required LocalDate Date { get; init; }

    /// <summary>Usage so far of the accounts that have reached their threshold, before its period is over; no cycle, and the
    /// date is a day like any other. Default false.</summary>
    public bool Progressive { get; init; }
}

/// <summary>What keeps a bill back.</summary>
public sealed record AcceptBody
{
    /// <summary>Held usage records of an account above which its bill stays a draft; default: the billing policy.</summary>
    public int? HoldAbove { get; init; }
}

/// <summary>The date on the documents.</summary>
public sealed record IssueBody
{
    /// <summary>Default: the run's date.</summary>
    public LocalDate? IssueDate { get; init; }
}

/// <summary>A bill cycle with its accounts.</summary>
/// <param name="Cycle">Its text, e.g. <c>15</c>.</param>
/// <param name="OpenFrom">First day of the period that usage goes into.</param>
/// <param name="OpenTo">First day of the next.</param>
/// <param name="Before"><c>open</c>: none has ended yet; <c>closed</c>: the latest is not billed; <c>billed</c>.</param>
/// <param name="Due">Accounts that are not billed up to the open period.</param>
/// <param name="Parked">Accounts that a run could not bill.</param>
/// <param name="CutOff">When the period before was closed by hand; null: it takes usage until it is billed.</param>
public sealed record BillCycleView(
    string Cycle, int Accounts, int Subscriptions, LocalDate OpenFrom, LocalDate OpenTo, string Before, int Due, int Parked,
    Instant? CutOff);

/// <summary>Which cycle is cut off, up to which day.</summary>
public sealed record CloseBody
{
    /// <summary>As in <c>GET /bill-cycles</c>: a day of the month, or e.g. <c>2 weeks from 2026-01-05</c>.</summary>
    public required string Cycle { get; init; }

    /// <summary>The end of the period.</summary>
    public required LocalDate Date { get; init; }

    /// <summary>True: takes the closing back. Default false.</summary>
    public bool Reopen { get; init; }
}

/// <summary><c>/api/v1/bill-runs</c>, <c>/bill-cycles</c>, <c>/parked-accounts</c></summary>
internal static class BillRunEndpoints
{
    internal static void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/bill-runs").WithTags("Bill runs");
        group.MapPost("", async (HttpContext http, NewBillRun run, CancellationToken cancel) =>
            {
                if (Request(run) is not { } request)
                {
                    return ApiProblem.Of(new Refusal("invalid",
                        "Say which cycle: 'cycleDay' 1 to 31, or 'cycle', e.g. \"2 weeks from 2026-01-05\"; or "
                        + "'progressive' alone.",
                        Field: "cycleDay"))
                        .Result();
                }
                var context = http.Operation();
                var catalogues = await CatalogueVersions.LoadAsync(context, cancel);
                return Answers.Ok(await RunBilling.RunAsync(context, catalogues, request, null, cancel));
            })
            .WithSummary("Draft the bills of a cycle")
            .WithDescription("There is one run for each cycle and date: sent again, it goes on where it stopped and adds nothing "
                + "twice. Accounts that cannot be billed are parked with a reason.")
            .WithName("runBilling").Produces<BillRunResult>().Refuses(409, 413, 415, 422);
        group.MapGet("", async (HttpContext http, CancellationToken cancel) =>
            Results.Json(await ReadDocuments.RunsAsync(http.Operation(), cancel)))
            .WithSummary("List bill runs, latest first").WithName("listBillRuns").Produces<IReadOnlyList<BillRunSummary>>()
            .Refuses();
        group.MapPost("/{id}/accept", (HttpContext http, string id, AcceptBody? body, CancellationToken cancel) =>
            Answers.WithIdAsync<BillRunId>(id, "run", async run =>
                OfPath(await AcceptDocuments.RunAsync(
                    http.Operation(), await CatalogueVersions.LoadAsync(http.Operation(), cancel), run, body?.HoldAbove,
                    cancel))))
            .WithSummary("Accept the drafts of a run")
            .WithDescription("After checking that no usage file is half imported and that charges and totals agree. A draft that "
                + "would come out differently now stays a draft; 'changed' says why.")
            .WithName("acceptBillRun").Produces<AcceptResult>().Refuses(404, 409, 413, 415);
        group.MapPost("/{id}/issue", (HttpContext http, string id, IssueBody? body, CancellationToken cancel) =>
            Answers.WithIdAsync<BillRunId>(id, "run", async run =>
                OfPath(await IssueDocuments.RunAsync(http.Operation(), run, body?.IssueDate, null, cancel))))
            .WithSummary("Issue the accepted documents of a run")
            .WithDescription("Numbers without gaps, frozen content, open items, journal entries. Safe to repeat.")
            .WithName("issueBillRun").Produces<IssueResult>().Refuses(404, 409, 413, 415);
        MapState(api);
    }

    private static void MapState(IEndpointRouteBuilder api)
    {
        api.MapGet("/bill-cycles", async (HttpContext http, string? date, CancellationToken cancel) =>
            Results.Json(await CyclesAsync(http.Operation(), date, cancel)))
            .WithTags("Bill runs").WithSummary("Bill cycles with their load and what is due")
            .WithDescription("`date` stands for today; default: today in UTC.").WithName("listBillCycles")
            .Produces<ImmutableArray<BillCycleView>>().Refuses();
        api.MapPost("/bill-cycles/close", async (HttpContext http, CloseBody body, CancellationToken cancel) =>
                !BillCycle.TryParse(body.Cycle, out var cycle)
                    ? ApiProblem.Of(new Refusal("invalid", "It is no bill cycle. See GET /api/v1/bill-cycles.", Field: "cycle"))
                        .Result()
                    : Answers.Ok(body.Reopen
                        ? await CloseCycle.ReopenAsync(http.Operation(), cycle, body.Date, cancel)
                        : await CloseCycle.RunAsync(http.Operation(), cycle, body.Date, cancel)))
            .WithTags("Bill runs").WithSummary("Cut a cycle off before its bill run, or take that back")
            .WithDescription("Usage of the period that arrives later is on the next bill.").WithName("closeCycle")
            .Produces<CycleClosed>().Refuses(409, 413, 415, 422);
        api.MapGet("/parked-accounts", async (HttpContext http, CancellationToken cancel) =>
            Results.Json(await ReadDocuments.ParkedAsync(http.Operation(), cancel)))
            .WithTags("Bill runs").WithSummary("Accounts that a run could not bill, with the reason").WithName("listParked")
            .Produces<IReadOnlyList<ParkedSummary>>().Refuses();
        api.MapPost("/parked-accounts/retry", async (HttpContext http, CancellationToken cancel) =>
            {
                var context = http.Operation();
                var catalogues = await CatalogueVersions.LoadAsync(context, cancel);
                return Results.Json(await RetryParked.RunAsync(context, catalogues, cancel));
            })
            .WithTags("Bill runs").WithSummary("Bill the parked accounts again, in the runs that parked them")
            .WithName("retryParked").Produces<IReadOnlyList<BillRunResult>>().Refuses();
    }

    private static async Task<ImmutableArray<BillCycleView>> CyclesAsync(
        OperationContext context, string? date, CancellationToken cancel)
    {
        var today = Answers.QueryDate(date, "date") ?? context.Now.InUtc().Date;
        return
        [
            .. (await BillCycles.ListAsync(context, today, cancel)).Select(row => new BillCycleView(
                row.Cycle.ToString(), row.Accounts, row.Subscriptions, row.Open.From, row.Open.To,
                row.State.ToString().ToLowerInvariant(), row.Due, row.Parked, row.ClosedAt)),
        ];
    }

    /// <summary>What is not there stands in the path, so this is 404.</summary>
    internal static IResult OfPath<T>(Outcome<T> outcome) => outcome.Refusal is { } refusal
        ? ApiProblem.Of(refusal.Code.StartsWith("unknown-", StringComparison.Ordinal) ? refusal with { Field = "" } : refusal)
            .Result()
        : Results.Json(outcome.Value);

    private static RunBillingRequest? Request(NewBillRun run) =>
        run is { Progressive: true } ? run is { CycleDay: null, Cycle: null } ? RunBillingRequest.Progressive(run.Date) : null
        : run is { CycleDay: { } day, Cycle: null } ? new RunBillingRequest(day, run.Date)
        : run is { CycleDay: null, Cycle: { } text } && BillCycle.TryParse(text, out var cycle)
            ? new RunBillingRequest(cycle.Day, run.Date) { Cycle = cycle }
            : null;
}
