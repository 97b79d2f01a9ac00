using NodaTime;
using Tollgate.Billing;
using Tollgate.Ledger;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Documents;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;
using static Tollgate.Storage.Tests.Billing.BillingStory;

namespace Tollgate.Storage.Tests.Billing;

public sealed class BooksTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static readonly LocalDate Mid = new(2026, 11, 10);

    private static PaymentRequest Paid(long account, decimal amount, string key) =>
        new(new AccountId(account), new Money(amount, Units.Eur), PaymentChannel.Transfer, Mid, key);

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Documents_are_issued_with_gap_free_numbers_in_account_order_and_the_books_agree(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        for (var id = 100L; id < 150; id += 10)
        {
            await story.AddCustomerAsync(id);
            await story.AddUsageAsync(id, new LocalDate(2026, 10, 5), 1.005m);
        }
        var issued = await story.IssueAsync((await story.BillAsync(November)).Run);

        Assert.Equal((5, "TG-2026-000001", "TG-2026-000005"), (issued.Issued, issued.FirstNumber, issued.LastNumber));
        var documents = await story.DocumentsAsync("issued");
        Assert.Equal(Enumerable.Range(1, 5).Select(n => $"TG-2026-00000{n}"), documents.Select(document => document.Number));
        Assert.All(documents, document =>
            Assert.Equal((6101L, 1159L, 7260L), (document.NetMinor, document.TaxMinor, document.GrossMinor)));
        await story.AssertBooksAsync();
        var balance = await LedgerCheck.TrialBalanceAsync(story.Context, cancel: Stop);
        Assert.Equal(
            ["1200-receivables 36300", "2200-vat-DE-19 -5795", "4000-fees -30000", "4100-voice -505"],
            balance.Rows.Select(row => $"{row.LedgerAccount} {row.BalanceMinor}"));
        Assert.Equal(0, (await IssueDocuments.RunAsync(story.Context, issued.Run, cancel: Stop)).Value!.Issued);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_snapshot_is_the_same_for_the_same_facts_and_prints(DatabaseKind kind)
    {
        await using var one = await CreateAsync(kind);
        await using var two = await CreateAsync(kind);
        foreach (var story in new[] { one, two })
        {
            await story.AddCustomerAsync(100);
            await story.AddUsageAsync(100, new LocalDate(2026, 10, 5), 1m);
            var run = (await story.BillAsync(November)).Run;
            var draft = Assert.Single(await story.DocumentsAsync());
            var view = (await ReadDocuments.ViewAsync(story.Context, draft.Id, cancel: Stop)).Value!;
            Assert.Null(view.Number);
            Assert.Equal(["49151100"], view.Groups.Select(group => group.Label));
            await story.IssueAsync(run);
        }

        var (first, second) = ((await one.DocumentsAsync())[0], (await two.DocumentsAsync())[0]);
        Assert.Equal(first.SnapshotHash, second.SnapshotHash);
        Assert.NotNull(first.SnapshotHash);
        var pdf = (await ReadDocuments.PdfAsync(one.Context, first.Id, cancel: Stop)).Value!;
        Assert.Equal("%PDF-"u8.ToArray(), pdf[..5]);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Nothing_is_accepted_while_a_file_is_imported_or_charges_differ(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.AddUsageAsync(100, new LocalDate(2026, 10, 5), 1m);
        var run = (await story.BillAsync(November)).Run;
        await story.ExecuteAsync(
            "INSERT INTO usage_file (file_id, tenant_id, source, name, size, content_hash, phase, position, line, read_count, "
            + "rated_count, held_count, duplicate_count, ignored_count, started_at) VALUES (5, @tenant, 's', 'calls.csv', 1, '', "
            + "'importing', 0, 0, 0, 0, 0, 0, 0, @now)", ("now", story.Context.Now));

        var importing = (await AcceptDocuments.RunAsync(story.Context, story.Catalogues, run, cancel: Stop)).Refusal!;
        await story.ExecuteAsync("UPDATE usage_file SET phase = 'done'");
        await story.ExecuteAsync("UPDATE usage_total SET amount = amount + 1");
        var differ = (await AcceptDocuments.RunAsync(story.Context, story.Catalogues, run, cancel: Stop)).Refusal!;
        var findings = (await LedgerCheck.RunAsync(story.Context, cancel: Stop)).SelectMany(proof => proof.Findings);
        Assert.Contains("slot-charges", findings.Select(finding => finding.Proof));
        await story.ExecuteAsync("UPDATE usage_total SET amount = amount - 1");

        Assert.Equal(("usage-importing", "charges-differ"), (importing.Code, differ.Code));
        Assert.Contains("calls.csv", importing.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await AcceptDocuments.RunAsync(story.Context, story.Catalogues, run, cancel: Stop)).Value!.Accepted);
        Assert.Equal("unknown-run",
            (await AcceptDocuments.RunAsync(story.Context, story.Catalogues, new BillRunId(99), cancel: Stop)).Refusal!.Code);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Held_usage_warns_or_keeps_back_the_document_of_its_account(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.AddCustomerAsync(200);
        await story.ExecuteAsync(
            "INSERT INTO held_record (tenant_id, source, record_key, file_id, file_offset, line, reason, detail, raw, subject, "
            + "phase, held_at) VALUES (@tenant, 's', @key, 1, 0, 1, 31, '', '', '49151100', 'held', "
            + "@now)", ("now", story.Context.Now),
            ("key", kind == DatabaseKind.Postgres ? new Guid(1, 0, 0, new byte[8]) : new byte[16]));
        var run = (await story.BillAsync(November)).Run;

        var strict = (await AcceptDocuments.RunAsync(
            story.Context, story.Catalogues, run, holdAbove: 0, Stop)).Value!;
        var mild = (await AcceptDocuments.RunAsync(story.Context, story.Catalogues, run, cancel: Stop)).Value!;

        Assert.Equal((1, 1), (strict.Accepted, strict.Held));
        Assert.Contains("acc_101: 1 usage record", Assert.Single(strict.Warnings), StringComparison.Ordinal);
        Assert.Equal((1, 0), (mild.Accepted, mild.Held));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_issued_document_that_was_changed_is_found(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.IssueAsync((await story.BillAsync(November)).Run);
        await story.ExecuteAsync("UPDATE document SET snapshot = replace(snapshot, 'Plan M', 'Plan L')");
        await story.ExecuteAsync("UPDATE number_series SET next_number = next_number + 1");
        await story.ExecuteAsync("UPDATE journal_line SET amount_minor = amount_minor + 1 WHERE ledger_account = '4000-fees'");

        var failed = (await LedgerCheck.RunAsync(story.Context, cancel: Stop))
            .Where(proof => !proof.Holds).Select(proof => proof.Proof);

        Assert.Equal(["entry-balance", "trial-balance", "number-series", "document-hash"], failed);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_payment_pays_the_oldest_debt_once_and_what_is_left_pays_the_next_bill(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.IssueAsync((await story.BillAsync(November)).Run);

        var paid = (await RecordPayment.RunAsync(story.On(Mid), Paid(101, 100m, "bank-1"), cancel: Stop)).Value!;
        var replay = (await RecordPayment.RunAsync(story.On(Mid), Paid(101, 100m, "bank-1"), cancel: Stop)).Value!;
        var reused = (await RecordPayment.RunAsync(story.On(Mid), Paid(101, 99m, "bank-1"), cancel: Stop)).Refusal!;

        Assert.Equal((71.40m, 28.60m, false), (paid.Allocated.Amount, paid.Credit.Amount, paid.Replayed));
        Assert.Equal((paid.Payment, true), (replay.Payment, replay.Replayed));
        Assert.Equal(("key-reused", "amount"), (reused.Code, reused.Field));
        var ahead = (await ReadAccounts.BalanceAsync(story.Context, new AccountId(101), Stop)).Value!;
        Assert.Equal((0m, 28.60m, -28.60m), (ahead.Open.Amount, ahead.Unallocated.Amount, ahead.Owed.Amount));
        await story.IssueAsync((await story.BillAsync(December)).Run);
        var after = (await ReadAccounts.BalanceAsync(story.Context, new AccountId(101), Stop)).Value!;
        Assert.Equal((7.10m, 0m, 7.10m), (after.Open.Amount, after.Unallocated.Amount, after.Owed.Amount));
        Assert.Equal([7140L, 2860L], await story.ReadAsync("SELECT amount_minor FROM allocation ORDER BY allocation_id"));
        var view = (await ReadDocuments.ViewAsync(story.Context, (await story.DocumentsAsync())[1].Id, cancel: Stop)).Value!;
        Assert.Equal((71.40m, 100m, 7.10m),
            (view.Totals.PreviousBalance.Amount, view.Totals.PaymentsReceived.Amount, view.Totals.AmountDue.Amount));
        await story.AssertBooksAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Bookings_that_make_no_sense_are_refused(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);

        async Task<(string, string)> RefusedAsync(PaymentRequest request)
        {
            var refusal = (await RecordPayment.RunAsync(story.On(Mid), request, cancel: Stop)).Refusal!;
            return (refusal.Code, refusal.Field);
        }

        Assert.Equal(("invalid", "amount"), await RefusedAsync(Paid(101, 0m, "k")));
        Assert.Equal(("invalid", "amount"), await RefusedAsync(Paid(101, 1.005m, "k")));
        Assert.Equal(("invalid", "callerKey"), await RefusedAsync(Paid(101, 1m, "")));
        Assert.Equal(("unknown-account", "account"), await RefusedAsync(Paid(999, 1m, "k")));
        Assert.Equal(("other-currency", "currency"),
            await RefusedAsync(Paid(101, 1m, "k") with { Amount = new Money(1m, Units.Get("USD")) }));
        Assert.Empty(await story.ReadAsync("SELECT payment_id FROM payment"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Prepaid_usage_is_settled_by_the_document_and_leaves_nothing_to_pay(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100, offer: "usage-only");
        var request = new TopUpRequest(new AccountId(101), new Money(20m, Units.Eur), PaymentChannel.Cash, Mid, "voucher-1");
        var top = (await TopUp.RunAsync(story.On(Mid), request, cancel: Stop)).Value!;
        var replay = (await TopUp.RunAsync(story.On(Mid), request, cancel: Stop)).Value!;
        var reused = (await TopUp.RunAsync(story.On(Mid), request with { Channel = PaymentChannel.Card }, cancel: Stop)).Refusal!;
        Assert.Equal((20m, false), (top.Balance.Amount, top.Replayed));
        Assert.Equal((top.Pocket, true), (replay.Pocket, replay.Replayed));
        Assert.Equal(("key-reused", "channel"), (reused.Code, reused.Field));

        await story.AddUsageAsync(100, new LocalDate(2026, 10, 5), 5.005m, prepaid: true);
        await story.AssertBooksAsync();
        await story.IssueAsync((await story.BillAsync(November)).Run);

        var document = Assert.Single(await story.DocumentsAsync("issued"));
        Assert.Equal((501L, 501L, 0L), (document.GrossMinor, document.SettledMinor, document.DueMinor));
        Assert.Empty(await story.ReadAsync("SELECT open_item_id FROM open_item"));
        var balance = await LedgerCheck.TrialBalanceAsync(story.Context, cancel: Stop);
        Assert.Equal(
            ["1000-cash 2000", "2100-prepaid -1499", "2200-vat-DE-19 -80", "4100-voice -421"],
            balance.Rows.Select(row => $"{row.LedgerAccount} {row.BalanceMinor}"));
        await story.AssertBooksAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Sending_writes_each_document_once(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        await story.AddCustomerAsync(100);
        await story.AddCustomerAsync(200);
        var run = (await story.BillAsync(November)).Run;
        await story.IssueAsync(run);
        var folder = Directory.CreateTempSubdirectory("tollgate-send-").FullName;
        try
        {
            var sent = (await SendDocuments.RunAsync(story.Context, run, folder, cancel: Stop)).Value!;
            var again = (await SendDocuments.RunAsync(story.Context, run, folder, cancel: Stop)).Value!;

            Assert.Equal(["TG-2026-000001.pdf", "TG-2026-000002.pdf"], sent.Paths.Select(path => Path.GetFileName(path)));
            Assert.All(sent.Paths, path => Assert.True(new FileInfo(path).Length > 1_000));
            Assert.Empty(again.Paths);
            Assert.All(await story.DocumentsAsync(), document => Assert.Equal("sent", document.Delivery));
            Assert.Equal("sent", Assert.Single(await ReadDocuments.RunsAsync(story.Context, cancel: Stop)).Phase);

            var bill = (await story.DocumentsAsync())[0];
            Assert.Null((await CreditDocument.RunAsync(story.Context, new CreditRequest(
                bill.Id, 10m, [], false, null, new DocumentOrder("credit")), cancel: Stop)).Refusal);
            var single = (await SendDocuments.RunAsync(story.Context, null, folder, cancel: Stop)).Value!;
            Assert.Equal(["TG-2026-000003.pdf"], single.Paths.Select(path => Path.GetFileName(path)));
            Assert.Empty((await SendDocuments.RunAsync(story.Context, null, folder, cancel: Stop)).Value!.Paths);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
