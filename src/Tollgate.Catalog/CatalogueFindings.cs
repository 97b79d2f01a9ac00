using System.Collections.Immutable;

namespace Tollgate.Catalog;

/// <summary>A kind of finding of the catalogue reader.</summary>
/// <param name="Code">Stable; programs may depend on it.</param>
/// <param name="Meaning">One sentence.</param>
public sealed record FindingKind(string Code, string Meaning);

/// <summary>The codes of everything that <see cref="CatalogueReader"/> can find. Listed in
/// docs/reference/findings.md.</summary>
public static class CatalogueFindings
{
    public const string Empty = "CAT-EMPTY";
    public const string File = "CAT-FILE";
    public const string Encoding = "CAT-ENCODING";
    public const string Yaml = "CAT-YAML";
    public const string Key = "CAT-KEY";
    public const string KeyTwice = "CAT-KEY-TWICE";
    public const string Shape = "CAT-SHAPE";
    public const string Missing = "CAT-MISSING";
    public const string Value = "CAT-VALUE";
    public const string Number = "CAT-NUMBER";
    public const string Range = "CAT-RANGE";
    public const string Code = "CAT-CODE";
    public const string Duplicate = "CAT-DUPLICATE";
    public const string Reference = "CAT-REF";
    public const string Cycle = "CAT-CYCLE";
    public const string Conflict = "CAT-CONFLICT";
    public const string Unit = "CAT-UNIT";
    public const string Example = "CAT-EXAMPLE";
    public const string Expression = "CAT-EXPRESSION";
    public const string DeckHeader = "CAT-DECK-HEADER";
    public const string DeckColumns = "CAT-DECK-COLUMNS";
    public const string DeckPrefix = "CAT-DECK-PREFIX";
    public const string DeckTwice = "CAT-DECK-TWICE";
    public const string DeckQuote = "CAT-DECK-QUOTE";
    public const string DeckEmpty = "CAT-DECK-EMPTY";
    public const string Unused = "CAT-UNUSED";
    public const string More = "CAT-MORE";

    /// <summary>All codes, in the order of the reference page.</summary>
    public static ImmutableArray<FindingKind> All { get; } =
    [
        new(Empty, "The folder holds no catalogue file (*.yaml)."),
        new(File, "A file cannot be part of a catalogue: its name, its size, or a name that comes twice."),
        new(Encoding, "A file is not valid UTF-8, or has a NUL byte."),
        new(Yaml, "A file is not YAML, or uses a part of YAML that catalogues do not (anchors, tags, several documents)."),
        new(Key, "A key that the format does not know."),
        new(KeyTwice, "The same key twice in one mapping."),
        new(Shape, "A list, mapping or plain value where another of the three is expected."),
        new(Missing, "A required key or section is absent or empty."),
        new(Value, "A value that is not one of the possible ones or not in the key's form."),
        new(Number, "A value that should be a number is none."),
        new(Range, "A number that is negative, too large, too fine or otherwise outside the key's range."),
        new(Code, "A code with characters that codes may not have, or too long."),
        new(Duplicate, "The same code twice in one list."),
        new(Reference, "A code that refers to nothing: rate plan, deck, zone, band, tax, unit, offer."),
        new(Cycle, "Offers that extend each other in a circle."),
        new(Conflict, "Two parts that contradict each other, e.g. two prices for the same zone and band. As a warning: what "
            + "hardly does what is meant, e.g. a barred zone after `price: deck`."),
        new(Unit, "A unit whose kind does not fit the service or place, e.g. calls priced per MB."),
        new(Example, "An example that cannot be priced, or does not come out as written when it is run."),
        new(Expression, "A condition or formula that cannot be parsed. As a warning: a word without quotes that nothing else "
            + "names as an attribute (`network = green`)."),
        new(DeckHeader, "The first row of a deck does not name the columns."),
        new(DeckColumns, "A deck row with more or fewer columns than the header."),
        new(DeckPrefix, "A deck prefix that is not 1 to 15 digits."),
        new(DeckTwice, "The same prefix twice in a deck."),
        new(DeckQuote, "A quoted field of a deck that is not closed on its line, or a stray quote."),
        new(DeckEmpty, "A deck without rows."),
        new(Unused, "A deck file that no deck of the catalogue names (warning)."),
        new(More, "More findings of a file than are listed."),
    ];
}
