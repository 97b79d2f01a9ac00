using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Operations;
using Tollgate.Operations.Catalogs;
using Tollgate.Primitives;

namespace Tollgate.Host.Api;

/// <summary>A candidate catalogue and a time of stored usage. The candidate is one of files, draft and version.</summary>
public sealed record NewWhatIf
{
    /// <summary>All files of the candidate.</summary>
    public IReadOnlyList<CatalogueText>? Files { get; init; }

    /// <summary>Name of a draft.</summary>
    public string? Draft { get; init; }

    /// <summary>A published version.</summary>
    public int? Version { get; init; }

    /// <summary>First event time.</summary>
    public required Instant From { get; init; }

    /// <summary>Event times end before it.</summary>
    public required Instant To { get; init; }
}

/// <summary><c>/api/v1/what-ifs</c></summary>
internal static class WhatIfEndpoints
{
    internal static void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/what-ifs").WithTags("What-if");
        group.MapPost("",
            async (HttpContext http, NewWhatIf whatIf, [IdempotencyKey] string idempotencyKey, WhatIfWorker worker,
                CancellationToken cancel) =>
            {
                var context = http.Operation();
                var (name, files) = await CandidateAsync(context, whatIf, cancel);
                if (files.Refusal is { } refusal)
                {
                    return ApiProblem.Of(refusal).Result();
                }
                var begun = await WhatIf.BeginAsync(
                    context,
                    new WhatIfRequest(files.Value, name, whatIf.From, whatIf.To, idempotencyKey) { Served = true }, cancel);
                if (begun.Refusal is { } refused)
                {
                    return ApiProblem.Of(refused).Result();
                }
                worker.Start(context.Tenant, begun.Value!.Id);
                return Results.Accepted($"{Answers.Base}/what-ifs/{begun.Value.Id}", begun.Value);
            })
            .WithSummary("Start a what-if")
            .WithDescription("The server computes it, and goes on after a restart; read it to see how far it is. No charge, bill "
                + "or pocket changes.")
            .WithName("startWhatIf").Produces<WhatIfView>(StatusCodes.Status202Accepted).Refuses(404, 409, 413, 415, 422);
        group.MapGet("", async (HttpContext http, int? limit, CancellationToken cancel) =>
            Results.Json(await WhatIf.ListAsync(http.Operation(), Answers.QueryLimit(limit), cancel)))
            .WithSummary("List what-ifs, newest first").WithName("listWhatIfs").Produces<ImmutableArray<WhatIfView>>().Refuses();
        group.MapGet("/{id}", (HttpContext http, string id, CancellationToken cancel) =>
            Answers.WithIdAsync<WhatIfRunId>(id, "what-if", async run =>
                Answers.Ok(await WhatIf.ShowAsync(http.Operation(), run, cancel))))
            .WithSummary("Read a what-if: how far it is and what it comes to so far").WithName("readWhatIf")
            .Produces<WhatIfView>().Refuses(404);
        group.MapPost("/{id}/cancel", (HttpContext http, string id, CancellationToken cancel) =>
            Answers.WithIdAsync<WhatIfRunId>(id, "what-if", async run =>
                Answers.Ok(await WhatIf.CancelAsync(http.Operation(), run, cancel))))
            .WithSummary("End a what-if before it is computed").WithName("cancelWhatIf").Produces<WhatIfView>().Refuses(404, 409);
    }

    private static async Task<(string Name, Outcome<ImmutableArray<CatalogueFile>> Files)> CandidateAsync(
        OperationContext context, NewWhatIf whatIf, CancellationToken cancel) => whatIf switch
        {
            { Files: { } files, Draft: null, Version: null } =>
                ("files", CatalogueEndpoints.Files(new NewCatalogue { Files = [.. files] })),
            { Files: null, Draft: { } draft, Version: null } =>
                ($"draft {draft}", await CatalogueDrafts.FilesAsync(context, draft, cancel)),
            { Files: null, Draft: null, Version: { } version } => (
                FormattableString.Invariant($"version {version}"),
                await CatalogueChoice.FilesAsync(context, FormattableString.Invariant($"{version}"), cancel)),
            _ => throw new BadHttpRequestException("Give one of the fields files, draft and version."),
        };
}
