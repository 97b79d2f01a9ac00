using System.Diagnostics;
using System.Globalization;
using Tollgate.Host.Cli;
using Tollgate.Storage.Charging;

namespace Tollgate.Storage.Tests.Charging;

/// <summary>The real executable is killed in the middle of an import, again and again; what stands in the end is what an
/// undisturbed
/// import leaves.</summary>
public sealed class KillTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private const int Customers = 400;
    private const int Records = 12_000;
    private const int Batch = 1_000;
    private const int Killed = 137;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_import_that_is_killed_at_every_point_of_its_commits_charges_every_record_exactly_once(DatabaseKind kind)
    {
        await using var stage = await ChargingStage.CreateAsync(kind, Customers);
        var path = stage.PathOf("calls.csv");
        await BenchOperator.WriteFileAsync(
            path, Records, Customers, ChargingStage.Since, seed: 5, strangers: 200, cancel: Cancel);
        var midWork = 0;
        var pass = 1;
        foreach (var point in FaultPoint.Import)
        {
            var before = await PositionAsync(stage);
            // The passes count anew in every run: the second pass is after one batch was made durable.
            var exit = await ImportAsync(stage, path, $"{point}:{1 + pass++ % 2}");
            Assert.Equal(Killed, exit);
            var after = await PositionAsync(stage);
            Assert.True(after >= before);
            midWork += after > 0 && after < new FileInfo(path).Length ? 1 : 0;
            await stage.ProveAsync();
        }
        Assert.True(midWork >= FaultPoint.Import.Count - 1, $"Only {midWork} kills landed in the middle of the file.");

        Assert.Equal(ExitCodes.Ok, await ImportAsync(stage, path, ""));

        await AssertLikeUndisturbedAsync(stage, kind, path);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_import_that_is_killed_at_random_times_charges_every_record_exactly_once(DatabaseKind kind)
    {
        var rounds = int.Parse(
            Environment.GetEnvironmentVariable("TOLLGATE_SOAK_KILLS") ?? "2", NumberStyles.None, CultureInfo.InvariantCulture);
        await using var stage = await ChargingStage.CreateAsync(kind, Customers);
        var path = stage.PathOf("calls.csv");
        await BenchOperator.WriteFileAsync(
            path, Records, Customers, ChargingStage.Since, seed: 6, strangers: 200, cancel: Cancel);
        var random = new Random(rounds);
        var midWork = 0;
        for (var round = 0; round < rounds; round++)
        {
            using var process = Start(stage, path, "", batch: 50);
            var before = await PositionAsync(stage);
            while (!process.HasExited && await PositionAsync(stage) == before)
            {
                await Task.Delay(2, Cancel);
            }
            // It is at work now; the kill comes at any moment of its next batches.
            await Task.Delay(random.Next(60), Cancel);
            var running = !process.HasExited;
            process.Kill();
            await process.WaitForExitAsync(Cancel);
            var position = await PositionAsync(stage);
            midWork += running && process.ExitCode == Killed && position > 0 && position < new FileInfo(path).Length ? 1 : 0;
            await stage.ProveAsync();
        }
        Assert.True(midWork > 0, "No kill landed in the middle of the file.");
        await File.AppendAllTextAsync(
            Environment.GetEnvironmentVariable("TOLLGATE_SOAK_LOG") is { Length: > 0 } log ? log : stage.PathOf("log"),
            string.Create(CultureInfo.InvariantCulture, $"| {kind} | {rounds} | {midWork} |\n"), Cancel);

        Assert.Equal(ExitCodes.Ok, await ImportAsync(stage, path, ""));

        await AssertLikeUndisturbedAsync(stage, kind, path);
    }

    private static async Task AssertLikeUndisturbedAsync(ChargingStage stage, DatabaseKind kind, string path)
    {
        await using var undisturbed = await ChargingStage.CreateAsync(kind, Customers);
        var expected = await undisturbed.ImportAsync(path, Batch);
        var files = await UsageFileStore.ListAsync(stage.Database, stage.Context.Tenant, Cancel);
        var file = Assert.Single(files);
        Assert.Equal(
            (UsageFile.Done, expected.Read, expected.Rated, expected.Held, expected.Duplicates, expected.Ignored),
            (file.Phase, file.Read, file.Rated, file.Held, file.Duplicates, file.Ignored));
        Assert.Equal(0, file.Duplicates);
        Assert.Equal(file.Rated, await stage.NumberAsync("SELECT count(*) FROM charge"));
        Assert.Equal(file.Rated, await stage.NumberAsync("SELECT count(DISTINCT event_id) FROM charge"));
        Assert.Equal(await undisturbed.SnapshotAsync(), await stage.SnapshotAsync());
        await stage.ProveAsync();
    }

    private static Task<long> PositionAsync(ChargingStage stage) => stage.NumberAsync("SELECT coalesce(max(position), 0) FROM "
        + "usage_file");

    private static async Task<int> ImportAsync(ChargingStage stage, string path, string fault)
    {
        using var process = Start(stage, path, fault, Batch);
        await process.WaitForExitAsync(Cancel);
        return process.ExitCode;
    }

    private static Process Start(ChargingStage stage, string path, string fault, int batch)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } dotnet && dotnet.EndsWith("dotnet", StringComparison.Ordinal) ? dotnet : "dotnet")
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        foreach (var word in new[]
        {
            Path.Combine(AppContext.BaseDirectory, "tollgate.dll"), "usage", "import", path, "--source",
                BenchOperator.SourceCode, "--batch",
            batch.ToString(CultureInfo.InvariantCulture), "--db", stage.Spec,
        })
        {
            start.ArgumentList.Add(word);
        }
        start.Environment[FaultPoint.Variable] = fault;
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }
}
