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
            Description = "Where to listen: http://HOST:PORT, several separated by semicolons.",
            HelpName = "URL",
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
            var addresses = parsed.GetValue(urls)!.Split(';',
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (addresses.Length == 0 || Array.Find(addresses, address => !IsAddress(address)) is not null)
            {
                throw new CommandRefusedException(
                    $"--urls '{parsed.GetValue(urls)}' is no place to listen. Write http://127.0.0.1:5080, or http://*:5080 for "
                    + "every network of this machine; several are separated by semicolons.", ExitCodes.Usage);
            }
            await using var session = await globals.OpenAsync(parsed, cancel);
            await using var app = ApiHost.Build(
                addresses, session.Context,
                parsed.GetValue(console) ? ConsoleHost.Part(session.Context) : null);
            await app.StartAsync(cancel);
            globals.Output(parsed).Line($"Tollgate serves at {string.Join(", ", app.Urls)} (Ctrl-C ends it).");
            await app.WaitForShutdownAsync(cancel);
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>True for http:// or https:// with a host, *, or +, perhaps a port, and no path.</summary>
    private static bool IsAddress(string text)
    {
        var any = text.Replace("://*", "://any", StringComparison.Ordinal).Replace("://+", "://any", StringComparison.Ordinal);
        return Uri.TryCreate(any, UriKind.Absolute, out var url) && (url.Scheme is "http" or "https") && url.PathAndQuery == "/"
            && url.UserInfo.Length == 0;
    }
}
