using System.Globalization;
using System.Text.Json;

namespace Tollgate.Mediation.Reading;

/// <summary>Some values of one JSON object, copied one after the other. Reused from record to record.</summary>
internal abstract class JsonValues
{
    private byte[] _values = new byte[1024];
    private int _length;

    /// <summary>The values that were kept.</summary>
    internal ReadOnlySpan<byte> Text => _values.AsSpan(0, _length);

    /// <summary>Reads one object; false, with the reason in words, when it is not valid JSON.</summary>
    internal bool TryRead(ReadOnlySpan<byte> json, out string problem)
    {
        Clear();
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
            Collect(ref reader);
            if (reader.Read())
            {
                problem = "There is text after the object.";
            }
        }
        catch (JsonException fault)
        {
            problem = Words(fault);
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

    /// <summary>Forgets the record before.</summary>
    protected abstract void Clear();

    /// <summary>Reads the object that the reader stands on, up to its end.</summary>
    protected abstract void Collect(ref Utf8JsonReader reader);

    /// <summary>Resolves in place what stands in a text for something else; returns the new length. Default: nothing does.</summary>
    protected virtual int Decode(Span<byte> text) => text.Length;

    /// <summary>Keeps the text, number or truth value that the reader stands on; nothing of any other.</summary>
    /// <returns>Where it is in <see cref="Text"/>.</returns>
    protected (int Start, int Length) Keep(ref Utf8JsonReader reader)
    {
        var start = _length;
        var free = _values.AsSpan(start);
        if (reader.TokenType == JsonTokenType.String)
        {
            _length += Decode(free[..reader.CopyString(free)]);
        }
        else if (reader.TokenType is JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False)
        {
            reader.ValueSpan.CopyTo(free);
            _length += reader.ValueSpan.Length;
        }
        return (start, _length - start);
    }

    /// <summary>The reader's own words with the place as people count it.</summary>
    private static string Words(JsonException fault) => string.Create(CultureInfo.InvariantCulture,
        $"Not valid JSON in line {fault.LineNumber + 1} of the record, byte {fault.BytePositionInLine + 1}: ")
        + fault.Message.Split(" LineNumber:", StringSplitOptions.None)[0];
}
