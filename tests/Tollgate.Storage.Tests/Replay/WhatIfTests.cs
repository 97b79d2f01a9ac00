using System.Diagnostics;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Host.Cli;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Storage.Charging;
using Tollgate.Storage.Tests.Charging;
using Tollgate.Storage.Tests.Customers;
using static Tollgate.Storage.Tests.Charging.ChargingStage;
using static Tollgate.Storage.Tests.Replay.ReplayStage;

namespace Tollgate.Storage.Tests.Replay;

public sealed class WhatIfTests
{
    private const int Customers = 12;

    private static readonly Instant End = Instant.FromUtc(2026, 11, 20, 0, 0);

    private static readonly (string, string)[] Changes =
        [("price: 0.06 per minute", "price: 0.11 per minute"), ("amount: 60 minutes", "amount: 200 minutes")];

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_same_catalogue_changes_nothing_for_anybody(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind, Customers);
        await PublishAsync(stage, Fee("plain", 10m));
        await stage.ImportAsync(await CallsAsync(stage, "a.csv", 240, Customers, 5), 60);

        var report = await RunAsync(stage, [Fee("plain", 10m)]);

        var total = Assert.Single(report.Totals);
        Assert.Equal(await stage.NumberAsync("SELECT count(*) FROM charge"), report.Charges);
        Assert.Equal((total.Old, total.OldFees, 0, 0, report.Customers),
            (total.New, total.NewFees, total.Winners, total.Losers, total.Same));
        Assert.Equal(await stage.NumberAsync("SELECT sum(amount) FROM charge"),
            (long)((total.Old - total.OldFees).Amount * 100_000_000));
        Assert.Empty(report.Shocks);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_candidate_earns_what_charging_from_scratch_with_it_earns_and_leaves_no_trace(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind, Customers);
        var path = await CallsAsync(stage, "a.csv", 240, Customers, 6);
        await stage.ImportAsync(path, 60);
        await using var scratch = await CreateAsync(kind, Customers);
        await PublishAsync(scratch, Changes);
        await scratch.ImportAsync(path, 60);
        var before = await stage.SnapshotAsync();

        var report = await RunAsync(stage, Changes);
        var alone = await RunAsync(stage, Changes, workers: 1, chunk: 1000);

        var total = Assert.Single(report.Totals);
        Assert.Equal(await scratch.NumberAsync("SELECT sum(amount) FROM charge"), (long)(total.New.Amount * 100_000_000));
        Assert.Equal(["bundle", "plain", "prepaid"], report.Plans.Select(plan => plan.Group));
        Assert.True(report.Plans[0].Winners > 0 && report.Plans[1].Losers > 0 && report.Plans[1].Winners == 0);
        Assert.Equal(total.New, report.Plans.Aggregate(Money.Zero(total.New.Currency), (sum, plan) => sum + plan.New));
        Assert.Equal(total, Assert.Single(report.Services) with { Group = "" });
        Assert.Equal(report.Shocks.OrderByDescending(shock => shock.Difference.Amount).ThenBy(shock => shock.Customer.Value),
            report.Shocks);
        Assert.Equal(total.Losers, report.Shocks.Length);
        Assert.Equal(report.Totals, alone.Totals);
        Assert.Equal(report.Plans, alone.Plans);
        Assert.Equal(report.Shocks, alone.Shocks);
        Assert.Equal(before, await stage.SnapshotAsync());
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Fixed_fees_are_compared_also_of_customers_who_used_nothing(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind, Customers);
        await PublishAsync(stage, Fee("plain", 10m));
        await stage.ImportAsync(await stage.FileAsync("a.csv", Call(2, new LocalDateTime(2026, 10, 5, 12, 0), 60)));

        var report = await RunAsync(
            stage, [Fee("plain", 12m), ("price: 0.06 per minute", "price: 0.05 per minute"), Fee("prepaid", 3m)]);

        // Months that begin in the time: October and November. Six customers have the plain plan, three the prepaid one.
        var total = Assert.Single(report.Totals);
        Assert.Equal((120.06m, 162.05m, 120m, 162m),
            (total.Old.Amount, total.New.Amount, total.OldFees.Amount, total.NewFees.Amount));
        Assert.Equal((9, 9, 0), (report.Customers, total.Losers, total.Winners));
        Assert.Equal([("plain", 23.99m, 6), ("prepaid", 18m, 3)],
            report.Plans.Select(plan => (plan.Group, plan.Difference.Amount, plan.Losers)));
        Assert.Equal([("fees", 42m, 9), ("voice", -0.01m, 0)],
            report.Services.Select(service => (service.Group, service.Difference.Amount, service.Losers)));
        Assert.Equal(6m, report.Shocks[0].Difference.Amount);
        Assert.Equal(3.99m, report.Shocks[^1].Difference.Amount);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_the_candidate_does_not_price_is_told(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        var noon = new LocalDateTime(2026, 10, 5, 12, 0);
        await stage.ImportAsync(await stage.FileAsync("a.csv", Call(2, noon, 61), Call(3, noon, 61, "004212345678")));

        var report = await RunAsync(stage, [("      - { price: deck, increments: 60/1 }\n", "")]);

        var total = Assert.Single(report.Totals);
        Assert.Equal((1L, 1L), (total.Charges, total.Unpriced));
        Assert.Equal(0.061m, total.New.Amount);
        Assert.Contains("no price", Assert.Single(report.Refusals).Reason, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Stopped_or_killed_it_goes_on_and_comes_to_the_same(DatabaseKind kind)
    {
        const int killed = 137;
        await using var stage = await CreateAsync(kind, Customers);
        await stage.ImportAsync(await CallsAsync(stage, "a.csv", 240, Customers, 5), 60);
        var before = await stage.SnapshotAsync();
        var whole = await RunAsync(stage, Changes);

        var request = await RequestAsync(stage, Changes, chunk: 2);
        var run = (await WhatIf.BeginAsync(stage.Context, request, Cancel)).Value!.Id;
        using (var stop = new CancellationTokenSource())
        {
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                async () => await WhatIf.ComputeAsync(stage.Context, run, cancel: stop.Token));
        }
        Assert.Equal(killed, await ResumeAsync(stage, run, FaultPoint.BeforeWhatIfCommit + ":4"));
        var middle = (await WhatIf.ShowAsync(stage.Context, run, Cancel)).Value!;
        Assert.Equal("computing", middle.Phase);
        Assert.InRange(middle.Done, 2, Customers - 2);
        Assert.Equal(run, (await WhatIf.BeginAsync(stage.Context, request, Cancel)).Value!.Id);
        Assert.Equal(ExitCodes.Ok, await ResumeAsync(stage, run, ""));

        var end = (await WhatIf.ShowAsync(stage.Context, run, Cancel)).Value!;
        Assert.Equal(("computed", Customers), (end.Phase, end.Done));
        Assert.Equal(whole.Totals, end.Report!.Totals);
        Assert.Equal(whole.Plans, end.Report.Plans);
        Assert.Equal(whole.Services, end.Report.Services);
        Assert.Equal(whole.Shocks, end.Report.Shocks);
        Assert.Equal(before, await stage.SnapshotAsync());
        Assert.Equal(0, await stage.NumberAsync("SELECT sum(length(content)) FROM what_if_run"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Wrong_requests_are_refused_and_a_cancelled_run_ends(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        var request = await RequestAsync(stage, []) with { CallerKey = "k" };
        var run = (await WhatIf.BeginAsync(stage.Context, request, Cancel)).Value!;

        Assert.Equal("invalid", await CodeAsync(request with { To = Start }));
        Assert.Equal("key-reused", await CodeAsync(request with { To = End - Duration.FromDays(1) }));
        Assert.Equal("key-reused", await CodeAsync(request with { Files = await ChangedAsync(stage, Changes) }));
        Assert.Equal("catalogue-invalid", await CodeAsync(request with { Files = [] }));
        Assert.Equal("unknown-what-if", (await WhatIf.ShowAsync(stage.Context, new WhatIfRunId(1), Cancel)).Refusal!.Code);
        Assert.Equal("cancelled", (await WhatIf.CancelAsync(stage.Context, run.Id, Cancel)).Value!.Phase);
        Assert.Equal(("cancelled", 0), (await WhatIf.ComputeAsync(stage.Context, run.Id, cancel: Cancel)).Value!
            is var view ? (view.Phase, view.Done) : default);
        var other = await RequestAsync(stage, []) with { CallerKey = "l" };
        var computed = (await WhatIf.BeginAsync(stage.Context, other, Cancel)).Value!.Id;
        await WhatIf.ComputeAsync(stage.Context, computed, cancel: Cancel);
        Assert.Equal("what-if-computed", (await WhatIf.CancelAsync(stage.Context, computed, Cancel)).Refusal!.Code);
        Assert.Equal([computed, run.Id], (await WhatIf.ListAsync(stage.Context, cancel: Cancel)).Select(one => one.Id));

        async Task<string> CodeAsync(WhatIfRequest wrong) =>
            (await WhatIf.BeginAsync(stage.Context, wrong, Cancel)).Refusal!.Code;
    }

    [Fact]
    public async Task A_currency_of_three_decimals_keeps_them()
    {
        const string shop = """
            ratePlans:
              - { code: calls, name: Calls, service: voice, currency: TND, tax: standard, revenueAccount: "4000",
                  prices: [{ price: 0.120 per minute, increments: 60/60 }] }
            offers:
              - { code: dinar, name: Dinar, ratePlans: [calls],
                  recurring: [{ code: fee, name: Fee, amount: 9.125 TND, anchor: calendar, tax: standard,
                    revenueAccount: "4100" }] }
            """;
        await using var stage = await DepthStage.CreateAsync(DatabaseKind.Sqlite, shop);
        var account = CustomerWorld.Right(await CreateAccount.RunAsync(stage.World.Context, new NewAccount
        {
            Customer = await stage.World.CustomerAsync(), OpenedOn = new LocalDate(2026, 10, 1), Currency = "TND",
        }, stage.World.Key()));
        await stage.SubscribeAsync(account, "dinar", "21612345678");
        await stage.ChargeAsync([stage.Call("21612345678", 6, 10, 61), stage.Call("21612345678", 7, 10, 1)]);
        var candidate = shop.Replace("0.120", "0.121", StringComparison.Ordinal)
            .Replace("9.125", "9.130", StringComparison.Ordinal);

        var run = (await WhatIf.BeginAsync(stage.World.Context, new WhatIfRequest(
            [new CatalogueFile("depth.yaml", System.Text.Encoding.UTF8.GetBytes(DepthStage.Head + candidate))], "candidate",
            Start, End), Cancel)).Value!;
        var report = (await WhatIf.ComputeAsync(stage.World.Context, run.Id, 1, null, Cancel)).Value!.Report!;

        // Three minutes; the fees of 27 of 31 days of October and of November.
        var total = Assert.Single(report.Totals);
        Assert.Equal(("17.433 TND", "17.445 TND", "0.012 TND", "17.073 TND", "17.082 TND"), (total.Old.ToString(),
            total.New.ToString(), total.Difference.ToString(), total.OldFees.ToString(), total.NewFees.ToString()));
        Assert.Equal("0.012 TND", Assert.Single(report.Shocks).Difference.ToString());
    }

    private static (string, string) Fee(string offer, decimal amount)
    {
        var head = offer switch
        {
            "plain" => "{ code: plain, name: Plain, payment: postpaid, ",
            _ => "{ code: prepaid, name: Prepaid, payment: prepaid, ",
        };
        return (head, FormattableString.Invariant(
            $"{head}recurring: [{{ code: fee, name: Fee, amount: {amount}, anchor: calendar, tax: standard, ")
            + "revenueAccount: 4100-fees }], ");
    }

    private static async Task<WhatIfRequest> RequestAsync(ChargingStage stage, (string, string)[] changes, int chunk = 2) =>
        new(await ChangedAsync(stage, changes), "candidate", Start, End) { ChunkSize = chunk };

    private static async Task<WhatIfReport> RunAsync(
        ChargingStage stage, (string, string)[] changes, int workers = 3, int chunk = 2)
    {
        var run = (await WhatIf.BeginAsync(stage.Context, await RequestAsync(stage, changes, chunk), Cancel)).Value!;
        return (await WhatIf.ComputeAsync(stage.Context, run.Id, workers, null, Cancel)).Value!.Report!;
    }

    private static async Task<int> ResumeAsync(ChargingStage stage, WhatIfRunId run, string fault)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var word in new[]
        {
            Path.Combine(AppContext.BaseDirectory, "tollgate.dll"), "what-if", "resume", run.ToString(), "--workers", "1", "--db",
            stage.Spec,
        })
        {
            start.ArgumentList.Add(word);
        }
        start.Environment[FaultPoint.Variable] = fault;
        using var process = Process.Start(start)!;
        await process.StandardOutput.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return process.ExitCode;
    }
}
