using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;

namespace Tollgate.Rating;

/// <summary>
/// A catalogue in index form for rating. Immutable and safe to share between threads; each thread rates with its own
/// <see cref="Rater"/>.
/// </summary>
public sealed class CompiledCatalogue
{
    private readonly ConcurrentDictionary<string, CompiledOffer> combined = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(CompiledOffer Offer, string Shared), CompiledOffer> pooled = new();

    internal CompiledCatalogue(
        Catalogue source, ImmutableArray<PriceKey> priceKeys, FrozenDictionary<string, CompiledOffer> offers)
    {
        Source = source;
        PriceKeys = priceKeys;
        Offers = offers;
        HasShared = source.Offers.Any(offer => offer.Allowances.Any(allowance => allowance.Shared != SharingScope.Subscription));
    }

    /// <summary>What it was compiled from.</summary>
    public Catalogue Source { get; }

    /// <summary>
    /// Everything that a bill can group usage by. The order depends on the catalogue only: plans in file order; in a plan
    /// zones in order of
    /// first mention, in a zone bands in order of first mention with <c>other</c> last.
    /// </summary>
    public ImmutableArray<PriceKey> PriceKeys { get; }

    /// <summary>Offers by code.</summary>
    public FrozenDictionary<string, CompiledOffer> Offers { get; }

    /// <summary>Some offer has an allowance that subscriptions share.</summary>
    public bool HasShared { get; }

    /// <summary>The legs that events may have, in file order; <see cref="RatedLeg.Leg"/> is an index into this list.</summary>
    public ImmutableArray<Leg> Legs => Source.Legs;

    /// <summary>The distinct zones of the plans.</summary>
    internal ImmutableArray<DateTimeZone> TimeZones { get; init; }

    /// <summary>The distinct pairs of zone and bands of the plans.</summary>
    internal ImmutableArray<(DateTimeZone Zone, WeekTable Week)> Clocks { get; init; }

    internal ImmutableArray<CompiledLeg> CompiledLegs { get; init; }

    /// <summary>Those that plans use.</summary>
    internal ImmutableArray<CompiledDeck> Decks { get; init; } = [];

    /// <summary>Some leg's amount is the customer's, too.</summary>
    internal bool AddsToRetail { get; init; }

    /// <summary>Legs by trunk.</summary>
    internal FrozenDictionary<string, int[]> TrunkLegs { get; init; } = FrozenDictionary<string, int[]>.Empty;

    /// <summary>
    /// A base offer together with the add-ons that hang on it, as one offer: the add-ons' rate plans, asked before the base's
    /// unless a priority says otherwise, and the base's; all their allowances, those of an add-on under the code <c>ADD-ON/ALLOWANCE</c> (a second
    /// add-on of the same offer:
    /// <c>ADD-ON#2/ALLOWANCE</c>); all their counters, discounts, caps and legs. Null when the base is not in the catalogue; an
    /// add-on that is not is left out. The same call answers the same object.
    /// </summary>
    public CompiledOffer? Combined(string offer, IReadOnlyList<string> addOns)
    {
        if (!Offers.TryGetValue(offer, out var basis) || addOns.Count == 0)
        {
            return basis;
        }
        return combined.GetOrAdd(string.Join('+', addOns.Prepend(offer)), _ => basis.With(
            [.. addOns.Select(code => Offers.GetValueOrDefault(code)).OfType<CompiledOffer>()]));
    }

    /// <summary>
    /// An offer with the allowances that other subscriptions share with it: those of the account with the scope account or
    /// customer, those of other accounts of the customer with the scope customer. What it has itself under the same code stays;
    /// of others with the same code the first counts. The same call answers the same object.
    /// </summary>
    /// <param name="offer">Of this catalogue.</param>
    /// <param name="others">The offers of the other subscriptions with their add-ons, in the order of the subscriptions, and
    /// whether they are in the same account.</param>
    public CompiledOffer Pooled(CompiledOffer offer, IReadOnlyList<(CompiledOffer Offer, bool SameAccount)> others)
    {
        List<(string Offer, Allowance Allowance)>? extra = null;
        foreach (var (other, sameAccount) in others)
        {
            foreach (var allowance in other.Allowances)
            {
                if ((allowance.Shared == SharingScope.Customer || (sameAccount && allowance.Shared == SharingScope.Account))
                    && !offer.Allowances.Any(own => own.Code == allowance.Code)
                    && extra?.Exists(one => one.Allowance.Code == allowance.Code) != true)
                {
                    (extra ??= []).Add((other.Code, allowance));
                }
            }
        }
        return extra is null ? offer : pooled.GetOrAdd(
            (offer, string.Join('+', extra.Select(one => $"{one.Offer}:{one.Allowance.Code}"))),
            _ => offer.WithShared(extra.Select(one => one.Allowance)));
    }

    /// <summary>Compiles a validated catalogue.</summary>
    /// <exception cref="ArgumentException">The catalogue has a reference to something missing, a code, prefix or service
    /// given twice where it must be unique, or a price that is too large or finer than 18 decimals. The catalogue's reader
    /// finds these with their place; here they are a programmer's error.</exception>
    public static CompiledCatalogue Compile(Catalogue catalogue) => new CatalogueCompiler(catalogue, []).Compile();

    /// <summary>Compiles another version: decks that others have with the same rows are theirs, so that many versions of a
    /// catalogue keep a large deck once.</summary>
    /// <param name="catalogue">A validated catalogue.</param>
    /// <param name="others">Versions that are compiled already.</param>
    public static CompiledCatalogue Compile(Catalogue catalogue, IEnumerable<CompiledCatalogue> others)
    {
        CompiledDeck[] known = [.. others.SelectMany(other => other.Decks).Distinct()];
        return new CatalogueCompiler(catalogue with
        {
            Decks = [.. catalogue.Decks.Select(deck => known.FirstOrDefault(one => Same(one.Source, deck))?.Source ?? deck)],
        }, known).Compile();
    }

    private static bool Same(Deck one, Deck other) =>
        one.Code == other.Code && one.Rows.AsSpan().SequenceEqual(other.Rows.AsSpan());
}
