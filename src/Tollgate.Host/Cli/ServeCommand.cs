using System.CommandLine;
using Tollgate.Host.Api;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate serve</c>.</summary>
internal static class ServeCommand
{
    internal static Command Build(Globals globals)
    {
        var urls = new Option<string>("--urls")
        {
            Description = "Where to listen.",
            DefaultValueFactory = _ => "http://127.0.0.1:5080",
        };
        var console = new Option<bool>("--console")
        {
            Description = "Also serve the operator console at /. It has no logins yet, so it answers only this machine.",
        };
        var command = new Command("serve",
            "Serves the HTTP API, and if wanted the operator console, until interrupted.\n\n"
                + "Example: tollgate serve --db sqlite:my.db --console")
        {
            urls, console,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            await using var app = ApiHost.Build(
                parsed.GetValue(urls)!.Split(';'), session.Context,
                parsed.GetValue(console) ? ConsoleHost.Part(session.Context) : null);
            await app.StartAsync(cancel);
            globals.Output(parsed).Line($"Tollgate serves at {string.Join(", ", app.Urls)} (Ctrl-C ends it).");
            await app.WaitForShutdownAsync(cancel);
            return ExitCodes.Ok;
        });
        return command;
    }
}
