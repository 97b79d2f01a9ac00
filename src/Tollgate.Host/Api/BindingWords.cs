using System.Text.RegularExpressions;

namespace Tollgate.Host.Api;

/// <summary>Puts our own words in the place of the framework's, which name types of the program.</summary>
internal static partial class BindingWords
{
    internal static string Of(string message)
    {
        if (Unfit().Match(message) is { Success: true } unfit)
        {
            var type = unfit.Groups["type"].Value;
            return $"The parameter {unfit.Groups["name"].Value} is '{unfit.Groups["value"].Value}'. "
                + (type.Contains("int", StringComparison.OrdinalIgnoreCase) || type.Contains("long", StringComparison.Ordinal)
                    ? "Write a whole number."
                    : type.Contains("bool", StringComparison.OrdinalIgnoreCase) ? "Write true or false."
                    : "It does not fit. See /openapi/v1.json.");
        }
        if (Missing().Match(message) is { Success: true } missing)
        {
            return missing.Groups["from"].Value.Contains("body", StringComparison.Ordinal)
                ? "The request has no body. Send a JSON object."
                : $"The parameter {missing.Groups["name"].Value} is missing. Add it to the query.";
        }
        return message.StartsWith("Implicit body inferred", StringComparison.Ordinal)
            ? "The request has no body. Send a JSON object."
            : message;
    }

    [GeneratedRegex("^Failed to bind parameter \"(?<type>.+) (?<name>\\w+)\" from \"(?<value>.*)\"\\.$",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Unfit();

    [GeneratedRegex("^(Required|Implicitly inferred body) parameter \"(?<type>.+) (?<name>\\w+)\" was not provided from "
        + "(?<from>.+)\\.$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Missing();
}
