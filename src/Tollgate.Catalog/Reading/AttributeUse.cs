using Tollgate.Primitives;

namespace Tollgate.Catalog.Reading;

/// <summary>Which attributes a catalogue names, so that a text without quotes is told from one of them.</summary>
internal sealed class AttributeUse
{
    private readonly HashSet<string> named = [.. UsageAttributes.WellKnown];
    private readonly List<(string Word, Place Place)> comparedWith = [];

    /// <summary>An attribute that is named outside of expressions.</summary>
    public void Add(string name) => named.Add(name);

    public void Add(ParsedExpression parsed, Place place)
    {
        named.UnionWith(parsed.Attributes);
        comparedWith.AddRange(parsed.ComparedWith.Select(word => (word, place)));
    }

    /// <summary>Warns of each word that something is compared with and that is named nowhere else. Call it when all is
    /// read.</summary>
    public void Warn(FindingList findings)
    {
        foreach (var (word, place) in comparedWith.Where(one => !named.Contains(one.Word)))
        {
            findings.Warning(CatalogueFindings.Expression, place,
                $"'{word}' without quotes is an attribute of the record, and nothing else here names it.",
                $"Write \"{word}\" in quotes when it is a text; or say in an example what the attribute holds.");
        }
    }
}
