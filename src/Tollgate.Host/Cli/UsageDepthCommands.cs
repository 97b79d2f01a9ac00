using System.CommandLine;
using System.Globalization;
using NodaTime;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate usage thresholds|rollup|margin</c> and <c>tollgate subscription numbers</c>.</summary>
internal static class UsageDepthCommands
{
    internal static Command Thresholds(Globals globals)
    {
        var percent = new Option<int>("--percent") { Description = "At least so much.", HelpName = "N" };
        var most = new Option<int>("--limit")
        {
            Description = "At most so many.", HelpName = "N", DefaultValueFactory = _ => 100,
        };
        var command = new Command("thresholds",
            "Lists the percentages of allowances and counters that usage has passed, latest first.\n\n"
            + "Example: tollgate usage thresholds --percent 100") { percent, most };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var passed = await ReadThresholds.RunAsync(
                session.Context, parsed.GetValue(percent), UsageCommands.Positive(parsed.GetValue(most), "--limit"), cancel);
            string[] columns = ["time", "customer", "subscription", "code", "percent"];
            globals.Output(parsed).Table("Thresholds", columns, passed.Select(one =>
                (IReadOnlyList<object?>)[one.At, one.Customer, one.Subscription, one.Code, one.Percent]));
            return ExitCodes.Ok;
        });
        return command;
    }

    internal static Command Rollup(Globals globals)
    {
        var command = new Command("rollup",
            "Takes the prices of other parties (resellers, carriers) into their totals. Repeating it changes nothing; an import "
            + "does it\nat its end.\n\nExample: tollgate usage rollup");
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var rolled = await LegRollup.RunAsync(session.Context, cancel);
            globals.Output(parsed).Record(
                "Roll-up", [("taken", rolled.Taken), ("waiting", rolled.Waiting.Sum(one => one.Events))]);
            if (!rolled.Waiting.IsEmpty)
            {
                globals.Output(parsed).Table("Waiting", ["party", "leg", "events", "why"], rolled.Waiting.Select(one =>
                    (IReadOnlyList<object?>)[one.Party, one.Code, one.Events, one.Why]));
            }
            return ExitCodes.Ok;
        });
        return command;
    }

    internal static Command Margin(Globals globals)
    {
        var from = Arguments.Text("--from", "First day, UTC (2026-10-01).", required: true);
        var to = Arguments.Text("--to", "The day after the last, UTC.", required: true);
        var command = new Command("margin",
            "What plans and zones earned and cost: retail, cost legs, other legs, and retail − cost.\n\n"
            + "Example: tollgate usage margin --from 2026-10-01 --to 2026-11-01") { from, to };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var (begin, end) = Arguments.Range(parsed.GetValue(from)!, parsed.GetValue(to)!, DateTimeZone.Utc);
            var rows = await ReadMargin.RunAsync(session.Context, begin!.Value, end!.Value, cancel);
            globals.Output(parsed).Table("Margin", ["plan", "zone", "currency", "events", "retail", "cost", "other", "margin"],
                rows.Select(row => (IReadOnlyList<object?>)
                [
                    row.Plan, row.Zone, row.Currency, row.Events, Show(row.Currency, row.Retail), Show(row.Currency, row.Cost),
                    Show(row.Currency, row.Other), Show(row.Currency, row.Retail - row.Cost),
                ]));
            return ExitCodes.Ok;
        });
        return command;
    }

    internal static Command Numbers(Globals globals)
    {
        var which = new Argument<string>("subscription") { Description = "Id (sub_1001) or your own key." };
        var list = new Argument<string>("list") { Description = "Name that the catalogue's discounts use, e.g. friends." };
        var numbers = new Argument<string[]>("number")
        {
            Description = "E.164 digits, e.g. 491701234567; none: the list ends.", Arity = ArgumentArity.ZeroOrMore,
        };
        var all = new Option<bool>("--customer") { Description = "For all subscriptions of the customer." };
        var set = new Command("set",
            "Sets a list of numbers (friends and family, a closed user group) in place of the one before, from now on.\n\n"
            + "Example: tollgate subscription numbers set sub_1004 friends 491701234567 493012345678")
        {
            which, list, numbers, all,
        };
        set.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.SubscriptionAsync(session.Context, parsed.GetValue(which)!, cancel);
            Arguments.Done(globals.Output(parsed), (await SetNumbers.RunAsync(
                session.Context, id, parsed.GetValue(list)!, parsed.GetValue(numbers) ?? [], parsed.GetValue(all), "", cancel))
                .OrFaults(), "subscription");
            return ExitCodes.Ok;
        });
        return new Command("numbers", "Lists of numbers that discounts look at.") { set };
    }

    private static string Show(string currency, long steps) =>
        Units.Get(currency).FromStorage(steps).ToString("0.00####", CultureInfo.InvariantCulture);
}
