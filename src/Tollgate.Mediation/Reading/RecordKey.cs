using Tollgate.Primitives;

namespace Tollgate.Mediation.Reading;

/// <summary>
/// Builds the key of a record out of parts, in UTF-8: the parts are separated by U+001F, which is escaped inside them (ESC 1; ESC itself
/// as ESC 0), so that different parts never give the same key. The buffer is reused from record to record.
/// A source without a code has records without ids.
/// </summary>
internal sealed class RecordKey(string source)
{
    private const byte Separator = 0x1F;
    private const byte Escape = 0x1B;

    private byte[] _buffer = new byte[512];
    private int _length;

    internal RecordKey Begin()
    {
        _length = 0;
        return this;
    }

    internal RecordKey Add(ReadOnlySpan<byte> part)
    {
        if (source.Length == 0)
        {
            return this;
        }
        var needed = _length + (2 * part.Length) + 1;
        if (needed > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(needed, 2 * _buffer.Length));
        }
        if (part.IndexOfAny(Separator, Escape) < 0)
        {
            part.CopyTo(_buffer.AsSpan(_length));
            _length += part.Length;
        }
        else
        {
            foreach (var b in part)
            {
                if (b is Separator or Escape)
                {
                    _buffer[_length++] = Escape;
                    _buffer[_length++] = b == Separator ? (byte)'1' : (byte)'0';
                }
                else
                {
                    _buffer[_length++] = b;
                }
            }
        }
        _buffer[_length++] = Separator;
        return this;
    }

    internal EventId ToEventId() => source.Length == 0 ? default : EventId.Of(source, _buffer.AsSpan(0, _length));
}
