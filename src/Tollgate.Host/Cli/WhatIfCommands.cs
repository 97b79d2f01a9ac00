using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Host.Api;
using Tollgate.Operations;
using Tollgate.Operations.Catalogs;
using Tollgate.Primitives;
using Tollgate.Rating;
using Tollgate.Storage.Replay;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate what-if run|resume|list|show|cancel</c>: stored usage and fees against a catalogue that is not in
/// force.</summary>
internal static class WhatIfCommands
{
    internal static Command Build(Globals globals) => new("what-if",
        "Prices the stored usage and the fixed fees of a time by a candidate catalogue and compares with what was charged: in\n"
        + "total, by plan, by service, who wins and who loses, and the 20 largest increases. No charge, bill or pocket changes.")
    {
        Run(globals), Resume(globals), List(globals), Show(globals), Cancel(globals),
    };

    private static Command Run(Globals globals)
    {
        var catalog = new Option<string>("--catalog")
        {
            Description = "The candidate: a folder, a version number, or newest.", HelpName = "DIR|N", Required = true,
        };
        var from = Time("--from", "First event time: 2026-10-01 or a time with its offset.");
        var to = Time("--to", "Event times end before it.");
        var key = new Option<string>("--key")
        {
            Description = "Your own key: the same key is the same run. Default: an interrupted run over the same goes on.",
            HelpName = "KEY", DefaultValueFactory = _ => "",
        };
        var workers = Workers();
        var command = new Command("run",
            "Computes a what-if. What is computed is kept, so it can be stopped or killed at any time: the same command again,\n"
            + "or 'what-if resume', goes on where it stood. Begin on the first day of bill periods, so that allowances and fees\n"
            + "are whole.\n\n"
            + "Example: tollgate what-if run --catalog new-prices --from 2026-08-01 --to 2026-11-01")
        {
            catalog, from, to, key, workers,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var name = parsed.GetValue(catalog)!;
            var files = (await CatalogueChoice.FilesAsync(session.Context, name, cancel)).OrRefuse();
            var zone = CatalogCommands.Sound(CatalogueReader.Read(files), globals.Terminal).TimeZone;
            var (begin, end) = Arguments.Range(parsed.GetValue(from)!, parsed.GetValue(to)!, zone);
            var request = new WhatIfRequest(files, name, begin!.Value, end!.Value, parsed.GetValue(key)!);
            var run = (await WhatIf.BeginAsync(session.Context, request, cancel)).OrRefuse();
            return await ComputeAsync(globals.Output(parsed), session.Context, run.Id, parsed.GetValue(workers), cancel);
        });
        return command;
    }

    private static Command Resume(Globals globals)
    {
        var run = Id();
        var workers = Workers();
        var command = new Command("resume",
            "Goes on with a what-if that was stopped, with the candidate as it was.\n\nExample: tollgate what-if resume wif_1042")
        {
            run, workers,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            return await ComputeAsync(
                globals.Output(parsed), session.Context, IdOf(parsed.GetValue(run)!), parsed.GetValue(workers), cancel);
        });
        return command;
    }

    private static Command List(Globals globals)
    {
        var command = new Command("list", "Lists the what-ifs, newest first.\n\nExample: tollgate what-if list");
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            globals.Output(parsed).Table("What-ifs", ["run", "phase", "candidate", "from", "to", "customers", "done", "by", "at"],
                (await WhatIf.ListAsync(session.Context, cancel: cancel)).Select(run => new object?[]
                {
                    run.Id, run.Phase, run.Candidate, run.From, run.To, run.Customers, run.Done, run.CreatedBy, run.CreatedAt,
                }));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Show(Globals globals)
    {
        var run = Id();
        var command = new Command("show",
            "Shows what a what-if comes to; of one that is not finished, what it comes to so far.\n\n"
            + "Example: tollgate what-if show wif_1042")
        {
            run,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            return Print(
                globals.Output(parsed),
                (await WhatIf.ShowAsync(session.Context, IdOf(parsed.GetValue(run)!), cancel)).OrRefuse());
        });
        return command;
    }

    private static Command Cancel(Globals globals)
    {
        var run = Id();
        var command = new Command("cancel",
            "Ends a what-if before it is computed; what is computed can still be shown.\n\n"
            + "Example: tollgate what-if cancel wif_1042")
        {
            run,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            return Print(
                globals.Output(parsed),
                (await WhatIf.CancelAsync(session.Context, IdOf(parsed.GetValue(run)!), cancel)).OrRefuse());
        });
        return command;
    }

    private static async Task<int> ComputeAsync(
        Output output, OperationContext context, WhatIfRunId run, int workers, CancellationToken cancel)
    {
        if ((await WhatIf.ShowAsync(context, run, cancel)).OrRefuse().Phase == WhatIfRun.Computing)
        {
            output.Line($"{run}: if it is stopped, tollgate what-if resume {run} goes on.");
        }
        return Print(output, (await ProgressBar.ShowAsync(output.Terminal, "what if",
            progress => WhatIf.ComputeAsync(context, run, workers, progress, cancel))).OrRefuse());
    }

    private static int Print(Output output, WhatIfView view)
    {
        if (output.IsJson)
        {
            output.Json(JsonSerializer.SerializeToNode(view, ApiJson.Options)!);
            return ExitCodes.Ok;
        }
        output.Record($"What-if {view.Id}",
        [
            ("phase", view.Phase), ("candidate", view.Candidate), ("from", view.From), ("to", view.To),
            ("customers", string.Create(CultureInfo.InvariantCulture, $"{view.Done} of {view.Customers} computed")),
        ]);
        var report = view.Report!;
        Rows(output, "In total", "", report.Totals);
        Rows(output, "By plan", "offer", report.Plans);
        Rows(output, "By service", "service", report.Services);
        if (report.Shocks.Length > 0)
        {
            output.Table("Largest increases", ["customer", "number", "old", "new", "difference"],
                report.Shocks.Select(shock => new object?[]
                {
                    shock.Customer, shock.ExternalKey, shock.Old, shock.New, shock.Difference,
                }));
        }
        foreach (var (reason, count) in report.Refusals)
        {
            output.Line(string.Create(
                CultureInfo.InvariantCulture, $"Without a price in the candidate, {count} times: {reason}"));
        }
        output.Line(string.Create(CultureInfo.InvariantCulture,
            $"{report.Charges} charges and the fees of {report.Customers} customers. No charge, bill or pocket was changed."));
        return ExitCodes.Ok;
    }

    private static void Rows(Output output, string title, string group, IEnumerable<WhatIfRow> rows) => output.Table(
        title,
        [
            group, "charges", "no price", "old", "new", "of it fees, old", "of it fees, new", "difference", "winners", "losers",
            "same",
        ],
        rows.Select(row => new object?[]
        {
            row.Group, row.Charges, row.Unpriced, row.Old, row.New, row.OldFees, row.NewFees, row.Difference, row.Winners,
            row.Losers, row.Same,
        }));

    private static WhatIfRunId IdOf(string text) => Primitives.Id.TryParse<WhatIfRunId>(text, out var id)
        ? id
        : throw new CommandRefusedException($"RUN '{text}' is not an id. Write it as wif_1042.", ExitCodes.Usage);

    private static Argument<string> Id() => new("RUN") { Description = "Id of a what-if, e.g. wif_1042." };

    private static Option<int> Workers()
    {
        var workers = new Option<int>("--workers")
        {
            Description = "Customers computed at the same time. Default: one for each processor.", HelpName = "N",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        workers.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--workers must be at least 1.");
            }
        });
        return workers;
    }

    private static Option<string> Time(string name, string description) =>
        new(name) { Description = description, HelpName = "TIME", Required = true };
}
