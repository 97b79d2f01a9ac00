using System.Data;
using System.Data.Common;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Storage.Billing;

/// <summary>
/// One transaction on one connection, with short forms for statements that run on both databases. Values may be
/// <see cref="Instant"/>, <see cref="LocalDate"/> and <c>long[]</c>; <c>IN @ids</c> takes an array; <c>@tenant</c> is given.
/// Rolled back unless committed.
/// </summary>
public sealed class BookWork : IAsyncDisposable
{
    private readonly DbConnection connection;

    private BookWork(Database database, TenantId tenant, DbConnection connection, DbTransaction transaction) =>
        (Database, Tenant, this.connection, Transaction) = (database, tenant, connection, transaction);

    public Database Database { get; }

    public TenantId Tenant { get; }

    public DbTransaction Transaction { get; }

    public bool Postgres => Database.Kind == DatabaseKind.Postgres;

    /// <summary>Begins to read only: sees one state of the data, and on SQLite neither waits for the one writer nor keeps it
    /// waiting.</summary>
    public static Task<BookWork> BeginReadingAsync(Database database, TenantId tenant, CancellationToken cancel) =>
        BeginAsync(database, tenant, reading: true, cancel);

    /// <summary>Begins; on SQLite this waits for the one writer.</summary>
    public static Task<BookWork> BeginAsync(Database database, TenantId tenant, CancellationToken cancel) =>
        BeginAsync(database, tenant, reading: false, cancel);

    private static async Task<BookWork> BeginAsync(Database database, TenantId tenant, bool reading, CancellationToken cancel)
    {
        var opened = await database.OpenAsync(cancel);
        try
        {
            return new BookWork(database, tenant, opened, reading switch
            {
                true when opened is SqliteConnection file => file.BeginTransaction(deferred: true),
                true => await opened.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel),
                false => await opened.BeginTransactionAsync(cancel),
            });
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    public Task CommitAsync(CancellationToken cancel) => Transaction.CommitAsync(cancel);

    /// <summary>All rows of a query.</summary>
    public async Task<List<T>> ReadAsync<T>(
        string sql, Func<DbDataReader, T> map, CancellationToken cancel, params (string Name, object? Value)[] values)
    {
        var rows = new List<T>();
        await using var command = Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            rows.Add(map(reader));
        }
        return rows;
    }

    /// <summary>Runs one statement.</summary>
    /// <returns>Rows affected.</returns>
    public async Task<int> ExecuteAsync(string sql, CancellationToken cancel, params (string Name, object? Value)[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Locks the charging heads of these customers in id order, before anything else of theirs is touched. SQLite has
    /// one writer and needs none.</summary>
    public async Task LockHeadsAsync(long[] customers, CancellationToken cancel)
    {
        if (Postgres && customers.Length > 0)
        {
            await ReadAsync(
                "SELECT customer_id FROM charging_head WHERE customer_id IN @customers AND tenant_id = @tenant ORDER BY "
                    + "customer_id FOR UPDATE",
                reader => reader.GetInt64(0), cancel, ("customers", customers));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Transaction.DisposeAsync();
        await connection.DisposeAsync();
    }

    private DbCommand Command(string sql, (string Name, object? Value)[] values)
    {
        foreach (var (name, value) in values)
        {
            if (value is long[])
            {
                sql = sql.Replace($"IN @{name}", Postgres ? $"= ANY(@{name})" : $"IN (SELECT value FROM json_each(@{name}))",
                    StringComparison.Ordinal);
            }
        }
        var command = Transaction.Command(sql);
        command.CommandTimeout = 600;
        if (sql.Contains("@tenant", StringComparison.Ordinal))
        {
            command.Add("tenant", Tenant.Value);
        }
        foreach (var (name, value) in values)
        {
            command.Add(name, Value(value));
        }
        return command;
    }

    /// <summary>A value as this database's driver takes it.</summary>
    public object? Value(object? value) => value switch
    {
        Instant time => Database.TimeValue(time),
        LocalDate date => Database.DateValue(date),
        long[] list => Postgres ? list : JsonSerializer.Serialize(list),
        _ => value,
    };
}

/// <summary>Columns that may be empty.</summary>
public static class NullableReads
{
    public static LocalDate? GetDateOrNull(this DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetDate(column);

    public static long? GetLongOrNull(this DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetInt64(column);

    public static string? GetTextOrNull(this DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);
}
