using System.Collections.Frozen;
using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;

namespace Tollgate.Rating;

/// <summary>What the prefixes of a deck have in common: the zone, the price if they have an own one, and details.</summary>
/// <param name="Zone">Index into <see cref="CompiledDeck.Zones"/>.</param>
/// <param name="Price">Index into <see cref="CompiledDeck.Prices"/>, or -1.</param>
/// <param name="Detail">Index into <see cref="CompiledDeck.Details"/>.</param>
internal readonly record struct Place(int Zone, int Price, int Detail);

/// <summary>Kind and network of numbers, null when the deck does not say.</summary>
internal readonly record struct PlaceDetail(string? Kind, string? Network);

/// <summary>One row of a prefix whose rows have dates.</summary>
internal readonly record struct DatedPlace(Instant From, Instant To, int Row, int Place);

/// <summary>A deck in index form, shared by all plans that use it. Immutable.</summary>
internal sealed class CompiledDeck
{
    private readonly int[] rowOfPrefix;
    private readonly DateTimeZone zone;

    // Rows of the prefixes that have dates; the value of such a prefix is the number of places + its index here.
    private readonly List<DatedPlace[]> dated = [];

    internal CompiledDeck(Deck deck, int shortCodeDigits, DateTimeZone zone)
    {
        Source = deck;
        this.zone = zone;
        ShortCodeDigits = shortCodeDigits;
        var zones = new Numbering<string>(StringComparer.Ordinal);
        var prices = new Numbering<DeckPrice>(EqualityComparer<DeckPrice>.Default);
        var details = new Numbering<PlaceDetail>(EqualityComparer<PlaceDetail>.Default);
        details.Of(default);
        var places = new Numbering<Place>(EqualityComparer<Place>.Default);
        var placeOfRow = new int[deck.Rows.Length];
        var hasDates = false;
        for (var i = 0; i < placeOfRow.Length; i++)
        {
            var row = deck.Rows[i];
            var detail = row.Detail is null ? 0 : details.Of(new PlaceDetail(row.Detail.Kind, row.Detail.Network));
            placeOfRow[i] = places.Of(new Place(zones.Of(row.Zone), row.Price is null ? -1 : prices.Of(row.Price), detail));
            hasDates |= row.Detail is { From: not null } or { To: not null };
        }
        Zones = zones.Items();
        Prices = prices.Items();
        Details = details.Items();
        Places = places.Items();
        if (!hasDates)
        {
            rowOfPrefix = [];
            Prefixes = PrefixTable.Build([.. deck.Rows.Select(row => row.Prefix)], placeOfRow);
        }
        else
        {
            (Prefixes, rowOfPrefix) = WithDates(deck, placeOfRow, zone);
        }
        ShortCodes = Enumerable.Range(0, placeOfRow.Length).Where(i => IsShortCode(deck.Rows[i].Prefix))
            .GroupBy(i => deck.Rows[i].Prefix, StringComparer.Ordinal)
            .ToFrozenDictionary(rows => rows.Key, rows => rows.Select(i => Dated(deck.Rows[i], i, placeOfRow[i], zone)).ToArray(),
                StringComparer.Ordinal);
    }

    internal Deck Source { get; }

    /// <summary>True when compiling this deck would give the same.</summary>
    internal bool IsOf(Deck deck, int shortCodeDigits, DateTimeZone days) =>
        ReferenceEquals(deck, Source) && shortCodeDigits == ShortCodeDigits && days.Equals(zone);

    /// <summary>Zone names in order of first mention.</summary>
    internal ImmutableArray<string> Zones { get; }

    /// <summary>Distinct own prices of rows.</summary>
    internal ImmutableArray<DeckPrice> Prices { get; }

    /// <summary>Distinct kinds and networks; the first says nothing.</summary>
    internal ImmutableArray<PlaceDetail> Details { get; }

    internal ImmutableArray<Place> Places { get; }

    /// <summary>Values are indices into <see cref="Places"/>, or beyond them of dated rows.</summary>
    internal PrefixTable Prefixes { get; }

    /// <summary>A destination of at most this many digits is a short code, not the beginning of an international
    /// number.</summary>
    internal int ShortCodeDigits { get; }

    /// <summary>Rows that price a short code, those with exactly its digits.</summary>
    internal FrozenDictionary<string, DatedPlace[]> ShortCodes { get; }

    internal bool IsShortCode(string destination) => destination.Length > 0 && destination.Length <= ShortCodeDigits;

    /// <summary>The place of a destination at a time: a short code's own row, else the valid row of the longest prefix that has
    /// one.</summary>
    internal bool TryFind(string destination, Instant at, out int place)
    {
        if (!IsShortCode(destination))
        {
            return TryFindPrefix(destination, at, out place);
        }
        var found = ShortCodes.TryGetValue(destination, out var rows) ? Valid(rows, at) : null;
        place = found?.Place ?? -1;
        return found is not null;
    }

    /// <summary>As <see cref="TryFind"/>, whatever the number of digits.</summary>
    internal bool TryFindPrefix(string digits, Instant at, out int place)
    {
        if (!Prefixes.TryFind(digits, out place) || place < Places.Length)
        {
            return place >= 0;
        }
        var found = FindDated(digits, at);
        place = found?.Place ?? -1;
        return found is not null;
    }

    /// <summary>The row that gives the place; -1: none.</summary>
    internal int RowOf(string destination, Instant at)
    {
        if (IsShortCode(destination))
        {
            return ShortCodes.TryGetValue(destination, out var rows) ? Valid(rows, at)?.Row ?? -1 : -1;
        }
        return rowOfPrefix.Length == 0 ? Prefixes.IndexOf(destination) : FindDated(destination, at)?.Row ?? -1;
    }

    private DatedPlace? FindDated(string digits, Instant at)
    {
        for (var prefix = Prefixes.IndexOf(digits); prefix >= 0; prefix = Prefixes.Above(prefix))
        {
            var value = Prefixes.ValueAt(prefix);
            if (value < Places.Length)
            {
                return new DatedPlace(default, default, rowOfPrefix[prefix], value);
            }
            if (Valid(dated[value - Places.Length], at) is { } valid)
            {
                return valid;
            }
        }
        return null;
    }

    private static DatedPlace? Valid(DatedPlace[] rows, Instant at)
    {
        foreach (var row in rows)
        {
            if (row.From <= at && at < row.To)
            {
                return row;
            }
        }
        return null;
    }

    private (PrefixTable, int[]) WithDates(Deck deck, int[] placeOfRow, DateTimeZone zone)
    {
        var prefixes = new List<string>();
        var values = new List<int>();
        var rows = new List<int>();
        foreach (var group in Enumerable.Range(0, placeOfRow.Length).GroupBy(i => deck.Rows[i].Prefix, StringComparer.Ordinal))
        {
            var first = group.First();
            prefixes.Add(group.Key);
            rows.Add(first);
            if (deck.Rows[first].Detail is null or { From: null, To: null })
            {
                values.Add(placeOfRow[first]);
                continue;
            }
            values.Add(Places.Length + dated.Count);
            dated.Add([.. group.Select(i => Dated(deck.Rows[i], i, placeOfRow[i], zone))]);
        }
        return (PrefixTable.Build(prefixes, values), [.. rows]);
    }

    private static DatedPlace Dated(in DeckRow row, int index, int place, DateTimeZone zone) => new(
        row.Detail?.From is { } from ? zone.AtStartOfDay(from).ToInstant() : Instant.MinValue,
        row.Detail?.To is { } to ? zone.AtStartOfDay(to).ToInstant() : Instant.MaxValue, index, place);

    /// <summary>Gives each distinct thing the next number.</summary>
    private sealed class Numbering<T>(IEqualityComparer<T> comparer) where T : notnull
    {
        private readonly Dictionary<T, int> numbers = new(comparer);
        private readonly ImmutableArray<T>.Builder items = ImmutableArray.CreateBuilder<T>();

        internal int Of(T item)
        {
            if (!numbers.TryGetValue(item, out var number))
            {
                number = items.Count;
                numbers.Add(item, number);
                items.Add(item);
            }
            return number;
        }

        internal ImmutableArray<T> Items() => items.ToImmutable();
    }
}

