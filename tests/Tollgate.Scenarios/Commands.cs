using System.Text;
using Tollgate.Host.Cli;

namespace Tollgate.Scenarios;

/// <summary>What a command answered.</summary>
internal sealed record Answer(int ExitCode, string Output, string Errors)
{
    /// <summary>What it printed; it must have succeeded.</summary>
    internal string Success(string[] arguments)
    {
        Assert.True(ExitCode == 0, $"tollgate {string.Join(' ', arguments)} ended with {ExitCode}:\n{Errors}\n{Output}");
        return Output;
    }
}

/// <summary>Runs command lines as a person would type them in a folder, inside the process of the tests. One at a time, because
/// a process has one working folder.</summary>
internal static class Commands
{
    private static readonly SemaphoreSlim Turn = new(1);

    static Commands() => Environment.SetEnvironmentVariable("TOLLGATE_DB", null);

    /// <summary>The top folder of the project.</summary>
    internal static string Root { get; } = FindRoot();

    /// <summary>Runs <c>tollgate</c> with these arguments in a folder.</summary>
    internal static async Task<Answer> RunAsync(string folder, params string[] arguments)
    {
        using var output = new MemoryStream();
        using var errors = new MemoryStream();
        await Turn.WaitAsync();
        try
        {
            var home = Environment.CurrentDirectory;
            Environment.CurrentDirectory = folder;
            try
            {
                var code = await CommandLine.RunAsync(arguments, Terminal.To(output, errors));
                return new Answer(code, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(errors.ToArray()));
            }
            finally
            {
                Environment.CurrentDirectory = home;
            }
        }
        finally
        {
            Turn.Release();
        }
    }

    /// <summary>The same, and it must succeed.</summary>
    internal static async Task<string> SucceedAsync(string folder, params string[] arguments) =>
        (await RunAsync(folder, arguments)).Success(arguments);

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
