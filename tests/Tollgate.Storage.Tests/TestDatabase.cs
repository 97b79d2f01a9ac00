using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using NodaTime;
using Npgsql;

namespace Tollgate.Storage.Tests;

/// <summary>Rows for <c>[Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]</c>.</summary>
public static class Databases
{
    /// <summary>Both kinds; only SQLite when <c>TOLLGATE_TEST_DATABASES=sqlite</c> (<c>./test --fast</c>).</summary>
    public static TheoryData<DatabaseKind> All => Environment.GetEnvironmentVariable("TOLLGATE_TEST_DATABASES") == "sqlite"
        ? [DatabaseKind.Sqlite]
        : [DatabaseKind.Sqlite, DatabaseKind.Postgres];
}

/// <summary>
/// A fresh database for one test: a copy of a template that was migrated once per process. Removed at the end of the test.
/// A test that asks for PostgreSQL where there is none is skipped and says what is missing.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private static readonly Dictionary<DatabaseKind, Lazy<Task<string>>> Templates = new()
    {
        [DatabaseKind.Sqlite] = new(MakeSqliteTemplateAsync),
        [DatabaseKind.Postgres] = new(MakePostgresTemplateAsync),
    };

    private static readonly Lazy<string> Folder = new(MakeFolder);

    private TestDatabase(DatabaseKind kind, string connectionString, string place)
    {
        Kind = kind;
        ConnectionString = connectionString;
        Place = place;
    }

    public DatabaseKind Kind { get; }

    /// <summary>For the driver of this kind.</summary>
    public string ConnectionString { get; }

    /// <summary>The file's path (SQLite) or the database's name (PostgreSQL).</summary>
    public string Place { get; }

    /// <summary>As the command line takes it: <c>sqlite:PATH</c> or <c>postgres:CONNSTR</c>.</summary>
    public string ConnectionSpec => Text(Kind, Kind == DatabaseKind.Sqlite ? Place : ConnectionString);

    /// <summary>Opens it as the product does.</summary>
    public Database Open() => OpenSpec(ConnectionSpec);

    /// <summary>Makes a database.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="empty">True: without the schema, for tests of the migrations.</param>
    public static async Task<TestDatabase> CreateAsync(DatabaseKind kind, bool empty = false)
    {
        if (kind == DatabaseKind.Sqlite)
        {
            var path = NewSqlitePath();
            if (!empty)
            {
                File.Copy(await Templates[kind].Value, path);
            }
            return new TestDatabase(kind, SqliteConnectionString(path), path);
        }
        Assert.SkipWhen(PostgresCluster.Missing is not null, PostgresCluster.Missing ?? "");
        var name = await CreatePostgresAsync(empty ? "template0" : await Templates[kind].Value);
        return new TestDatabase(kind, await PostgresConnectionStringAsync(name, pooling: true), name);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Kind == DatabaseKind.Sqlite)
        {
            using var connection = new SqliteConnection(ConnectionString);
            SqliteConnection.ClearPool(connection);
            foreach (var suffix in new[] { "", "-wal", "-shm", "-journal" })
            {
                File.Delete(Place + suffix);
            }
            return;
        }
        await using (var connection = new NpgsqlConnection(ConnectionString))
        {
            NpgsqlConnection.ClearPool(connection);
        }
        await RunOnServerAsync($"DROP DATABASE IF EXISTS {Place} WITH (FORCE)");
    }

    private static string Text(DatabaseKind kind, string value) => kind switch
    {
        DatabaseKind.Sqlite => "sqlite:" + value,
        DatabaseKind.Postgres => "postgres:" + value,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Brings the empty database that the spec names to the newest schema.</summary>
    private static async Task MigrateAsync(string spec)
    {
        await using var database = OpenSpec(spec);
        await Migrator.MigrateAsync(database, Instant.FromUtc(2026, 1, 1, 0, 0));
    }

    private static Database OpenSpec(string spec)
    {
        var (read, error) = DatabaseSpec.Parse(spec);
        return new Database(read ?? throw new InvalidOperationException(error));
    }

    private static string MakeFolder()
    {
        const string Prefix = "tollgate-sqlite-";
        foreach (var old in Directory.GetDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            // Left by a test process that was killed.
            if (File.GetLastWriteTimeUtc(old) < Process.GetCurrentProcess().StartTime.ToUniversalTime().AddHours(-6))
            {
                Directory.Delete(old, recursive: true);
            }
        }
        var folder = Directory.CreateTempSubdirectory(Prefix).FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    }

    private static string NewSqlitePath() => Path.Combine(Folder.Value, NewName() + ".db");

    private static string NewName() => "tollgate_test_" + RandomNumberGenerator.GetHexString(12, lowercase: true);

    private static string SqliteConnectionString(string path) =>
        new SqliteConnectionStringBuilder { DataSource = path }.ConnectionString;

    private static async Task<string> MakeSqliteTemplateAsync()
    {
        var path = NewSqlitePath();
        await using (var connection = new SqliteConnection(SqliteConnectionString(path)))
        {
            await connection.OpenAsync();
        }
        await MigrateAsync(Text(DatabaseKind.Sqlite, path));
        await using (var connection = new SqliteConnection(SqliteConnectionString(path)))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            await command.ExecuteNonQueryAsync();
        }
        SqliteConnection.ClearAllPools();
        return path;
    }

    private static async Task<string> MakePostgresTemplateAsync()
    {
        var name = await CreatePostgresAsync("template0");
        await MigrateAsync(Text(DatabaseKind.Postgres, await PostgresConnectionStringAsync(name, pooling: false)));
        if ((await PostgresCluster.SharedAsync()).SupervisorId is null)
        {
            AppDomain.CurrentDomain.ProcessExit += (_, _) =>
                RunOnServerAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)").GetAwaiter().GetResult();
        }
        return name;
    }

    private static async Task<string> CreatePostgresAsync(string template)
    {
        var name = NewName();
        // A private server does not wait for the disk, so copying files is much cheaper than logging every page.
        var strategy = (await PostgresCluster.SharedAsync()).SupervisorId is null ? "" : " STRATEGY FILE_COPY";
        await RunOnServerAsync($"CREATE DATABASE {name} TEMPLATE {template}{strategy}");
        return name;
    }

    private static async Task<string> PostgresConnectionStringAsync(string database, bool pooling) =>
        new NpgsqlConnectionStringBuilder((await PostgresCluster.SharedAsync()).ConnectionString)
        {
            Database = database, Pooling = pooling, IncludeErrorDetail = true,
        }.ConnectionString;

    private static async Task RunOnServerAsync(string sql) => await (await PostgresCluster.SharedAsync()).RunAsync(sql);
}
