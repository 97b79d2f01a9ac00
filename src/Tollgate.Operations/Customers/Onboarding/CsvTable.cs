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
        if (Utf16.Is(content))
        {
            findings.Add(new Finding(Severity.Error, "ONB-ENCODING", layout.File, 1, "The file is in UTF-16.", Utf16.Cure));
            return table;
        }
        var rows = new CsvRows(content, SeparatorOf(content), lineBreaks: true);
        if (!rows.Read())
        {
            findings.Add(new Finding(Severity.Error, "ONB-EMPTY", layout.File, 1, "The file is empty.",
                $"Begin it with a header line: {string.Join(',', layout.Required)}."));
            return table;
        }
        if (IsDamaged(rows, layout, findings) || !table.ReadHeader(Row(rows, rows.Count, damaged: false), findings))
        {
            return table;
        }
        var width = rows.Count;
        while (rows.Read())
        {
            var damaged = IsDamaged(rows, layout, findings);
            if (rows.Count != width && rows.Fault != CsvFault.Quotes)
            {
                damaged = true;
                findings.Add(new Finding(Severity.Error, "ONB-COLUMNS", layout.File, rows.Line,
                    string.Create(CultureInfo.InvariantCulture,
                        $"The line has {rows.Count} fields where the header has {width}."),
                    "Check its separators and quotes."));
            }
            table.Rows.Add(Row(rows, width, damaged));
        }
        return table;
    }

    private static CsvRow Row(CsvRows rows, int width, bool damaged)
    {
        var fields = new string[width];
        for (var i = 0; i < width; i++)
        {
            fields[i] = i < rows.Count ? rows[i] : "";
        }
        return new CsvRow(rows.Line, fields, damaged);
    }

    private static bool IsDamaged(CsvRows rows, CsvLayout layout, List<Finding> findings)
    {
        if (rows.Fault == CsvFault.Quotes)
        {
            findings.Add(new Finding(Severity.Error, "ONB-QUOTE", layout.File, rows.Line,
                "A quote is not closed, or stands inside or beside a field.",
                "Put the whole field into quotes and double a quote inside it."));
        }
        for (var i = 0; rows.Fault == CsvFault.Encoding && i < rows.Count; i++)
        {
            if (!Utf8.IsValid(rows.Bytes(i)))
            {
                findings.Add(new Finding(Severity.Error, "ONB-ENCODING", layout.File, rows.Line,
                    string.Create(CultureInfo.InvariantCulture, $"Field {i + 1} is not valid UTF-8: "
                        + $"'{FieldRules.Short(Encoding.Latin1.GetString(rows.Bytes(i)))}' (read as Latin-1)."),
                    "Save the file in UTF-8."));
            }
        }
        return rows.Fault != CsvFault.None;
    }

    /// <summary>A semicolon where the header has some and no comma.</summary>
    private static char SeparatorOf(byte[] content)
    {
        var rows = new CsvRows(content);
        var header = rows.Read() ? rows.Text : "";
        return header.Contains(';', StringComparison.Ordinal) && !header.Contains(',', StringComparison.Ordinal) ? ';' : ',';
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
