using System.CommandLine;
using System.CommandLine.Parsing;

namespace Tollgate.Host.Cli;

/// <summary>Words what is wrong with a command line: values that do not fit are told with what is possible.</summary>
internal static class ParseWords
{
    /// <summary>One line for each mistake; that a command is missing is not told beside the word that is none.</summary>
    internal static IEnumerable<string> Of(ParseResult parsed)
    {
        var missing = parsed.Errors
            .Where(error => error.Message.StartsWith("Required command", StringComparison.Ordinal)).ToList();
        return parsed.Errors.Except(missing.Count < parsed.Errors.Count ? missing : []).Select(Of);
    }

    private static string Of(ParseError error)
    {
        if (error.Message.StartsWith("Required argument missing", StringComparison.Ordinal)
            && error.SymbolResult is { } empty && Missing(empty) is { } lacking)
        {
            return $"{lacking.Name} is missing: {lacking.Description}";
        }
        // A value's error is about the argument inside the option.
        var (name, type) = error.SymbolResult switch
        {
            OptionResult option => (option.Option.Name, option.Option.ValueType),
            ArgumentResult { Parent: OptionResult option } => (option.Option.Name, option.Option.ValueType),
            ArgumentResult argument => (argument.Argument.Name, argument.Argument.ValueType),
            _ => ("", typeof(string)),
        };
        if (!error.Message.Contains("expected type", StringComparison.Ordinal))
        {
            return name.Length == 0 || error.Message.Contains(name, StringComparison.Ordinal)
                ? error.Message : $"{name}: {error.Message}";
        }
        var given = string.Join(' ', error.SymbolResult!.Tokens.Select(token => token.Value));
        type = Nullable.GetUnderlyingType(type) ?? type;
        return $"{name} '{given}' {Wrong(type)}";
    }

    /// <summary>The argument that nothing was given for.</summary>
    private static Argument? Missing(SymbolResult result) => result switch
    {
        ArgumentResult { Parent: CommandResult } one => one.Argument,
        CommandResult command => command.Command.Arguments.FirstOrDefault(argument =>
            argument.Arity.MinimumNumberOfValues > 0 && command.GetResult(argument) is not { Tokens.Count: > 0 }),
        _ => null,
    };

    private static string Wrong(Type type) =>
        type.IsEnum ? $"is not known. Use one of: {string.Join(", ", Enum.GetNames(type))}."
        : type == typeof(int) || type == typeof(long) ? "is not a whole number, or too large."
        : type == typeof(decimal) ? "is not a number. Write it with a point, e.g. 12.5."
        : type == typeof(bool) ? "is neither true nor false."
        : "cannot be read.";
}
