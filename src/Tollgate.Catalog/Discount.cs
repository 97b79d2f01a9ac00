using System.Collections.Immutable;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Catalog;

/// <summary>What one application of a discount is computed on.</summary>
public enum DiscountScope
{
    /// <summary>Each charge for itself.</summary>
    Charge,
    /// <summary>The charges of one subscription together, per bill.</summary>
    Product,
    /// <summary>The charges of the whole bill together.</summary>
    Invoice,
}

/// <summary>Kinds of charges that a discount, commitment or cap looks at.</summary>
[Flags]
public enum ChargeKinds
{
    None = 0,
    Recurring = 1,
    OneTime = 2,
    Usage = 4,
    All = Recurring | OneTime | Usage,
}

/// <summary>What the steps of a volume discount are counted in.</summary>
public enum VolumeBy
{
    /// <summary>Quantity of the subscriptions in scope.</summary>
    Quantity,
    /// <summary>Amount of the charges in scope, per bill.</summary>
    Amount,
}

/// <summary>From a volume on, the whole of it is reduced by this.</summary>
/// <param name="From">Quantity, or amount in major units; the highest step that is reached applies.</param>
/// <param name="Percent">10 for 10 %.</param>
public readonly record struct VolumeStep(decimal From, decimal Percent);

/// <summary>Limits of a coupon.</summary>
/// <param name="Code">What customers type; compared without case.</param>
/// <param name="Redemptions">Over all customers; null: any number.</param>
/// <param name="PerCustomer">Default 1.</param>
/// <param name="From">First day on which it can be redeemed; null: any.</param>
/// <param name="To">First day on which it no longer can; null: none.</param>
public sealed record Coupon(string Code, int? Redemptions, int PerCustomer, LocalDate? From, LocalDate? To);

/// <summary>
/// A price reduction. It is given by an offer that names it, by a coupon, or to an account or subscription by hand; for each it
/// lasts from the day it was given. Never more than what it reduces.
/// </summary>
public sealed record Discount
{
    public required string Code { get; init; }

    /// <summary>As printed.</summary>
    public required CatalogueName Name { get; init; }

    /// <summary>10 for 10 %; null: <see cref="Amount"/> or <see cref="Steps"/>.</summary>
    public decimal? Percent { get; init; }

    /// <summary>A fixed amount for each application, in what the charges are priced in (with tax where they contain
    /// it).</summary>
    public Money? Amount { get; init; }

    /// <summary>Percentages by volume, ascending.</summary>
    public ImmutableArray<VolumeStep> Steps { get; init; } = [];

    public VolumeBy By { get; init; } = VolumeBy.Quantity;

    public DiscountScope Scope { get; init; } = DiscountScope.Charge;

    /// <summary>Kinds of charges reduced. Default: recurring ones.</summary>
    public ChargeKinds On { get; init; } = ChargeKinds.Recurring;

    /// <summary>Offers whose charges are reduced; empty: all.</summary>
    public ImmutableArray<string> Offers { get; init; } = [];

    /// <summary>Price codes (for usage: rate plan codes) that are reduced; empty: all.</summary>
    public ImmutableArray<string> Prices { get; init; } = [];

    /// <summary>The account must have a live subscription of each of these offers on the day a charge begins; empty: no
    /// condition.</summary>
    public ImmutableArray<string> Requires { get; init; } = [];

    /// <summary>Number of periods (scope charge) or bills (else) it lasts; null: for ever; 1: once.</summary>
    public int? Periods { get; init; }

    /// <summary>Lower comes first; each next one reduces what is left. Default 100.</summary>
    public int Order { get; init; } = 100;

    public Coupon? Coupon { get; init; }
}

/// <summary>Least or most.</summary>
public enum SpendBound
{
    /// <summary>A commitment: what is missing is charged (true-up).</summary>
    Minimum,
    /// <summary>A cap: what is above is taken off.</summary>
    Maximum,
}

/// <summary>A commitment or a cap on what is spent in a period.</summary>
public sealed record SpendRule
{
    /// <summary>Unique within the offer.</summary>
    public required string Code { get; init; }

    /// <summary>As printed.</summary>
    public required CatalogueName Name { get; init; }

    public required SpendBound Bound { get; init; }

    /// <summary>Per window, as the charges are priced (with tax where they contain it).</summary>
    public required Money Amount { get; init; }

    /// <summary>The contract window, counted from the subscription's first day; null: each bill period of the account.</summary>
    public BillInterval? Window { get; init; }

    /// <summary>Kinds of charges counted. Default: usage.</summary>
    public ChargeKinds On { get; init; } = ChargeKinds.Usage;

    /// <summary>True: charges of all subscriptions of the account count. Default: of this subscription.</summary>
    public bool WholeAccount { get; init; }

    /// <summary>Tax category of a true-up; caps reduce each charge's own.</summary>
    public required string Tax { get; init; }

    /// <summary>A true-up contains tax.</summary>
    public bool TaxIncluded { get; init; }

    public required string RevenueAccount { get; init; }
}
