using System.IO.Compression;
using NodaTime;
using Tollgate.Host.Cli;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Storage.Charging;
using static Tollgate.Storage.Tests.Charging.ChargingStage;

namespace Tollgate.Storage.Tests.Charging;

public sealed class UsageImportTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly LocalDateTime Noon = new(2026, 10, 5, 12, 0);

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_file_imported_twice_charges_once(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        var path = await stage.FileAsync("a.csv", Call(2, Noon, 61), Call(3, Noon, 30));

        var first = await stage.ImportAsync(path);
        var before = await stage.SnapshotAsync();
        var second = await stage.ImportAsync(path);

        Assert.Equal((UsageFile.Done, 2L, 2L, 0L), (first.Phase, first.Read, first.Rated, first.Duplicates));
        Assert.Equal((UsageFile.Duplicate, 2L, 0L, 2L), (second.Phase, second.Read, second.Rated, second.Duplicates));
        Assert.Equal(first.Id, second.DuplicateOf);
        Assert.Equal(before, await stage.SnapshotAsync());
        await stage.ProveAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_call_costs_what_the_catalogue_says(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);

        await stage.ImportAsync(await stage.FileAsync("a.csv", Call(2, Noon, 61)));

        // Monday noon is peak: 0.06 per minute, 60/1: 61 s cost 0.061 EUR = 6,100,000 steps.
        Assert.Equal(6_100_000, await stage.NumberAsync("SELECT amount FROM charge"));
        Assert.Equal(6_100_000, await stage.NumberAsync("SELECT amount FROM usage_total"));
        Assert.Equal(61_000, await stage.NumberAsync("SELECT charged FROM charge"));
        Assert.Equal(1, await stage.NumberAsync("SELECT seq FROM charging_head WHERE seq > 0"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_same_record_in_two_files_is_charged_once(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        await stage.ImportAsync(await stage.FileAsync("a.csv", Call(2, Noon, 61), Call(3, Noon, 10)));

        var second = await stage.ImportAsync(await stage.FileAsync(
            "b.csv", Call(2, Noon.PlusHours(1), 10), Call(2, Noon, 61), Call(2, Noon.PlusHours(1), 10)));

        Assert.Equal((3L, 1L, 2L), (second.Read, second.Rated, second.Duplicates));
        await stage.ProveAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Records_in_suspense_are_known_again_however_many_there_are(DatabaseKind kind)
    {
        const int Many = 2100;
        await using var stage = await CreateAsync(kind);
        var strange = Enumerable.Range(0, Many).Select(i => Call(5000, Noon.PlusSeconds(i), 10)).ToArray();
        var first = await stage.ImportAsync(await stage.FileAsync("a.csv", strange[..10]));
        var few = await stage.ImportAsync(await stage.FileAsync("b.csv", strange));

        var many = await stage.ImportAsync(await stage.FileAsync("c.csv", [.. strange, Call(2, Noon, 61)]));

        Assert.Equal((10L, 0L), (first.Held, first.Duplicates));
        Assert.Equal((Many - 10L, 10L), (few.Held, few.Duplicates));
        Assert.Equal((0L, (long)Many, 1L), (many.Held, many.Duplicates, many.Rated));
        await stage.ProveAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_file_that_grew_charges_only_what_is_new(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        var whole = Call(2, Noon, 61) + Call(3, Noon, 10) + Call(6, Noon, 20);
        var cut = await stage.ImportAsync(
            await stage.FileAsync("a.csv", "garbage\n", Call(2, Noon, 61), Call(3, Noon, 10)[..60]));

        var grown = await stage.ImportAsync(await stage.FileAsync("a.csv", "garbage\n", whole));

        Assert.Equal((3L, 1L, 2L, 0L), (cut.Read, cut.Rated, cut.Held, cut.Duplicates));
        Assert.Equal((4L, 2L, 0L, 2L), (grown.Read, grown.Rated, grown.Held, grown.Duplicates));
        Assert.Equal([HoldReason.Unreadable], (await stage.HeldAsync()).Select(held => held.Reason));
        await stage.ProveAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_record_that_comes_late_is_charged_once(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        await stage.ImportAsync(await stage.FileAsync("a.csv", Call(2, Noon, 61)));

        var late = await stage.ImportAsync(await stage.FileAsync("b.csv", Call(2, Noon.PlusDays(-3), 61)));
        var again = await stage.ImportAsync(
            await stage.FileAsync("c.csv", Call(2, Noon.PlusDays(-3), 61), Call(2, Noon.PlusDays(-2), 5)));

        Assert.Equal((1L, 0L), (late.Rated, late.Duplicates));
        Assert.Equal((1L, 1L), (again.Rated, again.Duplicates));
        await stage.ProveAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Any_batch_size_gives_the_same_charges(DatabaseKind kind)
    {
        var snapshots = new List<IReadOnlyList<string>>();
        foreach (var batch in new[] { 1, 7, 100, 20_000 })
        {
            await using var stage = await CreateAsync(kind, 8);
            await BenchOperator.WriteFileAsync(stage.PathOf("a.csv"), 300, 8, Since, seed: 1, strangers: 20, cancel: Cancel);
            var file = await stage.ImportAsync(stage.PathOf("a.csv"), batch);
            Assert.Equal(300, file.Read);
            Assert.Equal((await File.ReadAllBytesAsync(stage.PathOf("a.csv"), Cancel)).Length, file.Position);
            Assert.Equal(300, file.Line);
            Assert.True(file.Rated > 200 && file.Held > 5 && file.Ignored > 5);
            Assert.True(await stage.NumberAsync("SELECT count(*) FROM pocket WHERE kind = 'allowance' AND balance = 0") > 0);
            await stage.ProveAsync();
            snapshots.Add(await stage.SnapshotAsync());
        }
        Assert.All(snapshots, snapshot => Assert.Equal(snapshots[0], snapshot));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_allowance_is_drawn_down_over_batches_and_then_money_pays(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        // 60 minutes are included; cycle day 1: October is one period.
        var path = await stage.FileAsync(
            "a.csv", Call(0, Noon, 3000), Call(0, Noon.PlusHours(1), 540), Call(0, Noon.PlusHours(2), 120), Call(0,
                Noon.PlusDays(30), 60));

        await stage.ImportAsync(path, batch: 1);

        Assert.Equal(3_600_000, await stage.NumberAsync("SELECT sum(from_allowances) FROM charge WHERE event_time < @november",
            ("november", stage.Database.TimeValue(Instant.FromUtc(2026, 11, 1, 0, 0)))));
        Assert.Equal(6_000_000, await stage.NumberAsync("SELECT sum(amount) FROM charge"));
        Assert.Equal(2, await stage.NumberAsync("SELECT count(*) FROM pocket WHERE kind = 'allowance'"));
        Assert.Equal(3_540_000, await stage.NumberAsync("SELECT sum(balance) FROM pocket WHERE kind = 'allowance'"));
        await stage.ProveAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_prepaid_call_is_paid_from_the_money_pocket(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);

        await stage.ImportAsync(await stage.FileAsync("a.csv", Call(1, Noon, 60), Call(1, Noon.PlusHours(1), 60)));

        Assert.Equal(2_000_000_000 - 12_000_000, await stage.NumberAsync("SELECT balance FROM pocket WHERE customer_id = "
            + "(SELECT customer_id FROM customer WHERE external_key = '1')"));
        Assert.Equal(12_000_000, await stage.NumberAsync("SELECT from_money FROM usage_total"));
        Assert.Equal(2, await stage.NumberAsync("SELECT count(*) FROM pocket_movement"));
        await stage.ProveAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_gzip_file_is_the_same_content_as_the_plain_one(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        await BenchOperator.WriteFileAsync(stage.PathOf("a.csv"), 50, 8, Since, seed: 2, cancel: Cancel);
        await using (var zipped = new GZipStream(File.Create(stage.PathOf("a.csv.gz")), CompressionLevel.Fastest))
        {
            await zipped.WriteAsync(await File.ReadAllBytesAsync(stage.PathOf("a.csv"), Cancel), Cancel);
        }

        var first = await stage.ImportAsync(stage.PathOf("a.csv.gz"), batch: 9);
        var second = await stage.ImportAsync(stage.PathOf("a.csv"));

        Assert.Equal((UsageFile.Done, 50L), (first.Phase, first.Read));
        Assert.Equal(first.Id, second.DuplicateOf);
        await stage.ProveAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_empty_file_is_done(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind, 1);

        var file = await stage.ImportAsync(await stage.FileAsync("empty.csv"));

        Assert.Equal((UsageFile.Done, 0L), (file.Phase, file.Read));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_others_changed_meanwhile_is_seen(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        await using var import = new UsageImport(stage.Context, await stage.TimelineAsync());
        await ImportAsync(import, await stage.FileAsync("a.csv", Call(1, Noon, 60), Call(2, Noon, 60)));

        // A top-up, and a number that moves from customer 2 to customer 3.
        await stage.RunAsync("UPDATE pocket SET balance = balance + 1000, granted = granted + 1000 WHERE kind = 'money'");
        await stage.TouchAsync(1);
        var moved = Noon.PlusDays(1).InUtc().ToInstant();
        foreach (var table in new[] { "service_identity", "service_directory" })
        {
            await stage.RunAsync(
                $"UPDATE {table} SET valid_to = @at WHERE value = '4915100000002'", ("at", stage.Database.TimeValue(moved)));
        }
        await stage.TouchAsync(2);
        await stage.AddNumberAsync(3, "4915100000002", Noon.Date.PlusDays(2));
        await ImportAsync(import, await stage.FileAsync(
            "b.csv", Call(1, Noon.PlusDays(3), 60), Call(2, Noon.PlusDays(3), 60), Call(2, Noon.PlusHours(-1), 60)));

        Assert.Equal(2_000_001_000 - 12_000_000, await stage.NumberAsync("SELECT balance FROM pocket WHERE customer_id = "
            + "(SELECT customer_id FROM customer WHERE external_key = '1')"));
        Assert.Equal(1, await stage.NumberAsync(
            "SELECT count(*) FROM charge WHERE customer_id = (SELECT customer_id FROM customer WHERE external_key = '3')"));
        Assert.Equal(2, await stage.NumberAsync(
            "SELECT count(*) FROM charge WHERE customer_id = (SELECT customer_id FROM customer WHERE external_key = '2')"));
        await stage.ProveAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Two_imports_at_once_over_the_same_customers_lose_nothing(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind, 20);
        await BenchOperator.WriteFileAsync(stage.PathOf("a.csv"), 2000, 20, Since, seed: 3, cancel: Cancel);
        await BenchOperator.WriteFileAsync(stage.PathOf("b.csv"), 2000, 20, Since, seed: 4, cancel: Cancel);
        var both = await File.ReadAllLinesAsync(stage.PathOf("a.csv"), Cancel);
        // Half of the second file is also in the first one.
        await File.AppendAllTextAsync(stage.PathOf("b.csv"), string.Join('\n', both.Take(1000)) + "\n", Cancel);

        var files = await Task.WhenAll(
            Task.Run(() => stage.ImportAsync(stage.PathOf("a.csv"), batch: 150), Cancel),
            Task.Run(() => stage.ImportAsync(stage.PathOf("b.csv"), batch: 130), Cancel));

        Assert.Equal(2000 + 3000, files.Sum(file => file.Read));
        Assert.Equal(files.Sum(file => file.Rated), await stage.NumberAsync("SELECT count(*) FROM charge"));
        Assert.Equal(files.Sum(file => file.Rated), await stage.NumberAsync("SELECT sum(events) FROM usage_total"));
        Assert.True(files.Sum(file => file.Duplicates) >= 800);
        await stage.ProveAsync();
    }
}
