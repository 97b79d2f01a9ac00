using System.Collections.Immutable;
using NodaTime;
using Tollgate.Mediation;
using Tollgate.Operations;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Usage;

namespace Tollgate.Host.Api;

/// <summary>Where usage files come from, and how they are read.</summary>
/// <param name="FileFormat"><c>layout</c> for one that has a layout.</param>
/// <param name="Layout">Text of the layout file, or null.</param>
/// <param name="LayoutVersion">SHA-256 of that text, or null.</param>
/// <param name="CountryCode">Null: the numbering of the catalogue.</param>
/// <param name="SubjectField">Empty: the format's own, or the layout says it.</param>
/// <param name="Attributes">Attribute → field.</param>
/// <param name="EndedAt">From then on no file of it is imported; null: it has not ended.</param>
public sealed record UsageSourceView(
    string Code, string FileFormat, string? Layout, string? LayoutVersion, string TimeZone, string? CountryCode,
    string SubjectField, string SubjectKind, string Service, ImmutableSortedDictionary<string, string> Attributes,
    bool Unanswered, Instant? EndedAt);

/// <summary><c>/api/v1/usage/sources</c></summary>
internal static class UsageSourceEndpoints
{
    internal static void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/usage/sources").WithTags("Usage");
        group.MapPost("", async (HttpContext http, NewUsageSource source, CancellationToken cancel) =>
                await UsageSources.AddAsync(http.Operation(), source, cancel) is { Refusal: { } refusal }
                    ? ApiProblem.Of(refusal).Result()
                    : Results.Created($"{Answers.Base}/usage/sources/{source.Code}",
                        View((await UsageSources.OneAsync(http.Operation(), source.Code, cancel)).Value!)))
            .WithSummary("Add a usage source")
            .WithDescription("Safe to repeat: its code is its key. fileFormat or layout, one of the two.")
            .WithName("createUsageSource").Produces<UsageSourceView>(201).Refuses(409, 413, 415, 422);
        group.MapGet("", async (HttpContext http, CancellationToken cancel) =>
                Results.Json((await UsageSources.ListAsync(http.Operation(), cancel)).Select(View)))
            .WithSummary("List usage sources").WithName("listUsageSources").Produces<ImmutableArray<UsageSourceView>>().Refuses();
        group.MapGet("/{code}", async (HttpContext http, string code, CancellationToken cancel) =>
                Shown(await UsageSources.OneAsync(http.Operation(), code, cancel)))
            .WithSummary("Read a usage source").WithName("readUsageSource").Produces<UsageSourceView>().Refuses(404);
        group.MapPatch("/{code}", async (HttpContext http, string code, UsageSourceChange change, CancellationToken cancel) =>
                Shown(await UsageSources.ChangeAsync(http.Operation(), code, change, cancel)))
            .WithSummary("Change how the next files of a usage source are read")
            .WithDescription("A field that is absent or null stays as it is; empty text empties it.")
            .WithName("changeUsageSource").Produces<UsageSourceView>().Refuses(404, 409, 413, 415, 422);
        group.MapPost("/{code}/end", async (HttpContext http, string code, CancellationToken cancel) =>
                Shown(await UsageSources.EndAsync(http.Operation(), code, cancel)))
            .WithSummary("End a usage source")
            .WithDescription("No file of it is imported any more; what is held of it can still be replayed.")
            .WithName("endUsageSource").Produces<UsageSourceView>().Refuses(404, 409);
    }

    private static IResult Shown(Outcome<UsageSource> source) => source.Refusal is { } refusal
        ? ApiProblem.Of(refusal).Result() : Results.Json(View(source.Value!));

    private static UsageSourceView View(UsageSource source) => new(
        source.Code, source.Format, source.Layout?.Text, source.Layout?.Version, source.TimeZone.Id,
        source.Numbering?.CountryCode, source.SubjectField, IdentityKinds.Name(source.SubjectKind),
        source.Service.ToString().ToLowerInvariant(),
        source.AttributeFields.All.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal),
        source.Unanswered, source.EndedAt);
}
