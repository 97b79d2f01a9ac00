using System.Globalization;
using Tollgate.Primitives;

namespace Tollgate.Mediation.Reading;

/// <summary>
/// A decoder of a format in which a record is a JSON object: one after the other, on a line each or pretty-printed, or the elements of
/// one list. A record ends where its object is closed, or, when that never happens, before a line that begins with a brace.
/// </summary>
internal abstract class JsonDecoder : FramedDecoder
{
    private readonly bool _inList;
    private Braces _skipped;

    /// <param name="start">Where to go on.</param>
    /// <param name="inList">Objects may be the elements of a list: brackets and commas stand between them.</param>
    protected JsonDecoder(DecoderState start, bool inList = false)
        : base(start)
    {
        _inList = inList;
        _skipped = start.Skipping ? Braces.Parse(start.Header) : default;
    }

    /// <summary>Calls with long call flows and SDP in their variables are tens of KiB.</summary>
    protected override int MaxBytes => 256 * 1024;

    /// <summary>Within an over-long object, where its braces stand.</summary>
    protected override string Header => _skipped.ToString();

    private ReadOnlySpan<byte> Between => _inList ? " \t\r\n,[]"u8 : " \t\r\n"u8;

    /// <summary>Reads one object, from its brace to the one that closes it.</summary>
    protected abstract Decoded Object(ReadOnlySpan<byte> text, long offset);

    protected override Frame Find(ReadOnlySpan<byte> rest, bool last)
    {
        var between = rest.IndexOfAnyExcept(Between);
        if (between != 0)
        {
            return new Frame(0, between < 0 ? rest.Length : between, Complete: true);
        }
        if (rest[0] != (byte)'{')
        {
            var end = rest.IndexOf((byte)'\n');
            return end >= 0 ? new Frame(end, end + 1, Complete: true) : Open(rest, last);
        }
        var braces = default(Braces);
        return braces.Follow(rest, out var length) switch
        {
            Following.Closed => new Frame(length, length, Complete: true),
            Following.Broken => new Frame(length - 1, length, Complete: false),
            _ => Open(rest, last),
        };
    }

    protected override int Skip(ReadOnlySpan<byte> rest, out bool done)
    {
        done = _skipped.Follow(rest, out var length) != Following.Open;
        _skipped = done ? default : _skipped;
        return length;
    }

    protected override Decoded Read(ReadOnlySpan<byte> text, long offset, bool complete) =>
        text[0] != (byte)'{' ? Decoded.Reject(HoldReason.Unreadable, "This is not the beginning of a JSON object.")
        : !complete ? Decoded.Reject(HoldReason.Truncated, "The object is not closed.")
        : Object(text, offset);

    private static Frame Open(ReadOnlySpan<byte> rest, bool last) =>
        last ? new Frame(rest.Length, rest.Length, Complete: false) : Frame.NeedMore;

    /// <summary>How following the braces of an object ended.</summary>
    private enum Following
    {
        /// <summary>The bytes ended before the object.</summary>
        Open,
        /// <summary>The object is closed.</summary>
        Closed,
        /// <summary>A line begins with a brace: the object was never closed.</summary>
        Broken,
    }

    /// <summary>How deep a place of an object is, and whether it is within a text, perhaps after a backslash.</summary>
    private record struct Braces(int Depth, bool InText, bool Escaped)
    {
        internal Following Follow(ReadOnlySpan<byte> rest, out int length)
        {
            length = 0;
            while (length < rest.Length)
            {
                if (Escaped)
                {
                    // A line end is never escaped, so that it is seen below.
                    length += rest[length] == (byte)'\n' ? 0 : 1;
                    Escaped = false;
                    continue;
                }
                var step = InText
                    ? rest[length..].IndexOfAny((byte)'"', (byte)'\\', (byte)'\n') : rest[length..].IndexOfAny("{}\"\n"u8);
                if (step < 0)
                {
                    length = rest.Length;
                    return Following.Open;
                }
                length += step;
                if (rest[length] == (byte)'\n' && length + 1 == rest.Length)
                {
                    return Following.Open;
                }
                length++;
                switch (rest[length - 1])
                {
                    case (byte)'\n' when rest[length] == (byte)'{':
                        return Following.Broken;
                    case (byte)'"':
                        InText = !InText;
                        break;
                    case (byte)'\\':
                        Escaped = true;
                        break;
                    case (byte)'{':
                        Depth++;
                        break;
                    case (byte)'}' when --Depth == 0:
                        return Following.Closed;
                }
            }
            return Following.Open;
        }

        internal static Braces Parse(string text)
        {
            var parts = text.Split(',');
            return parts.Length == 3 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var depth)
                ? new Braces(depth, parts[1] == "1", parts[2] == "1") : default;
        }

        public override readonly string ToString() => this == default ? ""
            : string.Create(CultureInfo.InvariantCulture, $"{Depth},{(InText ? 1 : 0)},{(Escaped ? 1 : 0)}");
    }
}
