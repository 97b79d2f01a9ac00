using System.Collections.Immutable;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Catalog;

/// <summary>A stretch of a subscription's life with prices of its own, e.g. a trial or an introduction.</summary>
/// <param name="Code">Unique within the offer; prices name it.</param>
/// <param name="Name">As printed.</param>
/// <param name="Length">Counted from the day the phase begins; null, for the last one only: without end.</param>
public sealed record OfferPhase(string Code, CatalogueName Name, BillInterval? Length);

/// <summary>
/// What makes an add-on a promotion: who subscribes to one of <see cref="Offer.AddOnTo"/> in its time gets it with the
/// subscription, and its discounts reduce the charges of that subscription.
/// </summary>
/// <param name="From">First day of subscriptions that get it, in the account's time zone; null: since ever.</param>
/// <param name="To">First day of those that no longer do; null: for ever.</param>
/// <param name="Length">It ends so long after the subscription began; null: with the subscription.</param>
public sealed record Promotion(LocalDate? From, LocalDate? To, BillInterval? Length)
{
    /// <summary>True when a subscription that begins on a day gets it.</summary>
    public bool Holds(LocalDate day) => (From is not { } from || from <= day) && (To is not { } to || day < to);
}

/// <summary>How long a subscriber is bound.</summary>
/// <param name="Length">Counted from the first day of the plan.</param>
/// <param name="Fee">Due when the subscription ends earlier; null: nothing is.</param>
public sealed record MinimumTerm(BillInterval Length, EarlyTerminationFee? Fee);

/// <summary>What an early termination costs.</summary>
public enum EarlyTermination
{
    /// <summary>The amount.</summary>
    Fixed,
    /// <summary>The amount for each month left of the term, a begun one counting whole.</summary>
    PerMonthLeft,
    /// <summary>A percentage of the recurring prices of the time left, in the quantity of the end.</summary>
    Remaining,
}

/// <summary>A charge for ending within the minimum term.</summary>
public sealed record EarlyTerminationFee
{
    public required string Code { get; init; }

    public required CatalogueName Name { get; init; }

    public EarlyTermination Kind { get; init; } = EarlyTermination.Fixed;

    /// <summary>For one unit of the quantity; zero for <see cref="EarlyTermination.Remaining"/>.</summary>
    public required Money Amount { get; init; }

    /// <summary>50 for 50 %, for <see cref="EarlyTermination.Remaining"/>.</summary>
    public decimal Percent { get; init; }

    public required string Tax { get; init; }

    public bool TaxIncluded { get; init; }

    public required string RevenueAccount { get; init; }
}

/// <summary>Which catalogue version an existing subscription is priced by.</summary>
public enum PriceChanges
{
    /// <summary>The one in force when each period begins: a new price reaches everybody with their next period. The
    /// default.</summary>
    Current,
    /// <summary>The one in force when the present term began (the plan's first day, and every minimum term, else every year,
    /// after
    /// it).</summary>
    Renewal,
    /// <summary>The one in force on the plan's first day, for ever.</summary>
    Keep,
}

/// <summary>What becomes of instalments when the subscription ends before the last one.</summary>
public enum InstalmentsLeft
{
    /// <summary>They are due at once. The default.</summary>
    Due,
    /// <summary>They go on month by month.</summary>
    Continue,
    /// <summary>Nothing more is due.</summary>
    Waived,
}

/// <summary>A price in equal parts, e.g. of a handset.</summary>
public sealed record InstalmentPrice
{
    /// <summary>Unique within the offer.</summary>
    public required string Code { get; init; }

    public required CatalogueName Name { get; init; }

    /// <summary>Of one instalment and one unit of the quantity.</summary>
    public required Money Amount { get; init; }

    /// <summary>Number of instalments.</summary>
    public required int Count { get; init; }

    /// <summary>The first is due on the plan's first day, each next one so much later.</summary>
    public BillInterval Every { get; init; } = BillInterval.Month;

    public InstalmentsLeft Left { get; init; } = InstalmentsLeft.Due;

    public required string Tax { get; init; }

    public bool TaxIncluded { get; init; }

    public required string RevenueAccount { get; init; }
}
