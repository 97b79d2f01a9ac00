using System.Globalization;
using System.Text.Json.Nodes;
using Tollgate.Catalog.Reading;
using Tollgate.Primitives;

namespace Tollgate.Operations.Scenarios.Facts;

/// <summary>Something that was expected, and what was there.</summary>
/// <param name="What">Path of the fact, e.g. <c>documents[0].lines[1].amount</c>.</param>
/// <param name="Expected">As written.</param>
/// <param name="Got">As it is; <c>nothing</c> when it is not there.</param>
/// <param name="Holds">Whether they agree.</param>
/// <param name="Line">Line of the expectation in its file.</param>
public sealed record Check(string What, string Expected, string Got, bool Holds, int Line)
{
    /// <summary>For two numbers that differ, what was got less what was expected; else empty.</summary>
    public string Difference => !Holds && Comparison.Number(Expected) is { } wanted && Comparison.Number(Got) is { } found
        ? (found > wanted ? "+" : "") + (found - wanted).ToString(CultureInfo.InvariantCulture)
        : "";
}

/// <summary>Compares expectations with facts. Only what is written is compared; lists are complete and in order, keyed lists are
/// not.</summary>
internal sealed class Comparison(List<Check> checks)
{
    private const string Nothing = "nothing";
    private const string Something = "something";

    private static readonly string[] Dull =
    [
        "seller", "currency", "code", "unit", "unitPrice", "net", "tax", "percent", "taxIncluded", "events", "revenueAccount",
        "explanation", "issueDate", "dueDate", "taxAmount", "settled", "credited", "rounding", "catalogueVersion", "service",
    ];

    private readonly Quantities quantities =
        new(new FindingList(), System.Collections.Immutable.ImmutableDictionary<string, Unit>.Empty);

    /// <summary>Compares an object with its shape; an empty one expects that there is something.</summary>
    /// <param name="except">Facts by which it was found.</param>
    internal void Object(
        string path, YamlMapping expected, JsonObject got, Shape shape, IReadOnlyCollection<string>? except = null)
    {
        var entries = expected.Entries
            .Where(entry => except?.Contains(entry.Key.Text, StringComparer.Ordinal) is not true).ToList();
        if (entries.Count == 0 && path.Length > 0)
        {
            checks.Add(new Check(
                path, Something, got.Count > 0 ? Something : Nothing, got.Count > 0, expected.Place.Line));
        }
        foreach (var (key, value) in entries)
        {
            if (shape.Find(key.Text) is { } fact)
            {
                One(path.Length == 0 ? key.Text : $"{path}.{key.Text}", value, got[key.Text], fact);
            }
        }
    }

    /// <summary>A plain number, or null.</summary>
    internal static decimal? Number(string text) => decimal.TryParse(
        text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
        ? number : null;

    private void One(string path, YamlValue expected, JsonNode? got, Fact fact)
    {
        switch (fact.Kind, expected)
        {
            case (FactKind.Object, YamlScalar scalar): // a refusal by its code alone
                Scalar(path, scalar, (got as JsonObject)?["code"]?.ToString(), FactKind.Text);
                break;
            case (FactKind.Object, YamlMapping map):
                Object(path, map, got as JsonObject ?? [], fact.Of!);
                break;
            case (FactKind.List, YamlList list):
                List(path, list, got as JsonArray ?? [], fact.Of!);
                break;
            case (FactKind.Keyed, YamlList list):
                Keyed(path, list, got as JsonArray ?? [], fact.Of!);
                break;
            case (FactKind.Numbers, YamlMapping map):
                foreach (var (key, value) in map.Entries)
                {
                    Scalar($"{path}.{key.Text}", (YamlScalar)value, got?[key.Text]?.ToString() ?? "0", FactKind.Number);
                }
                break;
            case (_, YamlScalar scalar):
                Scalar(path, scalar, got?.ToString(), fact.Kind);
                break;
        }
    }

    private void List(string path, YamlList expected, JsonArray got, Shape shape)
    {
        for (var i = 0; i < Math.Max(expected.Items.Count, got.Count); i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]");
            if (i >= got.Count)
            {
                var missing = (YamlMapping)expected.Items[i];
                checks.Add(new Check(at, Told(missing), Nothing, false, missing.Place.Line));
            }
            else if (i >= expected.Items.Count)
            {
                checks.Add(new Check(at, Nothing, Told(got[i]), false, expected.Place.Line));
            }
            else
            {
                Object(at, (YamlMapping)expected.Items[i], (JsonObject)got[i]!, shape);
            }
        }
        if (expected.Items.Count == 0 && got.Count == 0)
        {
            checks.Add(new Check(path, Nothing, Nothing, true, expected.Place.Line));
        }
    }

    private void Keyed(string path, YamlList expected, JsonArray got, Shape shape)
    {
        foreach (var item in expected.Items.Cast<YamlMapping>())
        {
            var keys = shape.Keys.Where(key => item.Find(key) is YamlScalar).ToList();
            var name = string.Join(' ', keys.Select(key => ((YamlScalar)item.Find(key)!).Text));
            var at = $"{path}[{name}]";
            var found = got.OfType<JsonObject>().Where(entry => keys.TrueForAll(
                key => Agrees(((YamlScalar)item.Find(key)!).Text, entry[key]?.ToString(), shape.Find(key)!.Kind))).ToList();
            if (found.Count == 1 || (found.Count > 1 && keys.Count == shape.Keys.Length))
            {
                Object(at, item, found[0], shape, keys);
            }
            else
            {
                checks.Add(new Check(at, Told(item), found.Count == 0 ? Nothing
                    : string.Create(CultureInfo.InvariantCulture, $"{found.Count} that this may mean"), false, item.Place.Line));
            }
        }
    }

    private void Scalar(string path, YamlScalar expected, string? got, FactKind kind) =>
        checks.Add(new Check(
            path, expected.IsNull ? "none" : expected.Text,
            !string.IsNullOrEmpty(got) ? got : expected.Text == "none" ? "none" : Nothing,
            Agrees(expected.Text, got, kind), expected.Place.Line));

    private bool Agrees(string expected, string? got, FactKind kind)
    {
        if (string.IsNullOrEmpty(got))
        {
            return expected is "" or "none" or "~" or "null";
        }
        return kind switch
        {
            FactKind.Number => Number(expected) == Number(got),
            FactKind.Quantity => expected == got || (Steps(expected) is { } wanted && wanted == Steps(got)),
            FactKind.Flag => expected is "yes" or "true" == got is "true" or "yes",
            FactKind.Time => expected == got || (expected.Length == 10 && got == expected + " 00:00"),
            _ => string.Equals(expected, got, StringComparison.Ordinal),
        };
    }

    /// <summary>A quantity in base units, or money; null for a unit of the operator's own.</summary>
    private (UnitKind Kind, long Steps)? Steps(string text)
    {
        var (unit, steps) = quantities.Stored(new YamlScalar(new Place("", 0), text, true), "");
        return unit == Quantities.Unknown ? null : (unit.Kind, steps);
    }

    private static string Told(YamlMapping item) => string.Join(", ", item.Entries.Select(entry =>
        entry.Value is YamlScalar scalar ? $"{entry.Key.Text} {scalar.Text}" : entry.Key.Text));

    /// <summary>What is there in words, without what is the same everywhere or follows from the rest.</summary>
    private static string Told(JsonNode? node) => node is JsonObject item
        ? string.Join(", ", item.Where(
            pair => pair.Value is JsonValue && pair.Value.ToString().Length > 0 && !Dull.Contains(pair.Key))
            .Select(pair => $"{pair.Key} {pair.Value}"))
        : node?.ToString() ?? Nothing;
}
