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
        var command = new Command("serve",
            "Serves the web console and the HTTP API until interrupted.\n\nExample: tollgate serve --db sqlite:my.db --urls http://127.0.0.1:5080")
        {
            urls,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            await using var app = ApiHost.Build(parsed.GetValue(urls)!.Split(';'), session.Context);
            await app.StartAsync(cancel);
            globals.Output(parsed).Line($"Tollgate serves at {string.Join(", ", app.Urls)} (Ctrl-C ends it).");
            await app.WaitForShutdownAsync(cancel);
            return ExitCodes.Ok;
        });
        return command;
    }
}
