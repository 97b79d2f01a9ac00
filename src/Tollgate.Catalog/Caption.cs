namespace Tollgate.Catalog;

/// <summary>What a zone or a time band is called on bills.</summary>
/// <param name="Of">Name of the zone or code of the band, as decks and time bands have it.</param>
/// <param name="Name">In one language or several; a language without a text is served by <paramref name="Of"/>, unless the name
/// is one text for all.</param>
public sealed record Caption(string Of, CatalogueName Name);

/// <summary>Finds the captions of a catalogue.</summary>
public sealed class Captions(Catalogue catalogue)
{
    private readonly Dictionary<string, CatalogueName> zones = catalogue.ZoneNames.ToDictionary(
        caption => caption.Of, caption => caption.Name, StringComparer.Ordinal);

    private readonly Dictionary<string, CatalogueName> bands = catalogue.BandNames.ToDictionary(
        caption => caption.Of, caption => caption.Name, StringComparer.Ordinal);

    /// <summary>The zone's name in a language; the zone itself when it has no caption.</summary>
    public string Zone(string zone, string language) => zones.GetValueOrDefault(zone)?.In(language) ?? zone;

    /// <summary>The band's name in a language; its code when it has no caption.</summary>
    public string Band(string band, string language) => bands.GetValueOrDefault(band)?.In(language) ?? band;
}
