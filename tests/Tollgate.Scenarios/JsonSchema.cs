using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Tollgate.Scenarios;

/// <summary>As much of JSON Schema (2020-12) as the scenario schema uses: type, enum, pattern, minimum, maximum, properties,
/// required, additionalProperties, items, anyOf, $ref. Any other keyword is an error of the schema.</summary>
internal sealed class JsonSchema(JsonObject root)
{
    private static readonly HashSet<string> Known =
    [
        "$schema", "$ref", "$defs", "title", "description", "type", "enum", "pattern", "minimum", "maximum", "properties",
        "required",
        "additionalProperties", "items", "anyOf",
    ];

    internal static JsonSchema Read(string path) => new(JsonNode.Parse(File.ReadAllText(path))!.AsObject());

    /// <summary>Keys that a definition allows.</summary>
    internal IEnumerable<string> KeysOf(string definition) =>
        root["$defs"]![definition]!["properties"]!.AsObject().Select(pair => pair.Key);

    /// <summary>All properties of all definitions, as <c>definition.name</c>.</summary>
    internal IEnumerable<string> Properties =>
        from definition in root["$defs"]!.AsObject()
        where definition.Value!["properties"] is not null
        from property in definition.Value["properties"]!.AsObject()
        select $"{definition.Key}.{property.Key}";

    internal IEnumerable<string> Definitions => root["$defs"]!.AsObject().Select(pair => pair.Key);

    /// <summary>What in a YAML text does not fit, with paths.</summary>
    internal List<string> Faults(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return Faults(Json(stream.Documents[0].RootNode));
    }

    /// <summary>What in a value does not fit, with paths.</summary>
    internal List<string> Faults(JsonNode? value)
    {
        var faults = new List<string>();
        Check(root, value, "", faults);
        return faults;
    }

    /// <summary>Properties, as <c>definition.name</c>, that some value had which was checked so far and was not empty.</summary>
    internal HashSet<string> Filled { get; } = new(StringComparer.Ordinal);

    private void Check(JsonObject schema, JsonNode? value, string path, List<string> faults)
    {
        foreach (var (keyword, rule) in schema)
        {
            Assert.Contains(keyword, Known);
            switch (keyword)
            {
                case "$ref":
                    Check(root["$defs"]![rule!.ToString()["#/$defs/".Length..]]!.AsObject(), value, path, faults);
                    break;
                case "type" when !Types(rule!).Contains(TypeOf(value))
                    && !(TypeOf(value) == "integer" && Types(rule!).Contains("number")):
                    faults.Add($"{path} is {TypeOf(value)}, not {string.Join(" or ", Types(rule!))}");
                    break;
                case "enum" when rule!.AsArray().All(one => !JsonNode.DeepEquals(one, value)):
                    faults.Add($"{path} is {value}, none of {rule!.ToJsonString()}");
                    break;
                case "pattern" when TypeOf(value) == "string"
                    && !Regex.IsMatch(value!.ToString(), rule!.ToString(), RegexOptions.None, TimeSpan.FromSeconds(5)):
                    faults.Add($"{path} '{value}' does not match {rule}");
                    break;
                case "minimum" when TypeOf(value) == "integer" && value!.GetValue<decimal>() < (long)rule!:
                case "maximum" when TypeOf(value) == "integer" && value!.GetValue<decimal>() > (long)rule!:
                    faults.Add($"{path} is {value}");
                    break;
                case "anyOf":
                    Any(rule!.AsArray(), value, path, faults);
                    break;
                case "items" when value is JsonArray list:
                    for (var i = 0; i < list.Count; i++)
                    {
                        Check(rule!.AsObject(), list[i], string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), faults);
                    }
                    break;
            }
        }
        if (value is JsonObject map)
        {
            Members(schema, map, path, faults);
        }
    }

    private void Members(JsonObject schema, JsonObject map, string path, List<string> faults)
    {
        foreach (var name in (schema["required"] as JsonArray ?? []).Where(name => !map.ContainsKey(name!.ToString())))
        {
            faults.Add($"{path} lacks {name}");
        }
        foreach (var (key, value) in map)
        {
            if (schema["properties"]?[key] is JsonObject known)
            {
                if (value is JsonObject { Count: > 0 } or JsonArray { Count: > 0 }
                    || (value is JsonValue && value.ToString().Length > 0))
                {
                    Filled.Add($"{schema.GetPropertyName()}.{key}");
                }
                Check(known, value, $"{path}.{key}", faults);
            }
            else if (schema["additionalProperties"] is JsonObject others)
            {
                Check(others, value, $"{path}.{key}", faults);
            }
            else if (schema["additionalProperties"] is JsonValue allowed && !allowed.GetValue<bool>())
            {
                faults.Add($"{path}.{key} is unknown");
            }
        }
    }

    private void Any(JsonArray choices, JsonNode? value, string path, List<string> faults)
    {
        var tries = choices.Select(choice =>
        {
            var own = new List<string>();
            Check(choice!.AsObject(), value, path, own);
            return own;
        }).ToList();
        if (tries.TrueForAll(own => own.Count > 0))
        {
            faults.AddRange(tries.MinBy(own => own.Count)!);
        }
    }

    private static IEnumerable<string> Types(JsonNode rule) => rule is JsonArray list ? list.Select(one => one!.ToString())
        : [rule.ToString()];

    private static string TypeOf(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject => "object",
        JsonArray => "array",
        _ => value.GetValueKind() switch
        {
            System.Text.Json.JsonValueKind.String => "string",
            System.Text.Json.JsonValueKind.Number => value.GetValue<decimal>() % 1 == 0 ? "integer" : "number",
            _ => "boolean",
        },
    };

    /// <summary>Plain scalars by the core schema of YAML 1.2, as editors read them.</summary>
    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(pair =>
            KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, Json(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Json)]),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar => scalar.Value switch
        {
            "" or "~" or "null" => null,
            "true" => true,
            "false" => false,
            { } text when decimal.TryParse(
                text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out var number) => JsonValue.Create(number),
            var text => text,
        },
        YamlScalarNode scalar => scalar.Value,
        _ => throw new InvalidDataException(node.ToString()),
    };
}
