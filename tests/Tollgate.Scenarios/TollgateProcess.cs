using System.Diagnostics;
using System.Text;

namespace Tollgate.Scenarios;

/// <summary>What a run of the program answered.</summary>
internal sealed record Answer(int ExitCode, string Output, string Errors);

/// <summary>Runs the real executable, as a person at a terminal would.</summary>
internal static class TollgateProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The top folder of the project.</summary>
    internal static string Root { get; } = FindRoot();

    /// <summary>Runs <c>tollgate</c> with these arguments in a folder.</summary>
    internal static async Task<Answer> RunAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "tollgate.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        start.Environment.Remove("TOLLGATE_DB");
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return new Answer(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException late)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException(
                $"tollgate {string.Join(' ', arguments)} did not end in {Patience.TotalMinutes} minutes.", late);
        }
    }

    /// <summary>The same, and it must succeed.</summary>
    internal static async Task<string> SucceedAsync(string folder, params string[] arguments)
    {
        var answer = await RunAsync(folder, arguments);
        Assert.True(answer.ExitCode == 0,
            $"tollgate {string.Join(' ', arguments)} ended with {answer.ExitCode}:\n{answer.Errors}\n{answer.Output}");
        return answer.Output;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Tollgate.slnx")))
        {
            folder = folder.Parent;
        }
        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests do not stand inside the project's folder.");
    }
}

/// <summary>A folder for one test, removed at its end.</summary>
internal sealed class WorkFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("tollgate-scenario-").FullName;

    internal string this[string name] => System.IO.Path.Combine(Path, name);

    internal void Write(string name, string content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], content);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
