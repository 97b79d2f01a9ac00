using System.Collections.Immutable;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Documents;
using Tollgate.Operations;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Host.Api;

/// <summary>A bill.</summary>
/// <param name="Kind"><c>invoice</c>, <c>credit-note</c> …</param>
/// <param name="Phase"><c>draft</c>, <c>accepted</c>, <c>issued</c> or <c>cancelled</c>.</param>
/// <param name="Number">Given at issue.</param>
/// <param name="PeriodTo">First day that no longer belongs to the period.</param>
/// <param name="Settled">Part that was paid from prepaid money.</param>
/// <param name="Credited">Money of the customer set off after tax.</param>
/// <param name="Rounding">What cash rounding adds to what is left to pay.</param>
/// <param name="Due">What this document itself demands, without what was open before; negative: a credit.</param>
/// <param name="Delivery"><c>pending</c> or <c>sent</c>, once issued.</param>
/// <param name="Status"><c>draft</c>, <c>cancelled</c>, or how far it is settled: <c>open</c>, <c>partly-paid</c>, <c>paid</c>,
/// <c>partly-credited</c>, <c>credited</c>, <c>partly-settled</c>, <c>settled</c>.</param>
/// <param name="Left">Neither paid nor set off now.</param>
/// <param name="Accounting"><c>invoice</c>, <c>corrective-tax</c>, <c>advance</c> or <c>none</c>.</param>
public sealed record DocumentSummary(
    DocumentId Id, string? Number, string Kind, string Phase, CustomerId Customer, AccountId Account, SellerId Seller,
    LocalDate PeriodFrom,
    LocalDate PeriodTo, LocalDate IssueDate, LocalDate DueDate, Money Net, Money Tax, Money Gross, Money Settled,
    Money Credited, Money Rounding, Money Due, string Delivery, string Status, Money Left, string Accounting);

/// <summary>A line of a bill.</summary>
/// <param name="UnitPrice">Exact decimal; empty where there is no single one.</param>
public sealed record DocumentItem(
    int No, string Kind, SubscriptionId? Subscription, string Description, LocalDate PeriodFrom, LocalDate PeriodTo,
    decimal Quantity, string Unit, string UnitPrice, Money Net, string TaxCode, decimal TaxPercent, string Explanation);

/// <summary>Tax of one rate on a bill.</summary>
public sealed record DocumentTaxItem(string Code, string Name, decimal Percent, Money Base, Money Tax);

/// <summary>What is to be paid, as printed.</summary>
/// <param name="ThisBill">What the document itself demands.</param>
/// <param name="OpenFromBefore">What was owed before, payments taken off; negative: a credit.</param>
/// <param name="AmountToPay">Both.</param>
public sealed record DocumentToPay(Money ThisBill, Money OpenFromBefore, Money AmountToPay);

/// <summary>A bill with everything on it.</summary>
/// <param name="Language">In which it is told.</param>
/// <param name="Warnings">What is not right with it, for the operator.</param>
public sealed record DocumentView(
    DocumentSummary Document, ImmutableArray<DocumentItem> Lines, ImmutableArray<DocumentTaxItem> Taxes, DocumentToPay ToPay,
    string Language, ImmutableArray<string> Warnings);

/// <summary><c>/api/v1/documents</c></summary>
internal static class DocumentEndpoints
{
    internal static void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/documents").WithTags("Documents");
        group.MapGet("", async (HttpContext http, string? account, string? customer, string? phase, string? after, int? limit,
                CancellationToken cancel) =>
            await ListAsync(http.Operation(), new DocumentFilter(
                Account: Answers.QueryId<AccountId>(account, "account"),
                Customer: Answers.QueryId<CustomerId>(customer, "customer"),
                Phase: Answers.QueryWord(phase, "phase", "draft", "accepted", "issued", "cancelled") ?? "",
                After: Answers.QueryId<DocumentId>(after, "after"), Limit: Answers.QueryLimit(limit)), cancel))
            .WithSummary("Bills of an account or customer").WithDescription("Give account or customer. By account, oldest first.")
            .WithName("listDocuments").Produces<Page<DocumentSummary>>().Refuses();
        group.MapGet("/{id}", (HttpContext http, string id, string? language, CancellationToken cancel) =>
            Answers.WithIdAsync<DocumentId>(id, "document", async document => Answers.Ok(await OneAsync(
                http.Operation(), document, cancel, Answers.QueryWord(language, "language", "en", "de")))))
            .WithSummary("Read a bill with its lines and taxes")
            .WithDescription("language (en, de): of explanations and usage; default: that of the bill as issued.")
            .WithName("readDocument").Produces<DocumentView>().Refuses(404);
        group.MapGet("/{id}/pdf", (HttpContext http, string id, CancellationToken cancel) =>
            Answers.WithIdAsync<DocumentId>(id, "document", async document =>
            {
                var found = await ReadDocuments.PdfAsync(http.Operation(), document, cancel);
                return found.Refusal is { } refusal
                    ? NotThere(refusal) : Results.File(found.Value!, "application/pdf", $"{document}.pdf");
            }))
            .WithSummary("A bill as PDF").WithDescription("A draft is marked as one.").WithName("printDocument")
            .Produces<byte[]>(200, "application/pdf").Refuses(404);
        DocumentMakeEndpoints.Map(group);
    }

    /// <summary>A document that stands in the path.</summary>
    internal static async Task<Outcome<DocumentView>> OneAsync(
        OperationContext context, DocumentId document, CancellationToken cancel, string? language = null)
    {
        var found = await ReadDocuments.ShowAsync(context, document, language, cancel);
        return found.Refusal is { } refusal ? refusal with { Field = "" } : View(found.Value!);
    }

    private static async Task<IResult> ListAsync(OperationContext context, DocumentFilter filter, CancellationToken cancel)
    {
        if (filter.Account is null && filter.Customer is null)
        {
            throw new BadHttpRequestException("Give the parameter account or customer.");
        }
        var heads = await ReadDocuments.ListAsync(context, filter with { Limit = filter.Limit + 1 }, cancel);
        return Results.Json(new Page<DocumentSummary>(
            [.. heads.Take(filter.Limit).Select(Summary)],
            heads.Count > filter.Limit ? heads[filter.Limit - 1].Id.ToString() : null));
    }

    /// <summary>The id stands in the path, so this is 404.</summary>
    private static IResult NotThere(Refusal refusal) => ApiProblem.Of(refusal with { Field = "" }).Result();

    private static DocumentView View(DocumentDetail detail)
    {
        var currency = Units.Get(detail.Head.Currency);
        return new DocumentView(Summary(detail.Head),
            [
                .. detail.Lines.Select(line => new DocumentItem(
                    line.No, line.Kind, line.Subscription, line.Description, line.Period.From, line.Period.To, line.Quantity,
                    line.UnitText,
                    line.UnitPrice, Money.FromMinor(line.NetMinor, currency), line.TaxCode, line.TaxPercent,
                    detail.Words.Explain(line.Explanation, currency))),
            ],
            [
                .. detail.Taxes.Select(tax => new DocumentTaxItem(
                    tax.Code, tax.Name, tax.Percent, Money.FromMinor(tax.BaseMinor, currency),
                    Money.FromMinor(tax.TaxMinor, currency))),
            ],
            new DocumentToPay(detail.Totals.ThisBill, detail.Totals.OpenFromBefore, detail.Totals.AmountDue),
            detail.Words.Language, detail.Warnings);
    }

    internal static DocumentSummary Summary(DocumentHead head)
    {
        var currency = Units.Get(head.Currency);
        Money Minor(long value) => Money.FromMinor(value, currency);
        return new DocumentSummary(
            head.Id, head.Number, head.Kind, head.Phase, head.Customer, head.Account, head.Seller, head.Period.From,
            head.Period.To, head.IssueDate, head.DueDate, Minor(head.NetMinor), Minor(head.TaxMinor), Minor(head.GrossMinor),
            Minor(head.SettledMinor), Minor(head.CreditedMinor), Minor(head.RoundingMinor), Minor(head.DueMinor), head.Delivery,
            head.Status.Text(), Minor(head.OpenMinor),
            DocumentTypes.AccountingOf(DocumentTypes.Kind(head.Kind)!.Value).Text());
    }
}
