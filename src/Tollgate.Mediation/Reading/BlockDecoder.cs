namespace Tollgate.Mediation.Reading;

/// <summary>A decoder of a format in which a record is a block of lines, ended by a blank line.</summary>
internal abstract class BlockDecoder(DecoderState start) : FramedDecoder(start)
{
    /// <summary>True when a line that begins so can only be the first of a record, even without a blank line before it. Default:
    /// no line is.</summary>
    protected virtual bool BeginsRecord(byte first) => false;

    protected override Frame Find(ReadOnlySpan<byte> rest, bool last)
    {
        var at = 0;
        while (true)
        {
            if (at < rest.Length)
            {
                var blank = BlankLine(rest[at..]);
                if (blank > 0)
                {
                    return new Frame(at, at + blank, Complete: true);
                }
                if (at > 0 && BeginsRecord(rest[at]))
                {
                    return new Frame(at, at, Complete: false);
                }
            }
            var end = rest[at..].IndexOf((byte)'\n');
            if (end < 0)
            {
                return last ? new Frame(rest.Length, rest.Length, Complete: false) : Frame.NeedMore;
            }
            at += end + 1;
        }
    }

    protected override int Skip(ReadOnlySpan<byte> rest, out bool done)
    {
        var at = 0;
        while (true)
        {
            var end = rest[at..].IndexOf((byte)'\n');
            done = false;
            if (end < 0)
            {
                return rest.Length;
            }
            var next = at + end + 1;
            if (next == rest.Length || (rest[next] == (byte)'\r' && next + 1 == rest.Length))
            {
                return next - 1;
            }
            var blank = BlankLine(rest[next..]);
            if (blank > 0 || BeginsRecord(rest[next]))
            {
                done = true;
                return next + blank;
            }
            at = next;
        }
    }

    /// <summary>Length of the blank line at the start of the text, or 0.</summary>
    private static int BlankLine(ReadOnlySpan<byte> text) =>
        text[0] == (byte)'\n' ? 1 : text.Length > 1 && text[0] == (byte)'\r' && text[1] == (byte)'\n' ? 2 : 0;
}
