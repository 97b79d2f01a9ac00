using Tollgate.Billing;
using Tollgate.Operations;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Documents;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;
using static Tollgate.Storage.Tests.Billing.BillingStory;

namespace Tollgate.Storage.Tests.Billing;

public sealed class CreditTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A customer with an issued bill of 30.00 twice and 1.00 usage: 61.00 + 11.59.</summary>
    private static async Task<DocumentId> BilledAsync(BillingStory story)
    {
        await story.AddCustomerAsync(100);
        await story.AddUsageAsync(100, new NodaTime.LocalDate(2026, 10, 5), 1m);
        await story.IssueAsync((await story.BillAsync(November)).Run);
        return Assert.Single(await story.DocumentsAsync()).Id;
    }

    private static CreditRequest Request(DocumentId document, string key, decimal? amount = null, params CreditLine[] lines) =>
        new(document, amount, [.. lines], false, null, new DocumentOrder(key, "Goodwill"));

    private static async Task<DocumentMade> CreditAsync(BillingStory story, CreditRequest request)
    {
        var outcome = await CreditDocument.RunAsync(story.Context, request, cancel: Stop);
        Assert.Null(outcome.Refusal);
        return outcome.Value!;
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_invoice_and_its_full_credit_note_are_nothing_in_lines_tax_and_ledger(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        var invoice = await BilledAsync(story);

        var credit = await CreditAsync(story, Request(invoice, "t-1"));

        Assert.Equal(("TG-2026-000002", -61.00m, -11.59m, -72.59m), (credit.Number, credit.Net.Amount, credit.Tax.Amount,
            credit.Gross.Amount));
        Assert.Equal([0L], await story.ReadAsync("SELECT sum(net_minor) FROM document_line"));
        Assert.Equal([0L], await story.ReadAsync("SELECT sum(tax_minor) FROM document_tax GROUP BY tax_code, tax_percent"));
        Assert.All((await LedgerCheck.TrialBalanceAsync(story.Context, Stop)).Rows, row => Assert.Equal(0, row.BalanceMinor));
        await story.AssertBooksAsync();
        Assert.Equal([7259L], await story.ReadAsync("SELECT amount_minor FROM allocation"));
        Assert.Equal(["credited", "settled"], (await story.DocumentsAsync()).Select(document => document.Status.Text()));
        var view = (await ReadDocuments.ViewAsync(story.Context, credit.Document, Stop)).Value!;
        Assert.Equal(("credits", "TG-2026-000001"), view.References!.Value.Select(one => (one.Relation, one.Number)).Single());
        Assert.Contains("Goodwill", view.Notes);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Parts_and_lines_are_credited_up_to_the_original_and_no_further(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        var invoice = await BilledAsync(story);

        var part = await CreditAsync(story, Request(invoice, "t-1", 11.90m));
        var line = await CreditAsync(story, Request(invoice, "t-2", lines: [new CreditLine(1, 1.19m), new CreditLine(2, null)]));
        var more = (await CreditDocument.RunAsync(story.Context, Request(invoice, "t-3", 999.00m), cancel: Stop)).Refusal!;
        var rest = await CreditAsync(story, Request(invoice, "t-4"));
        var none = (await CreditDocument.RunAsync(story.Context, Request(invoice, "t-5"), cancel: Stop)).Refusal!;

        Assert.Equal((-10m, -1.90m), (part.Net.Amount, part.Tax.Amount));
        Assert.Equal("more-than-left", more.Code);
        Assert.Equal("fully-credited", none.Code);
        Assert.Equal(-72.59m, part.Gross.Amount + line.Gross.Amount + rest.Gross.Amount);
        await story.AssertBooksAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Usage_cannot_be_billed_again_and_says_so(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        var invoice = await BilledAsync(story);
        var usage = (await ReadDocuments.ShowAsync(story.Context, invoice, cancel: Stop)).Value!.Lines
            .First(line => line.Kind == "usage").No;

        var named = await CreditDocument.RunAsync(
            story.Context, Request(invoice, "t-1", lines: [new CreditLine(usage, null)]) with { BillAgain = true }, Stop);
        var whole = await CreditAsync(story, Request(invoice, "t-2") with { BillAgain = true });

        Assert.Equal(("usage-stays-billed", "billAgain"), (named.Refusal?.Code, named.Refusal?.Field));
        Assert.StartsWith("Its usage, 1.19 EUR with tax, is not billed again", whole.Note, StringComparison.Ordinal);
        Assert.Equal(whole.Note, (await CreditAsync(story, Request(invoice, "t-2") with { BillAgain = true })).Note);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_same_key_credits_once(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        var invoice = await BilledAsync(story);

        var first = await CreditAsync(story, Request(invoice, "t-1", 11.90m));
        var again = await CreditAsync(story, Request(invoice, "t-1", 11.90m));
        var other = (await CreditDocument.RunAsync(story.Context, Request(invoice, "t-1", 12m), cancel: Stop)).Refusal!;

        Assert.Equal((first.Document, true), (again.Document, again.Replayed));
        Assert.Equal(("key-reused", "amount"), (other.Code, other.Field));
        Assert.Equal(2, (await story.DocumentsAsync()).Count);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_final_credit_is_not_billed_again_and_one_to_be_billed_again_is(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        var invoice = await BilledAsync(story);
        var final = await CreditAsync(story, Request(invoice, "t-1", lines: [new CreditLine(1, 11.90m)]));

        var december = await story.BillAsync(December);
        var draft = (await story.DocumentsAsync("draft")).Single(document => document.Run == december.Run);
        Assert.Equal(3570, draft.GrossMinor);
        await CancelDocuments.RunAsync(story.Context, [draft.Id], Stop);
        await CreditAsync(story, Request(invoice, "t-2", lines: [new CreditLine(1, 11.90m)]) with { BillAgain = true });
        await story.BillAsync(December);

        draft = (await story.DocumentsAsync("draft")).Single(document => document.Run == december.Run);
        Assert.Equal(3570 + 1190, draft.GrossMinor);
        Assert.NotNull(final.Number);
        await story.AssertBooksAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Credited_usage_is_not_billed_twice_also_where_the_rest_is_to_be_billed_again(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        var invoice = await BilledAsync(story);
        Assert.Equal(-72.59m, (await CreditAsync(story, Request(invoice, "t-1") with { BillAgain = true })).Gross.Amount);

        // The fees of October, November and December; the call of 1.00 was charged once and stays credited.
        await story.IssueAsync((await story.BillAsync(December)).Run);
        var lines = await story.ReadAsync(
            "SELECT amount_minor FROM document_line WHERE document_id = (SELECT max(document_id) FROM document) "
            + "ORDER BY line_no");
        Assert.Equal([3000L, 3000, 3000], lines);
        await story.AssertNothingMoreAsync(December);

        // Usage of that month that arrives now is billed as ever; what was credited is charged on demand by a line of its own.
        await story.AddUsageAsync(100, new NodaTime.LocalDate(2026, 10, 6), 2m);
        Assert.Null((await Operations.Adjustments.AdjustAccount.ChargeAsync(
            story.On(December), new Operations.Adjustments.NewGivenLine(new AccountId(101), "Call of 5 October", 1m, "standard"),
            story.Catalogues.Entries[0].Compiled.Source, cancel: Stop)).Refusal);
        await story.IssueAsync((await story.BillAsync(new NodaTime.LocalDate(2027, 1, 1))).Run);
        Assert.Equal([3000L, 100, 200], (await story.ReadAsync(
            "SELECT amount_minor FROM document_line WHERE document_id = (SELECT max(document_id) FROM document)")).OrderBy(
            minor => minor == 3000 ? 0 : minor));
        await story.AssertBooksAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Drafts_and_credit_notes_are_not_credited(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.BillAsync(November);
        var draft = Assert.Single(await story.DocumentsAsync());

        async Task<string> CodeAsync(DocumentId id, string key) =>
            (await CreditDocument.RunAsync(story.Context, Request(id, key), cancel: Stop)).Refusal!.Code;

        Assert.Equal("document-not-issued", await CodeAsync(draft.Id, "a"));
        Assert.Equal("unknown-document", await CodeAsync(new DocumentId(1), "b"));
        await story.IssueAsync(draft.Run!.Value);
        var credit = await CreditAsync(story, Request(draft.Id, "c"));
        Assert.Equal("not-creditable", await CodeAsync(credit.Document, "d"));
    }
}
