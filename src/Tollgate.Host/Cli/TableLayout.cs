using Tollgate.Primitives;

namespace Tollgate.Host.Cli;

/// <summary>How a table's columns are laid out: only sentences wrap; ids, times, numbers and single words stay whole.</summary>
/// <param name="Columns">In order.</param>
/// <param name="Least">Fewest characters in which nothing has to be broken.</param>
internal sealed record TableLayout(IReadOnlyList<TableLayout.Column> Columns, int Least)
{
    /// <summary>Spaces between two columns.</summary>
    private const int Gap = 2;

    /// <summary>A column of sentences is at least so wide, or as its longest word.</summary>
    private const int NarrowText = 16;

    /// <param name="Wraps">It holds sentences.</param>
    /// <param name="Numbers">It holds numbers alone.</param>
    internal readonly record struct Column(bool Wraps, bool Numbers);

    /// <param name="columns">Headings.</param>
    /// <param name="values">As they came.</param>
    /// <param name="cells">As they are printed.</param>
    internal static TableLayout Of(
        IReadOnlyList<string> columns, List<IReadOnlyList<object?>> values, List<string[]> cells)
    {
        var layout = new Column[columns.Count];
        var least = Gap;
        for (var i = 0; i < columns.Count; i++)
        {
            var at = i;
            layout[i] = new Column(
                values.Exists(row => row[at] is string text && text.AsSpan().IndexOfAny(' ', '\n') >= 0),
                values.Count > 0 && values.TrueForAll(row => row[at] is null or int or long or decimal or Money));
            var words = cells.Select(row => row[at]).Append(columns[i]);
            least += Gap + (layout[i].Wraps
                ? Math.Min(words.Max(text => text.Length),
                    Math.Max(NarrowText, words.SelectMany(text => text.Split(' ', '\n')).Max(word => word.Length)))
                : words.Max(text => text.Length));
        }
        return new TableLayout(layout, least);
    }
}
