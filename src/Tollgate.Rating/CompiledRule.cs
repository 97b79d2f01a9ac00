using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>A price rule in index form. Immutable.</summary>
internal sealed class CompiledRule
{
    private readonly Int128 up = 1;
    private readonly Int128 down = 1;

    /// <param name="decimals">Of the plan's rounding.</param>
    internal CompiledRule(UsagePrice source, int index, int firstTariff, CompiledModel model, int decimals, Unit currency)
    {
        Source = source;
        Index = index;
        FirstTariff = firstTariff;
        Model = model;
        Minimum = Exact.Of(source.MinimumCharge, decimals);
        Maximum = Exact.Of(source.MaximumCharge ?? 0, decimals);
        if (source.Rounding is { } own)
        {
            Rounding = new StoredRounding(own, currency);
            (up, down) = (Fractions.Power(Math.Max(0, own.Decimals - decimals)), Fractions.Power(Math.Max(0, decimals - own.Decimals)));
        }
        Always = source is { From: null, Visited: null, Net: null, NumberKind: null, When: null };
        Simple = model is PerUnitModel && source is { FreeUnits: 0, MinimumCharge: 0, MaximumCharge: null, Rounding: null };
    }

    internal UsagePrice Source { get; }

    /// <summary>Index into the plan's rules.</summary>
    internal int Index { get; }

    /// <summary>Index of its tariff; for a deck's own prices of the first of them.</summary>
    internal int FirstTariff { get; }

    internal CompiledModel Model { get; }

    /// <summary>In place of the plan's; null: the plan's.</summary>
    internal StoredRounding? Rounding { get; }

    internal Exact Minimum { get; }

    internal Exact Maximum { get; }

    /// <summary>Nothing but zone and band decides whether it applies.</summary>
    internal bool Always { get; }

    /// <summary>Units × price, nothing else.</summary>
    internal bool Simple { get; }

    /// <summary>An exact amount in steps of the plan, rounded by this rule or the plan and in stored steps. False: it does not
    /// fit.</summary>
    internal bool TryStore(in Exact amount, in StoredRounding plan, out long stored) => Rounding is { } own
        ? own.TryStore(amount.Times(up, down), out stored) : plan.TryStore(amount, out stored);

    /// <summary>An exact amount in steps of the plan, rounded by this rule or the plan.</summary>
    internal Exact Round(in Exact amount, in StoredRounding plan)
    {
        if (Rounding is not { } own)
        {
            return new Exact(Fractions.Divide(amount.Numerator, amount.Divisor, plan.Mode), 1);
        }
        var scaled = amount.Times(up, down);
        return Exact.Reduced(Fractions.DivideWide(scaled.Numerator, scaled.Divisor, own.Mode) * down, up);
    }

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
