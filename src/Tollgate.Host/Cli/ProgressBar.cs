using Spectre.Console;
using Tollgate.Operations;

namespace Tollgate.Host.Cli;

/// <summary>A bar on standard error for long work; silent where no person looks.</summary>
internal static class ProgressBar
{
    /// <summary>Runs the work with a bar.</summary>
    internal static async Task<T> ShowAsync<T>(
        Terminal terminal, string title, Func<IProgress<Operations.Progress>?, Task<T>> work)
    {
        if (terminal.ErrorIsPiped)
        {
            return await work(null);
        }
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Error) });
        return await console.Progress().AutoClear(true).StartAsync(async context =>
            await work(new Bar(context.AddTask(Markup.Escape(title), autoStart: true))));
    }

    private sealed class Bar(ProgressTask task) : IProgress<Operations.Progress>
    {
        public void Report(Operations.Progress value)
        {
            task.MaxValue = Math.Max(1, value.Total);
            task.Value = value.Done;
        }
    }
}
