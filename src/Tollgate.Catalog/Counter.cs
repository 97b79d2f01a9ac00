using System.Collections.Immutable;
using Tollgate.Primitives;

namespace Tollgate.Catalog;

/// <summary>Where the periods of a counter or allowance begin.</summary>
public enum ResetEvery : byte
{
    /// <summary>With the account's bill period.</summary>
    BillPeriod,
    /// <summary>On the first of a calendar month, in the account's time zone.</summary>
    Month,
    /// <summary>On Monday 00:00.</summary>
    Week,
    /// <summary>At 00:00.</summary>
    Day,
    /// <summary>Every N days, counted from the day of activation.</summary>
    Days,
    /// <summary>Every N months, counted from the day of activation.</summary>
    Months,
    /// <summary>Never: one period from activation on.</summary>
    Never,
    /// <summary>Every N hours, counted from the moment of activation. An hour is 60 minutes, also when clocks change.</summary>
    Hours,
}

/// <summary>A rule by which a period follows another. The n-th period is computed from its anchor.</summary>
/// <param name="Every">What a period is.</param>
/// <param name="Count">N of <see cref="ResetEvery.Hours"/>, <see cref="ResetEvery.Days"/> and <see cref="ResetEvery.Months"/>;
/// otherwise 1.</param>
public readonly record struct ResetRule(ResetEvery Every, int Count = 1)
{
    public static readonly ResetRule BillPeriod = new(ResetEvery.BillPeriod);
}

/// <summary>What a counter adds up.</summary>
public enum CounterOf : byte
{
    /// <summary>Chargeable quantity after increments, also what allowances pay. The default.</summary>
    Charged,
    /// <summary>Chargeable quantity that allowances do not pay.</summary>
    Paid,
    /// <summary>Quantity as used.</summary>
    Used,
    /// <summary>Number of events (<see cref="UsageRecord.Events"/>).</summary>
    Events,
    /// <summary>Amounts after discounts and caps, in stored steps of the currency.</summary>
    Money,
    /// <summary>Prices that came with the records (attribute <see cref="AttributeNames.Price"/>), in stored steps of the
    /// currency.</summary>
    Price,
}

/// <summary>
/// What is added up over a period: for tiers, caps, commitments and thresholds. It is a pocket that counts up, so that it is
/// stored, moved and explained as pockets are.
/// </summary>
public sealed record Counter
{
    public required string Code { get; init; }

    public required CatalogueName Name { get; init; }

    public required CounterOf Of { get; init; }

    /// <summary>A currency for money and prices, events for events, else the unit of the quantity; only usage priced per a unit
    /// of this kind is counted.</summary>
    public required Unit Unit { get; init; }

    /// <summary>Services whose usage is counted; empty: all.</summary>
    public ImmutableArray<ServiceKind> Services { get; init; } = [];

    /// <summary>Zones whose usage is counted; empty: all.</summary>
    public ImmutableArray<string> Zones { get; init; } = [];

    /// <summary>Counts only events for which this holds; null: all.</summary>
    public Condition? When { get; init; }

    public SharingScope Shared { get; init; } = SharingScope.Subscription;

    public ResetRule Reset { get; init; } = ResetRule.BillPeriod;

    /// <summary>What thresholds are percentages of, in stored steps; null: there are none.</summary>
    public long? Limit { get; init; }

    /// <summary>Percentages of <see cref="Limit"/> at which a <c>ThresholdCrossed</c> is told.</summary>
    public ImmutableArray<int> Thresholds { get; init; } = [];
}

/// <summary>What happens when a spending cap is reached.</summary>
public enum AtCap : byte
{
    /// <summary>The rest of the period is free.</summary>
    Free,
    /// <summary>The event that reaches it costs what is left up to the cap and is to be cut off; those after it are refused as
    /// <see cref="HoldReason.SpendingCapReached"/>.</summary>
    Block,
    /// <summary>The rest of the period is free and is to be slowed down.</summary>
    Throttle,
}

/// <summary>Most that may be spent in a period of a counter of money.</summary>
/// <param name="Code">Unique within the offer.</param>
/// <param name="Counter">Code of a counter <see cref="CounterOf.Money"/>; the usage that it counts is capped.</param>
/// <param name="Limit">In stored steps of the counter's currency.</param>
/// <param name="Then">What then.</param>
public sealed record SpendingCap(string Code, string Counter, long Limit, AtCap Then);
