using System.CommandLine;
using NodaTime;
using NodaTime.Text;
using Tollgate.Storage;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate clock</c>: the tenant's test clock.</summary>
internal static class ClockCommand
{
    internal static Command Build(Globals globals)
    {
        var set = new Option<string?>("--set")
        {
            Description = "Stop the tenant's clock at this time (2026-11-01T06:00:00Z), or 'real' for the machine's clock.",
            HelpName = "TIME|real",
        };
        var command = new Command("clock",
            "Shows or sets the time that the tenant lives in. A test clock stands still until it is set again: walk a customer "
            + "through a year\n"
            + "by setting it month after month. Not for an operator with real customers.\n\n"
            + "Example: tollgate clock --set 2026-11-01T06:00:00Z")
        {
            set,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var context = session.Context;
            if (parsed.GetValue(set) is { } text)
            {
                await TenantClock.SetAsync(context.Database, context.Tenant, Parse(text), cancel);
            }
            var clock = await TenantClock.LoadAsync(context.Database, context.Tenant, SystemClock.Instance, cancel);
            globals.Output(parsed).Record("", [("now", clock.GetCurrentInstant()), ("test clock", clock.IsTest)]);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Instant? Parse(string text)
    {
        if (text == "real")
        {
            return null;
        }
        return InstantPattern.General.Parse(text) is { Success: true } time
            ? time.Value
            : throw new CommandRefusedException(
                $"'{text}' is not a time. Write it as 2026-11-01T06:00:00Z, or 'real'.", ExitCodes.Usage);
    }
}
