using System.CommandLine;
using NodaTime;
using Tollgate.Storage;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate migrate</c>.</summary>
internal static class MigrateCommand
{
    internal static Command Build(Globals globals)
    {
        var command = new Command("migrate",
            "Creates the schema, or brings it to this version. Safe to run again.\n\n"
                + "Example: tollgate migrate --db sqlite:my.db");
        command.SetAction(async (parsed, cancel) =>
        {
            await using var database = new Database(globals.Spec(parsed));
            var now = SystemClock.Instance.GetCurrentInstant();
            var done = await Migrator.MigrateAsync(database, now, cancel);
            await TenantClock.EnsureTenantAsync(database, new(1), now, cancel);
            globals.Output(parsed)
                .Table("Schema steps applied", ["number", "name"], done.Select(step => new object?[] { step.Number, step.Name }));
            return ExitCodes.Ok;
        });
        return command;
    }
}
