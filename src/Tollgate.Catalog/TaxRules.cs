using System.Collections.Immutable;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Catalog;

/// <summary>Who buys, as far as taxes care.</summary>
public enum TaxCustomer
{
    /// <summary>A private person, or a business that gave no tax id.</summary>
    Consumer,
    /// <summary>A business with a tax id.</summary>
    Business,
    /// <summary>A body that is exempt as a whole, e.g. an embassy or a public authority.</summary>
    Exempt,
}

/// <summary>How a charge is treated by the tax of its category.</summary>
public enum TaxTreatment
{
    /// <summary>At the rates of the category and the rules (EN 16931: S).</summary>
    Taxed,
    /// <summary>The customer owes the tax (EN 16931: AE).</summary>
    ReverseCharge,
    /// <summary>Exempt, for the reason printed (EN 16931: E).</summary>
    Exempt,
    /// <summary>Supplied where this tax does not reach (EN 16931: O).</summary>
    OutsideScope,
    /// <summary>Taxed at zero (EN 16931: Z).</summary>
    ZeroRated,
}

/// <summary>Whose place decides the rates.</summary>
public enum PlaceOfSupply
{
    /// <summary>The customer's (e.g. Directive 2006/112/EC, articles 44 and 58). The default.</summary>
    Customer,
    /// <summary>The seller's.</summary>
    Seller,
}

/// <summary>What a fixed amount is levied on.</summary>
public enum LevyPer
{
    /// <summary>Once for every charge of a document, however large.</summary>
    Line,
    /// <summary>For every month and unit of a subscription, carried by one of its recurring charges.</summary>
    Service,
}

/// <summary>
/// A tax or levy beside the rate of the category: of a country, a region or a locality, in percent or a fixed amount, on the net
/// amount alone or also on other taxes.
/// </summary>
public sealed record TaxRule
{
    /// <summary>Unique among rules and categories; other rules refer to it in <see cref="On"/>.</summary>
    public required string Code { get; init; }

    /// <summary>As printed.</summary>
    public required CatalogueName Name { get; init; }

    /// <summary>Tax categories that it applies to; empty: all.</summary>
    public ImmutableArray<string> Categories { get; init; } = [];

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public required string Country { get; init; }

    /// <summary>Region or state, e.g. <c>IL</c>; empty: the whole country.</summary>
    public string Region { get; init; } = "";

    /// <summary>Locality codes that it covers; empty: the whole region.</summary>
    public ImmutableArray<string> Localities { get; init; } = [];

    /// <summary>Locality codes that it does not cover.</summary>
    public ImmutableArray<string> Except { get; init; } = [];

    /// <summary>Customers who pay it; empty: all.</summary>
    public ImmutableArray<TaxCustomer> Customers { get; init; } = [];

    /// <summary>Codes of taxes that belong to its base beside the net amount (tax on levy, levy on levy).</summary>
    public ImmutableArray<string> On { get; init; } = [];

    /// <summary>Percent of the net amount that belongs to its base, e.g. the interstate share. Default 100.</summary>
    public decimal Share { get; init; } = 100m;

    /// <summary>False: exemptions and reverse charge leave it as it is. Default true.</summary>
    public bool Exemptable { get; init; } = true;

    /// <summary>Ledger account of the tax owed; empty: the chart's, by country and rate.</summary>
    public string LedgerAccount { get; init; } = "";

    /// <summary>The one with the latest date that is not after the tax date applies; at least one.</summary>
    public required ImmutableArray<TaxRuleRate> Rates { get; init; }

    /// <summary>The rate on a date, or null: not levied yet, or no longer (a rate of nothing).</summary>
    public TaxRuleRate? RateOn(LocalDate date)
    {
        var rate = Rates.Where(rate => rate.From <= date).MaxBy(rate => rate.From);
        return rate is null or { Percent: 0, Amount: null } ? null : rate;
    }
}

/// <summary>A rate from a date on: percent, or a fixed amount.</summary>
/// <param name="Percent">19 for 19 %; 0 where <paramref name="Amount"/> is given, or to end the levy.</param>
/// <param name="Amount">Fixed amount, or null.</param>
/// <param name="Per">What the fixed amount is levied on.</param>
/// <param name="From">First tax date.</param>
public sealed record TaxRuleRate(decimal Percent, Money? Amount, LevyPer Per, LocalDate From);

/// <summary>A case in which the rate of a category gives way: reverse charge, exemption, supply outside the tax's scope. The
/// first
/// that fits applies.</summary>
public sealed record TaxSpecialCase
{
    public required string Code { get; init; }

    public required TaxTreatment Treatment { get; init; }

    /// <summary>What the document must say, e.g. <c>Reverse charge</c>.</summary>
    public required CatalogueName Note { get; init; }

    /// <summary>Categories that it concerns; empty: all.</summary>
    public ImmutableArray<string> Categories { get; init; } = [];

    /// <summary>Countries of the seller; empty: any.</summary>
    public ImmutableArray<string> SellerCountries { get; init; } = [];

    /// <summary>Countries of the customer; empty: any.</summary>
    public ImmutableArray<string> CustomerCountries { get; init; } = [];

    /// <summary>Countries of the customer that it does not concern.</summary>
    public ImmutableArray<string> ExceptCountries { get; init; } = [];

    /// <summary>True: only between two countries; false: only within one; null: both.</summary>
    public bool? CrossBorder { get; init; }

    /// <summary>Customers that it concerns; empty: all.</summary>
    public ImmutableArray<TaxCustomer> Customers { get; init; } = [];

    /// <summary>First tax date.</summary>
    public LocalDate From { get; init; } = LocalDate.MinIsoValue;

    /// <summary>First tax date on which it no longer applies, or null.</summary>
    public LocalDate? To { get; init; }
}
