using NodaTime;
using Tollgate.Billing;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Adjustments;

/// <summary>A credit or deposit to be stored.</summary>
internal sealed record NewMoney(
    long Id, CreditKind Kind, bool BeforeTax, bool AtEnd, long AmountMinor, string Text, string Reason, LocalDate On);

/// <summary>A stored credit or deposit with what is left of it; its customer is locked.</summary>
internal sealed record StoredMoney(
    BookAccount Account, AccountId AccountId, CreditKind Kind, bool AtEnd, int Returns, long LeftMinor);

/// <summary>What adjustments and deposits have in common: one transaction with the caller key claimed and the customer
/// locked.</summary>
internal static class BookAdjustment
{
    internal static async Task<Outcome<Written<TId>>> RunAsync<TId>(
        OperationContext context, string operation, AccountId account, string callerKey, Fingerprint content,
        Func<BookWork, BookAccount, long, Task<Outcome<TId>>> make, CancellationToken cancel) where TId : struct, IId<TId>
    {
        if (callerKey.Length > 200)
        {
            return new Refusal("invalid", "The caller key is longer than 200 characters.", Retry.AfterCure, "callerKey");
        }
        var firstId = context.Ids.Next(2);
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        if (await BookRequests.AccountAsync(work, account, cancel) is not { } found)
        {
            return BookRequests.Unknown(account);
        }
        await work.LockHeadsAsync([found.Customer.Value], cancel);
        if (await BookOnce.EarlierAsync(work, operation, callerKey, content, cancel) is { } earlier)
        {
            return earlier.Refusal is { } reused ? reused
                : Id.TryParse<TId>(earlier.Value, out var before) ? new Written<TId>(before, true)
                : throw new InvalidOperationException($"The recorded answer '{earlier.Value}' is not an id.");
        }
        var made = await make(work, found, firstId);
        if (made.Refusal is { } refusal)
        {
            return refusal;
        }
        await BookOnce.RememberAsync(context, work, operation, callerKey, content, made.Value.ToString()!, cancel);
        await Audit.WriteAsync(work, context, firstId + 1, operation, account.ToString(), made.Value.ToString()!, cancel);
        await work.CommitAsync(cancel);
        return new Written<TId>(made.Value, false);
    }

    internal static Unit UnitOf(BookAccount account) => LedgerCheck.UnitOf(account.Currency);

    internal static void Amount(Faults faults, decimal amount, Unit currency, bool negative)
    {
        var money = new Money(amount, currency);
        if (amount == 0 || (amount < 0 && !negative) || Math.Abs(amount) > 1_000_000_000m)
        {
            faults.Add("amount", $"{money} is not possible.",
                negative ? "Give an amount that is not zero, within 10^9." : "Give an amount above zero, at most 10^9.");
        }
        else if (money.RoundToMinor(RoundingMode.HalfUp) != money)
        {
            faults.Add("amount", $"{money} has parts of a minor unit.", "Use fewer decimals.");
        }
    }

    internal static Task<int> InsertAsync(
        BookWork work, OperationContext context, BookAccount account, AccountId id, NewMoney money, CancellationToken cancel) =>
        work.ExecuteAsync(
            "INSERT INTO account_credit (customer_id, credit_id, tenant_id, account_id, kind, before_tax, at_end, amount_minor, "
            + "description, reason, given_on, actor, created_at) VALUES (@customer, @id, @tenant, @account, @kind, @before, "
            + "@atEnd, @amount, @text, @reason, @on, @actor, @now)",
            cancel, ("customer", account.Customer.Value), ("id", money.Id), ("account", id.Value),
            ("kind", CustomerMoney.Text(money.Kind)), ("before", money.BeforeTax), ("atEnd", money.AtEnd),
            ("amount", money.AmountMinor), ("text", money.Text), ("reason", money.Reason), ("on", money.On),
            ("actor", context.Actor), ("now", context.Now));

    /// <summary>Adds a line to the account's next bill; its day and revenue account are given.</summary>
    internal static Task<int> LineAsync(
        BookWork work, OperationContext context, BookAccount account, long id, NewGivenLine line, CancellationToken cancel) =>
        work.ExecuteAsync(
            "INSERT INTO given_line (customer_id, line_id, tenant_id, account_id, kind, on_date, description, amount_minor, "
            + "tax, tax_included, revenue_account, reason, actor, created_at) VALUES (@customer, @id, @tenant, @account, "
            + "@kind, @on, @text, @amount, @tax, @included, @revenue, @reason, @actor, @now)",
            cancel, ("customer", account.Customer.Value), ("id", id), ("account", line.Account.Value), ("kind", line.Kind),
            ("on", line.On), ("text", line.Text), ("amount", new Money(line.Amount, UnitOf(account)).ToMinor()),
            ("tax", line.Tax), ("included", line.TaxIncluded), ("revenue", line.RevenueAccount), ("reason", line.Reason),
            ("actor", context.Actor), ("now", context.Now));

    /// <summary>A credit or deposit, its customer locked; null: there is none.</summary>
    internal static async Task<StoredMoney?> CreditAsync(BookWork work, CreditId credit, CancellationToken cancel)
    {
        var owner = await work.ReadAsync(
            "SELECT customer_id, account_id FROM account_credit WHERE credit_id = @id AND tenant_id = @tenant",
            reader => (Customer: reader.GetInt64(0), Account: new AccountId(reader.GetInt64(1))), cancel, ("id", credit.Value));
        if (owner.Count == 0)
        {
            return null;
        }
        await work.LockHeadsAsync([owner[0].Customer], cancel);
        var account = (await BookRequests.AccountAsync(work, owner[0].Account, cancel))!;
        return (await work.ReadAsync(
            $"SELECT c.kind, c.at_end, c.returns, CAST({CustomerMoney.Left} AS bigint) FROM account_credit c "
            + "WHERE c.customer_id = @customer AND c.credit_id = @id",
            reader => new StoredMoney(
                account, owner[0].Account, reader.GetString(0) == "deposit" ? CreditKind.Deposit : CreditKind.Credit,
                reader.GetBoolean(1), reader.GetInt32(2), reader.GetInt64(3)),
            cancel, ("customer", owner[0].Customer), ("id", credit.Value)))[0];
    }
}
