using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using NodaTime;
using Npgsql;

namespace Tollgate.Storage.Tests;

/// <summary>The ground under all storage tests: real servers, a fresh database each, nothing left behind.</summary>
public sealed class TestDatabaseTests
{
    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_row_that_is_written_is_read_back(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await RunAsync(database, "CREATE TABLE trip (id bigint PRIMARY KEY, name text NOT NULL)");
        await RunAsync(database, "INSERT INTO trip (id, name) VALUES (9007199254740993, 'Łódź Αθήνα İzmir')");

        var read = await RunAsync(database, "SELECT name || '/' || id FROM trip");

        Assert.Equal("Łódź Αθήνα İzmir/9007199254740993", read);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_database_has_the_newest_schema_unless_an_empty_one_was_asked_for(DatabaseKind kind)
    {
        await using var migrated = await TestDatabase.CreateAsync(kind);
        await using var empty = await TestDatabase.CreateAsync(kind, empty: true);
        await using var database = migrated.Open();

        var steps = await RunAsync(migrated, "SELECT count(*) FROM schema_migration");

        Assert.Equal(Migrator.Steps(kind).Length.ToString(CultureInfo.InvariantCulture), steps);
        var again = await Migrator.MigrateAsync(
            database, Instant.FromUtc(2026, 1, 2, 0, 0), TestContext.Current.CancellationToken);
        Assert.Empty(again);
        await Assert.ThrowsAnyAsync<DbException>(() => RunAsync(empty, "SELECT count(*) FROM schema_migration"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Two_databases_do_not_see_each_other(DatabaseKind kind)
    {
        await using var first = await TestDatabase.CreateAsync(kind);
        await using var second = await TestDatabase.CreateAsync(kind);
        await RunAsync(first, "CREATE TABLE only_in_first (id bigint)");

        await Assert.ThrowsAnyAsync<DbException>(() => RunAsync(second, "SELECT count(*) FROM only_in_first"));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_spec_is_what_the_command_line_takes(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind, empty: true);

        var (scheme, value) = (database.ConnectionSpec[..database.ConnectionSpec.IndexOf(':', StringComparison.Ordinal)],
            database.ConnectionSpec[(database.ConnectionSpec.IndexOf(':', StringComparison.Ordinal) + 1)..]);

        Assert.Equal(kind == DatabaseKind.Sqlite ? "sqlite" : "postgres", scheme);
        Assert.Equal(kind == DatabaseKind.Sqlite ? database.Place : database.ConnectionString, value);
    }

    [Fact]
    public async Task A_sqlite_file_is_gone_after_its_test()
    {
        var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await RunAsync(database, "CREATE TABLE trip (id bigint)");
        Assert.True(File.Exists(database.Place));

        await database.DisposeAsync();

        Assert.False(File.Exists(database.Place));
    }

    [Fact]
    public async Task The_server_stops_and_its_folder_goes_when_the_pipe_to_the_test_process_closes()
    {
        Assert.SkipWhen(PostgresCluster.Missing is not null, PostgresCluster.Missing ?? "");
        Assert.SkipWhen(Environment.GetEnvironmentVariable(PostgresCluster.ServerVariable) is { Length: > 0 },
            "The server was named by the environment; there is no private one.");
        Assert.SkipWhen(Databases.All.Count == 1, "Only SQLite was asked for.");
        var cluster = await PostgresCluster.StartAsync(durable: true);
        var folder = await ScalarAsync(cluster.ConnectionString, "SHOW unix_socket_directories");
        var fsync = await ScalarAsync(cluster.ConnectionString, "SHOW fsync");
        using var supervisor = Process.GetProcessById(cluster.SupervisorId!.Value);

        cluster.Dispose();

        Assert.Equal("on", fsync);
        Assert.True(supervisor.HasExited);
        Assert.False(Directory.Exists(folder));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ScalarAsync(cluster.ConnectionString, "SELECT 1"));
    }

    private static async Task<string?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (await command.ExecuteScalarAsync())?.ToString();
    }

    private static async Task<string?> RunAsync(TestDatabase database, string sql)
    {
        await using DbConnection connection = database.Kind == DatabaseKind.Sqlite
            ? new SqliteConnection(database.ConnectionString)
            : new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        return (await command.ExecuteScalarAsync())?.ToString();
    }
}
