using System.Collections.Immutable;

namespace Tollgate.Catalog.Reading;

/// <summary>Reads <c>zoneNames</c> and <c>bandNames</c>: what zones and time bands are called on bills.</summary>
/// <param name="findings">Where mistakes go.</param>
/// <param name="complete">False when a file could not be read: then an unknown zone or band may be defined there.</param>
internal sealed class CaptionReader(FindingList findings, bool complete)
{
    /// <summary>Captions of zones that some deck has.</summary>
    public ImmutableArray<Caption> Zones(IEnumerable<Fields> entries, ImmutableArray<DeclaredDeck> decks)
    {
        var captions = Read(entries, "zone", out var zones);
        if (complete)
        {
            ZoneReferences.Check(zones, decks, findings);
        }
        return captions;
    }

    /// <summary>Captions of bands that some set has.</summary>
    public ImmutableArray<Caption> Bands(IEnumerable<Fields> entries, ImmutableArray<TimeBandSet> sets)
    {
        var captions = Read(entries, "band", out var bands);
        var known = sets.SelectMany(set => set.Bands).Select(band => band.Code).Append(TimeBandSet.Other)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var band in bands.Where(band => complete && !known.Contains(band.Text)))
        {
            findings.Error(CatalogueFindings.Reference, band.Place, $"There is no time band '{band.Text}'.",
                findings.DidYouMean(band.Text, known, "Use a band of 'timeBands', or 'other'."));
        }
        return captions;
    }

    private ImmutableArray<Caption> Read(IEnumerable<Fields> entries, string key, out ImmutableArray<YamlScalar> named)
    {
        var captions = new Codebook<Caption>($"name of the {key}", findings, complete);
        var references = ImmutableArray.CreateBuilder<YamlScalar>();
        foreach (var entry in entries)
        {
            var of = entry.Scalar(key, required: true);
            var name = entry.Name("name");
            entry.Done();
            if (of is not null)
            {
                references.Add(of);
                captions.Add(of.Text, of.Place,
                    new Caption(of.Text, name.Translations.IsEmpty ? name : name with { Text = of.Text }));
            }
        }
        named = references.ToImmutable();
        return captions.All;
    }
}
