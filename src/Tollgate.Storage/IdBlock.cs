using System.Data.Common;
using System.Globalization;

namespace Tollgate.Storage;

/// <summary>
/// Hands out entity ids from blocks that it reserves in the database, so that most ids cost no round trip. Ids are unique over
/// all kinds; gaps appear when a process stops with a part of its block unused. Thread-safe. A block is reserved over a
/// connection of its own, so inside an open write transaction on SQLite call it only after <see cref="Ensure"/> was called before
/// the transaction began.
/// </summary>
public sealed class IdBlock(Database database, int size = 1000)
{
    private const string ReserveSql =
        "UPDATE id_block SET next_value = next_value + @count WHERE name = 'entity' RETURNING next_value";

    private readonly Lock gate = new();
    private long next;
    private long end;

    /// <summary>The next id; reserves a block when the last is used up.</summary>
    public long Next() => Next(1);

    /// <summary>Makes sure that the next <paramref name="count"/> ids need no reservation.</summary>
    public void Ensure(int count)
    {
        lock (gate)
        {
            if (end - next < count)
            {
                var wanted = Math.Max(size, count);
                next = Reserve(wanted);
                end = next + wanted;
            }
        }
    }

    /// <summary>The first of <paramref name="count"/> consecutive ids.</summary>
    public long Next(int count)
    {
        lock (gate)
        {
            Ensure(count);
            var first = next;
            next += count;
            return first;
        }
    }

    /// <summary>The first of <paramref name="count"/> consecutive ids for use inside an open transaction. On SQLite, whose only
    /// write lock the transaction holds, they are reserved by the transaction itself and return with its rollback.</summary>
    public long Next(int count, DbTransaction within)
    {
        if (database.Kind == DatabaseKind.Postgres)
        {
            return Next(count);
        }
        using var command = within.Command(ReserveSql).Add("count", count);
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture) - count;
    }

    private long Reserve(int count)
    {
        using var connection = database.OpenAsync().GetAwaiter().GetResult();
        using var command = connection.CreateCommand();
        command.CommandText = ReserveSql;
        command.Add("count", count);
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture) - count;
    }
}
