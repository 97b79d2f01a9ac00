using NodaTime;
using Tollgate.Ledger;
using Tollgate.Operations;
using Tollgate.Operations.Adjustments;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using static Tollgate.Storage.Tests.Billing.BillingStory;

namespace Tollgate.Storage.Tests.Billing;

/// <summary>Charges, credits and deposits by hand: from the operation to bill, books and PDF view.</summary>
public sealed class AdjustmentTests
{
    private static readonly AccountId Account = new(101);

    private static Money Eur(decimal amount) => new(amount, Units.Eur);

    private static Task<Outcome<Written<GivenLineId>>> ChargeAsync(BillingStory story, NewGivenLine line) =>
        AdjustAccount.ChargeAsync(story.Context, line, story.Catalogues.Entries[0].Compiled.Source);

    private static async Task<(long Gross, long Due)> LastAsync(BillingStory story)
    {
        var head = (await story.DocumentsAsync()).OrderBy(one => one.Id.Value).Last();
        return (head.GrossMinor, head.DueMinor);
    }

    private static async Task<long> PreviewAsync(BillingStory story, LocalDate date) => (await PreviewBill.RunAsync(
        story.Context, story.Catalogues, new PreviewRequest(Account) { Date = date })).Value!.Due.ToMinor();

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_charge_by_hand_is_billed_once_and_comes_back_when_it_is_withdrawn(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        var fee = new NewGivenLine(Account, "Late fee", 5m, "standard", Kind: "late-fee", On: new LocalDate(2026, 10, 20));
        var line = (await ChargeAsync(story, fee)).Value.Id;
        Assert.Null((await ChargeAsync(story, new NewGivenLine(Account, "Sorry", -2m, "standard", On: December))).Refusal);

        Assert.Equal(7735, await PreviewAsync(story, November)); // 60.00 and 5.00, 19 %
        var preview = (await PreviewBill.RunAsync(story.Context, story.Catalogues, new PreviewRequest(Account)
        {
            Date = November, Changes = [new PlannedChange.Add("plan", 1)],
        })).Value!;
        Assert.False(preview.Lines.Single(one => one.Kind == "given").Considered);
        Assert.Contains(preview.Lines, one => one.Considered && one.Subscription is null);
        await story.IssueAsync((await story.BillAsync(November)).Run);
        Assert.Equal((7735L, 7735L), await LastAsync(story));
        await story.IssueAsync((await story.BillAsync(December)).Run);
        Assert.Equal(3332, (await LastAsync(story)).Gross); // 30.00 less 2.00

        Assert.Null((await AdjustAccount.WithdrawAsync(story.Context, line.ToString())).Refusal);
        Assert.Equal("already-withdrawn", (await AdjustAccount.WithdrawAsync(story.Context, line.ToString())).Refusal?.Code);
        await story.IssueAsync((await story.BillAsync(new LocalDate(2027, 1, 1))).Run);
        Assert.Equal(2975, (await LastAsync(story)).Gross); // 30.00 less 5.00
        Assert.Equal(["withdrawn", "billed"], (await ReadAdjustments.ListAsync(story.Context, Account)).Value!
            .Select(one => one.State));
        await story.AssertBooksAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_credit_lowers_what_is_left_to_pay_or_what_is_taxed_as_the_policy_says(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.AddCustomerAsync(200);
        var after = new NewCredit(Account, "For the outage", 80m);
        Assert.Null((await AdjustAccount.CreditAsync(story.Context, after, "k1")).Refusal);
        Assert.True((await AdjustAccount.CreditAsync(story.Context, after, "k1")).Value.Replayed);
        await story.SetPolicyAsync("creditsBeforeTax", "yes");
        Assert.Null((await AdjustAccount.CreditAsync(
            story.Context, new NewCredit(new AccountId(201), "For the outage", 10m))).Refusal);

        var run = await story.BillAsync(November);
        // 60.00 and 19 %: 71.40, all of it set off; 50.00 and 19 %.
        Assert.Equal([0L, 5950], (await story.DocumentsAsync()).OrderBy(one => one.Account.Value).Select(one => one.DueMinor));
        await story.IssueAsync(run.Run);
        Assert.Equal([7140L, 1000], await story.ReadAsync(
            "SELECT sum(amount_minor) FROM journal_line WHERE ledger_account = '4900-credits' GROUP BY entry_id "
            + "ORDER BY 1 DESC"));
        await story.AssertBooksAsync();

        // What is left, 8.60, is for the next bill; a draft that is cancelled uses nothing.
        var december = await story.BillAsync(December);
        var draft = (await story.DocumentsAsync("draft")).Single(one => one.Account == Account);
        Assert.Equal((3570L, 2710L), (draft.GrossMinor, draft.DueMinor));
        await CancelDocuments.RunAsync(story.Context, [draft.Id]);
        Assert.Equal(8.60m, (await ReadAdjustments.ListAsync(story.Context, Account)).Value![0].Left?.Amount);
        await story.BillAsync(December);
        await story.IssueAsync(december.Run);
        Assert.Equal("used", (await ReadAdjustments.ListAsync(story.Context, Account)).Value![0].State);
        await story.AssertBooksAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_deposit_is_a_liability_that_the_final_bill_sets_off_and_the_rest_goes_back(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        var deposit = new NewDeposit(Account, Eur(100m), PaymentChannel.Cash, October, "Deposit", "till-1");
        var id = (await Deposits.TakeAsync(story.Context, deposit)).Value.Id;
        Assert.True((await Deposits.TakeAsync(story.Context, deposit)).Value.Replayed);
        Assert.Equal("key-reused", (await Deposits.TakeAsync(
            story.Context, deposit with { Amount = Eur(90m) })).Refusal?.Code);
        await story.IssueAsync((await story.BillAsync(November)).Run);
        Assert.Equal((7140L, 7140L), await LastAsync(story));

        // It ends in the middle of November: half of what was billed ahead comes back, a call is billed.
        await story.AddUsageAsync(100, new LocalDate(2026, 11, 10), 40m, period: November);
        Assert.Null((await EndAccount.RunAsync(
            story.Context, Account, Instant.FromUtc(2026, 11, 15, 23, 0))).Refusal);
        Assert.Equal(0, await PreviewAsync(story, December));
        await story.IssueAsync((await story.BillAsync(December)).Run);
        Assert.Equal((2975L, 0L), await LastAsync(story)); // 40.00 less 15.00, 19 %

        Assert.Equal("more-than-left", (await Deposits.ReturnAsync(
            story.Context, new DepositReturn(id, 100m, PaymentChannel.Transfer, null, "back"))).Refusal?.Code);
        Assert.Equal(70.25m, (await Deposits.ReturnAsync(
            story.Context, new DepositReturn(id, null, PaymentChannel.Transfer, null, "back"))).Value.Amount);
        Assert.Equal(70.25m, (await Deposits.ReturnAsync(
            story.Context, new DepositReturn(id, null, PaymentChannel.Transfer, null, "back"))).Value.Amount);
        Assert.Equal([0L], await story.ReadAsync(
            "SELECT sum(amount_minor) FROM journal_line WHERE ledger_account = '2120-deposits'"));
        var view = (await ReadDocuments.ViewAsync(
            story.Context, (await story.DocumentsAsync()).OrderBy(one => one.Id.Value).Last().Id)).Value!;
        Assert.Equal(("Deposit", 29.75m), (view.Totals.SetOff!.Value[0].Text, view.Totals.SetOff.Value[0].Amount.Amount));
        await story.AssertBooksAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_deposit_that_is_released_is_set_off_on_the_next_bill(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        var id = (await Deposits.TakeAsync(
            story.Context, new NewDeposit(Account, Eur(20m), PaymentChannel.Card, October, "Deposit", "card-1"))).Value.Id;
        Assert.Null((await Deposits.ReleaseAsync(story.Context, id)).Refusal);

        await story.IssueAsync((await story.BillAsync(November)).Run);
        Assert.Equal((7140L, 5140L), await LastAsync(story));
        await story.AssertBooksAsync();
    }
}
