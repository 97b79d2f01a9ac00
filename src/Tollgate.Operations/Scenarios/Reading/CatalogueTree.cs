using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tollgate.Catalog;
using Tollgate.Catalog.Reading;
using Tollgate.Operations.Catalogs;
using Tollgate.Primitives;

namespace Tollgate.Operations.Scenarios.Reading;

/// <summary>
/// A catalogue as a tree of YAML, so that a scenario writes down only what differs from a base. Merging: mappings key by key;
/// lists whose entries have codes entry by entry (an entry with <c>remove: yes</c> drops the one of its code); anything else is
/// replaced. </summary>
/// <param name="Sections">The sections; places are those of the files they came from.</param>
/// <param name="Decks">The deck files, by name.</param>
internal sealed record CatalogueTree(YamlMapping Sections, ImmutableArray<CatalogueFile> Decks)
{
    private Checked<Catalogue>? check;

    internal static readonly CatalogueTree Empty = new(new YamlMapping(new Place("", 0), []), []);

    /// <summary>Reads the folder of a base catalogue.</summary>
    /// <param name="folder">Where it is.</param>
    /// <param name="shown">What findings call it.</param>
    internal static CatalogueTree FromFolder(string folder, string shown, FindingList findings)
    {
        var files = CatalogueFolder.Read(folder);
        var entries = new List<KeyValuePair<YamlScalar, YamlValue>>();
        foreach (var file in files.Where(file => file.IsYaml))
        {
            var name = $"{shown}/{file.Name}";
            if (Utf8Text.Read(file with { Name = name }, findings) is { } text
                && YamlText.Parse(name, text, findings, out _) is YamlMapping map)
            {
                foreach (var (key, value) in map.Entries)
                {
                    Append(entries, key, value);
                }
            }
        }
        return new CatalogueTree(
            new YamlMapping(new Place(shown, 0), entries), [.. files.Where(file => file.IsDeck)]);
    }

    /// <summary>The catalogue with changes on top.</summary>
    internal CatalogueTree With(YamlMapping changes, IEnumerable<CatalogueFile> decks) => new(
        Merge(Sections, changes),
        [
            .. Decks.Concat(decks).GroupBy(deck => deck.Name, StringComparer.Ordinal).Select(group => group.Last()),
        ]);

    /// <summary>The catalogue, or everything that is wrong with it, with the places where it is written.</summary>
    internal Checked<Catalogue> Check() => check ??= CatalogueReader.Read([Sections], Decks);

    /// <summary>As files that can be published.</summary>
    internal ImmutableArray<CatalogueFile> ToFiles()
    {
        var text = new StringBuilder();
        Write(text, Sections);
        return [new CatalogueFile("catalogue.yaml", Encoding.UTF8.GetBytes(text.ToString())), .. Decks];
    }

    /// <summary>Two files may hold parts of the same section.</summary>
    private static void Append(List<KeyValuePair<YamlScalar, YamlValue>> entries, YamlScalar key, YamlValue value)
    {
        var at = entries.FindIndex(entry => entry.Key.Text == key.Text);
        if (at >= 0 && entries[at].Value is YamlList first && value is YamlList more)
        {
            entries[at] = new(entries[at].Key, new YamlList(first.Place, [.. first.Items, .. more.Items]));
            return;
        }
        entries.Add(new(key, value));
    }

    private static YamlMapping Merge(YamlMapping basis, YamlMapping changes)
    {
        var entries = new List<KeyValuePair<YamlScalar, YamlValue>>();
        foreach (var (key, value) in basis.Entries)
        {
            var change = changes.Entries.FirstOrDefault(entry => entry.Key.Text == key.Text).Value;
            entries.Add(new(key, change is null ? value : Merge(value, change)));
        }
        entries.AddRange(changes.Entries.Where(entry =>
            entry.Key.Text != "remove" && basis.Entries.All(known => known.Key.Text != entry.Key.Text)));
        return new YamlMapping(changes.Place, entries);
    }

    private static YamlValue Merge(YamlValue basis, YamlValue change) => (basis, change) switch
    {
        (YamlMapping old, YamlMapping wanted) => Merge(old, wanted),
        (YamlList old, YamlList { Items.Count: > 0 } wanted) when HasCodes(old) && HasCodes(wanted) => Merge(old, wanted),
        _ => change,
    };

    private static YamlList Merge(YamlList basis, YamlList changes)
    {
        var items = new List<YamlValue>();
        foreach (var item in basis.Items)
        {
            var change = changes.Items.FirstOrDefault(other => CodeOf(other) == CodeOf(item));
            if (change is null || !IsRemoved(change))
            {
                items.Add(change is null ? item : Merge(item, change));
            }
        }
        items.AddRange(changes.Items.Where(item =>
            !IsRemoved(item) && basis.Items.All(known => CodeOf(known) != CodeOf(item))));
        return new YamlList(changes.Place, items);
    }

    private static bool HasCodes(YamlList list) => list.Items.All(item => CodeOf(item) is not null);

    private static string? CodeOf(YamlValue value) => ((value as YamlMapping)?.Find("code") as YamlScalar)?.Text;

    private static bool IsRemoved(YamlValue value) =>
        (value as YamlMapping)?.Find("remove") is YamlScalar { Text: "yes" or "true" };

    /// <summary>JSON, which is YAML too.</summary>
    private static void Write(StringBuilder text, YamlValue value)
    {
        switch (value)
        {
            case YamlMapping map:
                Join(text, '{', '}', map.Entries, entry =>
                {
                    Quote(text, entry.Key.Text);
                    text.Append(": ");
                    Write(text, entry.Value);
                });
                break;
            case YamlList list:
                Join(text, '[', ']', list.Items, item => Write(text, item));
                break;
            case YamlScalar { IsNull: true }:
                text.Append('~');
                break;
            case YamlScalar scalar:
                Quote(text, scalar.Text);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(value));
        }
    }

    private static void Join<T>(StringBuilder text, char open, char close, IReadOnlyList<T> items, Action<T> write)
    {
        text.Append(open);
        for (var i = 0; i < items.Count; i++)
        {
            text.Append(i == 0 ? "" : ",\n");
            write(items[i]);
        }
        text.Append(close);
    }

    private static void Quote(StringBuilder text, string value) =>
        text.Append('"').Append(JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value).Append('"');
}
