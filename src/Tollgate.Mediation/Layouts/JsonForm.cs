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
internal sealed class JsonPaths : JsonValues
{
    private readonly Node _root;
    private readonly CsvField[] _fields;

    internal JsonPaths(ImmutableArray<string> paths)
    {
        _fields = new CsvField[paths.Length];
        _root = Tree([.. paths.Select((path, slot) => (Steps(path), slot))]);
    }

    /// <summary>The values in <see cref="JsonValues.Text"/>, by the index of their paths; empty when the object does not have
    /// one.</summary>
    internal ReadOnlySpan<CsvField> Fields => _fields;

    /// <summary>The steps of a path.</summary>
    internal static string[] Steps(string path) => path.StartsWith('/')
        ? [.. path[1..].Split('/').Select(step => step.Replace("~1", "/", StringComparison.Ordinal)
            .Replace("~0", "~", StringComparison.Ordinal))]
        : path.Split('.');

    protected override void Clear() => Array.Clear(_fields);

    protected override void Collect(ref Utf8JsonReader reader) => Walk(ref reader, _root);

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
        if (slot >= 0)
        {
            var (start, length) = Keep(ref reader);
            _fields[slot] = new CsvField(start, length, Quoted: false, Escaped: false);
        }
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
