using System.Collections.Immutable;
using NodaTime;
using Tollgate.Operations;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Storage.Charging;
using EventId = Tollgate.Primitives.EventId;

namespace Tollgate.Host.Api;

/// <summary>A usage record that could not be charged.</summary>
/// <param name="Id">32 hexadecimal digits.</param>
/// <param name="Phase"><c>held</c>, <c>charged</c>, <c>merged</c> or <c>dropped</c>.</param>
/// <param name="Reason">E.g. <c>UnknownSubscriber</c>.</param>
/// <param name="Text">As it stood in its file.</param>
/// <param name="Resolution">Why it was dropped, or the file that has it whole.</param>
public sealed record HeldRecordView(
    string Id, string Phase, string Source, UsageFileId File, long Line, long Offset, string Reason, string Detail, string Text,
    string Subject, Instant HeldAt, Instant? ResolvedAt, string ResolvedBy, string Resolution);

/// <summary>A correction of one field; never changed.</summary>
public sealed record HeldCorrectionView(
    int No, string Field, string Before, string After, string Reason, string Actor, Instant At);

/// <summary>A held record with its corrections.</summary>
/// <param name="Values">Its fields as they would be charged; empty when its text cannot be read.</param>
public sealed record HeldRecordDetailView(
    HeldRecordView Record, IReadOnlyDictionary<string, string> Values, ImmutableArray<HeldCorrectionView> Corrections);

/// <summary>Why a record is written off.</summary>
public sealed record DropRequest(string? Reason);

/// <summary>Which held records to charge; what is absent does not restrict.</summary>
public sealed record ReplayRequest(string? Id, string? Reason, string? Source, UsageFileId? File);

/// <summary><c>/api/v1/held-records</c></summary>
internal static class HeldEndpoints
{
    internal static void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/held-records").WithTags("Held records");
        group.MapGet("", async (HttpContext http, string? reason, string? source, string? file, string? after, int? limit,
                CancellationToken cancel) => await ListAsync(http.Operation(), new HeldFilter(
                    Reason(reason), source, Answers.QueryId<UsageFileId>(file, "file")), after, Answers.QueryLimit(limit),
                        cancel))
            .WithSummary("List held records").WithDescription("In the order of source, file and place.")
                .WithName("listHeldRecords")
            .Produces<Page<HeldRecordView>>().Refuses();
        group.MapGet("/{id}", (HttpContext http, string id, CancellationToken cancel) =>
            WithKeyAsync(id, key => ReadHeld.OneAsync(http.Operation(), key, cancel)))
            .WithSummary("Read a held record with its corrections").WithName("readHeldRecord").Produces<HeldRecordDetailView>()
            .Refuses(404);
        group.MapPost("/{id}/corrections", (HttpContext http, string id, HeldCorrectionRequest request,
            CancellationToken cancel) =>
            WithKeyAsync(id, key => CorrectHeld.RunAsync(http.Operation(), key, request, cancel)))
            .WithSummary("Correct fields of a held record").WithDescription(
                "Appends a correction for each field that changes; the record stays as it came. Repeating it changes nothing.")
            .WithName("correctHeldRecord").Produces<HeldRecordDetailView>().Refuses(404, 409, 413, 415, 422);
        group.MapPost("/{id}/drop", (HttpContext http, string id, DropRequest request, CancellationToken cancel) =>
            WithKeyAsync(id, key => DropHeld.RunAsync(http.Operation(), key, request.Reason, cancel)))
            .WithSummary("Write a held record off").WithDescription("It is never charged; its file counts it as dropped.")
            .WithName("dropHeldRecord").Produces<HeldRecordDetailView>().Refuses(404, 409, 413, 415, 422);
        group.MapPost("/replay", async (HttpContext http, ReplayRequest request, CancellationToken cancel) =>
            {
                var filter = new HeldFilter(Reason(request.Reason), request.Source, request.File,
                    request.Id is { } id ? Key(id) ?? throw NoKey("id") : null);
                var timeline = await CatalogueVersions.LoadAsync(http.Operation(), cancel);
                return Results.Json(await UsageReplay.RunAsync(http.Operation(), timeline, filter, cancel));
            })
            .WithSummary("Charge held records whose cause was mended").WithDescription(
                "Those that still cannot be charged stay held. Safe to repeat.")
            .WithName("replayHeldRecords").Produces<ReplayResult>().Refuses(413, 415);
    }

    private static async Task<IResult> ListAsync(
        OperationContext context, HeldFilter filter, string? after, int limit, CancellationToken cancel)
    {
        HeldRecord? last = null;
        if (after is not null)
        {
            last = (Key(after) is { } key ? await HeldStore.FindAsync(context.Database, context.Tenant, key, cancel) : null)
                ?? throw NoKey("after");
        }
        var records = await HeldStore.ListAsync(context.Database, context.Tenant, filter, last, limit + 1, cancel);
        return Results.Json(new Page<HeldRecordView>(
            [.. records.Take(limit).Select(View)], records.Count > limit ? records[limit - 1].Key.ToString() : null));
    }

    private static async Task<IResult> WithKeyAsync(string id, Func<EventId, Task<Outcome<HeldDetail>>> then)
    {
        if (Key(id) is not { } key)
        {
            return ApiProblem.Of(StatusCodes.Status404NotFound, "unknown-held-record",
                $"'{FieldRules.Short(id)}' is not the id of a held record: 32 hexadecimal digits.").Result();
        }
        var outcome = await then(key);
        return outcome.Refusal is { } refusal ? ApiProblem.Of(refusal).Result() : Results.Json(View(outcome.Value!));
    }

    private static HeldRecordDetailView View(HeldDetail detail) => new(
        View(detail.Record), detail.Values,
        [
            .. detail.Corrections.Select(change => new HeldCorrectionView(
                change.No, change.Field, change.Before, change.After, change.Reason, change.Actor, change.At)),
        ]);

    private static HeldRecordView View(HeldRecord record) => new(
        record.Key.ToString(), record.Phase, record.Source, record.File, record.Line, record.Offset, record.Reason.ToString(),
        record.Detail, record.Raw, record.Subject, record.HeldAt, record.ResolvedAt, record.ResolvedBy, record.Resolution);

    private static EventId? Key(string text) => EventId.TryParse(text, out var key) ? key : null;

    private static BadHttpRequestException NoKey(string parameter) =>
        new($"The parameter {parameter} is not the id of a held record. Write its 32 hexadecimal digits.");

    private static HoldReason? Reason(string? text) => text is null ? null
        : Enum.TryParse<HoldReason>(text, out var reason) && Enum.IsDefined(reason) ? reason
        : throw new BadHttpRequestException(
            $"The parameter reason is not known. Use one of {string.Join(", ", Enum.GetNames<HoldReason>())}.");
}
