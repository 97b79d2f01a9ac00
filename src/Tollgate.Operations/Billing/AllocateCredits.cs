using NodaTime;
using Tollgate.Billing;
using Tollgate.Primitives;
using Tollgate.Receivables;
using Tollgate.Storage;
using Tollgate.Storage.Billing;
using CreditKind = Tollgate.Receivables.CreditKind;

namespace Tollgate.Operations.Billing;

/// <summary>Sets payments and credit items that are not used up against open items, per account.</summary>
internal static class AllocateCredits
{
    private const string Items =
        """
        SELECT i.customer_id, i.account_id, i.open_item_id, i.due_date, i.amount_minor
          - coalesce((SELECT sum(a.amount_minor) FROM allocation a WHERE a.customer_id = i.customer_id AND a.open_item_id = i.open_item_id), 0)
          + coalesce((SELECT sum(a.amount_minor) FROM allocation a WHERE a.customer_id = i.customer_id
              AND a.credit_item_id = i.open_item_id), 0)
        FROM open_item i WHERE i.customer_id IN @customers AND i.account_id IN @accounts AND i.tenant_id = @tenant
        """;

    private const string Payments =
        """
        SELECT p.customer_id, p.account_id, p.payment_id, p.received_on, p.amount_minor
          - coalesce((SELECT sum(a.amount_minor) FROM allocation a WHERE a.customer_id = p.customer_id AND a.payment_id = p.payment_id), 0)
        FROM payment p WHERE p.customer_id IN @customers AND p.account_id IN @accounts AND p.tenant_id = @tenant
        """;

    private sealed record Open(CustomerId Customer, AccountId Account, long Id, LocalDate Date, long LeftMinor);

    /// <summary>Allocates what can be and stores it.</summary>
    /// <param name="firstId">First of <paramref name="maxIds"/> ids; allocations beyond them wait for the next time.</param>
    internal static async Task RunAsync(
        BookWork work, long[] customers, long[] accounts, long firstId, int maxIds, Instant now, CancellationToken cancel)
    {
        var items = await ReadAsync(work, Items, customers, accounts, cancel);
        var payments = await ReadAsync(work, Payments, customers, accounts, cancel);
        var made = new List<NewAllocation>();
        foreach (var account in items.GroupBy(item => (item.Customer, item.Account)).OrderBy(group => group.Key.Account.Value))
        {
            var credits = payments.Where(payment => payment.Account == account.Key.Account)
                .Select(payment => new Credit(CreditKind.Payment, payment.Id, payment.Date, payment.LeftMinor))
                .Concat(account.Where(item => item.LeftMinor < 0)
                    .Select(item => new Credit(CreditKind.CreditItem, item.Id, item.Date, -item.LeftMinor)));
            var owed = account.Where(item => item.LeftMinor > 0).Select(item => new OpenItem(item.Id, item.Date, item.LeftMinor));
            made.AddRange(Allocator.Allocate(owed, credits).Select(one => new NewAllocation(
                0, account.Key.Customer, account.Key.Account, one.Kind == CreditKind.Payment ? one.CreditId : null,
                one.Kind == CreditKind.CreditItem ? one.CreditId : null, one.OpenItemId, one.AmountMinor)));
        }
        BookWriter.SaveAllocations(work, [.. made.Take(maxIds).Select((one, i) => one with { Id = firstId + i })], now);
    }

    /// <summary>Sets a new credit off against what is open of the document that it credits or corrects.</summary>
    /// <returns>How many allocations were made: 0 or 1.</returns>
    internal static async Task<int> AgainstLinkedAsync(
        BookWork work, NewOpenItem credit, long id, Instant now, CancellationToken cancel)
    {
        var open = await work.ReadAsync(
            "SELECT i.open_item_id, i.amount_minor - coalesce((SELECT sum(a.amount_minor) FROM allocation a WHERE a.customer_id = "
            + "i.customer_id AND a.open_item_id = i.open_item_id), 0) FROM document_link l JOIN open_item i ON i.customer_id = "
            + "l.customer_id AND i.document_id = l.target_document_id WHERE l.customer_id = @customer AND l.document_id = @document "
            + "AND l.line_no = 0 AND l.tenant_id = @tenant AND i.amount_minor > 0 ORDER BY i.open_item_id",
            reader => (Id: reader.GetInt64(0), Left: (long)reader.GetDecimal(1)), cancel, ("customer", credit.Customer.Value),
            ("document", credit.Document.Value));
        if (open.Find(item => item.Left > 0) is not { Left: > 0 } item)
        {
            return 0;
        }
        BookWriter.SaveAllocations(work,
            [new NewAllocation(id, credit.Customer, credit.Account, null, credit.Id, item.Id, Math.Min(item.Left, -credit.AmountMinor))], now);
        return 1;
    }

    /// <summary>What is open of the document that a payment is meant for, or why it cannot pay it.</summary>
    internal static async Task<Outcome<OpenItem?>> MeantAsync(
        BookWork work, AccountId account, DocumentId document, CancellationToken cancel)
    {
        var heads = await DocumentReader.HeadsAsync(work, new DocumentFilter(Document: document), cancel);
        if (heads.Count == 0)
        {
            return new Refusal("unknown-document", $"There is no document {document}. See: tollgate document list ACCOUNT.",
                Retry.AfterCure, "document");
        }
        var head = heads[0];
        var name = head.Number ?? document.ToString();
        if (head.Account != account)
        {
            return new Refusal("other-account", $"{name} belongs to {head.Account}, not to {account}: record the payment there.",
                Retry.AfterCure, "document");
        }
        if (head.Phase != "issued")
        {
            return new Refusal("document-not-issued", $"{name} is {head.Phase}: only issued documents are paid.",
                Retry.AfterCure, "document");
        }
        var unit = InvoiceFacts.UnitOf(head);
        if (head.OpenMinor <= 0)
        {
            return new Refusal("nothing-to-pay",
                (head.DueMinor > 0 ? $"{name} is {head.Status.Text()} already: nothing of it is open. "
                    : $"{name} demands nothing ({Money.FromMinor(head.DueMinor, unit)}). ")
                + "Record the payment without a document: it pays the oldest debts, and what is left is a credit of the account.",
                Retry.AfterCure, "document");
        }
        return (await ReadAsync(work, Items + " AND i.document_id = @document", [head.Customer.Value], [account.Value], cancel,
            ("document", document.Value))).Where(item => item.LeftMinor > 0)
            .Select(item => (OpenItem?)new OpenItem(item.Id, item.Date, item.LeftMinor)).First();
    }

    private static async Task<List<Open>> ReadAsync(
        BookWork work, string sql, long[] customers, long[] accounts, CancellationToken cancel,
        params (string Name, object? Value)[] more) =>
        (await work.ReadAsync(sql,
            reader => new Open(new CustomerId(reader.GetInt64(0)), new AccountId(reader.GetInt64(1)), reader.GetInt64(2), reader.GetDate(3),
                (long)reader.GetDecimal(4)),
            cancel, [("customers", customers), ("accounts", accounts), .. more])).Where(open => open.LeftMinor != 0).ToList();
}
