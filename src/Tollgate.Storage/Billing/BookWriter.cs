using System.Data.Common;
using NodaTime;
using Tollgate.Ledger;
using Tollgate.Primitives;
using Tollgate.Storage.Customers;
using static NpgsqlTypes.NpgsqlDbType;

namespace Tollgate.Storage.Billing;

/// <summary>An open item to be stored. Positive: the customer owes; negative: a credit.</summary>
public sealed record NewOpenItem(
    long Id, CustomerId Customer, AccountId Account, DocumentId Document, string Currency, long AmountMinor, LocalDate DueDate);

/// <summary>An allocation to be stored: a payment or a credit item pays an open item.</summary>
public sealed record NewAllocation(
    long Id, CustomerId Customer, AccountId Account, long? Payment, long? CreditItem, long OpenItem, long AmountMinor);

/// <summary>Writes journal, open items and allocations; rows are added, never changed.</summary>
public static class BookWriter
{
    /// <summary>Stores entries; one that has no lines (everything was zero) is stored too, so that each document has its
    /// entry.</summary>
    public static void SaveEntries(BookWork work, IReadOnlyList<(long Id, JournalEntry Entry)> entries, Instant now) =>
        SaveEntries(work.Database, work.Transaction, work.Tenant, entries, now);

    /// <summary>The same inside a transaction of somebody else.</summary>
    public static void SaveEntries(
        Database database, DbTransaction transaction, TenantId tenant, IReadOnlyList<(long Id, JournalEntry Entry)> entries,
        Instant now)
    {
        using (var heads = new BulkTable(transaction, "journal_entry",
            new("seller_id", Bigint), new("entry_id", Bigint), new("tenant_id", Integer), new("booked_on", Date),
            new("kind", Text), new("reference", Text), new("created_at", TimestampTz)))
        {
            foreach (var (id, entry) in entries)
            {
                heads.Add(entry.Seller.Value, id, tenant.Value, database.DateValue(entry.BookedOn), entry.Kind.Text(),
                    entry.Reference, database.TimeValue(now));
            }
            heads.Complete();
        }
        using var lines = new BulkTable(transaction, "journal_line",
            new("seller_id", Bigint), new("entry_id", Bigint), new("line_no", Integer), new("tenant_id", Integer),
            new("ledger_account", Text),
            new("customer_id", Bigint), new("account_id", Bigint), new("unit", Text), new("amount_minor", Bigint));
        foreach (var (id, entry) in entries)
        {
            var no = 0;
            foreach (var line in entry.Lines)
            {
                lines.Add(entry.Seller.Value, id, ++no, tenant.Value, line.LedgerAccount, line.Customer?.Value,
                    line.Account?.Value,
                    line.Unit.Code, line.AmountMinor);
            }
        }
        lines.Complete();
    }

    public static void SaveItems(BookWork work, IReadOnlyList<NewOpenItem> items, Instant now)
    {
        using var table = new BulkTable(work.Transaction, "open_item",
            new("customer_id", Bigint), new("open_item_id", Bigint), new("tenant_id", Integer), new("account_id", Bigint),
            new("document_id", Bigint), new("currency", Text), new("amount_minor", Bigint), new("due_date", Date),
            new("created_at", TimestampTz));
        foreach (var item in items)
        {
            table.Add(item.Customer.Value, item.Id, work.Tenant.Value, item.Account.Value, item.Document.Value, item.Currency,
                item.AmountMinor,
                work.Value(item.DueDate), work.Value(now));
        }
        table.Complete();
    }

    public static void SaveAllocations(BookWork work, IReadOnlyList<NewAllocation> allocations, Instant now)
    {
        using var table = new BulkTable(work.Transaction, "allocation",
            new("customer_id", Bigint), new("allocation_id", Bigint), new("tenant_id", Integer), new("account_id", Bigint),
            new("payment_id", Bigint), new("credit_item_id", Bigint), new("open_item_id", Bigint), new("amount_minor", Bigint),
            new("at", TimestampTz));
        foreach (var one in allocations)
        {
            table.Add(one.Customer.Value, one.Id, work.Tenant.Value, one.Account.Value, one.Payment, one.CreditItem, one.OpenItem,
                one.AmountMinor,
                work.Value(now));
        }
        table.Complete();
    }
}
