using System.Collections.Immutable;
using System.Text;
using Tollgate.Catalog;
using Tollgate.Catalog.Reading;
using Tollgate.Primitives;

namespace Tollgate.Operations.Scenarios.Reading;

/// <summary>Reads what a scenario says about its catalogue: a base folder, sections on top of it, decks as text.</summary>
internal static class CatalogueSection
{
    /// <summary>Keys beside the sections of a catalogue.</summary>
    internal static readonly ImmutableArray<string> OwnKeys = ["deckFiles"];

    private static readonly string[] NotSections = ["from", "base", "effectiveFrom", .. OwnKeys];

    /// <summary>Reads the value of <c>catalogue</c>: a folder, or a mapping with <c>base</c> and sections.</summary>
    internal static void Read(ScenarioScope scope, YamlValue? value, string home)
    {
        switch (value)
        {
            case YamlScalar folder:
                scope.Catalogue = Base(scope, folder, home);
                Check(scope, scope.Catalogue);
                break;
            case YamlMapping map:
                var basis = map.Find("base") is YamlScalar path ? Base(scope, path, home) : CatalogueTree.Empty;
                scope.Catalogue = With(scope, map, basis);
                scope.KeysSeen?.Invoke("catalogue", ["base", "effectiveFrom", .. OwnKeys]);
                break;
            case null:
                scope.Findings.Error(CatalogueFindings.Missing, new Place(scope.File, 1), "The key 'catalogue' is missing.",
                    "Name a folder, e.g. 'catalogue: ../catalogue', or write sections below it.");
                break;
            default:
                scope.Findings.Error(CatalogueFindings.Shape, value.Place, $"'catalogue' is {value.Shape}.",
                    "Name a folder, or write sections below it.");
                break;
        }
    }

    /// <summary>A catalogue with the sections of a mapping on top; all findings go into the scenario's list.</summary>
    internal static CatalogueTree With(ScenarioScope scope, YamlMapping map, CatalogueTree basis)
    {
        var sections = new YamlMapping(map.Place, [.. map.Entries.Where(entry => !NotSections.Contains(entry.Key.Text))]);
        var tree = basis.With(sections, Decks(scope, map.Find("deckFiles")));
        Check(scope, tree);
        return tree;
    }

    private static void Check(ScenarioScope scope, CatalogueTree tree)
    {
        var check = tree.Check();
        foreach (var finding in check.Findings)
        {
            var place = new Place(finding.File.Length > 0 ? finding.File : scope.File, finding.Line);
            if (finding.Severity == Severity.Error)
            {
                scope.Findings.Error(finding.Code, place, finding.Message, finding.Cure);
            }
        }
        if (check.Value is { } catalogue)
        {
            scope.Currency = catalogue.Currency;
            scope.Quantities = new Quantities(
                scope.Findings, catalogue.Units.ToDictionary(unit => unit.Code, StringComparer.Ordinal));
        }
    }

    private static CatalogueTree Base(ScenarioScope scope, YamlScalar folder, string home)
    {
        var path = Path.Combine(home, folder.Text);
        if (Directory.Exists(path))
        {
            return CatalogueTree.FromFolder(path, folder.Text, scope.Findings);
        }
        scope.Findings.Error(CatalogueFindings.Reference, folder.Place, $"There is no catalogue folder '{folder.Text}'.",
            "Give a folder relative to this file.");
        return CatalogueTree.Empty;
    }

    private static IEnumerable<CatalogueFile> Decks(ScenarioScope scope, YamlValue? value)
    {
        if (value is null)
        {
            yield break;
        }
        if (value is not YamlMapping map)
        {
            scope.Findings.Error(CatalogueFindings.Shape, value.Place, $"'deckFiles' is {value.Shape}; a mapping is expected.",
                "Write 'decks/name.csv: |' and the rows below it.");
            yield break;
        }
        foreach (var (name, content) in map.Entries)
        {
            if (content is YamlScalar text)
            {
                yield return new CatalogueFile(name.Text, Encoding.UTF8.GetBytes(text.Text));
            }
        }
    }
}
