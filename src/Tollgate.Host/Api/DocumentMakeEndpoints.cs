using System.Collections.Immutable;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Operations;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Documents;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Host.Api;

/// <summary>What every request for a single document may say.</summary>
public abstract record DocumentOrderBody
{
    /// <summary>Why, as printed.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Default: today in the seller's zone.</summary>
    public LocalDate? IssueDate { get; init; }

    /// <summary>Code of a document type of your own; default: the built-in one.</summary>
    public string Type { get; init; } = "";

    /// <summary>True: it stays a draft.</summary>
    public bool Draft { get; init; }

    internal DocumentOrder Order(string key) => new(key, Reason, IssueDate, Type, Draft);
}

/// <summary>What to credit.</summary>
public sealed record CreditBody : DocumentOrderBody
{
    /// <summary>With tax, divided over the lines; default: everything that is left.</summary>
    public decimal? Amount { get; init; }

    /// <summary>Lines with or without amounts; not together with an amount.</summary>
    public ImmutableArray<CreditLine> Lines { get; init; } = [];

    /// <summary>True: amounts are without tax.</summary>
    public bool Net { get; init; }

    /// <summary>True: what is credited counts as not billed; default: the policy.</summary>
    public bool? BillAgain { get; init; }
}

/// <summary>Which tax is right.</summary>
public sealed record CorrectBody : DocumentOrderBody
{
    /// <summary>Line numbers; default: all.</summary>
    public ImmutableArray<int> Lines { get; init; } = [];

    /// <summary>Tax category; default: the one that the lines have, at today's rules.</summary>
    public string Tax { get; init; } = "";
}

/// <summary>A debit note or advance invoice.</summary>
public sealed record ChargeBody : DocumentOrderBody
{
    public required AccountId Account { get; init; }

    public required ImmutableArray<ChargeLine> Lines { get; init; }

    /// <summary>First day it is for; together with <see cref="To"/>.</summary>
    public LocalDate? From { get; init; }

    /// <summary>First day it is no longer for.</summary>
    public LocalDate? To { get; init; }

    /// <summary>An issued document that a debit note adds to.</summary>
    public DocumentId? For { get; init; }
}

/// <summary>A statement of account.</summary>
public sealed record StatementBody : DocumentOrderBody
{
    public required AccountId Account { get; init; }

    public required LocalDate From { get; init; }

    /// <summary>Day after the last.</summary>
    public required LocalDate To { get; init; }
}

/// <summary>Writes under <c>/api/v1/documents</c>: single documents, outside of bill runs.</summary>
internal static class DocumentMakeEndpoints
{
    internal static void Map(RouteGroupBuilder group)
    {
        group.MapPost("/{id}/credit", (HttpContext http, string id, CreditBody body, [IdempotencyKey] string idempotencyKey,
                CancellationToken cancel) =>
            Answers.WithIdAsync<DocumentId>(id, "document", async document => Made(http, await CreditDocument.RunAsync(
                http.Operation(), new CreditRequest(
                    document, body.Amount, body.Lines, body.Net, body.BillAgain, body.Order(idempotencyKey)), cancel))))
            .WithSummary("Credit an issued document, with its tax").WithName("creditDocument").Produces<DocumentMade>(201)
            .Refuses(404, 409, 413, 415, 422);
        group.MapPost("/{id}/correct", (HttpContext http, string id, CorrectBody body, [IdempotencyKey] string idempotencyKey,
                CancellationToken cancel) =>
            Answers.WithIdAsync<DocumentId>(id, "document", async document => Made(http, await CorrectTax.RunAsync(
                http.Operation(), new TaxCorrectionRequest(document, body.Lines, body.Tax, body.Order(idempotencyKey)),
                cancel))))
            .WithSummary("Correct the tax of an issued document").WithName("correctDocument").Produces<DocumentMade>(201)
            .Refuses(404, 409, 413, 415, 422);
        group.MapPost("/debit", async (HttpContext http, ChargeBody body, [IdempotencyKey] string idempotencyKey,
                CancellationToken cancel) => await ChargeAsync(http, BillKind.DebitNote, body, idempotencyKey, cancel))
            .WithSummary("Make a debit note").WithName("debitDocument").Produces<DocumentMade>(201)
            .Refuses(404, 409, 413, 415, 422);
        group.MapPost("/advance", async (HttpContext http, ChargeBody body, [IdempotencyKey] string idempotencyKey,
                CancellationToken cancel) => await ChargeAsync(http, BillKind.AdvanceInvoice, body, idempotencyKey, cancel))
            .WithSummary("Make an advance invoice").WithDescription("Once it is paid, the next bills set it off.")
            .WithName("advanceDocument").Produces<DocumentMade>(201).Refuses(404, 409, 413, 415, 422);
        group.MapPost("/statement", async (HttpContext http, StatementBody body, [IdempotencyKey] string idempotencyKey,
                CancellationToken cancel) => body.To <= body.From
            ? Wrong("to", "It must lie after 'from'.")
            : Made(http, await StatementOfAccount.RunAsync(http.Operation(), new StatementRequest(
                body.Account, new BillPeriod(body.From, body.To), body.Order(idempotencyKey)), cancel)))
            .WithSummary("Make a statement of account").WithName("stateAccount").Produces<DocumentMade>(201)
            .Refuses(404, 409, 413, 415, 422);
        group.MapPost("/{id}/issue", (HttpContext http, string id, CancellationToken cancel) =>
            Answers.WithIdAsync<DocumentId>(id, "document", async document =>
            {
                var issued = await IssueDocument.RunAsync(http.Operation(), document, null, cancel);
                return issued.Refusal is { } refusal
                    ? ApiProblem.Of(refusal).Result()
                    : Results.Json(DocumentEndpoints.Summary(issued.Value!));
            }))
            .WithSummary("Issue a draft that no bill run made").WithName("issueDocument").Produces<DocumentSummary>()
            .Refuses(404, 409, 422);
        group.MapPost("/{id}/cancel", (HttpContext http, string id, CancellationToken cancel) =>
            Answers.WithIdAsync<DocumentId>(id, "document", async document =>
            {
                var cancelled = await CancelDocuments.RunAsync(http.Operation(), [document], cancel);
                return cancelled.Refusal is { } refusal
                    ? ApiProblem.Of(refusal with { Field = "" }).Result()
                    : Answers.Ok(await DocumentEndpoints.OneAsync(http.Operation(), document, cancel));
            }))
            .WithSummary("Take a draft back")
            .WithDescription(
                "Its usage is free again and its account is due. An issued document is never cancelled. Safe to repeat.")
            .WithName("cancelDocument").Produces<DocumentView>().Refuses(404, 409);
        group.MapGet("/{id}/links", (HttpContext http, string id, CancellationToken cancel) =>
            Answers.WithIdAsync<DocumentId>(id, "document", async document =>
                Answers.Ok(await ReadDocuments.LinksAsync(http.Operation(), document, cancel))))
            .WithSummary("What a document credits, corrects or sets off, and what does so to it").WithName("linksOfDocument")
            .Produces<IReadOnlyList<LinkedDocument>>().Refuses(404);
        group.MapGet("/{id}/view", (HttpContext http, string id, CancellationToken cancel) =>
            Answers.WithIdAsync<DocumentId>(id, "document", async document =>
            {
                var view = await ReadDocuments.ViewAsync(http.Operation(), document, cancel);
                return view.Refusal is { } refusal
                    ? ApiProblem.Of(refusal with { Field = "" }).Result()
                    : Results.Bytes(Documents.InvoiceJson.Serialize(view.Value!), "application/json");
            }))
            .WithSummary("Everything that the printed document shows").WithName("viewDocument").Produces<string>().Refuses(404);
    }

    private static async Task<IResult> ChargeAsync(
        HttpContext http, BillKind kind, ChargeBody body, string key, CancellationToken cancel)
    {
        if (body.From is null != body.To is null || body.To <= body.From)
        {
            return Wrong("to", "Give 'from' and a later 'to', or neither.");
        }
        return Made(http, await ChargeByDocument.RunAsync(http.Operation(), new ChargeRequest(
            body.Account, kind, body.Lines, body.From is { } from && body.To is { } to ? new BillPeriod(from, to) : null,
            body.For, body.Order(key)), cancel));
    }

    private static IResult Wrong(string field, string message) =>
        ApiProblem.Of(new Refusal("invalid", message, Field: field)).Result();

    private static IResult Made(HttpContext http, Outcome<DocumentMade> outcome)
    {
        if (outcome.Refusal is { } refusal)
        {
            return ApiProblem.Of(refusal).Result();
        }
        Answers.MarkReplay(http, outcome.Value!.Replayed);
        return Results.Created($"{Answers.Base}/documents/{outcome.Value.Document}", outcome.Value);
    }
}
