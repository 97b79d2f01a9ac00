using System.Globalization;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Ledger;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Adjustments;

/// <summary>Money that a customer leaves as security.</summary>
/// <param name="ReceivedOn">Value date.</param>
public sealed record NewDeposit(
    AccountId Account, Money Amount, PaymentChannel Channel, LocalDate ReceivedOn, string Text, string CallerKey);

/// <summary>A deposit, or a part of it, that goes back to the customer.</summary>
/// <param name="Amount">Null: everything that is left.</param>
public sealed record DepositReturn(
    CreditId Deposit, decimal? Amount, PaymentChannel Channel, LocalDate? On, string CallerKey);

/// <summary>
/// Deposits: taken as a liability, set off after tax on the final bill of an account that has ended (or, released, on the next
/// one), or paid back.
/// </summary>
public static class Deposits
{
    /// <summary>Takes a deposit. Refusals: <c>unknown-account</c>, <c>invalid</c>, <c>other-currency</c>,
    /// <c>key-reused</c>.</summary>
    public static async Task<Outcome<Written<CreditId>>> TakeAsync(
        OperationContext context, NewDeposit deposit, CancellationToken cancel = default)
    {
        if (BookRequests.Check(deposit.Amount, deposit.CallerKey) is { } wrong)
        {
            return wrong;
        }
        var entryId = context.Ids.Next();
        return await BookAdjustment.RunAsync<CreditId>(
            context, "deposit.take", deposit.Account, deposit.CallerKey,
            new Fingerprint().Add("account", deposit.Account).Add("amount", deposit.Amount).Add("channel", deposit.Channel.Text())
                .Add("receivedOn", deposit.ReceivedOn).Add("text", deposit.Text), async (work, account, id) =>
        {
            if (deposit.Amount.Currency.Code != account.Currency)
            {
                return BookRequests.OtherCurrency(deposit.Amount, account.Currency);
            }
            if (BookRequests.NotYet(context, account, deposit.ReceivedOn, "receivedOn") is { } ahead)
            {
                return ahead;
            }
            await BookAdjustment.InsertAsync(work, context, account, deposit.Account, new NewMoney(
                id, CreditKind.Deposit, BeforeTax: false, AtEnd: true, deposit.Amount.ToMinor(), deposit.Text, "",
                deposit.ReceivedOn), cancel);
            Book(work, context, account, deposit.Account, deposit.Amount.Currency, deposit.ReceivedOn, deposit.Channel,
                (entryId, new CreditId(id).ToString(), deposit.Amount.ToMinor()));
            return new CreditId(id);
        }, cancel);
    }

    /// <summary>Lets the next bill set the deposit off, before the account ends.</summary>
    public static async Task<Outcome<CreditId>> ReleaseAsync(
        OperationContext context, CreditId deposit, CancellationToken cancel = default)
    {
        var auditId = context.Ids.Next();
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        if (await BookAdjustment.CreditAsync(work, deposit, cancel) is not { Kind: CreditKind.Deposit } found)
        {
            return Refusals.Unknown("deposit", deposit);
        }
        await work.ExecuteAsync(
            "UPDATE account_credit SET at_end = false WHERE customer_id = @customer AND credit_id = @id", cancel,
            ("customer", found.Account.Customer.Value), ("id", deposit.Value));
        await Audit.WriteAsync(work, context, auditId, "deposit.release", deposit.ToString(), "", cancel);
        await work.CommitAsync(cancel);
        return deposit;
    }

    /// <summary>Pays a deposit back. Refusals: <c>unknown-deposit</c>, <c>more-than-left</c>, <c>invalid</c>,
    /// <c>key-reused</c>.</summary>
    public static async Task<Outcome<Money>> ReturnAsync(
        OperationContext context, DepositReturn back, CancellationToken cancel = default)
    {
        if (back.CallerKey.Length is 0 or > 200)
        {
            return new Refusal("invalid",
                "A caller key of 1 to 200 characters is needed, so that a repetition pays nothing twice.", Retry.AfterCure,
                "callerKey");
        }
        const string operation = "deposit.return";
        var firstId = context.Ids.Next(2);
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        if (await BookAdjustment.CreditAsync(work, back.Deposit, cancel) is not { Kind: CreditKind.Deposit } found)
        {
            return Refusals.Unknown("deposit", back.Deposit);
        }
        var currency = BookAdjustment.UnitOf(found.Account);
        var content = new Fingerprint().Add("deposit", back.Deposit).Add("amount", back.Amount)
            .Add("channel", back.Channel.Text()).Add("on", back.On);
        if (await BookOnce.EarlierAsync(work, operation, back.CallerKey, content, cancel) is { } earlier)
        {
            return earlier.Refusal is { } reused ? reused
                : Money.FromMinor(long.Parse(earlier.Value!, CultureInfo.InvariantCulture), currency);
        }
        var amount = new Money(back.Amount ?? Money.FromMinor(found.LeftMinor, currency).Amount, currency);
        if (amount.Amount <= 0 || amount.RoundToMinor(RoundingMode.HalfUp) != amount || amount.ToMinor() > found.LeftMinor)
        {
            return new Refusal("more-than-left",
                $"{amount} cannot be returned: {Money.FromMinor(found.LeftMinor, currency)} is left of {back.Deposit}.",
                Retry.AfterCure, "amount");
        }
        var on = back.On ?? context.Now.InZone(DateTimeZoneProviders.Tzdb[found.Account.TimeZone]).Date;
        if (BookRequests.NotYet(context, found.Account, on, "on") is { } ahead)
        {
            return ahead;
        }
        await work.ExecuteAsync(
            "UPDATE account_credit SET returned_minor = returned_minor + @amount, returns = returns + 1 WHERE customer_id = "
            + "@customer AND credit_id = @id", cancel, ("amount", amount.ToMinor()),
            ("customer", found.Account.Customer.Value), ("id", back.Deposit.Value));
        Book(work, context, found.Account, found.AccountId, currency, on, back.Channel, (firstId, string.Create(
            CultureInfo.InvariantCulture, $"{back.Deposit}/{found.Returns + 1}"), -amount.ToMinor()));
        await BookOnce.RememberAsync(context, work, operation, back.CallerKey, content,
            amount.ToMinor().ToString(CultureInfo.InvariantCulture), cancel);
        await Audit.WriteAsync(work, context, firstId + 1, operation, back.Deposit.ToString(), amount.ToString(), cancel);
        await work.CommitAsync(cancel);
        return amount;
    }

    private static void Book(
        BookWork work, OperationContext context, BookAccount account, AccountId id, Unit currency, LocalDate on,
        PaymentChannel channel, (long Id, string Reference, long AmountMinor) entry) => BookWriter.SaveEntries(
            work,
            [
                (entry.Id, Postings.Default.ForDeposit(
                    new PostingSubject(account.Seller, account.Customer, id, currency, on, entry.Reference), channel,
                    entry.AmountMinor)),
            ], context.Now);
}
