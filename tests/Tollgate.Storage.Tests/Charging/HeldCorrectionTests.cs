using NodaTime;
using Tollgate.Operations;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Storage.Charging;
using static Tollgate.Storage.Tests.Charging.ChargingStage;

namespace Tollgate.Storage.Tests.Charging;

/// <summary>Held records that people correct or write off.</summary>
public sealed class HeldCorrectionTests
{
    private static readonly LocalDateTime Noon = new(2026, 10, 5, 12, 0);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_corrected_destination_is_charged_by_the_next_replay(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        var file = await stage.ImportAsync(await stage.FileAsync("a.csv", Call(2, Noon, 61, "0099912345678")));
        var held = Assert.Single(await stage.HeldAsync());
        var before = await stage.ReplayAsync();

        var detail = await FixAsync(stage, held, ("destination", "493012345678"), ("duration", "30.5"));
        var replay = await stage.ReplayAsync();

        Assert.Equal((HoldReason.UnpricedDestination, 0L), (held.Reason, before.Charged));
        Assert.Equal(
            [("destination", "99912345678", "493012345678"), ("duration", "61", "30.5")],
            detail.Corrections.Select(change => (change.Field, change.Before, change.After)));
        Assert.All(detail.Corrections, change => Assert.Equal(("ticket 4711", "test", stage.Context.Now),
            (change.Reason, change.Actor, change.At)));
        Assert.Equal(held.Raw, detail.Record.Raw);
        Assert.Equal((1L, 1L, 0L), (replay.Tried, replay.Charged, replay.Held));
        Assert.Equal(1, await stage.NumberAsync(
            "SELECT count(*) FROM charge WHERE destination = '493012345678' AND duration_ms = 30500"));
        var after = (await UsageFileStore.FindAsync(stage.Database, stage.Context.Tenant, file.Id, Cancel))!;
        Assert.Equal((1L, 0L), (after.Rated, after.Held));
        await stage.ProveAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Unreadable_text_can_be_put_right_and_mapped_to_a_subscriber(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        await stage.ImportAsync(await stage.FileAsync("a.csv", "garbage\n"));
        var held = Assert.Single(await stage.HeldAsync());

        var refused = await CorrectHeld.RunAsync(stage.Context, held.Key, Request(("duration", "5")), Cancel);
        await FixAsync(stage, held, ("text", Call(999, Noon, 61).TrimEnd('\n')));
        await FixAsync(stage, held, ("subscriber", "msisdn:4915100000002"));
        var replay = await stage.ReplayAsync();

        Assert.Contains("text", refused.Refusal!.Message, StringComparison.Ordinal);
        Assert.Equal(1L, replay.Charged);
        Assert.Equal(1, await stage.NumberAsync("SELECT count(*) FROM charge WHERE subject = '4915100000002'"));
        await stage.ProveAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_correction_that_repeats_itself_changes_nothing_and_wrong_values_are_all_told(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        await stage.ImportAsync(await stage.FileAsync("a.csv", Call(999, Noon, 61)));
        var held = Assert.Single(await stage.HeldAsync());

        await FixAsync(stage, held, ("destination", "4930111"));
        var again = await FixAsync(stage, held, ("destination", "4930111"));
        var wrong = await CorrectHeld.RunAsync(
            stage.Context, held.Key, Request(("duration", "-5"), ("colour", "red"), ("subscriber", "msisdn:0151")), Cancel);
        var silent = await CorrectHeld.RunAsync(
            stage.Context, held.Key, new HeldCorrectionRequest(Request(("duration", "5")).Set, " "), Cancel);

        Assert.Single(again.Corrections);
        Assert.Equal(["colour", "duration", "subscriber"], wrong.Refusal!.Faults.Select(fault => fault.Field));
        Assert.Equal("reason", silent.Refusal!.Field);
        Assert.Equal(1, await stage.NumberAsync("SELECT count(*) FROM held_correction"));
        Assert.Equal(1, await stage.NumberAsync("SELECT count(*) FROM audit_entry WHERE action = 'held.correct'"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_dropped_record_is_counted_for_good(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        var file = await stage.ImportAsync(await stage.FileAsync("a.csv", Call(999, Noon, 61), Call(998, Noon, 61),
            Call(2, Noon, 1)));
        var held = await stage.HeldAsync();

        var dropped = await DropHeld.RunAsync(stage.Context, held[0].Key, "test call", Cancel);
        var again = await DropHeld.RunAsync(stage.Context, held[0].Key, "test call", Cancel);
        var other = await DropHeld.RunAsync(stage.Context, held[0].Key, "other words", Cancel);
        var late = await CorrectHeld.RunAsync(stage.Context, held[0].Key, Request(("duration", "5")), Cancel);
        await stage.AddNumberAsync(3, "4915100000999", Since);
        var replay = await stage.ReplayAsync();
        var twice = await stage.ImportAsync(await stage.FileAsync("b.csv", Call(999, Noon, 61), Call(2, Noon, 1)));

        Assert.Equal(("dropped", "test call", "test"),
            (dropped.Value!.Record.Phase, dropped.Value.Record.Resolution, dropped.Value.Record.ResolvedBy));
        Assert.Null(again.Refusal);
        Assert.Equal(("held-record-settled", "held-record-settled"), (other.Refusal!.Code, late.Refusal!.Code));
        Assert.Equal((1L, 0L), (replay.Tried, replay.Charged));
        Assert.Equal(2L, twice.Duplicates);
        var after = (await UsageFileStore.FindAsync(stage.Database, stage.Context.Tenant, file.Id, Cancel))!;
        Assert.Equal((3L, 1L, 1L, 1L), (after.Read, after.Rated, after.Held, after.Dropped));
        Assert.Equal(1, await stage.NumberAsync("SELECT count FROM alert WHERE closed_at IS NULL"));
        await stage.ProveAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_replay_can_be_for_one_record(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        await stage.ImportAsync(await stage.FileAsync("a.csv", Call(999, Noon, 61), Call(998, Noon, 61)));
        var held = await stage.HeldAsync();
        await stage.AddNumberAsync(3, "4915100000999", Since);
        await stage.AddNumberAsync(3, "4915100000998", Since);

        var one = await UsageReplay.RunAsync(
            stage.Context, await stage.TimelineAsync(), new HeldFilter(Key: held[1].Key), Cancel);

        Assert.Equal((1L, 1L), (one.Tried, one.Charged));
        Assert.Equal(held[0].Key, Assert.Single(await stage.HeldAsync()).Key);
    }

    private static async Task<HeldDetail> FixAsync(ChargingStage stage, HeldRecord held, params (string, string)[] set)
    {
        var outcome = await CorrectHeld.RunAsync(stage.Context, held.Key, Request(set), Cancel);
        Assert.Null(outcome.Refusal);
        return outcome.Value!;
    }

    private static HeldCorrectionRequest Request(params (string Field, string Value)[] set) =>
        new(set.ToDictionary(pair => pair.Field, pair => pair.Value), "ticket 4711");
}
