using System.Collections.Immutable;
using Tollgate.Catalog.Wording;

namespace Tollgate.Catalog.Changes;

/// <summary>Compares rate decks by prefix and first date. A deck of 100,000 rows takes a fraction of a second.</summary>
public static class DeckDiff
{
    /// <summary>Number of changes listed as the largest.</summary>
    public const int Listed = 10;

    /// <summary>Decks of both catalogues that differ.</summary>
    /// <param name="whole">Decks that are new or gone.</param>
    internal static ImmutableArray<DeckChange> Between(
        ImmutableArray<Deck> before, ImmutableArray<Deck> after, Say say, out ImmutableArray<ChangeGroup> whole)
    {
        var changes = ImmutableArray.CreateBuilder<DeckChange>();
        var groups = ImmutableArray.CreateBuilder<ChangeGroup>();
        foreach (var deck in after)
        {
            if (before.FirstOrDefault(other => other.Code == deck.Code) is not { } was)
            {
                groups.Add(Whole(ChangeKind.New, deck, say));
            }
            else if (!was.Rows.Equals(deck.Rows) && Between(was, deck) is { Any: true } change)
            {
                changes.Add(change);
            }
        }
        groups.AddRange(before.Where(deck => after.All(other => other.Code != deck.Code))
            .Select(deck => Whole(ChangeKind.Removed, deck, say)));
        whole = groups.ToImmutable();
        return changes.ToImmutable();
    }

    /// <summary>How one deck became the other.</summary>
    public static DeckChange Between(Deck before, Deck after)
    {
        var old = new Dictionary<(string, NodaTime.LocalDate?), DeckRow>(before.Rows.Length);
        foreach (var row in before.Rows)
        {
            old[(row.Prefix, row.Detail?.From)] = row;
        }
        var zones = new Dictionary<(string Zone, decimal Before, decimal After), int>();
        var (added, dearer, cheaper, moved, same) = (0, 0, 0, 0, 0);
        foreach (var row in after.Rows)
        {
            if (!old.Remove((row.Prefix, row.Detail?.From), out var was))
            {
                added++;
                continue;
            }
            if (was == row)
            {
                same++;
                continue;
            }
            var (up, down) = Compare(was.Price, row.Price);
            (dearer, cheaper, moved) = (dearer + (up && !down ? 1 : 0), cheaper + (down && !up ? 1 : 0),
                moved + (up == down ? 1 : 0));
            if (was.Price is { } first && row.Price is { } second && first.PerUnit != second.PerUnit)
            {
                var key = (row.Zone, first.PerUnit, second.PerUnit);
                zones[key] = zones.GetValueOrDefault(key) + 1;
            }
        }
        var largest = zones.Select(pair => new ZoneChange(pair.Key.Zone, pair.Value, pair.Key.Before, pair.Key.After))
            .OrderByDescending(change => Math.Abs(change.Percent ?? decimal.MaxValue))
            .ThenByDescending(change => Math.Abs(change.After - change.Before))
            .ThenBy(change => change.Zone, StringComparer.Ordinal).ThenBy(change => change.Before).Take(Listed);
        return new DeckChange(after.Code, added, old.Count, dearer, cheaper, moved, same, [.. largest]);
    }

    private static (bool Up, bool Down) Compare(DeckPrice? before, DeckPrice? after)
    {
        if (before is null || after is null)
        {
            return (false, false);
        }
        return (after.PerUnit > before.PerUnit || after.ConnectFee > before.ConnectFee,
            after.PerUnit < before.PerUnit || after.ConnectFee < before.ConnectFee);
    }

    private static ChangeGroup Whole(ChangeKind kind, Deck deck, Say say) => new("deck", deck.Code, deck.Code,
    [
        new Change(kind, deck.Code, say.T(kind == ChangeKind.New ? "new {0} {1}" : "removed {0} {1}", say.T("deck"), deck.Code)
            + ": " + say.T("{0} in {1}", say.Count(deck.Rows.Length, "{0} prefix", "{0} prefixes"), say.Count(
                deck.Rows.Select(row => row.Zone).Distinct(StringComparer.Ordinal).Count(), "{0} zone", "{0} zones"))),
    ]);
}
