using System.CommandLine;
using System.Security.Cryptography;
using Tollgate.Operations.Security;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate apikey create|list|revoke</c>.</summary>
internal static class ApiKeyCommands
{
    internal static Command Build(Globals globals) => new("apikey", "The keys to the HTTP API.")
    {
        Create(globals), List(globals), Revoke(globals),
    };

    private static Command Create(Globals globals)
    {
        var name = Arguments.Text("--name", "Who uses the key.", required: true);
        var role = Choices.Option("--role", "read: read only; write: read and write.", ApiRole.Read);
        var command = new Command(
            "create", "Creates a key and prints it once; only a hash of it is kept.\n\n"
                + "Example: tollgate apikey create --name crm --role write")
        {
            name, role,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var key = await ApiKeys.CreateAsync(
                session.Context, parsed.GetValue(name)!, Choices.Read<ApiRole>(parsed.GetValue(role)!),
                RandomNumberGenerator.GetBytes(ApiKeys.RandomBytes), cancel);
            globals.Output(parsed).Record("", [("key", key.OrRefuse()), ("header", $"Authorization: Bearer {key.Value}")]);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command List(Globals globals)
    {
        var command = new Command("list", "Lists the keys, revoked ones too.");
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var keys = await ApiKeys.ListAsync(session.Context, cancel);
            globals.Output(parsed)
                .Table("API keys", ["id", "name", "role", "created", "revoked"], keys.Select(key => new object?[]
            {
                key.Id, key.Name, key.Role == ApiRole.Write ? "write" : "read", key.CreatedAt, key.RevokedAt,
            }));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Revoke(Globals globals)
    {
        var id = new Argument<string>("id") { Description = "As listed: the part between tg_ and the second _." };
        var command = new Command("revoke", "Makes a key worthless at once.") { id };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var key = (await ApiKeys.RevokeAsync(session.Context, parsed.GetValue(id)!, cancel)).OrRefuse();
            globals.Output(parsed).Record("", [("revoked", key.Id), ("name", key.Name)]);
            return ExitCodes.Ok;
        });
        return command;
    }
}
