using System.Globalization;
using Tollgate.Storage;

namespace Tollgate.Operations.Scenarios;

/// <summary>How scenarios are played.</summary>
public sealed record ScenarioSettings
{
    /// <summary>Also read how everything stands at the end. Default false.</summary>
    public bool Final { get; init; }

    /// <summary>Under which name the database of a scenario is kept: a path (SQLite) or the name of a database (PostgreSQL);
    /// null: it is thrown away. Default null.</summary>
    public Func<Scenario, string?> KeepDatabase { get; init; } = _ => null;
}

/// <summary>
/// Plays scenarios on the real operations, each in a database of its own. May play several at the same time.
/// </summary>
/// <param name="databases">Where they play.</param>
/// <param name="folder">An empty folder for usage files; the caller removes it.</param>
public sealed class ScenarioRunner(ScenarioDatabases databases, string folder)
{
    private int number;

    /// <summary>Plays one scenario. A fault of the program is part of the result, not thrown.</summary>
    public async Task<ScenarioResult> RunAsync(
        Scenario scenario, ScenarioSettings? settings = null, CancellationToken cancel = default)
    {
        settings ??= new ScenarioSettings();
        var own = Path.Combine(folder, Interlocked.Increment(ref number).ToString(CultureInfo.InvariantCulture));
        Directory.CreateDirectory(own);
        var database = await databases.MakeAsync(cancel);
        string? keepAs = null;
        try
        {
            var result = await PlayAsync(database, scenario, own, settings, cancel);
            keepAs = settings.KeepDatabase(scenario);
            return result;
        }
        finally
        {
            Directory.Delete(own, recursive: true);
            await databases.EndAsync(database, keepAs, cancel);
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
}
