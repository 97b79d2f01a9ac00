using System.Collections.Immutable;
using NodaTime;
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

    /// <summary>Usage of this much on an account is billed before its period is over, as priced; an account's own threshold goes
    /// before, the least of several offers counts. Null: never.</summary>
    public Money? BillThreshold { get; init; }

    public ImmutableArray<RecurringPrice> Recurring { get; init; } = [];

    public ImmutableArray<OneTimePrice> OneTime { get; init; } = [];

    public ImmutableArray<InstalmentPrice> Instalments { get; init; } = [];

    /// <summary>A subscription goes through them in order; empty: one phase without a name and without an end. When the last one
    /// has a
    /// length, the subscription ends with it.</summary>
    public ImmutableArray<OfferPhase> Phases { get; init; } = [];

    /// <summary>How long a subscriber is bound; null: not at all.</summary>
    public MinimumTerm? MinimumTerm { get; init; }

    /// <summary>Whose prices an existing subscription pays when a later catalogue version changes them.</summary>
    public PriceChanges PriceChanges { get; init; } = PriceChanges.Current;

    /// <summary>Offers of which one must be the base; not empty: this offer is an add-on and cannot be subscribed to
    /// alone.</summary>
    public ImmutableArray<string> AddOnTo { get; init; } = [];

    /// <summary>An add-on that subscriptions get by themselves when they begin in its time; null: it is chosen.</summary>
    public Promotion? Promotion { get; init; }

    /// <summary>Offers whose prices, rate plans, allowances and spend rules this bundle has too, their codes as
    /// <c>OFFER.CODE</c>. The reader adds them.</summary>
    public ImmutableArray<string> Includes { get; init; } = [];

    /// <summary>Codes of discounts that every subscription to this offer gets.</summary>
    public ImmutableArray<string> Discounts { get; init; } = [];

    /// <summary>Least and most that is spent, of this subscription or of its account.</summary>
    public ImmutableArray<SpendRule> Spend { get; init; } = [];

    /// <summary>The rate plans that price its usage. Of several for a service the first that has a price for an event prices
    /// it; see <see cref="OfferPlan.Priority"/> for the order.</summary>
    public ImmutableArray<OfferPlan> RatePlans { get; init; } = [];

    public ImmutableArray<Allowance> Allowances { get; init; } = [];

    /// <summary>What fills pockets of the allowances by itself.</summary>
    public ImmutableArray<Earning> Earns { get; init; } = [];

    /// <summary>Codes of <see cref="Counter"/>s that count this offer's usage, beside those that its rate plans and caps
    /// name.</summary>
    public ImmutableArray<string> Counters { get; init; } = [];

    /// <summary>Reductions of the price of events, in file order.</summary>
    public ImmutableArray<UsageDiscount> UsageDiscounts { get; init; } = [];

    /// <summary>Most that may be spent on usage in a period.</summary>
    public ImmutableArray<SpendingCap> SpendingCaps { get; init; } = [];

    /// <summary>Codes of <see cref="Leg"/>s that are priced with every event of the offer.</summary>
    public ImmutableArray<string> Legs { get; init; } = [];
}

/// <summary>A rate plan as an offer has it.</summary>
/// <param name="Code">Code of the <see cref="RatePlan"/>.</param>
public sealed record OfferPlan(string Code)
{
    /// <summary>Of several plans for a service, a lower number is asked first; then those of add-ons, then as written. Default
    /// 100.</summary>
    public int Priority { get; init; } = 100;

    /// <summary>First day on which it is asked, in the plan's time zone, by the start of the event; null: since ever.</summary>
    public LocalDate? From { get; init; }

    /// <summary>First day on which it no longer is; null: for ever.</summary>
    public LocalDate? To { get; init; }

    /// <summary>Events for which it is asked; null: all.</summary>
    public Condition? When { get; init; }

    /// <summary>Nothing but its own rules decides whether it prices an event.</summary>
    public bool Always => From is null && To is null && When is null;

    /// <summary>A plan that is always asked.</summary>
    public static implicit operator OfferPlan(string code) => new(code);
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
    /// <summary>A part costs as much as the whole; at a change in the middle of a period, what held at its start counts to its
    /// end.</summary>
    None,
    /// <summary>Seconds in the part ÷ seconds in the whole period, as long as the zone makes its days.</summary>
    Seconds,
}

/// <summary>From where the whole periods of a recurring price are counted.</summary>
public enum PriceAnchor
{
    /// <summary>The account's bill cycle: periods of one month are its periods; others are counted from its boundary in which the
    /// subscription starts. Default for one month.</summary>
    Cycle,
    /// <summary>The first day of the subscription. Default for every other length.</summary>
    Start,
    /// <summary>The first day of the present plan: the start, or the last change of offer.</summary>
    Plan,
    /// <summary>1 January 2001, a Monday: whole calendar weeks, months, quarters and years.</summary>
    Calendar,
    /// <summary>The day <see cref="RecurringPrice.AnchorDate"/>.</summary>
    Date,
}

/// <summary>A price that comes again every period while the subscription lives.</summary>
public sealed record RecurringPrice
{
    /// <summary>Unique within the offer.</summary>
    public required string Code { get; init; }

    public required CatalogueName Name { get; init; }

    /// <summary>For one whole period and one unit of the subscription's quantity.</summary>
    public required Money Amount { get; init; }

    /// <summary>Length of the period. Default one month.</summary>
    public BillInterval Every { get; init; } = BillInterval.Month;

    public PriceAnchor Anchor { get; init; } = PriceAnchor.Cycle;

    /// <summary>A first day of some period, for <see cref="PriceAnchor.Date"/>.</summary>
    public LocalDate? AnchorDate { get; init; }

    public Timing Timing { get; init; } = Timing.Advance;

    /// <summary>For a first period that is not whole.</summary>
    public Proration Entry { get; init; } = Proration.Days;

    /// <summary>For a last period that is not whole.</summary>
    public Proration Exit { get; init; } = Proration.Days;

    /// <summary>For a change in the middle of a period: of quantity, offer, price, phase or account, a suspension without
    /// charge.</summary>
    public Proration Change { get; init; } = Proration.Days;

    /// <summary>The share of a part is rounded by this before it is multiplied; null (default): it is exact.</summary>
    public Rounding? Ratio { get; init; }

    /// <summary>False: costs the same whatever the quantity of the subscription is. Default true.</summary>
    public bool PerQuantity { get; init; } = true;

    /// <summary>Phases in which it is charged; empty: in all.</summary>
    public ImmutableArray<string> Phases { get; init; } = [];

    public required string Tax { get; init; }

    public bool TaxIncluded { get; init; }

    public required string RevenueAccount { get; init; }
}

/// <summary>When a one-time price is due.</summary>
public enum OneTimeEvent
{
    /// <summary>On the day the subscription starts.</summary>
    Activation,
    /// <summary>On the day it ends.</summary>
    Termination,
    /// <summary>On <see cref="OneTimePrice.Date"/>, when the subscription lives on that day.</summary>
    Date,
    /// <summary>When a phase named in <see cref="OneTimePrice.Phases"/> begins.</summary>
    Phase,
    /// <summary>When the subscription changes to this offer from another.</summary>
    PlanChange,
}

/// <summary>A price charged once in a subscription's life.</summary>
public sealed record OneTimePrice
{
    public required string Code { get; init; }

    public required CatalogueName Name { get; init; }

    public required Money Amount { get; init; }

    public OneTimeEvent At { get; init; } = OneTimeEvent.Activation;

    /// <summary>For <see cref="OneTimeEvent.Date"/>.</summary>
    public LocalDate? Date { get; init; }

    /// <summary>For <see cref="OneTimeEvent.Phase"/>.</summary>
    public ImmutableArray<string> Phases { get; init; } = [];

    /// <summary>False: costs the same whatever the quantity of the subscription is. Default true.</summary>
    public bool PerQuantity { get; init; } = true;

    public required string Tax { get; init; }

    public bool TaxIncluded { get; init; }

    public required string RevenueAccount { get; init; }
}
