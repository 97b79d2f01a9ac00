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

    /// <summary>Taxes and levies beside the rates of the categories.</summary>
    public ImmutableArray<TaxRule> TaxRules { get; init; } = [];

    /// <summary>Reverse charge, exemptions and the like; the first that fits applies.</summary>
    public ImmutableArray<TaxSpecialCase> TaxCases { get; init; } = [];

    public ImmutableArray<TimeBandSet> TimeBands { get; init; } = [];

    public ImmutableArray<Deck> Decks { get; init; } = [];

    /// <summary>What zones are called on bills; a zone without a caption keeps its name.</summary>
    public ImmutableArray<Caption> ZoneNames { get; init; } = [];

    /// <summary>What time bands are called on bills, <c>other</c> included; a band without a caption keeps its code.</summary>
    public ImmutableArray<Caption> BandNames { get; init; } = [];

    public ImmutableArray<RatePlan> RatePlans { get; init; } = [];

    public ImmutableArray<Offer> Offers { get; init; } = [];

    public ImmutableArray<Discount> Discounts { get; init; } = [];

    public ImmutableArray<PriceExample> Examples { get; init; } = [];

    public ImmutableArray<HolidayCalendar> Holidays { get; init; } = [];

    public ImmutableArray<PortabilityTable> Portability { get; init; } = [];

    public ImmutableArray<Counter> Counters { get; init; } = [];

    public ImmutableArray<Leg> Legs { get; init; } = [];

    /// <summary>What units in pockets can be turned into.</summary>
    public ImmutableArray<Exchange> Exchanges { get; init; } = [];
}

/// <summary>How national numbers are written. <c>default</c>-constructed: numbers are already E.164 digits.</summary>
/// <param name="CountryCode">E.g. <c>49</c>; empty: a number without an international prefix is taken as it is.</param>
/// <param name="InternationalPrefix">Dialled before a country code, e.g. <c>00</c>.</param>
/// <param name="NationalPrefix">Dialled before an area code, e.g. <c>0</c>.</param>
/// <param name="ShortCodeDigits">A number of at most this many digits is a short code: kept as dialled, and priced only by
/// a deck row of exactly these digits. Default 6.</param>
public sealed record NumberingPlan(
    string CountryCode = "", string InternationalPrefix = "00", string NationalPrefix = "0", int ShortCodeDigits = 6)
{
    /// <summary>Rules of the country or operator, tried in order before the general ones; the first that fits
    /// applies.</summary>
    public ImmutableArray<NumberRule> Rules { get; init; } = [];

    public bool Equals(NumberingPlan? other) =>
        other is not null && CountryCode == other.CountryCode && InternationalPrefix == other.InternationalPrefix
        && NationalPrefix == other.NationalPrefix && ShortCodeDigits == other.ShortCodeDigits
        && Rules.AsSpan().SequenceEqual(other.Rules.AsSpan());

    public override int GetHashCode() =>
        HashCode.Combine(CountryCode, InternationalPrefix, NationalPrefix, ShortCodeDigits, Rules.Length);
}

/// <summary>How numbers with a beginning are written: the beginning is replaced, and the result is complete.</summary>
/// <param name="Begins">Digits that the number as dialled begins with; empty: every number.</param>
/// <param name="Replace">What takes their place, e.g. <c>49</c>; empty: they are cut off.</param>
/// <param name="LeastDigits">Fewest digits of the number as dialled.</param>
/// <param name="MostDigits">Most digits.</param>
public sealed record NumberRule(string Begins, string Replace, int LeastDigits = 1, int MostDigits = 32);

/// <summary>A class of goods for taxation with its rates over time.</summary>
/// <param name="Code">E.g. <c>standard</c>.</param>
/// <param name="Name">As printed, e.g. <c>VAT</c>.</param>
/// <param name="Rates">Rates by country and date; the one with the latest <see cref="TaxRate.From"/> not after the tax date
/// applies. Empty: only rules tax it.</param>
public sealed record TaxCategory(string Code, CatalogueName Name, ImmutableArray<TaxRate> Rates)
{
    /// <summary>Codes of rules whose tax belongs to the base of this rate, beside the net amount.</summary>
    public ImmutableArray<string> On { get; init; } = [];

    /// <summary>Whose place decides the rate.</summary>
    public PlaceOfSupply Place { get; init; } = PlaceOfSupply.Customer;

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
    /// <summary>Code of the <see cref="HolidayCalendar"/>; null: there are no holidays.</summary>
    public string? Holidays { get; init; }

    /// <summary>True when a band depends on more than weekday and time.</summary>
    public bool DependsOnDate => Bands.Any(band => band.DependsOnDate);

    /// <summary>Code of the time that no band covers.</summary>
    public const string Other = "other";
}

/// <summary>
/// A table of number prefixes from a CSV file. Each prefix belongs to a zone; a rate deck also prices it. Longest prefix wins.
/// </summary>
/// <param name="Code">Name used by rate plans.</param>
/// <param name="Rows">In file order; a prefix comes again only for other dates.</param>
public sealed record Deck(string Code, ImmutableArray<DeckRow> Rows);

/// <summary>One prefix of a deck.</summary>
/// <param name="Prefix">E.164 digits without +.</param>
/// <param name="Zone">Zone or destination name; what the bill line shows.</param>
/// <param name="Price">The prefix's own price, or null when the plan prices the zone.</param>
public readonly record struct DeckRow(string Prefix, string Zone, DeckPrice? Price)
{
    /// <summary>What most rows do not have; rows share equal ones.</summary>
    public DeckDetail? Detail { get; init; }
}

/// <summary>What a deck says of a prefix beside zone and price.</summary>
/// <param name="Kind">Kind of number: <c>mobile</c>, <c>fixed</c>, <c>premium</c>, <c>short</c>, <c>emergency</c> or one of the
/// operator's; null: not said.</param>
/// <param name="Network">Network that the numbers were given to; a portability table may say otherwise.</param>
/// <param name="From">First date on which the row applies, in the catalogue's time zone; null: since ever.</param>
/// <param name="To">First date on which it no longer does; null: for ever.</param>
public sealed record DeckDetail(string? Kind, string? Network, LocalDate? From, LocalDate? To);

/// <summary>A price inside a deck; the plan adds what is missing here.</summary>
/// <param name="PerUnit">Price per unit of the rule that refers to the deck (see <see cref="UsagePrice.Per"/>).</param>
/// <param name="ConnectFee">Once per event.</param>
/// <param name="Increments">Null: as in the rule.</param>
public sealed record DeckPrice(decimal PerUnit, decimal ConnectFee, Increments? Increments);
