using NodaTime;
using Tollgate.Operations.Catalogs;
using Tollgate.Storage.Tests.Charging;
using static Tollgate.Storage.Tests.Charging.ChargingStage;
using static Tollgate.Storage.Tests.Replay.ReplayStage;

namespace Tollgate.Storage.Tests.Replay;

public sealed class WhatIfTests
{
    private const int Customers = 12;

    private static readonly Instant End = Instant.FromUtc(2026, 11, 20, 0, 0);

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_same_catalogue_changes_nothing_for_anybody(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind, Customers);
        await stage.ImportAsync(await CallsAsync(stage, "a.csv", 240, Customers, 5), 60);

        var report = await RunAsync(stage);

        var total = Assert.Single(report.Totals);
        Assert.Equal(await stage.NumberAsync("SELECT count(*) FROM charge"), report.Charges);
        Assert.Equal((total.Old, 0, 0, report.Customers), (total.New, total.Winners, total.Losers, total.Same));
        Assert.Equal(await stage.NumberAsync("SELECT sum(amount) FROM charge"), (long)(total.Old.Amount * 100_000_000));
        Assert.Empty(report.Shocks);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_candidate_earns_what_charging_from_scratch_with_it_earns_and_leaves_no_trace(DatabaseKind kind)
    {
        (string, string)[] changes = [("price: 0.06 per minute", "price: 0.11 per minute"),
            ("amount: 60 minutes", "amount: 200 minutes")];
        await using var stage = await CreateAsync(kind, Customers);
        var path = await CallsAsync(stage, "a.csv", 240, Customers, 6);
        await stage.ImportAsync(path, 60);
        await using var scratch = await CreateAsync(kind, Customers);
        await PublishAsync(scratch, changes);
        await scratch.ImportAsync(path, 60);
        var before = await stage.SnapshotAsync();

        var report = await RunAsync(stage, changes);
        var alone = await RunAsync(stage, changes, workers: 1, chunk: 1000);

        var total = Assert.Single(report.Totals);
        Assert.Equal(await scratch.NumberAsync("SELECT sum(amount) FROM charge"), (long)(total.New.Amount * 100_000_000));
        Assert.Equal(["bundle", "plain", "prepaid"], report.Plans.Select(plan => plan.Group));
        Assert.True(report.Plans[0].Winners > 0 && report.Plans[1].Losers > 0 && report.Plans[1].Winners == 0);
        Assert.Equal(total.New, Tollgate.Primitives.Money.Zero(total.New.Currency) + report.Plans.Aggregate(
            Tollgate.Primitives.Money.Zero(total.New.Currency), (sum, plan) => sum + plan.New));
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
    public async Task It_can_be_stopped(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        await stage.ImportAsync(await CallsAsync(stage, "a.csv", 40, 8, 5));
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await WhatIf.RunAsync(
            stage.Context, new WhatIfRequest(Compile(await ChangedAsync(stage)), Start, End), null, stop.Token));
        Assert.Equal("invalid", (await WhatIf.RunAsync(
            stage.Context, new WhatIfRequest(Compile(await ChangedAsync(stage)), End, Start), null, Cancel)).Refusal!.Code);
    }

    private static async Task<WhatIfReport> RunAsync(
        ChargingStage stage, (string, string)[]? changes = null, int workers = 3, int chunk = 2)
    {
        var request = new WhatIfRequest(Compile(await ChangedAsync(stage, changes ?? [])), Start, End)
        {
            Workers = workers, ChunkSize = chunk,
        };
        return (await WhatIf.RunAsync(stage.Context, request, null, Cancel)).Value!;
    }
}
