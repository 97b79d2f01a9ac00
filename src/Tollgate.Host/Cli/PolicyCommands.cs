using System.Collections.Immutable;
using System.CommandLine;
using Tollgate.Operations.Billing;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate policy show|set</c>.</summary>
internal static class PolicyCommands
{
    internal static Command Build(Globals globals)
    {
        var command = new Command("policy",
            "Settings where billing systems disagree: roundings, the last day, what credits mean.\n\n"
            + "Bill runs, previews and documents take what is in force on the day that they are dated.");
        command.Add(Show(globals));
        command.Add(Set(globals));
        return command;
    }

    private static Command Show(Globals globals)
    {
        var on = new Option<string?>("--on") { Description = "For bills of this date. Default: today (UTC).", HelpName = "DATE" };
        var history = new Option<bool>("--history") { Description = "Every change: who, when, why, before and after." };
        var command = new Command("show",
            "Shows each setting with its value, its default and what it may be.\n\n"
            + "Example: tollgate policy show --on 2026-12-01")
        {
            on, history,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var shown = await Policies.ShowAsync(session.Context, Arguments.Date(parsed.GetValue(on), "--on"), cancel);
            var output = globals.Output(parsed);
            if (parsed.GetValue(history))
            {
                output.Table("Changes of the billing policy",
                    ["No", "Setting", "From", "Before", "Value", "Reason", "By", "Recorded"],
                    shown.Changes.Select(change => new object?[]
                    {
                        change.No, change.Setting, BillCommands.Text(change.EffectiveFrom), change.Before, change.Value,
                        change.Reason, change.Actor, change.RecordedAt,
                    }));
            }
            else
            {
                Print(output, shown);
            }
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Set(Globals globals)
    {
        var settings = new Argument<string[]>("NAME=VALUE")
        {
            Description = "Settings and their values, as in tollgate policy show.", Arity = ArgumentArity.OneOrMore,
        };
        var from = new Option<string?>("--from")
        {
            Description = "First bill date it holds for. Default: today (UTC).", HelpName = "DATE",
        };
        var reason = Arguments.Text("--reason", "Why, for the history.");
        var basis = new Option<int?>("--base")
        {
            Description = "The version that you looked at: refused when the policy was changed since.", HelpName = "VERSION",
        };
        var command = new Command("set",
            "Changes settings from a day on. Nothing is overwritten: the history keeps who, when, why and what was before; "
            + "what is billed stays.\n\n"
            + "Example: tollgate policy set taxRounding=per-line lastDayBilled=yes --from 2026-12-01 --reason \"new contract\"")
        {
            settings, from, reason, basis,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var order = new PolicyOrder(
                Read(parsed.GetValue(settings)!), Arguments.Date(parsed.GetValue(from), "--from"), parsed.GetValue(reason)!,
                parsed.GetValue(basis));
            Print(globals.Output(parsed), (await Policies.SetAsync(session.Context, order, cancel)).OrFaults());
            return ExitCodes.Ok;
        });
        return command;
    }

    private static ImmutableDictionary<string, string> Read(string[] texts)
    {
        var settings = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            var at = text.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
            {
                throw new CommandRefusedException($"'{text}' sets nothing: write NAME=VALUE, e.g. taxRounding=per-line.",
                    ExitCodes.Usage);
            }
            if (!settings.TryAdd(text[..at], text[(at + 1)..]))
            {
                throw new CommandRefusedException($"'{text[..at]}' is given twice.", ExitCodes.Usage);
            }
        }
        return settings.ToImmutable();
    }

    private static void Print(Output output, PolicyInForce shown) => output.Table(
        FormattableString.Invariant($"Billing policy for bills of {BillCommands.Text(shown.On)}, version {shown.Version}"),
        ["Setting", "Value", "Default", "Possible", "Meaning"],
        PolicySettings.All.Select(setting => new object?[]
        {
            setting.Name, setting.Read(shown.Policy), setting.Default, setting.Values, setting.Meaning,
        }));
}
