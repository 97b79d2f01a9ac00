using NodaTime;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using static Tollgate.Storage.Tests.Billing.BillingStory;

namespace Tollgate.Storage.Tests.Billing;

/// <summary>Bill cycles from open over closed to billed, cut off by hand, and where new accounts go.</summary>
public sealed class CycleTests
{
    private static readonly BillCycle First = new(1);

    private static async Task<(CycleState State, bool CutOff, int Due)> StateAsync(BillingStory story, LocalDate today)
    {
        var row = Assert.Single(await BillCycles.ListAsync(story.Context, today));
        return (row.State, row.ClosedAt is not null, row.Due);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_cycle_comes_with_its_account_and_goes_from_open_over_closed_to_billed(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        Assert.Empty(await BillCycles.ListAsync(story.Context, October));
        await story.AddCustomerAsync(100);
        await story.AddCustomerAsync(200);

        Assert.Equal((CycleState.Open, false, 0), await StateAsync(story, new LocalDate(2026, 10, 31)));
        Assert.Equal((CycleState.Closed, false, 2), await StateAsync(story, November));
        await story.ExecuteAsync("UPDATE billing_account SET tax_country = 'AT' WHERE account_id = 201");
        await story.BillAsync(November);
        Assert.Equal((CycleState.Closed, false, 1), await StateAsync(story, November)); // one is parked
        await story.ExecuteAsync("UPDATE billing_account SET tax_country = 'DE' WHERE account_id = 201");
        await CancelDocuments.RunAsync(story.Context, [.. (await story.DocumentsAsync("draft")).Select(one => one.Id)]);
        await story.IssueAsync((await story.BillAsync(November)).Run);
        Assert.Equal((CycleState.Billed, false, 0), await StateAsync(story, new LocalDate(2026, 11, 30)));
        Assert.Equal((CycleState.Closed, false, 2), await StateAsync(story, December));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Usage_that_arrives_after_a_cycle_was_cut_off_is_on_the_next_bill_with_its_own_period(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.AddCustomerAsync(200);
        await story.AddUsageAsync(100, new LocalDate(2026, 10, 5), 1m);
        await story.AddUsageAsync(100, November, 3m, period: November);

        var closed = (await CloseCycle.RunAsync(story.On(November), First, November)).Value!;
        Assert.Equal((2, 1), (closed.Accounts, closed.Closed));
        Assert.Equal((CycleState.Closed, true, 2), await StateAsync(story, November));
        await story.AddUsageAsync(100, new LocalDate(2026, 10, 6), 2m);
        Assert.Equal(1, (await CloseCycle.RunAsync(story.On(November), First, November)).Value!.Closed);
        await story.AddUsageAsync(100, new LocalDate(2026, 10, 7), 4m);
        await story.AddUsageAsync(200, new LocalDate(2026, 10, 7), 5m);

        var preview = (await PreviewBill.RunAsync(
            story.On(November), story.Catalogues, new PreviewRequest(new AccountId(101)) { Date = November })).Value!;
        await story.IssueAsync((await story.BillAsync(November)).Run);
        // October, November and what had arrived: 1.00 and, with the second closing, 2.00.
        Assert.Equal([6300L, 6000], await NetsAsync(story));
        Assert.Equal(6300, preview.Net.ToMinor());
        await story.AssertBooksAsync();

        await story.IssueAsync((await story.BillAsync(December)).Run);
        Assert.Equal([3700L, 3500], (await NetsAsync(story))[2..]);
        Assert.Equal([400L], await story.ReadAsync(
            "SELECT amount_minor FROM document_line WHERE kind = 'usage' AND amount_minor = 400 AND period_from = '2026-10-01'"));
        await story.AssertBooksAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_cycle_that_is_reopened_takes_usage_until_its_run_and_what_cannot_be_closed_is_refused(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        async Task<string?> CloseAsync(LocalDate date) =>
            (await CloseCycle.RunAsync(story.On(November), First, date)).Refusal?.Code;

        Assert.Equal("date-in-future", await CloseAsync(December));
        Assert.Equal("not-a-boundary", await CloseAsync(new LocalDate(2026, 10, 31)));
        Assert.Null(await CloseAsync(November));
        await story.AddUsageAsync(100, new LocalDate(2026, 10, 6), 2m);
        Assert.Null((await CloseCycle.ReopenAsync(story.On(November), First, November)).Refusal);
        await story.IssueAsync((await story.BillAsync(November)).Run);

        Assert.Equal([6200L], await NetsAsync(story));
        Assert.Equal("already-billed", await CloseAsync(November));
        Assert.Equal("already-billed", (await CloseCycle.ReopenAsync(story.On(November), First, November)).Refusal?.Code);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task New_accounts_go_to_the_day_that_has_the_fewest(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        for (var day = 1; day <= 28; day++)
        {
            await story.AddCustomerAsync(1000 * day, cycleDay: day);
        }
        await story.ExecuteAsync("UPDATE billing_account SET ended_on = '2026-10-20' WHERE cycle_day = 17");
        async Task<int> OpenAsync() => (await ReadAccounts.OneAsync(story.Context, (await CreateAccount.RunAsync(
            story.Context, new NewAccount { Customer = new CustomerId(1000), Cycle = "least-loaded", TaxCountry = "DE" }, ""))
            .Value.Id)).Value!.CycleDay;

        Assert.Equal(17, await OpenAsync());
        Assert.Equal(1, await OpenAsync());
        Assert.Equal(2, await OpenAsync());
    }

    private static Task<List<long>> NetsAsync(BillingStory story) => story.ReadAsync(
        "SELECT net_minor FROM document WHERE phase = 'issued' ORDER BY run_id, account_id");
}
