using System.Collections.Immutable;
using NodaTime;
using Tollgate.Rating;

namespace Tollgate.Storage.Catalogs;

/// <summary>One published catalogue version, ready for rating.</summary>
/// <param name="Version">1, 2, 3 … per tenant.</param>
/// <param name="EffectiveFrom">Usage that starts from this time on is priced by it.</param>
/// <param name="Compiled">The catalogue in index form.</param>
/// <param name="PriceKeyIds">The stored id of each of <c>Compiled.PriceKeys</c>.</param>
public sealed record CatalogueEntry(
    int Version, Instant EffectiveFrom, CompiledCatalogue Compiled, ImmutableArray<int> PriceKeyIds);

/// <summary>Which catalogue version prices a time: the one with the latest start that is not after it, of two with the same
/// start the higher version. Immutable.</summary>
public sealed class CatalogueTimeline
{
    private readonly CatalogueEntry[] newestFirst;

    public CatalogueTimeline(IEnumerable<CatalogueEntry> entries) =>
        newestFirst = [.. entries.OrderByDescending(entry => entry.EffectiveFrom).ThenByDescending(entry => entry.Version)];

    /// <summary>Latest start first.</summary>
    public IReadOnlyList<CatalogueEntry> Entries => newestFirst;

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
}
