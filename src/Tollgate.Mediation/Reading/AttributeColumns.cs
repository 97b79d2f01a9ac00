using System.Collections.Immutable;
using System.Text;
using Tollgate.Primitives;

namespace Tollgate.Mediation.Reading;

/// <summary>Which columns of a row become attributes of the record.</summary>
/// <param name="columns">Attribute names with their columns, by name (ordinal), no name twice.</param>
internal sealed class AttributeColumns((string Name, int Column)[] columns)
{
    private readonly InternTable _texts = new(Encoding.UTF8.GetString);

    /// <summary>Of a format whose columns have fixed names.</summary>
    /// <param name="wanted">Attribute name → column name, as <see cref="UsageSource.AttributeFields"/>.</param>
    internal static AttributeColumns Of(UsageAttributes wanted, ImmutableArray<string> names) => new(
        [.. wanted.All.Select(pair => (pair.Key, names.IndexOf(pair.Value)))]);

    /// <summary>The attributes of a row; a column that is empty, or that the row does not have, is not there.</summary>
    internal UsageAttributes Read(ReadOnlySpan<byte> line, ReadOnlySpan<CsvField> fields)
    {
        var present = 0;
        foreach (var (_, column) in columns)
        {
            present += Value(line, fields, column).IsEmpty ? 0 : 1;
        }
        if (present == 0)
        {
            return default;
        }
        var pairs = new string[present * 2];
        var at = 0;
        foreach (var (name, column) in columns)
        {
            var value = Value(line, fields, column);
            if (!value.IsEmpty)
            {
                pairs[at++] = name;
                pairs[at++] = _texts.Get(value);
            }
        }
        return UsageAttributes.FromSorted(pairs);
    }

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> line, ReadOnlySpan<CsvField> fields, int column) =>
        column < fields.Length ? CsvRecord.Value(line, fields[column]).Trim((byte)' ') : default;
}
