using System.Collections.Immutable;
using Tollgate.Primitives;

namespace Tollgate.Catalog;

/// <summary>Whose usage shares a pocket or counter.</summary>
public enum SharingScope : byte
{
    /// <summary>Each subscription has its own.</summary>
    Subscription,
    /// <summary>All subscriptions of a billing account.</summary>
    Account,
    /// <summary>All subscriptions of a customer.</summary>
    Customer,
}

/// <summary>What happens to usage that an allowance covers when it is used up.</summary>
public enum Overage : byte
{
    /// <summary>The next allowance, and then money, pays. The default.</summary>
    Price,
    /// <summary>Usage stops: an event that finds the allowance empty is refused as <see cref="HoldReason.AllowanceExhausted"/>;
    /// of one that empties it the rest costs nothing and is to be cut off.</summary>
    Block,
    /// <summary>The rest costs nothing and is to be slowed down (fair use).</summary>
    Throttle,
    /// <summary>As <see cref="Block"/>, and the user is to be sent to a page for buying more.</summary>
    Redirect,
}

/// <summary>How often an allowance is granted.</summary>
public enum GrantRule : byte
{
    /// <summary>Again in every period of the reset rule. The default.</summary>
    Recurring,
    /// <summary>Once, at activation (a bonus, a right); lasts for one period of the reset rule.</summary>
    Once,
    /// <summary>Never by the offer: only by hand (<c>account grant</c>) or by an exchange. <see cref="Allowance.Amount"/> is
    /// what one grant gives unless it says otherwise, the reset rule how long that lasts.</summary>
    Given,
}

/// <summary>What a part of a period gets.</summary>
public enum GrantProration : byte
{
    /// <summary>The whole amount. The default.</summary>
    None,
    /// <summary>The amount × days of the part ÷ days of the period, rounded up to a stored step.</summary>
    Days,
}

/// <summary>How much of an allowance's unit the usage takes.</summary>
/// <param name="Steps">Stored steps of the allowance's unit, 0 or more; 0: covered for nothing (zero-rated).</param>
/// <param name="Per">Usage that takes so many, in base units (ms, octets, events); 0: one event, whatever its length.</param>
/// <param name="When">For which usage; null: any.</param>
/// <param name="Zones">For which zones; empty: any.</param>
public sealed record AllowanceRate(long Steps, long Per, Condition? When = null, ImmutableArray<string> Zones = default)
{
    /// <summary>What <see cref="Per"/> counts: only usage whose price counts the same takes by this rate. Null: what the
    /// allowance's own unit counts (a factor), or any usage when <see cref="Per"/> is 0.</summary>
    public PriceBasis? Basis { get; init; }
}

/// <summary>A price of one unit of usage.</summary>
/// <param name="PerUnit">In the plan's currency, 0 or more.</param>
/// <param name="Per">Unit of time, volume or count.</param>
public sealed record UnitPrice(decimal PerUnit, Unit Per);

/// <summary>
/// Units that a subscription gets and that pay for usage before money does. Granted into a pocket that is valid for a time;
/// judged by the time of use.
/// </summary>
public sealed record Allowance
{
    /// <summary>Unique within the offer.</summary>
    public required string Code { get; init; }

    public required CatalogueName Name { get; init; }

    /// <summary>Any unit. Money pays for amounts, unless <see cref="Takes"/> says what usage takes of it; every other unit for
    /// quantities.</summary>
    public required Unit Unit { get; init; }

    /// <summary>Per grant, in stored steps of the unit (ms, octets, events, …).</summary>
    public required long Amount { get; init; }

    /// <summary>The amount is for each one of the subscription's quantity: three get three times as much, from the day on that
    /// they are three. Default no.</summary>
    public bool PerQuantity { get; init; }

    /// <summary>False: usage takes nothing of it; only exchanges and <c>account use</c> do. Default yes.</summary>
    public bool PaysUsage { get; init; } = true;

    /// <summary>The service it pays for.</summary>
    public required ServiceKind Service { get; init; }

    /// <summary>Further services.</summary>
    public ImmutableArray<ServiceKind> MoreServices { get; init; } = [];

    /// <summary>Zones it covers; empty: all.</summary>
    public ImmutableArray<string> Zones { get; init; } = [];

    /// <summary>Time bands it covers; empty: all.</summary>
    public ImmutableArray<string> Bands { get; init; } = [];

    /// <summary>Values of the attribute <see cref="AttributeNames.RatingGroup"/> that it covers; empty: all.</summary>
    public ImmutableArray<string> RatingGroups { get; init; } = [];

    /// <summary>Covers only events for which this holds; null: all.</summary>
    public Condition? When { get; init; }

    /// <summary>What usage takes; the first that fits and counts what the price counts applies. Empty, or none fits: one for
    /// one, which needs a unit of the kind that the price counts.</summary>
    public ImmutableArray<AllowanceRate> Takes { get; init; } = [];

    /// <summary>Lower is used first; ties go to the earlier expiry, then to the lower pocket id. Default 100.</summary>
    public int Priority { get; init; } = 100;

    public Overage Overage { get; init; } = Overage.Price;

    /// <summary>Money for an event whose first unit it pays, in the plan's currency; not of an allowance that pays amounts.
    /// Default 0.</summary>
    public decimal ConnectFee { get; init; }

    /// <summary>Money for what it pays, beside it, in the plan's currency; it then pays only for usage that is priced per a unit
    /// of this kind. Null: what it pays costs nothing more.</summary>
    public UnitPrice? Price { get; init; }

    /// <summary>Steps in which it counts what it pays of an event that has one price per unit all along; the price counts what is
    /// left of the use, its first step only where the allowance ends within that. Null: the price's.</summary>
    public Increments? Increments { get; init; }

    public SharingScope Shared { get; init; } = SharingScope.Subscription;

    /// <summary>Most that one subscription may take of a shared pocket in a period, in stored steps; null: all of it.</summary>
    public long? MemberLimit { get; init; }

    public GrantRule Grant { get; init; } = GrantRule.Recurring;

    /// <summary>How long a grant lasts, and when the next one comes. Default: the account's bill period.</summary>
    public ResetRule Reset { get; init; } = ResetRule.BillPeriod;

    /// <summary>For a first period that is not whole.</summary>
    public GrantProration First { get; init; } = GrantProration.None;

    /// <summary>For a last period that is not whole, when the end is known at the time of the grant.</summary>
    public GrantProration Last { get; init; } = GrantProration.None;

    /// <summary>Periods after its own in which what is left can still be used; 0: it lapses. Default 0.</summary>
    public int RollOverPeriods { get; init; }

    /// <summary>Most that is taken over into the period after its own, in stored steps; null: all.</summary>
    public long? RollOverCap { get; init; }

    /// <summary>Percentages of <see cref="Amount"/> at whose use a <c>ThresholdCrossed</c> is told, e.g. 50, 80, 100.</summary>
    public ImmutableArray<int> Thresholds { get; init; } = [];

    /// <summary>True for the service or one of the further ones.</summary>
    public bool IsFor(ServiceKind service) => PaysUsage && (Service == service || MoreServices.Contains(service));
}
