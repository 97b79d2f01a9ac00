using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>A pocket as the rater sees and draws it down. A mutable struct in a pooled span, so that rating allocates nothing.</summary>
public record struct PocketState
{
    public PocketId Id { get; set; }

    /// <summary>Index of the allowance in its <c>CompiledOffer</c>; -1: money of the account.</summary>
    public int Allowance { get; set; }

    /// <summary>Stored steps of the pocket's unit. Money may go below zero for prepaid offers.</summary>
    public long Balance { get; set; }

    /// <summary>Valid for events that start in [ValidFrom, ValidTo).</summary>
    public Instant ValidFrom { get; set; }

    public Instant ValidTo { get; set; }

    /// <summary>Lower is used first; then earlier <see cref="ValidTo"/>, then lower id.</summary>
    public int Priority { get; set; }
}

/// <summary>What one event took from one pocket.</summary>
/// <param name="Pocket">Index in the span of pockets handed to the rater.</param>
/// <param name="Taken">Stored steps, positive.</param>
/// <param name="Before">Balance before.</param>
public readonly record struct PocketDraw(int Pocket, long Taken, long Before);

/// <summary>The outcome of rating one event. <see cref="Refusal"/> null: charged.</summary>
public readonly record struct RatedUsage
{
    /// <summary>Why the event could not be priced, or null.</summary>
    public HoldReason? Refusal { get; init; }

    /// <summary>Index into <c>CompiledCatalogue.PriceKeys</c>.</summary>
    public int PriceKey { get; init; }

    /// <summary>What was used, in base units of the price's basis.</summary>
    public long Used { get; init; }

    /// <summary>What is charged after increments, in base units; allowances included.</summary>
    public long Charged { get; init; }

    /// <summary>Part of <see cref="Charged"/> that allowances paid.</summary>
    public long FromAllowances { get; init; }

    /// <summary>Money for the rest, in stored steps of the plan's currency, rounded by the plan's rounding.</summary>
    public long Amount { get; init; }

    /// <summary>Part of <see cref="Amount"/> drawn from money pockets.</summary>
    public long FromMoney { get; init; }

    /// <summary>Number of draws written.</summary>
    public int Draws { get; init; }
}

/// <summary>
/// What a bill groups usage by: the same plan, zone and band have the same key. Everything that a bill line and a posting need.
/// </summary>
/// <param name="Plan">Rate plan code.</param>
/// <param name="Zone">Zone, or <c>any</c>.</param>
/// <param name="Band">Band, or <c>other</c>.</param>
/// <param name="Service">Service of the plan.</param>
/// <param name="Basis">What quantities of this key count.</param>
/// <param name="Currency">Currency code of the amounts.</param>
/// <param name="Tax">Tax category.</param>
/// <param name="TaxIncluded">Amounts contain tax.</param>
/// <param name="RevenueAccount">Ledger account.</param>
/// <param name="Label">For operators, e.g. <c>Calls to Germany Mobile, peak</c>; bills word it in their own language.</param>
/// <param name="ByTime">The plan has time bands, so that the band says something also when it is <c>other</c>.</param>
public sealed record PriceKey(
    string Plan, string Zone, string Band, ServiceKind Service, PriceBasis Basis, string Currency, string Tax, bool TaxIncluded,
    string RevenueAccount, string Label, bool ByTime = false);

/// <summary>One step of how a charge came about, in words.</summary>
/// <param name="Step">Stable name, e.g. <c>destination</c>, <c>time-band</c>, <c>increments</c>, <c>allowance</c>, <c>price</c>,
/// <c>rounding</c>, <c>money</c>.</param>
/// <param name="Text">E.g. <c>4369912345 matches prefix 43699: Austria Mobile</c>.</param>
public sealed record TraceStep(string Step, string Text);

/// <summary>Collects the steps when somebody asked for them; null on the hot path.</summary>
public sealed class RatingTrace
{
    private readonly List<TraceStep> steps = [];

    public IReadOnlyList<TraceStep> Steps => steps;

    public void Add(string step, string text) => steps.Add(new TraceStep(step, text));
}
