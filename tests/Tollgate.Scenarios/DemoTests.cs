using System.Globalization;
using System.Text.Json;
using Tollgate.Storage;
using Tollgate.Storage.Tests;

namespace Tollgate.Scenarios;

/// <summary>The demo is the main job, end to end, on either database.</summary>
public sealed class DemoTests
{
    private static readonly string[] Small = ["demo", "--customers", "40", "--no-serve", "--seed", "7", "--out", "out"];

    [Fact]
    public async Task A_month_is_billed_every_record_is_accounted_for_and_a_seed_gives_the_same_invoices_on_either_database()
    {
        using var first = new WorkFolder();
        using var second = new WorkFolder();
        using var other = new WorkFolder();
        (await TollgateProcess.RunAsync(first.Path, Small)).Success(Small);
        await Commands.SucceedAsync(other.Path, [.. Small.Select(word => word == "7" ? "8" : word)]);
        var snapshots = await ProveAsync(first, "sqlite:" + first["out/tollgate.db"]);
        Assert.NotEqual(snapshots, await ProveAsync(other, "sqlite:" + other["out/tollgate.db"]));

        await using var again = await TestDatabase.CreateAsync(
            PostgresStage.Wanted ? DatabaseKind.Postgres : DatabaseKind.Sqlite);
        await Commands.SucceedAsync(second.Path, [.. Small, "--db", again.ConnectionSpec]);

        Assert.Equal(snapshots, await ProveAsync(second, again.ConnectionSpec));
        foreach (var bill in Directory.GetFiles(first["out/bills"]))
        {
            Assert.Equal(File.ReadAllBytes(bill), File.ReadAllBytes(Path.Combine(second["out/bills"], Path.GetFileName(bill))));
        }
    }

    [Fact]
    public async Task A_folder_that_no_demo_made_is_left_alone()
    {
        using var folder = new WorkFolder();
        folder.Write("out/usage/mine.csv", "precious");

        var answer = await Commands.RunAsync(folder.Path, Small);

        Assert.Equal(1, answer.ExitCode);
        Assert.Equal("precious", File.ReadAllText(folder["out/usage/mine.csv"]));
    }

    /// <summary>Nothing is lost and the books balance; returns the data of the invoices.</summary>
    private static async Task<List<string>> ProveAsync(WorkFolder folder, string spec)
    {
        var files = JsonDocument.Parse(await Commands.SucceedAsync(
            folder.Path, "usage", "status", "--format", "json", "--db", spec)).RootElement.EnumerateArray().ToList();
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            Assert.Equal(Count(file, "read"),
                Count(file, "rated") + Count(file, "held") + Count(file, "duplicate") + Count(file, "ignored"));
        }
        Assert.Contains(files, file => Count(file, "rated") > 0);
        Assert.NotEmpty(Directory.GetFiles(folder["out/bills"], "*.pdf"));
        await Commands.SucceedAsync(folder.Path, "ledger", "check", "--db", spec);
        var snapshots = await SnapshotsAsync(spec);
        Assert.NotEmpty(snapshots);
        return snapshots;
    }

    private static long Count(JsonElement file, string name) => file.GetProperty(name).GetInt64();

    private static async Task<List<string>> SnapshotsAsync(string spec)
    {
        await using var database = new Database(DatabaseSpec.Parse(spec).Spec!);
        await using var connection = await database.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT number, snapshot FROM document WHERE phase = 'issued' ORDER BY number";
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var snapshots = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            snapshots.Add(string.Create(CultureInfo.InvariantCulture, $"{reader.GetString(0)} {reader.GetString(1)}"));
        }
        return snapshots;
    }
}
