using NodaTime;
using Tollgate.Operations;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using static Tollgate.Storage.Tests.Billing.BillingStory;

namespace Tollgate.Storage.Tests.Billing;

/// <summary>Changes of subscriptions and accounts through the operations and the database to the bills.</summary>
public sealed class TimelineStoryTests
{
    private static readonly DateTimeZone Berlin = DateTimeZoneProviders.Tzdb["Europe/Berlin"];

    private static Instant On(LocalDate day) => Berlin.AtStartOfDay(day).ToInstant();

    private static async Task ChangeAsync(BillingStory story, SubscriptionChange change, long subscription = 102) => Right(
        await ChangeSubscription.RunAsync(
            story.Context, new SubscriptionId(subscription), change,
            (_, _) => Task.FromResult(new Offers(story.Catalogues.Entries[0].Compiled.Source))));

    private static void Right<T>(Outcome<T> outcome) => Assert.Null(outcome.Refusal);

    private static async Task<IEnumerable<long>> LinesAsync(BillingStory story) => await story.ReadAsync(
        "SELECT l.amount_minor FROM document_line l JOIN document d ON d.document_id = l.document_id AND d.customer_id = "
        + "l.customer_id WHERE d.phase = 'draft' ORDER BY l.document_id, l.line_no");

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_back_dated_plan_change_corrects_an_issued_bill_and_withdrawing_it_brings_that_back(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.IssueAsync((await story.BillAsync(November)).Run);

        await ChangeAsync(story, new SubscriptionChange { Offer = "big", At = On(new LocalDate(2026, 10, 17)) });
        var december = await story.BillAsync(December);
        // 15 of 31 days of October, November and December at the new price; what was billed of the old one comes back.
        Assert.Equal([2903L, 6000, 6000, -1452, -3000], await LinesAsync(story));
        await story.IssueAsync(december.Run);

        Right(await WithdrawChange.RunAsync(story.Context, new SubscriptionId(102), 1));
        var january = await story.BillAsync(new LocalDate(2027, 1, 1));
        Assert.Equal(1, january.Drafted);
        // As if it had never been: 30.00 for each month from October to January.
        Assert.Equal([12_000L], await story.ReadAsync("SELECT sum(amount_minor) FROM document_line"));
        await story.AssertBooksAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_pause_a_quantity_and_a_price_of_the_customers_own_reach_the_bill(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await ChangeAsync(story, new SubscriptionChange
        {
            Quantity = 2, PriceCode = "base", Amount = 15.50m, At = On(new LocalDate(2026, 10, 11)),
        });
        Right(await SuspendSubscription.RunAsync(
            story.Context, new SubscriptionId(102), charged: false, On(new LocalDate(2026, 10, 21))));
        Right(await ResumeSubscription.RunAsync(story.Context, new SubscriptionId(102), On(November)));

        await story.BillAsync(November);
        // 10 of 31 days × 30.00, 10 of 31 days × 2 × 15.50, November 2 × 15.50.
        Assert.Equal([968L, 1000, 3100], await LinesAsync(story));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_moved_account_is_billed_for_the_part_in_between(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.BillAsync(November);
        Right(await MoveCycle.RunAsync(story.Context, new AccountId(101), "15", December));
        Assert.Equal("invalid", (await MoveCycle.RunAsync(story.Context, new AccountId(101), "31 days")).Refusal?.Code);

        await AcceptAllAsync(story);
        var moved = await story.BillAsync(new LocalDate(2026, 12, 15), cycleDay: 15);
        Assert.Equal(1, moved.Drafted);
        // 14 of the 30 days from 15 November, then a whole period from 15 December.
        Assert.Equal([1400L, 3000], await LinesAsync(story));
        var cycles = await BillCycles.ListAsync(story.Context, new LocalDate(2026, 12, 20));
        Assert.Equal(("15", 1, CycleState.Billed), (cycles[0].Cycle.ToString(), cycles[0].Accounts, cycles[0].State));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_cycle_of_two_weeks_runs_beside_the_monthly_ones(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.ExecuteAsync("UPDATE billing_account SET cycle_day = 0, cycle = '2 weeks from 2026-10-01'");
        Assert.True(BillCycle.TryParse("2 weeks from 2026-10-01", out var cycle));

        var run = await RunBilling.RunAsync(
            story.Context, story.Catalogues, new RunBillingRequest(0, new LocalDate(2026, 10, 29)) { Cycle = cycle });

        Assert.Equal((1, 1), (run.Value!.Accounts, run.Value.Drafted));
        Assert.Equal([3000L], await LinesAsync(story)); // a month counted from the cycle's boundary, in advance
        Assert.Equal("not-a-boundary", (await RunBilling.RunAsync(
            story.Context, story.Catalogues,
                new RunBillingRequest(0, new LocalDate(2026, 10, 30)) { Cycle = cycle })).Refusal?.Code);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_child_account_is_on_its_parents_bill_with_its_usage(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.AddUsageAsync(100, new LocalDate(2026, 10, 5), 1m);
        await story.ExecuteAsync(
            "INSERT INTO billing_account (customer_id, account_id, tenant_id, seller_id, external_key, currency, cycle_day, "
            + "time_zone, tax_country, phase, opened_on, billed_to, created_at) SELECT customer_id, 150, tenant_id, seller_id, "
            + "'parent', currency, cycle_day, time_zone, tax_country, phase, opened_on, billed_to, created_at FROM "
            + "billing_account WHERE account_id = 101");
        await story.ExecuteAsync("UPDATE billing_account SET bills_to_account_id = 150 WHERE account_id = 101");

        var run = await story.BillAsync(November);

        Assert.Equal((1, 1), (run.Accounts, run.Drafted));
        Assert.Equal([150L], await story.ReadAsync("SELECT account_id FROM document"));
        Assert.Equal([3000L, 3000, 100], await LinesAsync(story));
        await story.IssueAsync(run.Run);
        Assert.Equal(0, (await story.BillAsync(December)).Parked);
        Assert.Equal([3000L], await LinesAsync(story));
        await story.AssertBooksAsync();
    }

    private static async Task AcceptAllAsync(BillingStory story)
    {
        foreach (var run in await ReadDocuments.RunsAsync(story.Context))
        {
            Right(await AcceptDocuments.RunAsync(story.Context, story.Catalogues, run.Run));
        }
    }
}
