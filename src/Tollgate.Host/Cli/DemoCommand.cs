using System.CommandLine;
using NodaTime;
using Spectre.Console;
using Tollgate.Host.Api;
using Tollgate.Host.Demo;
using Tollgate.Storage;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate demo</c>: a complete small operator.</summary>
internal static class DemoCommand
{
    private const string Mark = ".tollgate-demo";

    private static readonly string[] OwnFolders = ["onboarding", "usage", "bills"];

    internal static Command Build(Globals globals)
    {
        var customers = new Option<int>("--customers")
        {
            Description = "How many customers.", HelpName = "N", DefaultValueFactory = _ => 2000,
        };
        var folder = new Option<string>("--out")
        {
            Description = "Folder for the files.", HelpName = "DIR", DefaultValueFactory = _ => "demo-out",
        };
        var seed = new Option<ulong>("--seed")
        {
            Description = "Same seed, same invoices.", HelpName = "N", DefaultValueFactory = _ => 1,
        };
        var noServe = new Option<bool>("--no-serve") { Description = "End after the summary, without the web page." };
        var urls = new Option<string>("--urls")
        {
            Description = "Where to serve the page.", DefaultValueFactory = _ => "http://127.0.0.1:5080",
        };
        var command = new Command("demo",
            "Makes a complete small operator: catalogue, customers, two months of bills and payments, a month of usage imported "
            + "from genuine\n"
            + "call-record formats, issued invoices as PDF. Prints a summary and serves it as a web page. The default "
            + "database is\n"
            + "sqlite:OUT/tollgate.db, made anew.\n\nExample: tollgate demo --customers 200 --no-serve")
        {
            customers, folder, seed, noServe, urls,
        };
        customers.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 100_000)
            {
                result.AddError("--customers: give 1 to 100000.");
            }
        });
        command.SetAction(async (parsed, cancel) =>
        {
            var output = globals.Output(parsed);
            var target = Path.GetFullPath(parsed.GetValue(folder)!);
            Clean(target);
            var spec = Spec(globals, parsed, target);
            await using var database = new Database(spec);
            await PrepareAsync(database, cancel);
            var options = new DemoOptions(parsed.GetValue(customers), parsed.GetValue(seed), target);
            var run = new DemoRun(database, options, new DemoStage(StepConsole(globals.Terminal)));
            await run.RunAsync(cancel);
            await DemoSummary.PrintAsync(output, run, cancel);
            if (parsed.GetValue(noServe))
            {
                return ExitCodes.Ok;
            }
            await using var session = await Session.OpenAsync(spec, "demo", cancel);
            await using var app = ApiHost.Build(
                parsed.GetValue(urls)!.Split(';'), session.Context, ConsoleHost.Part(session.Context));
            await app.StartAsync(cancel);
            output.Line($"The same summary as a web page: {string.Join(", ", app.Urls)} (Ctrl-C ends it).");
            await app.WaitForShutdownAsync(cancel);
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>Steps go to standard error: bars on a terminal, plain lines elsewhere.</summary>
    private static IAnsiConsole StepConsole(Terminal terminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(terminal.Error),
            Ansi = terminal.ErrorIsPiped ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = terminal.ErrorIsPiped ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (terminal.ErrorIsPiped)
        {
            console.Profile.Width = Output.WidthOfPipes;
        }
        return console;
    }

    private static DatabaseSpec Spec(Globals globals, ParseResult parsed, string folder)
    {
        if (parsed.GetResult(globals.Db) is { Implicit: false })
        {
            return globals.Spec(parsed);
        }
        foreach (var suffix in (string[])["", "-wal", "-shm"])
        {
            File.Delete(Path.Combine(folder, "tollgate.db" + suffix));
        }
        return DatabaseSpec.Parse("sqlite:" + Path.Combine(folder, "tollgate.db")).Spec!;
    }

    /// <summary>Removes what an earlier demo wrote, and nothing else: a folder without the demo's mark is left alone.</summary>
    private static void Clean(string folder)
    {
        var mark = Path.Combine(folder, Mark);
        var found = OwnFolders.Select(name => Path.Combine(folder, name)).Where(Directory.Exists).ToList();
        if (found.Count > 0 && !File.Exists(mark))
        {
            throw new CommandRefusedException($"{found[0]} is there and was not made by a demo. Give another folder with --out.");
        }
        found.ForEach(own => Directory.Delete(own, recursive: true));
        Directory.CreateDirectory(folder);
        File.WriteAllText(mark, "Made by 'tollgate demo', which may replace what is in this folder.\n");
    }

    private static async Task PrepareAsync(Database database, CancellationToken cancel)
    {
        var now = SystemClock.Instance.GetCurrentInstant();
        await Migrator.MigrateAsync(database, now, cancel);
        await TenantClock.EnsureTenantAsync(database, new(1), now, cancel);
        await using var connection = await database.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM seller";
        if (Convert.ToInt64(await command.ExecuteScalarAsync(cancel), System.Globalization.CultureInfo.InvariantCulture) > 0)
        {
            throw new CommandRefusedException("The database is not empty. Give an empty one with --db, or leave --db out.");
        }
    }
}
