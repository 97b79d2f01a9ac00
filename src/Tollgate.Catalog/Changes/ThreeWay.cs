using System.Collections.Immutable;
using System.Globalization;

namespace Tollgate.Catalog.Changes;

/// <summary>Two people changed the same catalogue.</summary>
/// <param name="Theirs">From the common base to what was published since.</param>
/// <param name="Mine">From the common base to what is to be published.</param>
/// <param name="Both">Parts that both changed, as paths of codes; not in it: what both changed in the same way.</param>
public sealed record ThreeWay(CatalogueDifference Theirs, CatalogueDifference Mine, ImmutableArray<string> Both)
{
    private const int Listed = 20;

    /// <param name="basis">What both started from; null: nothing.</param>
    /// <param name="theirs">What was published since.</param>
    /// <param name="mine">What is to be published.</param>
    public static ThreeWay Between(Catalogue? basis, Catalogue theirs, Catalogue mine)
    {
        var (first, second) = (CatalogueDiff.Between(basis, theirs), CatalogueDiff.Between(basis, mine));
        var same = Paths(first).ToHashSet();
        var agreed = Paths(second).Where(same.Contains).ToHashSet();
        var touched = Paths(first).Where(item => !agreed.Contains(item)).Select(item => item.Path)
            .ToHashSet(StringComparer.Ordinal);
        var both = Paths(second).Where(item => !agreed.Contains(item) && touched.Contains(item.Path))
            .Select(item => item.Path).Distinct(StringComparer.Ordinal);
        return new ThreeWay(first, second, [.. both]);
    }

    /// <summary>What happened since, what is to happen, and where they meet, for people.</summary>
    public ImmutableArray<string> Lines(int basis, int newest) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"Changed from version {basis} to {newest}:"),
        .. Cut(Theirs),
        string.Create(CultureInfo.InvariantCulture, $"Changed by you since version {basis}:"),
        .. Cut(Mine),
        Both.IsEmpty
            ? string.Create(CultureInfo.InvariantCulture,
                $"Nothing was changed by both: bring your changes into version {newest} and publish on top of it.")
            : string.Create(CultureInfo.InvariantCulture,
                $"Changed by both: {string.Join(", ", Both)}. Decide these, then publish on top of version {newest}."),
    ];

    private static IEnumerable<string> Cut(CatalogueDifference difference)
    {
        var lines = DifferenceText.Lines(difference);
        var shown = lines.Take(Listed).Select(line => "  " + line);
        return lines.Length <= Listed ? shown : shown.Append(
            string.Create(CultureInfo.InvariantCulture, $"  … and {lines.Length - Listed} more lines"));
    }

    private static IEnumerable<(string Path, string Text)> Paths(CatalogueDifference difference) => difference.Groups
        .SelectMany(group => group.Changes.Select(change => ($"{group.Kind} {change.Path}", change.Text)))
        .Concat(difference.Decks.Select(deck => ($"deck {deck.Deck}", DifferenceText.Counts(deck))));
}
