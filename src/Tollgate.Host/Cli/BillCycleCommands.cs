using System.CommandLine;
using NodaTime;
using Tollgate.Operations;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate bill cycles</c>, <c>tollgate bill parked list|retry</c>, <c>tollgate account cycle</c>.</summary>
internal static class BillCycleCommands
{
    internal static Command Cycles(Globals globals)
    {
        var date = new Option<string>("--date") { Description = "Today, when it is another day.", HelpName = "DATE" };
        var command = new Command("cycles",
            "Bill cycles with their load: accounts and subscriptions of each, the open period, and whether the one before it is "
            + "billed.\n\nA cycle comes with its first account. Its periods close by the calendar, as the next one begins: usage "
            + "of later goes into the\nopen period, what was before is closed, and billed once every account of it has its bill. "
            + "A closed period takes late usage until its bill run; 'bill close' cuts it off before.")
        {
            date,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var today = parsed.GetValue(date) is { Length: > 0 } text
                ? BillCommands.ReadDate(text) : session.Context.Now.InUtc().Date;
            globals.Output(parsed).Table("Bill cycles",
                ["Cycle", "Accounts", "Subscriptions", "Open from", "Open to", "Before it", "Cut off", "Due", "Parked"],
                (await BillCycles.ListAsync(session.Context, today, cancel)).Select(row => new object?[]
                {
                    row.Cycle.ToString(), row.Accounts, row.Subscriptions, BillCommands.Text(row.Open.From),
                    BillCommands.Text(row.Open.To), row.State.ToString().ToLowerInvariant(),
                    row.ClosedAt is { } at ? NodaTime.Text.InstantPattern.General.Format(at) : "", row.Due, row.Parked,
                }));
            return ExitCodes.Ok;
        });
        return command;
    }

    internal static Command Close(Globals globals)
    {
        var day = new Option<int?>("--cycle-day") { Description = "Bill cycle of the accounts: 1 to 31.", HelpName = "DAY" };
        var cycle = new Option<string>("--cycle")
        {
            Description = "Another cycle, as in tollgate bill cycles.", HelpName = "CYCLE", DefaultValueFactory = _ => "",
        };
        var date = new Option<string>("--date")
        {
            Description = "The end of the period, as for bill run.", HelpName = "DATE", Required = true,
        };
        var reopen = new Option<bool>("--reopen") { Description = "Takes the closing back, as long as it is not billed." };
        var command = new Command("close",
            "Cuts a bill cycle off between the end of its period and its bill run: usage of the period that arrives from now on "
            + "is on the next bill. Without it a period takes late usage until the run drafts the account's bill.\n\n"
            + "Example: tollgate bill close --cycle-day 1 --date 2026-11-01")
        {
            day, cycle, date, reopen,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var request = Request(
                parsed.GetValue(day), parsed.GetValue(cycle)!, BillCommands.ReadDate(parsed.GetValue(date)!));
            var done = (parsed.GetValue(reopen)
                ? await CloseCycle.ReopenAsync(session.Context, request.Cycle, request.Date, cancel)
                : await CloseCycle.RunAsync(session.Context, request.Cycle, request.Date, cancel)).OrRefuse();
            globals.Output(parsed).Record(parsed.GetValue(reopen) ? "Reopened" : "Closed",
            [
                ("Cycle", done.Cycle), ("Up to", BillCommands.Text(done.To)), ("Accounts due", done.Accounts),
                ("Slots closed now", done.Closed),
            ]);
            return ExitCodes.Ok;
        });
        return command;
    }

    internal static Command Parked(Globals globals)
    {
        var command = new Command("parked", "Accounts that a run could not bill.");
        var list = new Command("list", "Which, and why.");
        list.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            globals.Output(parsed).Table("Parked accounts", ["Account", "Customer", "Run", "Reason", "Detail"],
                (await ReadDocuments.ParkedAsync(session.Context, cancel)).Select(row =>
                    new object?[] { row.Account, row.Customer, row.Run, row.Reason, row.Detail }));
            return ExitCodes.Ok;
        });
        command.Add(list);
        command.Add(Retry(globals));
        return command;
    }

    private static Command Retry(Globals globals)
    {
        var command = new Command("retry",
            "Bills the parked accounts again, in the runs that parked them, once the causes are mended.");
        command.SetAction(async (parsed, cancel) =>
        {
            var output = globals.Output(parsed);
            await using var session = await globals.OpenAsync(parsed, cancel);
            var catalogues = await CatalogueVersions.LoadAsync(session.Context, cancel);
            var results = await RetryParked.RunAsync(session.Context, catalogues, cancel);
            output.Table("Runs started again", ["Run", "Date", "Accounts", "Done", "Still parked", "Drafted now"],
                results.Select(run => new object?[]
                {
                    run.Run, BillCommands.Text(run.Date), run.Accounts, run.Done, run.Parked, run.Drafted,
                }));
            return ExitCodes.Ok;
        });
        return command;
    }

    internal static Command Move(Globals globals)
    {
        var which = new Argument<string>("account") { Description = "Id (acc_1001) or your own account number." };
        var cycle = new Argument<string>("cycle")
        {
            Description = "Day of the month, \"2 weeks from 2026-01-05\", \"year from 2026-04-01\" or \"dates 01-15 07-15\".",
        };
        var on = Arguments.Text("--on", "First day of the new cycle. Default: as the present period ends.");
        var command = new Command("cycle",
            "Moves an account to another bill cycle; the period in between is charged in parts.\n\n"
            + "Example: tollgate account cycle A-17 15")
        {
            which, cycle, on,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.AccountAsync(session.Context, parsed.GetValue(which)!, cancel);
            var written = await MoveCycle.RunAsync(
                session.Context, id, parsed.GetValue(cycle)!, Arguments.Date(parsed.GetValue(on)!, "--on"), "", cancel);
            Arguments.Done(globals.Output(parsed), written.OrFaults(), "account");
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>The cycle of <c>--cycle-day</c> or <c>--cycle</c>.</summary>
    internal static RunBillingRequest Request(int? day, string cycle, LocalDate date)
    {
        if (day is { } number)
        {
            return new RunBillingRequest(number, date);
        }
        return BillCycle.TryParse(cycle, out var read)
            ? new RunBillingRequest(read.Day, date) { Cycle = read }
            : throw new CommandRefusedException(
                "Say which cycle: --cycle-day DAY, or --cycle, e.g. \"2 weeks from 2026-01-05\".", ExitCodes.Usage);
    }
}
