using System.Collections.Immutable;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Changes;

/// <summary>What happened to something.</summary>
public enum ChangeKind
{
    New,
    Removed,
    Changed,
}

/// <summary>What a change means to who pays.</summary>
public enum ChangeEffect
{
    Neutral,
    Dearer,
    Cheaper,
}

/// <summary>One change in plain words.</summary>
/// <param name="Kind">New, removed or changed.</param>
/// <param name="Path">The parts it is in, outermost first, e.g. offer, recurring price; codes joined by <c>/</c>.</param>
/// <param name="Text">A sentence without an end, e.g. <c>Calls to Austria Mobile, peak: 0.09 → 0.12 EUR per minute
/// (+33.3 %)</c>.</param>
public sealed record Change(ChangeKind Kind, string Path, string Text)
{
    /// <summary>Before and after, in words; null where there is none.</summary>
    public string? Before { get; init; }

    public string? After { get; init; }

    /// <summary>Change in percent of the number before, one decimal; null when there is no such number.</summary>
    public decimal? Percent { get; init; }

    public ChangeEffect Effect { get; init; }
}

/// <summary>The changes of one offer, rate plan or other part of the catalogue.</summary>
/// <param name="Kind">E.g. <c>offer</c>.</param>
/// <param name="Code">Its code.</param>
/// <param name="Name">Its name as it is now, or was last.</param>
/// <param name="Changes">At least one.</param>
public sealed record ChangeGroup(string Kind, string Code, string Name, ImmutableArray<Change> Changes);

/// <summary>How two versions of a rate deck differ.</summary>
/// <param name="Deck">Code.</param>
/// <param name="New">Number of prefixes that were not there.</param>
/// <param name="Removed">Number of those that are no longer there.</param>
/// <param name="Dearer">Price or connect fee went up, the other did not go down.</param>
/// <param name="Cheaper">The reverse.</param>
/// <param name="Moved">Another zone, kind, network, increments or date, at no other price; or one up and one down.</param>
/// <param name="Unchanged">As before.</param>
/// <param name="Largest">The changes of the price with the largest share, zone by zone.</param>
public sealed record DeckChange(
    string Deck, int New, int Removed, int Dearer, int Cheaper, int Moved, int Unchanged, ImmutableArray<ZoneChange> Largest)
{
    /// <summary>True when any row differs.</summary>
    public bool Any => New + Removed + Dearer + Cheaper + Moved > 0;
}

/// <summary>Prefixes of a zone whose price changed in the same way.</summary>
/// <param name="Zone">Now.</param>
/// <param name="Prefixes">How many.</param>
/// <param name="Before">Price per unit before.</param>
/// <param name="After">And now.</param>
public sealed record ZoneChange(string Zone, int Prefixes, decimal Before, decimal After)
{
    /// <summary>One decimal; null when it cost nothing before.</summary>
    public decimal? Percent => Percentages.Between(Before, After);
}

/// <summary>How two catalogues differ.</summary>
/// <param name="Groups">In the order of the newer catalogue: offers, rate plans, then what they refer to.</param>
/// <param name="Decks">Decks of both with any difference.</param>
public sealed record CatalogueDifference(ImmutableArray<ChangeGroup> Groups, ImmutableArray<DeckChange> Decks)
{
    /// <summary>False: they say the same.</summary>
    public bool Any => !Groups.IsEmpty || !Decks.IsEmpty;
}

/// <summary>Changes in percent.</summary>
internal static class Percentages
{
    /// <summary>Of the amount before, one decimal, half up; null when that is nothing or the share is beyond sense.</summary>
    public static decimal? Between(decimal before, decimal after)
    {
        try
        {
            return before == 0 ? null : Rounding.Round((after - before) * 100 / Math.Abs(before), 1, RoundingMode.HalfUp);
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}
