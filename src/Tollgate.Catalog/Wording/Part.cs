using System.Collections.Immutable;

namespace Tollgate.Catalog.Wording;

/// <summary>What a higher number means to who pays.</summary>
public enum Sense
{
    /// <summary>Nothing, or nobody can say.</summary>
    Neutral,
    /// <summary>A price: higher is dearer.</summary>
    Price,
    /// <summary>What one gets: higher is better.</summary>
    Benefit,
}

/// <summary>One property of a part in plain words.</summary>
/// <param name="Property">Name of the property in the model; unique within the part.</param>
/// <param name="Label">What a person calls it; empty for what the part is about (the price of a price).</param>
/// <param name="Text">Its value in words, with its number.</param>
public sealed record Statement(string Property, string Label, string Text)
{
    /// <summary>The value, when it is a number.</summary>
    public decimal? Number { get; init; }

    /// <summary>What follows the number, e.g. <c>EUR per minute</c>; two numbers are compared when this is the same.</summary>
    public string Suffix { get; init; } = "";

    public Sense Sense { get; init; }

    /// <summary>True: nothing was set, so there is no need to tell it of a new part.</summary>
    public bool IsDefault { get; init; }

    /// <summary>A sentence in place of label and text; null: these.</summary>
    public string? Sentence { get; init; }

    /// <summary>What it says among other statements.</summary>
    public string Line => Sentence ?? (Label.Length == 0 ? Text : $"{Label} {Text}");

    /// <summary>A number with what follows it.</summary>
    public static Statement Of(Say say, string property, string label, decimal number, string suffix,
        Sense sense = Sense.Price) =>
        new(property, say.T(label), $"{say.Number(number)} {say.T(suffix)}".TrimEnd())
        {
            Number = number, Suffix = say.T(suffix), Sense = sense,
        };

    /// <summary>A list of words; none when empty.</summary>
    public static Statement List(Say say, string property, string label, IEnumerable<string> words, string whenEmpty = "none")
    {
        var text = string.Join(", ", words);
        return new Statement(property, say.T(label), text.Length == 0 ? say.T(whenEmpty) : text) { IsDefault = text.Length == 0 };
    }

    /// <summary>Something that is there or not.</summary>
    public static Statement Optional(
        Say say, string property, string label, string? text, string whenAbsent = "none") =>
        new(property, say.T(label), text ?? say.T(whenAbsent)) { IsDefault = text is null };

    /// <summary>A word that has a default.</summary>
    /// <param name="text">A sentence of the code; or a code of the catalogue, which no sentence is.</param>
    public static Statement Word(Say say, string property, string label, string text, bool isDefault) =>
        new(property, say.T(label), say.T(text)) { IsDefault = isDefault };

    /// <summary>Yes or no; no is the default. Among others it is the label alone.</summary>
    public static Statement Flag(Say say, string property, string label, bool value) =>
        new(property, say.T(label), say.T(value ? "yes" : "no")) { IsDefault = !value, Sentence = say.T(label) };

    /// <summary>Yes or no; yes is the default.</summary>
    /// <param name="no">What it says among others when it is no.</param>
    public static Statement Rule(Say say, string property, string label, string no, bool value) =>
        new(property, say.T(label), say.T(value ? "yes" : "no")) { IsDefault = value, Sentence = say.T(value ? label : no) };
}

/// <summary>
/// A piece of a catalogue in words: a tree, so that two versions can be compared and one can be printed. Every property of the
/// model is a fact or a part of it; a test holds that.
/// </summary>
/// <param name="Kind">What it is, e.g. <c>recurring price</c>.</param>
/// <param name="Code">Tells it from others of its kind beside it.</param>
/// <param name="Name">What a person calls it; <c>{0}</c> stands for <see cref="Zone"/>.</param>
public sealed record Part(string Kind, string Code, string Name)
{
    /// <summary>Zone of a usage price: prices that differ in nothing else are told in one line.</summary>
    public string? Zone { get; init; }

    public ImmutableArray<Statement> Statements { get; init; } = [];

    public ImmutableArray<Part> Parts { get; init; } = [];

    /// <summary>The name with these zones in it.</summary>
    public string NameWith(IEnumerable<string> zones) =>
        Name.Replace("{0}", string.Join(", ", zones), StringComparison.Ordinal);

    /// <summary>The name with its own zone in it.</summary>
    public string FullName => Zone is null ? Name : NameWith([Zone]);

    /// <summary>What it is about, in one line: the facts that were set.</summary>
    public string Summary => string.Join(", ", Statements.Where(fact => !fact.IsDefault).Select(fact => fact.Line));
}
