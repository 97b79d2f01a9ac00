using System.Collections.Immutable;

namespace Tollgate.Catalog.Decks;

/// <summary>A prefix that is sold for less than it costs.</summary>
/// <param name="Prefix">Of the deck that sells, or a longer one of the cost deck inside it.</param>
/// <param name="Zone">As sold.</param>
/// <param name="Price">Sold for, per unit.</param>
/// <param name="Cost">Bought for, per the same unit.</param>
public sealed record BelowCost(string Prefix, string Zone, decimal Price, decimal Cost)
{
    /// <summary>What is lost with every unit.</summary>
    public decimal Loss => Cost - Price;
}

/// <summary>Compares what is sold with what it costs, by the longest prefix on both sides: a prefix of the cost deck that lies
/// inside a sold one is checked too, because calls to it cost that.</summary>
public static class DeckMargin
{
    /// <summary>What is sold below cost, the largest loss first. Connect fees and increments are not compared.</summary>
    /// <param name="sell">Rows that are sold, one price for each prefix.</param>
    /// <param name="cost">Rows of the cost deck.</param>
    /// <param name="factor">Units of the cost price in one unit of the sell price, e.g. 60 for seconds in a minute.</param>
    public static ImmutableArray<BelowCost> Check(
        ImmutableArray<DeckRow> sell, ImmutableArray<DeckRow> cost, decimal factor = 1)
    {
        var (sold, bought) = (ByPrefix(sell), ByPrefix(cost));
        var found = new Dictionary<string, BelowCost>(StringComparer.Ordinal);
        foreach (var row in sold.Values)
        {
            if (Longest(bought, row.Prefix) is { Price: { } price } && price.PerUnit * factor > row.Price!.PerUnit)
            {
                found[row.Prefix] = new BelowCost(row.Prefix, row.Zone, row.Price.PerUnit, price.PerUnit * factor);
            }
        }
        foreach (var row in bought.Values)
        {
            if (Longest(sold, row.Prefix) is { Price: { } price } over && row.Price!.PerUnit * factor > price.PerUnit)
            {
                found[row.Prefix] = new BelowCost(row.Prefix, over.Zone, price.PerUnit, row.Price.PerUnit * factor);
            }
        }
        return [.. found.Values.OrderByDescending(row => row.Loss).ThenBy(row => row.Prefix, StringComparer.Ordinal)];
    }

    private static Dictionary<string, DeckRow> ByPrefix(ImmutableArray<DeckRow> rows)
    {
        var byPrefix = new Dictionary<string, DeckRow>(rows.Length, StringComparer.Ordinal);
        foreach (var row in rows.Where(row => row.Price is not null))
        {
            if (!byPrefix.TryGetValue(row.Prefix, out var other) || Nullable.Compare(other.Detail?.From, row.Detail?.From) < 0)
            {
                byPrefix[row.Prefix] = row;
            }
        }
        return byPrefix;
    }

    private static DeckRow? Longest(Dictionary<string, DeckRow> rows, string number)
    {
        var lookup = rows.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var length = number.Length; length > 0; length--)
        {
            if (lookup.TryGetValue(number.AsSpan(0, length), out var row))
            {
                return row;
            }
        }
        return null;
    }
}
