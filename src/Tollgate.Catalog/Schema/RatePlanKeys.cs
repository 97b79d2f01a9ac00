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
            .. Charge,
            new("rounding", RoundingRule, "Of each event's amount: decimals and how. Default 6 half-up."),
            Required("prices", Entries("ratePlans[].prices[]"), "At least one; the most specific that fits applies."),
        ]),
        new("ratePlans[].prices[]", "A price.",
        [
            new("zone", Texts, "Zone of the deck. Default: any."),
            new("zones", Texts, "Several zones with this price."),
            new("band", CodeText, "Time band. Default: any time."),
            Required("price", new KeyType.Notation(@"^(deck|-?\d+(\.\d+)? per \S+)$", ["0.09 per minute", "0.02 per MB",
                "0.09 per message", "deck"]),
                "Amount per unit, or 'deck' for the prices in the deck's rows."),
            new("connectFee", Number(0, null), "Charged once for an event with any chargeable quantity. Default 0."),
            new("increments", new KeyType.Notation(@"^\S+/\S+$", ["60/60", "60/1", "1/1", "30/6", "100KB/100KB"]),
                "First step / each further step. Default: exactly what was used."),
        ]),
        new("examples[]", "What some usage costs.",
        [
            Required("name", Text, "A sentence."),
            Required("offer", CodeText, "The offer whose price it is."),
            Required("service", Words<ServiceKind>(), "What is used."),
            new("to", Text, "The called number in E.164. Default: none."),
            Required("at", new KeyType.Notation(@"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?$", ["2026-10-05 10:00"]),
                "Local time of the catalogue."),
            Required("use", Quantity, "Voice: time; data: volume; any other: events."),
            Required("amount", Amount, "What it costs, in the plan's currency."),
        ]),
    ];
}
