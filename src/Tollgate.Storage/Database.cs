using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;

namespace Tollgate.Storage;

/// <summary>
/// One opened database: hands out connections and EF contexts. Thread-safe; one per process. SQLite is opened in WAL mode with
/// <c>synchronous=FULL</c>, so that what was committed survives a power cut.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    private readonly NpgsqlDataSource? postgres;
    private readonly DbContextOptions<TollgateDb> options;

    public Database(DatabaseSpec spec)
    {
        Spec = spec;
        var builder = new DbContextOptionsBuilder<TollgateDb>();
        if (spec.Kind == DatabaseKind.Postgres)
        {
            // Only built-in types are used; asking the server for all it has would cost every command line its time.
            postgres = new NpgsqlDataSourceBuilder(spec.ConnectionString)
                .ConfigureTypeLoading(types => types.EnableTypeLoading(false)).Build();
            builder.UseNpgsql(postgres);
        }
        else
        {
            builder.UseSqlite(spec.ConnectionString).AddInterceptors(SqlitePragmas.Instance);
        }
        options = builder.Options;
    }

    public DatabaseSpec Spec { get; }

    public DatabaseKind Kind => Spec.Kind;

    /// <summary>An EF context over a connection of its own; dispose it soon. Nothing is tracked unless asked.</summary>
    public TollgateDb Context() => new(options);

    /// <summary>An open connection (SQLite: with this house's pragmas).</summary>
    public async Task<DbConnection> OpenAsync(CancellationToken cancel = default)
    {
        if (postgres is not null)
        {
            return await postgres.OpenConnectionAsync(cancel);
        }
        var connection = new SqliteConnection(Spec.ConnectionString);
        await connection.OpenAsync(cancel);
        SqlitePragmas.Apply(connection);
        return connection;
    }

    /// <summary>As <see cref="OpenAsync"/>, for the few places that cannot wait otherwise.</summary>
    public DbConnection Open()
    {
        if (postgres is not null)
        {
            return postgres.OpenConnection();
        }
        var connection = new SqliteConnection(Spec.ConnectionString);
        connection.Open();
        SqlitePragmas.Apply(connection);
        return connection;
    }

    /// <summary>A time as this database's parameter value: UTC <c>DateTime</c> for PostgreSQL, microseconds for SQLite.</summary>
    public object TimeValue(Instant time) =>
        Kind == DatabaseKind.Postgres ? time.ToDateTimeUtc() : TimeCodec.ToMicroseconds(time);

    /// <summary>A date as this database's parameter value: <c>DateOnly</c> or <c>yyyy-MM-dd</c> text.</summary>
    public object DateValue(LocalDate date) => Kind == DatabaseKind.Postgres ? date.ToDateOnly() : TimeCodec.ToText(date);

    public async ValueTask DisposeAsync()
    {
        if (postgres is not null)
        {
            await postgres.DisposeAsync();
        }
        else
        {
            using var any = new SqliteConnection(Spec.ConnectionString);
            SqliteConnection.ClearPool(any); // of this database; others go on
        }
    }
}
