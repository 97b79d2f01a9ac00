namespace Tollgate.Catalog;

/// <summary>One file of a catalogue folder, as bytes. Whoever holds the folder reads the disk; this project does not.</summary>
/// <param name="Name">Path relative to the folder with <c>/</c> between parts, e.g. <c>decks/international.csv</c>.</param>
/// <param name="Content">The bytes as they stand in the file, a byte order mark included.</param>
public sealed record CatalogueFile(string Name, ReadOnlyMemory<byte> Content)
{
    /// <summary>Where rate decks are: <c>decks/*.csv</c>.</summary>
    public const string DeckFolder = "decks/";

    /// <summary>True for <c>*.yaml</c> in any folder.</summary>
    public bool IsYaml => Name.EndsWith(".yaml", StringComparison.Ordinal);

    /// <summary>True for <c>decks/*.csv</c>.</summary>
    public bool IsDeck => Name.StartsWith(DeckFolder, StringComparison.Ordinal)
        && Name.EndsWith(".csv", StringComparison.Ordinal);
}
