using System.Collections.Immutable;
using System.Text;
using Tollgate.Mediation.Reading;
using Tollgate.Primitives;

namespace Tollgate.Mediation.Layouts;

/// <summary>
/// Finds values by name in NAME=VALUE pairs. A value may stand in <c>"</c> or <c>'</c>, with a backslash before a quote inside; the
/// first of several values of one name counts, and a text without an equal sign is passed over. Reused from record to record.
/// </summary>
internal sealed class PairTable(ImmutableArray<string> names)
{
    private readonly byte[][] _names = [.. names.Select(Encoding.UTF8.GetBytes)];
    private readonly CsvField[] _fields = new CsvField[names.Length];
    private readonly bool[] _found = new bool[names.Length];
    private byte[] _values = new byte[512];
    private int _length;

    /// <summary>What <see cref="Fields"/> lie in.</summary>
    internal ReadOnlySpan<byte> Text => _values.AsSpan(0, _length);

    /// <summary>The values, by the index of their names; empty when the record does not have one.</summary>
    internal ReadOnlySpan<CsvField> Fields => _fields;

    /// <summary>Reads the pairs of a record; false, with the reason in words, when a quote is not closed.</summary>
    internal bool TryRead(ReadOnlySpan<byte> record, byte equalSign, byte separator, out string problem)
    {
        Array.Clear(_fields);
        Array.Clear(_found);
        _length = 0;
        if (_values.Length < record.Length)
        {
            _values = new byte[record.Length];
        }
        problem = "";
        while (!record.IsEmpty)
        {
            var at = record.IndexOfAny(equalSign, separator);
            if (at < 0)
            {
                return true;
            }
            if (record[at] != equalSign)
            {
                record = record[(at + 1)..];
                continue;
            }
            var name = record[..at].Trim(" \t\r\n"u8);
            record = record[(at + 1)..].TrimStart(separator == (byte)' ' ? ""u8 : " \t"u8);
            var slot = SlotOf(name);
            if (!record.IsEmpty && record[0] is (byte)'"' or (byte)'\'')
            {
                if (!TakeQuoted(ref record, slot))
                {
                    problem = $"The quotes of '{Decoded.Show(name)}' are not closed.";
                    return false;
                }
                var next = record.IndexOf(separator);
                record = next < 0 ? default : record[(next + 1)..];
                continue;
            }
            var end = record.IndexOf(separator);
            var value = (end < 0 ? record : record[..end]).Trim(" \t\r\n"u8);
            Keep(slot, _length, value);
            record = end < 0 ? default : record[(end + 1)..];
        }
        return true;
    }

    private bool TakeQuoted(ref ReadOnlySpan<byte> record, int slot)
    {
        var quote = record[0];
        var start = _length;
        for (var i = 1; i < record.Length; i++)
        {
            if (record[i] == quote)
            {
                record = record[(i + 1)..];
                Place(slot, start, quoted: true);
                return true;
            }
            if (record[i] == (byte)'\n')
            {
                return false;
            }
            i += record[i] == (byte)'\\' && i + 1 < record.Length ? 1 : 0;
            _values[_length++] = record[i];
        }
        return false;
    }

    private void Keep(int slot, int start, ReadOnlySpan<byte> value)
    {
        value.CopyTo(_values.AsSpan(start));
        _length = start + value.Length;
        Place(slot, start, quoted: false);
    }

    /// <summary>Gives the value at the end of the buffer to a name, or takes it back.</summary>
    private void Place(int slot, int start, bool quoted)
    {
        if (slot < 0 || _found[slot])
        {
            _length = start;
            return;
        }
        _found[slot] = true;
        _fields[slot] = new CsvField(start, _length - start, quoted, Escaped: false);
    }

    private int SlotOf(ReadOnlySpan<byte> name)
    {
        for (var slot = 0; slot < _names.Length; slot++)
        {
            if (name.SequenceEqual(_names[slot]))
            {
                return slot;
            }
        }
        return -1;
    }
}
