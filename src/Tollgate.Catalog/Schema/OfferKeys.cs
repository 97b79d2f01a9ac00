using System.Collections.Immutable;
using Tollgate.Primitives;
using static Tollgate.Catalog.Schema.Keys;

namespace Tollgate.Catalog.Schema;

/// <summary>Keys of offers and discounts.</summary>
internal static class OfferKeys
{
    private const string DatePattern = @"^\d{4}-\d{2}-\d{2}$";

    public static ImmutableArray<CatalogueMapping> All => [.. Offer, .. Prices, .. Terms, .. Discounts];

    private static ImmutableArray<CatalogueMapping> Offer =>
    [
        new("offers[]", "Something that can be subscribed to.",
        [
            Code("the offer"),
            new("name", Name, "As printed. Required unless it is a template. One text, or one for each language."),
            new("description", Text, "For people who choose. Default: empty."),
            new("extends", CodeText, "Offer whose keys it takes over unless it writes them itself."),
            new("template", Flag, "Only to be extended, never sold. Default no."),
            new("payment", Words<PaymentModel>(), "How usage is paid. Default postpaid."),
            new("billThreshold", Amount,
                "Unbilled usage of this much is billed before its period is over. Default: it waits for its period."),
            new("ratePlans", new KeyType.OneOrMore(TextOr("offers[].ratePlans[]")),
                "Rate plans. Of several for a service the first that has a price for an event prices it."),
            new("recurring", Entries("offers[].recurring[]"), "Prices that come again."),
            new("oneTime", Entries("offers[].oneTime[]"), "Prices that come once."),
            new("instalments", Entries("offers[].instalments[]"), "Prices in equal parts."),
            new("phases", Entries("offers[].phases[]"), "Stretches of a subscription's life with prices of their own."),
            new("minimumTerm", Mapping("offers[].minimumTerm"), "How long a subscriber is bound."),
            new("priceChanges", Words<PriceChanges>(),
                "Whose prices existing subscriptions pay when a later version changes them. Default current."),
            new("addOnTo", Texts, "Offers of which one must be the base; then it cannot be subscribed to alone."),
            new("promotion", Mapping("offers[].promotion"),
                "Subscriptions get this add-on by themselves when they begin in its time. Default: it is chosen."),
            new("includes", Texts, "Offers whose parts this bundle has too."),
            new("discounts", Texts, "Discounts that every subscription gets."),
            new("spend", Entries("offers[].spend[]"), "Least and most that is spent."),
            new("allowances", Entries("offers[].allowances[]"), "Units that pay for usage before money does."),
            new("earns", Entries("offers[].earns[]"), "What fills pockets of the allowances by itself."),
            new("counters", Texts, "Counters that count this offer's usage."),
            new("usageDiscounts", Entries("offers[].usageDiscounts[]"), "Reductions of the price of single events."),
            new("spendingCaps", Entries("offers[].spendingCaps[]"), "Most that may be spent on usage in a period."),
            new("legs", Texts, "Further prices of every event."),
        ]),
        new("offers[].ratePlans[]", "A rate plan with what decides whether it is asked.",
        [
            Required("plan", CodeText, "Code of the rate plan."),
            new("priority", Whole(0, 1_000_000),
                "Lower is asked first, then plans of add-ons, then as written. Default 100."),
            new("from", Date, "First day, by the start of the event in the plan's time zone. Default: any."),
            new("to", Date, "First day on which it is no longer asked. Default: none."),
            When("Events"),
        ]),
        new("offers[].phases[]", "A stretch of a subscription's life.",
        [
            Code("the phase"), Called("As printed."),
            new("for", Interval, "How long it lasts. Default, for the last one only: without end."),
        ]),
    ];

    private static ImmutableArray<CatalogueMapping> Prices =>
    [
        new("offers[].recurring[]", "A price that comes again every period.",
        [
            Code("the price"), Called("As printed."),
            Required("amount", Amount, "For one period and one unit of the subscription's quantity."),
            new("every", Interval, "Length of the period. Default one month."),
            new("months", Whole(1, 120), "Length of the period in months; 'every' says more."),
            new("anchor", Words(DatePattern, PriceAnchor.Date),
                "From where periods are counted, or a first day. Default: cycle for one month, else start."),
            new("timing", Words<Timing>(), "When it is due. Default advance."),
            new("entry", Words<Proration>(), "What a first period costs that is not whole. Default days."),
            new("exit", Words<Proration>(), "What a last period costs that is not whole. Default days."),
            new("change", Words<Proration>(), "What parts before and after a change cost. Default days."),
            new("ratio", RoundingRule, "Rounding of the share of a part. Default: exact."),
            new("perQuantity", Flag, "No: costs the same whatever the quantity. Default yes."),
            new("phases", Texts, "Phases in which it is charged. Default: all."),
            .. Charge,
        ]),
        new("offers[].oneTime[]", "A price that comes once.",
        [
            Code("the price"), Called("As printed."),
            Required("amount", Amount, "For one unit of the subscription's quantity."),
            new("at", Words(DatePattern, OneTimeEvent.Date), "When it is due, or a day. Default activation."),
            new("phases", Texts, "With 'at: phase': the phases at whose beginning it is due."),
            new("perQuantity", Flag, "No: costs the same whatever the quantity. Default yes."),
            .. Charge,
        ]),
        new("offers[].instalments[]", "A price in equal parts.",
        [
            Code("the price"), Called("As printed."),
            Required("amount", Amount, "Of one instalment."),
            Required("count", Whole(1, 600), "Number of instalments."),
            new("every", Interval, "Time from one to the next. Default one month."),
            new("left", Words<InstalmentsLeft>(), "What becomes of the rest when the subscription ends early. Default due."),
            .. Charge,
        ]),
    ];

    private static ImmutableArray<CatalogueMapping> Terms =>
    [
        new("offers[].promotion", "Who gets the add-on by subscribing, and for how long.",
        [
            new("from", Date, "First day of subscriptions that get it. Default: any."),
            new("to", Date, "First day of those that no longer do. Default: none."),
            new("for", Interval, "How long it lasts. Default: as long as the subscription."),
        ]),
        new("offers[].minimumTerm", "How long a subscriber is bound.",
        [
            Required("length", Interval, "Counted from the first day of the plan."),
            new("fee", Mapping("offers[].minimumTerm.fee"), "Due when the subscription ends earlier. Default: nothing is."),
        ]),
        new("offers[].minimumTerm.fee", "A charge for ending early.",
        [
            Code("the fee"), Called("As printed."),
            new("kind", Words<EarlyTermination>(), "What it is. Default fixed."),
            new("amount", Amount, "For one unit of the quantity; not with 'kind: remaining'."),
            new("percent", Number(0, 100), "With 'kind: remaining': percentage of the recurring prices left."),
            .. Charge,
        ]),
        new("offers[].spend[]", "A commitment or cap of what is spent.",
        [
            Code("the rule"), Called("As printed."),
            Required("bound", Words<SpendBound>(), "Minimum: what is missing is charged. Maximum: what is above is taken off."),
            Required("amount", Amount, "For each window."),
            new("window", Interval, "Counted from the subscription's first day. Default: each bill period."),
            new("on", Kinds, "Charges that count. Default usage."),
            new("wholeAccount", Flag, "Charges of all subscriptions of the account count. Default no."),
            .. Charge,
        ]),
    ];

    private static ImmutableArray<CatalogueMapping> Discounts =>
    [
        new("discounts[]", "A reduction of charges; it has one of percent, amount and steps.",
        [
            Code("the discount"), Called("As printed."),
            new("percent", Number(0, 100), "10 for 10 %."),
            new("amount", Amount, "A fixed amount for each application."),
            new("steps", Entries("discounts[].steps[]"), "Percentages by volume, ascending."),
            new("by", Words<VolumeBy>(), "What the steps are counted in. Default quantity."),
            new("scope", Words<DiscountScope>(), "What one application is computed on. Default charge."),
            new("on", Kinds, "Charges that are reduced. Default recurring."),
            new("offers", Texts, "Offers whose charges are reduced. Default: all."),
            new("prices", Texts, "Codes of prices, for usage of rate plans. Default: all."),
            new("requires", Texts, "Offers of each of which the account must have a live subscription."),
            new("periods", Whole(1, 1200), "Number of periods or bills it lasts. Default: for ever."),
            new("order", Whole(0, 1_000_000), "Lower comes first. Default 100."),
            new("coupon", Mapping("discounts[].coupon"), "Customers get it by a code."),
        ]),
        new("discounts[].steps[]", "From a volume on, the whole of it is reduced.",
        [
            Required("from", Number(0, null), "Quantity or amount from which it applies."),
            Required("percent", Number(0, 100), "10 for 10 %."),
        ]),
        new("discounts[].coupon", "A code with its limits.",
        [
            Required("code", CodeText, "What customers type; compared without case."),
            new("redemptions", Whole(1, 1_000_000_000), "Over all customers. Default: any number."),
            new("perCustomer", Whole(1, 1000), "Default 1."),
            new("from", Date, "First day. Default: any."),
            new("to", Date, "First day on which it can no longer be redeemed. Default: none."),
        ]),
    ];

    private static KeyType Kinds => new KeyType.OneOrMore(Words<ChargeKinds>(null, ChargeKinds.None));
}
