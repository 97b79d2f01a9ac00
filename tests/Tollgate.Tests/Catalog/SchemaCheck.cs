using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Tollgate.Tests.Catalog;

/// <summary>The part of JSON Schema that the published schemas use, over YAML.</summary>
internal sealed class SchemaCheck(JsonObject root)
{
    /// <summary>The places of a file that do not fit.</summary>
    internal static List<string> Wrong(JsonObject root, string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return stream.Documents.Count == 0 ? [] : [.. new SchemaCheck(root).Wrong(root, stream.Documents[0].RootNode, "$")];
    }

    private IEnumerable<string> Wrong(JsonObject schema, YamlNode node, string at)
    {
        if (schema["$ref"] is { } reference)
        {
            schema = root["$defs"]![reference.ToString()["#/$defs/".Length..]]!.AsObject();
        }
        if (schema["anyOf"] is JsonArray choices)
        {
            return choices.Any(choice => !Wrong(choice!.AsObject(), node, at).Any()) ? [] : [at];
        }
        if (schema["enum"] is JsonArray words)
        {
            return node is YamlScalarNode word && words.Any(each => each!.ToString() == word.Value) ? [] : [at];
        }
        if (!Fits(schema["type"], node))
        {
            return [at];
        }
        return node switch
        {
            YamlScalarNode scalar => Scalar(schema, scalar, at),
            YamlSequenceNode list => list.Children.SelectMany((item, i) =>
                Wrong(schema["items"]!.AsObject(), item, $"{at}[{i}]")),
            YamlMappingNode map => Mapping(schema, map, at),
            _ => [at],
        };
    }

    private IEnumerable<string> Mapping(JsonObject schema, YamlMappingNode map, string at)
    {
        var keys = map.Children.Keys.Select(key => ((YamlScalarNode)key).Value!).ToList();
        if (schema["required"] is JsonArray required && required.Any(key => !keys.Contains(key!.ToString())))
        {
            yield return at;
        }
        foreach (var (key, value) in map.Children.Select(pair => (((YamlScalarNode)pair.Key).Value!, pair.Value)))
        {
            var inner = schema["properties"]?[key] ?? schema["additionalProperties"];
            if (inner is not JsonObject known)
            {
                yield return $"{at}.{key}";
                continue;
            }
            foreach (var wrong in Wrong(known, value, $"{at}.{key}"))
            {
                yield return wrong;
            }
        }
    }

    private static string[] Scalar(JsonObject schema, YamlScalarNode scalar, string at)
    {
        var text = scalar.Value ?? "";
        var number = decimal.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var value);
        var wrong = (schema["pattern"] is { } pattern
                && !Regex.IsMatch(text, pattern.ToString(), RegexOptions.None, TimeSpan.FromSeconds(1)))
            || (schema["minimum"] is { } least && number && value < least.GetValue<decimal>())
            || (schema["maximum"] is { } most && number && value > most.GetValue<decimal>());
        return wrong ? [at] : [];
    }

    private static bool Fits(JsonNode? type, YamlNode node)
    {
        IEnumerable<string> types = type is JsonArray several ? several.Select(one => one!.ToString()) : [type!.ToString()];
        return types.Any(one => (one, node) switch
        {
            ("object", YamlMappingNode) or ("array", YamlSequenceNode) => true,
            ("string", YamlScalarNode) => true,
            ("boolean", YamlScalarNode scalar) => scalar is { Style: ScalarStyle.Plain, Value: "true" or "false" },
            ("null", YamlScalarNode scalar) => scalar is { Style: ScalarStyle.Plain, Value: "" or "null" or "~" },
            ("number" or "integer", YamlScalarNode scalar) => scalar.Style == ScalarStyle.Plain
                && decimal.TryParse(scalar.Value, System.Globalization.CultureInfo.InvariantCulture, out var number)
                && (one == "number" || number == decimal.Truncate(number)),
            _ => false,
        });
    }
}
