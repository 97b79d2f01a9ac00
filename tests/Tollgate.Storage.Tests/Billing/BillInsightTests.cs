using System.Globalization;
using NodaTime;
using Tollgate.Documents;
using Tollgate.Operations.Adjustments;
using Tollgate.Operations.Billing;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;
using static Tollgate.Storage.Tests.Billing.BillingStory;

namespace Tollgate.Storage.Tests.Billing;

/// <summary>Itemised usage, and why a bill differs from the last one.</summary>
public sealed class BillInsightTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_second_bill_says_what_changed_to_the_cent(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100, openedOn: new LocalDate(2026, 10, 22));
        await story.AddUsageAsync(100, new LocalDate(2026, 10, 25), 1.50m);
        await story.IssueAsync((await story.BillAsync(November)).Run);
        await story.AddUsageAsync(100, new LocalDate(2026, 11, 5), 4m, period: November);
        await story.BillAsync(December);

        var documents = await story.DocumentsAsync();
        var first = (await ReadDocuments.ViewAsync(story.Context, documents[0].Id, Stop)).Value!;
        var second = (await ReadDocuments.ViewAsync(story.Context, documents[1].Id, Stop)).Value!;

        Assert.Null(first.Changes);
        var changes = second.Changes!;
        Assert.Equal((first.Totals.Gross, second.Totals.Gross), (changes.Previous, changes.Current));
        Assert.Equal(changes.Current.Amount - changes.Previous.Amount, changes.Rows.Sum(row => row.Difference.Amount));
        Assert.Equal(
            [("Part periods", -9.68m), ("Usage: Calls", 2.50m), ("Tax", -1.36m)],
            changes.Rows.Select(row => (row.Reason, row.Difference.Amount)));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_fee_by_hand_and_a_credit_are_no_corrections_but_usage_rated_again_is(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.SetPolicyAsync("creditsBeforeTax", "yes");
        await story.IssueAsync((await story.BillAsync(November)).Run);
        var account = new AccountId(101);
        Assert.Null((await AdjustAccount.ChargeAsync(
            story.Context, new NewGivenLine(account, "New card", 5m, "standard", On: new LocalDate(2026, 11, 10)),
            story.Catalogues.Entries[0].Compiled.Source)).Refusal);
        Assert.Null((await AdjustAccount.CreditAsync(story.Context, new NewCredit(account, "For the outage", 10m))).Refusal);
        await story.AddUsageAsync(100, new LocalDate(2026, 10, 20), 0.10m);
        await story.ExecuteAsync(
            "INSERT INTO usage_rerated (customer_id, account_id, slot_no, subscription_id, price_key_id, event_period, "
            + "tenant_id, run_id, old_amount, new_amount) SELECT customer_id, account_id, slot_no, subscription_id, "
            + "price_key_id, event_period, tenant_id, 1, 0, amount FROM usage_total WHERE customer_id = 100");
        await story.BillAsync(December);

        var bill = (await story.DocumentsAsync()).OrderBy(one => one.Id.Value).Last();
        var changes = (await ReadDocuments.ViewAsync(story.Context, bill.Id, Stop)).Value!.Changes!;

        Assert.Equal(
            [
                ("Other recurring charges", -30m), ("Individual charges and credits", 5m),
                ("Credits and advances set off", -10m), ("Corrections of earlier bills", 0.10m), ("Tax", -6.63m),
            ],
            changes.Rows.Select(row => (row.Reason, row.Difference.Amount)));
        Assert.Equal(changes.Current.Amount - changes.Previous.Amount, changes.Rows.Sum(row => row.Difference.Amount));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Usage_is_itemised_as_the_account_wants_it(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        foreach (var (id, detail) in new[] { (100L, "none"), (200L, "masked"), (300L, "full") })
        {
            await story.AddCustomerAsync(id);
            await story.ExecuteAsync(
                "UPDATE billing_account SET usage_detail = @detail WHERE customer_id = @id", ("detail", detail), ("id", id));
            await story.AddUsageAsync(id, new LocalDate(2026, 10, 5), 0.25m);
            await story.AddUsageAsync(id, new LocalDate(2026, 10, 3), 1.119m, prepaid: true);
        }
        await story.ExecuteAsync("UPDATE charge SET destination = '493012345678'");
        // Usage of the next period waits in the slot and is not on this bill.
        await story.AddUsageAsync(300, new LocalDate(2026, 11, 1), 9m, period: November);
        await story.IssueAsync((await story.BillAsync(November)).Run);

        var views = new List<InvoiceView>();
        foreach (var document in await story.DocumentsAsync())
        {
            views.Add((await ReadDocuments.ViewAsync(story.Context, document.Id, Stop)).Value!);
        }

        Assert.Empty(views[0].Usage);
        Assert.All(views[1].Usage[0].Groups[0].Rows, row => Assert.Equal("493012345xxx", row.Destination));
        var section = Assert.Single(views[2].Usage);
        var calls = Assert.Single(section.Groups);
        Assert.Equal("Calls", calls.Label);
        // The amount of the second price contains tax: 1.119 less 19 %.
        Assert.Equal(
            ["2026-10-03T00:00:00 493012345678 0:01:00 0.9403", "2026-10-05T00:00:00 493012345678 0:01:00 0.25"],
            calls.Rows.Select(row => string.Create(CultureInfo.InvariantCulture,
                $"{row.At:uuuu-MM-ddTHH:mm:ss} {row.Destination} {row.Quantity} {row.Amount.Amount:0.####}")));
        Assert.Equal(("0:02:00", 1.1903m), (calls.Quantity, section.Total.Amount));
    }

    [Fact]
    public async Task Reading_bills_on_SQLite_does_not_wait_for_the_writer()
    {
        await using var story = await CreateAsync(DatabaseKind.Sqlite);
        await story.AddCustomerAsync(100);
        await story.BillAsync(November);
        await using var writer = await BookWork.BeginAsync(story.Context.Database, story.Context.Tenant, Stop);
        await writer.ExecuteAsync("UPDATE customer SET external_key = 'other'", Stop);

        var watch = System.Diagnostics.Stopwatch.StartNew();
        var documents = await story.DocumentsAsync();

        Assert.Single(documents);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(3), $"It took {watch.Elapsed}.");
    }
}
