using System.Collections.Immutable;
using Tollgate.Primitives;

namespace Tollgate.Catalog;

/// <summary>How a subscriber pays for an offer's usage.</summary>
public enum PaymentModel
{
    /// <summary>Usage goes on the bill.</summary>
    Postpaid,
    /// <summary>Usage draws down the account's money pockets, also below zero when records come in after the fact.</summary>
    Prepaid,
    /// <summary>Usage draws down money pockets while they last; the rest goes on the bill.</summary>
    Hybrid,
}

/// <summary>Something that can be subscribed to.</summary>
public sealed record Offer
{
    public required string Code { get; init; }

    /// <summary>As printed on bills.</summary>
    public required CatalogueName Name { get; init; }

    public string Description { get; init; } = "";

    public PaymentModel Payment { get; init; } = PaymentModel.Postpaid;

    public ImmutableArray<RecurringPrice> Recurring { get; init; } = [];

    public ImmutableArray<OneTimePrice> OneTime { get; init; } = [];

    /// <summary>Rate plan codes, at most one per service.</summary>
    public ImmutableArray<string> RatePlans { get; init; } = [];

    public ImmutableArray<Allowance> Allowances { get; init; } = [];
}

/// <summary>When a recurring price is due.</summary>
public enum Timing
{
    /// <summary>At the start of the period it pays for.</summary>
    Advance,
    /// <summary>At its end.</summary>
    Arrears,
}

/// <summary>What part of a recurring price a part of a period costs. Default of the product: <see cref="Days"/>.</summary>
public enum Proration
{
    /// <summary>Days in the part ÷ days in the whole period (10 of 31 days).</summary>
    Days,
    /// <summary>Days in the part (at most 30) ÷ 30.</summary>
    ThirtyDays,
    /// <summary>A part costs as much as the whole.</summary>
    None,
}

/// <summary>A price that comes again every period while the subscription lives.</summary>
public sealed record RecurringPrice
{
    /// <summary>Unique within the offer.</summary>
    public required string Code { get; init; }

    public required CatalogueName Name { get; init; }

    /// <summary>For one whole period and one unit of the subscription's quantity.</summary>
    public required Money Amount { get; init; }

    /// <summary>Length of the period in months; 1 = monthly, 12 = yearly.</summary>
    public int Months { get; init; } = 1;

    public Timing Timing { get; init; } = Timing.Advance;

    /// <summary>For a first period that is not whole.</summary>
    public Proration Entry { get; init; } = Proration.Days;

    /// <summary>For a last period that is not whole.</summary>
    public Proration Exit { get; init; } = Proration.Days;

    public required string Tax { get; init; }

    public bool TaxIncluded { get; init; }

    public required string RevenueAccount { get; init; }
}

/// <summary>When a one-time price is due.</summary>
public enum OneTimeEvent
{
    Activation,
    Termination,
}

/// <summary>A price charged once in a subscription's life.</summary>
public sealed record OneTimePrice
{
    public required string Code { get; init; }

    public required CatalogueName Name { get; init; }

    public required Money Amount { get; init; }

    public OneTimeEvent At { get; init; } = OneTimeEvent.Activation;

    public required string Tax { get; init; }

    public bool TaxIncluded { get; init; }

    public required string RevenueAccount { get; init; }
}

/// <summary>
/// Units that a subscription gets in every bill period of its account and that pay for usage before money does. Granted into a
/// pocket that is valid for that period only; not prorated; what is left lapses.
/// </summary>
public sealed record Allowance
{
    /// <summary>Unique within the offer.</summary>
    public required string Code { get; init; }

    public required CatalogueName Name { get; init; }

    /// <summary>Unit of duration, volume or count.</summary>
    public required Unit Unit { get; init; }

    /// <summary>Per period, in stored steps of the unit (ms, octets, events).</summary>
    public required long Amount { get; init; }

    public required ServiceKind Service { get; init; }

    /// <summary>Zones it covers; empty: all.</summary>
    public ImmutableArray<string> Zones { get; init; } = [];

    /// <summary>Lower is used first; ties go to the earlier expiry, then to the lower pocket id. Default 100.</summary>
    public int Priority { get; init; } = 100;
}
