using System.Diagnostics;
using System.Globalization;
using Tollgate.Host.Cli;
using Tollgate.Storage.Charging;
using Tollgate.Storage.Replay;
using Tollgate.Storage.Tests.Charging;
using static Tollgate.Storage.Tests.Replay.ReplayStage;

namespace Tollgate.Storage.Tests.Replay;

public sealed class RerateKillTests
{
    private const int Customers = 8;
    private const int Killed = 137;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_approval_killed_before_or_after_its_commit_goes_on_and_posts_once(DatabaseKind kind)
    {
        (string, string)[] changes = [("price: 0.06 per minute", "price: 0.09 per minute"),
            ("amount: 60 minutes", "amount: 25 minutes")];
        await using var stage = await ChargingStage.CreateAsync(kind, Customers);
        var path = await CallsAsync(stage, "a.csv", 120, Customers, 4);
        await stage.ImportAsync(path, 40);
        await PublishAsync(stage, changes);
        var run = await SelectAsync(stage);

        foreach (var (point, posted) in new[] { (FaultPoint.BeforeRerateCommit, false), (FaultPoint.AfterRerateCommit, true) })
        {
            Assert.Equal(Killed, await ApproveAsync(stage, run.Id.ToString(), point));
            Assert.Equal(posted, await stage.NumberAsync("SELECT count(*) FROM charge_revision") > 0);
            await stage.ProveAsync();
        }
        Assert.Equal(ExitCodes.Ok, await ApproveAsync(stage, run.Id.ToString(), ""));
        Assert.Equal(ExitCodes.Ok, await ApproveAsync(stage, run.Id.ToString(), ""));

        await using var scratch = await ChargingStage.CreateAsync(kind, Customers);
        await PublishAsync(scratch, changes);
        await scratch.ImportAsync(path, 40);
        Assert.Equal(await TruthAsync(scratch), await TruthAsync(stage));
        Assert.Equal(0, await stage.NumberAsync("SELECT count(*) FROM rerate_customer WHERE phase = 'changed'"));
        Assert.Equal(
            await stage.NumberAsync("SELECT count(*) FROM rerate_customer WHERE phase = 'posted'"),
                run.Phases[RerateCustomer.Differs]);
        await stage.ProveAsync();
    }

    private static async Task<int> ApproveAsync(ChargingStage stage, string run, string fault)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } dotnet && dotnet.EndsWith("dotnet", StringComparison.Ordinal) ? dotnet : "dotnet")
        {
            RedirectStandardOutput = true, UseShellExecute = false,
        };
        foreach (var word in new[]
        {
            Path.Combine(AppContext.BaseDirectory, "tollgate.dll"), "rerate", "approve", run, "--db", stage.Spec,
        })
        {
            start.ArgumentList.Add(word);
        }
        start.Environment[FaultPoint.Variable] = fault.ToString(CultureInfo.InvariantCulture);
        using var process = Process.Start(start)!;
        await process.StandardOutput.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return process.ExitCode;
    }
}
