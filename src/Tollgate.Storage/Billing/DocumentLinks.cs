using System.Collections.Immutable;
using Tollgate.Billing;
using Tollgate.Primitives;

namespace Tollgate.Storage.Billing;

/// <summary>What a document has to do with another one.</summary>
/// <param name="Document">That refers.</param>
/// <param name="LineNo">Of its lines; 0: the whole document.</param>
/// <param name="Relation"><c>credits</c>, <c>debits</c>, <c>sets-off</c>, <c>corrects</c>.</param>
/// <param name="Target">Referred to.</param>
/// <param name="TargetLineNo">Of its lines; 0: the whole document.</param>
public sealed record DocumentLink(DocumentId Document, int LineNo, string Relation, DocumentId Target, int TargetLineNo);

/// <summary>Links of a document with the number of the one at the other end.</summary>
/// <param name="Number">Of the other document; null while it is a draft.</param>
public sealed record LinkedDocument(string Relation, bool Incoming, DocumentId Other, string Kind, string? Number, string Phase);

/// <summary>Reads and writes links between documents, and document types.</summary>
public static class DocumentLinks
{
    /// <summary>Stores links of one customer's documents.</summary>
    public static async Task SaveAsync(
        BookWork work, CustomerId customer, IEnumerable<DocumentLink> links, CancellationToken cancel)
    {
        foreach (var link in links)
        {
            await work.ExecuteAsync(
                "INSERT INTO document_link (customer_id, document_id, line_no, tenant_id, relation, target_document_id, "
                + "target_line_no) VALUES (@customer, @document, @line, @tenant, @relation, @target, @targetLine)",
                cancel, ("customer", customer.Value), ("document", link.Document.Value), ("line", link.LineNo),
                ("relation", link.Relation), ("target", link.Target.Value), ("targetLine", link.TargetLineNo));
        }
    }

    /// <summary>The documents at the other ends of a document's links, cancelled ones left out.</summary>
    public static Task<List<LinkedDocument>> OfAsync(
        BookWork work, CustomerId customer, DocumentId document, CancellationToken cancel) => work.ReadAsync(
            "SELECT l.relation, 0, d.document_id, d.kind, d.number, d.phase FROM document_link l JOIN document d ON "
            + "d.customer_id = l.customer_id AND d.document_id = l.target_document_id WHERE l.customer_id = @customer AND "
            + "l.document_id = @document AND l.line_no = 0 AND l.tenant_id = @tenant UNION ALL SELECT l.relation, 1, "
            + "d.document_id, d.kind, d.number, d.phase FROM document_link l JOIN document d ON "
            + "d.customer_id = l.customer_id AND d.document_id = l.document_id WHERE l.customer_id = @customer AND "
            + "l.target_document_id = @document AND l.line_no = 0 AND l.tenant_id = @tenant AND d.phase <> 'cancelled' ORDER "
            + "BY 2, 3",
            reader => new LinkedDocument(
                reader.GetString(0), reader.GetInt32(1) == 1, new DocumentId(reader.GetInt64(2)), reader.GetString(3),
                reader.GetTextOrNull(4), reader.GetString(5)),
            cancel, ("customer", customer.Value), ("document", document.Value));

    /// <summary>Links of a document's single lines.</summary>
    public static Task<List<DocumentLink>> LinesAsync(
        BookWork work, CustomerId customer, DocumentId document, CancellationToken cancel) => work.ReadAsync(
            "SELECT line_no, relation, target_document_id, target_line_no FROM document_link WHERE customer_id = @customer AND "
            + "document_id = @document AND line_no > 0 AND tenant_id = @tenant ORDER BY line_no",
            reader => new DocumentLink(
                document, reader.GetInt32(0), reader.GetString(1), new DocumentId(reader.GetInt64(2)), reader.GetInt32(3)),
            cancel, ("customer", customer.Value), ("document", document.Value));

    /// <summary>Advance invoices of accounts that are paid, in whole or in part, and not used up, oldest first.</summary>
    public static async Task<List<(AccountId Account, AdvanceFacts Advance)>> AdvancesAsync(
        BookWork work, long[] customers, long[] accounts, CancellationToken cancel)
    {
        var issued = await work.ReadAsync(
            "SELECT document_id FROM document WHERE customer_id IN @customers AND account_id IN @accounts AND kind = "
            + "'advance-invoice' AND phase = 'issued' AND tenant_id = @tenant ORDER BY issue_date, document_id",
            reader => new DocumentId(reader.GetInt64(0)), cancel, ("customers", customers), ("accounts", accounts));
        var advances = new List<(AccountId, AdvanceFacts)>();
        foreach (var id in issued)
        {
            var head = (await DocumentReader.HeadsAsync(work, new DocumentFilter(Document: id), cancel))[0];
            var lines = (await DocumentReader.LinesAsync(work, [head.Customer.Value], [id.Value], cancel))[id];
            var facts = new AdvanceFacts(id, head.Number ?? "", await CreditableAsync(work, head, lines, cancel))
            {
                OpenMinor = head.OpenMinor,
            };
            if (facts.LeftMinor > 0)
            {
                advances.Add((head.Account, facts));
            }
        }
        return advances;
    }

    /// <summary>Lines of an issued document with what documents that are not cancelled took of them: credited, set off or
    /// corrected.</summary>
    public static async Task<ImmutableArray<CreditableLine>> CreditableAsync(
        BookWork work, DocumentHead head, IEnumerable<DocumentLine> lines, CancellationToken cancel)
    {
        var credited = (await work.ReadAsync(
            "SELECT k.target_line_no, l.net_minor, l.tax_minor, l.tax_set FROM document_link k JOIN document d ON "
            + "d.customer_id = k.customer_id AND d.document_id = k.document_id JOIN document_line l ON l.customer_id = "
            + "k.customer_id AND l.document_id = k.document_id AND l.line_no = k.line_no WHERE k.customer_id = @customer AND "
            + "k.target_document_id = @document AND k.relation IN ('credits', 'sets-off', 'corrects') AND "
            + "k.line_no > 0 AND d.phase <> 'cancelled' AND k.tenant_id = @tenant",
            reader => (Line: reader.GetInt32(0), Net: reader.GetInt64(1), Tax: reader.GetInt64(2),
                Parts: reader.GetString(3) is { Length: > 0 } text ? TaxSetText.Read(text).Amounts : []),
            cancel, ("customer", head.Customer.Value), ("document", head.Id.Value))).ToLookup(row => row.Line);
        return
        [
            .. lines.Select(line => new CreditableLine(
                ToBillLine(line), -credited[line.No].Sum(one => one.Net), -credited[line.No].Sum(one => one.Tax),
                line.Taxes is { } taxes
                    ?
                    [
                        .. taxes.Amounts.Select((_, i) =>
                            -credited[line.No].Sum(one => i < one.Parts.Length ? one.Parts[i].TaxMinor : 0)),
                    ]
                    : [])),
        ];
    }

    /// <summary>A stored line as the calculator made it.</summary>
    public static BillLine ToBillLine(DocumentLine line) => new()
    {
        No = line.No,
        ParentNo = line.ParentNo,
        Kind = DocumentText.Kind(line.Kind),
        Item = line.Item,
        BasisTo = line.BasisTo,
        Subscription = line.Subscription,
        Code = line.Code,
        UsageKeyId = line.PriceKey,
        Description = line.Description,
        Period = line.Period,
        Quantity = line.Quantity,
        UnitText = line.UnitText,
        UnitPrice = line.UnitPrice.Length > 0 ? DocumentText.Decimal(line.UnitPrice) : null,
        AmountMinor = line.AmountMinor,
        TaxIncluded = line.TaxIncluded,
        NetMinor = line.NetMinor,
        TaxCode = line.TaxCode,
        TaxPercent = line.TaxPercent,
        TaxSet = line.Taxes?.Set,
        TaxMinor = line.TaxMinor,
        TaxParts = line.Taxes?.Amounts ?? [],
        LevyLines = line.LevyLines,
        LevyServices = line.LevyServices,
        RevenueAccount = line.RevenueAccount,
        Explanation = line.Explanation,
        Events = line.Events,
        BaseUnits = line.BaseUnits,
        FreeBaseUnits = line.FreeBaseUnits,
    };

    /// <summary>All types of the tenant: the built-in ones, unless one of its own has the same code, and its own.</summary>
    public static async Task<ImmutableArray<DocumentType>> TypesAsync(BookWork work, CancellationToken cancel)
    {
        var own = await work.ReadAsync(
            "SELECT code, kind, accounting, series, prefix, name FROM document_type WHERE tenant_id = @tenant ORDER BY code",
            reader => new DocumentType(
                reader.GetString(0), DocumentTypes.Kind(reader.GetString(1)) ?? BillKind.Invoice,
                DocumentTypes.Accounting(reader.GetString(2)) ?? AccountingType.None, reader.GetString(3), reader.GetString(4),
                reader.GetString(5)), cancel);
        return [.. DocumentTypes.BuiltIn.Where(type => own.TrueForAll(one => one.Code != type.Code)), .. own];
    }
}
