using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Tollgate.Mediation.Reading;
using Tollgate.Primitives;

namespace Tollgate.Mediation.Layouts;

/// <summary>JSON objects, one after the other or in one list.</summary>
internal sealed class JsonObjectsDecoder(UsageLayout layout, UsageSource source, DecoderState start)
    : JsonDecoder(start, inList: true)
{
    private readonly LayoutRecords _records = new(layout, source);
    private readonly JsonPaths _paths = new(layout.Fields);
    private readonly int[] _places = [.. Enumerable.Range(0, layout.Fields.Length)];

    protected override Decoded Object(ReadOnlySpan<byte> text, long offset) => _paths.TryRead(text, out var problem)
        ? _records.Read(new LayoutRow(_paths.Text, _paths.Fields, _places, 0), text, offset)
        : Decoded.Reject(HoldReason.Unreadable, problem);
}

/// <summary>
/// Collects the values at some paths of a JSON object: <c>call.legs.0.number</c>, names with dots between, elements of a list by their
/// number; or the same as a JSON pointer (RFC 6901: <c>/call/legs/0/number</c>) for names that have dots. An object or list at the end
/// of a path is no value. Reused from record to record.
/// </summary>
internal sealed class JsonPaths
{
    private readonly Node _root;
    private readonly CsvField[] _fields;
    private byte[] _values = new byte[1024];
    private int _length;

    internal JsonPaths(ImmutableArray<string> paths)
    {
        _fields = new CsvField[paths.Length];
        _root = Tree([.. paths.Select((path, slot) => (Steps(path), slot))]);
    }

    /// <summary>What <see cref="Fields"/> lie in.</summary>
    internal ReadOnlySpan<byte> Text => _values.AsSpan(0, _length);

    /// <summary>The values, by the index of their paths; empty when the object does not have one.</summary>
    internal ReadOnlySpan<CsvField> Fields => _fields;

    /// <summary>The steps of a path.</summary>
    internal static string[] Steps(string path) => path.StartsWith('/')
        ? [.. path[1..].Split('/').Select(step => step.Replace("~1", "/", StringComparison.Ordinal)
            .Replace("~0", "~", StringComparison.Ordinal))]
        : path.Split('.');

    /// <summary>Reads one object; false, with the reason in words, when it is not valid JSON.</summary>
    internal bool TryRead(ReadOnlySpan<byte> json, out string problem)
    {
        Array.Clear(_fields);
        _length = 0;
        if (_values.Length < json.Length)
        {
            _values = new byte[json.Length];
        }
        problem = "";
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            Walk(ref reader, _root);
            if (reader.Read())
            {
                problem = "There is text after the object.";
            }
        }
        catch (JsonException fault)
        {
            problem = $"Not valid JSON: {fault.Message}";
        }
        catch (InvalidOperationException)
        {
            problem = "A string has an escape that stands for no character.";
        }
        if (problem.Length == 0 && Text.Contains((byte)0))
        {
            problem = "A value contains a NUL.";
        }
        return problem.Length == 0;
    }

    /// <summary>Reads the value that the reader stands on, up to its end.</summary>
    private void Walk(ref Utf8JsonReader reader, Node node)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject when node.Names.Length > 0:
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var next = node.ByName(ref reader);
                    reader.Read();
                    Visit(ref reader, next);
                }
                break;
            case JsonTokenType.StartArray when node.Names.Length > 0:
                for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
                {
                    Visit(ref reader, node.ByNumber(i));
                }
                break;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                reader.Skip();
                break;
            default:
                Keep(ref reader, node.Slot);
                break;
        }
    }

    private void Visit(ref Utf8JsonReader reader, Node? node)
    {
        if (node is null)
        {
            reader.Skip();
        }
        else
        {
            Walk(ref reader, node);
        }
    }

    private void Keep(ref Utf8JsonReader reader, int slot)
    {
        if (slot < 0)
        {
            return;
        }
        var start = _length;
        var free = _values.AsSpan(start);
        if (reader.TokenType == JsonTokenType.String)
        {
            _length += reader.CopyString(free);
        }
        else if (reader.TokenType != JsonTokenType.Null)
        {
            reader.ValueSpan.CopyTo(free);
            _length += reader.ValueSpan.Length;
        }
        _fields[slot] = new CsvField(start, _length - start, Quoted: false, Escaped: false);
    }

    private static Node Tree(List<(string[] Steps, int Slot)> paths)
    {
        var own = paths.Where(path => path.Steps.Length == 0).Select(path => path.Slot).DefaultIfEmpty(-1).First();
        var below = paths.Where(path => path.Steps.Length > 0).GroupBy(path => path.Steps[0], StringComparer.Ordinal)
            .Select(group => (group.Key, Tree([.. group.Select(path => (path.Steps[1..], path.Slot))]))).ToList();
        return new Node(own, [.. below.Select(one => (Encoding.UTF8.GetBytes(one.Key), Number(one.Key), one.Item2))]);
    }

    private static int Number(string step) =>
        int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    /// <summary>A step of paths: which value ends here, and where it goes on.</summary>
    private sealed class Node(int slot, (byte[] Name, int Number, Node Next)[] names)
    {
        internal int Slot => slot;

        internal (byte[] Name, int Number, Node Next)[] Names => names;

        internal Node? ByName(ref Utf8JsonReader reader)
        {
            foreach (var (name, _, next) in names)
            {
                if (reader.ValueTextEquals(name))
                {
                    return next;
                }
            }
            return null;
        }

        internal Node? ByNumber(int number)
        {
            foreach (var (_, place, next) in names)
            {
                if (place == number)
                {
                    return next;
                }
            }
            return null;
        }
    }
}
