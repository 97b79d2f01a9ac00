using System.Collections.Frozen;
using System.Collections.Immutable;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>Which usage an allowance of an offer pays for, and what of its unit the usage takes. Immutable.</summary>
internal sealed class AllowanceCover
{
    private readonly Allowance allowance;
    private readonly PriceBasis? basis;

    // By number of the offer's plan: its zones and bands; null: all.
    private readonly bool[]?[] zones;
    private readonly bool[]?[] bands;
    private readonly FrozenSet<string> ratingGroups;
    private readonly bool anyEvent;

    internal AllowanceCover(Allowance allowance, ImmutableArray<CompiledPlan?> plans)
    {
        this.allowance = allowance;
        basis = allowance.Unit.Kind switch
        {
            UnitKind.Duration => PriceBasis.Duration,
            UnitKind.Volume => PriceBasis.Volume,
            UnitKind.Count => PriceBasis.Events,
            UnitKind.Currency => null,
            _ => throw new ArgumentException($"Allowance '{allowance.Code}' has an unknown kind of unit.", nameof(allowance)),
        };
        zones = [.. plans.Select(plan => Named(allowance.Zones, plan?.Zones))];
        bands = [.. plans.Select(plan => Named(allowance.Bands, plan?.Week.Bands))];
        ratingGroups = allowance.RatingGroups.ToFrozenSet(StringComparer.Ordinal);
        anyEvent = ratingGroups.Count == 0 && allowance.When is null;
        Simple = anyEvent && allowance.Takes.IsEmpty && allowance.MemberLimit is null && allowance.Overage == Overage.Price
            && allowance.ConnectFee == 0 && allowance.Price is null && allowance.Increments is null;
    }

    internal Allowance Source => allowance;

    /// <summary>It pays amounts instead of quantities.</summary>
    internal bool IsMoney => basis is null && allowance.Takes.IsEmpty;

    /// <summary>One for one, nothing else.</summary>
    internal bool Simple { get; }

    /// <summary>Index of the counter of its member limit in the offer's counters, or -1.</summary>
    internal int MemberCounter { get; init; } = -1;

    /// <summary>True when it may pay for usage in a band.</summary>
    internal bool Covers(PricedEvent priced, int band)
    {
        return allowance.IsFor(priced.Record.Service)
            && (zones[priced.Slot] is not { } named || named[priced.Place.Zone])
            && (bands[priced.Slot] is not { } times || times[band])
            && (anyEvent || CoversEvent(priced));
    }

    /// <summary>What usage takes: so many steps per so much of the basis. False: it cannot pay for this basis.</summary>
    internal bool TryRate(PricedEvent priced, PriceBasis usage, out long steps, out long per)
    {
        if (allowance.Price is { } price && UsagePrice.BasisOf(price.Per) != usage)
        {
            (steps, per) = (0, 0);
            return false;
        }
        foreach (var rate in allowance.Takes)
        {
            if ((rate.Per == 0 || (rate.Basis ?? basis) == usage)
                && (rate.Zones.IsDefaultOrEmpty || rate.Zones.IndexOf(priced.ZoneName, 0, StringComparer.Ordinal) >= 0)
                && (rate.When is null || rate.When.Holds(priced)))
            {
                (steps, per) = (rate.Steps, rate.Per);
                return true;
            }
        }
        (steps, per) = (1, 1);
        return basis == usage;
    }

    /// <summary>Money for usage that it pays, in steps of so many decimals.</summary>
    internal Exact OwnPrice(long paid, int decimals) => allowance.Price is { } price
        ? Exact.Of(price.PerUnit, decimals).Times(paid, price.Per.StoragePerUnit) : default;

    private bool CoversEvent(PricedEvent priced) =>
        (ratingGroups.Count == 0
            || (priced.Record.Attributes[AttributeNames.RatingGroup] is { } group && ratingGroups.Contains(group)))
        && (allowance.When is null || allowance.When.Holds(priced));

    private static bool[]? Named(ImmutableArray<string> names, ImmutableArray<string>? all) =>
        names.IsEmpty || all is not { } known ? null : [.. known.Select(name => names.Contains(name, StringComparer.Ordinal))];
}
