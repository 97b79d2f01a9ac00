using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace Tollgate.Storage.Tests;

/// <summary>
/// A PostgreSQL server for tests: the one that <c>TOLLGATE_TEST_POSTGRES</c> names (a connection string of a role that may create
/// databases), else a private cluster on loopback, started from the installed programs in a folder of its own under the
/// temporary folder.
/// One per test process, started by the first test that asks. It never outlives the process, not even one that was killed: a
/// shell supervisor waits on a pipe to the test process and, when the pipe closes, stops the server and removes the folder.
/// </summary>
public sealed class PostgresCluster : IDisposable
{
    /// <summary>Environment variable with the connection string of a server to use instead of a private one.</summary>
    public const string ServerVariable = "TOLLGATE_TEST_POSTGRES";

    private static readonly Lazy<Task<PostgresCluster>> SharedCluster = new(() => StartOrConnectAsync());

    /// <summary>Waits for the end of the pipe, then stops the server at once and removes its folder. $1: folder; the rest:
    /// command.</summary>
    private const string Supervisor = """
        trap '' INT TERM HUP
        folder=$1; shift
        exec >/dev/null 2>&1
        "$@" >"$folder/log" 2>&1 &
        server=$!
        read -r ignored
        kill -QUIT $server
        ( sleep 5; kill -KILL $server ) &
        impatience=$!
        wait $server
        kill -KILL $impatience
        rm -rf "$folder"
        """;

    private readonly Process? supervisor;
    private readonly NpgsqlDataSource maintenance;

    private PostgresCluster(string connectionString, Process? supervisor)
    {
        ConnectionString = connectionString;
        this.supervisor = supervisor;
        var pooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = true };
        maintenance = new NpgsqlDataSourceBuilder(pooled.ConnectionString)
            .ConfigureTypeLoading(types => types.EnableTypeLoading(false)).Build();
        if (supervisor is not null)
        {
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
        }
    }

    /// <summary>Why no server can be had, or null when one can (or was named).</summary>
    public static string? Missing { get; } = FindMissing();

    /// <summary>Connection string to the maintenance database, without pooling.</summary>
    public string ConnectionString { get; }

    /// <summary>Runs a statement in the maintenance database.</summary>
    public async Task RunAsync(string sql)
    {
        await using var command = maintenance.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The process that guards a private server; null when the server was named by the environment.</summary>
    public int? SupervisorId => supervisor?.Id;

    /// <summary>The server that all tests of this process share.</summary>
    /// <exception cref="InvalidOperationException">No server can be had: see <see cref="Missing"/>.</exception>
    public static Task<PostgresCluster> SharedAsync() => SharedCluster.Value;

    /// <summary>Starts a private server of the caller's own.</summary>
    /// <param name="durable">True: writes reach the disk as in production (fsync), for tests that kill the server itself.</param>
    public static async Task<PostgresCluster> StartAsync(bool durable = false)
    {
        var programs = PostgresPrograms.Find()
            ?? throw new InvalidOperationException(Missing ?? "No PostgreSQL programs were found on this machine.");
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await StartOnceAsync(programs, durable);
            }
            catch (PortTakenException) when (attempt < 5)
            {
                // Another process took the port between the look and the start: try another one.
            }
        }
    }

    /// <summary>Stops a private server and removes its folder. Does nothing to a server that the environment named.</summary>
    public void Dispose()
    {
        if (supervisor is null || supervisor.HasExited)
        {
            return;
        }
        supervisor.StandardInput.Close();
        supervisor.WaitForExit(TimeSpan.FromSeconds(10));
    }

    private static string? FindMissing()
    {
        if (Environment.GetEnvironmentVariable(ServerVariable) is { Length: > 0 })
        {
            return null;
        }
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
        {
            return $"PostgreSQL: set {ServerVariable} to a server's connection string; a private server is started on Unix only.";
        }
        return PostgresPrograms.Find() is not null
            ? null
            : "PostgreSQL 15 or newer is not installed (Debian: apt-get install postgresql) and "
                + $"{ServerVariable} names no server.";
    }

    private static async Task<PostgresCluster> StartOrConnectAsync()
    {
        if (Environment.GetEnvironmentVariable(ServerVariable) is { Length: > 0 } named)
        {
            return new PostgresCluster(new NpgsqlConnectionStringBuilder(named) { Pooling = false }.ConnectionString, null);
        }
        return await StartAsync();
    }

    private static async Task<PostgresCluster> StartOnceAsync(PostgresPrograms programs, bool durable)
    {
        var folder = Path.Combine(Path.GetTempPath(), "tollgate-pg-" + RandomNumberGenerator.GetHexString(8, lowercase: true));
        Directory.CreateDirectory(folder);
        var owner = await ServerOwner.PrepareAsync(folder);
        var data = Path.Combine(folder, "data");
        await Command.RunAsync([
            .. owner.Prefix, programs.Of("initdb"), "-D", data, "-U", "tollgate", "-A", "trust", "-E", "UTF8", "--locale=C",
            "--no-sync",
        ]);
        var port = FreePort();
        string[] command = [
            "sh", "-c", Supervisor, "sh", folder, .. owner.Prefix, programs.Of("postgres"), "-D", data,
            .. Settings(folder, port, durable),
        ];
        var guard = Command.Start(["setsid", .. command], redirectInput: true);
        var cluster = new PostgresCluster(
            new NpgsqlConnectionStringBuilder
            {
                Host = "127.0.0.1", Port = port, Username = "tollgate", Database = "postgres", Pooling = false,
            }.ConnectionString,
            guard);
        try
        {
            await WaitUntilReadyAsync(Path.Combine(folder, "log"));
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
        return cluster;
    }

    private static IEnumerable<string> Settings(string folder, int port, bool durable)
    {
        var fast = durable ? "on" : "off";
        string[] settings = [
            "listen_addresses=127.0.0.1",
            string.Create(CultureInfo.InvariantCulture, $"port={port}"),
            "unix_socket_directories=" + folder,
            "fsync=" + fast, "full_page_writes=" + fast, "synchronous_commit=" + fast,
            "shared_buffers=128MB", "max_connections=200", "max_wal_size=1GB", "autovacuum=off", "wal_level=minimal",
            "max_wal_senders=0",
            "logging_collector=off", "lc_messages=C",
        ];
        return settings.SelectMany(setting => new[] { "-c", setting });
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The server's own words decide: a connection might reach somebody else's server on the same port.</summary>
    private static async Task WaitUntilReadyAsync(string log)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var text = File.Exists(log) ? await File.ReadAllTextAsync(log) : "";
            if (text.Contains("ready to accept connections", StringComparison.Ordinal))
            {
                return;
            }
            if (text.Contains("could not bind", StringComparison.Ordinal))
            {
                throw new PortTakenException();
            }
            if (text.Contains("FATAL:", StringComparison.Ordinal) || waited.Elapsed > TimeSpan.FromSeconds(60))
            {
                throw new InvalidOperationException("PostgreSQL did not start. Its log:\n" + text);
            }
            await Task.Delay(20);
        }
    }

    private sealed class PortTakenException : Exception;
}
