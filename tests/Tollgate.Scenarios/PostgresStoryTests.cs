using Npgsql;
using Tollgate.Operations.Scenarios;
using Tollgate.Storage;
using Tollgate.Storage.Tests;

namespace Tollgate.Scenarios;

/// <summary>Throw-away databases on the test server.</summary>
public sealed class PostgresStage : IAsyncLifetime
{
    private const string Prefix = "tollgate_story_test";

    private readonly WorkFolder folder = new();
    private ScenarioDatabases? databases;

    public ScenarioRunner Runner { get; private set; } = null!;

    public static bool Wanted => PostgresCluster.Missing is null
        && Environment.GetEnvironmentVariable("TOLLGATE_TEST_DATABASES") != "sqlite";

    public async ValueTask InitializeAsync()
    {
        if (Wanted)
        {
            var server = new DatabaseSpec(DatabaseKind.Postgres, (await PostgresCluster.SharedAsync()).ConnectionString);
            databases = ScenarioDatabases.OnServer(server, Prefix);
            Runner = new ScenarioRunner(databases, folder.Path);
        }
    }

    /// <summary>Nothing remains on the server.</summary>
    public async ValueTask DisposeAsync()
    {
        folder.Dispose();
        if (databases is not null)
        {
            await databases.DisposeAsync();
            Assert.Empty(await NamesAsync(Prefix));
        }
    }

    internal static async Task DropAsync(string name)
    {
        await using var connection = new NpgsqlConnection((await PostgresCluster.SharedAsync()).ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"DROP DATABASE {name} WITH (FORCE)", connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Databases of the server whose names begin so.</summary>
    internal static async Task<List<string>> NamesAsync(string prefix)
    {
        await using var connection = new NpgsqlConnection((await PostgresCluster.SharedAsync()).ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT datname FROM pg_database WHERE starts_with(datname, @prefix)", connection);
        command.Parameters.AddWithValue("prefix", prefix);
        await using var reader = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await reader.ReadAsync())
        {
            names.Add(reader.GetString(0));
        }
        return names;
    }
}

/// <summary>Stories play on PostgreSQL as they do on SQLite: some that together reach most tables.</summary>
public sealed class PostgresStoryTests(PostgresStage stage) : IClassFixture<PostgresStage>
{
    [Theory]
    [InlineData("bills/all-four-kinds")]
    [InlineData("catalogues/wrong-price-rated-again")]
    [InlineData("changes/another-account-pays")]
    [InlineData("changes/pause-over-a-boundary")]
    [InlineData("discounts/commitment-over-a-contract")]
    [InlineData("discounts/coupon")]
    [InlineData("documents/advance-set-off")]
    [InlineData("documents/tax-correction")]
    [InlineData("payments/deposit")]
    [InlineData("prepaid/bonus-money")]
    [InlineData("prepaid/hybrid")]
    [InlineData("time/cycle-day-moved")]
    [InlineData("usage/shared-minutes")]
    [InlineData("usage/wrong-number-corrected")]
    public async Task A_story_holds_on_PostgreSQL(string story)
    {
        Assert.SkipUnless(PostgresStage.Wanted, PostgresCluster.Missing ?? "Only SQLite is wanted.");
        var read = ScenarioReader.Read(Path.Combine(GalleryTests.Root, story + ".yaml"), story);

        var result = await stage.Runner.RunAsync(read.Value!);

        Assert.Equal("", result.Fault);
        Assert.Empty(result.BrokenProofs);
        Assert.Empty(result.Differences);
        Assert.True(result.Passed);
    }

    [Fact]
    public async Task The_command_plays_on_a_server_and_leaves_only_what_is_kept()
    {
        Assert.SkipUnless(PostgresStage.Wanted, PostgresCluster.Missing ?? "Only SQLite is wanted.");
        using var folder = new WorkFolder();
        var server = (await PostgresCluster.SharedAsync()).ConnectionString;
        var story = Path.Combine(GalleryTests.Root, "proration", "entry.yaml");
        var before = await PostgresStage.NamesAsync("tollgate_scenario");
        string[] run = ["scenario", "run", story, "--db", "postgres:" + server, "--keep-db", "kept_story"];

        await Commands.SucceedAsync(folder.Path, run);
        var again = await Commands.RunAsync(folder.Path, run);

        var kept = new NpgsqlConnectionStringBuilder(server) { Database = "kept_story" }.ConnectionString;
        await Commands.SucceedAsync(folder.Path, "ledger", "check", "--db", "postgres:" + kept);
        Assert.Equal(3, again.ExitCode);
        Assert.Contains("already exists", again.Output + again.Errors, StringComparison.Ordinal);
        Assert.Equal(before, await PostgresStage.NamesAsync("tollgate_scenario"));
        Assert.Equal(["kept_story"], await PostgresStage.NamesAsync("kept_story"));
        await PostgresStage.DropAsync("kept_story");
    }

    [Fact]
    public async Task A_database_that_is_there_is_never_played_in()
    {
        using var folder = new WorkFolder();

        var answer = await Commands.RunAsync(
            folder.Path, "scenario", "run", Path.Combine(GalleryTests.Root, "proration", "entry.yaml"), "--db", "sqlite:mine.db");

        Assert.Equal(2, answer.ExitCode);
        Assert.Contains("--keep-db", answer.Output + answer.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }
}
