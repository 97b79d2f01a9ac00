using System.Data.Common;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Primitives;

namespace Tollgate.Storage.Billing;

/// <summary>A stored document without its lines.</summary>
/// <param name="Phase"><c>draft</c>, <c>accepted</c>, <c>issued</c>, <c>cancelled</c>.</param>
/// <param name="Delivery"><c>pending</c> or <c>sent</c>; empty before issue.</param>
public sealed record DocumentHead(
    CustomerId Customer, DocumentId Id, SellerId Seller, AccountId Account, BillRunId? Run, string Kind, string Phase,
    string? Number,
    BillPeriod Period, LocalDate IssueDate, LocalDate DueDate, string Currency, long NetMinor, long TaxMinor, long GrossMinor,
    long SettledMinor, string TaxCountry, int CatalogueVersion, string Fingerprint, string? SnapshotHash, string Delivery)
{
    /// <summary>Left to pay; negative: a credit.</summary>
    public long DueMinor => GrossMinor - SettledMinor;
}

/// <summary>A stored line.</summary>
public sealed record DocumentLine(
    DocumentId Document, int No, string Kind, string Reason, SubscriptionId? Subscription, string GroupLabel, string GroupOffer,
    string Code, string Description, BillPeriod Period, decimal Quantity, string UnitText, string UnitPrice, long AmountMinor,
    bool TaxIncluded, long NetMinor,
    string TaxCode, decimal TaxPercent, string RevenueAccount, string Explanation, long Events, long BaseUnits,
    long FreeBaseUnits);

/// <summary>A stored tax subtotal.</summary>
public sealed record DocumentTax(DocumentId Document, string Code, decimal Percent, string Name, long BaseMinor, long TaxMinor);

/// <summary>Which documents to read; a part that is null or empty does not restrict.</summary>
public sealed record DocumentFilter(
    BillRunId? Run = null, AccountId? Account = null, CustomerId? Customer = null, string Phase = "", DocumentId? Document = null,
    string Number = "", int Limit = 10_000);

/// <summary>Reads documents.</summary>
public static class DocumentReader
{
    private const string HeadColumns =
        "d.customer_id, d.document_id, d.seller_id, d.account_id, d.run_id, d.kind, d.phase, d.number, d.period_from, "
        + "d.period_to, d.issue_date, d.due_date, d.currency, d.net_minor, d.tax_minor, d.gross_minor, d.settled_minor, "
        + "d.tax_country, d.catalog_version, d.fingerprint, d.snapshot_hash, coalesce(s.delivery, '')";

    private const string From =
        " FROM document d LEFT JOIN document_state s ON s.customer_id = d.customer_id AND s.document_id = d.document_id "
        + "WHERE d.tenant_id = @tenant";

    /// <summary>Heads that match, by customer, account and id.</summary>
    public static Task<List<DocumentHead>> HeadsAsync(BookWork work, DocumentFilter filter, CancellationToken cancel)
    {
        var values = new List<(string, object?)>();
        var where = "";
        Restrict(filter.Run?.Value, "d.run_id", "run");
        Restrict(filter.Account?.Value, "d.account_id", "account");
        Restrict(filter.Customer?.Value, "d.customer_id", "customer");
        Restrict(filter.Document?.Value, "d.document_id", "document");
        Restrict(filter.Phase.Length > 0 ? filter.Phase : null, "d.phase", "phase");
        Restrict(filter.Number.Length > 0 ? filter.Number : null, "d.number", "number");
        values.Add(("limit", filter.Limit));
        return work.ReadAsync(
            $"SELECT {HeadColumns}{From}{where} ORDER BY d.customer_id, d.account_id, d.document_id LIMIT @limit", Head, cancel,
            [.. values]);

        void Restrict(object? value, string column, string name)
        {
            if (value is not null)
            {
                where += $" AND {column} = @{name}";
                values.Add((name, value));
            }
        }
    }

    /// <summary>Lines of documents, in order.</summary>
    public static async Task<ILookup<DocumentId, DocumentLine>> LinesAsync(
        BookWork work, long[] customers, long[] documents, CancellationToken cancel) => (await work.ReadAsync(
            "SELECT document_id, line_no, kind, reason, subscription_id, group_label, group_offer, code, description, "
            + "period_from, period_to, quantity, unit, unit_price, amount_minor, tax_included, net_minor, tax_code, tax_percent, "
            + "revenue_account, explanation, events, base_units, free_base_units FROM document_line WHERE customer_id IN "
            + "@customers AND document_id IN @documents AND tenant_id = @tenant ORDER BY document_id, line_no",
            reader => new DocumentLine(
                new DocumentId(reader.GetInt64(0)), reader.GetInt32(1), reader.GetString(2), reader.GetString(3),
                reader.GetLongOrNull(4) is { } id ? new SubscriptionId(id) : null, reader.GetString(5), reader.GetString(6),
                reader.GetString(7), reader.GetString(8), new BillPeriod(reader.GetDate(9), reader.GetDate(10)),
                DocumentText.Decimal(reader.GetString(11)), reader.GetString(12), reader.GetString(13), reader.GetInt64(14),
                reader.GetBoolean(15), reader.GetInt64(16), reader.GetString(17), DocumentText.Decimal(reader.GetString(18)),
                reader.GetString(19), reader.GetString(20), reader.GetInt64(21), reader.GetInt64(22), reader.GetInt64(23)),
            cancel, ("customers", customers), ("documents", documents))).ToLookup(line => line.Document);

    /// <summary>Taxes of documents.</summary>
    public static async Task<ILookup<DocumentId, DocumentTax>> TaxesAsync(
        BookWork work, long[] customers, long[] documents, CancellationToken cancel) => (await work.ReadAsync(
            "SELECT document_id, tax_code, tax_percent, name, base_minor, tax_minor FROM document_tax WHERE customer_id IN "
            + "@customers AND document_id IN @documents AND tenant_id = @tenant ORDER BY document_id, tax_code, tax_percent",
            reader => new DocumentTax(
                new DocumentId(reader.GetInt64(0)), reader.GetString(1), DocumentText.Decimal(reader.GetString(2)),
                reader.GetString(3), reader.GetInt64(4), reader.GetInt64(5)),
            cancel, ("customers", customers), ("documents", documents))).ToLookup(tax => tax.Document);

    /// <summary>The frozen view of an issued document, or null.</summary>
    public static async Task<string?> SnapshotAsync(
        BookWork work, CustomerId customer, DocumentId document, CancellationToken cancel) =>
        (await work.ReadAsync(
            "SELECT snapshot FROM document WHERE customer_id = @customer AND document_id = @document AND tenant_id = @tenant",
            reader => reader.GetTextOrNull(0), cancel, ("customer", customer.Value), ("document", document.Value)))
                .FirstOrDefault();

    private static DocumentHead Head(DbDataReader reader) => new(
        new CustomerId(reader.GetInt64(0)), new DocumentId(reader.GetInt64(1)), new SellerId(reader.GetInt64(2)),
        new AccountId(reader.GetInt64(3)), reader.GetLongOrNull(4) is { } run ? new BillRunId(run) : null, reader.GetString(5),
        reader.GetString(6), reader.GetTextOrNull(7), new BillPeriod(reader.GetDate(8), reader.GetDate(9)), reader.GetDate(10),
        reader.GetDate(11), reader.GetString(12), reader.GetInt64(13), reader.GetInt64(14), reader.GetInt64(15),
        reader.GetInt64(16),
        reader.GetString(17), reader.GetInt32(18), reader.GetString(19), reader.GetTextOrNull(20), reader.GetString(21));
}
