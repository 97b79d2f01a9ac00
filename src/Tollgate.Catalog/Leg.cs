using System.Collections.Immutable;

namespace Tollgate.Catalog;

/// <summary>Whose price a leg is.</summary>
public enum LegKind : byte
{
    /// <summary>What a reseller pays for its customer's usage.</summary>
    Reseller,
    /// <summary>What another operator pays.</summary>
    Wholesale,
    /// <summary>What the operator pays for termination or transit: a cost.</summary>
    Interconnect,
    /// <summary>What the operator pays a visited network: a cost.</summary>
    Roaming,
}

/// <summary>
/// A further price of the same event, for another party, by an ordinary rate plan in any currency. Priced in the same pass as
/// the customer's; no pockets, discounts or caps apply. Counters that its plans name count what the leg charges, apart from the
/// retail price and from other legs, for whom the counter says: the retail subscription, its account or its customer.
/// </summary>
public sealed record Leg
{
    public required string Code { get; init; }

    public required LegKind Kind { get; init; }

    /// <summary>The other party, as accounts are named outside (external key).</summary>
    public required string Party { get; init; }

    /// <summary>Rate plan codes, at most one per service.</summary>
    public ImmutableArray<string> RatePlans { get; init; } = [];

    /// <summary>Values of the attribute <c>trunk</c> for which every event has this leg, whatever the offer; empty: offers that
    /// name the leg have it.</summary>
    public ImmutableArray<string> Trunks { get; init; } = [];

    /// <summary>Only for events for which this holds; null: all.</summary>
    public Condition? When { get; init; }

    /// <summary>True: its amount is added to the customer's price, after discounts and rounding and before caps; both are in one
    /// currency. Default no: the customer does not see it.</summary>
    public bool AddsToRetail { get; init; }

    /// <summary>True: the amount is money that the operator pays.</summary>
    public bool IsCost => Kind is LegKind.Interconnect or LegKind.Roaming;
}
