namespace Tollgate.Catalog.Reading;

/// <summary>
/// The rows of a separated text: one row is one line; blank lines and lines that begin with <c>#</c> are skipped; a field
/// may stand in double quotes, with a quote inside it doubled (RFC 4180), but not run over several lines. Blanks around fields
/// are dropped.
/// </summary>
/// <param name="text">All of the file.</param>
/// <param name="separator">Between fields.</param>
internal sealed class CsvRows(string text, char separator = ',')
{
    private readonly List<string> fields = [];
    private int at;

    /// <summary>1-based line of the current row.</summary>
    public int Line { get; private set; }

    public int Count => fields.Count;

    /// <summary>The current row has a quote that is not closed, or text beside a quoted field.</summary>
    public bool BadQuotes { get; private set; }

    public string this[int field] => fields[field];

    /// <summary>Goes to the next row; false at the end.</summary>
    public bool Read()
    {
        while (at < text.Length)
        {
            var rest = text.AsSpan(at);
            var end = rest.IndexOfAny('\n', '\r');
            var line = end < 0 ? rest : rest[..end];
            at += line.Length + (end < 0 ? 0 : rest[end..].StartsWith("\r\n", StringComparison.Ordinal) ? 2 : 1);
            Line++;
            var trimmed = line.Trim();
            if (trimmed.Length > 0 && trimmed[0] != '#')
            {
                Split(line);
                return true;
            }
        }
        return false;
    }

    private void Split(ReadOnlySpan<char> line)
    {
        fields.Clear();
        BadQuotes = false;
        while (true)
        {
            var start = line.TrimStart();
            if (start.Length > 0 && start[0] == '"')
            {
                line = Quoted(start[1..]);
            }
            else
            {
                var comma = line.IndexOf(separator);
                var field = (comma < 0 ? line : line[..comma]).Trim();
                BadQuotes |= field.Contains('"');
                fields.Add(field.ToString());
                line = comma < 0 ? default : line[comma..];
            }
            if (line.Length == 0)
            {
                return;
            }
            line = line[1..];
        }
    }

    /// <summary>Adds the quoted field and returns what follows it: nothing, or from the comma on.</summary>
    private ReadOnlySpan<char> Quoted(ReadOnlySpan<char> line)
    {
        var end = 0;
        while (end < line.Length && (line[end] != '"' || (end + 1 < line.Length && line[end + 1] == '"')))
        {
            end += line[end] == '"' ? 2 : 1;
        }
        if (end >= line.Length)
        {
            BadQuotes = true;
            fields.Add(line.ToString());
            return default;
        }
        fields.Add(line[..end].ToString().Replace("\"\"", "\"", StringComparison.Ordinal));
        var rest = line[(end + 1)..].TrimStart();
        if (rest.Length > 0 && rest[0] != separator)
        {
            BadQuotes = true;
            return default;
        }
        return rest;
    }
}
