using System.CommandLine;
using System.Globalization;
using Tollgate.Operations;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Storage.Charging;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate usage import|status|list|held|replay|source</c>.</summary>
internal static class UsageCommands
{
    internal static Command Build(Globals globals)
    {
        var command = new Command("usage", "Usage files: import them, see how they went, and charge what had to wait.");
        command.Add(Import(globals));
        command.Add(Status(globals));
        command.Add(ExplainCommands.BuildList(globals));
        command.Add(UsageHeldCommands.Build(globals));
        command.Add(Replay(globals));
        command.Add(UsageDepthCommands.Thresholds(globals));
        command.Add(UsageDepthCommands.Rollup(globals));
        command.Add(UsageDepthCommands.Margin(globals));
        command.Add(UsageDepthCommands.Report(globals));
        command.Add(UsageSourceCommands.Build(globals));
        command.Add(LayoutCommands.Build(globals));
        return command;
    }

    private static Command Import(Globals globals)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Usage files, plain or gzip; imported in this order.",
            Arity = ArgumentArity.OneOrMore,
        };
        var source = new Option<string>("--source")
        {
            Description = "Code of the usage source that they are from.",
            HelpName = "CODE",
            Required = true,
        };
        var batch = new Option<int>("--batch")
        {
            Description = "Records per transaction.",
            HelpName = "N",
            DefaultValueFactory = _ => new ImportSettings().BatchRecords,
        };
        var command = new Command("import",
            "Imports usage files: decodes, rates and saves every record exactly once. An interrupted import goes on where it\n"
            + "stopped when the same command runs again; a file or record that was imported before charges nothing. "
            + "Records that\n"
            + "cannot be charged are held with a reason: see 'tollgate usage held'. When records are held and none is charged,\n"
            + "the exit code is 1.\n\n"
            + "Example: tollgate usage import Master.csv --source pbx-berlin")
        {
            files, source, batch,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var code = parsed.GetValue(source)!;
            var settings = new ImportSettings { BatchRecords = Positive(parsed.GetValue(batch), "--batch") };
            var configured = await SourceStore.FindAsync(session.Database, session.Context.Tenant, code, cancel)
                ?? throw new CommandRefusedException($"There is no usage source '{code}'. See: tollgate usage source list");
            var timeline = await CatalogueVersions.LoadAsync(session.Context, cancel);
            await using var import = new UsageImport(session.Context, timeline, settings);
            var done = new List<UsageFile>();
            var cut = new List<string>();
            foreach (var path in parsed.GetValue(files)!)
            {
                var outcome = await import.RunAsync(configured, path, null, cancel);
                if (outcome.Refusal is { } refusal)
                {
                    cut.Add($"{refusal.Message} [{refusal.Code}]");
                    continue;
                }
                done.Add(outcome.Value!.File);
            }
            if (done.Count > 0 || globals.Output(parsed).IsJson)
            {
                Print(globals.Output(parsed), done);
            }
            var held = done.Sum(file => file.Held);
            if (held > 0 && done.TrueForAll(file => file.Rated == 0))
            {
                cut.Add($"Nothing was charged: {Counted.Of(held, "record")} held. See why: tollgate usage held");
            }
            if (cut.Count > 0)
            {
                throw new CommandRefusedException(string.Join("\ntollgate: ", cut));
            }
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Status(Globals globals)
    {
        var command = new Command("status",
            "Lists the files with their counters: read = rated + held + duplicate + ignored + dropped.\n\nExample: tollgate "
            + "usage status "
                + "--format json");
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            Print(globals.Output(parsed), await UsageFileStore.ListAsync(session.Database, session.Context.Tenant, cancel));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Replay(Globals globals)
    {
        var filter = new HeldFilterOptions();
        var command = new Command("replay",
            "Charges held records whose cause was mended; those that still cannot be charged stay held.\n\n"
            + "Example: tollgate usage replay --reason UnknownSubscriber");
        filter.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var timeline = await CatalogueVersions.LoadAsync(session.Context, cancel);
            var which = await filter.ReadAsync(parsed, session, cancel);
            var result = await UsageReplay.RunAsync(session.Context, timeline, which, cancel);
            globals.Output(parsed).Record("Replay",
            [
                ("tried", result.Tried), ("charged", result.Charged), ("duplicates", result.Duplicates), ("held", result.Held),
            ]);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Print(Output output, IEnumerable<UsageFile> files) => output.Table(
        "Usage files",
        [
            "file", "source", "name", "phase", "position", "size", "read", "rated", "held", "duplicate", "ignored", "dropped",
        ],
        files.Select(file => new object?[]
        {
            file.Id, file.Source, file.Name, file.Phase, file.Position, file.Size, file.Read, file.Rated, file.Held,
                file.Duplicates,
            file.Ignored, file.Dropped,
        }));

    internal static int Positive(int value, string option) =>
        value > 0 ? value : throw new CommandRefusedException($"{option} must be 1 or more.", ExitCodes.Usage);
}
