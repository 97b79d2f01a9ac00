using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Tollgate.Primitives;

namespace Tollgate.Operations.Customers.Onboarding;

/// <summary>One record of a CSV file.</summary>
/// <param name="Line">1-based line on which it begins.</param>
/// <param name="Fields">In file order; as many as the header has.</param>
/// <param name="Damaged">True: a finding was made about it while it was read.</param>
internal readonly record struct CsvRow(int Line, string[] Fields, bool Damaged);

/// <summary>What the columns of a file may be.</summary>
internal sealed record CsvLayout(string File, string[] Required, string[] Optional)
{
    internal IEnumerable<string> All => Required.Concat(Optional);
}

/// <summary>
/// A CSV file (RFC 4180) with a header: UTF-8 with or without a byte order mark, comma or semicolon, LF or CRLF, quotes where
/// needed. Columns are found by name, in any order. Blank lines are skipped; blanks around an unquoted field are cut off.
/// </summary>
internal sealed class CsvTable
{
    private readonly Dictionary<string, int> columns = new(StringComparer.Ordinal);

    private CsvTable(CsvLayout layout) => Layout = layout;

    internal CsvLayout Layout { get; }

    internal List<CsvRow> Rows { get; } = [];

    /// <summary>A row's text in a column; empty when the file has no such column.</summary>
    internal string this[CsvRow row, string column] => columns.TryGetValue(column, out var index) ? row.Fields[index] : "";

    /// <summary>Reads a file; what is wrong with it goes into <paramref name="findings"/>.</summary>
    internal static CsvTable Read(CsvLayout layout, byte[] content, List<Finding> findings)
    {
        var table = new CsvTable(layout);
        if (content is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            findings.Add(new Finding(Severity.Error, "ONB-ENCODING", layout.File, 1, "The file is in UTF-16.",
                "Save it as CSV in UTF-8."));
            return table;
        }
        var start = content is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
        var reader = new CsvScanner(content, start, layout.File, findings);
        if (!reader.Next(out var header))
        {
            findings.Add(new Finding(Severity.Error, "ONB-EMPTY", layout.File, 1, "The file is empty.",
                $"Begin it with a header line: {string.Join(',', layout.Required)}."));
            return table;
        }
        if (!table.ReadHeader(header, findings))
        {
            return table;
        }
        while (reader.Next(out var row))
        {
            if (row.Fields.Length != header.Fields.Length)
            {
                findings.Add(new Finding(Severity.Error, "ONB-COLUMNS", layout.File, row.Line,
                    string.Create(CultureInfo.InvariantCulture,
                        $"The line has {row.Fields.Length} fields where the header has {header.Fields.Length}."),
                    "Check its separators and quotes."));
                var fields = row.Fields;
                Array.Resize(ref fields, header.Fields.Length);
                row = row with { Fields = [.. fields.Select(field => field ?? "")], Damaged = true };
            }
            table.Rows.Add(row);
        }
        return table;
    }

    private bool ReadHeader(CsvRow header, List<Finding> findings)
    {
        var before = findings.Count;
        for (var i = 0; i < header.Fields.Length; i++)
        {
            var name = header.Fields[i].ToLowerInvariant();
            if (!Layout.All.Contains(name, StringComparer.Ordinal))
            {
                findings.Add(new Finding(Severity.Error, "ONB-HEADER", Layout.File, header.Line,
                    $"There is no column '{FieldRules.Short(header.Fields[i])}' in this file.",
                    $"Known columns: {string.Join(", ", Layout.All)}."));
            }
            else if (!columns.TryAdd(name, i))
            {
                findings.Add(new Finding(Severity.Error, "ONB-HEADER", Layout.File, header.Line,
                    $"The column '{name}' stands twice in the header.", "Remove one of the two."));
            }
        }
        foreach (var missing in Layout.Required.Where(name => !columns.ContainsKey(name)))
        {
            findings.Add(new Finding(
                Severity.Error, "ONB-HEADER", Layout.File, header.Line, $"The column '{missing}' is missing.", "Add it."));
        }
        return findings.Count == before;
    }
}

/// <summary>Cuts bytes into records.</summary>
internal sealed class CsvScanner(byte[] content, int start, string file, List<Finding> findings)
{
    private readonly byte separator = SeparatorOf(content, start);
    private readonly List<string> fields = [];
    private readonly List<byte> quoted = [];
    private int position = start;
    private int line = 1;
    private bool damaged;

    /// <summary>The next record that is not blank; false at the end.</summary>
    internal bool Next(out CsvRow row)
    {
        while (position < content.Length)
        {
            fields.Clear();
            damaged = false;
            var first = line;
            while (ReadField(first))
            {
                // Until the end of the record.
            }
            if (fields is not [""])
            {
                row = new CsvRow(first, [.. fields], damaged);
                return true;
            }
        }
        row = default;
        return false;
    }

    /// <summary>Reads one field with what ends it; true when another follows in this record.</summary>
    private bool ReadField(int first)
    {
        if (position < content.Length && content[position] == '"')
        {
            ReadQuoted(first);
        }
        else
        {
            var from = position;
            while (position < content.Length
                && content[position] != separator && content[position] is not ((byte)'\n' or (byte)'\r'))
            {
                position++;
            }
            fields.Add(Decode(content.AsSpan(from, position - from)).Trim());
        }
        if (position >= content.Length)
        {
            return false;
        }
        var ending = content[position++];
        if (ending == separator)
        {
            return true;
        }
        if (ending == '\r' && position < content.Length && content[position] == '\n')
        {
            position++;
        }
        line++;
        return false;
    }

    private void ReadQuoted(int first)
    {
        quoted.Clear();
        position++;
        while (true)
        {
            if (position >= content.Length)
            {
                Damage("ONB-QUOTE", first, "A quote is opened and not closed before the file ends.",
                    "Close it, or double quotes inside a field.");
                break;
            }
            var letter = content[position++];
            if (letter != '"')
            {
                line += letter == '\n' ? 1 : 0;
                quoted.Add(letter);
                continue;
            }
            if (position < content.Length && content[position] == '"')
            {
                quoted.Add(letter);
                position++;
                continue;
            }
            break;
        }
        if (position < content.Length && content[position] != separator && content[position] is not ((byte)'\n' or (byte)'\r'))
        {
            Damage("ONB-QUOTE", first, "Text follows a closing quote.", "Double the quotes inside a quoted field.");
            while (position < content.Length
                && content[position] != separator && content[position] is not ((byte)'\n' or (byte)'\r'))
            {
                position++;
            }
        }
        fields.Add(Decode(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(quoted)));
    }

    private string Decode(ReadOnlySpan<byte> bytes)
    {
        if (!Utf8.IsValid(bytes))
        {
            Damage("ONB-ENCODING", line, string.Create(CultureInfo.InvariantCulture,
                $"Field {fields.Count + 1} is not valid UTF-8: '{FieldRules.Short(Encoding.Latin1.GetString(bytes))}' (read "
                    + $"as Latin-1)."),
                "Save the file in UTF-8.");
        }
        return Encoding.UTF8.GetString(bytes);
    }

    private void Damage(string code, int at, string message, string cure)
    {
        damaged = true;
        findings.Add(new Finding(Severity.Error, code, file, at, message, cure));
    }

    private static byte SeparatorOf(byte[] content, int start)
    {
        var end = Array.IndexOf(content, (byte)'\n', start);
        var header = content.AsSpan(start, (end < 0 ? content.Length : end) - start);
        return header.Contains((byte)';') && !header.Contains((byte)',') ? (byte)';' : (byte)',';
    }
}
