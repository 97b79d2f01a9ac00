using System.Collections.Immutable;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Catalog;

/// <summary>
/// One complete, validated catalogue: everything an operator sells and how it is priced. Immutable; read from a folder of YAML
/// and CSV files by <c>CatalogueReader</c> and published as a numbered version. Lists are in file order; codes are unique per
/// list.
/// </summary>
public sealed record Catalogue
{
    public required string Code { get; init; }

    /// <summary>Currency of every price that does not name its own.</summary>
    public required Unit Currency { get; init; }

    /// <summary>Zone of tariffs that do not name their own.</summary>
    public required DateTimeZone TimeZone { get; init; }

    /// <summary>Rules by which dialled numbers become E.164 digits.</summary>
    public NumberingPlan Numbering { get; init; } = new();

    /// <summary>Units that the operator defined beside the built-in ones.</summary>
    public ImmutableArray<Unit> Units { get; init; } = [];

    public ImmutableArray<TaxCategory> Taxes { get; init; } = [];

    public ImmutableArray<TimeBandSet> TimeBands { get; init; } = [];

    public ImmutableArray<Deck> Decks { get; init; } = [];

    public ImmutableArray<RatePlan> RatePlans { get; init; } = [];

    public ImmutableArray<Offer> Offers { get; init; } = [];

    public ImmutableArray<Discount> Discounts { get; init; } = [];

    public ImmutableArray<PriceExample> Examples { get; init; } = [];
}

/// <summary>How national numbers are written. <c>default</c>-constructed: numbers are already E.164 digits.</summary>
/// <param name="CountryCode">E.g. <c>49</c>; empty: a number without an international prefix is taken as it is.</param>
/// <param name="InternationalPrefix">Dialled before a country code, e.g. <c>00</c>.</param>
/// <param name="NationalPrefix">Dialled before an area code, e.g. <c>0</c>.</param>
/// <param name="ShortCodeDigits">A number of at most this many digits is a short code: kept as dialled, and priced only by
/// a deck row of exactly these digits. Default 6.</param>
public sealed record NumberingPlan(
    string CountryCode = "", string InternationalPrefix = "00", string NationalPrefix = "0", int ShortCodeDigits = 6);

/// <summary>A class of goods for taxation with its rates over time.</summary>
/// <param name="Code">E.g. <c>standard</c>.</param>
/// <param name="Name">As printed, e.g. <c>VAT</c>.</param>
/// <param name="Rates">Rates by country and date; the one with the latest <see cref="TaxRate.From"/> not after the tax date
/// applies.</param>
public sealed record TaxCategory(string Code, CatalogueName Name, ImmutableArray<TaxRate> Rates)
{
    /// <summary>The rate in a country on a date, or null.</summary>
    public TaxRate? RateOn(string country, LocalDate date) =>
        Rates.Where(rate => rate.Country == country && rate.From <= date).OrderBy(rate => rate.From).LastOrDefault();
}

/// <summary>A tax rate in percent from a date on. Country is ISO 3166-1 alpha-2.</summary>
public sealed record TaxRate(string Country, decimal Percent, LocalDate From);

/// <summary>Named parts of the week. A time in none of them is in the band <c>other</c>; the first that contains it
/// wins.</summary>
/// <param name="Bands">Several entries may share a code (a band over midnight is two entries).</param>
public sealed record TimeBandSet(string Code, ImmutableArray<TimeBand> Bands)
{
    /// <summary>Code of the time that no band covers.</summary>
    public const string Other = "other";
}

/// <summary>
/// A table of number prefixes from a CSV file. Each prefix belongs to a zone; a rate deck also prices it. Longest prefix wins.
/// </summary>
/// <param name="Code">Name used by rate plans.</param>
/// <param name="Rows">In file order; prefixes are unique.</param>
public sealed record Deck(string Code, ImmutableArray<DeckRow> Rows);

/// <summary>One prefix of a deck.</summary>
/// <param name="Prefix">E.164 digits without +.</param>
/// <param name="Zone">Zone or destination name; what the bill line shows.</param>
/// <param name="Price">The prefix's own price, or null when the plan prices the zone.</param>
public readonly record struct DeckRow(string Prefix, string Zone, DeckPrice? Price);

/// <summary>A price inside a deck; the plan adds what is missing here.</summary>
/// <param name="PerUnit">Price per unit of the rule that refers to the deck (see <see cref="UsagePrice.Per"/>).</param>
/// <param name="ConnectFee">Once per event.</param>
/// <param name="Increments">Null: as in the rule.</param>
public sealed record DeckPrice(decimal PerUnit, decimal ConnectFee, Increments? Increments);
