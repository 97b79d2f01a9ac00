using System.Data.Common;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Storage.Charging;

/// <summary>A usage file and how far its import is. read = rated + held + duplicates + ignored + dropped, at every
/// position.</summary>
/// <param name="Dropped">Held records that were written off.</param>
public sealed record UsageFile(
    UsageFileId Id, string Source, string Name, long Size, string ContentHash, string Phase, UsageFileId? DuplicateOf,
        long Position,
    long Line, string DecoderState, long Read, long Rated, long Held, long Duplicates, long Ignored, long Dropped = 0)
{
    public const string Importing = "importing";

    /// <summary>The archive breaks off: the import goes on when the whole file arrives under the same name.</summary>
    public const string Incomplete = "incomplete";

    public const string Done = "done";
    public const string Duplicate = "duplicate";
}

/// <summary>The rows of <c>usage_file</c>; their positions and counters are moved by charging only.</summary>
public static class UsageFileStore
{
    private const string Columns =
        "file_id, source, name, size, content_hash, phase, duplicate_of, position, line, decoder_state, read_count, "
            + "rated_count, held_count, "
        + "duplicate_count, ignored_count, dropped_count";

    /// <summary>All files, oldest first.</summary>
    public static Task<List<UsageFile>> ListAsync(Database database, TenantId tenant, CancellationToken cancel = default) =>
        ReadAsync(database, "ORDER BY file_id", command => command.Add("tenant", tenant.Value), cancel);

    /// <summary>The file with this id, or null.</summary>
    public static async Task<UsageFile?> FindAsync(
        Database database, TenantId tenant, UsageFileId id, CancellationToken cancel = default) =>
        (await ReadAsync(database, "AND file_id = @id", command =>
            command.Add("tenant", tenant.Value).Add("id", id.Value), cancel))
            .FirstOrDefault();

    /// <summary>The import of this content from this source that is done or under way, or null.</summary>
    public static async Task<UsageFile?> FindContentAsync(
        Database database, TenantId tenant, string source, string contentHash, CancellationToken cancel = default) =>
        (await ReadAsync(
            database, "AND source = @source AND content_hash = @hash AND phase <> 'duplicate' ORDER BY file_id",
            command =>
                command.Add("tenant", tenant.Value).Add("source", source).Add("hash", contentHash), cancel)).FirstOrDefault();

    /// <summary>What came from this source under this name before, newest first, at most 100.</summary>
    public static Task<List<UsageFile>> NamedAsync(
        Database database, TenantId tenant, string source, string name, CancellationToken cancel = default) => ReadAsync(
            database, "AND source = @source AND name = @name AND phase <> 'duplicate' ORDER BY file_id DESC LIMIT 100",
            command => command.Add("tenant", tenant.Value).Add("source", source).Add("name", name), cancel);

    /// <summary>The import of a file goes on with more text than it had.</summary>
    public static Task<int> GoOnAsync(
        Database database, TenantId tenant, UsageFile file, long size, string hash, CancellationToken cancel = default) =>
        ChangeAsync(database, tenant, file, "phase = 'importing', size = @size, content_hash = @hash",
            command => command.Add("size", size).Add("hash", hash), cancel);

    /// <summary>Notes that the text of a file breaks off where its import stopped.</summary>
    public static Task<int> BrokenOffAsync(
        Database database, TenantId tenant, UsageFile file, CancellationToken cancel = default) =>
        ChangeAsync(database, tenant, file, "phase = 'incomplete'", _ => { }, cancel);

    private static async Task<int> ChangeAsync(
        Database database, TenantId tenant, UsageFile file, string change, Action<DbCommand> fill, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = $"UPDATE usage_file SET {change} WHERE file_id = @id AND tenant_id = @tenant "
            + "AND phase IN ('importing', 'incomplete')";
        command.Add("id", file.Id.Value).Add("tenant", tenant.Value);
        fill(command);
        return await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Stores a new file.</summary>
    public static async Task AddAsync(
        Database database, TenantId tenant, UsageFile file, Instant startedAt, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        var finished = file.Phase == UsageFile.Importing ? "NULL" : "@started";
        command.CommandText = $"INSERT INTO usage_file ({Columns}, tenant_id, started_at, finished_at) VALUES (@id, @source, "
            + "@name, @size, @hash, "
            + "@phase, @duplicate_of, @position, @line, @state, @read, @rated, @held, @duplicates, @ignored, 0, @tenant, @started, "
            + $"{finished})";
        var original = command.CreateParameter();
        original.ParameterName = "duplicate_of";
        original.DbType = System.Data.DbType.Int64;
        original.Value = file.DuplicateOf is { } known ? known.Value : DBNull.Value;
        command.Parameters.Add(original);
        command.Add("id", file.Id.Value).Add("source", file.Source).Add("name", file.Name).Add("size", file.Size);
        command.Add("hash", file.ContentHash).Add("phase", file.Phase).Add("position", file.Position).Add("line", file.Line);
        command.Add("state", file.DecoderState).Add("read", file.Read).Add("rated", file.Rated).Add("held", file.Held);
        command.Add("duplicates", file.Duplicates).Add("ignored", file.Ignored).Add("tenant", tenant.Value);
        command.Add("started", database.TimeValue(startedAt));
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static async Task<List<UsageFile>> ReadAsync(
        Database database, string rest, Action<DbCommand> fill, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {Columns} FROM usage_file WHERE tenant_id = @tenant {rest}";
        fill(command);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var files = new List<UsageFile>();
        while (await reader.ReadAsync(cancel))
        {
            files.Add(new UsageFile(
                new UsageFileId(reader.GetInt64(0)), reader.GetString(1), reader.GetString(2), reader.GetInt64(3), reader.GetString(4),
                reader.GetString(5), reader.IsDBNull(6) ? null : new UsageFileId(reader.GetInt64(6)), reader.GetInt64(7),
                reader.GetInt64(8), reader.GetString(9), reader.GetInt64(10), reader.GetInt64(11), reader.GetInt64(12),
                reader.GetInt64(13), reader.GetInt64(14), reader.GetInt64(15)));
        }
        return files;
    }
}
