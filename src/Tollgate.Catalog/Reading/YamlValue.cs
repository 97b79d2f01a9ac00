using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Tollgate.Catalog.Reading;

/// <summary>A piece of YAML with its place. Scalars stay text: the key that reads one decides what it means.</summary>
internal abstract record YamlValue(Place Place)
{
    /// <summary>What a person would call it.</summary>
    public abstract string Shape { get; }
}

internal sealed record YamlScalar(Place Place, string Text, bool Quoted) : YamlValue(Place)
{
    public override string Shape => "a plain value";

    /// <summary>Nothing was written: <c>key:</c>, <c>key: ~</c> or <c>key: null</c>.</summary>
    public bool IsNull => !Quoted && Text is "" or "~" or "null";
}

internal sealed record YamlList(Place Place, IReadOnlyList<YamlValue> Items) : YamlValue(Place)
{
    public override string Shape => "a list";
}

/// <summary>A mapping; keys are unique and in file order.</summary>
internal sealed record YamlMapping(Place Place, IReadOnlyList<KeyValuePair<YamlScalar, YamlValue>> Entries) : YamlValue(Place)
{
    public override string Shape => "a mapping";

    /// <summary>What the key holds, or null when it is absent or holds nothing.</summary>
    public YamlValue? Find(string key)
    {
        foreach (var (name, value) in Entries)
        {
            if (name.Text == key)
            {
                return value is YamlScalar { IsNull: true } ? null : value;
            }
        }
        return null;
    }
}

/// <summary>Turns YAML text into <see cref="YamlValue"/>s, with a finding for what cannot be read.</summary>
internal sealed class YamlText
{
    private const int DeepestNesting = 24;

    private readonly string file;
    private readonly Parser parser;
    private readonly FindingList findings;

    private YamlText(string file, string text, FindingList findings)
    {
        this.file = file;
        this.findings = findings;
        parser = new Parser(new Scanner(new StringReader(text)));
    }

    /// <summary>The single document of a file.</summary>
    /// <param name="readable">False after a finding that ends the reading of this file.</param>
    /// <returns>Null for an empty file or when not readable.</returns>
    public static YamlValue? Parse(string file, string text, FindingList findings, out bool readable)
    {
        readable = true;
        var yaml = new YamlText(file, text, findings);
        try
        {
            return yaml.Document();
        }
        catch (YamlException exception)
        {
            readable = false;
            if (exception.Message.Contains("tab", StringComparison.Ordinal) && TabLine(text, exception.Start.Line) is { } tab)
            {
                findings.Error(CatalogueFindings.Yaml, new Place(file, tab),
                    "This is not valid YAML: the line is indented by a tab.", "Indent it by blanks.");
            }
            else
            {
                yaml.NotYaml(exception.Start.Line, OneLine(exception.Message));
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // The parser answers some malformed texts in this way, without a place; what it read last is near.
            readable = false;
            yaml.NotYaml(yaml.parser.Current?.End.Line ?? 1, "it breaks off in a way that makes no sense here or shortly after.");
        }
        return null;
    }

    /// <summary>The first line, from one on, with a tab in its indentation; the parser names where the value before it
    /// begins.</summary>
    private static int? TabLine(string text, long from)
    {
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (++number >= from && line[..(line.Length - line.TrimStart(" \t").Length)].Contains('\t'))
            {
                return number;
            }
        }
        return null;
    }

    private void NotYaml(long line, string why) =>
        findings.Error(CatalogueFindings.Yaml, new Place(file, (int)Math.Max(1, line)), $"This is not valid YAML: {why}",
            "Look at the indentation, quotes and brackets on this line and the one before.");

    private YamlValue? Document()
    {
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _))
        {
            return null;
        }
        parser.Consume<DocumentStart>();
        var value = Value(0);
        parser.Consume<DocumentEnd>();
        if (parser.Accept<DocumentStart>(out var second))
        {
            throw Refuse(second, "a file holds one document, not several.");
        }
        return value is YamlScalar { IsNull: true } ? null : value;
    }

    private YamlValue Value(int depth)
    {
        if (!parser.Accept<NodeEvent>(out var start))
        {
            var other = parser.Consume<ParsingEvent>();
            throw other is AnchorAlias ? Aliases(other) : Refuse(other, "a value is expected.");
        }
        if (!start.Anchor.IsEmpty)
        {
            throw Aliases(start);
        }
        if (depth > DeepestNesting)
        {
            throw Refuse(start, "it is nested too deeply.");
        }
        if (!start.Tag.IsEmpty && !start.Tag.IsNonSpecific)
        {
            throw Refuse(start, "tags (!name) are not used in catalogues.");
        }
        return start switch
        {
            SequenceStart => List(depth),
            MappingStart => Mapping(depth),
            _ => Scalar(parser.Consume<Scalar>()),
        };
    }

    private YamlList List(int depth)
    {
        var place = At(parser.Consume<SequenceStart>());
        var items = new List<YamlValue>();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Value(depth + 1));
        }
        return new YamlList(place, items);
    }

    private YamlMapping Mapping(int depth)
    {
        var place = At(parser.Consume<MappingStart>());
        var entries = new List<KeyValuePair<YamlScalar, YamlValue>>();
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.Accept<Scalar>(out var key))
            {
                throw Refuse(parser.Consume<ParsingEvent>(), "a key must be a plain word.");
            }
            var name = (YamlScalar)Value(depth + 1);
            var value = Value(depth + 1);
            if (lines.TryAdd(name.Text, name.Place.Line))
            {
                entries.Add(new(name, value));
            }
            else
            {
                findings.Error(CatalogueFindings.KeyTwice, At(key), $"The key '{name.Text}' is here twice; it is also on line " +
                    $"{lines[name.Text].ToString(System.Globalization.CultureInfo.InvariantCulture)}.", "Remove one of the two.");
            }
        }
        return new YamlMapping(place, entries);
    }

    private YamlScalar Scalar(Scalar scalar) =>
        new(At(scalar), scalar.Style == ScalarStyle.Plain ? scalar.Value.Trim() : scalar.Value,
            scalar.Style != ScalarStyle.Plain);

    private Place At(ParsingEvent at) => new(file, (int)at.Start.Line);

    private static SemanticErrorException Aliases(ParsingEvent at) =>
        Refuse(at, "anchors and aliases (& and *) are not used in catalogues; write the value out, or use 'extends' for offers.");

    private static SemanticErrorException Refuse(ParsingEvent at, string why) => new(at.Start, at.End, why);

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").TrimEnd('.') + ".";
}
