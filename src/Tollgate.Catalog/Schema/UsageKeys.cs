using System.Collections.Immutable;
using Tollgate.Primitives;
using static Tollgate.Catalog.Schema.Keys;

namespace Tollgate.Catalog.Schema;

/// <summary>Keys of price models, counters, legs, and of what offers say of usage.</summary>
internal static class UsageKeys
{
    public static ImmutableArray<CatalogueMapping> All => [.. Models, .. Counting, .. Allowances];

    private static ImmutableArray<CatalogueMapping> Models =>
    [
        new("ratePlans[].prices[].steps[]", "A price from an age of the event on.",
        [
            new("from", Steps, "Where the step begins, from the start of the event. Default 0."),
            Required("price", Price, "Price of one unit within the step."),
            new("block", Steps, "Charging step within it. Default: exactly."),
        ]),
        new("ratePlans[].prices[].package", "A bundle of units, paid again for each that is begun.",
        [
            Required("size", Quantity, "Units in one bundle."),
            Required("amount", Price, "Price of a bundle."),
            new("counter", CodeText, "Counter of the period. Default: each event begins a bundle."),
        ]),
        new("ratePlans[].prices[].tiers", "Price by how much was used.",
        [
            new("rule", Words<TierRule>(), "How tiers become a total. Default graduated."),
            new("counter", CodeText, "Counter of the period. Default: each event begins at zero."),
            Required("levels", Entries("ratePlans[].prices[].tiers.levels[]"), "Rising; the last without an end."),
        ]),
        new("ratePlans[].prices[].tiers.levels[]", "One tier.",
        [
            new("upTo", Quantity, "Last quantity that belongs to it. Default, for the last: no end."),
            new("price", Price, "Price of one unit. Default 0."),
            new("flat", Price, "Amount beside it. Default 0."),
        ]),
        new("ratePlans[].prices[].percentage", "Percentages of the price in the record.",
        [
            new("counter", CodeText, "Counter of prices. Default: each event begins at zero."),
            Required("levels", Entries("ratePlans[].prices[].percentage.levels[]"), "Rising; the last without an end."),
        ]),
        new("ratePlans[].prices[].percentage.levels[]", "One tier of percentages.",
        [
            new("upTo", Number(0, null), "Last amount that belongs to it. Default, for the last: no end."),
            Required("percent", Number(-1000, 1000), "Percentage of the part within the tier."),
        ]),
        new("ratePlans[].prices[].external", "The price in the record.",
        [
            new("percent", Number(-100, 10_000), "Added in percent of it. Default 0."),
            new("plus", Price, "Added to it. Default 0."),
        ]),
    ];

    private static ImmutableArray<CatalogueMapping> Counting =>
    [
        new("counters[]", "What is added up over a period.",
        [
            Code("the counter"),
            new("name", Name, "As printed. Default: the code."),
            new("of", Words<CounterOf>(), "What is added up. Default charged."),
            new("unit", Text, "A currency for money and prices; required for quantities."),
            new("services", List<ServiceKind>(), "Services that count. Default: all."),
            new("zones", Texts, "Zones that count. Default: all."),
            When("Counts events"),
            new("shared", Words<SharingScope>(), "Whose usage counts together. Default subscription."),
            new("reset", Reset, "When it begins at zero again. Default bill-period."),
            new("limit", new KeyType.Notation(null, ["50 EUR", "100 minutes"]), "What thresholds are percentages of."),
            new("thresholds", new KeyType.OneOrMore(Whole(1, 1000)), "Percentages of the limit at which a notice is given."),
        ]),
        new("exchanges[]", "What units in pockets can be turned into, at a rate.",
        [
            Code("the exchange"),
            new("name", Name, "As shown. Default: the code."),
            Required("take", new KeyType.Notation(null, ["100 POINT", "1 FILM"]), "Taken for each of what is given."),
            new("from", Text, "Only of pockets of this code. Default: of all pockets in the unit."),
            new("give", new KeyType.Notation(null, ["1.00 EUR", "1 GB"]), "Given for it. Default: nothing in a pocket."),
            new("pocket", Text, "Code of the allowance whose pocket gets it. Default: the money of the account."),
            new("lasts", new KeyType.Notation(null, ["30 days", "3 months"]), "How long what is given lasts. Default: no end."),
            new("minimum", new KeyType.Notation(null, ["500 POINT"]), "Least that is taken at once. Default: as take."),
            new("step", new KeyType.Notation(null, ["100 POINT"]), "Only multiples are taken. Default: as take."),
        ]),
        new("legs[]", "A further price of the same event, for another party.",
        [
            Code("the leg"),
            Required("kind", Words<LegKind>(), "Whose price it is."),
            Required("party", Text, "External key of the other party's account."),
            new("ratePlans", Texts, "Rate plans, at most one for each service."),
            new("trunks", Texts, "Trunks whose every event has this leg. Default: offers that name it."),
            When("Events"),
            new("addsToRetail", Flag, "Its amount is added to the customer's price. Default no."),
        ]),
        new("offers[].spendingCaps[]", "Most that may be spent on usage in a period.",
        [
            Code("the cap"),
            Required("counter", CodeText, "A counter of money."),
            Required("limit", Amount, "Most in a period of the counter."),
            new("then", Words<AtCap>(), "What happens when it is reached. Default free."),
        ]),
        new("offers[].usageDiscounts[]", "A reduction of the price of single events.",
        [
            Code("the discount"),
            new("name", Name, "As printed. Default: the code."),
            new("priority", Whole(0, 1_000_000), "Lower comes first. Default 100."),
            new("percent", Number(0, 100), "Percentage taken off."),
            new("amount", Number(0, null), "Amount taken off each event, after the percentage."),
            new("services", List<ServiceKind>(), "Default: all."),
            new("zones", Texts, "Default: all."),
            new("bands", Texts, "Time bands by the start of the event. Default: all."),
            new("numbers", Text, "List of numbers of the subscription in which the called one must be. Default: any number."),
            new("withOffers", Texts, "Offers of which the customer must have one. Default: none."),
            When("Events"),
            new("exclusive", Flag, "When it applies, those after it do not. Default no."),
        ]),
    ];

    private static ImmutableArray<CatalogueMapping> Allowances =>
    [
        new("offers[].allowances[]", "Units that pay for usage before money does.",
        [
            Code("the allowance"), Called("As printed."),
            new("service", Words<ServiceKind>(), "What it pays for. Required unless services is there or it is earned."),
            new("services", List<ServiceKind>(), "What it pays for, when it is more than one."),
            Required("amount", new KeyType.Notation(@"^\d+(\.\d+)? [A-Za-z0-9._-]+$", ["100 minutes", "5 GB", "10 EUR"]),
                "For each period, in any unit."),
            new("perQuantity", Flag, "The amount is for each one of the subscription's quantity. Default no."),
            new("takes", Entries("offers[].allowances[].takes[]"), "What usage takes. Default: one for one."),
            new("zones", Texts, "Zones that it covers. Default: all."),
            new("bands", Texts, "Time bands that it covers. Default: all."),
            new("ratingGroups", Texts, "Rating groups that it covers. Default: all."),
            When("Covers events"),
            new("priority", Whole(0, 1_000_000), "Lower is used first. Default 100."),
            new("overage", Words<Overage>(), "What happens when it is used up. Default price."),
            new("connectFee", Number(0, null), "For an event whose first unit it pays. Default 0."),
            new("price", new KeyType.Notation(null, ["0.01 per minute"]),
                "What usage that it pays costs beside the units. Default: nothing."),
            new("increments", Text, "Steps, first/next, in which it counts what it pays. Default: the price's."),
            new("shared", Words<SharingScope>(), "Whose it is. Default subscription."),
            new("memberLimit", Quantity, "Most that one subscription may take of a shared one. Default: all of it."),
            new("grant", Words<GrantRule>(), "How often it is granted. Default recurring."),
            new("reset", Reset, "How long a grant lasts, and when the next comes. Default bill-period."),
            new("first", Words<GrantProration>(), "What a first period gets that is not whole. Default none: the whole amount."),
            new("last", Words<GrantProration>(), "The same for a last period."),
            new("rollOver", Mapping("offers[].allowances[].rollOver"), "What is left can be used later. Default: it lapses."),
            new("thresholds", new KeyType.OneOrMore(Whole(1, 1000)), "Percentages of use at which a notice is given."),
        ]),
        new("offers[].earns[]", "What fills a pocket by itself: usage that a counter counts, or a top-up.",
        [
            Code("it"), new("name", Name, "As printed. Default: the code."),
            new("counter", CodeText, "Counter whose advance earns."),
            new("topUp", Amount, "Least top-up that earns; of several into one pocket the highest that is reached."),
            new("per", new KeyType.Notation(null, ["1.00 EUR", "10 minutes", "event"]),
                "Each whole one of these gives. Required with a counter; default of a top-up: it gives once."),
            Required("give", new KeyType.Notation(null, ["1 POINT", "5.00 EUR", "100 MB"]), "What is given."),
            new("into", CodeText, "Allowance of the offer whose pocket gets it; it may be granted with 'amount: 0 POINT'. "
                + "Default, for money of a top-up: the money of the account."),
        ]),
        new("offers[].allowances[].takes[]", "What usage takes; the first that fits applies.",
        [
            new("factor", Number(0, 1_000_000), "Units for one unit of use, e.g. 2; 0: zero-rated."),
            new("take", Quantity, "Units taken, when it is not a factor."),
            new("per", new KeyType.Notation(null, ["1 minute", "1 MB", "event"]), "For how much use."),
            new("zones", Texts, "For which zones. Default: any."),
            When("Use"),
        ]),
        new("offers[].allowances[].rollOver", "What is left can be used later.",
        [
            new("periods", Whole(1, 120), "For how many more periods. Default 1."),
            new("cap", Quantity, "Most that is carried over. Default: all."),
        ]),
    ];
}
