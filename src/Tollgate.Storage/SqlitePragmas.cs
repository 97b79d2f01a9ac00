using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace Tollgate.Storage;

/// <summary>Settings of every SQLite connection: WAL, full durability, foreign keys, a patient lock.</summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    internal static readonly SqlitePragmas Instance = new();

    /// <summary>Connections of the pool that have the settings already.</summary>
    private static readonly ConditionalWeakTable<sqlite3, SqlitePragmas> Set = [];

    internal static void Apply(DbConnection connection)
    {
        if (connection is SqliteConnection { Handle: { } handle } && !Set.TryAdd(handle, Instance))
        {
            return;
        }
        using var command = connection.CreateCommand();
        command.CommandText =
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=60000; "
            + "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536;";
        command.ExecuteNonQuery();
    }

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Apply(connection);

    public override Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Apply(connection);
        return Task.CompletedTask;
    }
}
