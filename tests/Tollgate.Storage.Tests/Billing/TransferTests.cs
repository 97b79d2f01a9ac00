using NodaTime;
using Tollgate.Operations;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using static Tollgate.Storage.Tests.Billing.BillingStory;

namespace Tollgate.Storage.Tests.Billing;

/// <summary>Subscriptions that another account of the customer pays from a day on.</summary>
public sealed class TransferTests
{
    private static readonly DateTimeZone Berlin = DateTimeZoneProviders.Tzdb["Europe/Berlin"];

    private static async Task<BillingStory> StoryAsync(DatabaseKind kind)
    {
        var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.AddCustomerAsync(200);
        await story.ExecuteAsync(
            "INSERT INTO billing_account (customer_id, account_id, tenant_id, seller_id, external_key, currency, cycle_day, "
            + "time_zone, tax_country, phase, opened_on, billed_to, created_at) SELECT customer_id, 150, tenant_id, seller_id, "
            + "'other', currency, cycle_day, time_zone, tax_country, phase, opened_on, billed_to, created_at FROM "
            + "billing_account WHERE account_id = 101");
        return story;
    }

    private static Task<Outcome<Written<SubscriptionId>>> TransferAsync(
        BillingStory story, LocalDate day, long account = 150, long subscription = 102) => TransferSubscription.RunAsync(
            story.Context, new SubscriptionId(subscription), new AccountId(account),
            (_, _) => Task.FromResult(new Offers(story.Catalogues.Entries[0].Compiled.Source)),
            Berlin.AtStartOfDay(day).ToInstant());

    private static Task<List<long>> LinesAsync(BillingStory story, long account) => story.ReadAsync(
        "SELECT l.amount_minor FROM document_line l JOIN document d ON d.document_id = l.document_id AND d.customer_id = "
        + $"l.customer_id WHERE d.phase = 'draft' AND d.account_id = {account} ORDER BY l.line_no");

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_transfer_back_in_time_is_settled_by_the_next_bills_of_both_as_previewed(DatabaseKind kind)
    {
        await using var story = await StoryAsync(kind);
        await story.IssueAsync((await story.BillAsync(November)).Run); // October and November to the first account

        Assert.Null((await TransferAsync(story, new LocalDate(2026, 10, 17))).Refusal);
        var preview = (await PreviewBill.RunAsync(
            story.Context, story.Catalogues, new PreviewRequest(new AccountId(150)) { Date = December })).Value!;
        var run = await story.BillAsync(December);

        // 15 of 31 days of October come back, and November; the other account pays them and December.
        Assert.Equal([-1452L, -3000], (await LinesAsync(story, 101)).Order().Reverse());
        Assert.Equal([1452L, 3000, 3000], await LinesAsync(story, 150));
        Assert.Equal(preview.Net.ToMinor(), (await LinesAsync(story, 150)).Sum());
        await story.IssueAsync(run.Run);
        await story.AssertBooksAsync();
        await story.BillAsync(new LocalDate(2027, 1, 1));
        Assert.Empty(await LinesAsync(story, 101));
        Assert.Equal([3000L], await LinesAsync(story, 150));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_discount_goes_along_and_the_end_of_the_old_account_ends_nothing(DatabaseKind kind)
    {
        await using var story = await StoryAsync(kind);
        Assert.Null((await GrantDiscount.RunAsync(story.Context, new AccountId(101), new NewDiscount
        {
            Subscription = new SubscriptionId(102), Percent = 50m, From = October, Reason = "Loyal",
        }, null)).Refusal);
        Assert.Null((await TransferAsync(story, November)).Refusal);
        Assert.Null((await EndAccount.RunAsync(story.Context, new AccountId(101))).Refusal);

        await story.BillAsync(November);
        Assert.Equal([3000L, -1500], await LinesAsync(story, 101));
        Assert.Equal([3000L, -1500], await LinesAsync(story, 150));
        Assert.Equal([0L], await story.ReadAsync("SELECT count(*) FROM subscription WHERE ended_at IS NOT NULL"));
        Assert.Null((await EndAccount.RunAsync(story.Context, new AccountId(150))).Refusal);
        Assert.Equal([102L], await story.ReadAsync("SELECT subscription_id FROM subscription WHERE ended_at IS NOT NULL"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_cannot_be_transferred_is_refused(DatabaseKind kind)
    {
        await using var story = await StoryAsync(kind);

        Assert.Contains("another customer", (await TransferAsync(story, November, account: 201)).Refusal!.Message,
            StringComparison.Ordinal);
        Assert.Contains("then already", (await TransferAsync(story, November, account: 101)).Refusal!.Message,
            StringComparison.Ordinal);
        Assert.Equal("before-start", (await TransferAsync(story, new LocalDate(2026, 9, 1))).Refusal?.Code);
        Assert.Equal("unknown-account", (await TransferAsync(story, November, account: 9)).Refusal?.Code);
        Assert.Equal("unknown-subscription", (await TransferAsync(story, November, subscription: 9)).Refusal?.Code);
    }
}
