using System.Collections.Immutable;
using System.Globalization;

namespace Tollgate.Catalog.Reading;

/// <summary>The entries of one section by code, in file order, for references from other sections.</summary>
/// <param name="what">What an entry is called in findings, e.g. <c>rate plan</c>.</param>
/// <param name="complete">False when a file could not be read: then an unknown code may be defined there and is not
/// reported.</param>
internal sealed class Codebook<T>(string what, FindingList findings, bool complete) where T : class
{
    private readonly Dictionary<string, (T Value, Place Place)> byCode = new(StringComparer.Ordinal);
    private readonly List<T> inOrder = [];

    public ImmutableArray<T> All => [.. inOrder];

    public IEnumerable<string> Codes => byCode.Keys;

    public T? this[string code] => byCode.TryGetValue(code, out var entry) ? entry.Value : null;

    /// <summary>Where an entry is written; line 0 of no file for a code that is not here.</summary>
    public Place PlaceOf(string code) => byCode.TryGetValue(code, out var entry) ? entry.Place : new Place("", 0);

    /// <summary>Adds an entry; a code that is there already is a finding.</summary>
    public void Add(string code, Place place, T value)
    {
        if (code.Length > 0 && byCode.TryGetValue(code, out var first))
        {
            findings.Error(CatalogueFindings.Duplicate, place, string.Create(CultureInfo.InvariantCulture,
                $"The {what} '{code}' is defined twice; the other is in {first.Place.File}, line {first.Place.Line}."),
                "Rename or remove one of the two.");
            return;
        }
        byCode.TryAdd(code, (value, place));
        inOrder.Add(value);
    }

    /// <summary>The entry that a scalar refers to; null, with a finding if it must exist, when there is none.</summary>
    public T? Find(YamlScalar? reference)
    {
        if (reference is null)
        {
            return null;
        }
        if (byCode.TryGetValue(reference.Text, out var entry))
        {
            return entry.Value;
        }
        if (complete)
        {
            findings.Error(CatalogueFindings.Reference, reference.Place, $"There is no {what} '{reference.Text}'.",
                findings.DidYouMean(reference.Text, byCode.Keys, $"Define the {what} or refer to another."));
        }
        return null;
    }
}
