using System.Text;
using Tollgate.Mediation.Reading;
using Tollgate.Primitives;

namespace Tollgate.Mediation.Layouts;

/// <summary>Lines of values with a separator between them.</summary>
internal sealed class DelimitedDecoder : CsvDecoder
{
    /// <summary>More columns than any sensible export has.</summary>
    internal const int MaxColumns = 512;

    /// <summary>Longest header row, in bytes, so that it fits the decoder's state.</summary>
    internal const int MaxHeader = 7 * 1024;

    private readonly UsageLayout _layout;
    private readonly LayoutForm _form;
    private readonly LayoutRecords _records;
    private readonly int[] _places;
    private string _header = "";
    private int _columns;

    internal DelimitedDecoder(UsageLayout layout, UsageSource source, DecoderState start)
        : base(start)
    {
        _layout = layout;
        _form = layout.Form;
        _records = new LayoutRecords(layout, source);
        _places = [.. layout.Fields.Select(name => _form.Columns.IndexOf(name))];
        _columns = _form.Columns.Length;
        if (start.Header.Length > 0)
        {
            TakeNames(Encoding.UTF8.GetBytes(start.Header), out _);
        }
    }

    protected override byte Separator => _form.Separator;

    protected override byte Quote => _form.Quote;

    protected override string Header => _header;

    protected override (int Fewest, int Most) Columns => (_form.Header ? _columns : _form.Fewest, _columns);

    protected override string ColumnsInWords => _form.Header ? $"the {_columns} of the header row" : base.ColumnsInWords;

    protected override bool TakeHeader(ReadOnlySpan<byte> text, long offset) =>
        LayoutLines.AreNone(_form, text, Line) || (_form.Header && _header.Length == 0 && TakeNames(text, out _));

    protected override Decoded Read(ReadOnlySpan<byte> text, long offset, bool complete)
    {
        if (_form.Header && _header.Length == 0)
        {
            TakeNames(text, out var problem);
            return Decoded.Reject(HoldReason.Unreadable, problem);
        }
        return base.Read(text, offset, complete);
    }

    protected override Decoded Row(ReadOnlySpan<byte> line, ReadOnlySpan<CsvField> fields, long offset) =>
        _records.Read(new LayoutRow(line, fields, _places, _form.Quote), line, offset);

    /// <summary>Finds the layout's fields in a header row, in any letter case.</summary>
    private bool TakeNames(ReadOnlySpan<byte> text, out string problem)
    {
        var line = text.TrimEnd((byte)'\r');
        Span<CsvField> fields = stackalloc CsvField[MaxColumns];
        var count = line.Length > MaxHeader ? CsvRecord.BadQuotes : CsvRecord.Split(line, fields, Separator, Quote);
        if (count is CsvRecord.BadQuotes or > MaxColumns)
        {
            problem = $"This is no header row: it must name at most {MaxColumns} columns in {MaxHeader} bytes.";
            return false;
        }
        var names = new List<string>(count);
        foreach (var field in fields[..count])
        {
            names.Add(Encoding.UTF8.GetString(CsvRecord.Value(line, field, Quote)).Trim());
        }
        var places = _layout.Fields.Select(
            name => names.FindIndex(column => column.Equals(name, StringComparison.OrdinalIgnoreCase))).ToArray();
        var lacking = _layout.Fields.Where((_, slot) => places[slot] < 0).ToList();
        problem = lacking.Count == 0 ? ""
            : $"No header row before this line names the columns that the layout reads. Lacking: {string.Join(", ", lacking)}.";
        if (lacking.Count > 0)
        {
            return false;
        }
        places.CopyTo(_places, 0);
        (_header, _columns) = (Encoding.UTF8.GetString(line), count);
        return true;
    }
}

/// <summary>Lines in which every field has its place, counted in bytes.</summary>
internal sealed class FixedDecoder(UsageLayout layout, UsageSource source, DecoderState start) : LineDecoder(start)
{
    private readonly LayoutRecords _records = new(layout, source);
    private readonly int[] _places = [.. Enumerable.Range(0, layout.Fields.Length)];
    private readonly int _length = layout.Form.Places.Max(place => place.To);

    protected override bool TakeHeader(ReadOnlySpan<byte> text, long offset) => LayoutLines.AreNone(layout.Form, text, Line);

    protected override Decoded Read(ReadOnlySpan<byte> text, long offset, bool complete)
    {
        var line = text.TrimEnd((byte)'\r');
        if (line.Length < _length && !(complete && layout.Form.Trimmed))
        {
            return complete
                ? Decoded.Reject(HoldReason.Unreadable, $"The line has {line.Length} bytes; its last field ends at {_length}.")
                : Decoded.Reject(HoldReason.Truncated, "The file ends in this line, which has no line end.");
        }
        var places = layout.Form.Places;
        Span<CsvField> fields = stackalloc CsvField[places.Length];
        for (var slot = 0; slot < places.Length; slot++)
        {
            var from = Math.Min(places[slot].From, line.Length);
            fields[slot] = new CsvField(from, Math.Min(places[slot].To, line.Length) - from, Quoted: false, Escaped: false);
        }
        return _records.Read(new LayoutRow(line, fields, _places, 0), line, offset);
    }
}

/// <summary>Lines of NAME=VALUE with a separator between them.</summary>
internal sealed class PairsDecoder(UsageLayout layout, UsageSource source, DecoderState start) : LineDecoder(start)
{
    private readonly LayoutRecords _records = new(layout, source);
    private readonly PairTable _pairs = new(layout.Fields);
    private readonly int[] _places = [.. Enumerable.Range(0, layout.Fields.Length)];

    protected override bool TakeHeader(ReadOnlySpan<byte> text, long offset) => LayoutLines.AreNone(layout.Form, text, Line);

    protected override Decoded Read(ReadOnlySpan<byte> text, long offset, bool complete)
    {
        if (!complete)
        {
            return Decoded.Reject(HoldReason.Truncated, "The file ends in this line, which has no line end.");
        }
        var line = text.TrimEnd((byte)'\r');
        return _pairs.TryRead(line, layout.Form.EqualSign, layout.Form.Separator, out var problem)
            ? _records.Read(new LayoutRow(_pairs.Text, _pairs.Fields, _places, 0), line, offset)
            : Decoded.Reject(HoldReason.Unreadable, problem);
    }
}

/// <summary>NAME = VALUE, one on a line, with a blank line after each record.</summary>
internal sealed class BlocksDecoder(UsageLayout layout, UsageSource source, DecoderState start) : BlockDecoder(start)
{
    private readonly LayoutRecords _records = new(layout, source);
    private readonly PairTable _pairs = new(layout.Fields);
    private readonly int[] _places = [.. Enumerable.Range(0, layout.Fields.Length)];

    protected override Decoded Read(ReadOnlySpan<byte> text, long offset, bool complete)
    {
        if (!complete)
        {
            return Decoded.Reject(HoldReason.Truncated, "The record ends without a blank line; lines may be missing.");
        }
        return _pairs.TryRead(text, layout.Form.EqualSign, (byte)'\n', out var problem)
            ? _records.Read(new LayoutRow(_pairs.Text, _pairs.Fields, _places, 0), text, offset)
            : Decoded.Reject(HoldReason.Unreadable, problem);
    }
}

/// <summary>Lines that are no records.</summary>
internal static class LayoutLines
{
    internal static bool AreNone(LayoutForm form, ReadOnlySpan<byte> text, int line)
    {
        if (line <= form.SkipLines)
        {
            return true;
        }
        foreach (var begin in form.Skip)
        {
            if (text.StartsWith(begin))
            {
                return true;
            }
        }
        return false;
    }
}
