using System.Collections.Immutable;
using Tollgate.Catalog;

namespace Tollgate.Rating;

/// <summary>A rate plan in index form. Immutable.</summary>
internal sealed class CompiledPlan
{
    /// <summary>The only zone of a plan without a deck.</summary>
    internal const string AnyZone = "any";

    internal required RatePlan Source { get; init; }

    /// <summary>Null: every event is in <see cref="AnyZone"/>.</summary>
    internal required CompiledDeck? Deck { get; init; }

    internal required ImmutableArray<string> Zones { get; init; }

    /// <summary>For calling numbers; null: they have no zone.</summary>
    internal required CompiledDeck? OriginDeck { get; init; }

    /// <summary>For visited networks; null: each is its own zone.</summary>
    internal required CompiledDeck? VisitedDeck { get; init; }

    internal required CompiledPortability? Portability { get; init; }

    internal required WeekTable Week { get; init; }

    /// <summary>Index of the plan's zone and bands in <see cref="CompiledCatalogue.Clocks"/>.</summary>
    internal required int Clock { get; init; }

    /// <summary>The catalogue's counters.</summary>
    internal required ImmutableArray<Counter> Counters { get; init; }

    /// <summary>The service as expressions name it.</summary>
    internal required string ServiceWord { get; init; }

    internal required StoredRounding Rounding { get; init; }

    /// <summary>By zone, band, and whether the place has an own price.</summary>
    internal required PriceCell[] Cells { get; init; }

    internal required Candidate[] Candidates { get; init; }

    internal required Tariff[] Tariffs { get; init; }

    /// <summary>The rule that applies to an event in a band; index into <see cref="Candidates"/>, or -1.</summary>
    internal int Choose(PricedEvent priced, int band)
    {
        ref readonly var cell = ref Cells[CellIndex(priced.Place.Zone, band, priced.Place.Price >= 0, Week.Bands.Length)];
        for (var i = cell.First; i < cell.First + cell.Count; i++)
        {
            if (Candidates[i].Rule.Always || Candidates[i].Rule.Fits(priced))
            {
                return i;
            }
        }
        return -1;
    }

    /// <summary>Index of a rule's tariff at a place.</summary>
    internal static int TariffOf(CompiledRule rule, Place place) =>
        rule.Source.FromDeck ? rule.FirstTariff + place.Price : rule.FirstTariff;

    internal static int CellIndex(int zone, int band, bool ownPrice, int bands) => (zone * bands + band) * 2 + (ownPrice ? 1 : 0);
}
