using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Operations.Billing;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Documents;

/// <summary>What every request for a single document says.</summary>
/// <param name="CallerKey">The caller's own key; repeating it makes nothing twice.</param>
/// <param name="Reason">Why, as printed.</param>
/// <param name="IssueDate">Null: today in the seller's zone.</param>
/// <param name="Type">Code of a document type of the right kind; empty: the built-in one.</param>
/// <param name="DraftOnly">True: it stays a draft for someone else to issue.</param>
public sealed record DocumentOrder(
    string CallerKey, string Reason = "", LocalDate? IssueDate = null, string Type = "", bool DraftOnly = false);

/// <summary>A document that was made.</summary>
/// <param name="Number">Null for a draft.</param>
/// <param name="Replayed">True: it was made before and nothing was done now.</param>
public sealed record DocumentMade(DocumentId Document, string? Number, string Kind, Money Net, Money Tax, Money Gross,
    bool Replayed)
{
    /// <summary>What the request asks for and the document does not do; empty: nothing.</summary>
    public string Note { get; init; } = "";
}

/// <summary>A document to be stored: its draft with what it has to do with others.</summary>
internal sealed record MadeDraft(
    BillDraft Draft, SellerId Seller, string TaxCountry, IReadOnlyDictionary<SubscriptionId, (string Label, string Offer)> Labels,
    ImmutableArray<(int LineNo, string Relation, DocumentId Target, int TargetLineNo)> Links);

/// <summary>
/// Makes single documents, outside of bill runs: one transaction that claims the caller key, computes, stores the draft with
/// its links
/// and, unless told otherwise, issues it.
/// </summary>
internal static class DocumentMaking
{
    /// <summary>Ids that a document may use: itself, entry, open item, audit, allocations.</summary>
    private const int Ids = 8 + IssueDocuments.MaxAllocations;

    internal static async Task<Outcome<DocumentMade>> RunAsync(
        OperationContext context, string operation, BillKind kind, DocumentOrder order, string content,
        Func<BookWork, DocumentType, Task<Outcome<MadeDraft>>> compute, CancellationToken cancel)
    {
        if (order.CallerKey.Length is 0 or > 200)
        {
            return new Refusal("invalid",
                "A caller key of 1 to 200 characters is needed, so that a repetition makes nothing twice.",
                Retry.AfterCure, "callerKey");
        }
        if (order.Reason.Length > 500 || order.Reason.Any(char.IsControl))
        {
            return new Refusal("invalid", "The reason is longer than 500 characters or has control characters.", Field: "reason");
        }
        var firstId = context.Ids.Next(Ids);
        var key = $"{operation}\n{content}\nreason={order.Reason}\nissueDate={order.IssueDate:uuuu-MM-dd}\ntype={order.Type}\n"
            + $"draft={order.DraftOnly}";
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        if (await EarlierAsync(work, operation, order.CallerKey, key, cancel) is { } earlier)
        {
            return earlier.Refusal is { } reused ? reused : await MadeAsync(work, earlier.Value, replayed: true, cancel);
        }
        var types = await DocumentLinks.TypesAsync(work, cancel);
        var code = order.Type.Length > 0 ? order.Type : kind.Text();
        if (types.FirstOrDefault(type => type.Code == code) is not { } type || type.Kind != kind)
        {
            return new Refusal("unknown-document-type",
                $"There is no document type '{code}' of the kind {kind.Text()}. See: tollgate document types.", Field: "type");
        }
        var computed = await compute(work, type);
        if (computed.Refusal is { } refusal)
        {
            return refusal;
        }
        var id = new DocumentId(firstId);
        await SaveAsync(context, work, id, type, order, computed.Value!, cancel);
        await work.ExecuteAsync(
            "INSERT INTO idempotency (tenant_id, operation, caller_key, request_hash, response, created_at) VALUES (@tenant, "
                + "@operation, "
            + "@key, @content, @response, @now)", cancel, ("operation", operation), ("key", order.CallerKey), ("content", key),
            ("response", id.Value.ToString(CultureInfo.InvariantCulture)), ("now", context.Now));
        await Audit.WriteAsync(work, context, firstId + 1, operation, id.ToString(), order.Reason, cancel);
        if (!order.DraftOnly)
        {
            await work.ExecuteAsync("UPDATE document SET phase = 'accepted' WHERE customer_id = @customer AND document_id = "
                + "@document", cancel,
                ("customer", computed.Value!.Draft.Customer.Value), ("document", id.Value));
            var heads = await DocumentReader.HeadsAsync(work, new DocumentFilter(Document: id), cancel);
            await IssueDocuments.IssueAsync(context, work, heads, null, firstId + 2, cancel);
        }
        var made = await MadeAsync(work, id, replayed: false, cancel);
        await work.CommitAsync(cancel);
        return made;
    }

    /// <summary>Today in a seller's zone.</summary>
    internal static async Task<LocalDate> TodayAsync(OperationContext context, BookWork work, SellerId seller,
        CancellationToken cancel)
    {
        var zone = (await work.ReadAsync("SELECT time_zone FROM seller WHERE seller_id = @seller AND tenant_id = @tenant",
            reader => reader.GetString(0), cancel, ("seller", seller.Value)))[0];
        return context.Now.InZone(DateTimeZoneProviders.Tzdb[zone]).Date;
    }

    /// <summary>The issued document of an id, its customer locked; or why it cannot be the base of another.</summary>
    internal static async Task<Outcome<DocumentHead>> OriginalAsync(BookWork work, DocumentId id, CancellationToken cancel)
    {
        var found = await DocumentReader.HeadsAsync(work, new DocumentFilter(Document: id), cancel);
        if (found.Count == 0)
        {
            return new Refusal("unknown-document", $"There is no document {id}. See: tollgate bill list.", Retry.AfterCure,
                "document");
        }
        await work.LockHeadsAsync([found[0].Customer.Value], cancel);
        return found[0].Phase == "issued"
            ? found[0]
            : new Refusal("document-not-issued",
                $"The document {id} is {found[0].Phase}: only issued documents are corrected by others; a draft is cancelled.",
                Retry.AfterCure, "document");
    }

    /// <summary>Sums of lines whose taxes are known, as a draft.</summary>
    internal static BillDraft Draft(
        DocumentHead like, LocalDate issueDate, LocalDate dueDate, ImmutableArray<BillLine> lines,
            ImmutableArray<TaxSubtotal> taxes)
    {
        var net = lines.Sum(line => line.NetMinor);
        var tax = taxes.Sum(one => one.TaxMinor);
        return new BillDraft
        {
            Customer = like.Customer, Account = like.Account, Period = like.Period, IssueDate = issueDate, DueDate = dueDate,
            Currency = InvoiceFacts.UnitOf(like), CatalogueVersion = like.CatalogueVersion,
            Lines = [.. lines.Select((line, i) => line with { No = i + 1 })], Taxes = taxes, NetMinor = net, TaxMinor = tax,
            GrossMinor = net + tax, SettledMinor = 0, SettledSteps = 0,
        };
    }

    /// <summary>Labels of the original's lines, so that the new document groups them alike.</summary>
    internal static Dictionary<SubscriptionId, (string Label, string Offer)> Labels(IEnumerable<DocumentLine> lines) => lines
        .Where(line => line.Subscription is not null).GroupBy(line => line.Subscription!.Value)
        .ToDictionary(group => group.Key, group => (group.First().GroupLabel, group.First().GroupOffer));

    private static async Task SaveAsync(
        OperationContext context, BookWork work, DocumentId id, DocumentType type, DocumentOrder order, MadeDraft made,
            CancellationToken cancel)
    {
        await BillWriter.SaveDraftsAsync(work,
            [
                new NewDraft(id, made.Seller, null, made.Draft, made.TaxCountry, "", made.Labels, [])
                {
                    Kind = type.Kind, Type = order.Type, Reason = order.Reason,
                },
            ], context.Now, cancel);
        await DocumentLinks.SaveAsync(work, made.Draft.Customer,
            made.Links.Select(link => new DocumentLink(id, link.LineNo, link.Relation, link.Target, link.TargetLineNo)), cancel);
    }

    private static async Task<Outcome<DocumentId>?> EarlierAsync(
        BookWork work, string operation, string callerKey, string content, CancellationToken cancel)
    {
        var rows = await work.ReadAsync(
            "SELECT request_hash, response FROM idempotency WHERE tenant_id = @tenant AND operation = @operation AND "
                + "caller_key = @key",
            reader => (Content: reader.GetString(0), Response: reader.GetString(1)), cancel, ("operation", operation), ("key",
                callerKey));
        if (rows.Count == 0)
        {
            return null;
        }
        var differs = rows[0].Content.Split('\n').Zip(content.Split('\n')).FirstOrDefault(pair =>
            pair.First != pair.Second).First;
        return differs is not null
            ? BookRequests.KeyReused(callerKey, differs[..Math.Max(0, differs.IndexOf('=', StringComparison.Ordinal))])
            : new DocumentId(long.Parse(rows[0].Response, CultureInfo.InvariantCulture));
    }

    private static async Task<DocumentMade> MadeAsync(BookWork work, DocumentId id, bool replayed, CancellationToken cancel)
    {
        var head = (await DocumentReader.HeadsAsync(work, new DocumentFilter(Document: id), cancel))[0];
        var unit = InvoiceFacts.UnitOf(head);
        return new DocumentMade(
            id, head.Number, head.Kind, Money.FromMinor(head.NetMinor, unit), Money.FromMinor(head.TaxMinor, unit),
            Money.FromMinor(head.GrossMinor, unit), replayed);
    }
}
