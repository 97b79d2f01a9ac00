using NodaTime;
using Tollgate.Ledger;
using Tollgate.Operations;
using Tollgate.Operations.Adjustments;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using static Tollgate.Storage.Tests.Billing.BillingStory;

namespace Tollgate.Storage.Tests.Billing;

/// <summary>What an operator may well type and what is then said.</summary>
public sealed class SmallRefusalTests
{
    private static readonly AccountId Account = new(101);
    private static readonly Money Ten = new(10m, Units.Eur);

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Money_of_a_day_that_has_not_come_is_not_booked(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        var tomorrow = November.PlusDays(1);

        // In Berlin it is 1 November already, whatever the day is elsewhere.
        Assert.Null((await RecordPayment.RunAsync(
            story.Context, new PaymentRequest(Account, Ten, PaymentChannel.Cash, November, "today"))).Refusal);
        Refusal?[] refused =
        [
            (await RecordPayment.RunAsync(
                story.Context, new PaymentRequest(Account, Ten, PaymentChannel.Cash, tomorrow, "p"))).Refusal,
            (await TopUp.RunAsync(story.Context, new TopUpRequest(Account, Ten, PaymentChannel.Cash, tomorrow, "t"))).Refusal,
            (await Deposits.TakeAsync(
                story.Context, new NewDeposit(Account, Ten, PaymentChannel.Cash, tomorrow, "Deposit", "d"))).Refusal,
        ];

        Assert.All(refused, one => Assert.Equal(("date-in-future", "receivedOn"), (one?.Code, one?.Field)));
        Assert.Contains("2026-11-02 has not come yet, today is 2026-11-01", refused[0]!.Message, StringComparison.Ordinal);
        Assert.Equal([1L], await story.ReadAsync("SELECT count(*) FROM payment"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_end_with_the_term_needs_a_term(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);

        var ends = await EndSubscription.RunAsync(
            story.Context, new SubscriptionId(102), new SubscriptionEnd { When = ChangeTime.TermEnd }, story.OnSale);
        var changes = await ChangeSubscription.RunAsync(
            story.Context, new SubscriptionId(102), new SubscriptionChange { Quantity = 2, When = ChangeTime.TermEnd },
            story.OnSale);

        Assert.All([ends.Refusal, changes.Refusal], one => Assert.Equal(("invalid", "when"), (one?.Code, one?.Field)));
        Assert.Contains("'plan' has no minimum term", ends.Refusal!.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_account_is_not_on_the_bills_of_another_customer(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.AddCustomerAsync(200);

        Task<Outcome<Written<AccountId>>> OpenAsync(long parent) => CreateAccount.RunAsync(
            story.Context, new NewAccount
            {
                Customer = new CustomerId(100), OpenedOn = October, TaxCountry = "DE", BillsTo = new AccountId(parent),
            }, "");

        var other = (await OpenAsync(201)).Refusal!;
        Assert.Equal(("invalid", "billsTo"), (other.Code, other.Field));
        Assert.Contains("acc_201 belongs to another customer, cus_200", other.Message, StringComparison.Ordinal);
        Assert.Equal("unknown-account", (await OpenAsync(9)).Refusal?.Code);
        Assert.Null((await OpenAsync(101)).Refusal);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_subscription_that_is_ended_as_it_started_never_was_and_everything_comes_back(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        story.Sell("""
            catalog: { code: undo, currency: EUR, timeZone: Europe/Berlin }
            taxes: [ { code: standard, name: VAT, rates: [ { country: DE, percent: 19, from: 2007-01-01 } ] } ]
            offers:
              - code: plan
                name: Plan
                recurring: [ { code: fee, name: Fee, amount: 30.00, tax: standard, revenueAccount: 4000-fees } ]
                oneTime: [ { code: on, name: Switch-on, amount: 25.00, tax: standard, revenueAccount: 4010-once } ]
                minimumTerm:
                  length: 12 months
                  fee: { code: early, name: Early, amount: 99.00, tax: standard, revenueAccount: 4010-once }
            """);
        await story.AddCustomerAsync(100);
        await story.IssueAsync((await story.BillAsync(November)).Run);

        Assert.Null((await EndSubscription.RunAsync(story.Context, new SubscriptionId(102), Start(October))).Refusal);
        await story.IssueAsync((await story.BillAsync(December)).Run);

        Assert.Equal([8500L, -8500], await story.ReadAsync("SELECT net_minor FROM document ORDER BY document_id"));
        await story.AssertNothingMoreAsync(December);
        await story.AssertBooksAsync();
    }
}
