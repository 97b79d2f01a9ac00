using System.Collections.Immutable;
using System.Data.Common;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using NodaTime;

namespace Tollgate.Storage;

/// <summary>One numbered step of the schema.</summary>
/// <param name="Number">Order.</param>
/// <param name="Name">File name without the database's suffix.</param>
/// <param name="Sql">The statements.</param>
public sealed record Migration(int Number, string Name, string Sql)
{
    public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));
}

/// <summary>
/// Brings a database to this version's schema: numbered SQL files, <c>NNNN_name.sql</c> for both databases or
/// <c>NNNN_name.pg.sql</c> / <c>NNNN_name.sqlite.sql</c> where they must differ. Each runs in a transaction of its own and is
/// recorded with its hash; a step that was applied and has changed since is refused.
/// </summary>
public static class Migrator
{
    /// <summary>The steps for a database, in order.</summary>
    public static ImmutableArray<Migration> Steps(DatabaseKind kind)
    {
        var other = kind == DatabaseKind.Postgres ? ".sqlite.sql" : ".pg.sql";
        var assembly = Assembly.GetExecutingAssembly();
        return
        [
            .. assembly.GetManifestResourceNames()
                .Where(name => name.EndsWith(".sql", StringComparison.Ordinal) && !name.EndsWith(other, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(name => new Migration(
                    int.Parse(name.AsSpan(0, 4), System.Globalization.NumberStyles.None,
                        System.Globalization.CultureInfo.InvariantCulture),
                    name[..name.IndexOf('.', StringComparison.Ordinal)],
                    Read(assembly, name))),
        ];
    }

    /// <summary>The steps that are not applied yet; all of them for an empty or absent database.</summary>
    public static async Task<ImmutableArray<Migration>> PendingAsync(Database database, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = database.Kind == DatabaseKind.Postgres
            ? "SELECT count(*) FROM information_schema.tables WHERE table_name = 'schema_migration' AND table_schema = "
                + "current_schema()"
            : "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_migration'";
        var known = (long)(await command.ExecuteScalarAsync(cancel))! > 0 ? await Applied(connection, cancel) : [];
        return [.. Steps(database.Kind).Where(step => !known.ContainsKey(step.Number))];
    }

    /// <summary>Applies what is missing.</summary>
    /// <returns>The steps applied now.</returns>
    /// <exception cref="InvalidOperationException">An applied step differs from this version's, or the database is
    /// newer.</exception>
    public static async Task<ImmutableArray<Migration>> MigrateAsync(
        Database database, Instant now, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await Execute(connection, null,
            "CREATE TABLE IF NOT EXISTS schema_migration (number integer NOT NULL PRIMARY KEY, name text NOT NULL, "
            + "hash text NOT NULL, applied_at timestamptz NOT NULL)", cancel);
        var applied = await Applied(connection, cancel);
        var steps = Steps(database.Kind);
        if (applied.Keys.Except(steps.Select(step => step.Number)).FirstOrDefault() is > 0 and var unknown)
        {
            throw new InvalidOperationException(
                $"The database has schema step {unknown}, which this version does not know: use a newer tollgate.");
        }
        var done = ImmutableArray.CreateBuilder<Migration>();
        foreach (var step in steps)
        {
            if (applied.TryGetValue(step.Number, out var hash))
            {
                if (hash != step.Hash)
                {
                    throw new InvalidOperationException(
                        $"Schema step {step.Name} was applied in another form: the database belongs to another version.");
                }
                continue;
            }
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            await Execute(connection, transaction, step.Sql, cancel);
            await Record(database, connection, transaction, step, now, cancel);
            await transaction.CommitAsync(cancel);
            done.Add(step);
        }
        return done.ToImmutable();
    }

    private static async Task<Dictionary<int, string>> Applied(DbConnection connection, CancellationToken cancel)
    {
        var applied = new Dictionary<int, string>();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT number, hash FROM schema_migration";
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            applied.Add(reader.GetInt32(0), reader.GetString(1));
        }
        return applied;
    }

    private static async Task Record(
        Database database, DbConnection connection, DbTransaction transaction, Migration step, Instant now,
        CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "INSERT INTO schema_migration (number, name, hash, applied_at) VALUES (@number, @name, @hash, @at)";
        command.Add("number", step.Number).Add("name", step.Name).Add("hash", step.Hash).Add("at", database.TimeValue(now));
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static async Task Execute(DbConnection connection, DbTransaction? transaction, string sql, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
