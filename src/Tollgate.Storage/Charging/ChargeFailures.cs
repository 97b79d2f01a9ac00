using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Tollgate.Storage.Charging;

/// <summary>Which exceptions say what.</summary>
internal static class Failure
{
    private const int SqliteBusy = 5;
    private const int SqliteLocked = 6;

    /// <summary>Another transaction won: the same attempt may succeed at once (serialization failure, deadlock, busy).</summary>
    internal static bool IsLostRace(Exception problem) => problem switch
    {
        PostgresException postgres =>
            postgres.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected,
        SqliteException sqlite => sqlite.SqliteErrorCode is SqliteBusy or SqliteLocked,
        _ => false,
    };

    /// <summary>The data of a record may be the cause, not the database, the machine or the caller.</summary>
    internal static bool MayLieInARecord(Exception problem) => problem switch
    {
        // Class 22: data exception; class 23: integrity constraint violation.
        PostgresException postgres => postgres.SqlState.StartsWith("22", StringComparison.Ordinal)
            || postgres.SqlState.StartsWith("23", StringComparison.Ordinal),
        DbException and not SqliteException => false,
        SqliteException sqlite => sqlite.SqliteErrorCode is 1 or 18 or 19 or 20,
        OperationCanceledException or IOException or TimeoutException or OutOfMemoryException or FileMovedException => false,
        _ => true,
    };
}

/// <summary>Somebody else is at work on the same file or records and was first: this attempt has written nothing of it.</summary>
public sealed class FileMovedException(string message) : InvalidOperationException(message);
