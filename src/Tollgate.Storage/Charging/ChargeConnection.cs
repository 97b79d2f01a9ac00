using System.Data.Common;

namespace Tollgate.Storage.Charging;

/// <summary>Connections for charging.</summary>
internal static class ChargeConnection
{
    /// <summary>Every statement of charging finds its rows by key. PostgreSQL's planner would now and then rather read a table of
    /// millions of rows to join it with ten thousand; these settings of the connection forbid it. They also make the order in
    /// which
    /// an UPDATE takes its locks the order of the keys handed in.</summary>
    private const string ByKey =
        "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off";

    /// <summary>Opens one.</summary>
    /// <param name="impatient">True: a statement that waits for a lock for more than a second fails.</param>
    internal static async Task<DbConnection> OpenAsync(Database database, CancellationToken cancel, bool impatient = false)
    {
        var connection = await database.OpenAsync(cancel);
        if (database.Kind == DatabaseKind.Postgres)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = impatient ? ByKey + "; SET lock_timeout = 1000" : ByKey;
            await command.ExecuteNonQueryAsync(cancel);
        }
        return connection;
    }
}
