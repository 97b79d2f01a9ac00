using System.Text.Unicode;
using Tollgate.Primitives;

namespace Tollgate.Mediation.Reading;

/// <summary>Where the next record of a buffer ends.</summary>
/// <param name="Text">Length of its text, in bytes; 0 for bytes that belong to no record (a blank line).</param>
/// <param name="Total">Length with its terminator; 0 when the end is not in the buffer.</param>
/// <param name="Complete">True when the record's terminator was seen.</param>
internal readonly record struct Frame(int Text, int Total, bool Complete)
{
    internal static Frame NeedMore => default;
}

/// <summary>
/// The loop that all decoders share: byte order mark, framing, over-long records, encoding, line numbers, and the promise that every
/// record is reported exactly once. A format says where records end and how one is read.
/// </summary>
internal abstract class FramedDecoder(DecoderState start) : IDecoder
{
    /// <summary>How far beyond the text a frame's end may need to look.</summary>
    private const int Lookahead = 3;

    private int _line = start.Line;
    private bool _skipping = start.Skipping;

    /// <summary>1-based line of the record that is being read.</summary>
    protected int Line => _line;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public string State => new DecoderState(_line, _skipping, Header).ToString();

    /// <summary>Longest text of a record, in bytes.</summary>
    protected virtual int MaxBytes => 64 * 1024;

    /// <summary>The header row to keep in the state.</summary>
    protected virtual string Header => "";

    /// <summary>Finds the end of the record at the start of <paramref name="rest"/>, which is not empty.</summary>
    protected abstract Frame Find(ReadOnlySpan<byte> rest, bool last);

    /// <summary>How many bytes of an over-long record can be passed over.</summary>
    /// <param name="done">True when the bytes after that begin a new record.</param>
    protected abstract int Skip(ReadOnlySpan<byte> rest, out bool done);

    /// <summary>Reads one record, whose bytes are valid UTF-8 without NUL.</summary>
    protected abstract Decoded Read(ReadOnlySpan<byte> text, long offset, bool complete);

    /// <summary>True when the text is no record but belongs to the file's form (a header row); called before <see cref="Read"/>.</summary>
    protected virtual bool TakeHeader(ReadOnlySpan<byte> text, long offset) => false;

    public int Decode(ReadOnlySpan<byte> buffer, long offset, bool last, int maxRecords, IDecodedSink sink)
    {
        var consumed = 0;
        if (offset == 0)
        {
            if (buffer.StartsWith(ByteOrderMark))
            {
                consumed = ByteOrderMark.Length;
            }
            else if (!last && ByteOrderMark.StartsWith(buffer))
            {
                return 0;
            }
        }
        var records = 0;
        while (consumed < buffer.Length && (records < maxRecords || _skipping))
        {
            var rest = buffer[consumed..];
            if (_skipping)
            {
                var passed = PassOver(rest, last);
                consumed += passed;
                if (passed == 0)
                {
                    break;
                }
                continue;
            }
            var frame = Find(rest, last);
            var tooLong = frame.Total == 0 ? rest.Length >= MaxBytes + Lookahead || (last && rest.Length > MaxBytes)
                : frame.Text > MaxBytes;
            if (tooLong)
            {
                Report(Decoded.Reject(HoldReason.TooLong, $"The record is longer than {MaxBytes} bytes."), rest, offset + consumed, sink);
                records++;
                _skipping = true;
                continue;
            }
            if (frame.Total == 0)
            {
                break;
            }
            records += One(rest, frame, offset + consumed, sink);
            consumed += frame.Total;
            CountLines(rest[..frame.Total]);
        }
        return consumed;
    }

    private int One(ReadOnlySpan<byte> rest, Frame frame, long offset, IDecodedSink sink)
    {
        var text = rest[..frame.Text];
        if (text.IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            return 0;
        }
        Decoded decoded;
        if (!Utf8.IsValid(text))
        {
            decoded = Decoded.Reject(HoldReason.BadEncoding, "The bytes are not valid UTF-8.");
        }
        else if (text.Contains((byte)0))
        {
            decoded = Decoded.Reject(HoldReason.Unreadable, "The record contains a NUL byte.");
        }
        else if (TakeHeader(text, offset))
        {
            return 0;
        }
        else
        {
            decoded = Read(text, offset, frame.Complete);
        }
        Report(decoded, text, offset, sink);
        return 1;
    }

    private void Report(Decoded decoded, ReadOnlySpan<byte> text, long offset, IDecodedSink sink)
    {
        if (decoded.Usage is not null)
        {
            sink.Usage(decoded.Usage);
        }
        else if (decoded.Ignored is not null)
        {
            sink.Ignored(offset, decoded.Ignored);
        }
        else
        {
            var kept = text[..Math.Min(text.Length, MaxBytes)].TrimEnd("\r\n"u8);
            sink.Rejected(new RejectedRecord(offset, _line, decoded.Reason, decoded.Detail, Decoded.Text(kept)));
        }
    }

    private int PassOver(ReadOnlySpan<byte> rest, bool last)
    {
        var passed = Skip(rest, out var done);
        if (last && !done)
        {
            passed = rest.Length;
            done = true;
        }
        _skipping = !done;
        CountLines(rest[..passed]);
        return passed;
    }

    private void CountLines(ReadOnlySpan<byte> bytes)
    {
        var lines = bytes.Count((byte)'\n');
        _line = _line > int.MaxValue - lines ? int.MaxValue : _line + lines;
    }
}

/// <summary>A decoder of a format in which a record is a line, ended by LF or CR LF.</summary>
internal abstract class LineDecoder(DecoderState start) : FramedDecoder(start)
{
    protected override Frame Find(ReadOnlySpan<byte> rest, bool last)
    {
        var end = rest.IndexOf((byte)'\n');
        if (end >= 0)
        {
            return new Frame(end, end + 1, Complete: true);
        }
        return last ? new Frame(rest.Length, rest.Length, Complete: false) : Frame.NeedMore;
    }

    protected override int Skip(ReadOnlySpan<byte> rest, out bool done)
    {
        var end = rest.IndexOf((byte)'\n');
        done = end >= 0;
        return done ? end + 1 : rest.Length;
    }
}
