using System.Net;
using System.Net.Sockets;
using Tollgate.Billing;
using Tollgate.Catalog;
using Tollgate.Operations;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Documents;
using Tollgate.Operations.Taxes;
using Tollgate.Primitives;
using static Tollgate.Storage.Tests.Billing.BillingStory;

namespace Tollgate.Storage.Tests.Billing;

/// <summary>Taxes from a service: a web server of the test that answers by rules of its own.</summary>
public sealed class TaxServiceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Answers every line with a city tax of 10 %.</summary>
    private sealed class Server : IDisposable
    {
        private readonly HttpListener listener = new();

        internal Server()
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            Address = FormattableString.Invariant($"http://127.0.0.1:{port}/tax/");
            listener.Prefixes.Add(Address);
            listener.Start();
            _ = AnswerAsync();
        }

        internal string Address { get; }

        internal int Asked { get; private set; }

        /// <summary>What is answered; null: never.</summary>
        internal Func<TaxRequest, TaxAnswer?> Answer { get; set; } = request => new TaxAnswer(
        [
            .. request.Lines.Select(line => new TaxAnswerLine(line.No, line.AmountMinor,
                [new AnsweredTax("city", "City tax", "DE", 10m, line.AmountMinor, line.AmountMinor / 10)])),
        ]);

        private async Task AnswerAsync()
        {
            while (listener.IsListening)
            {
                var call = await listener.GetContextAsync();
                using var body = new MemoryStream();
                await call.Request.InputStream.CopyToAsync(body);
                Asked++;
                if (Answer(TaxServices.ReadRequest(body.ToArray())) is { } answer)
                {
                    await call.Response.OutputStream.WriteAsync(TaxServices.Write(answer));
                    call.Response.Close();
                }
            }
        }

        public void Dispose() => listener.Close();
    }

    private static async Task SetAsync(BillingStory story, string endpoint, int timeout = 60_000) => Assert.Null((
        await ChangeTaxService.SetAsync(story.Context, new SellerId(1), endpoint, timeout, Stop)).Refusal);

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_service_taxes_the_bill_and_its_stored_answer_serves_the_same_bill_again(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        using var server = new Server();
        await story.AddCustomerAsync(100);
        await SetAsync(story, server.Address);

        await story.BillAsync(November);
        var first = Assert.Single(await story.DocumentsAsync());
        await CancelDocuments.RunAsync(story.Context, [first.Id], Stop);
        var run = (await story.BillAsync(November)).Run;

        var draft = (await story.DocumentsAsync("draft")).Single();
        Assert.Equal((6000L, 600L, 1), (draft.NetMinor, draft.TaxMinor, server.Asked));
        await story.IssueAsync(run);
        await story.AssertBooksAsync();
        await story.BillAsync(December);
        Assert.Equal(3300, (await story.DocumentsAsync("draft")).Single().GrossMinor);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_account_is_parked_while_the_service_is_down_and_billed_when_it_is_back(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        using var server = new Server { Answer = _ => null };
        await story.AddCustomerAsync(100);
        await story.AddCustomerAsync(200);
        await SetAsync(story, server.Address, 1000);

        Assert.Equal((2, 1), ((await story.BillAsync(November)).Parked, server.Asked));
        var parked = (await ReadDocuments.ParkedAsync(story.Context, Stop))[0];
        Assert.Equal("tax-service-down", parked.Reason);
        Assert.Contains("does not answer within 1 s", parked.Detail, StringComparison.Ordinal);
        await SetAsync(story, server.Address);
        server.Answer = request => new TaxAnswer([new TaxAnswerLine(1, 1, [])]);
        await story.BillAsync(November);
        Assert.Contains("do not make the amount", (await ReadDocuments.ParkedAsync(story.Context, Stop))[0].Detail,
            StringComparison.Ordinal);
        await SetAsync(story, "");

        Assert.Equal((0, 2), ((await story.BillAsync(November)).Parked, (await story.DocumentsAsync("draft")).Count));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Debit_notes_advances_and_corrections_are_taxed_by_the_service_or_not_made(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        using var server = new Server();
        await story.AddCustomerAsync(100);
        await story.PublishAsync();
        await SetAsync(story, server.Address);
        Task<Outcome<DocumentMade>> MakeAsync(BillKind what, string key) => ChargeByDocument.RunAsync(
            story.Context, new ChargeRequest(
                new AccountId(101), what,
                [
                    new ChargeLine("Repair")
                    {
                        Parts = [new ChargeLine("Cable", 2, 10m, "standard"), new ChargeLine("Work", 1, 50m, "standard")],
                    },
                    new ChargeLine("Case", 1, 30m, "standard"),
                ], null, null, new DocumentOrder(key, "Repair")), Stop);

        var debit = await MakeAsync(BillKind.DebitNote, "d");
        Assert.Equal((100m, 10m, 110m), (debit.Value!.Net.Amount, debit.Value.Tax.Amount, debit.Value.Gross.Amount));
        Assert.Equal(110m, (await MakeAsync(BillKind.DebitNote, "same")).Value!.Gross.Amount);
        Assert.Equal(1, server.Asked); // the same question has its answer
        Assert.Equal(110m, (await MakeAsync(BillKind.AdvanceInvoice, "a")).Value!.Gross.Amount);
        Assert.Equal(["city"], (await ReadDocuments.ShowAsync(story.Context, debit.Value.Document, cancel: Stop)).Value!.Taxes
            .Select(tax => tax.Code));
        await story.AssertBooksAsync();

        // The city lowers its tax: what was charged is corrected, and a credit bears what was charged first.
        Task<Outcome<DocumentMade>> CorrectAsync(string key) => CorrectTax.RunAsync(
            story.Context, new TaxCorrectionRequest(debit.Value.Document, [], "", new DocumentOrder(key, "City tax")), Stop);
        Assert.Equal("tax-unchanged", (await CorrectAsync("c0")).Refusal?.Code);
        server.Answer = request => new TaxAnswer(
        [
            .. request.Lines.Select(line => new TaxAnswerLine(line.No, line.AmountMinor,
                [new AnsweredTax("city", "City tax", "DE", 5m, line.AmountMinor, line.AmountMinor / 20)])),
        ]);
        await story.ExecuteAsync("DELETE FROM tax_exchange");
        var corrected = await CorrectAsync("c1");
        Assert.Equal((0m, -5m), (corrected.Value!.Net.Amount, corrected.Value.Tax.Amount));
        await story.AssertBooksAsync();

        await SetAsync(story, server.Address, 1000);
        server.Answer = _ => null;
        await story.ExecuteAsync("DELETE FROM tax_exchange");
        foreach (var refused in new[] { await MakeAsync(BillKind.DebitNote, "down"), await CorrectAsync("c2") })
        {
            Assert.Equal(("tax-service-down", Operations.Retry.Again), (refused.Refusal!.Code, refused.Refusal.Retry));
            Assert.Contains("does not answer within 1 s", refused.Refusal.Message, StringComparison.Ordinal);
        }
        Assert.Equal(4, (await story.DocumentsAsync()).Count);
    }

    [Fact]
    public async Task A_program_answers_or_says_why_not()
    {
        var request = new TaxRequest("sel_1", "DE", "acc_1", "EUR", "2026-11-01", "en", false, [],
            [new TaxRequestLine(1, "standard", "base", 10_000, false, "2026-10-01", "2026-11-01", new TaxPlace("DE"),
                TaxCustomer.Consumer, 1, 0)]);
        var folder = Directory.CreateTempSubdirectory("tollgate-tax");
        try
        {
            var script = Path.Combine(folder.FullName, "answer.sh");
            await File.WriteAllTextAsync(script,
                "cat > /dev/null\necho '{\"lines\":[{\"no\":1,\"netMinor\":10000,\"taxes\":[{\"code\":\"vat\",\"name\":\"VAT\","
                + "\"country\":\"DE\",\"percent\":19,\"baseMinor\":10000,\"taxMinor\":1900}]}]}'\n", Stop);

            var answer = await TaxServices.Of($"exec:/bin/sh {script}", TimeSpan.FromSeconds(20))!.AskAsync(request, Stop);
            Assert.Equal(1900, answer.Lines[0].Taxes[0].TaxMinor);

            async Task<string> ProblemAsync(string setting, int ms = 20_000) =>
                (await Assert.ThrowsAsync<TaxServiceException>(() =>
                TaxServices.Of(setting, TimeSpan.FromMilliseconds(ms))!.AskAsync(request, Stop))).Message;

            Assert.Contains("cannot be run", await ProblemAsync("exec:/no/such/program"), StringComparison.Ordinal);
            await File.WriteAllTextAsync(script, "cat > /dev/null\necho hello\n", Stop);
            Assert.Contains("cannot be read", await ProblemAsync($"exec:/bin/sh {script}"), StringComparison.Ordinal);
            Assert.Contains("does not answer", await ProblemAsync("exec:/bin/sleep 60", 300), StringComparison.Ordinal);
            Assert.Contains("cannot be reached", await ProblemAsync("http://127.0.0.1:1/"), StringComparison.Ordinal);
            Assert.Null(TaxServices.Of("ftp://x", TimeSpan.FromSeconds(1)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_built_in_rules_answer_like_a_service()
    {
        var catalogue = new Catalogue
        {
            Code = "t", Currency = Units.Eur, TimeZone = NodaTime.DateTimeZone.Utc,
            Taxes = [new TaxCategory("standard", "VAT", [new TaxRate("DE", 19m, new NodaTime.LocalDate(2000, 1, 1))])],
        };
        TaxRequest Request(string country) => new("sel_1", "DE", "acc_1", "EUR", "2026-11-01", "en", false, [],
            [new TaxRequestLine(1, "standard", "base", 11_900, true, "2026-10-01", "2026-11-01", new TaxPlace(country),
                TaxCustomer.Consumer, 1, 0)]);

        var answer = await new BuiltInTaxService(catalogue).AskAsync(Request("DE"), Stop);

        Assert.Equal((10_000L, 1_900L), (answer.Lines[0].NetMinor, answer.Lines[0].Taxes[0].TaxMinor));
        var problem = await Assert.ThrowsAsync<TaxServiceException>(() =>
            new BuiltInTaxService(catalogue).AskAsync(Request("AT"), Stop));
        Assert.Contains("no tax for AT", problem.Message, StringComparison.Ordinal);
    }
}
