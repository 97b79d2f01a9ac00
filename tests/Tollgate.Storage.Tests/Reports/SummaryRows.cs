using System.Data.Common;
using NodaTime;

namespace Tollgate.Storage.Tests.Reports;

/// <summary>
/// Writes rows of a small operator: 62 customers on all cycle days, four usage files, usage of three services, 24 issued invoices
/// of which eight are paid, one credit note, two drafts, payments, held records, alerts and a journal that balances.
/// </summary>
public sealed class SummaryRows(Database database, int tenant)
{
    public const int Customers = 62;
    public const int Invoices = 24;

    /// <summary>When the figures are read.</summary>
    public static readonly Instant Now = Instant.FromUtc(2026, 6, 15, 10, 30);

    private static readonly LocalDate IssueDate = new(2026, 6, 1);

    /// <summary>Ids of one tenant do not meet those of another.</summary>
    private long Base => tenant * 1_000_000L;

    public async Task WriteAsync()
    {
        await using var connection = await database.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await CustomersAsync(transaction);
        await UsageAsync(transaction);
        await BillsAsync(transaction);
        await BooksAsync(transaction);
        await transaction.CommitAsync();
    }

    /// <summary>Writes one row; times and dates are given as NodaTime values.</summary>
    public async Task RowAsync(DbTransaction transaction, string table, params (string Column, object? Value)[] values)
    {
        await using var command = transaction.Command(
            $"INSERT INTO {table} ({string.Join(", ", values.Select(value => value.Column))}) "
            + $"VALUES ({string.Join(", ", values.Select(value => "@" + value.Column))})");
        foreach (var (column, value) in values)
        {
            command.Add(column, value switch
            {
                Instant time => database.TimeValue(time),
                LocalDate date => database.DateValue(date),
                _ => value,
            });
        }
        await command.ExecuteNonQueryAsync();
    }

    public Task UsageTotalAsync(DbTransaction transaction, int customer, int priceKey, long events, long used, long amount,
        long fromMoney) =>
        RowAsync(transaction, "usage_total",
            ("customer_id", Base + customer), ("account_id", Base + 1000 + customer), ("slot_no", 1),
            ("subscription_id", Base + 2000 + customer),
            ("price_key_id", priceKey), ("event_period", new LocalDate(2026, 5, 1)), ("tenant_id", tenant), ("events", events),
            ("used", used), ("charged", used), ("from_allowances", 0L), ("amount", amount), ("from_money", fromMoney));

    public Task PriceKeyAsync(DbTransaction transaction, int id, short service, short basis, bool taxIncluded) =>
        RowAsync(transaction, "price_key",
            ("tenant_id", tenant), ("price_key_id", id), ("plan", "plan-" + id), ("zone", "any"), ("band", "other"),
            ("service", service), ("basis", basis), ("currency", "EUR"), ("tax", "standard"), ("tax_included", taxIncluded),
            ("revenue_account", "4000-usage"), ("label", "Usage " + id));

    public Task FileAsync(DbTransaction transaction, int id, string name, string phase, long read, long rated, long held,
        long duplicate, long ignored) =>
        RowAsync(transaction, "usage_file",
            ("file_id", Base + 500_000 + id), ("tenant_id", tenant), ("source", "core-switch"), ("name", name),
            ("size", 1_048_576L * id),
            ("content_hash", "hash-" + id), ("phase", phase), ("position", 1L), ("line", 1L), ("read_count", read),
            ("rated_count", rated), ("held_count", held), ("duplicate_count", duplicate), ("ignored_count", ignored),
            ("started_at", Now.Plus(Duration.FromMinutes(id))));

    public Task DocumentAsync(
        DbTransaction transaction, int id, int customer, string kind, string phase, string? number, long net, long tax,
        long settled) =>
        RowAsync(transaction, "document",
            ("customer_id", Base + customer), ("document_id", Base + 3000 + id), ("tenant_id", tenant), ("seller_id", Base + 900),
            ("account_id", Base + 1000 + customer), ("kind", kind), ("phase", phase), ("number", number),
            ("period_from", new LocalDate(2026, 5, 1)), ("period_to", IssueDate),
            ("issue_date", number is null ? null : IssueDate.PlusDays(id % 5)),
            ("due_date", number is null ? null : IssueDate.PlusDays(id % 5 + 10)), ("currency", "EUR"), ("net_minor", net),
            ("tax_minor", tax),
            ("gross_minor", net + tax), ("settled_minor", settled), ("settled_steps", settled * 1_000_000), ("tax_country", "DE"),
            ("catalog_version", 1), ("fingerprint", "fp"), ("created_at", Now));

    public Task JournalAsync(DbTransaction transaction, long entry, int line, string account, string unit, long minor) =>
        RowAsync(transaction, "journal_line",
            ("seller_id", Base + 900), ("entry_id", Base + entry), ("line_no", line), ("tenant_id", tenant),
            ("ledger_account", account), ("unit", unit), ("amount_minor", minor));

    public Task EntryAsync(DbTransaction transaction, long entry, string kind) =>
        RowAsync(transaction, "journal_entry",
            ("seller_id", Base + 900), ("entry_id", Base + entry), ("tenant_id", tenant), ("booked_on", IssueDate),
            ("kind", kind), ("reference", "ref-" + entry), ("created_at", Now));

    private async Task CustomersAsync(DbTransaction transaction)
    {
        await RowAsync(transaction, "tenant",
            ("tenant_id", tenant), ("code", "tenant-" + tenant), ("name", "Tenant"), ("created_at", Now));
        await RowAsync(transaction, "seller",
            ("seller_id", Base + 900), ("tenant_id", tenant), ("code", "north"), ("name", "Nordlicht Mobil"),
            ("legal_name", "Nordlicht Mobil GmbH"),
            ("country", "DE"), ("time_zone", "Europe/Berlin"), ("currency", "EUR"), ("created_at", Now));
        for (var i = 1; i <= Customers; i++)
        {
            await RowAsync(transaction, "customer",
                ("customer_id", Base + i), ("tenant_id", tenant), ("seller_id", Base + 900), ("external_key", "C-" + i),
                ("phase", "active"), ("created_at", Now));
            await RowAsync(transaction, "party",
                ("customer_id", Base + i), ("tenant_id", tenant),
                ("name", i == 3 ? "Łucja <b>Øster</b> & Söhne" : "Customer " + i),
                ("organisation", i == 3));
            await RowAsync(transaction, "billing_account",
                ("customer_id", Base + i), ("account_id", Base + 1000 + i), ("tenant_id", tenant), ("seller_id", Base + 900),
                ("external_key", "A-" + i), ("currency", "EUR"), ("cycle_day", (i - 1) % 31 + 1), ("time_zone", "Europe/Berlin"),
                ("tax_country", "DE"), ("phase", "active"), ("opened_on", new LocalDate(2026, 1, 1)), ("billed_to", IssueDate),
                ("created_at", Now));
            await RowAsync(transaction, "subscription",
                ("customer_id", Base + i), ("subscription_id", Base + 2000 + i), ("tenant_id", tenant),
                ("account_id", Base + 1000 + i),
                ("offer", i % 3 == 0 ? "prepaid-classic" : "mobile-flat"), ("phase", "active"), ("started_at", Now),
                ("created_at", Now));
        }
    }

    private async Task UsageAsync(DbTransaction transaction)
    {
        await FileAsync(transaction, 1, "cdr-20260601.csv", "done", 1_000_000, 999_000, 600, 300, 100);
        await FileAsync(transaction, 2, "radius-20260601.detail", "done", 240_000, 240_000, 0, 0, 0);
        await FileAsync(transaction, 3, "cdr-20260602-a-very-long-name-of-a-file-from-the-exchange.csv", "importing", 52_000,
            51_990, 10, 0, 0);
        await FileAsync(transaction, 4, "cdr-20260601-again.csv", "duplicate", 0, 0, 0, 0, 0);
        await PriceKeyAsync(transaction, 1, service: 1, basis: 0, taxIncluded: false);
        await PriceKeyAsync(transaction, 2, service: 2, basis: 2, taxIncluded: false);
        await PriceKeyAsync(transaction, 3, service: 4, basis: 1, taxIncluded: true);
        for (var i = 1; i <= Customers; i++)
        {
            await UsageTotalAsync(transaction, i, 1, events: 100 + i, used: 6_000_000L * i, amount: 123_456_789L * i,
                fromMoney: 0);
            await UsageTotalAsync(transaction, i, 2, events: 10, used: 10, amount: 90_000_000L, fromMoney: 0);
            await UsageTotalAsync(transaction, i, 3, events: 5, used: 750_000_000L, amount: 250_000_000L,
                fromMoney: 200_000_000L);
        }
        for (var i = 0; i < 7; i++)
        {
            await RowAsync(transaction, "held_record",
                ("tenant_id", tenant), ("source", "core-switch"), ("record_key", Key(i)), ("file_id", Base + 500_001),
                ("file_offset", 100L * i), ("line", 1L + i), ("reason", (short)(i < 5 ? 30 : 3)), ("detail", $"detail {i}"),
                ("raw", $"4930<123>{i};2026-06-01"),
                ("phase", i == 6 ? "charged" : "held"), ("held_at", Now.Plus(Duration.FromSeconds(i / 3))));
        }
        for (var i = 0; i < 3; i++)
        {
            await RowAsync(transaction, "alert",
                ("alert_id", Base + 700 + i), ("tenant_id", tenant), ("at", Now.Plus(Duration.FromMinutes(i))),
                ("kind", "usage-held"), ("subject", "core-switch"), ("count", 5L + i), ("detail", "No service has this number."),
                ("closed_at", i == 0 ? Now : null));
        }
    }

    private async Task BillsAsync(DbTransaction transaction)
    {
        for (var i = 1; i <= Invoices + 2; i++)
        {
            var issued = i <= Invoices;
            await DocumentAsync(transaction, i, i, "invoice", issued ? "issued" : "draft", issued ? $"N-2026-{i:0000}" : null,
                1000 * i, 190 * i, 0);
            await LineAsync(transaction, i, 1, "recurring", 700 * i);
            await LineAsync(transaction, i, 2, "usage", 300 * i);
        }
        await DocumentAsync(transaction, 44, 1, "credit-note", "issued", "G-2026-0001", -500, -95, 0);
        await LineAsync(transaction, 44, 1, "adjustment", -500, customer: 1);
    }

    private Task LineAsync(DbTransaction transaction, int document, int line, string kind, long net, int? customer = null) =>
        RowAsync(transaction, "document_line",
            ("customer_id", Base + (customer ?? document)), ("document_id", Base + 3000 + document), ("line_no", line),
            ("tenant_id", tenant),
            ("account_id", Base + 1000 + (customer ?? document)), ("kind", kind), ("reason", "due"), ("code", kind),
            ("description", kind),
            ("period_from", new LocalDate(2026, 5, 1)), ("period_to", IssueDate), ("quantity", "1"), ("unit", "EVENT"),
            ("unit_price", ""),
            ("amount_minor", net), ("tax_included", false), ("net_minor", net), ("tax_code", "standard"), ("tax_percent", "19"),
            ("revenue_account", "4000-usage"));

    private async Task BooksAsync(DbTransaction transaction)
    {
        for (var i = 1; i <= Invoices; i++)
        {
            await ItemAsync(transaction, i, i, 1190 * i, IssueDate.PlusDays(i % 5 + 10));
            await EntryAsync(transaction, i, "document");
            await JournalAsync(transaction, i, 1, "1200-receivables", "EUR", 1190 * i);
            await JournalAsync(transaction, i, 2, "4000-usage", "EUR", -1000 * i);
            await JournalAsync(transaction, i, 3, "2200-vat-DE-19", "EUR", -190 * i);
            if (i <= 8)
            {
                await RowAsync(transaction, "payment",
                    ("customer_id", Base + i), ("payment_id", Base + 5000 + i), ("tenant_id", tenant),
                    ("account_id", Base + 1000 + i),
                    ("channel", i % 2 == 0 ? "transfer" : "direct-debit"), ("caller_key", "P-" + i), ("currency", "EUR"),
                    ("amount_minor", 1190L * i), ("received_on", IssueDate.PlusDays(9)), ("recorded_at", Now));
                await AllocationAsync(transaction, i, i, payment: Base + 5000 + i, credit: null, item: i, 1190 * i);
                await EntryAsync(transaction, 100 + i, "payment");
                await JournalAsync(transaction, 100 + i, 1, i % 2 == 0 ? "1010-bank" : "1020-direct-debit", "EUR", 1190 * i);
                await JournalAsync(transaction, 100 + i, 2, "1200-receivables", "EUR", -1190 * i);
            }
        }
        // Of the first customer's credit note of 5.95, 2.00 are set off against his invoice of another document.
        await ItemAsync(transaction, 44, 1, -595, IssueDate);
        await ItemAsync(transaction, 41, 1, 300, IssueDate.PlusDays(30));
        await AllocationAsync(transaction, 40, 1, payment: null, credit: Base + 4044, item: 41, 200);
        await EntryAsync(transaction, 200, "document");
        await JournalAsync(transaction, 200, 1, "1200-receivables", "EUR", -595);
        await JournalAsync(transaction, 200, 2, "4000-usage", "EUR", 500);
        await JournalAsync(transaction, 200, 3, "2200-vat-DE-19", "EUR", 95);
    }

    public Task ItemAsync(DbTransaction transaction, int id, int customer, long minor, LocalDate due) =>
        RowAsync(transaction, "open_item",
            ("customer_id", Base + customer), ("open_item_id", Base + 4000 + id), ("tenant_id", tenant),
            ("account_id", Base + 1000 + customer),
            ("document_id", Base + 3000 + id), ("currency", "EUR"), ("amount_minor", minor), ("due_date", due),
            ("created_at", Now));

    private Task AllocationAsync(DbTransaction transaction, int id, int customer, long? payment, long? credit, int item,
        long minor) =>
        RowAsync(transaction, "allocation",
            ("customer_id", Base + customer), ("allocation_id", Base + 6000 + id), ("tenant_id", tenant),
            ("account_id", Base + 1000 + customer),
            ("payment_id", payment), ("credit_item_id", credit), ("open_item_id", Base + 4000 + item), ("amount_minor", minor),
            ("at", Now));

    private object Key(int i)
    {
        var key = new Guid(tenant, (short)i, 1, 0, 0, 0, 0, 0, 0, 0, 0);
        return database.Kind == DatabaseKind.Postgres ? key : key.ToByteArray();
    }
}
