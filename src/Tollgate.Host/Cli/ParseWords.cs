using System.CommandLine.Parsing;

namespace Tollgate.Host.Cli;

/// <summary>Words what is wrong with a command line: values that do not fit are told with what is possible.</summary>
internal static class ParseWords
{
    internal static string Of(ParseError error)
    {
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
            return error.Message;
        }
        var given = string.Join(' ', error.SymbolResult!.Tokens.Select(token => token.Value));
        type = Nullable.GetUnderlyingType(type) ?? type;
        return $"{name} '{given}' {Wrong(type)}";
    }

    private static string Wrong(Type type) =>
        type.IsEnum ? $"is not known. Use one of: {string.Join(", ", Enum.GetNames(type))}."
        : type == typeof(int) || type == typeof(long) ? "is not a whole number, or too large."
        : type == typeof(decimal) ? "is not a number. Write it with a point, e.g. 12.5."
        : type == typeof(bool) ? "is neither true nor false."
        : "cannot be read.";
}
