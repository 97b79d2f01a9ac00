using System.Text;
using Tollgate.Mediation.Reading;
using Tollgate.Primitives;

namespace Tollgate.Mediation.Formats;

/// <summary>The known columns of <c>generic-csv</c> beside attributes; others may be in the file and are not read.</summary>
internal enum GenericColumn
{
    RecordId,
    Service,
    Subject,
    Origin,
    Destination,
    Start,
    Duration,
    OctetsUp,
    OctetsDown,
    Events,
}

/// <summary>Where the columns of a <c>generic-csv</c> file are, as its header row says.</summary>
internal sealed class GenericColumns
{
    /// <summary>More columns than any sensible export has.</summary>
    internal const int MaxColumns = 256;

    /// <summary>Longest header row, in bytes, so that it fits the decoder's state.</summary>
    internal const int MaxHeader = 4096;

    private static readonly string[] Names =
    [
        "record_id", "service", "subject", "origin", "destination", "start", "duration_s", "octets_up", "octets_down", "events",
    ];

    private readonly int[] _at;

    private GenericColumns(string header, int count, int[] at, AttributeColumns attributes)
    {
        Header = header;
        Count = count;
        _at = at;
        Attributes = attributes;
    }

    /// <summary>Columns that become attributes: those that the source names, the well-known ones, with <c>_</c> for <c>-</c>, and
    /// the operator's own under <c>x_</c> before the name.</summary>
    internal AttributeColumns Attributes { get; }

    /// <summary>The header row as it stands in the file.</summary>
    internal string Header { get; }

    /// <summary>How many columns every row has.</summary>
    internal int Count { get; }

    /// <summary>Index of the column, or -1 when the file does not have it.</summary>
    internal int this[GenericColumn column] => _at[(int)column];

    /// <summary>Reads a header row, or says what it lacks.</summary>
    /// <param name="subject">Name of the subject's column.</param>
    /// <param name="own">As <see cref="UsageSource.AttributeFields"/>; they win over columns that are attributes by their name.</param>
    internal static GenericColumns? TryRead(
        ReadOnlySpan<byte> text, string subject, UsageAttributes own, out string problem)
    {
        var line = text.TrimEnd((byte)'\r');
        Span<CsvField> fields = stackalloc CsvField[MaxColumns];
        var count = line.Length > MaxHeader ? CsvRecord.BadQuotes : CsvRecord.Split(line, fields);
        if (count is CsvRecord.BadQuotes or > MaxColumns)
        {
            problem =
                $"This is no header row: it must name at most {MaxColumns} columns in {MaxHeader} bytes, separated by commas.";
            return null;
        }
        var at = new int[Names.Length];
        Array.Fill(at, -1);
        var attributes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var name = Encoding.UTF8.GetString(fields[i].In(line)).Trim().ToLowerInvariant();
            if (AttributeOf(name) is { } attribute)
            {
                attributes.TryAdd(attribute, i);
            }
            foreach (var (chosen, _) in own.All.Where(pair => pair.Value.Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                attributes[chosen] = i;
            }
            for (var column = 0; column < Names.Length; column++)
            {
                var wanted = column == (int)GenericColumn.Subject ? subject : Names[column];
                if (at[column] < 0 && name == wanted)
                {
                    at[column] = i;
                }
            }
        }
        problem = at[(int)GenericColumn.Subject] < 0 || at[(int)GenericColumn.Start] < 0
            ? $"No header row before this line names the columns '{subject}' and 'start'."
            : "";
        return problem.Length == 0 ? new GenericColumns(
            Encoding.UTF8.GetString(line), count, at,
            new AttributeColumns([.. attributes.Select(pair => (pair.Key, pair.Value))])) : null;
    }

    private static string? AttributeOf(string column)
    {
        var name = column.Replace('_', '-');
        return name.StartsWith("x-", StringComparison.Ordinal) && name.Length > 2 ? name[2..]
            : UsageAttributes.WellKnown.Contains(name, StringComparer.Ordinal) ? name : null;
    }

    internal static string Name(GenericColumn column) => Names[(int)column];
}
