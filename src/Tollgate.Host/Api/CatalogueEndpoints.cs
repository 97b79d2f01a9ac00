using System.Collections.Immutable;
using System.Text;
using NodaTime;
using NodaTime.Text;
using Tollgate.Catalog;
using Tollgate.Catalog.Changes;
using Tollgate.Catalog.Wording;
using Tollgate.Documents.Sheets;
using Tollgate.Operations;
using Tollgate.Operations.Catalogs;
using Tollgate.Primitives;

namespace Tollgate.Host.Api;

/// <summary>One file of a catalogue.</summary>
/// <param name="Name">Relative name with <c>/</c>, e.g. <c>catalogue.yaml</c>, <c>decks/world.csv</c>.</param>
/// <param name="Text">Its content.</param>
public sealed record CatalogueText(string Name, string Text);

/// <summary>A catalogue that is sent.</summary>
public sealed record NewCatalogue
{
    /// <summary>All its files.</summary>
    public required ImmutableArray<CatalogueText> Files { get; init; }

    /// <summary>Usage from this time on is priced by it; default: now. Not looked at by a check.</summary>
    public Instant? EffectiveFrom { get; init; }

    /// <summary>The version it was made from: refused when that is not the newest any more. Default: not compared.</summary>
    public int? Base { get; init; }

    /// <summary>Why.</summary>
    public string Note { get; init; } = "";
}

/// <summary>What is wrong with a catalogue, examples included.</summary>
/// <param name="Sound">It could be published.</param>
public sealed record CatalogueCheck(bool Sound, ImmutableArray<Finding> Findings);

/// <summary>What a version changes.</summary>
/// <param name="Lines">In plain words and money.</param>
public sealed record CatalogueChanges(string From, string To, ImmutableArray<string> Lines);

/// <summary><c>/api/v1/catalogues</c></summary>
internal static class CatalogueEndpoints
{
    internal static void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/catalogues").WithTags("Catalogues");
        group.MapGet("", async (HttpContext http, CancellationToken cancel) =>
            Results.Json(await CatalogueVersions.ListAsync(http.Operation(), cancel)))
            .WithSummary("List the versions of the catalogue").WithName("listCatalogues")
            .Produces<ImmutableArray<PublishedVersion>>().Refuses();
        group.MapPost("", async (HttpContext http, NewCatalogue catalogue, CancellationToken cancel) =>
            {
                var context = http.Operation();
                return Answers.Ok(await PublishCatalogue.RunAsync(
                    context, Files(catalogue), catalogue.EffectiveFrom, catalogue.Base, catalogue.Note, cancel));
            })
            .WithSummary("Publish a catalogue as the next version")
            .WithDescription("Refused when anything is wrong with it or one of its examples fails. The content of the newest "
                + "version again, with its date or without one, changes nothing; from another date it is a version.")
            .WithName("publishCatalogue").Produces<PublishedVersion>().Refuses(409, 413, 415, 422);
        group.MapPost("/check", (NewCatalogue catalogue) =>
            {
                var check = CatalogueFolder.Check(Files(catalogue));
                return Results.Json(new CatalogueCheck(check.Ok, check.Findings));
            })
            .WithSummary("Check a catalogue and run its examples").WithDescription("Nothing is stored.")
            .WithName("checkCatalogue").Produces<CatalogueCheck>().Refuses(413, 415, 422);
        group.MapGet("/{version}", async (HttpContext http, string version, CancellationToken cancel) =>
            Show(await CatalogueChoice.FilesAsync(http.Operation(), Version(version), cancel)))
            .WithSummary("Read the files of a version").WithDescription("A number, current or newest.")
            .WithName("readCatalogue").Produces<ImmutableArray<CatalogueText>>().Refuses(404);
        group.MapGet("/{version}/changes", (HttpContext http, string version, string? since, string? language,
                CancellationToken cancel) =>
            ChangesAsync(http, Version(version), Version(since ?? CatalogueChoice.Current),
                Say.In(Answers.QueryWord(language, "language", "en", "de") ?? "en"), cancel))
            .WithSummary("What a version changes").WithDescription(
                "Against another one: since, default current. language: en (default) or de.")
            .WithName("readCatalogueChanges").Produces<CatalogueChanges>().Refuses(404);
        group.MapGet("/{version}/price-sheet", (HttpContext http, string version, string? offer, string? language,
                string? country, string? date, CancellationToken cancel) =>
            SheetAsync(http, Version(version), new SheetQuery(offer, language, country, date), cancel))
            .WithSummary("The price sheet of a version")
            .WithDescription("HTML, or Markdown when the client accepts text/markdown.")
            .WithName("readPriceSheet").Produces(StatusCodes.Status200OK, contentType: "text/html").Refuses(404);
    }

    private sealed record SheetQuery(string? Offer, string? Language, string? Country, string? Date);

    /// <summary>A folder is nobody's to read here.</summary>
    private static string Version(string name) => CatalogueChoice.NeedsDatabase(name)
        ? name
        : throw new BadHttpRequestException("A version is a number, current or newest.");

    internal static ImmutableArray<CatalogueFile> Files(NewCatalogue catalogue)
    {
        if (catalogue.Files.IsDefaultOrEmpty)
        {
            throw new BadHttpRequestException("The field files has no file.");
        }
        foreach (var file in catalogue.Files)
        {
            if (file is not { Name: not null, Text: not null } || !CataloguePackage.IsName(file.Name)
                || catalogue.Files.Count(other => other?.Name == file.Name) > 1)
            {
                throw new BadHttpRequestException(
                    "Each file needs a name of its own that stays inside the catalogue, and a text.");
            }
        }
        return [.. catalogue.Files.Select(file => new CatalogueFile(file.Name, Encoding.UTF8.GetBytes(file.Text)))];
    }

    private static IResult Show(Outcome<ImmutableArray<CatalogueFile>> files) => files.Refusal is { } refusal
        ? ApiProblem.Of(refusal).Result()
        : Results.Json(files.Value.Select(file => new CatalogueText(file.Name, Encoding.UTF8.GetString(file.Content.Span))));

    private static async Task<IResult> ChangesAsync(
        HttpContext http, string version, string since, Say say, CancellationToken cancel)
    {
        var context = http.Operation();
        var before = await CatalogueChoice.ReadAsync(context, since, cancel);
        var after = await CatalogueChoice.ReadAsync(context, version, cancel);
        return (before.Refusal ?? after.Refusal) is { } refusal
            ? ApiProblem.Of(refusal).Result()
            : Results.Json(new CatalogueChanges(
                since, version, DifferenceText.Lines(CatalogueDiff.Between(before.Value!, after.Value!, say), say)));
    }

    private static async Task<IResult> SheetAsync(HttpContext http, string version, SheetQuery query, CancellationToken cancel)
    {
        var context = http.Operation();
        var read = await CatalogueChoice.ReadAsync(context, version, cancel);
        if (read.Refusal is { } refusal)
        {
            return ApiProblem.Of(refusal).Result();
        }
        var catalogue = read.Value!;
        if (query.Offer is { } code && catalogue.Offers.All(offer => offer.Code != code))
        {
            return ApiProblem.Of(
                StatusCodes.Status404NotFound, "unknown-offer", $"The catalogue has no offer '{code}'.").Result();
        }
        var date = Answers.QueryDate(query.Date, "date") ?? context.Now.InZone(catalogue.TimeZone).Date;
        var sheet = PriceSheetBuilder.Build(catalogue, new SheetOptions(
            query.Language ?? "en", query.Country, date, query.Offer is null ? [] : [query.Offer],
            await CatalogueChoice.CaptionAsync(context, version, query.Language ?? "en", catalogue.TimeZone, cancel)));
        return http.Request.Headers.Accept.Any(accept => accept?.Contains("text/markdown", StringComparison.Ordinal) == true)
            ? Results.Text(SheetMarkdown.Render(sheet), "text/markdown", Encoding.UTF8)
            : Results.Text(SheetHtml.Render(sheet), "text/html", Encoding.UTF8);
    }
}
