namespace Tollgate.Catalog.Reading;

/// <summary>
/// Resolves <c>extends</c>: an offer takes over every key that it does not write itself, except code, name, description and
/// template. Entries of recurring, oneTime, instalments, phases, spend, allowances, earns, usageDiscounts and spendingCaps are
/// merged by their code (an empty list <c>[]</c> drops the inherited ones); any other list is replaced whole.
/// </summary>
internal sealed class OfferInheritance(FindingList findings, bool complete)
{
    private const int LongestChain = 16;

    private static readonly string[] Own = ["code", "name", "description", "extends", "template"];
    private static readonly string[] MergedByCode = ["recurring", "oneTime", "instalments", "phases", "spend", "allowances",
        "earns",
        "usageDiscounts", "spendingCaps"];

    private readonly Dictionary<string, YamlMapping> byCode = new(StringComparer.Ordinal);
    private readonly Dictionary<YamlMapping, YamlMapping> merged = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> inCycle = new(StringComparer.Ordinal);

    /// <summary>Every offer merged with what it extends, in the same order.</summary>
    public List<YamlMapping> Resolve(IReadOnlyList<YamlMapping> offers)
    {
        foreach (var offer in offers)
        {
            if (TextOf(offer, "code") is { } code)
            {
                byCode.TryAdd(code, offer);
            }
        }
        return [.. offers.Select(offer => Merged(offer, []))];
    }

    /// <param name="path">Codes of the offers that led here by extending, the first one first.</param>
    private YamlMapping Merged(YamlMapping offer, List<string> path)
    {
        if (merged.TryGetValue(offer, out var known))
        {
            return known;
        }
        if (offer.Find("extends") is not YamlScalar extends || TextOf(offer, "code") is not { } code)
        {
            return merged[offer] = offer;
        }
        path.Add(code);
        var from = path.IndexOf(extends.Text);
        if (from >= 0)
        {
            var circle = path[from..];
            if (circle.TrueForAll(inCycle.Add))
            {
                findings.Error(CatalogueFindings.Cycle, extends.Place,
                    $"Offers extend each other in a circle: {string.Join(" → ", circle)} → {extends.Text}.",
                    "Remove 'extends' from one of them.");
            }
            return offer;
        }
        if (!byCode.TryGetValue(extends.Text, out var parent))
        {
            if (complete)
            {
                findings.Error(CatalogueFindings.Reference, extends.Place, $"There is no offer '{extends.Text}' to extend.",
                    findings.DidYouMean(extends.Text, byCode.Keys, "Define the offer or extend another."));
            }
            return merged[offer] = offer;
        }
        if (path.Count > LongestChain)
        {
            findings.Error(CatalogueFindings.Range, extends.Place, "Offers extend each other over more than 16 steps.",
                "Extend a common offer directly.");
            return offer;
        }
        return merged[offer] = Merge(Merged(parent, path), offer);
    }

    private static YamlMapping Merge(YamlMapping parent, YamlMapping child)
    {
        var entries = new List<KeyValuePair<YamlScalar, YamlValue>>(child.Entries.Count + parent.Entries.Count);
        foreach (var (key, value) in child.Entries)
        {
            var inherited = MergedByCode.Contains(key.Text) ? parent.Find(key.Text) as YamlList : null;
            entries.Add(new(key, inherited is not null && value is YamlList { Items.Count: > 0 } own
                ? MergeByCode(inherited, own)
                : value));
        }
        entries.AddRange(parent.Entries.Where(entry => !Own.Contains(entry.Key.Text) && child.Find(entry.Key.Text) is null
            && child.Entries.All(own => own.Key.Text != entry.Key.Text)));
        return new YamlMapping(child.Place, entries);
    }

    /// <summary>The parent's entries, each replaced by the child's of the same code, then the child's other entries.</summary>
    private static YamlList MergeByCode(YamlList parent, YamlList child)
    {
        var items = parent.Items.Select(item => child.Items.FirstOrDefault(own => SameCode(own, item)) ?? item).ToList();
        items.AddRange(child.Items.Where(own => !parent.Items.Any(item => SameCode(own, item))));
        return new YamlList(child.Place, items);
    }

    private static bool SameCode(YamlValue left, YamlValue right) =>
        left is YamlMapping one && right is YamlMapping other && TextOf(one, "code") is { } code && code == TextOf(other, "code");

    private static string? TextOf(YamlMapping map, string key) => (map.Find(key) as YamlScalar)?.Text;
}
