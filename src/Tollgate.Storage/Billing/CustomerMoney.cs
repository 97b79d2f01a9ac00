using System.Collections.Immutable;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Primitives;
using static NpgsqlTypes.NpgsqlDbType;
using Tollgate.Storage.Customers;

namespace Tollgate.Storage.Billing;

/// <summary>What a document sets off, as stored.</summary>
public sealed record DocumentCredit(
    DocumentId Document, CreditId Credit, CreditKind Kind, string Description, bool BeforeTax, long AmountMinor,
    string LedgerAccount);

/// <summary>Lines and money that were given to accounts by hand: what bills need of them, and what bills used.</summary>
public static class CustomerMoney
{
    /// <summary>What is left of a credit <c>c</c>.</summary>
    public const string Left =
        "c.amount_minor - c.returned_minor - coalesce((SELECT sum(u.amount_minor) FROM document_credit u JOIN document d ON "
        + "d.customer_id = u.customer_id AND d.document_id = u.document_id WHERE u.customer_id = c.customer_id AND u.credit_id "
        + "= c.credit_id AND d.phase <> 'cancelled'), 0)";

    /// <summary>Text form of a kind as stored.</summary>
    public static string Text(CreditKind kind) => kind switch
    {
        CreditKind.Credit => "credit",
        CreditKind.Deposit => "deposit",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Lines that are not withdrawn, by account and id.</summary>
    public static Task<List<(AccountId Account, GivenLine Line)>> LinesAsync(
        BookWork work, long[] customers, long[] accounts, CancellationToken cancel) => work.ReadAsync(
            "SELECT account_id, line_id, description, on_date, amount_minor, tax, tax_included, revenue_account FROM given_line "
            + "WHERE customer_id IN @customers AND account_id IN @accounts AND tenant_id = @tenant AND withdrawn_at IS NULL "
            + "ORDER BY account_id, line_id",
            reader => (new AccountId(reader.GetInt64(0)), new GivenLine(
                new GivenLineId(reader.GetInt64(1)).ToString(), reader.GetString(2), reader.GetDate(3), reader.GetInt64(4),
                reader.GetString(5), reader.GetBoolean(6), reader.GetString(7))),
            cancel, ("customers", customers), ("accounts", accounts));

    /// <summary>Money that a bill of a date may set off, by account, in the order of giving; deposits of accounts that have not
    /// ended by then wait.</summary>
    public static async Task<List<(AccountId Account, CreditFacts Credit)>> CreditsAsync(
        BookWork work, long[] customers, long[] accounts, LocalDate date, CancellationToken cancel) => (await work.ReadAsync(
            $"SELECT c.account_id, c.credit_id, c.kind, c.description, CAST({Left} AS bigint), c.before_tax "
            + "FROM account_credit c JOIN billing_account a "
            + "ON a.customer_id = c.customer_id AND a.account_id = c.account_id WHERE c.customer_id IN "
            + "@customers AND c.account_id IN @accounts AND c.tenant_id = @tenant AND c.given_on <= @date AND c.amount_minor > "
            + "c.returned_minor AND (NOT c.at_end OR a.ended_on <= @date) ORDER BY c.account_id, c.credit_id",
            reader => (Account: new AccountId(reader.GetInt64(0)), Credit: new CreditFacts(
                new CreditId(reader.GetInt64(1)).ToString(), Kind(reader.GetString(2)), reader.GetString(3), reader.GetInt64(4),
                reader.GetBoolean(5))),
            cancel, ("customers", customers), ("accounts", accounts), ("date", date)))
        .FindAll(one => one.Credit.AvailableMinor > 0);

    /// <summary>What documents set off, in the order of giving.</summary>
    public static async Task<ILookup<DocumentId, DocumentCredit>> UsesAsync(
        BookWork work, long[] customers, long[] documents, CancellationToken cancel) => (await work.ReadAsync(
            "SELECT document_id, credit_id, kind, description, before_tax, amount_minor, ledger_account FROM document_credit "
            + "WHERE customer_id IN @customers AND document_id IN @documents AND tenant_id = @tenant "
            + "ORDER BY document_id, credit_id",
            reader => new DocumentCredit(
                new DocumentId(reader.GetInt64(0)), new CreditId(reader.GetInt64(1)), Kind(reader.GetString(2)),
                reader.GetString(3), reader.GetBoolean(4), reader.GetInt64(5), reader.GetString(6)),
            cancel, ("customers", customers), ("documents", documents))).ToLookup(one => one.Document);

    internal static void SaveUses(BookWork work, IReadOnlyList<NewDraft> drafts)
    {
        if (drafts.All(draft => draft.Draft.Credits.IsEmpty))
        {
            return;
        }
        using var table = new BulkTable(work.Transaction, "document_credit",
            new("customer_id", Bigint), new("document_id", Bigint), new("credit_id", Bigint), new("tenant_id", Integer),
            new("kind", NpgsqlTypes.NpgsqlDbType.Text), new("description", NpgsqlTypes.NpgsqlDbType.Text),
            new("before_tax", NpgsqlTypes.NpgsqlDbType.Boolean), new("amount_minor", Bigint),
            new("ledger_account", NpgsqlTypes.NpgsqlDbType.Text));
        foreach (var draft in drafts)
        {
            foreach (var use in draft.Draft.Credits)
            {
                var credit = Id.TryParse<CreditId>(use.Reference, out var id)
                    ? id : throw new InvalidOperationException($"'{use.Reference}' is no credit.");
                table.Add(
                    draft.Draft.Customer.Value, draft.Id.Value, credit.Value, work.Tenant.Value, Text(use.Kind), use.Description,
                    use.BeforeTax, use.AmountMinor, use.LedgerAccount);
            }
        }
        table.Complete();
    }

    private static CreditKind Kind(string text) => text == "deposit" ? CreditKind.Deposit : CreditKind.Credit;
}
