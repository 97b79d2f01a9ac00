using System.Collections.Immutable;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Catalog;
using Tollgate.Documents;
using Tollgate.Ledger;
using Tollgate.Operations;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Documents;
using Tollgate.Operations.Taxes;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;
using static Tollgate.Storage.Tests.Billing.BillingStory;

namespace Tollgate.Storage.Tests.Billing;

/// <summary>Debit notes, advances, tax corrections, statements, types of documents.</summary>
public sealed class DocumentTests
{
    private static readonly AccountId Account = new(101);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A customer whose catalogue is published, so that documents find its taxes.</summary>
    private static async Task<BillingStory> StoryAsync(DatabaseKind kind)
    {
        var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.PublishAsync();
        return story;
    }

    private static async Task<DocumentMade> MadeAsync(Task<Outcome<DocumentMade>> made)
    {
        var outcome = await made;
        Assert.Null(outcome.Refusal);
        return outcome.Value!;
    }

    private static Task<Outcome<DocumentMade>> ChargeAsync(
        BillingStory story, BillKind kind, string key, params ChargeLine[] lines) =>
        ChargeByDocument.RunAsync(
            story.Context, new ChargeRequest(Account, kind, [.. lines], null, null, new DocumentOrder(key)), cancel: Stop);

    private static async Task PayAsync(BillingStory story, decimal amount, string key) => Assert.Null((
        await RecordPayment.RunAsync(story.Context, new PaymentRequest(
            Account, new Money(amount, Units.Eur), PaymentChannel.Transfer, new LocalDate(2026, 11, 1), key), Stop)).Refusal);

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_debit_note_has_its_own_series_and_a_line_shows_the_sum_of_its_parts(DatabaseKind kind)
    {
        await using var story = await StoryAsync(kind);

        var debit = await MadeAsync(ChargeAsync(story, BillKind.DebitNote, "d-1",
            new ChargeLine("Site visit", 2, 24.50m, "standard"),
            new ChargeLine("Repair", 1, 0, "") { Parts = [new("Cable", 3, 10, "standard"), new("Book", 1, 20, "reduced")] }));

        Assert.Equal(("TG-DN2026-000001", 99m, 16.41m), (debit.Number, debit.Net.Amount, debit.Tax.Amount));
        var view = (await ReadDocuments.ViewAsync(story.Context, debit.Document, Stop)).Value!;
        var repair = view.Groups.Single().Lines[1];
        Assert.Equal((50m, 2), (repair.Net.Amount, repair.Parts!.Value.Length));
        Assert.Equal(repair.Net.Amount, repair.Parts.Value.Sum(part => part.Net!.Value.Amount));
        Assert.Equal(DocumentKind.DebitNote, view.Kind);
        await story.AssertBooksAsync();
        var fully = await MadeAsync(CreditDocument.RunAsync(story.Context, new CreditRequest(
            debit.Document, null, [], false, null, new DocumentOrder("c-1")), cancel: Stop));
        Assert.Equal(-debit.Gross.Amount, fully.Gross.Amount);
        await story.AssertBooksAsync();
    }

    /// <summary>Gesierich's example: 30,000 net of work, 10,000 paid ahead, 23,800 left.</summary>
    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_paid_advance_is_set_off_on_the_next_bill_with_its_tax(DatabaseKind kind)
    {
        await using var story = await StoryAsync(kind);
        var advance = await MadeAsync(ChargeAsync(
            story, BillKind.AdvanceInvoice, "a-1", new ChargeLine("Prepayment", 1, 20, "standard")));
        Assert.Equal(("TG-AI2026-000001", 23.80m), (advance.Number, advance.Gross.Amount));
        Assert.Contains("2110-advances -2000", (await LedgerCheck.TrialBalanceAsync(story.Context, Stop)).Rows
            .Select(row => $"{row.LedgerAccount} {row.BalanceMinor}"));

        var unpaid = await story.BillAsync(November);
        var draft = (await story.DocumentsAsync("draft")).Single(one => one.Run == unpaid.Run);
        Assert.Equal(7140, draft.GrossMinor);
        await CancelDocuments.RunAsync(story.Context, [draft.Id], Stop);
        await PayAsync(story, 23.80m, "bank-1");
        await story.IssueAsync((await story.BillAsync(November)).Run);

        var bill = (await story.DocumentsAsync("issued")).Single(one => one.Kind == "invoice");
        Assert.Equal((4000L, 760L, 4760L), (bill.NetMinor, bill.TaxMinor, bill.GrossMinor));
        Assert.Equal([0L], await story.ReadAsync(
            "SELECT sum(amount_minor) FROM journal_line WHERE ledger_account = '2110-advances'"));
        await story.AssertBooksAsync();
        var december = await story.BillAsync(December);
        Assert.Equal(3570, (await story.DocumentsAsync("draft")).Single(one => one.Run == december.Run).GrossMinor);
        await CancelDocuments.RunAsync(story.Context, [(await story.DocumentsAsync("draft")).Single().Id], Stop);

        var credit = await MadeAsync(CreditDocument.RunAsync(
            story.Context, new CreditRequest(bill.Id, null, [], false, null, new DocumentOrder("c-1")), cancel: Stop));
        Assert.Equal(-47.60m, credit.Gross.Amount);
        await story.BillAsync(December);
        Assert.Equal(3570 - 2380, (await story.DocumentsAsync("draft")).Single(one => one.Run == december.Run).GrossMinor);
        await story.AssertBooksAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Of_an_advance_that_is_paid_in_part_that_part_is_set_off_and_the_rest_once_it_is_paid(DatabaseKind kind)
    {
        await using var story = await StoryAsync(kind);
        await MadeAsync(ChargeAsync(story, BillKind.AdvanceInvoice, "a-1", new ChargeLine("Prepayment", 1, 50, "standard")));
        await PayAsync(story, 23.80m, "bank-1");

        var november = await story.BillAsync(November);
        Assert.Equal(7140 - 2380, (await story.DocumentsAsync("draft")).Single().GrossMinor);
        await story.IssueAsync(november.Run);
        await PayAsync(story, 35.70m, "bank-2"); // the rest of the advance, which is the oldest debt
        await story.IssueAsync((await story.BillAsync(December)).Run);

        Assert.Equal([2L], await story.ReadAsync(
            "SELECT count(*) FROM document WHERE kind = 'invoice' AND gross_minor IN (0, 4760)"));
        Assert.Equal([0L], await story.ReadAsync(
            "SELECT sum(amount_minor) FROM journal_line WHERE ledger_account = '2110-advances'"));
        await story.AssertBooksAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_tax_correction_changes_the_tax_and_nothing_else_and_the_next_bill_agrees(DatabaseKind kind)
    {
        await using var story = await StoryAsync(kind);
        await story.IssueAsync((await story.BillAsync(November)).Run);
        var bill = Assert.Single(await story.DocumentsAsync());
        Assert.Equal("tax-unchanged", (await CorrectTax.RunAsync(
            story.Context, new TaxCorrectionRequest(bill.Id, [], "", new DocumentOrder("x")), cancel: Stop)).Refusal!.Code);
        await ChangeTaxProfile.SetAsync(story.Context, new TaxStandingRequest(
            Account, new LocalDate(2026, 1, 1), "FR", "", "", TaxCustomer.Business), Stop);

        var corrected = await MadeAsync(CorrectTax.RunAsync(
            story.Context, new TaxCorrectionRequest(bill.Id, [], "", new DocumentOrder("t-1")), cancel: Stop));

        Assert.Equal(("TG-TC2026-000001", 0m, -11.40m), (corrected.Number, corrected.Net.Amount, corrected.Tax.Amount));
        await story.AssertBooksAsync();
        var view = (await ReadDocuments.ViewAsync(story.Context, corrected.Document, Stop)).Value!;
        Assert.Contains("Reverse charge", view.Notes);
        Assert.Equal(["AE", ""], view.Taxes.Select(tax => tax.Category ?? "").Order(StringComparer.Ordinal).Reverse());
        var rest = (await CreditDocument.RunAsync(
            story.Context, new CreditRequest(bill.Id, null, [], false, null, new DocumentOrder("c-1")), cancel: Stop)).Refusal!;
        Assert.Equal("fully-credited", rest.Code);
        story.Catalogues = await CatalogueVersions.LoadAsync(story.Context, Stop);
        await story.BillAsync(December);
        var next = (await story.DocumentsAsync("draft")).Single();
        Assert.Equal((3000L, 0L), (next.NetMinor, next.TaxMinor));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_statement_leads_from_the_opening_to_the_closing_balance_and_books_nothing(DatabaseKind kind)
    {
        await using var story = await StoryAsync(kind);
        await story.IssueAsync((await story.BillAsync(November)).Run);
        await PayAsync(story, 50m, "bank-1");

        var made = await MadeAsync(StatementOfAccount.RunAsync(story.Context, new StatementRequest(
            Account, new BillPeriod(new LocalDate(2026, 10, 1), new LocalDate(2026, 11, 2)), new DocumentOrder("s-1")), Stop));

        var view = (await ReadDocuments.ViewAsync(story.Context, made.Document, Stop)).Value!;
        Assert.Equal(("TG-ST2026-000001", 0m), (made.Number, made.Gross.Amount));
        var rows = view.Statement!;
        Assert.Equal([71.40m, -50m], rows.Rows.Select(row => row.Amount.Amount));
        Assert.Equal(rows.Closing.Amount, rows.Opening.Amount + rows.Rows.Sum(row => row.Amount.Amount));
        Assert.Equal(21.40m, view.Totals.AmountDue.Amount);
        await story.AssertBooksAsync();
        Assert.Equal("%PDF-"u8.ToArray(), (await ReadDocuments.PdfAsync(story.Context, made.Document, Stop)).Value![..5]);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_operators_type_has_its_own_numbers_and_name_and_keeps_its_kind(DatabaseKind kind)
    {
        await using var story = await StoryAsync(kind);
        var type = new DocumentType("late-fee", BillKind.DebitNote, AccountingType.Invoice, "late-fee", "LF-", "Late fee");
        Assert.Null((await ChangeDocumentType.SetAsync(story.Context, type, Stop)).Refusal);
        Assert.Equal("wrong-kind", (await ChangeDocumentType.SetAsync(
            story.Context, type with { Kind = BillKind.CreditNote }, Stop)).Refusal!.Code);
        Assert.Equal("invalid", (await ChangeDocumentType.SetAsync(
            story.Context, type with { Prefix = "L F" }, Stop)).Refusal!.Code);

        var made = await MadeAsync(ChargeByDocument.RunAsync(story.Context, new ChargeRequest(
            Account, BillKind.DebitNote, [new ChargeLine("Late fee", 1, 5, "standard")], null, null,
            new DocumentOrder("l-1", Type: "late-fee")), cancel: Stop));
        var wrong = (await ChargeByDocument.RunAsync(story.Context, new ChargeRequest(
            Account, BillKind.AdvanceInvoice, [new ChargeLine("Late fee", 1, 5, "standard")], null, null,
            new DocumentOrder("l-2", Type: "late-fee")), cancel: Stop)).Refusal!;

        Assert.Equal(("TG-LF-2026-000001", "unknown-document-type"), (made.Number, wrong.Code));
        Assert.Equal("Late fee", (await ReadDocuments.ViewAsync(story.Context, made.Document, Stop)).Value!.TypeName);
        await story.AssertBooksAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_draft_waits_for_its_issue_holds_up_no_bill_run_and_may_be_cancelled(DatabaseKind kind)
    {
        await using var story = await StoryAsync(kind);
        var lines = ImmutableArray.Create(new ChargeLine("Visit", 1, 5, "standard"));
        var draft = await MadeAsync(ChargeByDocument.RunAsync(story.Context, new ChargeRequest(
            Account, BillKind.DebitNote, lines, null, null, new DocumentOrder("d-1", DraftOnly: true)), cancel: Stop));
        var other = await MadeAsync(ChargeByDocument.RunAsync(story.Context, new ChargeRequest(
            Account, BillKind.DebitNote, lines, null, null, new DocumentOrder("d-2", DraftOnly: true)), cancel: Stop));

        Assert.Equal(0, (await story.BillAsync(November)).Parked);
        Assert.Null(draft.Number);
        var issued = (await IssueDocument.RunAsync(story.Context, draft.Document, cancel: Stop)).Value!;
        Assert.Equal("TG-DN2026-000001", issued.Number);
        Assert.Equal("wrong-phase", (await IssueDocument.RunAsync(story.Context, draft.Document, cancel: Stop)).Refusal!.Code);
        Assert.Equal(1, (await CancelDocuments.RunAsync(story.Context, [other.Document], Stop)).Value);
        var bill = (await story.DocumentsAsync("draft")).Single();
        Assert.Equal("document-of-run", (await IssueDocument.RunAsync(story.Context, bill.Id, cancel: Stop)).Refusal!.Code);
        await story.AssertBooksAsync();
    }
}
