using System.Collections.Immutable;
using System.Globalization;
using Tollgate.Catalog.Wording;

namespace Tollgate.Catalog.Changes;

/// <summary>A difference as lines for people.</summary>
public static class DifferenceText
{
    /// <summary>A heading for each group, an indented line for each change; one line when nothing differs.</summary>
    public static ImmutableArray<string> Lines(CatalogueDifference difference)
    {
        if (!difference.Any)
        {
            return ["No difference."];
        }
        var lines = ImmutableArray.CreateBuilder<string>();
        foreach (var group in difference.Groups)
        {
            lines.Add($"{char.ToUpperInvariant(group.Kind[0])}{group.Kind[1..]} "
                + (group.Name == group.Code ? group.Code : $"{group.Name} ({group.Code})"));
            lines.AddRange(group.Changes.Select(change => "  " + change.Text));
        }
        foreach (var deck in difference.Decks)
        {
            lines.Add($"Deck {deck.Deck}");
            lines.Add("  " + Counts(deck));
            lines.AddRange(deck.Largest.Select(change => "  " + Line(change)));
        }
        return lines.ToImmutable();
    }

    /// <summary>The numbers of a deck's changes in one line.</summary>
    public static string Counts(DeckChange deck) => string.Create(CultureInfo.InvariantCulture,
        $"{deck.New} new, {deck.Removed} removed, {deck.Dearer} dearer, {deck.Cheaper} cheaper, {deck.Moved} changed otherwise, "
            + $"{deck.Unchanged} as before");

    private static string Line(ZoneChange change)
    {
        var share = change.Percent is { } percent ? $" ({CatalogueDiff.Signed(percent)} %)" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{change.Zone}: {Say.Number(change.Before)} → "
            + $"{Say.Number(change.After)}{share}, {change.Prefixes} {(change.Prefixes == 1 ? "prefix" : "prefixes")}");
    }
}
