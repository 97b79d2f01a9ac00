using Microsoft.Data.Sqlite;
using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage;

namespace Tollgate.Operations.Scenarios;

/// <summary>How scenarios are played.</summary>
public sealed record ScenarioSettings
{
    /// <summary>Also read how everything stands at the end. Default false.</summary>
    public bool Final { get; init; }

    /// <summary>Where the database of a scenario is copied to at its end; null: it is thrown away. Default null.</summary>
    public Func<Scenario, string?> KeepDatabase { get; init; } = _ => null;
}

/// <summary>
/// Plays scenarios on the real operations, each in a SQLite database of its own: a copy of one that was migrated once. May play
/// several at the same time. </summary>
public sealed class ScenarioRunner : IAsyncDisposable
{
    private readonly string folder;
    private readonly Lazy<Task<string>> template;
    private int number;

    /// <param name="folder">An empty folder for databases and usage files, on fast storage; the caller removes it.</param>
    public ScenarioRunner(string folder)
    {
        this.folder = folder;
        template = new Lazy<Task<string>>(MakeTemplateAsync);
    }

    /// <summary>Plays one scenario. A fault of the program is part of the result, not thrown.</summary>
    public async Task<ScenarioResult> RunAsync(
        Scenario scenario, ScenarioSettings? settings = null, CancellationToken cancel = default)
    {
        settings ??= new ScenarioSettings();
        var own = Path.Combine(
            folder, Interlocked.Increment(ref number).ToString(System.Globalization.CultureInfo.InvariantCulture));
        Directory.CreateDirectory(own);
        var path = Path.Combine(own, "scenario.db");
        File.Copy(await template.Value, path);
        try
        {
            await using (var database = Open(path))
            {
                var result = await PlayAsync(database, scenario, own, settings, cancel);
                if (settings.KeepDatabase(scenario) is { } target)
                {
                    await KeepAsync(database, target, cancel);
                }
                return result;
            }
        }
        finally
        {
            Directory.Delete(own, recursive: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (template.IsValueCreated)
        {
            File.Delete(await template.Value);
        }
    }

    private static async Task<ScenarioResult> PlayAsync(
        Database database, Scenario scenario, string folder, ScenarioSettings settings, CancellationToken cancel)
    {
        var stage = new Stage(database, scenario, folder);
        try
        {
            return await new ScenarioPlay(stage).RunAsync(settings.Final, cancel);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return new ScenarioResult(scenario, [], [], fault.ToString(), null);
        }
    }

    /// <summary>A consistent copy, with everything in the one file.</summary>
    private static async Task KeepAsync(Database database, string target, CancellationToken cancel)
    {
        File.Delete(target);
        await using var connection = await database.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = "VACUUM INTO @target";
        command.Add("target", target);
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static Database Open(string path) => new(DatabaseSpec.Parse("sqlite:" + path).Spec!);

    private async Task<string> MakeTemplateAsync()
    {
        var path = Path.Combine(folder, "template.db");
        var epoch = Instant.FromUtc(2000, 1, 1, 0, 0);
        await using (var database = Open(path))
        {
            await Migrator.MigrateAsync(database, epoch);
            await TenantClock.EnsureTenantAsync(database, new TenantId(1), epoch);
            // The copy is of one file, so nothing may wait in the log beside it.
            await using var connection = await database.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            await command.ExecuteNonQueryAsync();
        }
        return path;
    }
}
