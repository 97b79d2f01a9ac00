using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Storage.Catalogs;

/// <summary>What must be known of a version before it is read.</summary>
/// <param name="Pins">An offer keeps its prices for existing subscriptions.</param>
/// <param name="Parties">External keys of the parties of its legs, each once.</param>
public sealed record CatalogueTraits(bool Pins, ImmutableArray<string> Parties)
{
    public static CatalogueTraits Of(Tollgate.Catalog.Catalogue catalogue) => new(
        catalogue.Offers.Any(offer => offer.PriceChanges != PriceChanges.Current),
        [.. catalogue.Legs.Select(leg => leg.Party).Distinct(StringComparer.Ordinal)]);
}

/// <summary>One published catalogue version. Its content is read when it is asked for first, and then kept.</summary>
public sealed record CatalogueEntry
{
    // An attempt that fails is not kept: whoever asks next tries again.
    private readonly Lazy<(CompiledCatalogue Compiled, ImmutableArray<int> PriceKeyIds)> content;

    /// <summary>A version whose content is at hand.</summary>
    /// <param name="version">1, 2, 3 … per tenant.</param>
    /// <param name="effectiveFrom">See <see cref="EffectiveFrom"/>.</param>
    /// <param name="compiled">The catalogue in index form.</param>
    /// <param name="priceKeyIds">The stored id of each of its price keys.</param>
    public CatalogueEntry(int version, Instant effectiveFrom, CompiledCatalogue compiled, ImmutableArray<int> priceKeyIds)
    {
        (Version, EffectiveFrom, Traits) = (version, effectiveFrom, CatalogueTraits.Of(compiled.Source));
        content = new((compiled, priceKeyIds));
    }

    /// <summary>A version that is read when it is needed.</summary>
    /// <param name="version">1, 2, 3 … per tenant.</param>
    /// <param name="effectiveFrom">See <see cref="EffectiveFrom"/>.</param>
    /// <param name="traits">See <see cref="Traits"/>.</param>
    /// <param name="read">Reads the catalogue and the stored ids of its price keys; several threads may call it at once.</param>
    public CatalogueEntry(
        int version, Instant effectiveFrom, CatalogueTraits traits, Func<(CompiledCatalogue, ImmutableArray<int>)> read)
    {
        (Version, EffectiveFrom, Traits) = (version, effectiveFrom, traits);
        content = new(read, LazyThreadSafetyMode.PublicationOnly);
    }

    public int Version { get; }

    /// <summary>Usage that starts from this time on is priced by it.</summary>
    public Instant EffectiveFrom { get; init; }

    public CatalogueTraits Traits { get; }

    /// <summary>Its content has been read.</summary>
    public bool IsRead => content.IsValueCreated;

    /// <summary>The catalogue in index form.</summary>
    /// <exception cref="InvalidDataException">The stored package is damaged.</exception>
    public CompiledCatalogue Compiled => content.Value.Compiled;

    /// <summary>The stored id of each of <c>Compiled.PriceKeys</c>.</summary>
    public ImmutableArray<int> PriceKeyIds => content.Value.PriceKeyIds;
}

/// <summary>Which catalogue version prices a time: of all that have begun by then the one with the highest number, so that a
/// later version also wins over an earlier one that would have begun after it. Immutable.</summary>
public sealed class CatalogueTimeline
{
    private readonly CatalogueEntry[] newestFirst;

    public CatalogueTimeline(IEnumerable<CatalogueEntry> entries)
    {
        Versions = [.. entries.OrderBy(entry => entry.Version)];
        var kept = new List<CatalogueEntry>();
        foreach (var entry in Versions)
        {
            kept.RemoveAll(earlier => earlier.EffectiveFrom >= entry.EffectiveFrom);
            kept.Add(entry);
        }
        newestFirst = [.. Enumerable.Reverse(kept)];
        Pins = Versions.Any(entry => entry.Traits.Pins);
    }

    /// <summary>Those that are in force at some time, latest start first.</summary>
    public IReadOnlyList<CatalogueEntry> Entries => newestFirst;

    /// <summary>All of them by number, also those that a later one took the place of.</summary>
    public ImmutableArray<CatalogueEntry> Versions { get; }

    /// <summary>False: no offer keeps its prices for existing subscriptions; <see cref="PriceTime"/> need not be asked.</summary>
    public bool Pins { get; }

    /// <summary>The version in force at a time, or null before the first.</summary>
    public CatalogueEntry? At(Instant time)
    {
        foreach (var entry in newestFirst)
        {
            if (entry.EffectiveFrom <= time)
            {
                return entry;
            }
        }
        return null;
    }

    /// <summary>
    /// The time whose version prices the usage of a subscription: the use itself, or what the offer says that was sold on the
    /// first day (<see cref="Offer.PriceChanges"/>), as for recurring prices.
    /// </summary>
    /// <param name="offer">Code.</param>
    /// <param name="start">When the subscription took the offer: its beginning, or its last change of plan.</param>
    /// <param name="zone">Of the account: terms begin with its days.</param>
    /// <param name="at">The use, not before the start.</param>
    public Instant PriceTime(string offer, Instant start, DateTimeZone zone, Instant at)
    {
        if (!Pins || At(start)?.Compiled.Source.Offers.FirstOrDefault(one => one.Code == offer) is not { } sold)
        {
            return at;
        }
        var pinned = sold.PriceChanges switch
        {
            PriceChanges.Current => at,
            PriceChanges.Keep => start,
            PriceChanges.Renewal => TermStart(sold, start, zone, at),
            _ => throw new InvalidOperationException($"Unknown policy {sold.PriceChanges}."),
        };
        return At(pinned)?.Compiled.Offers.ContainsKey(offer) == true ? pinned : at;
    }

    private static Instant TermStart(Offer sold, Instant start, DateTimeZone zone, Instant at)
    {
        var first = start.InZone(zone).Date;
        var term = (sold.MinimumTerm?.Length ?? BillInterval.Year).Containing(first, at.InZone(zone).Date).From;
        return term <= first ? start : zone.AtStartOfDay(term).ToInstant();
    }
}
