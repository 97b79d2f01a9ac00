using Tollgate.Catalog;

namespace Tollgate.Rating;

/// <summary>A price rule in index form. Immutable.</summary>
internal sealed class CompiledRule
{
    internal CompiledRule(UsagePrice source, int index, int firstTariff, CompiledModel model, int decimals)
    {
        Source = source;
        Index = index;
        FirstTariff = firstTariff;
        Model = model;
        Minimum = Exact.Of(source.MinimumCharge, decimals);
        Maximum = Exact.Of(source.MaximumCharge ?? 0, decimals);
        Always = source is { From: null, Visited: null, Net: null, NumberKind: null, When: null };
        Simple = model is PerUnitModel && source is { FreeUnits: 0, MinimumCharge: 0, MaximumCharge: null };
    }

    internal UsagePrice Source { get; }

    /// <summary>Index into the plan's rules.</summary>
    internal int Index { get; }

    /// <summary>Index of its tariff; for a deck's own prices of the first of them.</summary>
    internal int FirstTariff { get; }

    internal CompiledModel Model { get; }

    internal Exact Minimum { get; }

    internal Exact Maximum { get; }

    /// <summary>Nothing but zone and band decides whether it applies.</summary>
    internal bool Always { get; }

    /// <summary>Units × price, nothing else.</summary>
    internal bool Simple { get; }

    /// <summary>True when the axes beside zone and band, and the condition, fit an event.</summary>
    internal bool Fits(PricedEvent priced) =>
        (Source.From is null || Source.From == priced.OriginZone)
        && (Source.Visited is null || Source.Visited == priced.VisitedZone)
        && (Source.NumberKind is null || Source.NumberKind == priced.NumberKind)
        && (Source.Net is null || Source.Net == priced.Net)
        && (Source.When is null || Source.When.Holds(priced));
}

/// <summary>A rule that may apply in a zone and band, and the key of what it charges.</summary>
internal readonly record struct Candidate(CompiledRule Rule, int PriceKey);

/// <summary>The candidates of a zone and band, in the order in which they are tried.</summary>
internal readonly record struct PriceCell(int First, int Count);
