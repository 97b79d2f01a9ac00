using System.Collections.Immutable;
using Tollgate.Primitives;
using static Tollgate.Catalog.Schema.Keys;

namespace Tollgate.Catalog.Schema;

/// <summary>Keys of the file itself and of the sections that others refer to.</summary>
internal static class FoundationKeys
{
    public static ImmutableArray<CatalogueMapping> All =>
    [
        new("", "A file of a Tollgate catalogue. Every section may be in any file; lists may be spread over several files.",
        [
            new("catalog", Mapping("catalog"), "What holds for the whole catalogue. Once in a catalogue."),
            new("units", Entries("units[]"), "Units that are not built in."),
            new("taxes", Entries("taxes[]"), "Tax categories with their rates."),
            new("taxRules", Entries("taxRules[]"), "Taxes and levies beside the rates of the categories."),
            new("taxCases", Entries("taxCases[]"), "Reverse charge, exemptions and the like; the first that fits applies."),
            new("timeBands", Entries("timeBands[]"), "Sets of bands of the week."),
            new("holidays", Entries("holidays[]"), "Calendars of days that time bands may treat apart."),
            new("decks", Entries("decks[]"), "Prefix tables with zones and prices, in CSV files."),
            new("zoneNames", Entries("zoneNames[]"), "What zones are called on bills. Default: as in the deck."),
            new("bandNames", Entries("bandNames[]"), "What time bands are called on bills. Default: their code."),
            new("portability", Entries("portability[]"), "Tables of numbers that were carried to another network."),
            new("counters", Entries("counters[]"), "What is added up over a period, for tiers, caps and thresholds."),
            new("legs", Entries("legs[]"), "Further prices of the same event, for other parties."),
            new("exchanges", Entries("exchanges[]"), "What units in pockets can be turned into."),
            new("ratePlans", Entries("ratePlans[]"), "How one service is priced."),
            new("offers", Entries("offers[]"), "What can be subscribed to."),
            new("discounts", Entries("discounts[]"), "Reductions of charges on bills, and coupons."),
            new("examples", Entries("examples[]"), "What some usage costs; run by 'catalog check' and before publishing."),
        ]),
        new("catalog", "What holds for the whole catalogue.",
        [
            Code("the catalogue"),
            Required("currency", CodeText, "Currency of every amount that does not name its own, e.g. EUR."),
            Required("timeZone", new KeyType.Notation(null, ["Europe/Berlin", "UTC"]),
                "IANA time zone of rate plans that do not name their own."),
            new("numbering", Mapping("catalog.numbering"), "How dialled numbers become E.164 digits. Default: they are already."),
        ]),
        new("catalog.numbering", "How dialled numbers become E.164 digits.",
        [
            new("countryCode", Digits, "Default \"\": a number without an international prefix is taken as it is."),
            new("internationalPrefix", Digits, "Default \"00\"."),
            new("nationalPrefix", Digits, "Default \"0\"."),
            new("shortCodeDigits", Whole(0, 10),
                "A number of at most so many digits is a short code and kept as dialled. Default 6."),
            new("rules", Entries("catalog.numbering.rules[]"), "Rules that come before the general ones."),
        ]),
        new("catalog.numbering.rules[]", "How numbers with a beginning are written; the first that fits applies.",
        [
            new("begins", Digits, "Digits that the number begins with. Default: every number."),
            new("replace", Digits, "What takes their place. Default: they are cut off."),
            new("leastDigits", Whole(1, 32), "Fewest digits of the number as dialled. Default 1."),
            new("mostDigits", Whole(1, 32), "Most digits. Default 32."),
        ]),
        new("units[]", "A unit of the operator.",
        [
            Code("the unit"),
            Required("kind", Words<UnitKind>(), "What it measures."),
            new("baseUnits", Number(1, 1_000_000_000_000_000m), "Milliseconds, octets or events in one. Not for currencies."),
            new("decimals", Whole(0, 9), "Decimals shown. Default 0."),
        ]),
        new("taxes[]", "A class of goods for taxation.",
        [
            Code("the tax"),
            Called("As printed, e.g. VAT."),
            new("on", Texts, "Rules whose tax belongs to the base too. Default: none."),
            new("placeOfSupply", Words<PlaceOfSupply>(), "Whose place decides the rate. Default customer."),
            new("rates", Entries("taxes[].rates[]"), "Rates; the latest 'from' that is not after the tax date applies."),
        ]),
        new("taxes[].rates[]", "A rate from a date on.",
        [
            Required("country", new KeyType.Notation("^[A-Z]{2}$", ["DE"]), "ISO 3166-1, two capital letters."),
            Required("percent", Number(0, 100), "19 for 19 %."),
            Required("from", Date, "First day."),
        ]),
        new("timeBands[]", "A set of bands of the week; the first that contains the start of the usage applies, else 'other'.",
        [
            Code("the set"),
            new("holidays", CodeText, "Calendar of holidays. Default: there are none."),
            Required("bands", Entries("timeBands[].bands[]"), "Bands; one over midnight is two entries of the same code."),
        ]),
        new("timeBands[].bands[]", "A part of the week.",
        [
            Code("the band"),
            new("days", new KeyType.Notation(null, ["daily", "Mon-Fri", "Sat, Sun"]), "Default daily."),
            Required("from", Clock, "First minute, \"00:00\" to \"24:00\"."),
            Required("to", Clock, "First minute that no longer belongs to it."),
            new("holidays", Words<HolidayUse>(), "What holidays mean to the band. Default ignored."),
            new("fromDate", Date, "First date. Default: since ever."),
            new("toDate", Date, "First date that no longer belongs. Default: for ever."),
            new("months", new KeyType.Notation(null, ["Nov-Feb", "Jul, Aug"]), "Default: every month."),
            new("monthDays", new KeyType.Notation(null, ["1-5, 15, last"]), "Days of the month. Default: every day."),
        ]),
        new("holidays[]", "A calendar of holidays.",
        [
            Code("the calendar"),
            new("days", new KeyType.OneOrMore(new KeyType.Notation(
                @"^(\d{4}-)?\d{2}-\d{2}$|^easter([+-]\d+)?$", ["2026-12-25", "12-25", "easter+1", "easter-2"])), "The days."),
        ]),
        new("zoneNames[]", "What a zone is called on bills.",
        [
            Required("zone", Text, "A zone of a deck."),
            Called("In each language; others keep the zone's own name."),
        ]),
        new("bandNames[]", "What a time band is called on bills.",
        [
            Required("band", Text, "Code of a band, or other."),
            Called("In each language; others keep the code."),
        ]),
        new("portability[]", "A table of ported numbers.",
        [
            Code("the table"),
            new("file", new KeyType.Notation(@"^decks/.+\.csv$", []), "Default: decks/ + code + .csv."),
        ]),
        new("decks[]", "A prefix table; the longest prefix that fits applies.",
        [
            Code("the deck"),
            new("file", new KeyType.Notation(@"^decks/.+\.csv$", ["decks/world.csv"]), "Default: decks/ + code + .csv."),
            new("per", new KeyType.Notation(null, ["minute", "message", "MB"]),
                "Unit that the deck's prices are per; required when it has prices."),
        ]),
    ];

    private static KeyType Digits => new KeyType.Notation("^[0-9]*$", []);

    private static KeyType Clock => new KeyType.Notation(@"^([01]\d|2[0-4]):[0-5]\d$", ["08:00", "20:00", "24:00"]);
}
