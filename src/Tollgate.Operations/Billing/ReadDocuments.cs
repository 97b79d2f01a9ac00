using System.Collections.Immutable;
using System.Text;
using NodaTime;
using Tollgate.Documents;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Billing;

/// <summary>A document with its lines and taxes.</summary>
/// <param name="Totals">As printed: what the document demands, what was open before it, and what is to be paid.</param>
/// <param name="Words">Of the language in which it is told.</param>
public sealed record DocumentDetail(
    DocumentHead Head, ImmutableArray<DocumentLine> Lines, ImmutableArray<DocumentTax> Taxes, InvoiceTotals Totals, Wording Words)
{
    /// <summary>What is not right with it, in words for the operator.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];
}

/// <summary>A bill run with the number of its documents per phase.</summary>
public sealed record BillRunSummary(
    BillRunId Run, int CycleDay, LocalDate Date, string Phase, int Accounts, int Done, int Parked, long Drafts, long Accepted,
        long Issued,
    Instant StartedAt, Instant? FinishedAt);

/// <summary>An account that waits for a cure.</summary>
public sealed record ParkedSummary(CustomerId Customer, AccountId Account, BillRunId Run, string Reason, string Detail,
    Instant ParkedAt);

/// <summary>Reads bill runs and documents, and prints them.</summary>
public static class ReadDocuments
{
    /// <summary>All runs, latest first.</summary>
    public static async Task<IReadOnlyList<BillRunSummary>> RunsAsync(OperationContext context,
        CancellationToken cancel = default)
    {
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        return await work.ReadAsync(
            """
            SELECT r.run_id, r.cycle_day, r.bill_date, r.phase, r.accounts, r.done, r.parked,
              (SELECT count(*) FROM document d WHERE d.tenant_id = r.tenant_id AND d.run_id = r.run_id AND d.phase = 'draft'),
              (SELECT count(*) FROM document d WHERE d.tenant_id = r.tenant_id AND d.run_id = r.run_id AND d.phase = 'accepted'),
              (SELECT count(*) FROM document d WHERE d.tenant_id = r.tenant_id AND d.run_id = r.run_id AND d.phase = 'issued'),
              r.started_at, r.finished_at
            FROM bill_run r WHERE r.tenant_id = @tenant ORDER BY r.bill_date DESC, r.cycle_day, r.run_id
            """,
            reader => new BillRunSummary(
                new BillRunId(reader.GetInt64(0)), reader.GetInt32(1), reader.GetDate(2), reader.GetString(3), reader.GetInt32(4),
                reader.GetInt32(5), reader.GetInt32(6), reader.GetInt64(7), reader.GetInt64(8), reader.GetInt64(9),
                    reader.GetTime(10),
                reader.GetTimeOrNull(11)), cancel);
    }

    /// <summary>Accounts that runs could not bill and that nobody has mended yet.</summary>
    public static async Task<IReadOnlyList<ParkedSummary>> ParkedAsync(OperationContext context,
        CancellationToken cancel = default)
    {
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        return await work.ReadAsync(
            "SELECT customer_id, account_id, run_id, reason, detail, parked_at FROM parked_account WHERE tenant_id = @tenant "
            + "AND resolved_at IS NULL ORDER BY customer_id, account_id",
            reader => new ParkedSummary(
                new CustomerId(reader.GetInt64(0)), new AccountId(reader.GetInt64(1)), new BillRunId(reader.GetInt64(2)),
                    reader.GetString(3),
                reader.GetString(4), reader.GetTime(5)), cancel);
    }

    /// <summary>Heads that match, by account.</summary>
    public static async Task<IReadOnlyList<DocumentHead>> ListAsync(
        OperationContext context, DocumentFilter filter, CancellationToken cancel = default)
    {
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        return await DocumentReader.HeadsAsync(work, filter, cancel);
    }

    /// <summary>One document with everything on it.</summary>
    /// <param name="language">Of explanations and of the words for usage; null: the document's own. What the catalogue names
    /// stays in the language in which it was billed.</param>
    public static async Task<Outcome<DocumentDetail>> ShowAsync(
        OperationContext context, DocumentId document, string? language = null, CancellationToken cancel = default)
    {
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        var heads = await DocumentReader.HeadsAsync(work, new DocumentFilter(Document: document), cancel);
        if (heads.Count == 0)
        {
            return Unknown(document);
        }
        var head = heads[0];
        var view = await ViewOfAsync(work, head, cancel);
        var facts = await InvoiceFacts.LoadAsync(work, heads, cancel, language ?? view.Language);
        var words = Wording.For(language ?? view.Language);
        return new DocumentDetail(
            head, [.. facts.Lines[document].Select(line => line with { Description = InvoiceViews.Text(line, head, facts, words) })],
            [.. facts.Taxes[document]], view.Totals, words)
        {
            Warnings = view is { Payment.Kind: PaymentKind.DirectDebit, Seller.CreditorId: null } && head.Currency == "EUR"
                ? [MissingCreditors.Words(head.Seller, "bills")] : [],
        };
    }

    /// <summary>What a document credits, corrects, adds to or sets off, and what does so to it.</summary>
    public static async Task<Outcome<IReadOnlyList<LinkedDocument>>> LinksAsync(
        OperationContext context, DocumentId document, CancellationToken cancel = default)
    {
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        var heads = await DocumentReader.HeadsAsync(work, new DocumentFilter(Document: document), cancel);
        return heads.Count == 0
            ? Unknown(document)
            : await DocumentLinks.OfAsync(work, heads[0].Customer, document, cancel);
    }

    /// <summary>The printed view: the frozen one of an issued document, else one made of the rows, marked as a draft.</summary>
    public static async Task<Outcome<InvoiceView>> ViewAsync(OperationContext context, DocumentId document,
        CancellationToken cancel = default)
    {
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        var heads = await DocumentReader.HeadsAsync(work, new DocumentFilter(Document: document), cancel);
        if (heads.Count == 0)
        {
            return Unknown(document);
        }
        return await ViewOfAsync(work, heads[0], cancel);
    }

    private static async Task<InvoiceView> ViewOfAsync(BookWork work, DocumentHead head, CancellationToken cancel) =>
        await DocumentReader.SnapshotAsync(work, head.Customer, head.Id, cancel) is { } snapshot
            ? InvoiceJson.Deserialize(Encoding.UTF8.GetBytes(snapshot))
            : InvoiceViews.From(head, await InvoiceFacts.LoadAsync(work, [head], cancel));

    /// <summary>The document as PDF.</summary>
    public static async Task<Outcome<byte[]>> PdfAsync(OperationContext context, DocumentId document,
        CancellationToken cancel = default)
    {
        var view = await ViewAsync(context, document, cancel);
        return view.Refusal is { } refusal ? refusal : InvoicePdf.Render(view.Value!);
    }

    private static Refusal Unknown(DocumentId document) =>
        new("unknown-document", $"There is no document {document}. See: tollgate bill list.", Retry.AfterCure, "document");
}
