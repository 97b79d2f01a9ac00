using System.CommandLine;

namespace Tollgate.Host.Cli;

/// <summary>Options whose values are the members of an enum, written in lower case: <c>sip-uri</c>.</summary>
internal static class Choices
{
    /// <summary>An option that takes the words of <typeparamref name="T"/>, in any case, with or without dashes.</summary>
    internal static Option<string> Option<T>(string name, string description, T preset) where T : struct, Enum
    {
        var words = Enum.GetValues<T>().Select(value => Word(value)).ToArray();
        var option = new Option<string>(name)
        {
            Description = description,
            HelpName = string.Join('|', words),
            DefaultValueFactory = _ => Word(preset),
        };
        option.CompletionSources.Add(words);
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } given && !Enum.GetValues<T>().Any(value => Is(value, given)))
            {
                result.AddError($"{name} '{given}' is not known. Use one of: {string.Join(", ", words)}.");
            }
        });
        return option;
    }

    /// <summary>The member of a word that the option has let through.</summary>
    internal static T Read<T>(string word) where T : struct, Enum => Enum.GetValues<T>().First(value => Is(value, word));

    /// <summary>A member as people write it.</summary>
    internal static string Word(Enum value) => string.Concat(value.ToString().Select((letter, i) =>
        (i > 0 && char.IsAsciiLetterUpper(letter) ? "-" : "") + char.ToLowerInvariant(letter)));

    private static bool Is(Enum value, string word) => string.Equals(
        value.ToString(), word.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
}
