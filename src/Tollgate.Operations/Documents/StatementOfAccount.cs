using System.Globalization;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Operations.Billing;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Documents;

/// <summary>A statement of an account over a period.</summary>
public sealed record StatementRequest(AccountId Account, BillPeriod Period, DocumentOrder Order);

/// <summary>Makes statements: balance at the beginning, documents and payments of the period, balance at the end. A statement
/// has a number
/// but no amounts in the books.</summary>
public static class StatementOfAccount
{
    public static Task<Outcome<DocumentMade>> RunAsync(
        OperationContext context, StatementRequest request, CancellationToken cancel = default) =>
        DocumentMaking.RunAsync(
            context, "document.statement", BillKind.Statement, request.Order,
            string.Create(CultureInfo.InvariantCulture, $"account={request.Account}\nperiod={request.Period}"),
            (work, _) => ComputeAsync(context, work, request, cancel), cancel);

    private static async Task<Outcome<MadeDraft>> ComputeAsync(
        OperationContext context, BookWork work, StatementRequest request, CancellationToken cancel)
    {
        if (await BookRequests.AccountAsync(work, request.Account, cancel) is not { } account)
        {
            return BookRequests.Unknown(request.Account);
        }
        await work.LockHeadsAsync([account.Customer.Value], cancel);
        var today = request.Order.IssueDate ?? await DocumentMaking.TodayAsync(context, work, account.Seller, cancel);
        if (request.Period.To > today.PlusDays(1))
        {
            return new Refusal("date-in-future",
                $"The period ends on {request.Period.LastDay:uuuu-MM-dd}, which has not come yet.",
                Retry.AfterCure, "period");
        }
        var draft = new BillDraft
        {
            Customer = account.Customer, Account = request.Account, Period = request.Period, IssueDate = today, DueDate = today,
            Currency = Units.Find(account.Currency) ?? Units.Currency(account.Currency, 2), CatalogueVersion = 0, Lines = [],
                Taxes = [],
            NetMinor = 0, TaxMinor = 0, GrossMinor = 0, SettledMinor = 0, SettledSteps = 0,
        };
        var country = (await work.ReadAsync("SELECT tax_country FROM billing_account WHERE customer_id = @customer AND "
            + "account_id = @account",
            reader => reader.GetString(0), cancel, ("customer", account.Customer.Value), ("account", request.Account.Value)))[0];
        return new MadeDraft(draft, account.Seller, country, new Dictionary<SubscriptionId, (string, string)>(), []);
    }
}
