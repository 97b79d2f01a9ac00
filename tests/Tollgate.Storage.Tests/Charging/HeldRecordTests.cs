using System.Text;
using NodaTime;
using Tollgate.Host.Cli;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Storage.Charging;
using static Tollgate.Storage.Tests.Charging.ChargingStage;

namespace Tollgate.Storage.Tests.Charging;

public sealed class HeldRecordTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly LocalDateTime Noon = new(2026, 10, 5, 12, 0);

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Every_record_that_cannot_be_charged_is_held_with_reason_place_and_text(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        await stage.RunAsync("UPDATE subscription SET offer = 'gone' WHERE external_key = '7'");
        string[] lines =
        [
            Call(2, Noon, 60), "garbage\n", Call(2, new LocalDateTime(2026, 12, 24, 12, 0), 60), 
            Call(2, new LocalDateTime(2025, 1, 1, 12, 0), 60),
            Call(999, Noon, 60), Call(2, Noon.PlusHours(1), 60, "0099912345678"), Call(7, Noon, 60), Call(2, Noon.PlusHours(2),
                60),
        ];
        var path = await stage.FileAsync("a.csv", lines);

        var file = await stage.ImportAsync(path);

        Assert.Equal((8L, 2L, 6L), (file.Read, file.Rated, file.Held));
        var held = await stage.HeldAsync();
        Assert.Equal(
            [
                HoldReason.Unreadable, HoldReason.FromTheFuture, HoldReason.TooOld, HoldReason.UnknownSubscriber,
                    HoldReason.UnpricedDestination,
                HoldReason.NoRatePlan,
            ], held.Select(record => record.Reason));
        Assert.Equal([2, 3, 4, 5, 6, 7], held.Select(record => (int)record.Line));
        Assert.Equal(lines[1..7].Select(line => line.TrimEnd('\n')), held.Select(record => record.Raw));
        Assert.Equal(Enumerable.Range(1, 6).Select(i =>
            (long)lines[..i].Sum(line => line.Length)), held.Select(record => record.Offset));
        Assert.All(held, record => Assert.NotEqual("", record.Detail));
        Assert.Equal(6, await stage.NumberAsync("SELECT count(*) FROM alert WHERE kind = 'usage-held' AND closed_at IS NULL"));
        await stage.ProveAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task One_alert_counts_all_records_of_a_file_and_reason(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        var calls = Enumerable.Range(0, 25).Select(i => Call(500 + i, Noon, 60)).ToArray();

        await stage.ImportAsync(await stage.FileAsync("a.csv", calls), batch: 4);

        Assert.Equal(1, await stage.NumberAsync("SELECT count(*) FROM alert"));
        Assert.Equal(25, await stage.NumberAsync("SELECT count FROM alert"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_held_record_that_comes_again_is_a_duplicate(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        await stage.ImportAsync(await stage.FileAsync("a.csv", Call(999, Noon, 60)));

        var again = await stage.ImportAsync(await stage.FileAsync("b.csv", Call(999, Noon, 60), Call(2, Noon, 60)));
        await stage.AddNumberAsync(3, "4915100000999", Since);
        var known = await stage.ImportAsync(await stage.FileAsync("c.csv", Call(999, Noon, 60), Call(3, Noon, 60)));

        Assert.Equal((1L, 0L, 1L), (again.Rated, again.Held, again.Duplicates));
        Assert.Equal((1L, 0L, 1L), (known.Rated, known.Held, known.Duplicates));
        Assert.Single(await stage.HeldAsync());
        await stage.ProveAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_replay_charges_once_when_the_subscriber_is_onboarded(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        var path = await stage.FileAsync("a.csv", Call(999, Noon, 60), Call(998, Noon, 60), Call(2, Noon, 60));
        var file = await stage.ImportAsync(path);

        var early = await stage.ReplayAsync();
        await stage.AddNumberAsync(3, "4915100000999", Since);
        var mended = await stage.ReplayAsync(HoldReason.UnknownSubscriber);
        var again = await stage.ReplayAsync();

        Assert.Equal(new ReplayResult(2, 0, 0, 2), early);
        Assert.Equal(new ReplayResult(2, 1, 0, 1), mended);
        Assert.Equal(new ReplayResult(1, 0, 0, 1), again);
        Assert.Equal(6_000_000, await stage.NumberAsync(
            "SELECT amount FROM charge WHERE customer_id = (SELECT customer_id FROM customer WHERE external_key = '3')"));
        var counted = await UsageFileStore.FindAsync(stage.Database, stage.Context.Tenant, file.Id, Cancel);
        Assert.Equal((3L, 2L, 1L), (counted!.Read, counted.Rated, counted.Held));
        Assert.Equal(1, await stage.NumberAsync("SELECT sum(count) FROM alert WHERE closed_at IS NULL"));
        await stage.AddNumberAsync(4, "4915100000998", Since);
        await stage.ReplayAsync();
        Assert.Equal(0, await stage.NumberAsync("SELECT count(*) FROM alert WHERE closed_at IS NULL"));
        Assert.Equal(UsageFile.Duplicate, (await stage.ImportAsync(path)).Phase);
        await stage.ProveAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_replay_charges_when_the_destination_gets_a_price(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        await stage.ImportAsync(await stage.FileAsync("a.csv", Call(2, Noon, 60, "0099912345678")));
        await PriceAsync(stage, "999,Nowhere,1.00");

        var replay = await stage.ReplayAsync();

        Assert.Equal(new ReplayResult(1, 1, 0, 0), replay);
        Assert.Equal(100_000_000, await stage.NumberAsync("SELECT amount FROM charge"));
        Assert.Equal(2, await stage.NumberAsync("SELECT catalog_version FROM charge"));
        await stage.ProveAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_source_without_a_numbering_reads_numbers_by_the_rules_of_the_catalogue(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        await stage.ImportAsync(await stage.FileAsync("a.csv", Call(2, Noon, 60, "0099912345678")));
        var files = (await CatalogueVersions.FilesAsync(stage.Context, 1, Cancel))!.Value;
        var head = files.Single(file => file.IsYaml);
        var ruled = new Catalog.CatalogueFile(head.Name, Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(head.Content.Span).Replace(
                "numbering: { countryCode: \"49\" }",
                "numbering: { countryCode: \"49\", rules: [ { begins: \"00999\", replace: \"4930\" } ] }",
                StringComparison.Ordinal)));
        await PublishCatalogue.RunAsync(
            stage.Context, [.. files.Remove(head), ruled], Since.AtMidnight().InUtc().ToInstant(), 1, "a rule for 999", Cancel);

        var replay = await stage.ReplayAsync();

        Assert.Equal(new ReplayResult(1, 1, 0, 0), replay);
        Assert.Equal(1, await stage.NumberAsync("SELECT count(*) FROM charge WHERE destination = '493012345678'"));
        await stage.ProveAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_call_that_would_end_in_the_future_is_held(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);

        var file = await stage.ImportAsync(
            await stage.FileAsync("a.csv", Call(2, Noon, 400_000_000), Call(2, Noon.PlusHours(1), 60)));

        Assert.Equal((1L, 1L), (file.Rated, file.Held));
        Assert.Equal(HoldReason.FromTheFuture, Assert.Single(await stage.HeldAsync()).Reason);
        await stage.ProveAsync();
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_record_whose_charging_throws_does_not_fail_its_neighbours(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        var file = await stage.ImportAsync(await stage.FileAsync("a.csv", Call(999, Noon, 60)));
        var records = Enumerable.Range(0, 100).Select(i => Record(i, Noon.PlusMinutes(i))).ToList();
        await using var charging = new ChargeBatch(stage.Database, stage.Context.Ids, stage.Context.Tenant)
        {
            BeforeRating = record => _ = record.Offset is 37 or 38 ? throw new ArithmeticException("no such number") : 0,
        };

        var outcome = await charging.RunAsync(Work(file, records), await stage.TimelineAsync(), Now, Cancel);

        Assert.Equal((100L, 98L, 2L), (outcome.Read, outcome.Rated, outcome.Held));
        var held = (await stage.HeldAsync()).Where(one => one.Reason == HoldReason.ChargingFailed).ToList();
        Assert.Equal([37, 38], held.Select(one => (int)one.Offset));
        Assert.All(held, one => Assert.Contains("no such number", one.Detail, StringComparison.Ordinal));
        Assert.Equal(2, await stage.NumberAsync("SELECT count FROM alert WHERE kind = 'charging-failed'"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_stream_of_batches_goes_on_behind_a_record_whose_charging_throws(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        var file = await stage.ImportAsync(await stage.FileAsync("a.csv", Call(999, Noon, 60)));
        var batches = Enumerable.Range(0, 6)
            .Select(batch => Enumerable.Range(batch * 20, 20).Select(i => Record(i, Noon.PlusMinutes(i))).ToList()).ToList();
        // The first records of the last batch are those that end the batch before.
        batches[5].InsertRange(0, batches[4].TakeLast(5));
        await using var charging = new ChargeBatch(stage.Database, stage.Context.Ids, stage.Context.Tenant)
        {
            BeforeRating = record => _ = record.Offset is 45 ? throw new ArithmeticException("no such number") : 0,
        };

        var outcomes = new List<ChargeOutcome>();
        var works = batches.Select(records => Work(file, records)).ToAsyncEnumerable();
        await foreach (var outcome in charging.RunAllAsync(works, await stage.TimelineAsync(), () => Now, Cancel))
        {
            outcomes.Add(outcome);
        }

        Assert.Equal([20L, 20, 19, 20, 20, 20], outcomes.Select(outcome => outcome.Rated));
        Assert.Equal([0L, 0, 0, 0, 0, 5], outcomes.Select(outcome => outcome.Duplicates));
        Assert.Equal([0L, 0, 1, 0, 0, 0], outcomes.Select(outcome => outcome.Held));
        Assert.Equal(119, await stage.NumberAsync("SELECT count(*) FROM charge WHERE file_offset < 1000"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_record_that_makes_a_total_overflow_is_held_alone(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        var file = await stage.ImportAsync(await stage.FileAsync("a.csv", Call(2, Noon, 60), Call(999, Noon, 60)));
        await stage.RunAsync("UPDATE usage_total SET amount = 9223372036854775807 - 7000000");
        await using var charging = new ChargeBatch(stage.Database, stage.Context.Ids, stage.Context.Tenant);
        List<UsageRecord> records =
            [Record(3, Noon), Record(2, Noon.PlusMinutes(1)), Record(2, Noon.PlusMinutes(2)), Record(6, Noon)];

        var outcome = await charging.RunAsync(Work(file, records), await stage.TimelineAsync(), Now, Cancel);

        Assert.Equal((4L, 3L, 1L), (outcome.Read, outcome.Rated, outcome.Held));
        Assert.Equal(9223372036854775807 - 1000000, await stage.NumberAsync("SELECT max(amount) FROM usage_total"));
        Assert.Contains(await stage.HeldAsync(), one => one.Reason == HoldReason.ChargingFailed && one.EventTime is not null);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_price_too_large_to_store_is_held(DatabaseKind kind)
    {
        await using var stage = await CreateAsync(kind);
        var file = await stage.ImportAsync(await stage.FileAsync("a.csv", Call(999, Noon, 60)));
        await PriceAsync(stage, "999,Nowhere,1000000000");
        await using var charging = new ChargeBatch(stage.Database, stage.Context.Ids, stage.Context.Tenant);
        var days = Record(2, Noon) with { Destination = "99912345678", DurationMs = 20L * NodaConstants.MillisecondsPerDay };

        var outcome = await charging.RunAsync(Work(file, [days]), await stage.TimelineAsync(), Now, Cancel);

        Assert.Equal((1L, 0L, 1L), (outcome.Read, outcome.Rated, outcome.Held));
        Assert.Contains(await stage.HeldAsync(), one => one.Reason == HoldReason.AmountOverflow);
    }

    /// <summary>Publishes the catalogue with one more row in its deck.</summary>
    private static async Task PriceAsync(ChargingStage stage, string row)
    {
        var files = (await CatalogueVersions.FilesAsync(stage.Context, 1, Cancel))!.Value;
        var deck = files.Single(file => file.IsDeck);
        var priced = new Catalog.CatalogueFile(
            deck.Name, (byte[])[.. deck.Content.Span, .. Encoding.UTF8.GetBytes(row), (byte)'\n']);
        await PublishCatalogue.RunAsync(
            stage.Context, [.. files.Remove(deck), priced], Since.AtMidnight().InUtc().ToInstant(), 1, row, Cancel);
    }

    private static UsageRecord Record(int i, LocalDateTime time) => new()
    {
        EventId = EventId.Of("test", $"{i}/{time}"),
        Service = ServiceKind.Voice,
        Subject = new ServiceIdentity(IdentityKind.Msisdn, $"4915100000{i % 8:000}"),
        Destination = "4930123456",
        Start = time.InUtc().ToInstant(),
        DurationMs = 60_000,
        Offset = i,
    };

    private static ChargeWork Work(UsageFile file, IReadOnlyList<UsageRecord> records) =>
        new() { Source = BenchOperator.SourceCode, File = file.Id, Usage = records, Text = new NoText() };

    private sealed class NoText : IRecordText
    {
        public string Raw(UsageRecord record) => record.EventId.ToString();

        public long Line(UsageRecord record) => 1;
    }
}
