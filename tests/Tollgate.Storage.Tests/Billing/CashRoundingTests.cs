using Tollgate.Operations.Billing;
using Tollgate.Operations.Documents;
using Tollgate.Primitives;
using static Tollgate.Storage.Tests.Billing.BillingStory;

namespace Tollgate.Storage.Tests.Billing;

/// <summary>Cash rounding from the calculator to the document, the books and the credit that closes it.</summary>
public sealed class CashRoundingTests
{
    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Rounding_is_an_entry_of_the_document_with_a_posting_of_its_own(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.SetPolicyAsync("cashStepMinor", "50");
        var preview = (await PreviewBill.RunAsync(
            story.Context, story.Catalogues, new PreviewRequest(new AccountId(101)))).Value!;
        await story.IssueAsync((await story.BillAsync(November)).Run);

        var head = Assert.Single(await story.DocumentsAsync());
        // 60.00 and 19 %: 71.40, to be paid 71.50.
        Assert.Equal((7140L, 10L, 7150L), (head.GrossMinor, head.RoundingMinor, head.DueMinor));
        Assert.Equal((0.10m, 71.50m), (preview.Rounding.Amount, preview.Due.Amount));
        Assert.Equal(
            [-10L], await story.ReadAsync("SELECT amount_minor FROM journal_line WHERE ledger_account = '7910-cash-rounding'"));
        Assert.Equal(0.10m, (await ReadDocuments.ViewAsync(story.Context, head.Id)).Value!.Totals.Rounding?.Amount);
        await story.AssertBooksAsync();

        var half = new CreditRequest(head.Id, 30m, [], false, null, new DocumentOrder("half"));
        Assert.Null((await CreditDocument.RunAsync(story.Context, half)).Refusal);
        Assert.Null((await CreditDocument.RunAsync(
            story.Context, half with { Amount = null, Order = new DocumentOrder("rest") })).Refusal);
        Assert.Equal([0L], await story.ReadAsync("SELECT sum(amount_minor) FROM open_item"));
        await story.AssertBooksAsync();
    }
}
