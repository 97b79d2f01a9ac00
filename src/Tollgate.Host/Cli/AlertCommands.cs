using System.CommandLine;
using Tollgate.Operations.Alerts;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate alert list|close</c>.</summary>
internal static class AlertCommands
{
    internal static Command Build(Globals globals) => new("alert", "What the operator has to look at.")
    {
        List(globals), Close(globals),
    };

    private static Command List(Globals globals)
    {
        var kind = new Option<string?>("--kind")
        {
            Description = $"Only of this kind: {string.Join(", ", ReadAlerts.Kinds)}.", HelpName = "KIND",
        };
        kind.AcceptOnlyFromAmong([.. ReadAlerts.Kinds]);
        var since = new Option<string?>("--since")
        {
            Description = "Only what happened from then on: a time, or a date in the zone of the first seller.",
            HelpName = "TIME",
        };
        var all = new Option<bool>("--all") { Description = "Closed ones too, with when, by whom and why." };
        var after = new Option<string?>("--after") { Description = "Go on after this alert.", HelpName = "ALERT" };
        var most = new Option<int>("--limit")
        {
            Description = "At most so many.", HelpName = "N", DefaultValueFactory = _ => Paging.Default,
        };
        var command = new Command("list",
            "Lists alerts, newest first: the open ones, or all.\n\nExample: tollgate alert list --kind account-parked")
        {
            kind, since, all, after, most,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var zone = await Zones.OfAsync(session.Context, null, cancel);
            var closedToo = parsed.GetValue(all);
            var page = await ReadAlerts.ListAsync(
                session.Context, new AlertFilter(
                    parsed.GetValue(kind), Arguments.Time(parsed.GetValue(since), "--since", zone), closedToo ? null : true),
                parsed.GetValue(after) is { } last ? Read(last) : null,
                Math.Min(UsageCommands.Positive(parsed.GetValue(most), "--limit"), Paging.Most), cancel);
            var output = globals.Output(parsed);
            string[] columns = ["alert", "at", "kind", "subject", "count", "detail"];
            output.Table("Alerts", closedToo ? [.. columns, "closed", "by", "note"] : columns, page.Items.Select(alert =>
            {
                object?[] row = [alert.Id, alert.At, alert.Kind, alert.Subject, alert.Count, alert.Detail];
                return closedToo ? [.. row, alert.ClosedAt, alert.ClosedBy, alert.Note] : row;
            }));
            if (page.Next is { } next)
            {
                output.Line($"There are more. Go on with: --after {next}");
            }
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Close(Globals globals)
    {
        var which = new Argument<string>("ALERT") { Description = "E.g. alt_1042; see: tollgate alert list." };
        var note = Arguments.Text("--note", "What was done about it.");
        var command = new Command("close",
            "Closes an alert that was seen to. If its cause goes on, a new one is raised; one whose cause is gone closes by "
            + "itself.\n\nExample: tollgate alert close alt_1042 --note \"called the customer\"")
        {
            which, note,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var alert = (await CloseAlert.RunAsync(
                session.Context, Read(parsed.GetValue(which)!), parsed.GetValue(note) ?? "", cancel)).OrFaults();
            globals.Output(parsed).Record("Closed",
            [
                ("alert", alert.Id), ("kind", alert.Kind), ("subject", alert.Subject), ("closed", alert.ClosedAt),
                ("by", alert.ClosedBy.Length > 0 ? alert.ClosedBy : "nobody: its cause was gone"), ("note", alert.Note),
            ]);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static AlertId Read(string text) => Id.TryParse<AlertId>(text, out var id)
        ? id
        : throw new CommandRefusedException($"'{text}' is not an alert: write alt_1042. See: tollgate alert list --all.",
            ExitCodes.Usage);
}
