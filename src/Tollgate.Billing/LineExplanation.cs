using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using NodaTime;

namespace Tollgate.Billing;

/// <summary>What one part of an explanation says; in its order the parts make a sentence.</summary>
public enum ExplanationKind
{
    /// <summary>Days charged, days of the whole period.</summary>
    Days,
    /// <summary>Numerator and denominator of a share that is not days alone.</summary>
    Share,
    /// <summary>A part of a period costs as much as the whole.</summary>
    FullPrice,
    /// <summary>Quantity, price of one unit, result.</summary>
    Price,
    /// <summary>Amount billed before.</summary>
    BilledBefore,
    /// <summary>Amount that it should be; what follows says how it comes about.</summary>
    ShouldBe,
    /// <summary>Tax percentage billed before; the item is billed anew.</summary>
    OtherTax,
    /// <summary>The account has no such subscription.</summary>
    NoSubscription,
    /// <summary>Day on which the subscription ended.</summary>
    Ended,
    /// <summary>Day on which the subscription starts.</summary>
    Starts,
    /// <summary>No longer part of the offer, or not due yet.</summary>
    NotDue,
    /// <summary>Quantity and unit that allowances paid.</summary>
    Free,
    /// <summary>Allowances paid everything.</summary>
    AllFree,
    /// <summary>Seconds charged, seconds of the whole period.</summary>
    Seconds,
    /// <summary>Another part of the same amount follows.</summary>
    Plus,
    /// <summary>Number of the instalment, number of all.</summary>
    Instalment,
    /// <summary>Number of instalments left, number of all.</summary>
    InstalmentsLeft,
    /// <summary>Day until which the minimum term runs.</summary>
    TermEnds,
    /// <summary>Day on which the subscription changed to another offer.</summary>
    OtherPlan,
    /// <summary>Day on which another account took over.</summary>
    Moved,
    /// <summary>Percentage, what it is taken of, result.</summary>
    Percentage,
    /// <summary>What was spent, what was committed or allowed.</summary>
    Spent,
    /// <summary>Amount of usage of an earlier bill as it was charged, and as it is charged now.</summary>
    Rerated,
}

/// <summary>One part with its values: amounts as decimals of the document's currency, dates as ISO,
/// units as on the line.</summary>
public sealed record ExplanationPart(ExplanationKind Kind, ImmutableArray<string> Values);

/// <summary>
/// How the amount of a line came about, in parts that a printer words in the language of the document. Kept as text: parts
/// separated by <c>;</c>, within them the kind and its values separated by blanks. <c>default</c>: nothing to explain.
/// </summary>
/// <param name="Text">E.g. <c>days 10 31;price 1 50.00 16.13</c>.</param>
public readonly record struct LineExplanation(string Text)
{
    /// <summary>Nothing to explain.</summary>
    public static readonly LineExplanation None = new("");

    private static readonly string[] Words = [.. Enum.GetNames<ExplanationKind>().Select(name => name.ToLowerInvariant())];

    /// <summary>The parts in order.</summary>
    /// <exception cref="FormatException">The text was not written by this type.</exception>
    public ImmutableArray<ExplanationPart> Parts =>
    [
        .. (Text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split(' ')).Select(words =>
            Enum.TryParse<ExplanationKind>(words[0], ignoreCase: true, out var kind)
                ? new ExplanationPart(kind, [.. words[1..]])
                : throw new FormatException($"'{words[0]}' is not a part of an explanation.")),
    ];

    /// <summary>This and then that.</summary>
    public LineExplanation Then(LineExplanation next) =>
        Text is not { Length: > 0 } ? next : next.Text is not { Length: > 0 } ? this : new($"{Text};{next.Text}");

    /// <summary>One more part.</summary>
    public LineExplanation Then(ExplanationKind kind, params ReadOnlySpan<object> values) => Then(Of(kind, values));

    /// <summary>One part.</summary>
    public static LineExplanation Of(ExplanationKind kind, params ReadOnlySpan<object> values)
    {
        var text = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[96]);
        text.AppendLiteral(Words[(int)kind]);
        foreach (var value in values)
        {
            text.AppendLiteral(" ");
            if (value is LocalDate date)
            {
                text.AppendFormatted(date, "uuuu-MM-dd");
            }
            else
            {
                text.AppendFormatted(value);
            }
        }
        return new(text.ToStringAndClear());
    }

    /// <summary>One part of a number and a word, as most lines of usage have it.</summary>
    public static LineExplanation Of(ExplanationKind kind, decimal value, string word)
    {
        Span<char> text = stackalloc char[96];
        var end = Words[(int)kind].Length;
        Words[(int)kind].CopyTo(text);
        text[end++] = ' ';
        if (!value.TryFormat(text[end..], out var digits, default, CultureInfo.InvariantCulture)
            || end + digits + 1 + word.Length > text.Length)
        {
            return Of(kind, [value, word]);
        }
        end += digits;
        text[end++] = ' ';
        word.CopyTo(text[end..]);
        return new(new string(text[..(end + word.Length)]));
    }

    public override string ToString() => Text ?? "";
}
