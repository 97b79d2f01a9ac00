using NodaTime;
using Tollgate.Documents;
using Tollgate.Host.Cli;
using Tollgate.Operations;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Replay;
using Tollgate.Storage.Tests.Charging;
using static Tollgate.Storage.Tests.Charging.ChargingStage;
using static Tollgate.Storage.Tests.Replay.ReplayStage;

namespace Tollgate.Storage.Tests.Replay;

public sealed class ExplainTests
{
    private static readonly LocalDateTime Noon = new(2026, 10, 5, 12, 0);

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Every_charge_explained_comes_to_what_is_stored(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        await stage.ImportAsync(await CallsAsync(stage, "a.csv", 120, 8, 11), 30);
        await AssertAllAgreeAsync(stage, 0);

        await PublishAsync(stage, ("price: 0.06 per minute", "price: 0.09 per minute"),
            ("amount: 60 minutes", "amount: 25 minutes"));
        await ApproveAsync(stage, (await SelectAsync(stage, reason: "wrong price")).Id);

        await AssertAllAgreeAsync(stage, 1);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_steps_lead_from_the_record_to_the_bill(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        await stage.ImportAsync(await stage.FileAsync("calls.csv", Call(0, Noon, 3000), Call(0, Noon.PlusHours(1), 1200)));
        var charge = (await ListAsync(stage, 0))[1];

        var explained = (await ExplainAsync(stage, charge.Id)).Value!;

        Assert.Equal(
            [
                "record", "guiding", "subscription", "catalogue", "plan", "destination", "time-band", "price-rule", "increments",
                "allowance", "price", "rounding", "money", "tax", "slot", "billed",
            ],
            explained.Steps.Select(step => step.Step).Where(step => step is not "network" and not "counter"));
        Assert.Contains("calls.csv", explained.Steps[0].Text, StringComparison.Ordinal);
        Assert.Contains("Msisdn:49151", explained.Steps[1].Text, StringComparison.Ordinal);
        Assert.Contains("VAT 19 % in DE", explained.Steps.Single(step => step.Step == "tax").Text, StringComparison.Ordinal);
        var pocket = Assert.Single(explained.Pockets);
        Assert.Equal(("minutes", "MIN", 10m, -10m, 0m),
            (pocket.Allowance, pocket.Unit, pocket.Before, pocket.Change, pocket.After));
        Assert.Equal(0.6m, explained.Amount.Amount);
        Assert.True(explained.Agrees);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_stored_amount_that_the_rules_do_not_give_is_told(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        await stage.ImportAsync(await stage.FileAsync("a.csv", Call(2, Noon, 61)));
        await stage.RunAsync("UPDATE charge SET amount = amount + 100000000");

        var explained = (await ExplainAsync(stage, (await ListAsync(stage, 2))[0].Id)).Value!;

        Assert.False(explained.Agrees);
        Assert.Equal("The amount is stored as 1.061 EUR; it comes to 0.061 EUR now.", Assert.Single(explained.Differences));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_charge_that_is_not_there_is_refused(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        var id = new ChargeId(new CustomerId(4), 1_790_000_000_000_000, EventId.Of("x", "y"));

        Assert.Equal("unknown-charge", (await ExplainAsync(stage, id.ToString())).Refusal!.Code);
        Assert.Equal("invalid", (await FindCharges.RunAsync(stage.Context, new ChargeFilter(), cancel: Cancel)).Refusal!.Code);
        Assert.Equal("unknown-line", (await FindCharges.RunAsync(
            stage.Context, new ChargeFilter { Line = (new DocumentId(5), 1) }, cancel: Cancel)).Refusal!.Code);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_billed_charge_leads_to_its_line_and_back_and_is_corrected_on_the_next_bill(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        // Customer 2 is billed on the third.
        await stage.ImportAsync(await stage.FileAsync("a.csv", Call(2, Noon, 600), Call(2, Noon.PlusHours(1), 120)));
        var october = await BillAsync(stage, new LocalDate(2026, 11, 3), issue: true);
        var findings = await FindingsAsync(stage);

        var billed = Assert.Single((await ExplainAsync(stage, (await ListAsync(stage, 2))[0].Id)).Value!.Billed);
        var onLine = (await FindCharges.RunAsync(
            stage.Context, new ChargeFilter { Line = (billed.Document, billed.Line) }, cancel: Cancel)).Value!.Items;
        Assert.Equal((october, "issued"), (billed.Document, billed.Phase));
        Assert.Equal(72m, onLine.Sum(charge => charge.Amount.Amount) * 100);
        Assert.Equal(0.72m, billed.Net.Amount);

        await PublishAsync(stage, ("price: 0.06 per minute", "price: 0.11 per minute"));
        await ApproveAsync(stage, (await SelectAsync(stage)).Id);
        var snapshot = await SnapshotsAsync(stage);
        var december = await BillAsync(stage, new LocalDate(2026, 12, 3), issue: false);

        var detail = (await ReadDocuments.ShowAsync(stage.Context, december, cancel: Cancel)).Value!;
        var line = Assert.Single(detail.Lines);
        Assert.Equal((60L, new LocalDate(2026, 10, 3)), (line.NetMinor, line.Period.From));
        Assert.Equal("Usage of an earlier bill, rated again: 0.72 before, 1.32 now",
            Wording.For("en").Explain(line.Explanation, Units.Eur));
        Assert.Equal(snapshot, await SnapshotsAsync(stage));
        var corrections = (await FindCharges.RunAsync(
            stage.Context, new ChargeFilter { Line = (december, line.No) }, cancel: Cancel)).Value!.Items;
        Assert.Equal(["reversal", "charge", "reversal", "charge"], corrections.Select(charge => charge.Kind));
        Assert.Equal(0.6m, corrections.Sum(charge => charge.Amount.Amount));
        Assert.Equal(findings, await FindingsAsync(stage));
        await stage.ProveAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Charges_are_listed_page_by_page_by_service_and_time(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        await stage.ImportAsync(await stage.FileAsync(
            "a.csv", [.. Enumerable.Range(0, 7).Select(i => Call(2, Noon.PlusHours(i), 60 + i))]));
        var account = await AccountAsync(stage, 2);
        var seen = new List<string>();
        string? after = null;
        do
        {
            var page = (await FindCharges.RunAsync(
                stage.Context, new ChargeFilter { Account = account, Service = ServiceKind.Voice }, after, 3, Cancel)).Value!;
            seen.AddRange(page.Items.Select(charge => charge.Id));
            after = page.Next;
        }
        while (after is not null);

        Assert.Equal((await ListAsync(stage, 2)).Select(charge => charge.Id), seen);
        Assert.Equal(7, seen.Distinct().Count());
        Assert.Empty((await FindCharges.RunAsync(
            stage.Context, new ChargeFilter { Account = account, Service = ServiceKind.Sms }, cancel: Cancel)).Value!.Items);
        Assert.Equal(2, (await FindCharges.RunAsync(stage.Context, new ChargeFilter
        {
            Account = account, From = Start + Duration.FromHours(4 * 24 + 13), To = Start + Duration.FromHours(4 * 24 + 15),
        }, cancel: Cancel)).Value!.Items.Length);
        Assert.Equal("invalid", (await FindCharges.RunAsync(
            stage.Context, new ChargeFilter { Account = account }, "nonsense", cancel: Cancel)).Refusal!.Code);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Trying_changes_nothing_and_costs_what_charging_costs_then(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        await stage.ImportAsync(await stage.FileAsync("a.csv", Call(0, Noon, 3000)));
        var before = await stage.SnapshotAsync();
        var at = Start + Duration.FromHours(4 * 24 + 14);
        var request = new TryRequest
        {
            Account = await AccountAsync(stage, 0), Destination = "493012345678", DurationMs = 1_200_000, At = at,
        };

        var tried = (await TryUsage.RunAsync(stage.Context, await stage.TimelineAsync(), request, Cancel)).Value!;
        Assert.Equal(before, await stage.SnapshotAsync());
        await stage.ImportAsync(await stage.FileAsync("b.csv", Call(0, Noon.PlusHours(2), 1200)));

        var charged = (await ListAsync(stage, 0))[1];
        Assert.Equal((charged.Amount, charged.Charged, charged.FromAllowances, charged.Label),
            (tried.Amount!.Value, tried.Charged, tried.FromAllowances, tried.Label));
        Assert.Equal((10m, 0m), (tried.Pockets[0].Before, tried.Pockets[0].After));
        Assert.Contains(tried.Steps, step => step.Step == "allowance");
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Random_calls_cost_the_same_tried_before_imported_and_priced_from_the_file(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        var (random, at, account) = (new Random(43), Noon, await AccountAsync(stage, 0));
        var lines = new List<string>();
        var tried = new List<(decimal, long, long, string)>();
        for (var i = 0; i < 12; i++)
        {
            var (seconds, to) = (random.Next(1, 1_500), (string[])["03012345678", "015512345678", "00431123456"]);
            var called = to[random.Next(to.Length)];
            at = at.PlusSeconds(random.Next(1_500, 2_400));
            var result = (await TryUsage.RunAsync(stage.Context, await stage.TimelineAsync(), new TryRequest
            {
                Account = account, Destination = called, DurationMs = seconds * 1_000L,
                At = at.InZoneStrictly(DateTimeZoneProviders.Tzdb["Europe/Berlin"]).ToInstant(),
            }, Cancel)).Value!;
            tried.Add((result.Amount!.Value.Amount, result.Charged, result.FromAllowances, result.Label));
            lines.Add(Call(0, at, seconds, called));
            await stage.ImportAsync(await stage.FileAsync($"{i}.csv", lines[^1]));
        }

        Assert.Equal(tried, (await ListAsync(stage, 0)).Select(
            one => (one.Amount.Amount, one.Charged, one.FromAllowances, one.Label)));
        var catalogue = (await stage.TimelineAsync()).Entries[0].Compiled;
        var priced = new List<(decimal, long, long, string)>();
        await using var file = File.OpenRead(await stage.FileAsync("all.csv", [.. lines]));
        var pricing = new PriceUsage(catalogue, catalogue.Offers["bundle"], false, one => priced.Add(
            (one.Amount!.Value.Amount, one.Rated.Charged, one.Rated.FromAllowances, one.Key!.Label)));
        await pricing.RunAsync(BenchOperator.Source with { Numbering = catalogue.Source.Numbering }, file, Cancel);
        Assert.Equal(tried, priced);
        Assert.Contains(tried, one => one.Item3 > 0);
        Assert.Contains(tried, one => one.Item1 > 0);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_event_is_tried_against_an_offer_a_version_or_a_folder(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        await PublishAsync(stage, ("price: 0.06 per minute", "price: 0.12 per minute"));
        var timeline = await stage.TimelineAsync();
        var request = new TryRequest { Offer = "plain", Destination = "493012345678", DurationMs = 60_000, At = Start
            + Duration.FromHours(110) };
        var candidate = Compile(await ChangedAsync(stage, ("price: 0.06 per minute", "price: 0.30 per minute")));

        Assert.Equal(0.12m, await CostAsync(request));
        Assert.Equal(0.06m, await CostAsync(request with { CatalogVersion = 1 }));
        Assert.Equal(0.30m, await CostAsync(request with { Candidate = candidate }));
        Assert.Equal(0.30m, TryUsage.Try(candidate, request, request.At!.Value).Value!.Amount!.Value.Amount);
        var subscription = new SubscriptionId(await stage.NumberAsync(
            "SELECT subscription_id FROM subscription WHERE external_key = '2'"));
        var real = request with { Offer = "", Subscription = subscription };
        Assert.Equal(0.30m, await CostAsync(real with { Candidate = candidate }));
        Assert.Equal(0.06m, await CostAsync(real with { CatalogVersion = 1 }));
        Assert.Equal("invalid", await CodeAsync(request with { Subscription = subscription }));
        Assert.Equal("unknown-offer", await CodeAsync(request with { Offer = "none" }));
        Assert.Equal("unknown-version", await CodeAsync(request with { CatalogVersion = 7 }));
        Assert.Equal("no-catalogue", await CodeAsync(request with { At = Instant.FromUtc(2020, 1, 1, 0, 0) }));
        Assert.Equal("unknown-subscription", await CodeAsync(real with { Subscription = new SubscriptionId(1) }));

        async Task<decimal> CostAsync(TryRequest one) =>
            (await TryUsage.RunAsync(stage.Context, timeline, one, Cancel)).Value!.Amount!.Value.Amount;

        async Task<string> CodeAsync(TryRequest one) =>
            (await TryUsage.RunAsync(stage.Context, timeline, one, Cancel)).Refusal!.Code;
    }

    private static async Task AssertAllAgreeAsync(ChargingStage stage, int newest)
    {
        var timeline = await stage.TimelineAsync();
        var generations = 0;
        for (var customer = 0; customer < 8; customer++)
        {
            foreach (var charge in await ListAsync(stage, customer))
            {
                Assert.True(ChargeId.TryParse(charge.Id, out var id));
                var explained = (await ExplainCharge.RunAsync(stage.Context, timeline, id, Cancel)).Value!;
                Assert.True(explained.Agrees, $"{charge}: {string.Join(" | ", explained.Differences)}");
                Assert.Equal((charge.Amount, charge.Generation), (explained.Amount, explained.Generations[^1].Generation));
                generations = Math.Max(generations, charge.Generation);
            }
        }
        Assert.Equal(newest, generations);
    }

    private static async Task<IReadOnlyList<UsageCharge>> ListAsync(ChargingStage stage, int customer) =>
        (await FindCharges.RunAsync(
            stage.Context, new ChargeFilter { Account = await AccountAsync(stage, customer) }, null, 500, Cancel)).Value!.Items;

    private static async Task<Outcome<ChargeExplanation>> ExplainAsync(ChargingStage stage, string text)
    {
        Assert.True(ChargeId.TryParse(text, out var id));
        return await ExplainCharge.RunAsync(stage.Context, await stage.TimelineAsync(), id, Cancel);
    }

    private static async Task<DocumentId> BillAsync(ChargingStage stage, LocalDate date, bool issue)
    {
        var context = stage.Context with { Clock = new StandingClock(date.At(new LocalTime(5, 0)).InUtc().ToInstant()) };
        var run = await RunBilling.RunAsync(context, await stage.TimelineAsync(), new RunBillingRequest(3, date), cancel: Cancel);
        Assert.Null(run.Refusal);
        if (issue)
        {
            Assert.Null((await AcceptDocuments.RunAsync(context, await stage.TimelineAsync(), run.Value!.Run)).Refusal);
            Assert.Null((await IssueDocuments.RunAsync(context, run.Value.Run)).Refusal);
        }
        return (await ReadDocuments.ListAsync(context, new DocumentFilter(Run: run.Value!.Run), Cancel)).Single().Id;
    }

    private static async Task<string> SnapshotsAsync(ChargingStage stage)
    {
        await using var work = await BookWork.BeginReadingAsync(stage.Database, stage.Context.Tenant, Cancel);
        return string.Join('\n', await work.ReadAsync(
            "SELECT snapshot, snapshot_hash FROM document WHERE tenant_id = @tenant AND phase = 'issued' ORDER BY document_id",
            reader => reader.GetString(0) + reader.GetString(1), Cancel));
    }

    private static async Task<IReadOnlyList<string>> FindingsAsync(ChargingStage stage) =>
    [
        .. (await LedgerCheck.RunAsync(stage.Context, Cancel)).SelectMany(proof => proof.Findings)
            .Select(finding => $"{finding.Proof}: {finding.Message}"),
    ];

    private sealed class StandingClock(Instant time) : IClock
    {
        public Instant GetCurrentInstant() => time;
    }
}
