using System.Diagnostics;
using Npgsql;
using SQLitePCL;
using Tollgate.Storage;

namespace Tollgate.Host.Cli;

/// <summary>
/// The fastest way in which the database could take the rows that an import leaves behind: binary COPY on PostgreSQL, prepared
/// inserts on SQLite; from memory, into tables with the same indexes, nothing checked. What an import is measured against.
/// </summary>
internal static class BenchYardstick
{
    private static readonly string[] Tables =
        ["charge", "pocket_movement", "usage_total", "pocket", "charging_head", "held_record"];

    /// <summary>Number of rows taken, the time from the first byte to durable, and the processor time of both processes; zero:
    /// not known.</summary>
    internal readonly record struct Result(long Rows, TimeSpan Time, TimeSpan Processor = default);

    /// <summary>PostgreSQL: reads the rows back, empties the tables and copies the rows in again, in one transaction.</summary>
    internal static async Task<Result> PostgresAsync(
        Database database, BenchProcessor? server, CancellationToken cancel)
    {
        await using var connection = (NpgsqlConnection)await database.OpenAsync(cancel);
        var content = new Dictionary<string, List<byte[]>>(StringComparer.Ordinal);
        long rows = 0;
        foreach (var table in Tables)
        {
            content[table] = await ReadAsync(connection, table, cancel);
            rows += await CountAsync(connection, table, cancel);
        }
        await RunAsync(connection, "TRUNCATE " + string.Join(", ", Tables), cancel);
        await CheckpointAsync(connection, cancel);
        var before = Processor(server);
        var started = Stopwatch.GetTimestamp();
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        foreach (var table in Tables)
        {
            await using var stream = await connection.BeginRawBinaryCopyAsync($"COPY {table} FROM STDIN (FORMAT BINARY)", cancel);
            foreach (var piece in content[table])
            {
                await stream.WriteAsync(piece, cancel);
            }
        }
        await transaction.CommitAsync(cancel);
        var time = Stopwatch.GetElapsedTime(started);
        return new Result(rows, time, Processor(server) - before);
    }

    private static TimeSpan Processor(BenchProcessor? server) =>
        server is null ? default : Environment.CpuUsage.TotalTime + server.Used();

    /// <summary>Writes dirty pages out before a measurement, where the role may.</summary>
    internal static async Task CheckpointAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        try
        {
            await RunAsync(connection, "CHECKPOINT", cancel);
        }
        catch (PostgresException problem) when (problem.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            // Measured as it is.
        }
    }

    /// <summary>SQLite: reads the rows back, in the order in which they came, and inserts them into a fresh file with the same
    /// schema, one transaction per batch.</summary>
    internal static async Task<Result> SqliteAsync(Database database, string path, int batch, CancellationToken cancel)
    {
        var (spec, _) = DatabaseSpec.Parse("sqlite:" + path);
        await using var target = new Database(spec!);
        await Migrator.MigrateAsync(target, default, cancel);
        var content = new List<SqliteRows>();
        await using (var from = (Microsoft.Data.Sqlite.SqliteConnection)await database.OpenAsync(cancel))
        {
            content.AddRange(Tables.Select(table => SqliteRows.Read(from.Handle!, table)));
        }
        await using var connection = (Microsoft.Data.Sqlite.SqliteConnection)await target.OpenAsync(cancel);
        var started = Stopwatch.GetTimestamp();
        foreach (var rows in content)
        {
            rows.Insert(connection.Handle!, batch);
        }
        return new Result(content.Sum(rows => (long)rows.Count), Stopwatch.GetElapsedTime(started));
    }

    private static async Task<List<byte[]>> ReadAsync(NpgsqlConnection connection, string table, CancellationToken cancel)
    {
        var pieces = new List<byte[]>();
        await using var stream = await connection.BeginRawBinaryCopyAsync(
            $"COPY (SELECT * FROM {table}) TO STDOUT (FORMAT BINARY)", cancel);
        var buffer = new byte[256 * 1024];
        int read;
        while ((read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel)) > 0)
        {
            pieces.Add(buffer[..read]);
        }
        return pieces;
    }

    private static async Task<long> CountAsync(NpgsqlConnection connection, string table, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {table}";
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancel);
    }
}

/// <summary>The rows of a SQLite table in memory, packed.</summary>
internal sealed class SqliteRows
{
    private readonly string table;
    private readonly int columns;
    private readonly List<byte[]> rows = [];

    private SqliteRows(string table, int columns) => (this.table, this.columns) = (table, columns);

    internal int Count => rows.Count;

    internal static SqliteRows Read(sqlite3 handle, string table)
    {
        var order = table == "charge" ? " ORDER BY file_id, file_offset" : "";
        Check(handle, raw.sqlite3_prepare_v2(handle, $"SELECT * FROM {table}{order}", out var statement));
        using var used = statement;
        var result = new SqliteRows(table, raw.sqlite3_column_count(statement));
        using var row = new MemoryStream();
        using var writer = new BinaryWriter(row);
        while (raw.sqlite3_step(statement) == raw.SQLITE_ROW)
        {
            row.SetLength(0);
            for (var i = 0; i < result.columns; i++)
            {
                var type = raw.sqlite3_column_type(statement, i);
                writer.Write((byte)type);
                if (type == raw.SQLITE_INTEGER)
                {
                    writer.Write(raw.sqlite3_column_int64(statement, i));
                }
                else if (type != raw.SQLITE_NULL)
                {
                    var bytes = raw.sqlite3_column_blob(statement, i);
                    writer.Write(bytes.Length);
                    writer.Write(bytes);
                }
            }
            result.rows.Add(row.ToArray());
        }
        return result;
    }

    internal void Insert(sqlite3 handle, int batch)
    {
        var marks = string.Join(',', Enumerable.Repeat('?', columns));
        Check(handle, raw.sqlite3_prepare_v2(handle, $"INSERT INTO {table} VALUES ({marks})", out var statement));
        using var used = statement;
        for (var i = 0; i < rows.Count; i++)
        {
            if (i % batch == 0)
            {
                Check(handle, raw.sqlite3_exec(handle, i == 0 ? "BEGIN IMMEDIATE" : "COMMIT; BEGIN IMMEDIATE"));
            }
            Bind(statement, rows[i]);
            if (raw.sqlite3_step(statement) != raw.SQLITE_DONE)
            {
                throw new InvalidOperationException(raw.sqlite3_errmsg(handle).utf8_to_string());
            }
            Check(handle, raw.sqlite3_reset(statement));
        }
        if (rows.Count > 0)
        {
            Check(handle, raw.sqlite3_exec(handle, "COMMIT"));
        }
    }

    private void Bind(sqlite3_stmt statement, ReadOnlySpan<byte> row)
    {
        for (var i = 1; i <= columns; i++)
        {
            var type = row[0];
            row = row[1..];
            if (type == raw.SQLITE_NULL)
            {
                _ = raw.sqlite3_bind_null(statement, i);
                continue;
            }
            if (type == raw.SQLITE_INTEGER)
            {
                _ = raw.sqlite3_bind_int64(statement, i, BitConverter.ToInt64(row));
                row = row[8..];
                continue;
            }
            var length = BitConverter.ToInt32(row);
            var bytes = row.Slice(4, length);
            _ = type == raw.SQLITE_BLOB ? raw.sqlite3_bind_blob(statement, i, bytes) : raw.sqlite3_bind_text(statement, i, bytes);
            row = row[(4 + length)..];
        }
    }

    private static void Check(sqlite3 handle, int result)
    {
        if (result != raw.SQLITE_OK)
        {
            throw new InvalidOperationException(raw.sqlite3_errmsg(handle).utf8_to_string());
        }
    }
}
