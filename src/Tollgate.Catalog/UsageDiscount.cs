using System.Collections.Immutable;
using Tollgate.Primitives;

namespace Tollgate.Catalog;

/// <summary>
/// A reduction of the price of single events. All that fit apply, in the order of <see cref="Priority"/> and then of the file,
/// each to what the one before left; never below zero, and never to a negative price.
/// </summary>
public sealed record UsageDiscount
{
    /// <summary>Unique within the offer.</summary>
    public required string Code { get; init; }

    public required CatalogueName Name { get; init; }

    /// <summary>Lower comes first. Default 100.</summary>
    public int Priority { get; init; } = 100;

    /// <summary>Percentage taken off, 0 to 100.</summary>
    public decimal Percent { get; init; }

    /// <summary>Amount taken off each event, in the plan's currency, after <see cref="Percent"/>.</summary>
    public decimal Amount { get; init; }

    /// <summary>Services; empty: all.</summary>
    public ImmutableArray<ServiceKind> Services { get; init; } = [];

    /// <summary>Zones; empty: all.</summary>
    public ImmutableArray<string> Zones { get; init; } = [];

    /// <summary>Bands, by the start of the event (happy hour); empty: all.</summary>
    public ImmutableArray<string> Bands { get; init; } = [];

    /// <summary>Name of a list of numbers given with the subscription (friends and family, a closed user group): the
    /// destination must be in it. Null: any destination.</summary>
    public string? Numbers { get; init; }

    /// <summary>Codes of offers of which the customer must have one at the time; empty: none needed.</summary>
    public ImmutableArray<string> WithOffers { get; init; } = [];

    /// <summary>Events for which this holds; null: all.</summary>
    public Condition? When { get; init; }

    /// <summary>When it applies, those after it do not. Default no.</summary>
    public bool Exclusive { get; init; }
}
