using NodaTime;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using static Tollgate.Storage.Tests.Billing.BillingStory;

namespace Tollgate.Storage.Tests.Billing;

/// <summary>The last bill of an account that was billed in advance.</summary>
public sealed class EndedAccountTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_was_billed_in_advance_is_credited_after_the_end_once(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.IssueAsync((await story.BillAsync(November)).Run);
        await EndAsync(story, 100, new LocalDate(2026, 11, 16));
        await story.AddUsageAsync(100, new LocalDate(2026, 11, 10), 2m, period: November);

        var last = await story.BillAsync(December);
        await story.IssueAsync(last.Run);
        var after = await story.BillAsync(December.PlusMonths(1));

        var documents = await story.DocumentsAsync();
        Assert.Equal(2, documents.Count);
        // October and November were billed; 15 of 30 days of November are owed, and 2.00 of usage.
        Assert.Equal((6000L, "invoice"), (documents[0].NetMinor, documents[0].Kind));
        Assert.Equal((-1500L + 200L, "credit-note", "issued"), (documents[1].NetMinor, documents[1].Kind, documents[1].Phase));
        var view = (await ReadDocuments.ViewAsync(story.Context, documents[1].Id, Stop)).Value!;
        Assert.Contains("15 of 30 days", Assert.Single(view.Groups[0].Lines, line => line.Net.Amount < 0).Explanation,
            StringComparison.Ordinal);
        Assert.Equal((1, 0), (after.Done, after.Drafted));
        Assert.Equal([71_40L - 15_47L], await story.ReadAsync("SELECT sum(amount_minor) FROM open_item WHERE customer_id = 100"));
        await story.AssertBooksAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_account_that_ends_on_a_bill_date_gets_the_whole_advance_back(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.IssueAsync((await story.BillAsync(November)).Run);
        await EndAsync(story, 100, November);

        await story.IssueAsync((await story.BillAsync(December)).Run);

        Assert.Equal([6000L, -3000L], (await story.DocumentsAsync()).Select(document => document.NetMinor));
        await story.AssertBooksAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_end_that_was_billed_right_leaves_nothing_to_bill(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await EndAsync(story, 100, November);

        await story.IssueAsync((await story.BillAsync(November)).Run);
        var after = await story.BillAsync(December);

        Assert.Equal([3000L], (await story.DocumentsAsync()).Select(document => document.NetMinor));
        Assert.Equal(0, after.Drafted);
    }

    private static async Task EndAsync(BillingStory story, long customer, LocalDate day)
    {
        var midnight = DateTimeZoneProviders.Tzdb["Europe/Berlin"].AtStartOfDay(day).ToInstant();
        Assert.Null((await EndAccount.RunAsync(story.Context, new AccountId(customer + 1), midnight, "", Stop)).Refusal);
    }
}
