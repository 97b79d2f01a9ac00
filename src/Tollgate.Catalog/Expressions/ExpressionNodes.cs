using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Tollgate.Primitives;

namespace Tollgate.Catalog;

/// <summary>What a part of an expression gives.</summary>
internal enum ExpressionType
{
    Number,
    Text,
    Truth,
}

/// <summary>A part of an expression. Each kind answers the questions of its type; text can be asked for its number.</summary>
internal abstract class ExpressionNode
{
    internal abstract ExpressionType Type { get; }

    internal virtual bool TryNumber(ExpressionFacts facts, out decimal value) =>
        throw new InvalidOperationException("Not a number.");

    internal virtual string? Text(ExpressionFacts facts) => throw new InvalidOperationException("Not a text.");

    internal virtual bool Holds(ExpressionFacts facts) => throw new InvalidOperationException("Not a condition.");
}

internal sealed class NumberNode(decimal number) : ExpressionNode
{
    internal override ExpressionType Type => ExpressionType.Number;

    internal override bool TryNumber(ExpressionFacts facts, out decimal value)
    {
        value = number;
        return true;
    }
}

internal sealed class TextNode(string text) : ExpressionNode
{
    internal string Constant => text;

    internal override ExpressionType Type => ExpressionType.Text;

    internal override string? Text(ExpressionFacts facts) => text;

    internal override bool TryNumber(ExpressionFacts facts, out decimal value) => AttributeNode.TryRead(text, out value);
}

internal sealed class FactNode(Fact fact) : ExpressionNode
{
    internal override ExpressionType Type => ExpressionFacts.IsNumber(fact) ? ExpressionType.Number : ExpressionType.Text;

    internal override bool TryNumber(ExpressionFacts facts, out decimal value)
    {
        if (!ExpressionFacts.IsNumber(fact))
        {
            return AttributeNode.TryRead(facts.Text(fact), out value);
        }
        value = facts.Number(fact);
        return true;
    }

    internal override string? Text(ExpressionFacts facts) => facts.Text(fact);
}

internal sealed class AttributeNode(string name) : ExpressionNode
{
    internal string Name => name;

    internal override ExpressionType Type => ExpressionType.Text;

    internal override string? Text(ExpressionFacts facts) => facts.Attribute(name);

    internal override bool TryNumber(ExpressionFacts facts, out decimal value) => TryRead(facts.Attribute(name), out value);

    internal static bool TryRead(string? text, out decimal value)
    {
        value = 0;
        return text is not null && decimal.TryParse(
            text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }
}

/// <summary>The attribute is there.</summary>
internal sealed class HasNode(string name) : ExpressionNode
{
    internal override ExpressionType Type => ExpressionType.Truth;

    internal override bool Holds(ExpressionFacts facts) => facts.Attribute(name) is not null;
}

/// <summary>A text begins or ends with another.</summary>
internal sealed class EdgeNode(ExpressionNode text, ExpressionNode edge, bool atEnd) : ExpressionNode
{
    internal override ExpressionType Type => ExpressionType.Truth;

    internal override bool Holds(ExpressionFacts facts) => text.Text(facts) is { } whole && edge.Text(facts) is { } part
        && (atEnd ? whole.EndsWith(part, StringComparison.Ordinal) : whole.StartsWith(part, StringComparison.Ordinal));
}

/// <summary>A regular expression is found in a text. It is matched without backtracking, in time that grows with the text
/// only.</summary>
internal sealed class MatchNode : ExpressionNode
{
    private const int MostPattern = 200;
    private const RegexOptions Options =
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    private readonly ExpressionNode text;
    private readonly Regex pattern;

    private MatchNode(ExpressionNode text, Regex pattern)
    {
        this.text = text;
        this.pattern = pattern;
    }

    /// <summary>Null, and why, when the pattern cannot be used.</summary>
    internal static MatchNode? Of(ExpressionNode text, ExpressionNode pattern, out string why)
    {
        why = "matches compares with a pattern of at most 200 characters.";
        if (pattern is not TextNode { Constant: { Length: > 0 and <= MostPattern } written })
        {
            return null;
        }
        try
        {
            return new MatchNode(text, new Regex(written, Options, Regex.InfiniteMatchTimeout));
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            why = $"The pattern cannot be used: {fault.Message}";
            return null;
        }
    }

    internal override ExpressionType Type => ExpressionType.Truth;

    internal override bool Holds(ExpressionFacts facts) => text.Text(facts) is { } whole && pattern.IsMatch(whole);
}

/// <summary>An IPv4 or IPv6 address is in one of some networks. Text that is no address is in none.</summary>
internal sealed class NetworkNode(ExpressionNode address, ImmutableArray<AddressRange> networks) : ExpressionNode
{
    internal override ExpressionType Type => ExpressionType.Truth;

    internal override bool Holds(ExpressionFacts facts)
    {
        if (address.Text(facts) is not { } text)
        {
            return false;
        }
        foreach (var network in networks)
        {
            if (network.Contains(text))
            {
                return true;
            }
        }
        return false;
    }
}

internal sealed class ArithmeticNode(char sign, ExpressionNode left, ExpressionNode right) : ExpressionNode
{
    internal override ExpressionType Type => ExpressionType.Number;

    internal override bool TryNumber(ExpressionFacts facts, out decimal value)
    {
        value = 0;
        if (!left.TryNumber(facts, out var one) || !right.TryNumber(facts, out var two) || (sign == '/' && two == 0))
        {
            return false;
        }
        try
        {
            value = sign switch { '+' => one + two, '-' => one - two, '*' => one * two, _ => one / two };
            return true;
        }
        catch (OverflowException)
        {
            return false;
        }
    }
}

internal sealed class CompareNode(string sign, ExpressionNode left, ExpressionNode right, bool asText) : ExpressionNode
{
    internal override ExpressionType Type => ExpressionType.Truth;

    internal override bool Holds(ExpressionFacts facts)
    {
        if (asText)
        {
            return left.Text(facts) is { } one && right.Text(facts) is { } two && (sign == "=") == (one == two);
        }
        if (!left.TryNumber(facts, out var first) || !right.TryNumber(facts, out var second))
        {
            return false;
        }
        return sign switch
        {
            "=" => first == second,
            "!=" => first != second,
            "<" => first < second,
            "<=" => first <= second,
            ">" => first > second,
            _ => first >= second,
        };
    }
}

internal sealed class InNode(ExpressionNode left, ImmutableArray<ExpressionNode> choices) : ExpressionNode
{
    internal override ExpressionType Type => ExpressionType.Truth;

    internal override bool Holds(ExpressionFacts facts)
    {
        foreach (var choice in choices)
        {
            if (choice.Type == ExpressionType.Number || left.Type == ExpressionType.Number)
            {
                if (left.TryNumber(facts, out var one) && choice.TryNumber(facts, out var two) && one == two)
                {
                    return true;
                }
            }
            else if (left.Text(facts) is { } text && text == choice.Text(facts))
            {
                return true;
            }
        }
        return false;
    }
}

internal sealed class NotNode(ExpressionNode inner) : ExpressionNode
{
    internal override ExpressionType Type => ExpressionType.Truth;

    internal override bool Holds(ExpressionFacts facts) => !inner.Holds(facts);
}

internal sealed class BothNode(bool and, ExpressionNode left, ExpressionNode right) : ExpressionNode
{
    internal override ExpressionType Type => ExpressionType.Truth;

    internal override bool Holds(ExpressionFacts facts) =>
        and ? left.Holds(facts) && right.Holds(facts) : left.Holds(facts) || right.Holds(facts);
}

/// <summary><c>if(condition, then, otherwise)</c> of two numbers or two texts; of a number and a text (an attribute) it is a
/// number.</summary>
internal sealed class IfNode(ExpressionNode condition, ExpressionNode then, ExpressionNode otherwise) : ExpressionNode
{
    internal override ExpressionType Type => then.Type == otherwise.Type ? then.Type : ExpressionType.Number;

    internal override bool TryNumber(ExpressionFacts facts, out decimal value) => Chosen(facts).TryNumber(facts, out value);

    internal override string? Text(ExpressionFacts facts) => Chosen(facts).Text(facts);

    private ExpressionNode Chosen(ExpressionFacts facts) => condition.Holds(facts) ? then : otherwise;
}

/// <summary><c>min</c>, <c>max</c>, <c>abs</c>, <c>floor</c>, <c>ceil</c>, <c>round(number, decimals)</c>.</summary>
internal sealed class FunctionNode(string name, ImmutableArray<ExpressionNode> arguments) : ExpressionNode
{
    internal override ExpressionType Type => ExpressionType.Number;

    internal override bool TryNumber(ExpressionFacts facts, out decimal value)
    {
        if (!arguments[0].TryNumber(facts, out value))
        {
            return false;
        }
        for (var i = 1; i < arguments.Length; i++)
        {
            if (!arguments[i].TryNumber(facts, out var other))
            {
                return false;
            }
            switch (name)
            {
                case "min":
                    value = Math.Min(value, other);
                    break;
                case "max":
                    value = Math.Max(value, other);
                    break;
                default:
                    if (other is < 0 or > 18 || other != decimal.Truncate(other))
                    {
                        return false;
                    }
                    value = Rounding.Round(value, (int)other, RoundingMode.HalfUp);
                    return true;
            }
        }
        value = name switch
        {
            "abs" => Math.Abs(value),
            "floor" => decimal.Floor(value),
            "ceil" => decimal.Ceiling(value),
            "round" => Rounding.Round(value, 0, RoundingMode.HalfUp),
            _ => value,
        };
        return true;
    }
}
