using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Tollgate.Storage.Tests;

/// <summary>A folder with the server programs of PostgreSQL 15 or newer.</summary>
/// <param name="Folder">Holds <c>initdb</c> and <c>postgres</c>.</param>
/// <param name="Major">Major version.</param>
internal sealed partial record PostgresPrograms(string Folder, int Major)
{
    /// <summary>The oldest major version that the product supports.</summary>
    public const int Oldest = 15;

    private static readonly Lazy<PostgresPrograms?> Found = new(Search);

    /// <summary>Full path of one program.</summary>
    public string Of(string program) => Path.Combine(Folder, program);

    /// <summary>The newest installation on this machine, or null. Looked for in <c>TOLLGATE_POSTGRES_BIN</c>, in
    /// <c>pg_config --bindir</c>, in the folders where Debian, Red Hat and Homebrew put it, and on the path.</summary>
    public static PostgresPrograms? Find() => Found.Value;

    private static PostgresPrograms? Search() =>
        Candidates()
            .Where(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")))
            .Distinct(StringComparer.Ordinal)
            .Select(folder => new PostgresPrograms(folder, MajorOf(folder)))
            .Where(programs => programs.Major >= Oldest)
            .MaxBy(programs => programs.Major);

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("TOLLGATE_POSTGRES_BIN") is { Length: > 0 } named)
        {
            yield return named;
            yield break;
        }
        if (Command.Output("pg_config", "--bindir") is { } bindir)
        {
            yield return bindir.Trim();
        }
        foreach (var (root, bin) in new[]
        {
            ("/usr/lib/postgresql", "bin"), ("/usr", "bin"), ("/opt/homebrew/opt", "bin"), ("/usr/local/opt", "bin"),
        })
        {
            var pattern = root == "/usr" ? "pgsql-*" : "*";
            foreach (var folder in Directory.Exists(root) ? Directory.GetDirectories(root, pattern) : [])
            {
                yield return Path.Combine(folder, bin);
            }
        }
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
        {
            yield return folder;
        }
    }

    private static int MajorOf(string folder) =>
        Command.Output(Path.Combine(folder, "postgres"), "--version") is { } text
            && VersionPattern().Match(text) is { Success: true } match
            ? int.Parse(match.Groups["major"].ValueSpan, CultureInfo.InvariantCulture)
            : 0;

    [GeneratedRegex(
        @"PostgreSQL\)? (?<major>\d+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionPattern();
}

/// <summary>
/// Who runs the server: this user, or, because PostgreSQL refuses to run as root, the user <c>postgres</c> (else <c>nobody</c>).
/// </summary>
/// <param name="Prefix">Words to put before a command.</param>
internal sealed record ServerOwner(string[] Prefix)
{
    /// <summary>Hands the folder to the owner.</summary>
    public static async Task<ServerOwner> PrepareAsync(string folder)
    {
        if (Environment.UserName != "root" && Command.Output("id", "-u")?.Trim() != "0")
        {
            return new ServerOwner([]);
        }
        var user = new[] { "postgres", "nobody" }.FirstOrDefault(name => Command.Output("id", "-u", name) is not null)
            ?? throw new InvalidOperationException(
                "PostgreSQL refuses to run as root and there is no user 'postgres' or 'nobody'.");
        var group = Command.Output("id", "-g", user)!.Trim();
        await Command.RunAsync(["chown", user + ":" + group, folder]);
        return Command.Output("setpriv", "--version") is not null
            ? new ServerOwner(["setpriv", "--reuid=" + user, "--regid=" + group, "--clear-groups", "--"])
            : new ServerOwner(["runuser", "-u", user, "--"]);
    }
}

/// <summary>Runs the programs that the fixture needs.</summary>
internal static class Command
{
    /// <summary>Starts a program without a shell, in the root folder (another user may not enter ours).</summary>
    public static Process Start(IReadOnlyList<string> command, bool redirectInput = false, bool redirectOutput = false)
    {
        var start = new ProcessStartInfo(command[0])
        {
            RedirectStandardInput = redirectInput,
            RedirectStandardOutput = redirectOutput,
            RedirectStandardError = redirectOutput,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        start.Environment["LC_ALL"] = "C";
        foreach (var word in command.Skip(1))
        {
            start.ArgumentList.Add(word);
        }
        return Process.Start(start) ?? throw new InvalidOperationException($"'{command[0]}' did not start.");
    }

    /// <summary>What a program prints, or null when it is missing or fails.</summary>
    public static string? Output(params string[] command)
    {
        try
        {
            using var process = Start(command, redirectOutput: true);
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            var text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? text : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it printed.</exception>
    public static async Task RunAsync(IReadOnlyList<string> command)
    {
        using var process = Start(command, redirectOutput: true);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"'{string.Join(' ', command)}' failed:\n{await output}{await errors}");
        }
    }
}
