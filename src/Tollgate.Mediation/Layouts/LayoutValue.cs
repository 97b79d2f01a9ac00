using System.Collections.Immutable;
using Tollgate.Mediation.Reading;
using Tollgate.Primitives;

namespace Tollgate.Mediation.Layouts;

/// <summary>One record, cut into fields.</summary>
/// <param name="text">What the fields lie in.</param>
/// <param name="fields">As the form cut them.</param>
/// <param name="places">Index of the field by slot; -1 when the record does not have it.</param>
/// <param name="quote">Doubled inside values.</param>
internal readonly ref struct LayoutRow(
    ReadOnlySpan<byte> text, ReadOnlySpan<CsvField> fields, ReadOnlySpan<int> places, byte quote)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private readonly ReadOnlySpan<CsvField> _fields = fields;
    private readonly ReadOnlySpan<int> _places = places;

    /// <summary>The field's value; empty when it is absent. Blanks around it are cut off, unless it stands in quotes.</summary>
    internal ReadOnlySpan<byte> this[int slot]
    {
        get
        {
            var place = _places[slot];
            if ((uint)place >= (uint)_fields.Length)
            {
                return default;
            }
            var field = _fields[place];
            var value = CsvRecord.Value(_text, field, quote);
            return field.Quoted ? value : value.Trim((byte)' ');
        }
    }
}

/// <summary>
/// A value made of fields of a record, in this order: the fields, a part of them by place, what is after and before a mark, prefixes
/// taken off and put on, the value mapped, and what stands for an empty one.
/// </summary>
internal sealed record LayoutValue
{
    /// <summary>As the layout file calls it, for messages: <c>start (dateTimeConnect)</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The first that is not empty counts, or all are joined.</summary>
    public required ImmutableArray<int> Slots { get; init; }

    /// <summary>The fields are joined with a blank between them.</summary>
    public bool Join { get; init; }

    /// <summary>First byte, from 0.</summary>
    public int From { get; init; }

    /// <summary>After the last byte.</summary>
    public int To { get; init; } = int.MaxValue;

    public byte[] After { get; init; } = [];

    public byte[] Before { get; init; } = [];

    /// <summary>The first that fits is taken off; the longest first.</summary>
    public ImmutableArray<byte[]> RemovePrefix { get; init; } = [];

    /// <summary>Not put before an empty value.</summary>
    public byte[] AddPrefix { get; init; } = [];

    public ValueMap? Map { get; init; }

    /// <summary>For a value that the map does not have; null: the value stays.</summary>
    public byte[]? Otherwise { get; init; }

    /// <summary>For an empty value.</summary>
    public byte[] Default { get; init; } = [];

    /// <summary>It is one field as it stands.</summary>
    public bool IsPlain { get; init; }

    /// <summary>The value in a record.</summary>
    /// <param name="row">The record.</param>
    /// <param name="scratch">Holds values that had to be put together, until the next value is read.</param>
    internal ReadOnlySpan<byte> Read(in LayoutRow row, Scratch scratch) =>
        IsPlain ? row[Slots[0]] : Changed(row, scratch);

    private ReadOnlySpan<byte> Changed(in LayoutRow row, Scratch scratch)
    {
        var value = Join ? Joined(row, scratch) : First(row);
        if (From > 0 || To < value.Length)
        {
            value = value[Math.Min(From, value.Length)..Math.Min(To, value.Length)].Trim((byte)' ');
        }
        if (After.Length > 0 && value.IndexOf(After) is >= 0 and var after)
        {
            value = value[(after + After.Length)..];
        }
        if (Before.Length > 0 && value.IndexOf(Before) is >= 0 and var before)
        {
            value = value[..before];
        }
        foreach (var prefix in RemovePrefix)
        {
            if (value.StartsWith(prefix))
            {
                value = value[prefix.Length..];
                break;
            }
        }
        if (AddPrefix.Length > 0 && !value.IsEmpty)
        {
            value = scratch.Prefixed(AddPrefix, value);
        }
        if (Map is not null)
        {
            value = Map.TryGet(value, out var mapped) ? mapped : Otherwise is null || value.IsEmpty ? value : Otherwise;
        }
        return value.IsEmpty ? Default : value;
    }

    private ReadOnlySpan<byte> First(in LayoutRow row)
    {
        ReadOnlySpan<byte> value = default;
        foreach (var slot in Slots)
        {
            value = row[slot];
            if (!value.IsEmpty)
            {
                break;
            }
        }
        return value;
    }

    private ReadOnlySpan<byte> Joined(in LayoutRow row, Scratch scratch)
    {
        scratch.Clear();
        foreach (var slot in Slots)
        {
            var value = row[slot];
            if (!value.IsEmpty)
            {
                scratch.Add(scratch.IsEmpty ? [] : " "u8);
                scratch.Add(value);
            }
        }
        return scratch.Value;
    }
}

/// <summary>Values with what stands for them.</summary>
internal sealed class ValueMap
{
    private readonly byte[][] _from;
    private readonly byte[][] _to;

    internal ValueMap(IEnumerable<KeyValuePair<byte[], byte[]>> pairs)
    {
        var sorted = pairs.ToArray();
        Array.Sort(sorted, (left, right) => left.Key.AsSpan().SequenceCompareTo(right.Key));
        _from = [.. sorted.Select(pair => pair.Key)];
        _to = [.. sorted.Select(pair => pair.Value)];
    }

    internal bool TryGet(ReadOnlySpan<byte> value, out ReadOnlySpan<byte> mapped)
    {
        var (low, high) = (0, _from.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = value.SequenceCompareTo(_from[middle]);
            if (order == 0)
            {
                mapped = _to[middle];
                return true;
            }
            (low, high) = order < 0 ? (low, middle - 1) : (middle + 1, high);
        }
        mapped = default;
        return false;
    }
}

/// <summary>A buffer for values that are put together; reused from record to record.</summary>
internal sealed class Scratch
{
    private byte[] _bytes = new byte[256];
    private byte[] _prefixed = [];
    private int _length;

    internal bool IsEmpty => _length == 0;

    internal ReadOnlySpan<byte> Value => _bytes.AsSpan(0, _length);

    internal void Clear() => _length = 0;

    internal void Add(ReadOnlySpan<byte> text)
    {
        if (_length + text.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_length + text.Length, 2 * _bytes.Length));
        }
        text.CopyTo(_bytes.AsSpan(_length));
        _length += text.Length;
    }

    /// <summary>Both together; the value may be <see cref="Value"/>.</summary>
    internal ReadOnlySpan<byte> Prefixed(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> value)
    {
        var length = prefix.Length + value.Length;
        if (_prefixed.Length < length)
        {
            _prefixed = new byte[2 * length];
        }
        prefix.CopyTo(_prefixed);
        value.CopyTo(_prefixed.AsSpan(prefix.Length));
        return _prefixed.AsSpan(0, length);
    }
}
