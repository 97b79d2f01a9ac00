using System.CommandLine;
using System.Text;

namespace Tollgate.Host.Cli;

/// <summary>Hidden <c>tollgate reference</c>: prints docs/reference/cli.md from the command tree, so that the page cannot be
/// wrong.</summary>
internal static class ReferenceCommand
{
    internal static Command Build(RootCommand root, Terminal terminal)
    {
        var command = new Command("reference", "Prints the reference of all commands as Markdown.") { Hidden = true };
        command.SetAction(_ =>
        {
            terminal.Out.Write(Markdown(root));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static string Markdown(RootCommand root)
    {
        var text = new StringBuilder();
        text.Append("# Commands\n\nMade by `tollgate reference`; a test holds it current.\n\n");
        text.Append("Exit codes: 0 done · 1 refused, or findings · 2 wrong command line · 3 a file, the network or the "
            + "database failed · ");
        text.Append("70 a fault of the program · 130 interrupted (the same command goes on where it stopped).\n\n");
        text.Append("Options of every command:\n\n");
        Options(text, root.Options.Where(option => option.Recursive && option.Name is not "--help" and not "--version"));
        foreach (var command in root.Subcommands.Where(command => !command.Hidden)
            .OrderBy(command => command.Name, StringComparer.Ordinal))
        {
            Describe(text, command, "tollgate " + command.Name);
        }
        return text.ToString().TrimEnd() + "\n";
    }

    private static void Describe(StringBuilder text, Command command, string path)
    {
        var arguments = string.Concat(command.Arguments.Select(argument =>
            argument.Arity.MinimumNumberOfValues > 0 ? $" {argument.Name}" : $" [{argument.Name}]"));
        var lines = (command.Description ?? "").Split('\n');
        var example = lines.Where(line => line.StartsWith("Example:", StringComparison.Ordinal))
            .Select(line => line[8..].Trim()).FirstOrDefault();
        text.Append("\n## `").Append(path).Append(arguments).Append("`\n\n");
        text.Append(string.Join('\n', lines.Where(line => !line.StartsWith("Example:", StringComparison.Ordinal))).Trim())
            .Append('\n');
        if (example is not null)
        {
            text.Append("\n```\n").Append(example).Append("\n```\n");
        }
        if (command.Arguments.Count > 0 || command.Options.Any(Own))
        {
            text.Append('\n');
            foreach (var argument in command.Arguments)
            {
                text.Append("- `").Append(argument.Name).Append("` ").Append(OneLine(argument.Description)).Append('\n');
            }
            Options(text, command.Options.Where(Own));
        }
        foreach (var child in command.Subcommands.Where(child => !child.Hidden))
        {
            Describe(text, child, $"{path} {child.Name}");
        }
    }

    private static bool Own(Option option) => !option.Hidden && option.Name is not "--help" and not "--version";

    private static void Options(StringBuilder text, IEnumerable<Option> options)
    {
        foreach (var option in options)
        {
            text.Append("- `").Append(option.Name);
            if (option.HelpName is { } value)
            {
                text.Append(' ').Append(value);
            }
            text.Append("` ").Append(OneLine(option.Description)).Append(option.Required ? " Required." : "").Append('\n');
        }
    }

    private static string OneLine(string? text) => (text ?? "").Replace('\n', ' ');
}
