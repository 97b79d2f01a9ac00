using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace Tollgate.Storage.Customers;

/// <summary>A column of a bulk insert.</summary>
/// <param name="Name">As in the schema.</param>
/// <param name="Type">Its type on PostgreSQL.</param>
public readonly record struct BulkColumn(string Name, NpgsqlDbType Type);

/// <summary>
/// Inserts many rows into one table inside a transaction: binary COPY on PostgreSQL, one prepared statement on SQLite. One table
/// at a time per connection. Values are those of <see cref="Database.TimeValue"/> and <see cref="Database.DateValue"/> for times
/// and dates.
/// </summary>
public sealed class BulkTable : IDisposable
{
    private readonly BulkColumn[] columns;
    private readonly NpgsqlBinaryImporter? copy;
    private readonly SqliteCommand? insert;

    public BulkTable(DbTransaction transaction, string table, params BulkColumn[] columns)
    {
        this.columns = columns;
        var names = string.Join(", ", columns.Select(column => column.Name));
        if (transaction.Connection is NpgsqlConnection postgres)
        {
            copy = postgres.BeginBinaryImport($"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)");
            return;
        }
        insert = (SqliteCommand)transaction.Command(
            $"INSERT INTO {table} ({names}) VALUES ({string.Join(", ", columns.Select(column => "@" + column.Name))})");
        foreach (var column in columns)
        {
            insert.Parameters.Add(new SqliteParameter { ParameterName = "@" + column.Name, Value = DBNull.Value });
        }
        insert.Prepare();
    }

    /// <summary>Adds a row: one value per column, in their order.</summary>
    public void Add(params ReadOnlySpan<object?> values)
    {
        if (copy is not null)
        {
            copy.StartRow();
            for (var i = 0; i < values.Length; i++)
            {
                if (values[i] is { } value)
                {
                    copy.Write(value, columns[i].Type);
                }
                else
                {
                    copy.WriteNull();
                }
            }
            return;
        }
        for (var i = 0; i < values.Length; i++)
        {
            insert!.Parameters[i].Value = values[i] ?? DBNull.Value;
        }
        insert!.ExecuteNonQuery();
    }

    /// <summary>Ends the insert; without it a COPY leaves nothing.</summary>
    public void Complete() => copy?.Complete();

    public void Dispose()
    {
        copy?.Dispose();
        insert?.Dispose();
    }
}
