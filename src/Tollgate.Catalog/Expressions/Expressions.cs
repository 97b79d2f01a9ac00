using System.Collections.Immutable;

namespace Tollgate.Catalog;

/// <summary>What is wrong with an expression.</summary>
/// <param name="At">0-based place in the text.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Cure">How to mend it.</param>
public sealed record ExpressionError(int At, string Message, string Cure);

/// <summary>A text and what stands in it.</summary>
/// <param name="Attributes">Names of attributes, those of <paramref name="ComparedWith"/> left aside.</param>
/// <param name="ComparedWith">Names that something is compared with: attributes, or texts without their quotes.</param>
internal sealed record ParsedExpression(
    ExpressionNode Root, ImmutableArray<string> Attributes, ImmutableArray<string> ComparedWith);

/// <summary>
/// An expression that holds or does not, e.g. <c>apn = "internet" and octets &gt; 1000</c>. Parsed once; evaluating it neither
/// allocates nor runs code. A comparison with an attribute that the record does not have, or that is no number where one is
/// needed, does not hold. Two are equal when their texts are.
/// </summary>
public sealed class Condition : IEquatable<Condition>
{
    private readonly ExpressionNode root;

    private Condition(string text, ParsedExpression parsed)
    {
        Text = text;
        root = parsed.Root;
        Parsed = parsed;
    }

    internal ParsedExpression Parsed { get; }

    /// <summary>As written.</summary>
    public string Text { get; }

    /// <summary>True when it holds for these facts.</summary>
    public bool Holds(ExpressionFacts facts) => root.Holds(facts);

    /// <summary>Parses a text.</summary>
    /// <exception cref="FormatException">The text is no condition; the message says why.</exception>
    public static Condition Parse(string text) =>
        TryParse(text, out var error) ?? throw new FormatException($"{error!.Message} {error.Cure}");

    /// <summary>Parses a text; null and the error when it is no condition.</summary>
    public static Condition? TryParse(string text, out ExpressionError? error)
    {
        var parsed = ExpressionParser.Parse(text, ExpressionType.Truth, out error);
        return parsed is null ? null : new Condition(text, parsed);
    }

    public bool Equals(Condition? other) => other is not null && Text == other.Text;

    public override bool Equals(object? obj) => Equals(obj as Condition);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    public override string ToString() => Text;
}

/// <summary>
/// An expression that gives a number, e.g. <c>max(0.05, round(quantity * 0.0123, 4))</c>. Decimal arithmetic; division by zero,
/// an overflow, and an attribute that is absent or no number, give no value. Two are equal when their texts are.
/// </summary>
public sealed class Formula : IEquatable<Formula>
{
    private readonly ExpressionNode root;

    private Formula(string text, ParsedExpression parsed)
    {
        Text = text;
        root = parsed.Root;
        Parsed = parsed;
    }

    internal ParsedExpression Parsed { get; }

    /// <summary>As written.</summary>
    public string Text { get; }

    /// <summary>False: it has no value for these facts.</summary>
    public bool TryEvaluate(ExpressionFacts facts, out decimal value) => root.TryNumber(facts, out value);

    /// <summary>Parses a text.</summary>
    /// <exception cref="FormatException">The text is no formula; the message says why.</exception>
    public static Formula Parse(string text) =>
        TryParse(text, out var error) ?? throw new FormatException($"{error!.Message} {error.Cure}");

    /// <summary>Parses a text; null and the error when it is no formula.</summary>
    public static Formula? TryParse(string text, out ExpressionError? error)
    {
        var parsed = ExpressionParser.Parse(text, ExpressionType.Number, out error);
        return parsed is null ? null : new Formula(text, parsed);
    }

    public bool Equals(Formula? other) => other is not null && Text == other.Text;

    public override bool Equals(object? obj) => Equals(obj as Formula);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    public override string ToString() => Text;
}
