using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tollgate.Catalog.Schema;

/// <summary>A JSON Schema (draft 2020-12) made from a table of keys, for completion in editors.</summary>
internal static class SchemaText
{
    private static readonly JsonSerializerOptions Readable =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    /// <summary>The schema as text, with a line end at its end.</summary>
    /// <param name="id">Where the published schema calls itself at home.</param>
    /// <param name="title">What kind of file it is.</param>
    /// <param name="mappings">All mappings; the first is the file itself.</param>
    internal static string Of(string id, string title, ImmutableArray<CatalogueMapping> mappings)
    {
        var file = Mapping(mappings[0]);
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$id"] = id,
            ["title"] = title,
        };
        foreach (var (key, value) in file.ToList())
        {
            file.Remove(key);
            schema[key] = value;
        }
        schema["$defs"] = new JsonObject(mappings.Skip(1).Select(mapping =>
            KeyValuePair.Create(Name(mapping.Path), (JsonNode?)Mapping(mapping))));
        return schema.ToJsonString(Readable) + "\n";
    }

    private static JsonObject Mapping(CatalogueMapping mapping)
    {
        var schema = new JsonObject
        {
            ["description"] = mapping.Description,
            ["type"] = "object",
            ["additionalProperties"] = false,
        };
        if (mapping.Keys.Any(key => key.Required))
        {
            schema["required"] = new JsonArray([.. mapping.Keys.Where(key =>
                key.Required).Select(key => JsonValue.Create(key.Key))]);
        }
        schema["properties"] = new JsonObject(mapping.Keys.Select(key =>
        {
            var type = Type(key.Type);
            type.Insert(0, "description", key.Description);
            return KeyValuePair.Create(key.Key, (JsonNode?)type);
        }));
        return schema;
    }

    private static JsonObject Type(KeyType type) => type switch
    {
        KeyType.Notation notation => Notation(notation),
        KeyType.Choice choice => choice.OrPattern is { } pattern
            ? AnyOf(Words(choice.Choices), new JsonObject { ["type"] = "string", ["pattern"] = pattern })
            : Words(choice.Choices),
        KeyType.YesNo => AnyOf(new JsonObject { ["type"] = "boolean" }, Words(["yes", "no"])),
        KeyType.Number number => Number(number),
        KeyType.Named => AnyOf(Plain(), new JsonObject
        {
            ["type"] = "object",
            ["propertyNames"] = new JsonObject { ["pattern"] = "^[a-z]{2,3}(-[a-z0-9]{2,8})*$" },
            ["additionalProperties"] = new JsonObject { ["type"] = "string" },
        }),
        KeyType.OneOrMore more => AnyOf(Type(more.Of), new JsonObject { ["type"] = "array", ["items"] = Type(more.Of) }),
        KeyType.Entries entries => new JsonObject { ["type"] = Array("array", "null"), ["items"] = Reference(entries.Path) },
        KeyType.Mapping mapping => Reference(mapping.Path),
        KeyType.NumberOrMapping number => AnyOf(
            new JsonObject { ["type"] = "number" }, Reference(number.Path)),
        KeyType.TextOrMapping text => AnyOf(Plain(), Reference(text.Path)),
        KeyType.Free => new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = AnyOf(Plain(), new JsonObject { ["type"] = "array", ["items"] = Plain() }),
        },
        _ => throw new InvalidOperationException($"Unknown type of key {type.GetType().Name}."),
    };

    private static JsonObject Notation(KeyType.Notation notation)
    {
        var schema = Plain();
        if (notation.Pattern is { } pattern)
        {
            schema["pattern"] = pattern;
        }
        if (!notation.Examples.IsEmpty)
        {
            schema["examples"] = Array([.. notation.Examples]);
        }
        return schema;
    }

    /// <summary>Numbers may also stand in quotes, as the reader takes them.</summary>
    private static JsonObject Number(KeyType.Number number)
    {
        var schema = new JsonObject { ["type"] = number.Whole ? "integer" : "number", ["minimum"] = number.Least };
        if (number.Most is { } most)
        {
            schema["maximum"] = most;
        }
        return AnyOf(schema, new JsonObject { ["type"] = "string",
            ["pattern"] = number.Whole ? @"^-?\d+$" : @"^-?\d+(\.\d+)?$" });
    }

    private static JsonObject Plain() => new() { ["type"] = Array("string", "number", "boolean") };

    private static JsonObject Words(ImmutableArray<string> words) => new() { ["enum"] = Array([.. words]) };

    private static JsonObject AnyOf(params JsonNode[] choices) => new() { ["anyOf"] = new JsonArray(choices) };

    private static JsonArray Array(params string[] words) => new([.. words.Select(word => JsonValue.Create(word))]);

    private static JsonObject Reference(string path) => new() { ["$ref"] = $"#/$defs/{Name(path)}" };

    /// <summary><c>offers[].recurring[]</c> is called <c>offers.recurring</c>.</summary>
    private static string Name(string path) => path.Replace("[]", "", StringComparison.Ordinal);
}
