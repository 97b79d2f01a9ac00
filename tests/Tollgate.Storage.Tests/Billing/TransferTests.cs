using NodaTime;
using Tollgate.Operations;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using static Tollgate.Storage.Tests.Billing.BillingStory;

namespace Tollgate.Storage.Tests.Billing;

/// <summary>Subscriptions that another account, of the customer or of another one, pays from a day on.</summary>
public sealed class TransferTests
{

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
            story.Context, new SubscriptionId(subscription), new AccountId(account), story.OnSale, Start(day));

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

    /// <summary>The subscription goes to the other customer; its id there.</summary>
    private static async Task<SubscriptionId> MoveAsync(
        BillingStory story, LocalDate day, long account = 201, long subscription = 102)
    {
        var moved = await TransferAsync(story, day, account, subscription);
        Assert.Null(moved.Refusal);
        Assert.NotEqual(subscription, moved.Value.Id.Value);
        return moved.Value.Id;
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_transfer_to_another_customer_is_settled_by_the_bills_of_both_as_previewed(DatabaseKind kind)
    {
        await using var story = await StoryAsync(kind);
        await story.IssueAsync((await story.BillAsync(November)).Run); // October and November, of each customer's own
        var moved = await MoveAsync(story, new LocalDate(2026, 10, 17));
        var previews = new List<long>();
        foreach (var account in new[] { 101L, 201 })
        {
            previews.Add((await PreviewBill.RunAsync(story.On(December), story.Catalogues,
                new PreviewRequest(new AccountId(account)) { Date = December })).Value!.Net.ToMinor());
        }

        var run = await story.BillAsync(December);
        Assert.Equal([-1452L, -3000], (await LinesAsync(story, 101)).Order().Reverse());
        Assert.Equal([1452L, 3000, 3000, 3000], (await LinesAsync(story, 201)).Order());
        Assert.Equal(previews, [(await LinesAsync(story, 101)).Sum(), (await LinesAsync(story, 201)).Sum()]);
        await story.IssueAsync(run.Run);
        await story.AssertNothingMoreAsync(December);
        await story.AssertBooksAsync();

        var (old, now) = ((await ReadSubscriptions.OneAsync(story.Context, new SubscriptionId(102))).Value!,
            (await ReadSubscriptions.OneAsync(story.Context, moved)).Value!);
        Assert.Equal(("ended", new CustomerId(200), "active"), (old.Phase, now.Customer, now.Phase));
        Assert.Equal(Start(new LocalDate(2026, 10, 17)), Assert.Single(old.Identities).ValidTo);
        Assert.Equal(("49151100", Start(new LocalDate(2026, 10, 17))),
            now.Identities.Select(one => (one.Value, one.ValidFrom)).Single());
        Assert.Contains("there sub_102", (await ReadSubscriptions.HistoryAsync(story.Context, moved)).Value[0].What,
            StringComparison.Ordinal);
        Assert.Contains("transfer it back", (await WithdrawChange.RunAsync(story.Context, moved, 1)).Refusal!.Message,
            StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_contract_goes_on_at_the_other_customer_with_its_phases_term_instalments_and_discount(DatabaseKind kind)
    {
        await using var story = await StoryAsync(kind);
        story.Sell("""
            catalog: { code: move, currency: EUR, timeZone: Europe/Berlin }
            taxes: [ { code: standard, name: VAT, rates: [ { country: DE, percent: 19, from: 2007-01-01 } ] } ]
            offers:
              - code: plan
                name: Contract
                phases: [ { code: intro, name: Intro, for: 2 months }, { code: paid, name: Paid } ]
                recurring:
                  - { code: intro, name: Intro, amount: 10.00, timing: arrears, phases: [intro],
                      tax: standard, revenueAccount: 4000-fees }
                  - { code: fee, name: Fee, amount: 40.00, timing: arrears, phases: [paid],
                      tax: standard, revenueAccount: 4000-fees }
                oneTime: [ { code: on, name: Switch-on, amount: 25.00, tax: standard, revenueAccount: 4010-once } ]
                instalments: [ { code: phone, name: Phone, amount: 20.00, count: 3, tax: standard, revenueAccount: 4010-once } ]
                minimumTerm:
                  length: 12 months
                  fee: { code: early, name: Early, kind: per-month-left, amount: 1.00, tax: standard, revenueAccount: 4010-once }
            """);
        Assert.Null((await GrantDiscount.RunAsync(story.Context, new AccountId(101), new NewDiscount
        {
            Subscription = new SubscriptionId(102), Percent = 50m, From = October, Reason = "Loyal",
        }, null)).Refusal);
        await story.IssueAsync((await story.BillAsync(November)).Run);
        var moved = await MoveAsync(story, November);

        await story.IssueAsync((await story.BillAsync(December)).Run);
        Assert.Null((await EndSubscription.RunAsync(
            story.Context, moved, new SubscriptionEnd { At = Start(new LocalDate(2026, 12, 16)) }, story.OnSale)).Refusal);
        await story.IssueAsync((await story.BillAsync(new LocalDate(2027, 1, 1))).Run);

        // The old customer: switch-on, October at the introductory price, half off, an instalment; that of 1 November comes back.
        Assert.Equal([-2000L, -500, 1000, 2000, 2000, 2500], await AmountsAsync(story, new SubscriptionId(102)));
        // The new one: November at the introductory price, 15 of 31 days of December, half off; two instalments; ten months'
        // fee for the early end. No second switch-on.
        Assert.Equal([-968L, -500, 1000, 1000, 1935, 2000, 2000], await AmountsAsync(story, moved));
        await story.AssertBooksAsync();
    }

    private static Task<List<long>> AmountsAsync(BillingStory story, SubscriptionId subscription) => story.ReadAsync(
        $"SELECT amount_minor FROM document_line WHERE subscription_id = {subscription.Value} ORDER BY amount_minor");

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Transfers_to_and_fro_at_the_same_time_wait_for_each_other(DatabaseKind kind)
    {
        await using var story = await StoryAsync(kind);
        for (var i = 1; i <= 6; i++)
        {
            Assert.Null((await CreateSubscription.RunAsync(story.Context, new NewSubscription
            {
                Account = new AccountId(i % 2 == 0 ? 101 : 201), Offer = "plan", StartedAt = Start(October),
                ExternalKey = $"S{i}",
            }, story.OnSale, "")).Refusal);
        }
        var ids = await story.ReadAsync("SELECT entity_id FROM key_directory WHERE kind = 'subscription' ORDER BY external_key");

        var moved = await Task.WhenAll(ids.Select((id, i) => Task.Run(
            () => TransferAsync(story, new LocalDate(2026, 10, 20), i % 2 == 0 ? 101 : 201, id))));

        Assert.All(moved, one => Assert.Null(one.Refusal));
        Assert.Equal(
            [100L, 200, 100, 200, 100, 200],
            await story.ReadAsync("SELECT customer_id FROM key_directory WHERE kind = 'subscription' ORDER BY external_key"));
        await story.IssueAsync((await story.BillAsync(November)).Run);
        await story.AssertBooksAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_cannot_be_transferred_is_refused(DatabaseKind kind)
    {
        await using var story = await StoryAsync(kind);

        Assert.Contains("lies ahead", (await TransferAsync(story, December, account: 201)).Refusal!.Message,
            StringComparison.Ordinal);
        Assert.Contains("then already", (await TransferAsync(story, November, account: 101)).Refusal!.Message,
            StringComparison.Ordinal);
        Assert.Equal("before-start", (await TransferAsync(story, new LocalDate(2026, 9, 1))).Refusal?.Code);
        Assert.Equal("unknown-account", (await TransferAsync(story, November, account: 9)).Refusal?.Code);
        Assert.Equal("unknown-subscription", (await TransferAsync(story, November, subscription: 9)).Refusal?.Code);
        Assert.Null((await TransferAsync(story, November)).Refusal);
        var earlier = await TransferAsync(story, new LocalDate(2026, 10, 20), account: 201);
        Assert.Contains("later transfer", earlier.Refusal!.Message, StringComparison.Ordinal);
        await MoveAsync(story, November);
        Assert.Equal("already-ended", (await TransferAsync(story, November, account: 101)).Refusal?.Code);
    }
}
