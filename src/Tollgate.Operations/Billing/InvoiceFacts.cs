using Tollgate.Billing;
using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Operations.Catalogs;
using Tollgate.Primitives;
using Tollgate.Rating;
using Tollgate.Storage;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Billing;

/// <summary>The seller as printed.</summary>
internal sealed record SellerFactsForPrint(
    string Name, string LegalName, string TaxId, string Country, string Address, string Email, string Phone, string Web,
        string Iban,
    string Bic, string Bank, string NumberPrefix, string CreditorId);

/// <summary>The payer as printed.</summary>
internal sealed record PayerFacts(
    string CustomerKey, string AccountKey, string Language, string PaymentMethod, int TermsDays, string Name, string TaxId,
        string Street,
    string Postcode, string City, string Country, string Iban, string Mandate, string UsageDetail, string TimeZone, int CycleDay);

/// <summary>An earlier issued document of an account.</summary>
internal sealed record EarlierBill(
    AccountId Account, DocumentId Document, LocalDate IssueDate, BillPeriod Period, long GrossMinor, string Currency);

/// <summary>A numbered document that another one refers to.</summary>
internal sealed record ReferredDocument(DocumentId From, string Relation, string Number, LocalDate IssueDate, string Kind);

/// <summary>A debt or a payment of an account.</summary>
internal sealed record BalanceMove(AccountId Account, bool IsPayment, LocalDate On, long AmountMinor, string Kind, string Reference);

/// <summary>An allowance pocket that was valid in some period.</summary>
internal sealed record AllowancePocket(
    AccountId Account, SubscriptionId Subscription, string Offer, string Allowance, string Unit, long Granted, long Balance,
        Instant ValidFrom,
    Instant ValidTo, string TimeZone);

/// <summary>Everything that the printed views of some documents show, loaded with a fixed number of queries.</summary>
internal sealed class InvoiceFacts
{
    private readonly Dictionary<SellerId, SellerFactsForPrint> sellers;
    private readonly Dictionary<AccountId, PayerFacts> payers;

    private InvoiceFacts(Dictionary<SellerId, SellerFactsForPrint> sellers, Dictionary<AccountId, PayerFacts> payers) =>
        (this.sellers, this.payers) = (sellers, payers);

    internal required ILookup<DocumentId, DocumentLine> Lines { get; init; }

    internal required ILookup<DocumentId, DocumentTax> Taxes { get; init; }

    /// <summary>Money of the customers that the documents set off.</summary>
    internal required ILookup<DocumentId, DocumentCredit> SetOff { get; init; }

    /// <summary>Runs that billed usage before its period was over.</summary>
    internal required HashSet<long> Progressive { get; init; }

    /// <summary>The bill of a period, which is compared with the ones before it.</summary>
    internal bool IsOfPeriod(DocumentHead head) => head.Run is { } run && !Progressive.Contains(run.Value);

    /// <summary>Issued bills of periods of the accounts, oldest first.</summary>
    internal required ILookup<AccountId, EarlierBill> Earlier { get; init; }

    /// <summary>Lines of the bill before each of the documents.</summary>
    internal required ILookup<DocumentId, DocumentLine> PreviousLines { get; init; }

    /// <summary>Charged events of documents whose accounts want them itemised.</summary>
    internal required ILookup<DocumentId, BilledEvent> Events { get; init; }

    internal required ILookup<AccountId, BalanceMove> Moves { get; init; }

    internal required ILookup<AccountId, AllowancePocket> Allowances { get; init; }

    /// <summary>Catalogues of the documents by version, for names; empty where no name is looked up.</summary>
    internal required Dictionary<int, Catalogue> Catalogues { get; init; }

    /// <summary>Name of an allowance in the payer's language; its code when the document's catalogue no longer has it.</summary>
    /// <remarks>An add-on's allowance is with its base as <c>ADD-ON/CODE</c>.</remarks>
    internal string AllowanceName(DocumentHead head, AllowancePocket pocket)
    {
        var (code, addOn) = (pocket.Allowance, pocket.Allowance.IndexOf('/', StringComparison.Ordinal));
        var (owner, own) = addOn < 0 ? (pocket.Offer, code) : (code[..addOn], code[(addOn + 1)..]);
        return Catalogues.GetValueOrDefault(head.CatalogueVersion)?.Offers
            .FirstOrDefault(offer => offer.Code == owner)?.Allowances.FirstOrDefault(one => one.Code == own)?.Name
            .In(PayerOf(head).Language) ?? code;
    }

    /// <summary>The one spending cap of an offer, by the document's catalogue; null: it has none or several.</summary>
    internal string? CapOf(DocumentHead head, string offer) => Catalogues.GetValueOrDefault(head.CatalogueVersion)?.Offers
        .FirstOrDefault(one => one.Code == offer)?.SpendingCaps is [var cap] ? cap.Code : null;

    /// <summary>What was used, in the payer's language: zone and band by their names of the document's catalogue.</summary>
    internal LineUsage Named(DocumentHead head, LineUsage usage)
    {
        var language = PayerOf(head).Language;
        return Captions.TryGetValue(head.CatalogueVersion, out var captions)
            ? usage with
            {
                Zone = usage.Zone is { } zone ? captions.Zone(zone, language) : null,
                Band = usage.Band is { } band ? captions.Band(band, language) : null,
            }
            : usage;
    }

    /// <summary>What zones and bands are called, by catalogue version.</summary>
    internal required Dictionary<int, Captions> Captions { get; init; }

    /// <summary>Types of the tenant.</summary>
    internal required ImmutableArray<DocumentType> Types { get; init; }

    /// <summary>What the documents refer to, by document.</summary>
    internal required ILookup<DocumentId, ReferredDocument> References { get; init; }

    /// <summary>The type of a document: the one it names, else the built-in one of its kind.</summary>
    internal DocumentType TypeOf(DocumentHead head) =>
        Types.FirstOrDefault(type => type.Code == (head.Type.Length > 0 ? head.Type : head.Kind)) ?? Types[0];

    internal SellerFactsForPrint SellerOf(DocumentHead head) => sellers[head.Seller];

    internal PayerFacts PayerOf(DocumentHead head) => payers[head.Account];

    /// <summary>The account's bill before this one, or null.</summary>
    internal EarlierBill? PreviousOf(DocumentHead head) => Previous(head, Earlier);

    private static EarlierBill? Previous(DocumentHead head, ILookup<AccountId, EarlierBill> earlier) => earlier[head.Account]
        .LastOrDefault(bill => bill.Document != head.Id && bill.IssueDate <= head.IssueDate && bill.Currency == head.Currency);

    internal int TermsOf(DocumentHead head) => payers[head.Account].TermsDays;

    /// <summary>The document's currency; one that is not built in prints with two decimals.</summary>
    internal static Unit UnitOf(DocumentHead head) => Units.Find(head.Currency) ?? Units.Currency(head.Currency, 2);

    /// <param name="language">In place of the accounts' own; null: theirs.</param>
    internal static async Task<InvoiceFacts> LoadAsync(
        BookWork work, IReadOnlyList<DocumentHead> heads, CancellationToken cancel, string? language = null)
    {
        var (customers, documents, accounts) = (heads.Customers(), heads.Documents(), heads.Accounts());
        var allowances = await AllowancesAsync(work, customers, accounts, heads, cancel);
        var who = await PayersAsync(work, customers, accounts, cancel);
        if (language is not null)
        {
            who = who.ToDictionary(one => one.Key, one => one.Value with { Language = language });
        }
        var earlier = (await EarlierAsync(work, customers, accounts, cancel)).ToLookup(bill => bill.Account);
        long[] previous = [.. heads.Select(head => Previous(head, earlier)?.Document.Value).OfType<long>()];
        var lines = await DocumentReader.LinesAsync(work, customers, documents, cancel);
        var namesAreNeeded = allowances.Count > 0 || lines.Any(document => document.Any(line => line.Usage is not null));
        var catalogues = namesAreNeeded ? await CataloguesAsync(work, heads, cancel) : [];
        return new InvoiceFacts(await SellersAsync(work, cancel), who)
        {
            Lines = lines,
            Taxes = await DocumentReader.TaxesAsync(work, customers, documents, cancel),
            SetOff = await CustomerMoney.UsesAsync(work, customers, documents, cancel),
            Progressive = [.. await ProgressiveAsync(work, cancel)],
            Earlier = earlier,
            PreviousLines = await DocumentReader.LinesAsync(work, customers, previous, cancel),
            Events = await EventsAsync(work, [.. heads.Where(head =>
                who[head.Account].UsageDetail != UsageDetailSettings.None)], cancel),
            Moves = (await MovesAsync(work, customers, accounts, cancel)).ToLookup(move => move.Account),
            Allowances = allowances.ToLookup(pocket => pocket.Account),
            Catalogues = catalogues,
            Captions = catalogues.ToDictionary(pair => pair.Key, pair => new Captions(pair.Value)),
            Types = await DocumentLinks.TypesAsync(work, cancel),
            References = (await ReferencesAsync(work, customers, documents, cancel)).ToLookup(one => one.From),
        };
    }

    /// <summary>Leaves out charges that re-rating reversed within the same slot, and those reversals.</summary>
    private const string NotReversedWithin =
        "NOT EXISTS (SELECT 1 FROM charge_revision r WHERE r.customer_id = c.customer_id AND r.event_time = c.event_time "
        + "AND r.event_id = c.event_id AND r.kind = 1 AND r.slot_no = c.slot_no AND c.kind = 0 AND r.generation = c.generation + 1) "
        + "AND NOT EXISTS (SELECT 1 FROM posted_charge p WHERE c.kind = 1 AND p.customer_id = c.customer_id "
        + "AND p.event_time = c.event_time AND p.event_id = c.event_id AND p.kind = 0 AND p.slot_no = c.slot_no "
        + "AND p.generation = c.generation - 1)";

    /// <summary>The charges of the slots that the documents claim, corrections included.</summary>
    private static async Task<ILookup<DocumentId, BilledEvent>> EventsAsync(
        BookWork work, List<DocumentHead> heads, CancellationToken cancel) => (heads.Count == 0
            ? []
            : await work.ReadAsync(
                "SELECT s.document_id, c.account_id, c.subscription_id, c.price_key_id, c.event_time, c.subject, c.destination, "
                + "c.duration_ms, c.octets_up + c.octets_down, c.events, c.amount, c.slot_no, c.notes, u.offer FROM (SELECT DISTINCT customer_id, account_id, "
                + "slot_no, document_id FROM usage_claim WHERE customer_id IN @customers AND document_id IN @documents AND tenant_id = "
                + "@tenant) s JOIN posted_charge c ON c.customer_id = s.customer_id AND c.account_id = s.account_id AND c.slot_no = s.slot_no "
                + "JOIN subscription u ON u.customer_id = c.customer_id AND u.subscription_id = c.subscription_id "
                + $"WHERE {NotReversedWithin} ORDER BY s.document_id, c.event_time, c.seq",
                reader => (Document: new DocumentId(reader.GetInt64(0)), Event: new BilledEvent(
                    new AccountId(reader.GetInt64(1)), new SubscriptionId(reader.GetInt64(2)), reader.GetInt32(3),
                        reader.GetTime(4),
                    reader.GetString(5), reader.GetString(6), reader.GetInt64(7), reader.GetInt64(8), reader.GetInt32(9),
                    reader.GetInt64(10), reader.GetInt32(11),
                    ((UsageNotes)(reader.GetInt32(12) & 0xFF)).HasFlag(UsageNotes.CapReached), reader.GetString(13))),
                cancel, ("customers", heads.Customers()), ("documents", heads.Documents())))
            .ToLookup(row => row.Document, row => row.Event);

    private static Task<List<long>> ProgressiveAsync(BookWork work, CancellationToken cancel) => work.ReadAsync(
        "SELECT run_id FROM bill_run WHERE tenant_id = @tenant AND cycle_day = 0 AND cycle = ''", reader => reader.GetInt64(0),
        cancel);

    private static Task<List<ReferredDocument>> ReferencesAsync(
        BookWork work, long[] customers, long[] documents, CancellationToken cancel) => work.ReadAsync(
            "SELECT l.document_id, l.relation, d.number, d.issue_date, d.kind FROM document_link l JOIN document d ON d.customer_id = "
            + "l.customer_id AND d.document_id = l.target_document_id WHERE l.customer_id IN @customers AND l.document_id IN @documents "
            + "AND l.line_no = 0 AND l.tenant_id = @tenant AND d.number IS NOT NULL ORDER BY l.document_id, d.number",
            reader => new ReferredDocument(
                new DocumentId(reader.GetInt64(0)), reader.GetString(1), reader.GetString(2), reader.GetDate(3), reader.GetString(4)),
            cancel, ("customers", customers), ("documents", documents));

    private static async Task<Dictionary<int, Catalogue>> CataloguesAsync(
        BookWork work, IReadOnlyList<DocumentHead> heads, CancellationToken cancel)
    {
        var catalogues = new Dictionary<int, Catalogue>();
        foreach (var version in heads.Select(head => head.CatalogueVersion).Distinct())
        {
            if (await CatalogueVersions.SourceAsync(work, version, cancel) is { } catalogue)
            {
                catalogues.Add(version, catalogue);
            }
        }
        return catalogues;
    }

    private static async Task<Dictionary<SellerId, SellerFactsForPrint>> SellersAsync(BookWork work, CancellationToken cancel) =>
        (await work.ReadAsync(
            "SELECT seller_id, name, legal_name, tax_id, country, address, email, phone, web, iban, bic, bank, number_prefix, "
            + "creditor_id FROM seller "
            + "WHERE tenant_id = @tenant",
            reader => (Id: new SellerId(reader.GetInt64(0)), Facts: new SellerFactsForPrint(
                reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetString(5),
                    reader.GetString(6),
                reader.GetString(7), reader.GetString(8), reader.GetString(9), reader.GetString(10), reader.GetString(11),
                reader.GetString(12), reader.GetString(13))), cancel)).ToDictionary(row => row.Id, row => row.Facts);

    private static async Task<Dictionary<AccountId, PayerFacts>> PayersAsync(
        BookWork work, long[] customers, long[] accounts, CancellationToken cancel) => (await work.ReadAsync(
            "SELECT a.account_id, c.external_key, a.external_key, a.language, a.payment_method, a.terms_days, coalesce(p.name, "
            + "''), "
            + "coalesce(p.tax_id, ''), coalesce(p.street, ''), coalesce(p.postcode, ''), coalesce(p.city, ''), coalesce(p.country, ''), "
            + "coalesce(nullif(a.iban, ''), p.iban, ''), a.mandate, a.usage_detail, a.time_zone, a.cycle_day "
            + "FROM billing_account a JOIN customer c ON c.customer_id = a.customer_id "
            + "LEFT JOIN party p ON p.customer_id = a.customer_id "
            + "WHERE a.customer_id IN @customers AND a.account_id IN @accounts AND a.tenant_id = @tenant",
            reader => (Id: new AccountId(reader.GetInt64(0)), Facts: new PayerFacts(
                reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetInt32(5),
                    reader.GetString(6),
                reader.GetString(7), reader.GetString(8), reader.GetString(9), reader.GetString(10), reader.GetString(11),
                reader.GetString(12), reader.GetString(13), reader.GetString(14), reader.GetString(15), reader.GetInt32(16))),
            cancel, ("customers", customers), ("accounts", accounts))).ToDictionary(row => row.Id, row => row.Facts);

    private static Task<List<EarlierBill>> EarlierAsync(BookWork work, long[] customers, long[] accounts,
        CancellationToken cancel) =>
        work.ReadAsync(
            "SELECT account_id, document_id, issue_date, period_from, period_to, gross_minor, currency FROM document WHERE "
            + "customer_id IN @customers AND account_id IN @accounts AND tenant_id = @tenant AND phase = 'issued' AND run_id IN "
            + "(SELECT r.run_id FROM bill_run r WHERE r.tenant_id = @tenant AND (r.cycle_day > 0 OR r.cycle <> '')) "
            + "ORDER BY account_id, issue_date, document_id",
            reader => new EarlierBill(
                new AccountId(reader.GetInt64(0)), new DocumentId(reader.GetInt64(1)), reader.GetDate(2),
                new BillPeriod(reader.GetDate(3), reader.GetDate(4)), reader.GetInt64(5), reader.GetString(6)),
            cancel, ("customers", customers), ("accounts", accounts));

    private static Task<List<BalanceMove>> MovesAsync(BookWork work, long[] customers, long[] accounts,
        CancellationToken cancel) =>
        work.ReadAsync(
            "SELECT i.account_id, 0, d.issue_date, i.amount_minor, d.kind, d.number FROM open_item i JOIN document d ON d.customer_id = "
            + "i.customer_id "
            + "AND d.document_id = i.document_id WHERE i.customer_id IN @customers AND i.account_id IN @accounts AND i.tenant_id = @tenant "
            + "UNION ALL SELECT account_id, 1, received_on, amount_minor, '', reference FROM payment WHERE customer_id IN @customers "
            + "AND account_id IN @accounts AND tenant_id = @tenant",
            reader => new BalanceMove(new AccountId(reader.GetInt64(0)), reader.GetInt32(1) == 1, reader.GetDate(2), reader.GetInt64(3),
                reader.GetString(4), reader.GetTextOrNull(5) ?? ""),
            cancel, ("customers", customers), ("accounts", accounts));

    private static Task<List<AllowancePocket>> AllowancesAsync(
        BookWork work, long[] customers, long[] accounts, IReadOnlyList<DocumentHead> heads, CancellationToken cancel) =>
        work.ReadAsync(
            "SELECT p.account_id, p.subscription_id, u.offer, p.allowance, p.unit, p.granted, p.balance, p.valid_from, "
            + "p.valid_to, a.time_zone "
            + "FROM pocket p JOIN billing_account a ON a.customer_id = p.customer_id AND a.account_id = p.account_id "
            + "JOIN subscription u ON u.customer_id = p.customer_id AND u.subscription_id = p.subscription_id "
            + "WHERE p.customer_id IN @customers AND p.account_id IN @accounts AND p.tenant_id = @tenant AND p.kind = 'allowance' "
            + "AND p.subscription_id IS NOT NULL AND p.valid_to > @from AND p.valid_from < @to ORDER BY p.subscription_id, p.pocket_id",
            reader => new AllowancePocket(
                new AccountId(reader.GetInt64(0)), new SubscriptionId(reader.GetInt64(1)), reader.GetString(2),
                    reader.GetString(3),
                reader.GetString(4), reader.GetInt64(5), reader.GetInt64(6), reader.GetTime(7), reader.GetTime(8),
                    reader.GetString(9)),
            cancel, ("customers", customers), ("accounts", accounts),
            ("from", heads.Min(head => head.Period.From).AtStartOfDayInZone(DateTimeZone.Utc).ToInstant()
                .Minus(Duration.FromDays(1))),
            ("to", heads.Max(head => head.Period.To).AtStartOfDayInZone(DateTimeZone.Utc).ToInstant()
                .Plus(Duration.FromDays(1))));
}
