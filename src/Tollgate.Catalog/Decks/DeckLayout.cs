using System.Collections.Immutable;

namespace Tollgate.Catalog.Decks;

/// <summary>A column of a carrier's rate list.</summary>
public enum DeckColumn
{
    /// <summary>Full prefix; several may stand in one field, apart by comma, semicolon or blank, and <c>a-b</c> is a
    /// range.</summary>
    Prefix,
    /// <summary>Country code, put before every prefix.</summary>
    CountryCode,
    /// <summary>Name of the destination: the zone.</summary>
    Destination,
    /// <summary>Price per unit.</summary>
    Rate,
    /// <summary>Charged once for each call.</summary>
    ConnectFee,
    /// <summary>First and next step in one field, e.g. <c>60/1</c>.</summary>
    Increments,
    /// <summary>First step alone, in seconds.</summary>
    FirstIncrement,
    /// <summary>Each further step alone, in seconds.</summary>
    NextIncrement,
    /// <summary>First day of the price.</summary>
    Effective,
    /// <summary>First day on which it no longer applies.</summary>
    End,
    /// <summary>Whether the destination is open.</summary>
    Status,
}

/// <summary>How a rate list is laid out.</summary>
/// <param name="Separator">Between fields; null: the one of comma, semicolon, tab and bar that the header has most of.</param>
/// <param name="Names">Columns named by hand; the others are found by their usual names.</param>
/// <param name="DatePattern">Of dates, e.g. <c>dd.MM.uuuu</c>; null: ISO, or day.month.year with points.</param>
public sealed record DeckLayout(char? Separator, ImmutableDictionary<DeckColumn, string> Names, string? DatePattern)
{
    /// <summary>Everything is found by itself.</summary>
    public static readonly DeckLayout Usual = new(null, ImmutableDictionary<DeckColumn, string>.Empty, null);

    /// <summary>Usual names, in lower case, letters and digits only.</summary>
    internal static readonly ImmutableDictionary<DeckColumn, string[]> Known = new Dictionary<DeckColumn, string[]>
    {
        [DeckColumn.Prefix] = ["prefix", "code", "codes", "dialcode", "dialcodes", "dialingcode", "destinationcode", "areacode",
            "areacodes", "citycode", "citycodes", "breakout", "breakouts", "digits"],
        [DeckColumn.CountryCode] = ["countrycode", "cc"],
        [DeckColumn.Destination] = ["zone", "destination", "destinationname", "name", "description", "area", "route", "country"],
        [DeckColumn.Rate] = ["price", "rate", "ratemin", "rateperminute", "priceperminute", "pricemin", "newrate", "currentrate",
            "rateusd", "rateeur", "usdmin", "eurmin", "tariff"],
        [DeckColumn.ConnectFee] = ["connectfee", "connectionfee", "connectioncharge", "setupfee", "callsetup", "flagfall"],
        [DeckColumn.Increments] = ["increments", "increment", "billingincrement", "billingincrements", "interval", "billing",
            "rounding", "pulse"],
        [DeckColumn.FirstIncrement] = ["interval1", "firstincrement", "firstinterval", "minimumtime", "mintime", "minimum",
            "initialincrement"],
        [DeckColumn.NextIncrement] = ["intervaln", "nextincrement", "nextinterval", "subsequentincrement", "additionalincrement",
            "interval2"],
        [DeckColumn.Effective] = ["effective", "effectivedate", "effectivefrom", "validfrom", "startdate", "from",
            "activationdate",
            "ratedate"],
        [DeckColumn.End] = ["enddate", "validto", "to", "expirydate", "expires", "effectivetill"],
        [DeckColumn.Status] = ["status", "state", "blocked", "action", "change", "comment"],
    }.ToImmutableDictionary();

    /// <summary>A header as it is compared.</summary>
    internal static string Plain(string header) =>
        string.Concat(header.Where(char.IsAsciiLetterOrDigit).Select(char.ToLowerInvariant));
}

/// <summary>A price of a rate list for one prefix.</summary>
/// <param name="Prefix">E.164 digits.</param>
/// <param name="Zone">As the list names the destination.</param>
/// <param name="PerUnit">Price.</param>
/// <param name="ConnectFee">0 when the list has none.</param>
/// <param name="Increments">Null: the list has none.</param>
/// <param name="From">First day; null: at once.</param>
/// <param name="To">First day no longer; null: for ever.</param>
/// <param name="Blocked">The list closes the destination.</param>
/// <param name="Line">1-based.</param>
public sealed record ListedPrice(
    string Prefix, string Zone, decimal PerUnit, decimal ConnectFee, Increments? Increments, NodaTime.LocalDate? From,
    NodaTime.LocalDate? To, bool Blocked, int Line);

/// <summary>A row that could not be read.</summary>
/// <param name="Line">1-based; 0: the file.</param>
/// <param name="Text">As it stands, cut.</param>
/// <param name="Why">What is wrong and how to mend it.</param>
public sealed record InvalidRow(int Line, string Text, string Why);

/// <summary>A rate list as read: every row is in one of the two.</summary>
public sealed record RateList(ImmutableArray<ListedPrice> Prices, ImmutableArray<InvalidRow> Invalid);
