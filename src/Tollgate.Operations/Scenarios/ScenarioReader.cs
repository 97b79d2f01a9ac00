using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Catalog.Reading;
using Tollgate.Operations.Scenarios.Acts;
using Tollgate.Operations.Scenarios.Facts;
using Tollgate.Operations.Scenarios.Reading;
using Tollgate.Primitives;

namespace Tollgate.Operations.Scenarios;

/// <summary>Reads and checks scenario files: all findings at once, with file, line and cure.</summary>
public static class ScenarioReader
{
    private const int LargestFile = 4 * 1024 * 1024;

    /// <summary>What a step may have beside its verb.</summary>
    private static readonly string[] StepKeys = ["at", "note", "expect"];

    /// <summary>Reads one file.</summary>
    /// <param name="path">Where it is; folders in it are relative to its own.</param>
    /// <param name="shown">What findings call it. Default: the path.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Checked<Scenario> Read(string path, string? shown = null) => Read(path, shown, null);

    internal static Checked<Scenario> Read(string path, string? shown, Action<string, IReadOnlyList<string>>? keysSeen)
    {
        var findings = new FindingList();
        var name = shown ?? path;
        if (new FileInfo(path) is { Length: > LargestFile })
        {
            findings.Error(CatalogueFindings.File, new Place(name, 0), "The file is larger than 4 MiB.", "Split the story.");
            return new Checked<Scenario>(null, findings.Sorted());
        }
        return Read(File.ReadAllBytes(path), name, Path.GetDirectoryName(Path.GetFullPath(path))!, findings, keysSeen);
    }

    /// <summary>Reads a text that is no file.</summary>
    /// <param name="content">UTF-8 bytes.</param>
    /// <param name="shown">What findings call it.</param>
    /// <param name="home">Folder to which paths in it are relative.</param>
    public static Checked<Scenario> Read(ReadOnlyMemory<byte> content, string shown, string home) =>
        Read(content, shown, home, new FindingList(), null);

    private static Checked<Scenario> Read(
        ReadOnlyMemory<byte> content, string shown, string home, FindingList findings, Action<string,
            IReadOnlyList<string>>? keysSeen)
    {
        Scenario? scenario = null;
        if (Utf8Text.Read(new CatalogueFile(shown, content), findings) is { } text
            && YamlText.Parse(shown, text, findings, out var readable) is var value && readable)
        {
            if (value is YamlMapping map)
            {
                scenario = Assemble(new ScenarioScope(shown, findings) { KeysSeen = keysSeen }, new Fields(map, findings), home);
            }
            else
            {
                findings.Error(CatalogueFindings.Shape, new Place(shown, 1), "The file holds no scenario.",
                    "Begin with 'scenario: what happens' and 'story:'.");
            }
        }
        return new Checked<Scenario>(findings.AnyError ? null : scenario, findings.Sorted());
    }

    private static Scenario Assemble(ScenarioScope scope, Fields top, string home)
    {
        var name = top.Text("scenario");
        var description = top.Scalar("description", required: false)?.Text.Trim() ?? "";
        CatalogueSection.Read(scope, top.Value("catalogue"), home);
        scope.Zone = Zone(scope, top);
        var start = top.Scalar("start", required: true) is { } time ? scope.Time(time) : default;
        scope.Clock = start;
        var from = (top.Map.Find("catalogue") as YamlMapping)?.Find("effectiveFrom") is YamlScalar effective
            ? scope.Time(effective) : Instant.FromUtc(2000, 1, 1, 0, 0);
        var policies = PolicySection.Read(scope, top.Nested("policies"));
        var catalogue = scope.Catalogue;
        var scenario = new Scenario
        {
            File = scope.File, Name = name, Description = description, Zone = scope.Zone, Start = start, Policies = policies,
            Catalogue = catalogue, CatalogueFrom = from, Sellers = CastSection.Sellers(scope, top),
            Customers = CastSection.Customers(scope, top), Accounts = CastSection.Accounts(scope, top), Steps = Story(scope, top),
        };
        scope.Done(top, "scenario");
        return scenario;
    }

    private static DateTimeZone Zone(ScenarioScope scope, Fields top)
    {
        if (top.Scalar("timeZone", required: false) is { } named)
        {
            return FoundationReader.TimeZone(named, scope.Findings);
        }
        return scope.Catalogue.Check().Value?.TimeZone ?? DateTimeZone.Utc;
    }

    private static ImmutableArray<Step> Story(ScenarioScope scope, Fields top)
    {
        var steps = top.Entries("story").Select(fields => ReadStep(scope, fields)).ToImmutableArray();
        if (steps.IsEmpty)
        {
            scope.Findings.Error(CatalogueFindings.Missing, top.Place, "Nothing happens: 'story' is missing or empty.",
                "Add 'story:' with steps, e.g. '- subscribe: { offer: m }'.");
        }
        return steps;
    }

    private static Step ReadStep(ScenarioScope scope, Fields fields)
    {
        if (fields.Scalar("at", required: false) is { } word)
        {
            var at = scope.Time(word);
            if (at < scope.Clock)
            {
                scope.Findings.Error(CatalogueFindings.Conflict, word.Place,
                    $"'at: {word.Text}' lies before the step above: time does not go back.",
                    "Put the steps in order; what takes effect earlier has 'from', 'date' or 'at' of its own.");
            }
            scope.Clock = Instant.Max(scope.Clock, at);
        }
        var now = scope.Clock;
        var note = fields.OptionalText("note") ?? "";
        var verbs = fields.Map.Entries.Where(entry => Verbs.All.ContainsKey(entry.Key.Text)).ToList();
        foreach (var extra in verbs.Skip(1))
        {
            scope.Findings.Error(CatalogueFindings.Conflict, extra.Key.Place,
                $"A step does one thing; this one says '{verbs[0].Key.Text}' and '{extra.Key.Text}'.", "Make two steps of it.");
        }
        var act = verbs.Count > 0 ? Verbs.All[verbs[0].Key.Text](scope, verbs[0].Value) : null;
        var expect = fields.Value("expect");
        if (expect is YamlMapping map)
        {
            Expectation.Check(scope, map);
        }
        else if (expect is not null)
        {
            scope.Findings.Error(CatalogueFindings.Shape, expect.Place, $"'expect' is {expect.Shape}; a mapping is expected.",
                "Write e.g. 'expect: { documents: [ … ] }'.");
        }
        foreach (var (key, _) in fields.Map.Entries.Where(
            entry => !Verbs.All.ContainsKey(entry.Key.Text) && !StepKeys.Contains(entry.Key.Text, StringComparer.Ordinal)))
        {
            var near = Nearest.Of(key.Text, Verbs.All.Keys.Concat(StepKeys));
            scope.Findings.Error(
                CatalogueFindings.Key, key.Place, $"There is no verb '{key.Text}'.",
                $"{(near is null ? "" : $"Did you mean '{near}'? ")}The verbs: "
                + $"{string.Join(", ", Verbs.All.Keys.Order(StringComparer.Ordinal))}.");
        }
        scope.KeysSeen?.Invoke("step", [.. StepKeys, .. Verbs.All.Keys]);
        return new Step(now, act, expect as YamlMapping, fields.Place, note);
    }
}
