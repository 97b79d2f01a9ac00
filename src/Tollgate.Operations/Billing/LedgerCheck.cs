using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tollgate.Ledger;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Billing;

/// <summary>
/// Proves that the books agree with themselves and with what they are made from. Reads everything of the tenant in one transaction; run
/// it when nothing is being charged or issued, or on PostgreSQL at any time.
/// </summary>
public static class LedgerCheck
{
    /// <summary>All proofs, in a fixed order; a proof without findings holds.</summary>
    public static async Task<ImmutableArray<LedgerProof>> RunAsync(OperationContext context, CancellationToken cancel = default)
    {
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        return
        [
            await EntriesAsync(work, cancel),
            await TotalsAsync(work, cancel),
            await DocumentEntriesAsync(work, cancel),
            await DocumentSumsAsync(work, cancel),
            await ReceivablesAsync(work, cancel),
            await AllocationsAsync(work, cancel),
            await ChargesAsync(work, cancel),
            await PocketsAsync(work, cancel),
            await SettledAsync(work, cancel),
            await PrepaidProof.RunAsync(work, cancel),
            await DepositsAsync(work, cancel),
            .. await SeriesAsync(work, cancel),
            await HashesAsync(work, cancel),
        ];
    }

    /// <summary>All ledger accounts with their sums.</summary>
    public static async Task<TrialBalance> TrialBalanceAsync(OperationContext context, CancellationToken cancel = default)
    {
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        var sums = await work.ReadAsync(
            "SELECT ledger_account, unit, sum(CASE WHEN amount_minor > 0 THEN amount_minor ELSE 0 END), "
            + "sum(CASE WHEN amount_minor < 0 THEN amount_minor ELSE 0 END) FROM journal_line WHERE tenant_id = @tenant "
            + "GROUP BY ledger_account, unit",
            reader => (Account: reader.GetString(0), Unit: reader.GetString(1), Debit: (long)reader.GetDecimal(2), Credit: (long)reader.GetDecimal(3)),
            cancel);
        return TrialBalance.Of(
            sums.SelectMany(sum => new[]
            {
                new JournalLine(sum.Account, UnitOf(sum.Unit), sum.Debit), new JournalLine(sum.Account, UnitOf(sum.Unit), sum.Credit),
            }), ChartOfAccounts.Default);
    }

    internal static Unit UnitOf(string code) => Units.Find(code) ?? Units.Currency(code, 2);

    private static async Task<LedgerProof> EntriesAsync(BookWork work, CancellationToken cancel) => LedgerProof.Equal(
        "entry-balance", "debits = credits in every entry", await work.ReadAsync(
            "SELECT entry_id, unit, sum(amount_minor) FROM journal_line WHERE tenant_id = @tenant GROUP BY seller_id, entry_id, unit",
            reader => (new JournalEntryId(reader.GetInt64(0)).ToString(), 0m, reader.GetDecimal(2)), cancel));

    private static async Task<LedgerProof> TotalsAsync(BookWork work, CancellationToken cancel) => LedgerProof.Equal(
        "trial-balance", "debits = credits in total", await work.ReadAsync(
            "SELECT unit, sum(amount_minor) FROM journal_line WHERE tenant_id = @tenant GROUP BY unit",
            reader => (reader.GetString(0), 0m, reader.GetDecimal(1)), cancel));

    private static async Task<LedgerProof> DocumentEntriesAsync(BookWork work, CancellationToken cancel) => LedgerProof.Equal(
        "document-entry", "the entry of an issued document books what is left to pay, what prepaid money paid and what allowances gave of it",
        await work.ReadAsync(
            "SELECT d.document_id, d.gross_minor - d.credited_minor + d.rounding_minor, "
            + "(SELECT coalesce(sum(l.amount_minor), 0) FROM journal_entry e JOIN journal_line l ON l.seller_id = e.seller_id "
            + "AND l.entry_id = e.entry_id WHERE e.seller_id = d.seller_id AND e.kind = 'document' "
            + "AND e.reference = 'doc_' || d.document_id AND l.ledger_account IN (@receivables, @prepaid, @loyalty)) "
            + "FROM document d WHERE d.tenant_id = @tenant AND d.phase = 'issued'",
            reader => (new DocumentId(reader.GetInt64(0)).ToString(), (decimal)reader.GetInt64(1), reader.GetDecimal(2)), cancel,
            ("receivables", ChartOfAccounts.Default.Receivables), ("prepaid", ChartOfAccounts.Default.PrepaidLiability),
            ("loyalty", ChartOfAccounts.Default.Loyalty)));

    private static async Task<LedgerProof> DocumentSumsAsync(BookWork work, CancellationToken cancel) => LedgerProof.Equal(
        "document-sums", "lines = net and net + taxes = gross on every document", (await work.ReadAsync(
            "SELECT d.document_id, d.net_minor, d.gross_minor, (SELECT coalesce(sum(l.net_minor), 0) FROM document_line l "
            + "WHERE l.customer_id = d.customer_id AND l.document_id = d.document_id), (SELECT coalesce(sum(t.tax_minor), 0) "
            + "FROM document_tax t WHERE t.customer_id = d.customer_id AND t.document_id = d.document_id) "
            + "FROM document d WHERE d.tenant_id = @tenant",
            reader => (Subject: new DocumentId(reader.GetInt64(0)).ToString(), Net: (decimal)reader.GetInt64(1),
                Gross: (decimal)reader.GetInt64(2), Lines: reader.GetDecimal(3), Tax: reader.GetDecimal(4)), cancel))
        .SelectMany(row => new[] { (row.Subject, row.Net, row.Lines), (row.Subject, row.Gross, row.Lines + row.Tax) }));

    private static async Task<LedgerProof> ReceivablesAsync(BookWork work, CancellationToken cancel) => LedgerProof.Equal(
        "receivables", "open items - payments = receivables in the journal, per account", await work.ReadAsync(
            """
            SELECT account_id, sum(owed), sum(booked) FROM (
              SELECT account_id, amount_minor AS owed, 0 AS booked FROM open_item WHERE tenant_id = @tenant
              UNION ALL SELECT account_id, -amount_minor, 0 FROM payment WHERE tenant_id = @tenant AND channel <> 'prepaid'
              UNION ALL SELECT l.account_id, 0, l.amount_minor FROM journal_line l JOIN journal_entry e ON e.seller_id = l.seller_id
                AND e.entry_id = l.entry_id WHERE l.tenant_id = @tenant AND l.ledger_account = '1200-receivables'
                AND e.kind IN ('document', 'payment')) r
            GROUP BY account_id
            """,
            reader => (new AccountId(reader.GetInt64(0)).ToString(), reader.GetDecimal(1), reader.GetDecimal(2)), cancel));

    private static async Task<LedgerProof> AllocationsAsync(BookWork work, CancellationToken cancel) => LedgerProof.Equal(
        "allocations", "nothing is paid twice: 0 allocated beyond an item or a payment", await work.ReadAsync(
            """
            SELECT 'open item ' || i.open_item_id, CASE WHEN i.amount_minor > 0 AND coalesce(sum(a.amount_minor), 0) > i.amount_minor
              THEN coalesce(sum(a.amount_minor), 0) - i.amount_minor ELSE 0 END
            FROM open_item i LEFT JOIN allocation a ON a.customer_id = i.customer_id AND a.open_item_id = i.open_item_id
            WHERE i.tenant_id = @tenant GROUP BY i.customer_id, i.open_item_id, i.amount_minor
            UNION ALL
            SELECT 'pay_' || p.payment_id, CASE WHEN coalesce(sum(a.amount_minor), 0) > p.amount_minor
              THEN coalesce(sum(a.amount_minor), 0) - p.amount_minor ELSE 0 END
            FROM payment p LEFT JOIN allocation a ON a.customer_id = p.customer_id AND a.payment_id = p.payment_id
            WHERE p.tenant_id = @tenant GROUP BY p.customer_id, p.payment_id, p.amount_minor
            """,
            reader => (reader.GetString(0), 0m, reader.GetDecimal(1)), cancel));

    private static async Task<LedgerProof> ChargesAsync(BookWork work, CancellationToken cancel) => LedgerProof.Equal(
        "slot-charges", "charges of a slot = its usage totals: 0 price keys differ", await work.ReadAsync(
            """
            SELECT account_id, slot_no, sum(off) FROM (
              SELECT account_id, slot_no,
                CASE WHEN sum(events) <> 0 OR sum(charged) <> 0 OR sum(free) <> 0 OR sum(amount) <> 0 OR sum(money) <> 0 THEN 1 ELSE 0 END AS off
              FROM (
                SELECT customer_id, account_id, slot_no, subscription_id, price_key_id, events, charged, from_allowances AS free, amount,
                  from_money AS money FROM posted_charge c WHERE tenant_id = @tenant
                  AND NOT EXISTS (SELECT 1 FROM posted_part p WHERE p.customer_id = c.customer_id AND p.event_time = c.event_time
                    AND p.event_id = c.event_id AND p.generation = c.generation AND p.kind = c.kind)
                UNION ALL
                SELECT customer_id, account_id, slot_no, subscription_id, price_key_id, events, charged, from_allowances, amount,
                  from_money FROM posted_part WHERE tenant_id = @tenant
                UNION ALL
                SELECT customer_id, account_id, slot_no, 0, price_key_id, events, charged, 0, amount, 0 FROM leg_total
                WHERE tenant_id = @tenant
                UNION ALL
                SELECT customer_id, account_id, slot_no, subscription_id, price_key_id, -events, -charged, -from_allowances, -amount,
                  -from_money FROM usage_total WHERE tenant_id = @tenant) r
              GROUP BY customer_id, account_id, slot_no, subscription_id, price_key_id) k
            GROUP BY account_id, slot_no
            """,
            reader => (string.Create(CultureInfo.InvariantCulture, $"{new AccountId(reader.GetInt64(0))} slot {reader.GetInt32(1)}"),
                0m, reader.GetDecimal(2)), cancel));

    private static async Task<LedgerProof> PocketsAsync(BookWork work, CancellationToken cancel) => LedgerProof.Equal(
        "pocket-balance", "granted + movements = balance of a pocket", await work.ReadAsync(
            "SELECT p.pocket_id, p.granted + coalesce((SELECT sum(m.amount) FROM pocket_movement m WHERE m.customer_id = p.customer_id "
            + "AND m.pocket_id = p.pocket_id), 0), p.balance FROM pocket p WHERE p.tenant_id = @tenant",
            reader => (new PocketId(reader.GetInt64(0)).ToString(), reader.GetDecimal(1), (decimal)reader.GetInt64(2)), cancel));

    private static async Task<LedgerProof> DepositsAsync(BookWork work, CancellationToken cancel) => LedgerProof.Equal(
        "deposits", "deposits - paid back - set off on issued documents = deposits in the journal, per account",
        await work.ReadAsync(
            """
            SELECT account_id, sum(held), -sum(booked) FROM (
              SELECT account_id, amount_minor - returned_minor AS held, 0 AS booked FROM account_credit
                WHERE tenant_id = @tenant AND kind = 'deposit'
              UNION ALL SELECT c.account_id, -u.amount_minor, 0 FROM document_credit u JOIN document d ON d.customer_id = u.customer_id
                AND d.document_id = u.document_id JOIN account_credit c ON c.customer_id = u.customer_id AND c.credit_id = u.credit_id
                WHERE u.tenant_id = @tenant AND u.kind = 'deposit' AND d.phase = 'issued'
              UNION ALL SELECT account_id, 0, amount_minor FROM journal_line WHERE tenant_id = @tenant
                AND ledger_account = '2120-deposits') r
            GROUP BY account_id
            """,
            reader => (new AccountId(reader.GetInt64(0)).ToString(), reader.GetDecimal(1), reader.GetDecimal(2)), cancel));

    private static async Task<LedgerProof> SettledAsync(BookWork work, CancellationToken cancel) => LedgerProof.Equal(
        "document-settled", "settled on a document = prepaid money of the usage it bills", await work.ReadAsync(
            """
            SELECT d.document_id, d.settled_steps, coalesce((SELECT sum(t.from_money) FROM usage_claim c JOIN usage_total t
              ON t.customer_id = c.customer_id AND t.account_id = c.account_id AND t.slot_no = c.slot_no AND t.event_period = c.event_period
              WHERE c.customer_id = d.customer_id AND c.document_id = d.document_id), 0)
            FROM document d WHERE d.tenant_id = @tenant AND d.phase <> 'cancelled'
            """,
            reader => (new DocumentId(reader.GetInt64(0)).ToString(), reader.GetDecimal(2), (decimal)reader.GetInt64(1)), cancel));

    private static async Task<IEnumerable<LedgerProof>> SeriesAsync(BookWork work, CancellationToken cancel)
    {
        var series = await work.ReadAsync(
            "SELECT seller_id, series, next_number FROM number_series WHERE tenant_id = @tenant ORDER BY seller_id, series",
            reader => (Seller: reader.GetInt64(0), Series: reader.GetString(1), Next: reader.GetInt64(2)), cancel);
        var proofs = new List<LedgerProof>();
        foreach (var (seller, name, next) in series)
        {
            var numbers = await work.ReadAsync(
                "SELECT number_value FROM document WHERE tenant_id = @tenant AND seller_id = @seller AND number_series = @series "
                + "ORDER BY number_value", reader => reader.GetInt64(0), cancel, ("seller", seller), ("series", name));
            proofs.Add(LedgerProof.GapFree($"{new SellerId(seller)} {name}", numbers, next));
        }
        return proofs;
    }

    private static async Task<LedgerProof> HashesAsync(BookWork work, CancellationToken cancel)
    {
        const string meaning = "an issued document is what was issued: its snapshot has the hash of the issue";
        var rows = await work.ReadAsync(
            "SELECT document_id, snapshot, snapshot_hash FROM document WHERE tenant_id = @tenant AND phase = 'issued'",
            reader => (Id: new DocumentId(reader.GetInt64(0)), Actual: HashOf(reader.GetTextOrNull(1)), Expected: reader.GetTextOrNull(2) ?? ""),
            cancel);
        return new LedgerProof("document-hash", meaning, rows.Count,
        [
            .. rows.Where(row => row.Actual != row.Expected).Select(row => new ProofFinding(
                "document-hash", row.Id.ToString(), row.Expected, row.Actual, $"{row.Id} was changed after it was issued.")),
        ]);
    }

    private static string HashOf(string? snapshot) =>
        snapshot is null ? "" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(snapshot)));
}
