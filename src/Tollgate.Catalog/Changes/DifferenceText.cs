using System.Collections.Immutable;
using System.Globalization;
using Tollgate.Catalog.Wording;

namespace Tollgate.Catalog.Changes;

/// <summary>A difference as lines for people.</summary>
public static class DifferenceText
{
    /// <summary>A heading for each group, an indented line for each change; one line when nothing differs.</summary>
    /// <param name="language">The one in which the difference is told; null: English.</param>
    public static ImmutableArray<string> Lines(CatalogueDifference difference, Say? language = null)
    {
        var say = language ?? Say.English;
        if (!difference.Any)
        {
            return [say.T("No difference.")];
        }
        var lines = ImmutableArray.CreateBuilder<string>();
        foreach (var group in difference.Groups)
        {
            var kind = say.T(group.Kind);
            lines.Add($"{char.ToUpperInvariant(kind[0])}{kind[1..]} "
                + (group.Name == group.Code ? group.Code : $"{group.Name} ({group.Code})"));
            lines.AddRange(group.Changes.Select(change => "  " + change.Text));
        }
        foreach (var deck in difference.Decks)
        {
            lines.Add(say.T("Deck {0}", deck.Deck));
            lines.Add("  " + Counts(deck, say));
            lines.AddRange(deck.Largest.Select(change => "  " + Line(change, say)));
        }
        return lines.ToImmutable();
    }

    /// <summary>The numbers of a deck's changes in one line.</summary>
    public static string Counts(DeckChange deck, Say? language = null) => (language ?? Say.English).T(
        "{0} new, {1} removed, {2} dearer, {3} cheaper, {4} changed otherwise, {5} as before",
        [.. new[] { deck.New, deck.Removed, deck.Dearer, deck.Cheaper, deck.Moved, deck.Unchanged }
            .Select(number => number.ToString(CultureInfo.InvariantCulture))]);

    private static string Line(ZoneChange change, Say say)
    {
        var share = change.Percent is { } percent ? $" ({CatalogueDiff.Signed(percent, say)} %)" : "";
        return $"{change.Zone}: {say.Number(change.Before)} → {say.Number(change.After)}{share}, "
            + say.Count(change.Prefixes, "{0} prefix", "{0} prefixes");
    }
}
