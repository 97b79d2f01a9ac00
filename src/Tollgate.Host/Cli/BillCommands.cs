using System.CommandLine;
using System.Globalization;
using NodaTime;
using NodaTime.Text;
using Tollgate.Host.Api;
using Tollgate.Operations;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Catalogs;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate bill preview|run|list|show|accept|cancel|issue|send|pdf|cycles|parked</c>.</summary>
internal static class BillCommands
{
    internal static Command Build(Globals globals)
    {
        var command = new Command("bill",
            "Bills: draft a cycle, look at the drafts, accept, issue and send them.\n\n"
            + "The way of a bill: run (drafts) > accept > issue (numbers, books) > send (PDF files).");
        command.Add(BillPreviewCommand.Build(globals));
        command.Add(Run(globals));
        command.Add(BillReadCommands.List(globals));
        command.Add(BillReadCommands.Show(globals));
        command.Add(Accept(globals));
        command.Add(Cancel(globals));
        command.Add(Issue(globals));
        command.Add(Send(globals));
        command.Add(BillReadCommands.Pdf(globals));
        command.Add(BillCycleCommands.Cycles(globals));
        command.Add(BillCycleCommands.Close(globals));
        command.Add(BillCycleCommands.Parked(globals));
        return command;
    }

    internal static Argument<string> RunArgument() => new("RUN")
    {
        Description = "The bill run, e.g. run_2001 (see: tollgate bill list), or 'last' for the newest.",
    };

    /// <summary>Reads the id of a run, or finds the newest one.</summary>
    internal static async Task<BillRunId> ReadRunAsync(OperationContext context, string text, CancellationToken cancel)
    {
        var runs = await ReadDocuments.RunsAsync(context, cancel);
        if (text != "last")
        {
            var id = ReadId<BillRunId>(text);
            return runs.Any(run => run.Run == id)
                ? id
                : throw new CommandRefusedException($"There is no bill run {id}. See: tollgate bill list [unknown-run]");
        }
        return runs.Count > 0
            ? runs.MaxBy(run => run.Run.Value)!.Run
            : throw new CommandRefusedException("There is no bill run yet. Start one: tollgate bill run --help");
    }

    /// <summary>Reads an id, or ends the command with how to write it.</summary>
    internal static T ReadId<T>(string text) where T : struct, IId<T> => Id.TryParse<T>(text, out var id)
        ? id
        : throw new CommandRefusedException($"'{text}' is no id of this kind: write {T.Prefix}_NUMBER.", ExitCodes.Usage);

    /// <summary>Reads a date, or ends the command with how to write it.</summary>
    internal static LocalDate ReadDate(string text) => ApiJson.ReadDate(text)
        ?? throw new CommandRefusedException(
            $"'{text}' is no date of the years {ApiJson.Years}: write it as 2026-11-01.", ExitCodes.Usage);

    private static Command Run(Globals globals)
    {
        var day = new Option<int?>("--cycle-day") { Description = "Bill cycle of the accounts: 1 to 31.", HelpName = "DAY" };
        var cycle = new Option<string>("--cycle")
        {
            Description = "Another cycle, as in tollgate bill cycles.", HelpName = "CYCLE", DefaultValueFactory = _ => "",
        };
        var date = new Option<string>("--date")
        {
            Description = "The boundary: periods that end on this day are billed (the day itself, or the last of a short month).",
            HelpName = "DATE",
            Required = true,
        };
        var progressive = new Option<bool>("--progressive")
        {
            Description = "Bills the usage so far of the accounts that have passed their threshold (account change "
                + "--bill-threshold), on any day; the bill of the period takes the rest.",
        };
        var command = new Command("run",
            "Drafts the bills of one cycle. Starting it again goes on where it stopped and adds nothing twice; accounts that "
            + "cannot be billed\n"
            + "are parked with a reason, and billed by the next start once the cause is mended.\n\n"
            + "Example: tollgate bill run --cycle-day 1 --date 2026-11-01")
        {
            day, cycle, date, progressive,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var output = globals.Output(parsed);
            await using var session = await globals.OpenAsync(parsed, cancel);
            var catalogues = await CatalogueVersions.LoadAsync(session.Context, cancel);
            var on = ReadDate(parsed.GetValue(date)!);
            var request = parsed.GetValue(progressive)
                ? RunBillingRequest.Progressive(on)
                : BillCycleCommands.Request(parsed.GetValue(day), parsed.GetValue(cycle)!, on);
            var result = await ProgressBar.ShowAsync(globals.Terminal, "Drafting bills", bar =>
                RunBilling.RunAsync(session.Context, catalogues, request, bar, cancel));
            var run = result.OrRefuse();
            output.Record("Bill run",
            [
                ("Run", run.Run), ("Cycle", request.IsProgressive ? "usage so far" : request.Cycle.ToString()),
                ("Date", Text(run.Date)), ("Accounts", run.Accounts),
                ("Done", run.Done), ("Parked", run.Parked), ("Drafted now", run.Drafted),
            ]);
            Warn(output, run.Warnings);
            output.Line(run.Parked > 0
                ? "Parked accounts: tollgate bill list --parked"
                : $"Next: tollgate bill list --run {run.Run}, then tollgate bill accept {run.Run}");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Accept(Globals globals)
    {
        var run = RunArgument();
        var limit = new Option<int?>("--hold-above")
        {
            Description = "Keep back the bill of an account with more held usage records than this. Default: the setting "
                + "holdAboveHeldRecords of tollgate policy.",
            HelpName = "N",
        };
        var command = new Command("accept",
            "Accepts the drafts of a run, after checking that no usage file is half imported and that charges and "
            + "totals agree. A draft\nthat would come out differently now stays a draft, with the reason; the exit code is "
            + "then 1.\n\n"
            + "Example: tollgate bill accept run_2001")
        {
            run, limit,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var output = globals.Output(parsed);
            await using var session = await globals.OpenAsync(parsed, cancel);
            var result = (await AcceptDocuments.RunAsync(
                session.Context, await CatalogueVersions.LoadAsync(session.Context, cancel),
                await ReadRunAsync(session.Context, parsed.GetValue(run)!, cancel), parsed.GetValue(limit), cancel)).OrRefuse();
            Warn(output, result.Warnings);
            foreach (var changed in result.Changed)
            {
                output.Line($"Not accepted: {changed}.");
            }
            output.Record("Accepted",
                [
                    ("Run", result.Run), ("Accepted", result.Accepted), ("Held back", result.Held),
                    ("Changed since", result.Changed.Count),
                ]);
            return result.Changed.Count == 0 ? ExitCodes.Ok : ExitCodes.Refused;
        });
        return command;
    }

    private static Command Cancel(Globals globals)
    {
        var documents = new Argument<string[]>("DOCUMENT")
        {
            Description = "Documents that are not issued, e.g. doc_2045.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command("cancel",
            "Takes drafts back: their usage is free again and their accounts are due. Issued documents are never cancelled.\n\n"
            + "Example: tollgate bill cancel doc_2045")
        {
            documents,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var ids = parsed.GetValue(documents)!.Select(ReadId<DocumentId>).ToList();
            var count = (await CancelDocuments.RunAsync(session.Context, ids, cancel)).OrRefuse();
            globals.Output(parsed).Record("Cancelled", [("Documents", count)]);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Issue(Globals globals)
    {
        var run = RunArgument();
        var date = new Option<string?>("--issue-date")
        {
            Description = "Date on the documents. Default: the run's date.", HelpName = "DATE",
        };
        var command = new Command("issue",
            "Issues the accepted documents of a run: numbers without gaps, frozen content, open items, journal entries.\n\n"
            + "Example: tollgate bill issue run_2001")
        {
            run, date,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await ReadRunAsync(session.Context, parsed.GetValue(run)!, cancel);
            LocalDate? on = parsed.GetValue(date) is { } text ? ReadDate(text) : null;
            var result = (await ProgressBar.ShowAsync(globals.Terminal, "Issuing", bar =>
                IssueDocuments.RunAsync(session.Context, id, on, bar, cancel))).OrRefuse();
            globals.Output(parsed).Record("Issued",
                [("Run", result.Run), ("Issued", result.Issued), ("First number", result.FirstNumber),
                    ("Last number", result.LastNumber)]);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Send(Globals globals)
    {
        var run = new Argument<string>("RUN")
        {
            Description = "The bill run, e.g. run_2001, 'last' for the newest, or 'single': credit notes and other documents "
                + "that no run made.",
        };
        var folder = new Option<string>("--out") { Description = "Folder for the PDF files.", HelpName = "DIR", Required = true };
        var command = new Command("send",
            "Delivers the issued documents of a run that are pending: writes each as PDF and marks it as sent.\n\n"
            + "Example: tollgate bill send run_2001 --out invoices")
        {
            run, folder,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            BillRunId? id = parsed.GetValue(run) == "single"
                ? null : await ReadRunAsync(session.Context, parsed.GetValue(run)!, cancel);
            var result = (await ProgressBar.ShowAsync(globals.Terminal, "Printing", bar =>
                SendDocuments.RunAsync(session.Context, id, parsed.GetValue(folder)!, bar, cancel))).OrRefuse();
            globals.Output(parsed).Table("Sent", ["File"], result.Paths.Select(path => new object?[] { path }));
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>What is not right though it was done; in JSON beside the output.</summary>
    internal static void Warn(Output output, IEnumerable<string> warnings)
    {
        foreach (var warning in warnings)
        {
            output.Line($"Warning: {warning}.");
        }
    }

    internal static string Text(LocalDate date) => LocalDatePattern.Iso.Format(date);

    internal static Money Minor(long minor, string currency) =>
        Money.FromMinor(minor, Units.Find(currency) ?? Units.Currency(currency, 2));
}
