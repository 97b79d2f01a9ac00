using System.Collections.Immutable;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Wording;

/// <summary>Offers in words.</summary>
public static class OfferWords
{
    public static Part Of(Offer offer, ImmutableArray<Counter> counters, Say say) => new("offer", offer.Code,
        say.Name(offer.Name))
    {
        Statements =
        [
            .. Names.Statements(offer.Name, say),
            Statement.Optional(say, nameof(offer.Description), "description",
                offer.Description.Length == 0 ? null : offer.Description)
                with { IsDefault = true },
            Statement.Word(say, nameof(offer.Payment), "payment", say.Words(offer.Payment), isDefault: false),
            Statement.Optional(say, nameof(offer.BillThreshold), "usage is billed at once from",
                offer.BillThreshold is { } threshold ? say.Money(threshold) : null, "its period's end"),
            Statement.Optional(say, nameof(offer.MinimumTerm), "minimum term",
                offer.MinimumTerm is { } term ? say.Interval(term.Length) : null),
            Statement.Word(say, nameof(offer.PriceChanges), "new prices reach existing customers", offer.PriceChanges switch
            {
                PriceChanges.Current => "with their next period",
                PriceChanges.Renewal => "when their term is renewed",
                PriceChanges.Keep => "never",
                _ => throw new InvalidOperationException($"{offer.PriceChanges} has no words."),
            }, offer.PriceChanges == PriceChanges.Current),
            Statement.List(say, nameof(offer.AddOnTo), "add-on to", say.Codes(Coded.Offer, offer.AddOnTo)),
            Statement.Optional(say, nameof(offer.Promotion), "promotion",
                offer.Promotion is { } promotion ? Promotion(promotion, say) : null),
            Statement.List(say, nameof(offer.Includes), "includes", say.Codes(Coded.Offer, offer.Includes)),
            Statement.List(say, nameof(offer.Discounts), "discounts", offer.Discounts),
            Statement.List(say, nameof(offer.RatePlans), "rate plans", offer.RatePlans.Select(one => Plan(one, say))),
            Statement.List(say, nameof(offer.Counters), "counters", offer.Counters),
            Statement.List(say, nameof(offer.Legs), "legs", offer.Legs),
        ],
        Parts =
        [
            .. offer.Phases.Select(one => Phase(one, say)),
            .. offer.Recurring.Select(one => Recurring(one, say)),
            .. offer.OneTime.Select(one => OneTime(one, say)),
            .. offer.Instalments.Select(one => Instalment(one, say)),
            .. Fee(offer.MinimumTerm?.Fee, say),
            .. offer.Allowances.Select(one => AllowanceWords.Of(one, say)),
            .. offer.Earns.Select(earning => AllowanceWords.Of(earning,
                counters.FirstOrDefault(counter => counter.Code == earning.Counter),
                offer.Allowances.FirstOrDefault(allowance => allowance.Code == earning.Into), say)),
            .. offer.Spend.Select(one => Spend(one, say)),
            .. offer.SpendingCaps.Select(cap =>
                AllowanceWords.Of(cap, counters.FirstOrDefault(counter => counter.Code == cap.Counter), say)),
            .. offer.UsageDiscounts.Select(one => UsageDiscount(one, say)),
        ],
    };

    /// <summary>Who gets a promotion and for how long.</summary>
    public static string Promotion(Promotion promotion, Say say) => say.T("for who subscribes")
        + (promotion is { From: null, To: null } ? say.T(" at any time") : say.Between(promotion.From, promotion.To))
        + (promotion.Length is { } length ? say.T(", for {0}",
            say.Interval(length)) : say.T(", for as long as the subscription"));

    /// <summary>A rate plan's code, and when it is asked unless that is always.</summary>
    private static string Plan(OfferPlan plan, Say say)
    {
        var terms = Terms(plan, say);
        return terms.Length == 0 ? plan.Code : $"{plan.Code} ({terms})";
    }

    /// <summary>When a rate plan is asked, or empty.</summary>
    public static string Terms(OfferPlan plan, Say say) => string.Join(", ", new[]
    {
        plan.Priority == 100 ? null : say.T("priority {0}", say.Number(plan.Priority)),
        say.Between(plan.From, plan.To).TrimStart(),
        plan.When is { } when ? say.T("when {0}", when.Text) : null,
    }.Where(term => !string.IsNullOrEmpty(term)));

    private static Part Phase(OfferPhase phase, Say say) => new("phase", phase.Code, say.Name(phase.Name))
    {
        Statements =
        [
            .. Names.Statements(phase.Name, say),
            Statement.Optional(say, nameof(phase.Length), "length", phase.Length is { } length ? say.Interval(length) : null,
                "no end"),
        ],
    };

    private static Part Recurring(RecurringPrice price, Say say) => new("recurring price", price.Code, say.Name(price.Name))
    {
        Statements =
        [
            .. Names.Statements(price.Name, say),
            Statement.Of(say, nameof(price.Amount), "", price.Amount.Amount,
                $"{price.Amount.Currency.Code} {say.PerInterval(price.Every)}"),
            Statement.Word(say, nameof(price.Every), "period", say.Interval(price.Every), isDefault: true),
            Statement.Word(say, nameof(price.Anchor), "periods begin with", price.Anchor switch
            {
                PriceAnchor.Cycle => "the bill cycle",
                PriceAnchor.Start => "the first day of the subscription",
                PriceAnchor.Plan => "the first day of the plan",
                PriceAnchor.Calendar => "the calendar",
                PriceAnchor.Date => "a fixed date",
                _ => throw new InvalidOperationException($"{price.Anchor} has no words."),
            }, price.Anchor == PriceAnchor.Cycle),
            Statement.Optional(say, nameof(price.AnchorDate), "date", price.AnchorDate is { } date ? say.Date(date) : null),
            Statement.Word(say, nameof(price.Timing), "due",
                price.Timing == Timing.Advance ? "in advance" : "in arrears", isDefault: false),
            Share(nameof(price.Entry), "a first part of a period", price.Entry, say),
            Share(nameof(price.Exit), "a last part of a period", price.Exit, say),
            Share(nameof(price.Change), "a change in a period", price.Change, say),
            Statement.Optional(say, nameof(price.Ratio), "shares are rounded to",
                price.Ratio is { } ratio ? say.Rounding(ratio) : null, "exact"),
            Statement.Rule(say, nameof(price.PerQuantity), "for each unit", "the same for any quantity", price.PerQuantity),
            Statement.List(say, nameof(price.Phases), "in the phases", price.Phases, "all"),
            .. Names.Tax(price.TaxIncluded, price.Tax, price.RevenueAccount, say),
        ],
    };

    private static Part OneTime(OneTimePrice price, Say say) => new("one-time price", price.Code, say.Name(price.Name))
    {
        Statements =
        [
            .. Names.Statements(price.Name, say),
            Statement.Of(say, nameof(price.Amount), "", price.Amount.Amount, price.Amount.Currency.Code),
            Statement.Word(say, nameof(price.At), "at", say.Words(price.At), isDefault: false),
            Statement.Optional(say, nameof(price.Date), "on the day", price.Date is { } date ? say.Date(date) : null),
            Statement.List(say, nameof(price.Phases), "with the phases", price.Phases),
            Statement.Rule(say, nameof(price.PerQuantity), "for each unit", "the same for any quantity", price.PerQuantity),
            .. Names.Tax(price.TaxIncluded, price.Tax, price.RevenueAccount, say),
        ],
    };

    private static Part Instalment(InstalmentPrice price, Say say) => new("instalments", price.Code, say.Name(price.Name))
    {
        Statements =
        [
            .. Names.Statements(price.Name, say),
            Statement.Of(say, nameof(price.Amount), "", price.Amount.Amount, say.T("{0} each", price.Amount.Currency.Code)),
            Statement.Of(say, nameof(price.Count), "number", price.Count, ""),
            Statement.Word(say, nameof(price.Every), "every", say.Interval(price.Every), isDefault: false),
            Statement.Word(say, nameof(price.Left), "at an early end the rest is", price.Left switch
            {
                InstalmentsLeft.Due => "due at once",
                InstalmentsLeft.Continue => "due month by month",
                InstalmentsLeft.Waived => "waived",
                _ => throw new InvalidOperationException($"{price.Left} has no words."),
            }, price.Left == InstalmentsLeft.Due),
            .. Names.Tax(price.TaxIncluded, price.Tax, price.RevenueAccount, say),
        ],
    };

    private static ImmutableArray<Part> Fee(EarlyTerminationFee? fee, Say say) => fee is null ? [] :
    [
        new Part("early termination fee", fee.Code, say.Name(fee.Name))
        {
            Statements =
            [
                .. Names.Statements(fee.Name, say),
                Statement.Of(say, nameof(fee.Amount), "", fee.Amount.Amount, fee.Amount.Currency.Code),
                Statement.Word(say, nameof(fee.Kind), "due", fee.Kind switch
                {
                    EarlyTermination.Fixed => "once",
                    EarlyTermination.PerMonthLeft => "for each month left",
                    EarlyTermination.Remaining => "as a percentage of the recurring prices left",
                    _ => throw new InvalidOperationException($"{fee.Kind} has no words."),
                }, isDefault: false),
                Statement.Of(say, nameof(fee.Percent), "percentage", fee.Percent, "%") with { IsDefault = fee.Percent == 0 },
                .. Names.Tax(fee.TaxIncluded, fee.Tax, fee.RevenueAccount, say),
            ],
        },
    ];

    private static string Window(SpendRule rule, Say say) =>
        rule.Window is { } window ? say.Interval(window) : say.T("bill period");

    private static Part Spend(SpendRule rule, Say say) => new(rule.Bound switch
    {
        SpendBound.Minimum => "commitment",
        SpendBound.Maximum => "cap",
        _ => throw new InvalidOperationException($"{rule.Bound} has no words."),
    }, rule.Code, rule.Name)
    {
        Statements =
        [
            .. Names.Statements(rule.Name, say),
            Statement.Of(say, nameof(rule.Amount), "", rule.Amount.Amount,
                say.T("{0} per {1}", rule.Amount.Currency.Code, Window(rule, say))),
            Statement.Word(say, nameof(rule.Bound), "bound", say.Words(rule.Bound), isDefault: true),
            Statement.Word(say, nameof(rule.Window), "window", Window(rule, say), isDefault: true),
            Kinds(nameof(rule.On), rule.On, ChargeKinds.Usage, say),
            Statement.Flag(say, nameof(rule.WholeAccount), "of the whole account", rule.WholeAccount),
            .. Names.Tax(rule.TaxIncluded, rule.Tax, rule.RevenueAccount, say),
        ],
    };

    private static Part UsageDiscount(UsageDiscount discount, Say say) => new("usage discount", discount.Code,
        say.Name(discount.Name))
    {
        Statements =
        [
            .. Names.Statements(discount.Name, say),
            Statement.Of(say, nameof(discount.Percent), "", discount.Percent, "%", Sense.Benefit)
                with { IsDefault = discount.Percent == 0 },
            Statement.Of(say, nameof(discount.Amount), "amount per event", discount.Amount, "", Sense.Benefit)
                with { IsDefault = discount.Amount == 0 },
            Statement.Word(say, nameof(discount.Priority), "priority", say.Number(discount.Priority), discount.Priority == 100),
            Statement.List(say, nameof(discount.Services), "on", discount.Services.Select(say.Service), "all services"),
            Statement.List(say, nameof(discount.Zones), "to", discount.Zones, "every zone"),
            Statement.List(say, nameof(discount.Bands), "in the time bands", discount.Bands, "all"),
            Statement.Optional(say, nameof(discount.Numbers), "numbers of the list", discount.Numbers, "any number"),
            Statement.List(say, nameof(discount.WithOffers), "together with", say.Codes(Coded.Offer, discount.WithOffers)),
            Statement.Optional(say, nameof(discount.When), "when", discount.When?.Text, "always"),
            Statement.Flag(say, nameof(discount.Exclusive), "no further discount", discount.Exclusive),
        ],
    };

    internal static Statement Kinds(string property, ChargeKinds kinds, ChargeKinds byDefault,
        Say say) => Statement.List(say, property, "on",
        Enum.GetValues<ChargeKinds>()
            .Where(kind => kind is ChargeKinds.Recurring or ChargeKinds.OneTime or ChargeKinds.Usage && kinds.HasFlag(kind))
            .Select(kind => say.T("{0} charges", say.Words(kind)))) with { IsDefault = kinds == byDefault };

    private static Statement Share(string property, string label, Proration rule, Say say) => Statement.Word(say, property,
        label, rule switch
    {
        Proration.Days => "costs its share by days",
        Proration.ThirtyDays => "costs its share of thirty days",
        Proration.None => "costs as much as a whole one",
        Proration.Seconds => "costs its share by seconds",
        _ => throw new InvalidOperationException($"{rule} has no words."),
    }, rule == Proration.Days);
}
