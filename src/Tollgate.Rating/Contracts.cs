using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>What a pocket holds.</summary>
public enum PocketKind : byte
{
    /// <summary>Units of an allowance; counts down.</summary>
    Allowance,
    /// <summary>Money of the account; counts down.</summary>
    Money,
    /// <summary>What was used in a period; counts up from 0.</summary>
    Counter,
}

/// <summary>A pocket as the rater sees and changes it. A mutable struct in a pooled span, so that rating allocates
/// nothing.</summary>
public record struct PocketState
{
    /// <summary>Ids from here on are of pockets that an event makes and that have no id yet; they only keep the order.</summary>
    public const long Unnumbered = 1L << 62;

    public PocketId Id { get; set; }

    public PocketKind Kind { get; set; }

    /// <summary>Index in <see cref="CompiledOffer.Allowances"/>, or for a counter in <see cref="CompiledOffer.Counters"/>; -1
    /// for money.</summary>
    public int Allowance { get; set; }

    /// <summary>Stored steps of the pocket's unit. Money may go below zero for prepaid offers. A counter's is what was counted
    /// so far.</summary>
    public long Balance { get; set; }

    /// <summary>What an allowance's pocket was granted with, of which thresholds are percentages; 0: the whole
    /// allowance.</summary>
    public long Granted { get; set; }

    /// <summary>Valid for events that start in [ValidFrom, ValidTo).</summary>
    public Instant ValidFrom { get; set; }

    public Instant ValidTo { get; set; }

    /// <summary>Lower is used first; then earlier <see cref="ValidTo"/>, then lower id.</summary>
    public int Priority { get; set; }
}

/// <summary>How one event moved one pocket; a pocket has at most one.</summary>
/// <param name="Pocket">Index in the span of pockets handed to the rater.</param>
/// <param name="Taken">Stored steps; the balance after is <c>Before - Taken</c>. Negative for a counter, which counts up, for
/// what an event earns, and for money that an event of a negative price gives.</param>
/// <param name="Before">Balance before.</param>
public readonly record struct PocketDraw(int Pocket, long Taken, long Before);

/// <summary>What is known of a subscriber beside offer and pockets. Immutable.</summary>
public sealed record SubscriberFacts
{
    /// <summary>Nothing.</summary>
    public static readonly SubscriberFacts None = new();

    /// <summary>Lists of numbers (E.164 digits) by name: friends, family, a closed user group.</summary>
    public FrozenDictionary<string, FrozenSet<string>> Numbers { get; init; } = FrozenDictionary<string, FrozenSet<string>>.Empty;

    /// <summary>Codes of all offers that the customer has at the time.</summary>
    public FrozenSet<string> Offers { get; init; } = FrozenSet<string>.Empty;
}

/// <summary>The outcome of rating one event. <see cref="Refusal"/> null: charged.</summary>
public readonly record struct RatedUsage
{
    /// <summary>Why the event could not be priced, or null.</summary>
    public HoldReason? Refusal { get; init; }

    /// <summary>Index into <c>CompiledCatalogue.PriceKeys</c>; of several parts, the first part's.</summary>
    public int PriceKey { get; init; }

    /// <summary>What was used, in base units of the price's basis.</summary>
    public long Used { get; init; }

    /// <summary>What is charged after increments, in base units; allowances included.</summary>
    public long Charged { get; init; }

    /// <summary>Part of <see cref="Charged"/> that allowances paid, in base units of the usage (not of their units).</summary>
    public long FromAllowances { get; init; }

    /// <summary>Money for the rest, in stored steps of the plan's currency, after discounts and caps, rounded by the plan.
    /// Negative: the party gets it.</summary>
    public long Amount { get; init; }

    /// <summary>Part of <see cref="Amount"/> drawn from money pockets, allowances of money included.</summary>
    public long FromMoney { get; init; }

    /// <summary>What discounts took off, in stored steps; <see cref="Amount"/> is after it.</summary>
    public long Discount { get; init; }

    /// <summary>Number of draws written, those of counters included.</summary>
    public int Draws { get; init; }

    /// <summary>Number of price keys that the event has parts of: 1 unless a call is split over time bands. See
    /// <see cref="Rater.Parts"/>.</summary>
    public int Parts { get; init; }

    public UsageNotes Notes { get; init; }
}

/// <summary>The part of an event under one price key. Quantities and amounts of all parts add up to the event's.</summary>
/// <param name="PriceKey">Index into <c>CompiledCatalogue.PriceKeys</c>.</param>
/// <param name="Used">Base units used within the part.</param>
/// <param name="Charged">Base units charged.</param>
/// <param name="FromAllowances">Of these, paid by allowances.</param>
/// <param name="Amount">Stored steps.</param>
/// <param name="FromMoney">Of these, drawn from money pockets: the parts' share in order.</param>
public readonly record struct RatedPart(int PriceKey, long Used, long Charged, long FromAllowances, long Amount, long FromMoney);

/// <summary>A further price of an event, for another party. A refused leg does not refuse the event.</summary>
/// <param name="Leg">Index into <c>CompiledCatalogue.Legs</c>: party, kind, plan.</param>
/// <param name="Refusal">Why it has no price, or null.</param>
/// <param name="PriceKey">Index into <c>CompiledCatalogue.PriceKeys</c>; it names plan and currency. -1 when refused.</param>
/// <param name="Used">Base units used.</param>
/// <param name="Charged">Base units charged.</param>
/// <param name="Amount">Stored steps of the leg plan's currency.</param>
public readonly record struct RatedLeg(int Leg, HoldReason? Refusal, int PriceKey, long Used, long Charged, long Amount);

/// <summary>A pocket or counter passed a percentage of its limit with this event.</summary>
/// <param name="Pocket">Index in the span of pockets.</param>
/// <param name="Percent">E.g. 80.</param>
/// <param name="Limit">What it is a percentage of, in stored steps: the counter's limit, or the allowance's amount.</param>
public readonly record struct ThresholdCrossed(int Pocket, int Percent, long Limit);

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

/// <summary>One step of how a charge came about. Two are equal when step and text are.</summary>
/// <param name="Step">Stable name: <c>plan</c>, <c>network</c>, <c>destination</c>, <c>origin</c>, <c>visited</c>,
/// <c>time-band</c>,
/// <c>price-rule</c>, <c>increments</c>, <c>allowance</c>, <c>overage</c>, <c>price</c>, <c>limit</c>, <c>discount</c>,
/// <c>cap</c>,
/// <c>rounding</c>, <c>money</c>, <c>counter</c>, <c>earning</c>, <c>threshold</c>, <c>leg</c>, <c>refusal</c>.</param>
/// <param name="Text">In English, e.g. <c>4369912345 matches prefix 43699: Austria Mobile</c>.</param>
public sealed record TraceStep(string Step, string Text)
{
    /// <summary>The text with <c>{0}</c>, <c>{1}</c>, … for its values: the key of a translation.</summary>
    public string Template { get; init; } = Text;

    /// <summary>The values, as invariant text, in the order of the numbers in <see cref="Template"/>.</summary>
    public ImmutableArray<string> Values { get; init; } = [];

    public bool Equals(TraceStep? other) => other is not null && Step == other.Step && Text == other.Text;

    public override int GetHashCode() => HashCode.Combine(Step, Text);
}

/// <summary>Collects the steps when somebody asked for them; null on the hot path.</summary>
public sealed class RatingTrace
{
    private readonly List<TraceStep> steps = [];

    public IReadOnlyList<TraceStep> Steps => steps;

    /// <summary>Adds a step; the numbers of the text's holes are the places of their values.</summary>
    public void Add(string step, FormattableString text)
    {
        var values = text.GetArguments()
            .Select(value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "").ToImmutableArray();
        steps.Add(new TraceStep(step, FormattableString.Invariant(text)) { Template = text.Format, Values = values });
    }
}
