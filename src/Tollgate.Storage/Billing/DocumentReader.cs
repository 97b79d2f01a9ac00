using System.Collections.Immutable;
using System.Data.Common;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Catalog;
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
    /// <summary>Code of the document type; empty: the built-in one of the kind.</summary>
    public string Type { get; init; } = "";

    /// <summary>Why it was made, as printed; empty for bills.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What of <see cref="DueMinor"/> is neither paid nor set off now; 0 before issue.</summary>
    public long OpenMinor { get; init; }

    /// <summary>What the document still demands.</summary>
    public DocumentStatus Status =>
        DocumentStates.StatusOf(DocumentStates.Phase(Phase), DueMinor, OpenMinor, CreditNotesMinor);

    /// <summary>What of <see cref="DueMinor"/> its own credit notes have settled.</summary>
    public long CreditNotesMinor { get; init; }

    /// <summary>Money of the customer set off after tax.</summary>
    public long CreditedMinor { get; init; }

    /// <summary>What cash rounding adds (negative: takes off).</summary>
    public long RoundingMinor { get; init; }

    /// <summary>Left to pay at issue; negative: a credit.</summary>
    public long DueMinor => GrossMinor - SettledMinor - CreditedMinor + RoundingMinor;
}

/// <summary>A stored line.</summary>
public sealed record DocumentLine(
    DocumentId Document, int No, string Kind, string Reason, SubscriptionId? Subscription, string GroupLabel, string GroupOffer,
    string Code, string Description, BillPeriod Period, decimal Quantity, string UnitText, string UnitPrice, long AmountMinor,
    bool TaxIncluded, long NetMinor,
    string TaxCode, decimal TaxPercent, string RevenueAccount, LineExplanation Explanation, long Events, long BaseUnits,
    long FreeBaseUnits, LineUsage? Usage = null, int? PriceKey = null)
{
    /// <summary>All taxes on it.</summary>
    public long TaxMinor { get; init; }

    /// <summary>What it is taxed with and each tax's amount; null: the category's rate alone in the document's
    /// country.</summary>
    public (TaxSet Set, ImmutableArray<TaxAmountOfLine> Amounts)? Taxes { get; init; }

    /// <summary>See <see cref="BillLine.LevyLines"/>.</summary>
    public long LevyLines { get; init; }

    /// <summary>See <see cref="BillLine.LevyServices"/>.</summary>
    public long LevyServices { get; init; }

    /// <summary>The line that this one is a part of, or null.</summary>
    public int? ParentNo { get; init; }

    /// <summary>The item that it bills or corrects; null for usage.</summary>
    public ItemKey? Item { get; init; }

    /// <summary>End of the item's whole period, excluded.</summary>
    public LocalDate? BasisTo { get; init; }
}

/// <summary>What a usage line is about, for wording it.</summary>
/// <param name="Service">What was used.</param>
/// <param name="Zone">Null: anywhere.</param>
/// <param name="Band">Null: at any time; <c>other</c>: outside the plan's bands.</param>
public sealed record LineUsage(ServiceKind Service, string? Zone, string? Band);

/// <summary>A stored tax subtotal.</summary>
public sealed record DocumentTax(DocumentId Document, string Code, decimal Percent, string Name, long BaseMinor, long TaxMinor)
{
    /// <summary>Whose tax.</summary>
    public required string Country { get; init; }

    /// <summary>Region or locality; empty: the country's.</summary>
    public string Region { get; init; } = "";

    public TaxTreatment Treatment { get; init; }

    /// <summary>What the document must say.</summary>
    public string Note { get; init; } = "";

    /// <summary>Empty: the chart's, by country and rate.</summary>
    public string LedgerAccount { get; init; } = "";

    /// <summary>Major units; 0: a percentage.</summary>
    public decimal Fixed { get; init; }
}

/// <summary>Which documents to read; a part that is null or empty does not restrict.</summary>
/// <param name="After">Go on after this document in the order of the list.</param>
public sealed record DocumentFilter(
    BillRunId? Run = null, AccountId? Account = null, CustomerId? Customer = null, string Phase = "", DocumentId? Document = null,
    string Number = "", int Limit = 10_000, DocumentId? After = null);

/// <summary>Reads documents.</summary>
public static class DocumentReader
{
    private const string HeadColumns =
        "d.customer_id, d.document_id, d.seller_id, d.account_id, d.run_id, d.kind, d.phase, d.number, d.period_from, "
        + "d.period_to, d.issue_date, d.due_date, d.currency, d.net_minor, d.tax_minor, d.gross_minor, d.settled_minor, "
        + "d.tax_country, d.catalog_version, d.fingerprint, d.snapshot_hash, coalesce(s.delivery, ''), d.type_code, "
        + "d.reason, coalesce((SELECT sum(i.amount_minor - coalesce((SELECT sum(a.amount_minor) FROM allocation a WHERE "
        + "a.customer_id = i.customer_id AND a.open_item_id = i.open_item_id), 0) + coalesce((SELECT sum(a.amount_minor) FROM "
        + "allocation a WHERE a.customer_id = i.customer_id AND a.credit_item_id = i.open_item_id), 0)) FROM open_item i WHERE "
        + "i.customer_id = d.customer_id AND i.document_id = d.document_id), 0), d.credited_minor, d.rounding_minor, "
        + "coalesce((SELECT sum(a.amount_minor) FROM open_item i JOIN allocation a ON a.customer_id = i.customer_id AND "
        + "a.open_item_id = i.open_item_id JOIN open_item c ON c.customer_id = a.customer_id AND c.open_item_id = "
        + "a.credit_item_id JOIN document_link l ON l.customer_id = c.customer_id AND l.document_id = c.document_id AND "
        + "l.target_document_id = i.document_id AND l.line_no = 0 AND l.relation = 'credits' WHERE i.customer_id = "
        + "d.customer_id AND i.document_id = d.document_id), 0)";

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
        if (filter.After is { } after)
        {
            where += " AND (d.customer_id, d.account_id, d.document_id) > (SELECT x.customer_id, x.account_id, x.document_id "
                + "FROM document x WHERE x.tenant_id = @tenant AND x.document_id = @after)";
            values.Add(("after", after.Value));
        }
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
            "SELECT l.document_id, l.line_no, l.kind, l.reason, l.subscription_id, l.group_label, l.group_offer, l.code, "
            + "l.description, l.period_from, l.period_to, l.quantity, l.unit, l.unit_price, l.amount_minor, l.tax_included, "
            + "l.net_minor, l.tax_code, l.tax_percent, l.revenue_account, l.explanation, l.events, l.base_units, "
            + "l.free_base_units, k.service, k.zone, k.band, k.by_time, l.tax_minor, l.tax_set, l.levy_lines, l.levy_services, "
            + "l.parent_no, l.item_kind, l.item_offer, l.basis_from, l.basis_to, l.price_key_id "
            + "FROM document_line l LEFT JOIN price_key k ON "
            + "k.tenant_id = l.tenant_id AND k.price_key_id = l.price_key_id WHERE l.customer_id IN @customers AND "
            + "l.document_id IN @documents AND l.tenant_id = @tenant ORDER BY l.document_id, l.line_no",
            reader => new DocumentLine(
                new DocumentId(reader.GetInt64(0)), reader.GetInt32(1), reader.GetString(2), reader.GetString(3),
                reader.GetLongOrNull(4) is { } id ? new SubscriptionId(id) : null, reader.GetString(5), reader.GetString(6),
                reader.GetString(7), reader.GetString(8), new BillPeriod(reader.GetDate(9), reader.GetDate(10)),
                DocumentText.Decimal(reader.GetString(11)), reader.GetString(12), reader.GetString(13), reader.GetInt64(14),
                reader.GetBoolean(15), reader.GetInt64(16), reader.GetString(17), DocumentText.Decimal(reader.GetString(18)),
                reader.GetString(19), new LineExplanation(reader.GetString(20)), reader.GetInt64(21), reader.GetInt64(22),
                reader.GetInt64(23), reader.IsDBNull(24) ? null : Usage(reader, 24),
                reader.IsDBNull(37) ? null : reader.GetInt32(37))
            {
                TaxMinor = reader.GetInt64(28),
                Taxes = reader.GetString(29) is { Length: > 0 } set ? TaxSetText.Read(set) : null,
                LevyLines = reader.GetInt64(30),
                LevyServices = reader.GetInt64(31),
                ParentNo = reader.IsDBNull(32) ? null : reader.GetInt32(32),
                Item = Item(reader),
                BasisTo = reader.GetDateOrNull(36),
            },
            cancel, ("customers", customers), ("documents", documents))).ToLookup(line => line.Document);

    /// <summary>What price keys stand for.</summary>
    public static async Task<Dictionary<int, LineUsage>> UsageOfKeysAsync(BookWork work, long[] keys, CancellationToken cancel) =>
        (await work.ReadAsync(
            "SELECT price_key_id, service, zone, band, by_time FROM price_key WHERE tenant_id = @tenant "
            + "AND price_key_id IN @keys",
            reader => (Key: reader.GetInt32(0), Usage: Usage(reader, 1)), cancel, ("keys", keys)))
        .ToDictionary(one => one.Key, one => one.Usage);

    /// <summary>Taxes of documents.</summary>
    public static async Task<ILookup<DocumentId, DocumentTax>> TaxesAsync(
        BookWork work, long[] customers, long[] documents, CancellationToken cancel) => (await work.ReadAsync(
            "SELECT document_id, tax_code, tax_percent, name, base_minor, tax_minor, country, region, treatment, note, "
            + "ledger_account, fixed_amount FROM document_tax WHERE customer_id IN @customers AND document_id IN @documents "
            + "AND tenant_id = @tenant ORDER BY document_id, tax_no",
            reader => new DocumentTax(
                new DocumentId(reader.GetInt64(0)), reader.GetString(1), DocumentText.Decimal(reader.GetString(2)),
                reader.GetString(3), reader.GetInt64(4), reader.GetInt64(5))
            {
                Country = reader.GetString(6),
                Region = reader.GetString(7),
                Treatment = DocumentText.Treatment(reader.GetString(8)),
                Note = reader.GetString(9),
                LedgerAccount = reader.GetString(10),
                Fixed = reader.GetString(11) is { Length: > 0 } amount ? DocumentText.Decimal(amount) : 0m,
            },
            cancel, ("customers", customers), ("documents", documents))).ToLookup(tax => tax.Document);

    /// <summary>The frozen view of an issued document, or null.</summary>
    public static async Task<string?> SnapshotAsync(
        BookWork work, CustomerId customer, DocumentId document, CancellationToken cancel) =>
        (await work.ReadAsync(
            "SELECT snapshot FROM document WHERE customer_id = @customer AND document_id = @document AND tenant_id = @tenant",
            reader => reader.GetTextOrNull(0), cancel, ("customer", customer.Value), ("document", document.Value)))
                .FirstOrDefault();

    private static ItemKey? Item(DbDataReader reader) => reader.GetString(33) is { Length: > 0 } kind
        ? new ItemKey(new SubscriptionId(reader.GetLongOrNull(4) ?? 0), DocumentText.Kind(kind), reader.GetString(7),
            reader.GetDateOrNull(35), reader.GetString(34))
        : null;

    /// <param name="first">Column of the service; zone, band and whether the price depends on time follow.</param>
    private static LineUsage Usage(DbDataReader reader, int first) => new(
        (ServiceKind)reader.GetInt16(first), reader.GetString(first + 1) is var zone && zone != "any" ? zone : null,
        reader.GetBoolean(first + 3) ? reader.GetString(first + 2) : null);

    private static DocumentHead Head(DbDataReader reader) => new(
        new CustomerId(reader.GetInt64(0)), new DocumentId(reader.GetInt64(1)), new SellerId(reader.GetInt64(2)),
        new AccountId(reader.GetInt64(3)), reader.GetLongOrNull(4) is { } run ? new BillRunId(run) : null, reader.GetString(5),
        reader.GetString(6), reader.GetTextOrNull(7), new BillPeriod(reader.GetDate(8), reader.GetDate(9)), reader.GetDate(10),
        reader.GetDate(11), reader.GetString(12), reader.GetInt64(13), reader.GetInt64(14), reader.GetInt64(15),
        reader.GetInt64(16),
        reader.GetString(17), reader.GetInt32(18), reader.GetString(19), reader.GetTextOrNull(20), reader.GetString(21))
        {
            Type = reader.GetString(22), Reason = reader.GetString(23), OpenMinor = (long)reader.GetDecimal(24),
            CreditedMinor = reader.GetInt64(25), RoundingMinor = reader.GetInt64(26),
            CreditNotesMinor = (long)reader.GetDecimal(27),
        };
}
