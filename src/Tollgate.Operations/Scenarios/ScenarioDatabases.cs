using System.Data.Common;
using System.Globalization;
using NodaTime;
using Npgsql;
using Tollgate.Primitives;
using Tollgate.Storage;

namespace Tollgate.Operations.Scenarios;

/// <summary>Where scenarios play: makes throw-away databases, each a copy of one that was migrated once. May make several at the
/// same time. Dispose at the end: nothing remains but what was kept.</summary>
public abstract class ScenarioDatabases : IAsyncDisposable
{
    private static readonly Instant Epoch = Instant.FromUtc(2000, 1, 1, 0, 0);

    private readonly Lazy<Task> template;
    private int number;

    private protected ScenarioDatabases() => template = new Lazy<Task>(MakeTemplateAsync);

    /// <summary>SQLite files in a folder.</summary>
    /// <param name="folder">On fast storage; the caller removes it.</param>
    public static ScenarioDatabases InFolder(string folder) => new SqliteScenarios(folder);

    /// <summary>Databases beside the one that a connection names, on the same PostgreSQL server. The role must be allowed to
    /// create databases.</summary>
    /// <param name="server">PostgreSQL.</param>
    /// <param name="prefix">Begins their names; small letters, digits and underscores, unique to this process.</param>
    public static ScenarioDatabases OnServer(DatabaseSpec server, string prefix) => new PostgresScenarios(server, prefix);

    /// <summary>A new database with the schema and nothing else.</summary>
    internal async Task<Database> MakeAsync(CancellationToken cancel)
    {
        await template.Value;
        return await MakeAsync(Interlocked.Increment(ref number).ToString(CultureInfo.InvariantCulture), cancel);
    }

    /// <summary>Ends the use of a database that <see cref="MakeAsync(CancellationToken)"/> made: it is removed, or kept under
    /// a name.</summary>
    /// <param name="keepAs">SQLite: a path; PostgreSQL: a name. Null: it is not kept.</param>
    /// <exception cref="IOException">The file to keep it in is there already.</exception>
    /// <exception cref="DbException">A database of this name is there already.</exception>
    internal abstract Task EndAsync(Database database, string? keepAs, CancellationToken cancel);

    public async ValueTask DisposeAsync()
    {
        if (template.IsValueCreated && !template.Value.IsFaulted)
        {
            await template.Value;
            await DropTemplateAsync();
        }
        GC.SuppressFinalize(this);
    }

    private protected abstract Task MakeTemplateAsync();

    private protected abstract Task DropTemplateAsync();

    private protected abstract Task<Database> MakeAsync(string name, CancellationToken cancel);

    private protected static async Task PrepareAsync(Database database)
    {
        await Migrator.MigrateAsync(database, Epoch);
        await TenantClock.EnsureTenantAsync(database, new TenantId(1), Epoch);
    }
}

/// <summary>Copies of one file.</summary>
internal sealed class SqliteScenarios(string folder) : ScenarioDatabases
{
    private string Template => Path.Combine(folder, "template.db");

    internal override async Task EndAsync(Database database, string? keepAs, CancellationToken cancel)
    {
        var path = database.Spec.FilePath!;
        await using (database)
        {
            if (keepAs is not null)
            {
                if (File.Exists(keepAs))
                {
                    throw new IOException($"'{keepAs}' is there already. Remove it, or keep the database under another name.");
                }
                await RunAsync(database, $"VACUUM INTO '{keepAs.Replace("'", "''", StringComparison.Ordinal)}'", cancel);
            }
        }
        foreach (var suffix in new[] { "", "-wal", "-shm" })
        {
            File.Delete(path + suffix);
        }
    }

    private protected override async Task MakeTemplateAsync()
    {
        await using var database = Open(Template);
        await PrepareAsync(database);
        // The copy is of one file, so nothing may wait in the log beside it.
        await RunAsync(database, "PRAGMA wal_checkpoint(TRUNCATE)", default);
    }

    private protected override Task DropTemplateAsync()
    {
        File.Delete(Template);
        return Task.CompletedTask;
    }

    private protected override Task<Database> MakeAsync(string name, CancellationToken cancel)
    {
        var path = Path.Combine(folder, name + ".db");
        File.Copy(Template, path);
        return Task.FromResult(Open(path));
    }

    private static Database Open(string path) => new(DatabaseSpec.Parse("sqlite:" + path).Spec!);

    private static async Task RunAsync(Database database, string sql, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancel);
    }
}

/// <summary>Copies of one database of a server.</summary>
internal sealed class PostgresScenarios(DatabaseSpec server, string prefix) : ScenarioDatabases
{
    private string Template => prefix + "_template";

    internal override async Task EndAsync(Database database, string? keepAs, CancellationToken cancel)
    {
        var name = new NpgsqlConnectionStringBuilder(database.Spec.ConnectionString).Database!;
        await database.DisposeAsync(); // its connections would keep it from being renamed
        try
        {
            if (keepAs is not null)
            {
                await RunAsync($"ALTER DATABASE {name} RENAME TO {Quoted(keepAs)}", cancel);
            }
        }
        finally
        {
            await DropAsync(name); // does nothing to one that is renamed
        }
    }

    private protected override async Task MakeTemplateAsync()
    {
        await RunAsync($"CREATE DATABASE {Template} TEMPLATE template0", default);
        await using var database = Open(Template);
        await PrepareAsync(database);
    }

    private protected override Task DropTemplateAsync() => DropAsync(Template);

    private protected override async Task<Database> MakeAsync(string name, CancellationToken cancel)
    {
        await RunAsync($"CREATE DATABASE {prefix}_{name} TEMPLATE {Template}", cancel);
        return Open($"{prefix}_{name}");
    }

    private Database Open(string name) => new(server with
    {
        ConnectionString = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name }.ConnectionString,
    });

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private Task DropAsync(string name) => RunAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)", default);

    private async Task RunAsync(string sql, CancellationToken cancel)
    {
        var settings = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancel);
    }
}
