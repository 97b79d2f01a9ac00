using System.Collections.Immutable;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Tollgate.Primitives;
using Tollgate.Storage;
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
        var row = await db.Set<BillingAccountRow>().SingleOrDefaultAsync(
            row => row.TenantId == context.Tenant.Value && row.AccountId == id.Value, cancel);
        return row is null ? Refusals.Unknown("account", id) : View(row);
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
    /// <param name="customer">Only this customer's.</param>
    /// <param name="externalKey">Only the account with this key.</param>
    /// <param name="after">Last id of the page before.</param>
    public static async Task<Page<Account>> ListAsync(
        OperationContext context, CustomerId? customer = null, string? externalKey = null, string? after = null,
        int limit = Paging.Default, CancellationToken cancel = default)
    {
        var from = Paging.After<AccountId>(after);
        await using var db = context.Database.Context();
        var query = db.Set<BillingAccountRow>().Where(row => row.TenantId == context.Tenant.Value && row.AccountId > from);
        if (customer is { } owner)
        {
            query = query.Where(row => row.CustomerId == owner.Value);
        }
        if (externalKey is not null)
        {
            var id = await ReadCustomers.KeyAsync(db, context, "account", externalKey, cancel);
            query = query.Where(row => row.AccountId == id);
        }
        var rows = await query.OrderBy(row => row.AccountId).Take(limit + 1).ToListAsync(cancel);
        return Paging.Page([.. rows.Select(View)], limit, view => view.Id.ToString());
    }

    /// <summary>The pockets of an account that are valid now or later, in the order of use; refusal
    /// <c>unknown-account</c>.</summary>
    public static async Task<Outcome<ImmutableArray<Pocket>>> PocketsAsync(
        OperationContext context, AccountId id, CancellationToken cancel = default)
    {
        var account = await OneAsync(context, id, cancel);
        if (account.Refusal is { } refusal)
        {
            return refusal;
        }
        var units = await UnitStore.LoadAsync(context.Database, context.Tenant, cancel);
        await using var connection = await context.Database.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT pocket_id, subscription_id, kind, allowance, unit, granted, balance, valid_from, valid_to FROM pocket "
            + "WHERE customer_id = @customer AND account_id = @account AND valid_to > @now ORDER BY kind, priority, "
            + "valid_to, pocket_id";
        command.Add("customer", account.Value!.Customer.Value)
            .Add("account", id.Value).Add("now", context.Database.TimeValue(context.Now));
        var pockets = ImmutableArray.CreateBuilder<Pocket>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var unit = units.Of(reader.GetString(4));
            pockets.Add(new Pocket(
                new PocketId(reader.GetInt64(0)), id, reader.IsDBNull(1) ? null : new SubscriptionId(reader.GetInt64(1)),
                reader.GetString(2),
                reader.GetString(3), unit.FromStorage(reader.GetInt64(6)), unit.FromStorage(reader.GetInt64(5)), unit.Code,
                reader.GetTime(7), reader.GetTime(8)));
        }
        return pockets.ToImmutable();
    }

    /// <summary>Issued documents of an account that are not settled, by due date; refusal <c>unknown-account</c>.</summary>
    public static async Task<Outcome<ImmutableArray<OpenBill>>> OpenBillsAsync(
        OperationContext context, AccountId id, CancellationToken cancel = default)
    {
        var account = await OneAsync(context, id, cancel);
        if (account.Refusal is { } refusal)
        {
            return refusal;
        }
        await using var connection = await context.Database.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT i.document_id, d.number, d.issue_date, i.due_date, d.gross_minor, i.amount_minor "
            + "- coalesce((SELECT sum(a.amount_minor) FROM allocation a WHERE a.customer_id = i.customer_id "
            + "AND a.open_item_id = i.open_item_id), 0) "
            + "+ coalesce((SELECT sum(a.amount_minor) FROM allocation a WHERE a.customer_id = i.customer_id "
            + "AND a.account_id = i.account_id AND a.credit_item_id = i.open_item_id), 0) "
            + "FROM open_item i JOIN document d ON d.customer_id = i.customer_id AND d.document_id = i.document_id "
            + "WHERE i.customer_id = @customer AND i.account_id = @account ORDER BY i.due_date, i.open_item_id";
        command.Add("customer", account.Value!.Customer.Value).Add("account", id.Value);
        var currency = Units.Get(account.Value.Currency);
        var bills = ImmutableArray.CreateBuilder<OpenBill>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var open = Convert.ToInt64(reader.GetValue(5), CultureInfo.InvariantCulture);
            if (open != 0)
            {
                bills.Add(new OpenBill(
                    new DocumentId(reader.GetInt64(0)), reader.IsDBNull(1) ? "" : reader.GetString(1), reader.GetDate(2),
                    reader.GetDate(3), Money.FromMinor(reader.GetInt64(4), currency), Money.FromMinor(open, currency)));
            }
        }
        return bills.ToImmutable();
    }

    /// <summary>What the account owes and what it paid ahead; refusal <c>unknown-account</c>.</summary>
    public static async Task<Outcome<AccountBalance>> BalanceAsync(
        OperationContext context, AccountId id, CancellationToken cancel = default)
    {
        var account = await OneAsync(context, id, cancel);
        if (account.Refusal is { } refusal)
        {
            return refusal;
        }
        await using var connection = await context.Database.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText =
            // A credit item is negative itself: what it was set against counts once.
            "SELECT (SELECT COALESCE(SUM(amount_minor), 0) FROM open_item WHERE customer_id = @customer AND account_id = "
            + "@account) - (SELECT COALESCE(SUM(amount_minor), 0) FROM allocation WHERE customer_id = @customer AND account_id = "
            + "@account AND payment_id IS NOT NULL), "
            + "(SELECT COALESCE(SUM(amount_minor), 0) FROM payment WHERE customer_id = @customer AND account_id = @account) "
            + "- (SELECT COALESCE(SUM(a.amount_minor), 0) FROM allocation a JOIN payment p ON p.customer_id = a.customer_id "
            + "AND p.payment_id = a.payment_id WHERE p.customer_id = @customer AND p.account_id = @account)";
        command.Add("customer", account.Value!.Customer.Value).Add("account", id.Value);
        var currency = Units.Get(account.Value.Currency);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        Money Minor(int column) =>
            Money.FromMinor(Convert.ToInt64(reader.GetValue(column), CultureInfo.InvariantCulture), currency);
        return new AccountBalance(Minor(0), Minor(1));
    }

    /// <summary>What the account may still use, as charging counts it; refusal <c>unknown-account</c>.</summary>
    public static async Task<Outcome<AccountCredit>> CreditAsync(
        OperationContext context, AccountId id, CancellationToken cancel = default)
    {
        var account = await OneAsync(context, id, cancel);
        if (account.Refusal is { } refusal)
        {
            return refusal;
        }
        await using var connection = await context.Database.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"SELECT {CreditSums.OwedMinor}, {CreditSums.UnbilledSteps}, (SELECT coalesce(sum(p.balance), 0) FROM pocket p "
            + "WHERE p.customer_id = a.customer_id AND p.account_id = a.account_id AND p.kind = 'money' AND p.unit = a.currency "
            + "AND p.valid_from <= @now AND p.valid_to > @now) FROM billing_account a WHERE a.customer_id = @customer AND "
            + "a.account_id = @account";
        command.Add("customer", account.Value!.Customer.Value).Add("account", id.Value)
            .Add("now", context.Database.TimeValue(context.Now));
        var currency = Units.Get(account.Value.Currency);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        long Number(int column) => Convert.ToInt64(reader.GetValue(column), CultureInfo.InvariantCulture);
        return new AccountCredit(
            account.Value.CreditLimit, Money.FromStorage(Number(2), currency),
            Money.FromMinor(Number(0), currency) + Money.FromStorage(Number(1), currency), account.Value.BeyondCredit);
    }

    private static Account View(BillingAccountRow row) => new(
        new AccountId(row.AccountId), row.ExternalKey, new CustomerId(row.CustomerId), new SellerId(row.SellerId), row.Phase,
        row.Currency, row.CycleDay, row.TimeZone, row.Language, row.TaxCountry, row.TermsDays, row.PaymentMethod,
        row.CreditLimitMinor is { } limit ? Money.FromMinor(limit, Units.Get(row.Currency)) : null, row.OpenedOn, row.EndedOn,
        row.BilledTo, row.CreatedAt, row.UsageDetail)
    {
        BeyondCredit = row.BeyondCredit,
        BillThreshold = row.BillThresholdMinor is { } threshold ? Money.FromMinor(threshold, Units.Get(row.Currency)) : null,
    };
}
