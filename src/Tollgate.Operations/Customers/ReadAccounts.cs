using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Catalogs;
using Tollgate.Storage.Charging;
using Tollgate.Storage.Customers;

namespace Tollgate.Operations.Customers;

/// <summary>Reads billing accounts and what they hold.</summary>
public static class ReadAccounts
{
    /// <summary>One account; refusal <c>unknown-account</c>.</summary>
    public static async Task<Outcome<Account>> OneAsync(
        OperationContext context, AccountId id, CancellationToken cancel = default)
    {
        await using var db = context.Database.Context();
        var found = await Views(db, db.Set<BillingAccountRow>().Where(
            row => row.TenantId == context.Tenant.Value && row.AccountId == id.Value), cancel);
        return found is [var account] ? account : Refusals.Unknown("account", id);
    }

    /// <summary>The account with one of the operator's own keys; refusal <c>unknown-account</c>.</summary>
    public static async Task<Outcome<Account>> ByKeyAsync(
        OperationContext context, string externalKey, CancellationToken cancel = default)
    {
        await using (var db = context.Database.Context())
        {
            if (await ReadCustomers.KeyAsync(db, context, "account", externalKey, cancel) is > 0 and var id)
            {
                return await OneAsync(context, new AccountId(id), cancel);
            }
        }
        return Refusals.Unknown("account", externalKey);
    }

    /// <summary>In id order.</summary>
    /// <param name="after">Last id of the page before.</param>
    public static async Task<Page<Account>> ListAsync(
        OperationContext context, AccountFilter filter, string? after = null, int limit = Paging.Default,
        CancellationToken cancel = default)
    {
        var from = Paging.After<AccountId>(after);
        var (customer, seller) = (filter.Customer?.Value, filter.Seller?.Value);
        await using var db = context.Database.Context();
        var query = db.Set<BillingAccountRow>().Where(row => row.TenantId == context.Tenant.Value && row.AccountId > from
            && (customer == null || row.CustomerId == customer) && (seller == null || row.SellerId == seller)
            && (filter.CycleDay == null || row.CycleDay == filter.CycleDay)
            && (filter.Phase == null || row.Phase == filter.Phase));
        if (filter.Reseller is { } reseller)
        {
            query = query.Where(row => db.Set<CustomerRow>().Any(
                one => one.CustomerId == row.CustomerId && one.ParentCustomerId == reseller.Value));
        }
        if (filter.ExternalKey is { } key)
        {
            var id = await ReadCustomers.KeyAsync(db, context, "account", key, cancel);
            query = query.Where(row => row.AccountId == id);
        }
        if (filter.Name is { } name)
        {
            var part = $"%{name.Replace("!", "!!", StringComparison.Ordinal).Replace("%", "!%", StringComparison.Ordinal)
                .Replace("_", "!_", StringComparison.Ordinal)}%";
            var named = db.Set<PartyRow>().FromSql($"SELECT * FROM party WHERE lower(name) LIKE lower({part}) ESCAPE '!'");
            query = query.Where(row => named.Any(party => party.CustomerId == row.CustomerId));
        }
        return Paging.Page(
            [.. await Views(db, query.OrderBy(row => row.AccountId).Take(limit + 1), cancel)], limit, view => view.Id.ToString());
    }

    /// <summary>The pockets of an account that are valid now or later, in the order of use; refusal
    /// <c>unknown-account</c>.</summary>
    public static async Task<Outcome<ImmutableArray<Pocket>>> PocketsAsync(
        OperationContext context, AccountId id, CancellationToken cancel = default)
    {
        var units = await UnitStore.LoadAsync(context.Database, context.Tenant, cancel);
        return All(await RowsAsync(context, id,
            "SELECT pocket_id, subscription_id, kind, allowance, unit, granted, balance, valid_from, valid_to FROM pocket "
            + "WHERE customer_id = @customer AND account_id = @account AND valid_to > @now ORDER BY kind, priority, "
            + "valid_to, pocket_id",
            (_, reader) =>
            {
                var unit = units.Of(reader.GetString(4));
                return new Pocket(
                    new PocketId(reader.GetInt64(0)), id, reader.IsDBNull(1) ? null : new SubscriptionId(reader.GetInt64(1)),
                    reader.GetString(2), reader.GetString(3), unit.FromStorage(reader.GetInt64(6)),
                    unit.FromStorage(reader.GetInt64(5)), unit.Code, reader.GetTime(7), reader.GetTime(8));
            }, cancel));
    }

    /// <summary>Issued documents of an account that are not settled, by due date; refusal <c>unknown-account</c>.</summary>
    public static async Task<Outcome<ImmutableArray<OpenBill>>> OpenBillsAsync(
        OperationContext context, AccountId id, CancellationToken cancel = default) =>
        All(await RowsAsync(context, id,
            "SELECT * FROM (SELECT i.document_id, d.number, d.issue_date, i.due_date, d.gross_minor, i.amount_minor "
            + "- coalesce((SELECT sum(a.amount_minor) FROM allocation a WHERE a.customer_id = i.customer_id "
            + "AND a.open_item_id = i.open_item_id), 0) "
            + "+ coalesce((SELECT sum(a.amount_minor) FROM allocation a WHERE a.customer_id = i.customer_id "
            + "AND a.account_id = i.account_id AND a.credit_item_id = i.open_item_id), 0) AS open_minor, i.open_item_id "
            + "FROM open_item i JOIN document d ON d.customer_id = i.customer_id AND d.document_id = i.document_id "
            + "WHERE i.customer_id = @customer AND i.account_id = @account) b WHERE open_minor <> 0 "
            + "ORDER BY due_date, open_item_id",
            (account, reader) => new OpenBill(
                new DocumentId(reader.GetInt64(0)), reader.GetTextOrNull(1) ?? "", reader.GetDate(2), reader.GetDate(3),
                Minor(account, reader, 4), Minor(account, reader, 5)), cancel));

    /// <summary>What the account owes and what it paid ahead; refusal <c>unknown-account</c>.</summary>
    public static async Task<Outcome<AccountBalance>> BalanceAsync(
        OperationContext context, AccountId id, CancellationToken cancel = default) =>
        Single(await RowsAsync(context, id,
            // A credit item is negative itself: what it was set against counts once.
            "SELECT (SELECT COALESCE(SUM(amount_minor), 0) FROM open_item WHERE customer_id = @customer AND account_id = "
            + "@account) - (SELECT COALESCE(SUM(amount_minor), 0) FROM allocation WHERE customer_id = @customer AND account_id = "
            + "@account AND payment_id IS NOT NULL), "
            + "(SELECT COALESCE(SUM(amount_minor), 0) FROM payment WHERE customer_id = @customer AND account_id = @account) "
            + "- (SELECT COALESCE(SUM(a.amount_minor), 0) FROM allocation a JOIN payment p ON p.customer_id = a.customer_id "
            + "AND p.payment_id = a.payment_id WHERE p.customer_id = @customer AND p.account_id = @account)",
            (account, reader) => new AccountBalance(Minor(account, reader, 0), Minor(account, reader, 1)), cancel));

    /// <summary>What the account may still use, as charging counts it; refusal <c>unknown-account</c>.</summary>
    public static async Task<Outcome<AccountCredit>> CreditAsync(
        OperationContext context, AccountId id, CancellationToken cancel = default) =>
        Single(await RowsAsync(context, id,
            $"SELECT {CreditSums.OwedMinor}, {CreditSums.UnbilledSteps}, (SELECT coalesce(sum(p.balance), 0) FROM pocket p "
            + "WHERE p.customer_id = a.customer_id AND p.account_id = a.account_id AND p.kind = 'money' AND p.unit = a.currency "
            + "AND p.valid_from <= @now AND p.valid_to > @now) FROM billing_account a WHERE a.customer_id = @customer AND "
            + "a.account_id = @account",
            (account, reader) => new AccountCredit(
                account.CreditLimit, Money.FromStorage(Whole(reader, 2), Units.Get(account.Currency)),
                Minor(account, reader, 0) + Money.FromStorage(Whole(reader, 1), Units.Get(account.Currency)),
                account.BeyondCredit), cancel));

    /// <summary>What a query says of one account; refusal <c>unknown-account</c>.</summary>
    private static async Task<Outcome<List<T>>> RowsAsync<T>(
        OperationContext context, AccountId id, string sql, Func<Account, DbDataReader, T> map, CancellationToken cancel)
    {
        var found = await OneAsync(context, id, cancel);
        if (found.Refusal is { } refusal)
        {
            return refusal;
        }
        await using var work = await BookWork.BeginReadingAsync(context.Database, context.Tenant, cancel);
        List<(string, object?)> values = [("customer", found.Value!.Customer.Value), ("account", id.Value)];
        if (sql.Contains("@now", StringComparison.Ordinal))
        {
            values.Add(("now", context.Now));
        }
        return await work.ReadAsync(sql, reader => map(found.Value, reader), cancel, [.. values]);
    }

    private static Outcome<ImmutableArray<T>> All<T>(Outcome<List<T>> rows) =>
        rows.Refusal is { } refusal ? refusal : rows.Value!.ToImmutableArray();

    private static Outcome<T> Single<T>(Outcome<List<T>> rows) => rows.Refusal is { } refusal ? refusal : rows.Value![0];

    private static long Whole(DbDataReader reader, int column) =>
        Convert.ToInt64(reader.GetValue(column), CultureInfo.InvariantCulture);

    private static Money Minor(Account account, DbDataReader reader, int column) =>
        Money.FromMinor(Whole(reader, column), Units.Get(account.Currency));

    private static async Task<List<Account>> Views(
        TollgateDb db, IQueryable<BillingAccountRow> query, CancellationToken cancel) =>
        (await query.Select(row => new
        {
            Row = row, Party = db.Set<PartyRow>().FirstOrDefault(party => party.CustomerId == row.CustomerId),
        }).ToListAsync(cancel)).ConvertAll(one => View(one.Row, one.Party));

    private static Account View(BillingAccountRow row, PartyRow? party) => new(
        new AccountId(row.AccountId), row.ExternalKey, new CustomerId(row.CustomerId), new SellerId(row.SellerId), row.Phase,
        row.Currency, row.CycleDay, row.TimeZone, row.Language, row.TaxCountry, row.TermsDays, row.PaymentMethod,
        row.CreditLimitMinor is { } limit ? Money.FromMinor(limit, Units.Get(row.Currency)) : null, row.OpenedOn, row.EndedOn,
        row.BilledTo, row.CreatedAt, row.UsageDetail)
    {
        BeyondCredit = row.BeyondCredit,
        BillThreshold = row.BillThresholdMinor is { } threshold ? Money.FromMinor(threshold, Units.Get(row.Currency)) : null,
        CustomerName = party?.Name ?? "",
        Iban = row.Iban,
        Mandate = row.Mandate,
        MandateOn = row.MandateOn,
        DirectDebitLacks = DirectDebits.Lacks(
            row.PaymentMethod, row.Iban.Length > 0 ? row.Iban : party?.Iban ?? "", row.Mandate),
    };
}

/// <summary>Which accounts to list; what is null does not restrict.</summary>
public sealed record AccountFilter
{
    public CustomerId? Customer { get; init; }

    /// <summary>The operator's own number of the account.</summary>
    public string? ExternalKey { get; init; }

    /// <summary>A part of the customer's name, in any case.</summary>
    public string? Name { get; init; }

    /// <summary>1 to 31; 0: cycles that are not monthly.</summary>
    public int? CycleDay { get; init; }

    /// <summary><c>active</c> or <c>ended</c>.</summary>
    public string? Phase { get; init; }
    public SellerId? Seller { get; init; }

    /// <summary>The customer that the accounts' customers belong to.</summary>
    public CustomerId? Reseller { get; init; }
}
