using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Tollgate.Operations.Scenarios;
using Tollgate.Primitives;
using Tollgate.Storage;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate scenario run|check</c>.</summary>
internal static class ScenarioCommands
{
    private const int Parallel = 2;

    internal static Command Build(Globals globals) => new("scenario",
        "Scenarios: stories in time with what is expected of them, played on the real operations in a throw-away database.\n\n"
        + "The format: docs/reference/scenarios.md. A gallery: the folder scenarios/.")
    {
        Run(globals), Check(globals),
    };

    private static Command Run(Globals globals)
    {
        var paths = Paths();
        var keep = new Option<string?>("--keep-db")
        {
            Description = "Keep the database of the story, to look into it: a new file, or with --db postgres:… a new database "
                + "of this name. Of several stories: a folder, or what the names begin with.",
            HelpName = "PATH",
        };
        var repeat = new Option<int>("--repeat")
        {
            Description = "Play every story this many times and say how long it took.", HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        var details = new Option<bool>("--details") { Description = "Tell every story whole. One alone is told whole anyway." };
        var command = new Command("run",
            "Plays stories and compares what happened with what they expect. Exit code 1 when something differs or a file has\n"
            + "errors, all of which are listed. Each plays in a throw-away SQLite database, or with --db postgres:… in a\n"
            + "throw-away database on that server, whose role must be allowed to create databases. TOLLGATE_DB is not used.\n\n"
            + "Examples: tollgate scenario run scenarios/proration/entry.yaml\n"
            + "          tollgate scenario run scenarios --format json\n"
            + "          tollgate scenario run scenarios --db \"postgres:Host=localhost;Username=me;Database=postgres\"")
        {
            paths, keep, repeat, details,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var output = globals.Output(parsed);
            var (scenarios, findings) = Read(parsed.GetValue(paths)!);
            var server = Server(globals, parsed);
            var settings = new ScenarioSettings
            {
                Final = output.IsJson, KeepDatabase = Keep(parsed.GetValue(keep), scenarios.Count, server is not null),
            };
            var clock = Stopwatch.StartNew();
            var results = await PlayAsync(server, scenarios, Math.Max(1, parsed.GetValue(repeat)), settings, cancel);
            ScenarioOutput.Print(
                output, results, findings, parsed.GetValue(details) || (results.Count == 1 && findings.Count == 0));
            if (parsed.GetValue(repeat) > 1)
            {
                output.Line(string.Create(CultureInfo.InvariantCulture,
                    $"Played {results.Count * parsed.GetValue(repeat)} times in "
                    + $"{(decimal)clock.ElapsedMilliseconds / 1000:0.0} s."));
            }
            return findings.Count == 0 && results.TrueForAll(result => result.Passed) ? ExitCodes.Ok : ExitCodes.Refused;
        });
        return command;
    }

    private static Command Check(Globals globals)
    {
        var paths = Paths();
        var command = new Command("check",
            "Reads stories without playing them and lists everything that is wrong, with file, line and cure.\n\n"
            + "Example: tollgate scenario check scenarios")
        {
            paths,
        };
        command.SetAction(parsed =>
        {
            var output = globals.Output(parsed);
            var (scenarios, findings) = Read(parsed.GetValue(paths)!);
            ScenarioOutput.Print(output, findings);
            output.Line(string.Create(CultureInfo.InvariantCulture,
                $"{Counted.Of(scenarios.Count, "scenario")} can be read, "
                + $"{Counted.Of(scenarios.Sum(scenario => scenario.Length), "step")}; "
                + $"{Counted.Of(findings.Count, "error")}."));
            return findings.Count == 0 ? ExitCodes.Ok : ExitCodes.Refused;
        });
        return command;
    }

    private static Argument<string[]> Paths() => new("FILE")
    {
        Description = "Scenario files, folders with such files, or patterns with *.", Arity = ArgumentArity.OneOrMore,
    };

    private static (List<Scenario> Scenarios, List<Finding> Findings) Read(IEnumerable<string> paths)
    {
        var scenarios = new List<Scenario>();
        var findings = new List<Finding>();
        foreach (var file in ScenarioFolder.Files(paths))
        {
            var read = ScenarioReader.Read(file);
            findings.AddRange(read.Findings);
            if (read.Value is { } scenario)
            {
                scenarios.Add(scenario);
            }
        }
        return (scenarios, findings);
    }

    /// <summary>The server that the command line names, or null: stories play in SQLite.</summary>
    private static DatabaseSpec? Server(Globals globals, ParseResult parsed)
    {
        if (parsed.GetResult(globals.Db) is not { Implicit: false })
        {
            return null;
        }
        return globals.Spec(parsed) is { Kind: DatabaseKind.Postgres } server ? server : throw new CommandRefusedException(
            "A story never plays in a database that is there. Leave --db out and keep what it leaves: --keep-db PATH.",
            ExitCodes.Usage);
    }

    private static Func<Scenario, string?> Keep(string? path, int count, bool onServer)
    {
        if (path is null)
        {
            return _ => null;
        }
        if (count < 2)
        {
            return !onServer && File.Exists(path) ? throw new CommandRefusedException(
                $"'{path}' is there already. Remove it, or keep the database under another name.") : _ => path;
        }
        if (onServer)
        {
            return scenario => $"{path}-{Flat(scenario)}";
        }
        Directory.CreateDirectory(path);
        return scenario => Path.Combine(path, Flat(scenario) + ".db");
    }

    private static string Flat(Scenario scenario) =>
        Path.ChangeExtension(scenario.File, null).Replace('/', '-').TrimStart('.', '-');

    private static async Task<List<ScenarioResult>> PlayAsync(
        DatabaseSpec? server, List<Scenario> scenarios, int repeat, ScenarioSettings settings, CancellationToken cancel)
    {
        var results = new ScenarioResult?[scenarios.Count];
        var folder = ScenarioFolder.New();
        try
        {
            await using var databases = server is null ? ScenarioDatabases.InFolder(folder)
                : ScenarioDatabases.OnServer(
                    server, "tollgate_scenario_" + RandomNumberGenerator.GetHexString(8, lowercase: true));
            var runner = new ScenarioRunner(databases, folder);
            await System.Threading.Tasks.Parallel.ForEachAsync(
                Enumerable.Range(0, scenarios.Count * repeat),
                new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancel },
                async (i, stop) =>
                {
                    var at = i % scenarios.Count;
                    var result = await runner.RunAsync(scenarios[at], settings, stop);
                    // Of repeated plays the worst is told.
                    if (results[at] is null or { Passed: true })
                    {
                        results[at] = result;
                    }
                });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        return [.. results.OfType<ScenarioResult>()];
    }
}
