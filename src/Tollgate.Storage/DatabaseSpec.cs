using Microsoft.Data.Sqlite;
using Npgsql;

namespace Tollgate.Storage;

/// <summary>Which database.</summary>
public enum DatabaseKind
{
    /// <summary>Embedded, one node.</summary>
    Sqlite,
    /// <summary>PostgreSQL 15 or newer.</summary>
    Postgres,
}

/// <summary>Where the data is: <c>sqlite:PATH</c> or <c>postgres:CONNECTION-STRING</c> (Npgsql keywords or a postgres URL's host
/// form).</summary>
/// <param name="Kind">The database product.</param>
/// <param name="ConnectionString">As its driver takes it.</param>
public sealed record DatabaseSpec(DatabaseKind Kind, string ConnectionString)
{
    /// <summary>The file of an SQLite database that lives in one; else null.</summary>
    public string? FilePath => Kind == DatabaseKind.Sqlite
        && new SqliteConnectionStringBuilder(ConnectionString).DataSource is { Length: > 0 } source
        && source[0] != ':' && !source.StartsWith("file:", StringComparison.Ordinal) ? source : null;

    /// <summary>Reads <c>sqlite:PATH</c> or <c>postgres:CONNSTR</c>.</summary>
    /// <returns>The spec, or a sentence that says what is wrong and how to write it.</returns>
    public static (DatabaseSpec? Spec, string? Error) Parse(string text)
    {
        const string cure = "Write sqlite:PATH (sqlite:tollgate.db) or postgres:CONNECTION-STRING "
            + "(postgres:Host=localhost;Database=tollgate;Username=me).";
        if (text.StartsWith("sqlite:", StringComparison.Ordinal) && text.Length > 7)
        {
            var builder = new SqliteConnectionStringBuilder { DataSource = text[7..], ForeignKeys = true, DefaultTimeout = 60 };
            return (new DatabaseSpec(DatabaseKind.Sqlite, builder.ConnectionString), null);
        }
        if (text.StartsWith("postgres:", StringComparison.Ordinal))
        {
            try
            {
                var builder = new NpgsqlConnectionStringBuilder(text[9..]);
                return string.IsNullOrEmpty(builder.Host)
                    ? (null, $"The database '{text}' names no host. {cure}")
                    : (new DatabaseSpec(DatabaseKind.Postgres, builder.ConnectionString), null);
            }
            catch (ArgumentException problem)
            {
                return (null, $"The database '{text}' cannot be read: {problem.Message} {cure}");
            }
        }
        return (null, $"The database '{text}' is neither SQLite nor PostgreSQL. {cure}");
    }
}
