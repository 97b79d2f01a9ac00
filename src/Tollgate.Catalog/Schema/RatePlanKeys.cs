using System.Collections.Immutable;
using Tollgate.Primitives;
using static Tollgate.Catalog.Schema.Keys;

namespace Tollgate.Catalog.Schema;

/// <summary>Keys of rate plans and examples.</summary>
internal static class RatePlanKeys
{
    public static ImmutableArray<CatalogueMapping> All =>
    [
        new("ratePlans[]", "How one service is priced.",
        [
            Code("the rate plan"),
            Called("As printed on price sheets."),
            Required("service", Words<ServiceKind>(), "What is priced."),
            new("currency", CodeText, "Default: the catalogue's."),
            new("timeZone", Text, "Zone in which the bands are meant. Default: the catalogue's."),
            new("deck", CodeText, "Deck that gives destinations their zone. Default: none; every event is in the zone 'any'."),
            new("timeBands", CodeText, "Set of time bands. Default: none; every time is in the band 'other'."),
            new("originDeck", CodeText, "Deck that gives the calling number its zone. Default: the plan's deck."),
            new("visitedDeck", CodeText, "Deck that gives the visited network its zone. Default: its code is the zone."),
            new("portability", CodeText, "Table of ported numbers. Default: only the deck knows networks."),
            new("ownNetworks", Texts, "Networks that are on-net."),
            new("boundary", Words<BandBoundary>(), "What a call over the boundary of a time band costs. Default start."),
            new("connectFeeDue", Words<ConnectFeeRule>(), "Who pays the connect fee. Default first-unit."),
            new("unanswered", Words<NoUseRule>(), "What an unanswered call costs. Default free."),
            new("zeroUse", Words<NoUseRule>(), "What an event without quantity costs. Default free."),
            .. Charge,
            new("rounding", RoundingRule, "Of each event's amount: decimals and how. Default 6 half-up."),
            new("roundAt", Words<RoundingPoint>(), "What is rounded. Default event."),
            Required("prices", Entries("ratePlans[].prices[]"), "At least one; the most specific that fits applies."),
        ]),
        new("ratePlans[].prices[]", "A price.",
        [
            new("zone", Texts, "Zone of the deck. Default: any."),
            new("zones", Texts, "Several zones with this price."),
            new("band", CodeText, "Time band. Default: any time."),
            new("price", new KeyType.Notation(@"^(deck|free|barred|-?\d+(\.\d+)? per \S+)$",
                ["0.09 per minute", "0.02 per MB", "0.09 per message", "deck", "free", "barred"]),
                "Amount per unit, 'deck' for the prices in the deck's rows, 'free', or 'barred': not allowed. "
                + "A price has one model: this or one of the next."),
            new("per", Text, "Unit in which other models count."),
            new("steps", Entries("ratePlans[].prices[].steps[]"), "Price by the age of the event."),
            new("package", Mapping("ratePlans[].prices[].package"), "A bundle for a fixed price."),
            new("tiers", Mapping("ratePlans[].prices[].tiers"), "Price by how much was used."),
            new("percentage", new KeyType.NumberOrMapping("ratePlans[].prices[].percentage"),
                "Percentage of the price in the record."),
            new("external", Mapping("ratePlans[].prices[].external"), "The price in the record, with a mark-up."),
            new("formula", new KeyType.Notation(null, ["max(0.05, quantity * 0.01)"]), "Amount over fields and attributes."),
            new("flat", Price, "The same for every event with any quantity."),
            new("connectFee", Number(0, null), "Charged once for an event with any chargeable quantity. Default 0."),
            new("increments", new KeyType.Notation(@"^\S+/\S+$", ["60/60", "60/1", "1/1", "30/6", "100KB/100KB"]),
                "First step / each further step. Default: exactly what was used."),
            new("freeUnits", Steps, "Quantity at the beginning of an event that costs nothing. Default 0."),
            new("minimumCharge", Number(0, null), "Least that an event costs. Default 0."),
            new("rounding", RoundingRule, "Of events that begin with this price. Default: the rate plan's."),
            new("maximumCharge", Number(0, null), "Most that an event costs. Default: no limit."),
            new("atMaximum", Words<AtMaximum>(), "What then. Default free."),
            new("from", Text, "Zone of the calling number. Default: any."),
            new("visited", Text, "Zone of the visited network, or home. Default: any."),
            new("net", Words<Net>(), "Default: either."),
            new("kind", Text, "Kind of the called number: mobile, fixed, premium, short, emergency … Default: any."),
            When("Events"),
            new("priority", Whole(0, 1_000_000), "Lower is tried first. Default 100."),
            new("label", Text, "Text on bills instead of service, zone and band."),
            new("note", Text, "Why the rule is as it is: on price sheets, in differences and in explanations."),
        ]),
        new("examples[]", "What some usage costs.",
        [
            Required("name", Text, "A sentence."),
            Required("offer", CodeText, "The offer whose price it is."),
            Required("service", Words<ServiceKind>(), "What is used."),
            new("to", Text, "The called number in E.164. Default: none."),
            new("from", Text, "The calling number in E.164. Default: none."),
            new("attributes", new KeyType.Free(), "Attributes of the record."),
            new("counters", new KeyType.Free(), "What counters stand at before."),
            new("allowances", new KeyType.Free(), "What is left of allowances before, by code. Default: they are used up."),
            new("inLists", Texts, "Lists of numbers that the called number is in."),
            Required("at", new KeyType.Notation(@"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?$", ["2026-10-05 10:00"]),
                "Local time of the catalogue."),
            Required("use", Quantity, "Voice: time; data: volume; any other: events."),
            new("amount", Amount, "What it costs, in the plan's currency. Required unless 'refused' is there."),
            new("refused", Words<HoldReason>(), "Why it is not charged, e.g. barred."),
            new("plan", CodeText, "Rate plan that prices it. Default: any of the offer's."),
        ]),
    ];
}
