using NodaTime;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Storage.Replay;
using Tollgate.Storage.Tests.Charging;
using static Tollgate.Storage.Tests.Charging.ChargingStage;
using static Tollgate.Storage.Tests.Replay.ReplayStage;

namespace Tollgate.Storage.Tests.Replay;

public sealed class RerateTests
{
    private const int Customers = 9;

    private static readonly LocalDateTime Noon = new(2026, 10, 5, 12, 0);

    /// <summary>Changes of the catalogue that a random one is put together of.</summary>
    private static readonly (string Old, string New)[][] Changes =
    [
        [("price: 0.06 per minute", "price: 0.085 per minute")],
        [("price: 0.06 per minute, increments: 60/1", "price: 0.04 per minute, increments: 60/60")],
        [("amount: 60 minutes", "amount: 90 minutes")],
        [("amount: 60 minutes", "amount: 7 minutes")],
        [("zones: [Germany, Germany Mobile]", "zones: [Germany]")],
        [("{ code: peak, days: Mon-Fri, from: \"08:00\", to: \"20:00\" }",
            "{ code: peak, days: Mon-Sat, from: \"06:00\", to: \"18:00\" }")],
        [("{ code: plain, name: Plain, payment: postpaid", "{ code: plain, name: Plain, payment: hybrid")],
        [("allowances:\n      - { code: minutes,", "allowances:\n      - { code: more, name: 20 more, service: voice, "
            + "amount: 20 minutes, priority: 50 }\n      - { code: minutes,")],
        [("code: minutes, name: 60 minutes", "code: talk, name: 60 minutes")],
    ];

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Re_rating_everything_comes_to_what_charging_from_scratch_does(DatabaseKind kind)
    {
        var changed = 0L;
        for (var seed = 1; seed <= 5; seed++)
        {
            var random = new Random(seed);
            var changes = random.GetItems(Changes, 1 + random.Next(2)).DistinctBy(change => change[0].Old)
                .SelectMany(change => change).ToArray();
            if (changes.Select(change => change.Old.Split(',')[0]).Distinct().Count() < changes.Length)
            {
                changes = changes[..1];
            }
            await using var stage = await CreateAsync(kind, Customers);
            var path = await CallsAsync(stage, "a.csv", 180, Customers, seed);
            await stage.ImportAsync(path, 50);
            await PublishAsync(stage, changes);

            var run = await SelectAsync(stage);
            var approved = await ApproveAsync(stage, run.Id);

            await using var scratch = await CreateAsync(kind, Customers);
            await PublishAsync(scratch, changes);
            await scratch.ImportAsync(path, 50);
            Assert.Equal(await TruthAsync(scratch), await TruthAsync(stage));
            Assert.Empty(approved.Problems);
            await stage.ProveAsync();
            changed += approved.Sums.Sum(sum => sum.Changed);
        }
        Assert.True(changed > 100, $"Only {changed} charges changed: the test says little.");
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_unchanged_catalogue_makes_no_difference(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind, Customers);
        await stage.ImportAsync(await CallsAsync(stage, "a.csv", 200, Customers, 3), 40);
        var before = await stage.SnapshotAsync();

        var run = await SelectAsync(stage);
        await ApproveAsync(stage, run.Id);

        Assert.Empty(run.Accounts);
        Assert.Equal(run.Customers, run.Phases[RerateCustomer.Same]);
        Assert.Equal(before, await stage.SnapshotAsync());
        Assert.Equal(0, await stage.NumberAsync("SELECT count(*) FROM charge_revision"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_call_is_reversed_and_charged_anew_once_however_often_it_is_approved(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        await stage.ImportAsync(await stage.FileAsync("a.csv", Call(2, Noon, 61), Call(1, Noon, 60)));
        await PublishAsync(stage, ("price: 0.06 per minute", "price: 0.12 per minute"));

        var run = await SelectAsync(stage, reason: "wrong peak price");
        var once = await ApproveAsync(stage, run.Id);
        var snapshot = await stage.SnapshotAsync();
        var twice = await ApproveAsync(stage, run.Id);

        // 61 s at 0.06 a minute, then at 0.12; the prepaid customer's minute likewise.
        var sum = Assert.Single(run.Sums);
        Assert.Equal((2, 2L, 0.121m, 0.242m), (sum.Accounts, sum.Changed, sum.Old.Amount, sum.New.Amount));
        Assert.Equal(("approved", 2), (once.Phase, once.Phases[RerateCustomer.Posted]));
        Assert.Equal(once.Phases, twice.Phases);
        Assert.Equal(snapshot, await stage.SnapshotAsync());
        Assert.Equal(4, await stage.NumberAsync("SELECT count(*) FROM charge_revision"));
        Assert.Equal(24_200_000, await stage.NumberAsync("SELECT sum(amount) FROM usage_total"));
        Assert.Equal(2_000_000_000 - 12_000_000,
            await stage.NumberAsync("SELECT balance FROM pocket WHERE balance < 2000000000"));
        await stage.ProveAsync();
        var again = await SelectAsync(stage);
        Assert.Empty(again.Sums);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Later_events_are_charged_again_because_the_pocket_changed_before_them(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        // Customer 0 has 60 minutes: the first call takes 50, the second 10 and pays for 40.
        await stage.ImportAsync(await stage.FileAsync("a.csv", Call(0, Noon, 3000)));
        await stage.ImportAsync(await stage.FileAsync("b.csv", Call(0, Noon.PlusHours(2), 3000)));
        await PublishAsync(stage, ("price: 0.06 per minute, increments: 60/1", "price: 0.06 per minute, increments: 3300/1"));
        var first = await stage.NumberAsync("SELECT min(file_id) FROM usage_file");

        // Only the first file is selected: its call takes 55 minutes now, so the second finds 5 left and keeps its own price.
        var run = await SelectAsync(stage, new RerateSelection(File: first));
        await ApproveAsync(stage, run.Id);

        var account = Assert.Single(run.Accounts);
        Assert.Equal((2, 2.4m, 2.7m), (account.Changed, account.Old.Amount, account.New.Amount));
        Assert.Equal(2, await stage.NumberAsync("SELECT max(catalog_version) FROM charge_revision WHERE kind = 0"));
        Assert.Equal(1, await stage.NumberAsync("SELECT min(catalog_version) FROM charge_revision WHERE kind = 0"));
        await stage.ProveAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_difference_expires_when_something_happens_to_the_customer(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        await stage.ImportAsync(await stage.FileAsync("a.csv", Call(2, Noon, 61), Call(3, Noon, 61)));
        await PublishAsync(stage, ("price: 0.06 per minute", "price: 0.12 per minute"));
        var run = await SelectAsync(stage);
        await stage.ImportAsync(await stage.FileAsync("b.csv", Call(3, Noon.PlusHours(1), 61)));

        var approved = await ApproveAsync(stage, run.Id);

        Assert.Equal((1, 1), (approved.Phases[RerateCustomer.Posted], approved.Phases[RerateCustomer.Expired]));
        Assert.Equal("expired", Assert.Single(approved.Problems).Phase);
        // The call that came since was priced by the new version; 6.1 + 12.2 + 12.2 cents.
        Assert.Equal(30_500_000, await stage.NumberAsync("SELECT sum(amount) FROM usage_total"));
        await stage.ProveAsync();
        var rest = await SelectAsync(stage);
        Assert.Equal(0.061m, Assert.Single(rest.Sums).Difference.Amount);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_changed_catalogue_expires_the_whole_run_and_a_cancelled_run_is_not_posted(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        await stage.ImportAsync(await stage.FileAsync("a.csv", Call(2, Noon, 61)));
        await PublishAsync(stage, ("price: 0.06 per minute", "price: 0.12 per minute"));
        var run = await SelectAsync(stage);
        await PublishAsync(stage, ("price: 0.06 per minute", "price: 0.18 per minute"));

        var expired = await Rerate.ApproveAsync(stage.Context, await stage.TimelineAsync(), run.Id, null, Cancel);
        var cancelled = await Rerate.CancelAsync(stage.Context, run.Id, Cancel);
        var refused = await Rerate.ApproveAsync(stage.Context, await stage.TimelineAsync(), run.Id, null, Cancel);

        Assert.Equal("rerate-expired", expired.Refusal!.Code);
        Assert.Equal("cancelled", cancelled.Value!.Phase);
        Assert.Equal("rerate-cancelled", refused.Refusal!.Code);
        Assert.Equal(0, await stage.NumberAsync("SELECT count(*) FROM charge_revision"));
        var unknown = await Rerate.ApproveAsync(stage.Context, await stage.TimelineAsync(), new RerateRunId(1), null, Cancel);
        Assert.Equal("unknown-rerate", unknown.Refusal!.Code);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_charge_that_has_no_price_any_more_keeps_its_customer_from_being_posted(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        await stage.ImportAsync(await stage.FileAsync("a.csv", Call(2, Noon, 61), Call(3, Noon, 61, "0015551234567")));
        await PublishAsync(stage, ("price: 0.06 per minute", "price: 0.12 per minute"),
            ("      - { price: deck, increments: 60/1 }\n", ""));

        var run = await SelectAsync(stage);
        var approved = await ApproveAsync(stage, run.Id);

        Assert.Equal(1, approved.Phases[RerateCustomer.Posted]);
        await stage.ProveAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task In_event_order_late_records_draw_as_if_they_had_not_been_late(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        string[] calls = [Call(0, Noon, 2400), Call(0, Noon.PlusHours(1), 2400), Call(0, Noon.PlusHours(3), 600)];
        await stage.ImportAsync(await stage.FileAsync("late.csv", calls[2], calls[1], calls[0]));
        await using var punctual = await CreateAsync(kind);
        await punctual.ImportAsync(await punctual.FileAsync("a.csv", calls));

        var charge = await SelectAsync(stage);
        var run = await SelectAsync(stage, order: ReplayOrder.Event, reason: "by time");
        await ApproveAsync(stage, run.Id);

        Assert.Empty(charge.Sums);
        Assert.Equal(await TruthAsync(punctual), await TruthAsync(stage));
        await stage.ProveAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_request_that_says_too_little_is_refused(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        var timeline = await stage.TimelineAsync();

        Assert.Equal(("invalid", "selection"),
            await RefusalAsync(new RerateRequest(new RerateSelection(), "why", ReplayOrder.Charge, "")));
        Assert.Equal(("invalid", "reason"), await RefusalAsync(new RerateRequest(Everything, " ", ReplayOrder.Charge, "")));
        Assert.Equal(("unknown-version", "catalogVersion"),
            await RefusalAsync(new RerateRequest(Everything with { CatalogVersion = 9 }, "why", ReplayOrder.Charge, "")));
        Assert.Null(await RefusalAsync(new RerateRequest(Everything, "why", ReplayOrder.Charge, "k1")));
        Assert.Equal(("key-reused", ""),
            await RefusalAsync(new RerateRequest(Everything, "other", ReplayOrder.Charge, "k1")) is var (code, _)
            ? (code, "") : default);

        async Task<(string, string)?> RefusalAsync(RerateRequest request) =>
            (await Rerate.SelectAsync(stage.Context, timeline, request, null, Cancel)).Refusal is { } refusal
                ? (refusal.Code, refusal.Field) : null;
    }
}
