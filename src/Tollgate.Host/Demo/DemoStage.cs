using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using Progress = Tollgate.Operations.Progress;

namespace Tollgate.Host.Demo;

/// <summary>Shows the long steps: bars on a terminal, one line per finished step elsewhere.</summary>
internal sealed class DemoStage(IAnsiConsole console)
{
    /// <summary>Runs a step. The step reports its progress and returns what it did, in a few words.</summary>
    internal async Task RunAsync(string title, Func<IProgress<Progress>, Task<string>> step)
    {
        var started = Stopwatch.GetTimestamp();
        var result = "";
        if (console.Profile.Capabilities.Interactive)
        {
            await console.Progress()
                .AutoClear(true)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .StartAsync(async progress =>
                {
                    var bar = progress.AddTask(Markup.Escape(title), maxValue: 1);
                    result = await step(new Direct(report =>
                        bar.Value(report.Total > 0 ? (double)report.Done / report.Total : 0)));
                });
        }
        else
        {
            result = await step(new Direct(_ => { }));
        }
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        console.MarkupLineInterpolated($"[green]✓[/] {title}: {result} ({seconds} s)");
    }

    /// <summary>Reports on the caller's thread, in order.</summary>
    private sealed class Direct(Action<Progress> report) : IProgress<Progress>
    {
        public void Report(Progress value) => report(value);
    }
}
