using NodaTime;
using Tollgate.Ledger;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Billing;

/// <summary>Money that came in for an account.</summary>
/// <param name="CallerKey">The payer's or channel's own key of this payment, unique per customer; repeating it is safe.</param>
/// <param name="ReceivedOn">Value date.</param>
/// <param name="Reference">What the payer wrote, e.g. a document number.</param>
/// <param name="Document">The issued document of the account that it pays first; what that does not need goes on like any other
/// money. Null: the oldest debts first.</param>
public sealed record PaymentRequest(
    AccountId Account, Money Amount, PaymentChannel Channel, LocalDate ReceivedOn, string CallerKey, string Reference = "",
    DocumentId? Document = null);

/// <summary>A recorded payment.</summary>
/// <param name="Replayed">True: it was recorded before and nothing was done now.</param>
/// <param name="Allocated">Part of it that paid open items so far.</param>
public sealed record PaymentResult(PaymentId Payment, bool Replayed, Money Amount, Money Allocated)
{
    /// <summary>Part of <see cref="Allocated"/> that paid the document it was meant for; null: it was meant for none.</summary>
    public Money? ForDocument { get; init; }

    /// <summary>Not needed by any open item: a credit of the account.</summary>
    public Money Credit => Amount - Allocated;
}

/// <summary>Records a payment, books it and pays the document it is meant for, then the oldest debts. What is left stays as a
/// credit and pays the next documents. Refusals: <c>invalid</c>, <c>unknown-account</c>, <c>other-currency</c>,
/// <c>date-in-future</c>, <c>key-reused</c>, <c>unknown-document</c>, <c>other-account</c>, <c>document-not-issued</c>,
/// <c>nothing-to-pay</c>.</summary>
public static class RecordPayment
{
    private const int MaxAllocations = 1_000;

    public static async Task<Outcome<PaymentResult>> RunAsync(OperationContext context, PaymentRequest request, CancellationToken cancel = default)
    {
        if (BookRequests.Check(request.Amount, request.CallerKey) is { } wrong)
        {
            return wrong;
        }
        var nextId = context.Ids.Next(MaxAllocations + 4);
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        if (await BookRequests.AccountAsync(work, request.Account, cancel) is not { } account)
        {
            return BookRequests.Unknown(request.Account);
        }
        await work.LockHeadsAsync([account.Customer.Value], cancel);
        if (await EarlierAsync(work, account.Customer, request.CallerKey, cancel) is { } earlier)
        {
            return await ReplayAsync(work, request, account, earlier, cancel);
        }
        if (request.Amount.Currency.Code != account.Currency)
        {
            return BookRequests.OtherCurrency(request.Amount, account.Currency);
        }
        if (BookRequests.NotYet(context, account, request.ReceivedOn, "receivedOn") is { } ahead)
        {
            return ahead;
        }
        var meant = request.Document is { } document
            ? await AllocateCredits.MeantAsync(work, request.Account, document, cancel) : null;
        if (meant?.Refusal is { } notFor)
        {
            return notFor;
        }
        var payment = new PaymentId(nextId++);
        await work.ExecuteAsync(
            "INSERT INTO payment (customer_id, payment_id, tenant_id, account_id, channel, caller_key, reference, currency, amount_minor, "
            + "received_on, recorded_at, document_id) VALUES (@customer, @payment, @tenant, @account, @channel, @key, @reference, "
            + "@currency, @amount, @on, @now, @document)",
            cancel, ("customer", account.Customer.Value), ("payment", payment.Value), ("account", request.Account.Value),
            ("channel", request.Channel.Text()), ("key", request.CallerKey), ("reference", request.Reference), ("currency", account.Currency),
            ("amount", request.Amount.ToMinor()), ("on", request.ReceivedOn), ("now", context.Now),
            ("document", request.Document?.Value));
        var subject = new PostingSubject(
            account.Seller, account.Customer, request.Account, request.Amount.Currency, request.ReceivedOn, payment.ToString());
        await CreditHeads.RaiseAsync(work, [account.Customer.Value], cancel);
        BookWriter.SaveEntries(
            work, [(nextId++, Postings.Default.ForPayment(subject, request.Channel, request.Amount.ToMinor()))], context.Now);
        await Audit.WriteAsync(work, context, nextId++, "payment.record", payment.ToString(), request.Amount.ToString(), cancel);
        if (meant?.Value is { } open)
        {
            BookWriter.SaveAllocations(work,
                [new NewAllocation(nextId++, account.Customer, request.Account, payment.Value, null, open.Id,
                    Math.Min(open.OpenMinor, request.Amount.ToMinor()))], context.Now);
        }
        await AllocateCredits.RunAsync(
            work, [account.Customer.Value], [request.Account.Value], nextId, MaxAllocations, context.Now, cancel);
        var result = await ResultAsync(work, request, account, payment, replayed: false, cancel);
        await work.CommitAsync(cancel);
        return result;
    }

    /// <summary>The currency of an account, for shells that read amounts as plain numbers.</summary>
    public static async Task<Outcome<Unit>> CurrencyAsync(OperationContext context, AccountId account, CancellationToken cancel = default)
    {
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        if (await BookRequests.AccountAsync(work, account, cancel) is not { } found)
        {
            return BookRequests.Unknown(account);
        }
        return Units.Find(found.Currency) ?? Units.Currency(found.Currency, 2);
    }

    private sealed record Earlier(
        PaymentId Payment, AccountId Account, string Channel, string Reference, string Currency, long AmountMinor, LocalDate ReceivedOn,
        long? Document);

    private static async Task<Earlier?> EarlierAsync(BookWork work, CustomerId customer, string key, CancellationToken cancel) =>
        (await work.ReadAsync(
            "SELECT payment_id, account_id, channel, reference, currency, amount_minor, received_on, document_id FROM payment "
            + "WHERE customer_id = @customer AND caller_key = @key AND tenant_id = @tenant",
            reader => new Earlier(
                new PaymentId(reader.GetInt64(0)), new AccountId(reader.GetInt64(1)), reader.GetString(2), reader.GetString(3),
                reader.GetString(4), reader.GetInt64(5), reader.GetDate(6), reader.GetLongOrNull(7)),
            cancel, ("customer", customer.Value), ("key", key))).FirstOrDefault();

    private static async Task<Outcome<PaymentResult>> ReplayAsync(
        BookWork work, PaymentRequest request, BookAccount account, Earlier earlier, CancellationToken cancel)
    {
        var field = earlier.Account != request.Account ? "account"
            : earlier.Currency != request.Amount.Currency.Code ? "currency"
            : earlier.AmountMinor != request.Amount.ToMinor() ? "amount"
            : earlier.Channel != request.Channel.Text() ? "channel"
            : earlier.ReceivedOn != request.ReceivedOn ? "receivedOn"
            : earlier.Reference != request.Reference ? "reference"
            : earlier.Document != request.Document?.Value ? "document"
            : "";
        return field.Length > 0
            ? BookRequests.KeyReused(request.CallerKey, field)
            : await ResultAsync(work, request, account, earlier.Payment, replayed: true, cancel);
    }

    private static async Task<PaymentResult> ResultAsync(
        BookWork work, PaymentRequest request, BookAccount account, PaymentId payment, bool replayed, CancellationToken cancel)
    {
        var paid = await work.ReadAsync(
            "SELECT i.document_id, a.amount_minor FROM allocation a JOIN open_item i ON i.customer_id = a.customer_id AND "
            + "i.open_item_id = a.open_item_id WHERE a.customer_id = @customer AND a.payment_id = @payment AND a.tenant_id = @tenant",
            reader => (Document: reader.GetInt64(0), Minor: reader.GetInt64(1)), cancel, ("customer", account.Customer.Value),
            ("payment", payment.Value));
        Money Of(IEnumerable<(long Document, long Minor)> parts) =>
            Money.FromMinor(parts.Sum(part => part.Minor), request.Amount.Currency);
        return new PaymentResult(payment, replayed, request.Amount, Of(paid))
        {
            ForDocument = request.Document is { } document ? Of(paid.Where(part => part.Document == document.Value)) : null,
        };
    }
}

/// <summary>An account as far as bookings need it.</summary>
internal sealed record BookAccount(CustomerId Customer, SellerId Seller, string Currency, string TimeZone, LocalDate OpenedOn);

/// <summary>What payments and top-ups check alike.</summary>
internal static class BookRequests
{
    internal static Refusal? Check(Money amount, string callerKey)
    {
        if (callerKey.Length is 0 or > 200)
        {
            return new Refusal("invalid", "A caller key of 1 to 200 characters is needed, so that a repetition books nothing twice.",
                Retry.AfterCure, "callerKey");
        }
        if (amount.Amount <= 0 || Math.Abs(amount.Amount) > 1_000_000_000_000m)
        {
            return new Refusal("invalid", $"The amount {amount} must be above zero and below 10^12.", Retry.AfterCure, "amount");
        }
        return amount.RoundToMinor(RoundingMode.HalfUp) == amount
            ? null
            : new Refusal("invalid", $"The amount {amount} has parts of a minor unit: use at most {amount.Currency.MinorDigits} decimals.",
                Retry.AfterCure, "amount");
    }

    internal static async Task<BookAccount?> AccountAsync(BookWork work, AccountId account, CancellationToken cancel) =>
        (await work.ReadAsync(
            "SELECT customer_id, seller_id, currency, time_zone, opened_on FROM billing_account WHERE account_id = @account AND tenant_id = @tenant",
            reader => new BookAccount(
                new CustomerId(reader.GetInt64(0)), new SellerId(reader.GetInt64(1)), reader.GetString(2), reader.GetString(3),
                reader.GetDate(4)),
            cancel, ("account", account.Value))).FirstOrDefault();

    /// <summary>Why a value date cannot be booked, or null: money is booked once it has moved.</summary>
    internal static Refusal? NotYet(OperationContext context, BookAccount account, LocalDate date, string field)
    {
        var today = context.Now.InZone(DateTimeZoneProviders.Tzdb[account.TimeZone]).Date;
        return date <= today ? null : new Refusal("date-in-future",
            $"{date:uuuu-MM-dd} has not come yet, today is {today:uuuu-MM-dd}: money is recorded once it has moved.",
            Retry.AfterCure, field);
    }

    internal static Refusal Unknown(AccountId account) =>
        new("unknown-account", $"There is no account {account}. Check the id.", Retry.AfterCure, "account");

    internal static Refusal OtherCurrency(Money amount, string currency) =>
        new("other-currency", $"The account is kept in {currency}, the amount is {amount}: give it in {currency}.", Retry.AfterCure, "currency");

    internal static Refusal KeyReused(string key, string field) => new("key-reused",
        $"The key '{key}' was used for another request: '{field}' differs. Use a new key for a new request.", Retry.Never, field);
}
