using System.Data.Common;
using System.Globalization;
using Tollgate.Storage;

namespace Tollgate.Host.Cli;

/// <summary>
/// Processor time of a PostgreSQL server on this machine: of all its processes that live. Where other work takes its share of the
/// processors, times of the clock say little; what a job costs both processes says more.
/// </summary>
internal sealed class BenchProcessor
{
    private const int ParentField = 1;
    private const int UserTimeField = 11;

    private readonly int server;

    private BenchProcessor(int server) => this.server = server;

    /// <summary>Null: the server is not on this machine, or not Linux, or hides its processes.</summary>
    internal static async Task<BenchProcessor?> FindAsync(Database database, CancellationToken cancel)
    {
        if (database.Kind != DatabaseKind.Postgres || !OperatingSystem.IsLinux())
        {
            return null;
        }
        await using var connection = await database.OpenAsync(cancel);
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = "SELECT pg_backend_pid()";
        var process = (int)(await command.ExecuteScalarAsync(cancel))!;
        var fields = Fields(process);
        var local = fields is not null && Name(process).StartsWith("postgres", StringComparison.Ordinal);
        return local ? new BenchProcessor(int.Parse(fields![ParentField], CultureInfo.InvariantCulture)) : null;
    }

    /// <summary>Processor time used so far.</summary>
    internal TimeSpan Used()
    {
        long ticks = 0;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var process)
                && Fields(process) is { } fields
                && (process == server || int.Parse(fields[ParentField], CultureInfo.InvariantCulture) == server))
            {
                ticks += long.Parse(fields[UserTimeField], CultureInfo.InvariantCulture)
                    + long.Parse(fields[UserTimeField + 1], CultureInfo.InvariantCulture);
            }
        }
        return TimeSpan.FromMilliseconds(ticks * 10);
    }

    /// <summary>The fields of <c>/proc/PID/stat</c> after the name, from the state on (proc(5)); times are in hundredths of a
    /// second. Null: there is no such process.</summary>
    private static string[]? Fields(int process)
    {
        try
        {
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Name(int process) =>
        File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/comm"));
}
