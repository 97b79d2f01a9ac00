using NodaTime;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using static Tollgate.Storage.Tests.Billing.BillingStory;

namespace Tollgate.Storage.Tests.Billing;

/// <summary>Usage that is billed before its period is over, and the bill of the period that takes the rest.</summary>
public sealed class ProgressiveTests
{
    private static readonly LocalDate Middle = new(2026, 10, 20);

    private static async Task<BillRunResult> RunAsync(BillingStory story, LocalDate date) => (await RunBilling.RunAsync(
        story.Context, story.Catalogues, RunBillingRequest.Progressive(date))).Value!;

    private static Task<List<long>> LinesAsync(BillingStory story) => story.ReadAsync(
        "SELECT l.amount_minor FROM document_line l JOIN document d ON d.document_id = l.document_id AND d.customer_id = "
        + "l.customer_id WHERE d.phase = 'draft' ORDER BY l.document_id, l.line_no");

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Usage_above_the_threshold_is_billed_at_once_and_the_period_bills_the_rest_as_previewed(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.AddCustomerAsync(200);
        foreach (var account in new[] { 101L, 201 })
        {
            Assert.Null((await ChangeAccount.RunAsync(story.Context, new AccountId(account), new AccountChange
            {
                BillThreshold = new Money(50m, Units.Eur),
            })).Refusal);
        }
        await story.AddUsageAsync(100, new LocalDate(2026, 10, 5), 60m);
        await story.AddUsageAsync(200, new LocalDate(2026, 10, 5), 49.99m);

        var preview = (await PreviewBill.RunAsync(
            story.Context, story.Catalogues,
            new PreviewRequest(new AccountId(101)) { Date = Middle, Progressive = true })).Value!;
        var first = await RunAsync(story, Middle);
        Assert.Equal(1, first.Drafted);
        Assert.Equal([6000L], await LinesAsync(story));
        Assert.Equal(0, (await RunAsync(story, Middle)).Drafted); // nothing twice
        await story.IssueAsync(first.Run);
        var head = Assert.Single(await story.DocumentsAsync("issued"));
        Assert.Equal((preview.Gross.ToMinor(), Middle), (head.GrossMinor, head.Period.To));
        await story.AssertBooksAsync();

        // 30.00 more is below the threshold again; the bill of the period has it with the fees.
        await story.AddUsageAsync(100, new LocalDate(2026, 10, 25), 30m);
        Assert.Equal(0, (await RunAsync(story, new LocalDate(2026, 10, 27))).Drafted);
        var november = await story.BillAsync(November);
        Assert.Equal([3000L, 3000, 3000, 3000, 3000, 4999], await LinesAsync(story));
        await story.IssueAsync(november.Run);
        var bill = (await story.DocumentsAsync("issued")).Single(one => one.Account.Value == 101 && one.Run == november.Run);
        Assert.Null((await ReadDocuments.ViewAsync(story.Context, bill.Id)).Value!.Changes);
        await story.AssertBooksAsync();
        Assert.Equal(0, (await RunAsync(story, new LocalDate(2026, 11, 1))).Drafted);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_draft_that_is_cancelled_leaves_its_usage_to_the_bill_of_the_period(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        Assert.Null((await ChangeAccount.RunAsync(story.Context, new AccountId(101), new AccountChange
        {
            BillThreshold = new Money(5m, Units.Eur),
        })).Refusal);
        await story.AddUsageAsync(100, new LocalDate(2026, 10, 5), 60m);
        await RunAsync(story, Middle);
        await CancelDocuments.RunAsync(story.Context, [(await story.DocumentsAsync("draft")).Single().Id]);

        Assert.Equal("no-threshold", await RefusedAsync(story));
        await story.IssueAsync((await story.BillAsync(November)).Run);
        Assert.Equal([12_000L], await story.ReadAsync(
            "SELECT sum(l.amount_minor) FROM document_line l JOIN document d ON d.document_id = l.document_id AND d.customer_id "
            + "= l.customer_id WHERE d.phase = 'issued' AND l.account_id = 101"));
        await story.AssertBooksAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_accounts_threshold_goes_before_that_of_its_offers_of_which_the_least_counts(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        story.Sell("""
            catalog: { code: limits, currency: EUR, timeZone: Europe/Berlin }
            taxes: [ { code: standard, name: VAT, rates: [ { country: DE, percent: 19, from: 2007-01-01 } ] } ]
            offers:
              - { code: plan, name: Plan, billThreshold: 50.00 }
              - { code: careful, name: Careful, extends: plan, billThreshold: 20.00 }
              - { code: pack, name: Pack, includes: [plan, careful] }
              - { code: none, name: None }
            """);
        foreach (var (customer, offer, used) in new[]
        {
            (100, "plan", 49.99m), (200, "plan", 50m), (300, "careful", 20m), (400, "none", 500m), (500, "pack", 20m),
            (600, "plan", 60m),
            (700, "plan", 30m), (800, "none", 5m),
        })
        {
            await story.AddCustomerAsync(customer, offer: offer);
            await story.AddUsageAsync(customer, new LocalDate(2026, 10, 5), used);
        }
        foreach (var (account, own) in new[] { (601L, 100m), (801, 5m), (201, 0m) })
        {
            Assert.Null((await ChangeAccount.RunAsync(story.Context, new AccountId(account), new AccountChange
            {
                BillThreshold = new Money(own, Units.Eur),
            })).Refusal);
        }
        // The plan that it changed to on the day before counts.
        Assert.Null((await ChangeSubscription.RunAsync(story.Context, new SubscriptionId(702), new SubscriptionChange
        {
            Offer = "careful", At = Start(new LocalDate(2026, 10, 19)),
        }, story.OnSale)).Refusal);

        Assert.Equal(5, (await RunAsync(story, Middle)).Drafted);
        Assert.Equal([201L, 301, 501, 701, 801], (await story.DocumentsAsync()).Select(one => one.Account.Value).Order());
        Assert.Equal("no-threshold", (await PreviewBill.RunAsync(
            story.Context, story.Catalogues, new PreviewRequest(new AccountId(401)) { Date = Middle, Progressive = true }))
            .Refusal?.Code);
    }

    /// <summary>Without a threshold there is no progressive bill to look ahead to.</summary>
    private static async Task<string?> RefusedAsync(BillingStory story)
    {
        await story.AddCustomerAsync(300);
        return (await PreviewBill.RunAsync(
            story.Context, story.Catalogues, new PreviewRequest(new AccountId(301)) { Date = Middle, Progressive = true }))
            .Refusal?.Code;
    }
}
