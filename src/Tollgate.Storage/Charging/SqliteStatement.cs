using SQLitePCL;

namespace Tollgate.Storage.Charging;

/// <summary>A prepared statement of SQLite's own API: several times faster than a command for many small rows.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 handle;
    private readonly sqlite3_stmt statement;
    private int next;

    internal SqliteStatement(sqlite3 handle, string sql)
    {
        this.handle = handle;
        Check(raw.sqlite3_prepare_v2(handle, sql, out statement));
    }

    public void Dispose() => statement.Dispose();

    /// <summary>Binds the next parameter.</summary>
    internal SqliteStatement Bind(long value)
    {
        Check(raw.sqlite3_bind_int64(statement, ++next, value));
        return this;
    }

    internal SqliteStatement Bind(string value)
    {
        Check(raw.sqlite3_bind_text(statement, ++next, value));
        return this;
    }

    internal SqliteStatement Bind(ReadOnlySpan<byte> value)
    {
        Check(raw.sqlite3_bind_blob(statement, ++next, value));
        return this;
    }

    internal SqliteStatement Bind(long? value) => value is { } known ? Bind(known) : BindNull();

    internal SqliteStatement BindNull()
    {
        Check(raw.sqlite3_bind_null(statement, ++next));
        return this;
    }

    /// <summary>Runs it to the end and makes it ready for the next row.</summary>
    /// <returns>Rows changed.</returns>
    internal int Run()
    {
        var result = raw.sqlite3_step(statement);
        next = 0;
        var reset = raw.sqlite3_reset(statement);
        if (result != raw.SQLITE_DONE)
        {
            Check(reset);
        }
        return raw.sqlite3_changes(handle);
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            throw new Microsoft.Data.Sqlite.SqliteException(
                $"SQLite Error {result}: '{raw.sqlite3_errmsg(handle).utf8_to_string()}'.", result & 0xFF, result);
        }
    }
}
