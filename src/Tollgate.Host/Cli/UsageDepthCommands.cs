using System.CommandLine;
using System.Globalization;
using NodaTime;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate usage thresholds|rollup|margin|report</c> and <c>tollgate subscription numbers</c>.</summary>
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
        var from = Arguments.Text("--from", "First day (2026-10-01), in the zone of the first seller, or a time with its offset.",
            required: true);
        var to = Arguments.Text("--to", "The day after the last.", required: true);
        var command = new Command("margin",
            "What plans and zones earned and cost: retail, cost legs, other legs, and retail − cost, with a sum for each\n"
            + "currency. Retail is without tax; \"priced\" is what the plan's prices came to, with tax where they contain it\n"
            + "(taken out by each account's taxes on the last day of the time).\n"
            + "Where no leg says what usage costs, the margin is not known; the sum's margin leaves such usage out.\n\n"
            + "Example: tollgate usage margin --from 2026-10-01 --to 2026-11-01") { from, to };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var (begin, end) = Arguments.Range(
                parsed.GetValue(from)!, parsed.GetValue(to)!, await Zones.OfAsync(session.Context, null, cancel));
            PrintMargin(globals.Output(parsed), await ReadMargin.RunAsync(session.Context, begin!.Value, end!.Value, cancel));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void PrintMargin(Output output, List<MarginRow> rows)
    {
        var unknown = output.IsJson ? null : "no cost deck";
        var lines = rows.ConvertAll(row => (IReadOnlyList<object?>)
        [
            row.Plan, row.Zone, row.Currency, row.Events, Show(row.Currency, row.Priced),
            Show(row.Currency, row.Retail),
            row.Costed > 0 ? Show(row.Currency, row.Cost) : unknown, Show(row.Currency, row.Other),
            row.Costed > 0 ? Show(row.Currency, row.Retail - row.Cost) : unknown,
            row.Costed > 0 && row.Retail != 0 ? Percent(row.Retail - row.Cost, row.Retail) : "",
        ]);
        foreach (var sum in rows.GroupBy(row => row.Currency, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var (known, earned) = (sum.Where(row => row.Costed > 0).ToList(), sum.Sum(row => row.Retail));
            var (retail, cost) = (known.Sum(row => row.Retail), known.Sum(row => row.Cost));
            lines.Add([
                "sum", "", sum.Key, sum.Sum(row => row.Events),
                Show(sum.Key, sum.Sum(row => row.Priced)), Show(sum.Key, earned),
                known.Count > 0 ? Show(sum.Key, cost) : unknown, Show(sum.Key, sum.Sum(row => row.Other)),
                known.Count > 0 ? Show(sum.Key, retail - cost) : unknown,
                known.Count > 0 && retail != 0 ? Percent(retail - cost, retail) : "",
            ]);
        }
        output.Table("Margin",
            ["plan", "zone", "currency", "events", "priced", "retail", "cost", "other", "margin", "percent"], lines);
        foreach (var sum in rows.Where(row => row.Costed == 0).GroupBy(row => row.Currency, StringComparer.Ordinal))
        {
            output.Line($"No leg says what {Show(sum.Key, sum.Sum(row => row.Retail))} {sum.Key} of it cost: give it a leg of "
                + "kind interconnect or roaming, by trunk or by offer, whose plan has the cost deck.");
        }
    }

    private static string Percent(long part, long whole) =>
        (100m * part / whole).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    internal static Command Report(Globals globals)
    {
        var by = new Option<UsageSplit>("--by")
        {
            Description = "plan, tariff (plan, zone and time band), service or offer (of the time of use).", HelpName = "WHAT",
            DefaultValueFactory = _ => UsageSplit.Plan,
        };
        var account = new Option<string?>("--account")
        {
            Description = "Only of this account: id or your own number.", HelpName = "ID",
        };
        var from = Arguments.Text("--from", "First day or time, in the account's or the seller's zone.", required: true);
        var to = Arguments.Text("--to", "The day after the last, or a time.", required: true);
        var command = new Command("report",
            "What was used and what it costs, split by plan, type of tariff, service or offer, with a sum for each currency;\n"
            + "as it is charged now. Amounts are as priced, net ones without tax (by each account's taxes on the last day).\n"
            + "With --format json, charged and from allowances are milliseconds, octets or events.\n\n"
            + "Example: tollgate usage report --by tariff --from 2026-10-01 --to 2026-11-01") { by, account, from, to };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            AccountId? whose = parsed.GetValue(account) is { } owner
                ? await Arguments.AccountAsync(session.Context, owner, cancel) : null;
            var zone = await Zones.OfAsync(session.Context, whose, cancel);
            var (begin, end) = Arguments.Range(parsed.GetValue(from), parsed.GetValue(to), zone);
            var lines = (await ReadUsageReport.RunAsync(
                session.Context, parsed.GetValue(by), begin!.Value, end!.Value, whose, cancel)).OrRefuse();
            PrintReport(globals.Output(parsed), lines);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void PrintReport(Output output, IReadOnlyList<UsageReportLine> lines)
    {
        object Quantity(long charged, string counts) => output.IsJson ? charged : Counted.Quantity(charged, counts);
        var rows = lines.Select(line => (IReadOnlyList<object?>)
        [
            line.Name, line.Counts, line.Events, Quantity(line.Charged, line.Counts),
            Quantity(line.FromAllowances, line.Counts), line.Amount, line.Net, line.FromMoney,
        ]).ToList();
        if (!output.IsJson)
        {
            rows.AddRange(lines.GroupBy(line => line.Amount.Currency).Select(sum => (IReadOnlyList<object?>)
            [
                "sum", "", sum.Sum(line => line.Events), Total(sum, line => line.Charged),
                Total(sum, line => line.FromAllowances), new Money(sum.Sum(line => line.Amount.Amount), sum.Key),
                new Money(sum.Sum(line => line.Net.Amount), sum.Key), new Money(sum.Sum(line => line.FromMoney.Amount), sum.Key),
            ]));
        }
        output.Table("Usage", ["name", "counts", "events", "charged", "from allowances", "amount", "net", "from money"], rows);

        // Minutes and megabytes have no sum.
        static string Total(IEnumerable<UsageReportLine> lines, Func<UsageReportLine, long> of) =>
            lines.Select(line => line.Counts).Distinct(StringComparer.Ordinal).ToList() is [var counts]
                ? Counted.Quantity(lines.Sum(of), counts) : "";
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
