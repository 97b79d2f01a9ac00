using NodaTime;
using Tollgate.Billing;
using Tollgate.Documents;
using Tollgate.Ledger;
using Tollgate.Operations;
using Tollgate.Operations.Alerts;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Documents;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;
using static Tollgate.Storage.Tests.Billing.BillingStory;

namespace Tollgate.Storage.Tests.Billing;

/// <summary>What a bill asks for, how it is paid, and what is said of it afterwards.</summary>
public sealed class PaymentDirectionTests
{
    private static readonly AccountId Account = new(101);
    private static readonly LocalDate Mid = new(2026, 12, 15);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_payment_pays_the_document_that_it_is_meant_for_and_the_bill_tells_old_from_new(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.AddCustomerAsync(200);
        await story.IssueAsync((await story.BillAsync(November)).Run);
        await story.IssueAsync((await story.BillAsync(December)).Run);
        var (first, second) = ((await OfAsync(story))[0], (await OfAsync(story))[1]);

        var bill = (await ReadDocuments.ShowAsync(story.Context, second.Id, cancel: Stop)).Value!;
        Assert.Equal((35.70m, 71.40m, 107.10m), (bill.Totals.ThisBill.Amount, bill.Totals.OpenFromBefore.Amount,
            bill.Totals.AmountDue.Amount));
        Assert.Equal("en", bill.Words.Language);
        Assert.Equal("de", (await ReadDocuments.ShowAsync(story.Context, second.Id, "de", Stop)).Value!.Words.Language);

        var part = (await PayAsync(story, 10m, "b-1", second.Id)).Value!;
        Assert.Equal((10m, 10m, 0m), (part.ForDocument!.Value.Amount, part.Allocated.Amount, part.Credit.Amount));
        Assert.Equal(["open", "partly-paid"], await StatusesAsync(story));
        Assert.True((await PayAsync(story, 10m, "b-1", second.Id)).Value!.Replayed);
        Assert.Equal("document", (await PayAsync(story, 10m, "b-1", first.Id)).Refusal?.Field);

        // More than is open of it: the rest pays the oldest debt.
        var more = (await PayAsync(story, 30m, "b-2", second.Id)).Value!;
        Assert.Equal((25.70m, 30m), (more.ForDocument!.Value.Amount, more.Allocated.Amount));
        Assert.Equal(["partly-paid", "paid"], await StatusesAsync(story));

        var settled = (await PayAsync(story, 1m, "b-3", second.Id)).Refusal!;
        Assert.Equal("nothing-to-pay", settled.Code);
        Assert.Contains("is paid already", settled.Message, StringComparison.Ordinal);
        var other = (await RecordPayment.RunAsync(story.On(Mid), new PaymentRequest(
            new AccountId(201), new Money(1m, Units.Eur), PaymentChannel.Transfer, Mid, "b-4", "", second.Id), Stop)).Refusal!;
        Assert.Equal("other-account", other.Code);
        Assert.Equal("unknown-document", (await PayAsync(story, 1m, "b-5", new DocumentId(999_999))).Refusal!.Code);

        await CreditDocument.RunAsync(story.On(Mid), new CreditRequest(
            first.Id, null, [], false, null, new DocumentOrder("c-1", "Goodwill")), Stop);
        Assert.Equal(["settled", "paid", "partly-settled"], await StatusesAsync(story));
        await story.AssertBooksAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_direct_debit_without_a_mandate_asks_for_a_transfer_and_raises_an_alert_until_it_has_one(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.ExecuteAsync("UPDATE seller SET creditor_id = 'DE98ZZZ09999999999', iban = 'DE89370400440532013000'");

        await ChangeAsync(story, new AccountChange { PaymentMethod = "direct-debit", Iban = "DE02120300000000202051" });
        Assert.Equal("a mandate", (await ReadAccounts.OneAsync(story.Context, Account, Stop)).Value!.DirectDebitLacks);
        await story.IssueAsync((await story.BillAsync(November)).Run);
        var wrong = (await ChangeAccount.RunAsync(story.Context, Account, new AccountChange
        {
            Iban = "DE02120300000000202052", Mandate = "Vertrag #1", MandateOn = December,
        }, cancel: Stop)).Refusal!;
        Assert.Equal(["iban", "mandate", "mandateOn"], wrong.Faults.Select(fault => fault.Field));

        var alert = Assert.Single((await ReadAlerts.ListAsync(
            story.Context, new AlertFilter("direct-debit-incomplete", Open: true), cancel: Stop)).Items);
        Assert.Equal(("acc_101", 1L), (alert.Subject, alert.Count));
        Assert.EndsWith("'tollgate account change acc_101 --mandate REFERENCE'.", alert.Detail, StringComparison.Ordinal);
        await ChangeAsync(story, new AccountChange { Mandate = "M-101", MandateOn = October });
        await story.IssueAsync((await story.BillAsync(December)).Run);

        var documents = await story.DocumentsAsync();
        var before = (await ReadDocuments.ViewAsync(story.Context, documents[0].Id, Stop)).Value!;
        var after = (await ReadDocuments.ViewAsync(story.Context, documents[1].Id, Stop)).Value!;
        Assert.Equal(PaymentKind.Transfer, before.Payment.Kind);
        Assert.Equal((PaymentKind.DirectDebit, "M-101", "DE98ZZZ09999999999"),
            (after.Payment.Kind, after.Payment.Mandate, after.Seller.CreditorId));
        var gone = Assert.Single((await ReadAlerts.ListAsync(story.Context, new AlertFilter(Open: false), cancel: Stop)).Items);
        Assert.Equal((alert.Id, ""), (gone.Id, gone.ClosedBy));

        // One that is closed by hand says by whom, and comes again when its cause does.
        await ChangeAsync(story, new AccountChange { Mandate = "" });
        var again = (await ReadAlerts.ListAsync(story.Context, new AlertFilter(Open: true), cancel: Stop)).Items[0];
        var closed = (await CloseAlert.RunAsync(story.Context, again.Id, "called", Stop)).Value!;
        Assert.Equal(("test", "called"), (closed.ClosedBy, closed.Note));
        Assert.Equal(closed, (await CloseAlert.RunAsync(story.Context, again.Id, "twice", Stop)).Value);
        Assert.Equal("unknown-alert", (await CloseAlert.RunAsync(story.Context, new AlertId(1), "", Stop)).Refusal?.Code);
        var page = await ReadAlerts.ListAsync(story.Context, new AlertFilter(), limit: 1, cancel: Stop);
        Assert.Equal(alert.Id, Assert.Single((await ReadAlerts.ListAsync(
            story.Context, new AlertFilter(), page.Items[0].Id, cancel: Stop)).Items).Id);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_seller_without_a_creditor_identifier_is_told_by_run_bill_and_alert_until_it_has_one(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.AddCustomerAsync(200);
        await ChangeAsync(story, new AccountChange
        {
            PaymentMethod = "direct-debit", Iban = "DE02120300000000202051", Mandate = "M-101", MandateOn = October,
        });

        var run = await story.BillAsync(November);
        var accepted = (await AcceptDocuments.RunAsync(story.On(November), story.Catalogues, run.Run, null, Stop)).Value!;
        await IssueDocuments.RunAsync(story.On(November), run.Run, cancel: Stop);

        var warning = Assert.Single(run.Warnings);
        Assert.Contains("has no SEPA creditor identifier, but bills (1 of this run)", warning, StringComparison.Ordinal);
        Assert.Contains("tollgate seller change sel_", warning, StringComparison.Ordinal);
        Assert.Equal(warning, Assert.Single(accepted.Warnings));
        var warned = new List<int>();
        foreach (var document in await story.DocumentsAsync())
        {
            warned.Add((await ReadDocuments.ShowAsync(story.Context, document.Id, cancel: Stop)).Value!.Warnings.Length);
        }
        Assert.Equal([1, 0], warned);
        var alert = Assert.Single((await ReadAlerts.ListAsync(
            story.Context, new AlertFilter("creditor-id-missing", Open: true), cancel: Stop)).Items);

        var seller = Id.TryParse<SellerId>(alert.Subject, out var id) ? id : default;
        Assert.Null((await ChangeSeller.RunAsync(
            story.Context, seller, new SellerChange { CreditorId = "DE98ZZZ09999999999" }, cancel: Stop)).Refusal);
        Assert.Empty((await story.BillAsync(December)).Warnings);
        Assert.Empty((await ReadAlerts.ListAsync(story.Context, new AlertFilter(Open: true), cancel: Stop)).Items);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Accounts_are_listed_by_what_is_known_of_them(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.AddCustomerAsync(200, cycleDay: 15);
        await story.AddCustomerAsync(300);
        await story.ExecuteAsync("UPDATE customer SET parent_customer_id = 100 WHERE customer_id = 300");
        await story.ExecuteAsync("UPDATE party SET name = '100% Müller_' WHERE customer_id = 200");

        async Task<IEnumerable<long>> ListAsync(AccountFilter filter) =>
            (await ReadAccounts.ListAsync(story.Context, filter, cancel: Stop)).Items.Select(account => account.Id.Value);

        Assert.Equal([101, 201, 301], await ListAsync(new AccountFilter()));
        Assert.Equal([201], await ListAsync(new AccountFilter { CycleDay = 15, Phase = "active", Seller = new SellerId(1) }));
        Assert.Equal([201], await ListAsync(new AccountFilter { Name = "0% müller_" }));
        Assert.Empty(await ListAsync(new AccountFilter { Name = "%x" }));
        Assert.Equal([301], await ListAsync(new AccountFilter { Reseller = new CustomerId(100) }));
        Assert.Empty(await ListAsync(new AccountFilter { Phase = "ended" }));
        var page = await ReadAccounts.ListAsync(story.Context, new AccountFilter(), limit: 2, cancel: Stop);
        Assert.Equal((2, "acc_201"), (page.Items.Length, page.Next));
        Assert.Equal("100% Müller_", page.Items[1].CustomerName);
        Assert.Equal(301, Assert.Single((await ReadAccounts.ListAsync(
            story.Context, new AccountFilter(), page.Next, cancel: Stop)).Items).Id.Value);
    }

    private static async Task ChangeAsync(BillingStory story, AccountChange change) =>
        Assert.Null((await ChangeAccount.RunAsync(story.Context, Account, change, cancel: Stop)).Refusal);

    private static Task<Outcome<PaymentResult>> PayAsync(BillingStory story, decimal amount, string key, DocumentId document) =>
        RecordPayment.RunAsync(story.On(Mid), new PaymentRequest(
            Account, new Money(amount, Units.Eur), PaymentChannel.Transfer, Mid, key, "", document), Stop);

    private static async Task<List<DocumentHead>> OfAsync(BillingStory story) =>
        [.. (await story.DocumentsAsync()).Where(document => document.Account == Account)];

    private static async Task<IEnumerable<string>> StatusesAsync(BillingStory story) =>
        (await OfAsync(story)).Select(document => document.Status.Text());
}
