using System.Collections.Immutable;
using NodaTime;
using Tollgate.Operations.Billing;
using Tollgate.Primitives;
using static Tollgate.Storage.Tests.Billing.BillingStory;

namespace Tollgate.Storage.Tests.Billing;

public sealed class BillRunTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_run_bills_what_is_due_and_a_second_start_adds_nothing(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.AddCustomerAsync(200, openedOn: new LocalDate(2026, 10, 22));
        await story.AddCustomerAsync(300, cycleDay: 15);
        await story.AddUsageAsync(100, new LocalDate(2026, 10, 5), 1.234m);

        var first = await story.BillAsync(November);
        var again = await story.BillAsync(November);

        Assert.Equal((2, 2, 0, 2), (first.Accounts, first.Done, first.Parked, first.Drafted));
        Assert.Equal((first.Run, 2, 2, 0), (again.Run, again.Accounts, again.Done, again.Drafted));
        var documents = await story.DocumentsAsync();
        // October and November in advance and usage; 10 of 31 days and November.
        Assert.Equal([6123L, 3968L], documents.Select(document => document.NetMinor));
        Assert.All(documents, document => Assert.Equal(("draft", November, new LocalDate(2026, 11, 15)),
            (document.Phase, document.IssueDate, document.DueDate)));
        Assert.Equal([1L, 2L], await story.ReadAsync("SELECT slot_no FROM bill_slot WHERE customer_id = 100 ORDER BY slot_no"));
        Assert.Equal([2L], await story.ReadAsync("SELECT version FROM charging_head WHERE customer_id = 100"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_interrupted_run_goes_on_where_it_stopped(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        for (var id = 100L; id < 200; id += 10)
        {
            await story.AddCustomerAsync(id);
            await story.AddUsageAsync(id, new LocalDate(2026, 10, 5), id / 100m);
        }

        await Assert.ThrowsAsync<StopAfter.StoppedException>(() =>
            story.BillAsync(November, chunk: 3, progress: new StopAfter(2)));
        Assert.Equal(6, (await story.DocumentsAsync()).Count);
        var rest = await story.BillAsync(November, chunk: 3);

        Assert.Equal((10, 10, 4), (rest.Accounts, rest.Done, rest.Drafted));
        var documents = await story.DocumentsAsync();
        Assert.Equal(Enumerable.Range(10, 10).Select(n => 6000L + n * 10), documents.Select(document => document.NetMinor));
        await story.AssertBooksAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_date_that_is_no_boundary_is_refused_with_the_dates_that_are(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);

        var refusal = (await RunBilling.RunAsync(
            story.Context, story.Catalogues, new RunBillingRequest(31, new LocalDate(2027, 2, 27)), cancel: Stop)).Refusal!;
        var nonsense = (await RunBilling.RunAsync(
            story.Context, story.Catalogues, new RunBillingRequest(32, November), cancel: Stop)).Refusal!;

        var early = (await RunBilling.RunAsync(
            story.Context, story.Catalogues, new RunBillingRequest(1, new LocalDate(2027, 11, 1)), cancel: Stop)).Refusal!;

        Assert.Equal("date-in-future", early.Code);
        Assert.Equal("not-a-boundary", refusal.Code);
        Assert.Contains("2027-01-31 or 2027-02-28", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(("invalid", "cycleDay"), (nonsense.Code, nonsense.Field));
        Assert.Empty(await story.ReadAsync("SELECT run_id FROM bill_run"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_account_that_cannot_be_computed_is_parked_and_billed_once_mended(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100, offer: "gone");
        await story.AddCustomerAsync(200);

        var run = await story.BillAsync(November);
        Assert.Equal((2, 1, 1), (run.Accounts, run.Done, run.Parked));
        var parked = Assert.Single(await ReadDocuments.ParkedAsync(story.Context, cancel: Stop));
        Assert.Equal(("unknown-offer", new AccountId(101)), (parked.Reason, parked.Account));
        Assert.Equal([1L], await story.ReadAsync("SELECT count FROM alert WHERE kind = 'account-parked' AND closed_at IS NULL"));

        await story.ExecuteAsync("UPDATE subscription SET offer = 'plan' WHERE customer_id = 100");
        var mended = await story.BillAsync(November);

        Assert.Equal((2, 2, 0, 1), (mended.Accounts, mended.Done, mended.Parked, mended.Drafted));
        Assert.Empty(await ReadDocuments.ParkedAsync(story.Context, cancel: Stop));
        Assert.Empty(await story.ReadAsync("SELECT count FROM alert WHERE closed_at IS NULL"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Usage_after_the_boundary_waits_for_the_next_bill_and_late_usage_comes_on_it(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100, offer: "usage-only");
        await story.AddUsageAsync(100, new LocalDate(2026, 10, 31), 1m);
        await story.AddUsageAsync(100, new LocalDate(2026, 11, 1), 2m);

        var october = await story.BillAsync(November);
        Assert.Equal([100L], (await story.DocumentsAsync()).Select(document => document.NetMinor));
        await story.IssueAsync(october.Run);
        await story.AddUsageAsync(100, new LocalDate(2026, 10, 30), 4m);
        var november = await story.BillAsync(December);
        await story.IssueAsync(november.Run);

        var documents = await story.DocumentsAsync("issued");
        Assert.Equal([100L, 600L], documents.Select(document => document.NetMinor));
        var lines = (await ReadDocuments.ShowAsync(story.Context, documents[1].Id, cancel: Stop)).Value!.Lines;
        Assert.Equal([(new LocalDate(2026, 10, 1), 400L), (new LocalDate(2026, 11, 1), 200L)],
            lines.Select(line => (line.Period.From, line.NetMinor)));
        Assert.Equal([0L], await story.ReadAsync(
            "SELECT count(*) FROM bill_slot WHERE closed_at IS NOT NULL AND document_id IS NULL"));
        await story.AssertBooksAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_cancelled_draft_frees_its_usage_and_its_account_is_due_again(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.AddUsageAsync(100, new LocalDate(2026, 10, 5), 1m);
        await story.BillAsync(November);
        var draft = Assert.Single(await story.DocumentsAsync());

        Assert.Equal(1, (await CancelDocuments.RunAsync(story.Context, [draft.Id], cancel: Stop)).Value);
        Assert.Equal(0, (await CancelDocuments.RunAsync(story.Context, [draft.Id], cancel: Stop)).Value);
        var again = await story.BillAsync(November);

        Assert.Equal((1, 1, 1), (again.Accounts, again.Done, again.Drafted));
        var second = Assert.Single(await story.DocumentsAsync("draft"));
        Assert.Equal((draft.NetMinor, draft.Fingerprint), (second.NetMinor, second.Fingerprint));
        await story.IssueAsync(again.Run);
        var refusal = (await CancelDocuments.RunAsync(story.Context, [second.Id], cancel: Stop)).Refusal!;
        Assert.Equal("document-issued", refusal.Code);
        await story.AssertBooksAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_undecided_draft_parks_the_next_bill_of_its_account(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.BillAsync(November);

        var next = await story.BillAsync(December);

        Assert.Equal((1, 0, 1), (next.Accounts, next.Done, next.Parked));
        Assert.Equal("open-draft", Assert.Single(await ReadDocuments.ParkedAsync(story.Context, cancel: Stop)).Reason);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_account_without_anything_to_bill_moves_on_without_a_document(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100, offer: "usage-only");

        var run = await story.BillAsync(November);

        Assert.Equal((1, 1, 0), (run.Accounts, run.Done, run.Drafted));
        Assert.Equal(0, (await story.BillAsync(November)).Drafted);
        Assert.Equal(1, (await story.BillAsync(December)).Done);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_subscription_that_ended_back_dated_is_credited_on_the_next_bill(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.IssueAsync((await story.BillAsync(November)).Run);
        await story.ExecuteAsync(
            "UPDATE subscription SET ended_at = @at WHERE customer_id = 100", ("at", Instant.FromUtc(2026, 10, 15, 22, 0)));

        await story.IssueAsync((await story.BillAsync(December)).Run);

        var credit = (await story.DocumentsAsync("issued"))[1];
        // 15 of 31 days of October are owed; its rest and November go back.
        Assert.Equal(("credit-note", -(6000L - 1452L)), (credit.Kind, credit.NetMinor));
        await story.AssertBooksAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_draft_that_would_come_out_differently_now_is_not_accepted_until_it_is_made_again(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.AddCustomerAsync(200);
        await story.AddUsageAsync(200, new LocalDate(2026, 10, 5), 1m);
        var run = (await story.BillAsync(November)).Run;
        await story.ExecuteAsync("UPDATE subscription SET quantity = 2 WHERE customer_id = 100");
        await story.AddUsageAsync(200, new LocalDate(2026, 10, 6), 5m); // late: it is for the next bill and changes nothing

        var first = (await AcceptDocuments.RunAsync(story.Context, story.Catalogues, run, cancel: Stop)).Value!;

        Assert.Equal((1, 0), (first.Accepted, first.Held));
        var draft = Assert.Single(await story.DocumentsAsync("draft"));
        Assert.Equal(
            $"acc_101: {draft.Id} would come to 142.80 EUR now, not 71.40 EUR. Cancel the draft and run the cycle again: "
            + $"tollgate bill cancel {draft.Id}", Assert.Single(first.Changed));
        await CancelDocuments.RunAsync(story.Context, [draft.Id], Stop);
        await story.BillAsync(November);
        var second = (await AcceptDocuments.RunAsync(story.Context, story.Catalogues, run, cancel: Stop)).Value!;
        Assert.Equal((1, 0), (second.Accepted, second.Changed.Count));
        await IssueDocuments.RunAsync(story.Context, run, cancel: Stop);
        await story.AssertBooksAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_draft_is_held_against_the_policy_of_its_date_as_it_is_now(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100, offer: "usage-only");
        await story.AddUsageAsync(100, new LocalDate(2026, 10, 5), 0.005m);
        var run = (await story.BillAsync(November)).Run;
        await Policies.SetAsync(story.Context, new PolicyOrder(
            ImmutableDictionary<string, string>.Empty.Add("lineRounding", "down"), November, "test"), Stop);

        var result = (await AcceptDocuments.RunAsync(story.Context, story.Catalogues, run, cancel: Stop)).Value!;

        Assert.Equal((0, 1), (result.Accepted, result.Changed.Count));
    }
}
