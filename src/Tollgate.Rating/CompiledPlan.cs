using System.Collections.Frozen;
using System.Collections.Immutable;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>What the prefixes of a deck have in common: the zone, and the price if they have an own one.</summary>
/// <param name="Zone">Index into <see cref="CompiledDeck.Zones"/>.</param>
/// <param name="Price">Index into <see cref="CompiledDeck.Prices"/>, or -1.</param>
internal readonly record struct Place(int Zone, int Price);

/// <summary>A deck in index form, shared by all plans that use it. Immutable.</summary>
internal sealed class CompiledDeck
{
    internal CompiledDeck(Deck deck, int shortCodeDigits)
    {
        Source = deck;
        var zones = new Numbering<string>(StringComparer.Ordinal);
        var prices = new Numbering<DeckPrice>(EqualityComparer<DeckPrice>.Default);
        var places = new Numbering<Place>(EqualityComparer<Place>.Default);
        var placeOfRow = new int[deck.Rows.Length];
        for (var i = 0; i < placeOfRow.Length; i++)
        {
            var row = deck.Rows[i];
            placeOfRow[i] = places.Of(new Place(zones.Of(row.Zone), row.Price is null ? -1 : prices.Of(row.Price)));
        }
        Zones = zones.Items();
        Prices = prices.Items();
        Places = places.Items();
        Prefixes = PrefixTable.Build([.. deck.Rows.Select(row => row.Prefix)], placeOfRow);
        ShortCodeDigits = shortCodeDigits;
        ShortCodes = Enumerable.Range(0, placeOfRow.Length).Where(i => IsShortCode(deck.Rows[i].Prefix))
            .ToFrozenDictionary(i => deck.Rows[i].Prefix, i => (i, placeOfRow[i]), StringComparer.Ordinal);
    }

    internal Deck Source { get; }

    /// <summary>Zone names in order of first mention.</summary>
    internal ImmutableArray<string> Zones { get; }

    /// <summary>Distinct own prices of rows.</summary>
    internal ImmutableArray<DeckPrice> Prices { get; }

    internal ImmutableArray<Place> Places { get; }

    /// <summary>Values are indices into <see cref="Places"/>.</summary>
    internal PrefixTable Prefixes { get; }

    /// <summary>A destination of at most this many digits is a short code, not the beginning of an international number.</summary>
    internal int ShortCodeDigits { get; }

    /// <summary>Rows that price a short code, those with exactly its digits, with their places.</summary>
    internal FrozenDictionary<string, (int Row, int Place)> ShortCodes { get; }

    internal bool IsShortCode(string destination) => destination.Length > 0 && destination.Length <= ShortCodeDigits;

    /// <summary>The place of a destination: a short code's own row, else the row of the longest prefix.</summary>
    internal bool TryFind(string destination, out int place)
    {
        if (!IsShortCode(destination))
        {
            return Prefixes.TryFind(destination, out place);
        }
        var found = ShortCodes.TryGetValue(destination, out var match);
        place = match.Place;
        return found;
    }

    /// <summary>The row that gives the place; -1: none.</summary>
    internal int RowOf(string destination)
    {
        if (!IsShortCode(destination))
        {
            return Prefixes.IndexOf(destination);
        }
        return ShortCodes.TryGetValue(destination, out var match) ? match.Row : -1;
    }

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

/// <summary>Which price applies in a zone and band.</summary>
/// <param name="Tariff">Index of the price; for a deck's own prices of the first of them. -1: no price.</param>
/// <param name="FromDeck">Add the place's <see cref="Place.Price"/> to <paramref name="Tariff"/>.</param>
/// <param name="Rule">Index into the plan's rules, to explain.</param>
/// <param name="PriceKey">Index into the catalogue's price keys.</param>
internal readonly record struct PriceCell(int Tariff, bool FromDeck, int Rule, int PriceKey)
{
    internal static readonly PriceCell None = new(-1, false, -1, -1);
}

/// <summary>A rate plan in index form. Immutable.</summary>
internal sealed class CompiledPlan
{
    /// <summary>The only zone of a plan without a deck.</summary>
    internal const string AnyZone = "any";

    internal required RatePlan Source { get; init; }

    /// <summary>Null: every event is in <see cref="AnyZone"/>.</summary>
    internal required CompiledDeck? Deck { get; init; }

    internal required ImmutableArray<string> Zones { get; init; }

    internal required WeekTable Week { get; init; }

    /// <summary>Index of the plan's time zone in <see cref="CompiledCatalogue.TimeZones"/>.</summary>
    internal required int TimeZone { get; init; }

    internal required StoredRounding Rounding { get; init; }

    /// <summary>By zone, band, and whether the place has an own price.</summary>
    internal required PriceCell[] Cells { get; init; }

    internal required Tariff[] Tariffs { get; init; }

    internal ref readonly PriceCell Cell(Place place, int band) =>
        ref Cells[CellIndex(place.Zone, band, place.Price >= 0, Week.Bands.Length)];

    internal ref readonly Tariff TariffOf(in PriceCell cell, Place place) =>
        ref Tariffs[cell.FromDeck ? cell.Tariff + place.Price : cell.Tariff];

    internal static int CellIndex(int zone, int band, bool ownPrice, int bands) => (zone * bands + band) * 2 + (ownPrice ? 1 : 0);
}

/// <summary>Which usage an allowance of an offer pays for, by the zones of the offer's plan.</summary>
/// <param name="Service">The service it is for.</param>
/// <param name="Basis">What its unit counts; a price on another basis is not paid by it.</param>
/// <param name="Zones">By zone of the plan; null: all.</param>
internal sealed record AllowanceCover(ServiceKind Service, PriceBasis Basis, bool[]? Zones)
{
    internal bool Covers(ServiceKind service, PriceBasis basis, int zone) =>
        Service == service && Basis == basis && (Zones is null || Zones[zone]);
}
