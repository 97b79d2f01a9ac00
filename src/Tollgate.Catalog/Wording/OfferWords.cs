using System.Collections.Immutable;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Wording;

/// <summary>Offers in words.</summary>
public static class OfferWords
{
    public static Part Of(Offer offer, ImmutableArray<Counter> counters) => new("offer", offer.Code, offer.Name)
    {
        Statements =
        [
            .. Names.Statements(offer.Name),
            Statement.Optional(nameof(offer.Description), "description", offer.Description.Length == 0 ? null : offer.Description)
                with { IsDefault = true },
            Statement.Word(nameof(offer.Payment), "payment", Say.Words(offer.Payment), isDefault: false),
            Statement.Optional(nameof(offer.BillThreshold), "usage is billed at once from",
                offer.BillThreshold?.ToString(), "its period's end"),
            Statement.Optional(nameof(offer.MinimumTerm), "minimum term",
                offer.MinimumTerm is { } term ? term.Length.ToString() : null),
            Statement.Word(nameof(offer.PriceChanges), "new prices reach existing customers", offer.PriceChanges switch
            {
                PriceChanges.Current => "with their next period",
                PriceChanges.Renewal => "when their term is renewed",
                PriceChanges.Keep => "never",
                _ => throw new InvalidOperationException($"{offer.PriceChanges} has no words."),
            }, offer.PriceChanges == PriceChanges.Current),
            Statement.List(nameof(offer.AddOnTo), "add-on to", offer.AddOnTo),
            Statement.Optional(nameof(offer.Promotion), "promotion",
                offer.Promotion is { } promotion ? Promotion(promotion) : null),
            Statement.List(nameof(offer.Includes), "includes", offer.Includes),
            Statement.List(nameof(offer.Discounts), "discounts", offer.Discounts),
            Statement.List(nameof(offer.RatePlans), "rate plans", offer.RatePlans.Select(Plan)),
            Statement.List(nameof(offer.Counters), "counters", offer.Counters),
            Statement.List(nameof(offer.Legs), "legs", offer.Legs),
        ],
        Parts =
        [
            .. offer.Phases.Select(Phase),
            .. offer.Recurring.Select(Recurring),
            .. offer.OneTime.Select(OneTime),
            .. offer.Instalments.Select(Instalment),
            .. Fee(offer.MinimumTerm?.Fee),
            .. offer.Allowances.Select(AllowanceWords.Of),
            .. offer.Earns.Select(earning => AllowanceWords.Of(earning,
                counters.FirstOrDefault(counter => counter.Code == earning.Counter),
                offer.Allowances.FirstOrDefault(allowance => allowance.Code == earning.Into))),
            .. offer.Spend.Select(Spend),
            .. offer.SpendingCaps.Select(cap =>
                AllowanceWords.Of(cap, counters.FirstOrDefault(counter => counter.Code == cap.Counter))),
            .. offer.UsageDiscounts.Select(UsageDiscount),
        ],
    };

    /// <summary>Who gets a promotion and for how long.</summary>
    public static string Promotion(Promotion promotion) => "for who subscribes"
        + (promotion is { From: null, To: null } ? " at any time" : Say.Between(promotion.From, promotion.To))
        + (promotion.Length is { } length ? $", for {length}" : ", for as long as the subscription");

    /// <summary>A rate plan's code, and when it is asked unless that is always.</summary>
    private static string Plan(OfferPlan plan)
    {
        var terms = Terms(plan);
        return terms.Length == 0 ? plan.Code : $"{plan.Code} ({terms})";
    }

    /// <summary>When a rate plan is asked, or empty.</summary>
    public static string Terms(OfferPlan plan) => string.Join(", ", new[]
    {
        plan.Priority == 100 ? null : $"priority {Say.Number(plan.Priority)}",
        Say.Between(plan.From, plan.To).TrimStart(),
        plan.When is { } when ? $"when {when.Text}" : null,
    }.Where(term => !string.IsNullOrEmpty(term)));

    private static Part Phase(OfferPhase phase) => new("phase", phase.Code, phase.Name)
    {
        Statements =
        [
            .. Names.Statements(phase.Name),
            Statement.Optional(nameof(phase.Length), "length", phase.Length?.ToString(), "no end"),
        ],
    };

    private static Part Recurring(RecurringPrice price) => new("recurring price", price.Code, price.Name)
    {
        Statements =
        [
            .. Names.Statements(price.Name),
            Statement.Of(nameof(price.Amount), "", price.Amount.Amount, $"{price.Amount.Currency.Code} per {price.Every}"),
            Statement.Word(nameof(price.Every), "period", price.Every.ToString(), isDefault: true),
            Statement.Word(nameof(price.Anchor), "periods begin with", price.Anchor switch
            {
                PriceAnchor.Cycle => "the bill cycle",
                PriceAnchor.Start => "the first day of the subscription",
                PriceAnchor.Plan => "the first day of the plan",
                PriceAnchor.Calendar => "the calendar",
                PriceAnchor.Date => "a fixed date",
                _ => throw new InvalidOperationException($"{price.Anchor} has no words."),
            }, price.Anchor == PriceAnchor.Cycle),
            Statement.Optional(nameof(price.AnchorDate), "date", price.AnchorDate is { } date ? Say.Date(date) : null),
            Statement.Word(nameof(price.Timing), "due",
                price.Timing == Timing.Advance ? "in advance" : "in arrears", isDefault: false),
            Share(nameof(price.Entry), "a first part of a period", price.Entry),
            Share(nameof(price.Exit), "a last part of a period", price.Exit),
            Share(nameof(price.Change), "a change in a period", price.Change),
            Statement.Optional(nameof(price.Ratio), "shares are rounded to",
                price.Ratio is { } ratio ? Say.Rounding(ratio) : null, "exact"),
            Statement.Flag(nameof(price.PerQuantity), "for each unit", price.PerQuantity, byDefault: true),
            Statement.List(nameof(price.Phases), "in the phases", price.Phases, "all"),
            .. Names.Tax(price.TaxIncluded, price.Tax, price.RevenueAccount),
        ],
    };

    private static Part OneTime(OneTimePrice price) => new("one-time price", price.Code, price.Name)
    {
        Statements =
        [
            .. Names.Statements(price.Name),
            Statement.Of(nameof(price.Amount), "", price.Amount.Amount, price.Amount.Currency.Code),
            Statement.Word(nameof(price.At), "at", Say.Words(price.At), isDefault: false),
            Statement.Optional(nameof(price.Date), "on", price.Date is { } date ? Say.Date(date) : null),
            Statement.List(nameof(price.Phases), "with the phases", price.Phases),
            Statement.Flag(nameof(price.PerQuantity), "for each unit", price.PerQuantity, byDefault: true),
            .. Names.Tax(price.TaxIncluded, price.Tax, price.RevenueAccount),
        ],
    };

    private static Part Instalment(InstalmentPrice price) => new("instalments", price.Code, price.Name)
    {
        Statements =
        [
            .. Names.Statements(price.Name),
            Statement.Of(nameof(price.Amount), "", price.Amount.Amount, $"{price.Amount.Currency.Code} each"),
            Statement.Of(nameof(price.Count), "number", price.Count, ""),
            Statement.Word(nameof(price.Every), "every", price.Every.ToString(), isDefault: false),
            Statement.Word(nameof(price.Left), "at an early end the rest is", price.Left switch
            {
                InstalmentsLeft.Due => "due at once",
                InstalmentsLeft.Continue => "due month by month",
                InstalmentsLeft.Waived => "waived",
                _ => throw new InvalidOperationException($"{price.Left} has no words."),
            }, price.Left == InstalmentsLeft.Due),
            .. Names.Tax(price.TaxIncluded, price.Tax, price.RevenueAccount),
        ],
    };

    private static ImmutableArray<Part> Fee(EarlyTerminationFee? fee) => fee is null ? [] :
    [
        new Part("early termination fee", fee.Code, fee.Name)
        {
            Statements =
            [
                .. Names.Statements(fee.Name),
                Statement.Of(nameof(fee.Amount), "", fee.Amount.Amount, fee.Amount.Currency.Code),
                Statement.Word(nameof(fee.Kind), "due", fee.Kind switch
                {
                    EarlyTermination.Fixed => "once",
                    EarlyTermination.PerMonthLeft => "for each month left",
                    EarlyTermination.Remaining => "as a percentage of the recurring prices left",
                    _ => throw new InvalidOperationException($"{fee.Kind} has no words."),
                }, isDefault: false),
                Statement.Of(nameof(fee.Percent), "percentage", fee.Percent, "%") with { IsDefault = fee.Percent == 0 },
                .. Names.Tax(fee.TaxIncluded, fee.Tax, fee.RevenueAccount),
            ],
        },
    ];

    private static Part Spend(SpendRule rule) => new(rule.Bound switch
    {
        SpendBound.Minimum => "commitment",
        SpendBound.Maximum => "cap",
        _ => throw new InvalidOperationException($"{rule.Bound} has no words."),
    }, rule.Code, rule.Name)
    {
        Statements =
        [
            .. Names.Statements(rule.Name),
            Statement.Of(nameof(rule.Amount), "", rule.Amount.Amount,
                $"{rule.Amount.Currency.Code} per {rule.Window?.ToString() ?? "bill period"}"),
            Statement.Word(nameof(rule.Bound), "bound", Say.Words(rule.Bound), isDefault: true),
            Statement.Word(nameof(rule.Window), "window", rule.Window?.ToString() ?? "bill period", isDefault: true),
            Kinds(nameof(rule.On), rule.On, ChargeKinds.Usage),
            Statement.Flag(nameof(rule.WholeAccount), "of the whole account", rule.WholeAccount),
            .. Names.Tax(rule.TaxIncluded, rule.Tax, rule.RevenueAccount),
        ],
    };

    private static Part UsageDiscount(UsageDiscount discount) => new("usage discount", discount.Code, discount.Name)
    {
        Statements =
        [
            .. Names.Statements(discount.Name),
            Statement.Of(nameof(discount.Percent), "", discount.Percent, "%", Sense.Benefit)
                with { IsDefault = discount.Percent == 0 },
            Statement.Of(nameof(discount.Amount), "amount per event", discount.Amount, "", Sense.Benefit)
                with { IsDefault = discount.Amount == 0 },
            Statement.Word(nameof(discount.Priority), "priority", Say.Number(discount.Priority), discount.Priority == 100),
            Statement.List(nameof(discount.Services), "on", discount.Services.Select(Say.Service), "all services"),
            Statement.List(nameof(discount.Zones), "to", discount.Zones, "every zone"),
            Statement.List(nameof(discount.Bands), "in the time bands", discount.Bands, "all"),
            Statement.Optional(nameof(discount.Numbers), "numbers of the list", discount.Numbers, "any number"),
            Statement.List(nameof(discount.WithOffers), "together with", discount.WithOffers),
            Statement.Optional(nameof(discount.When), "when", discount.When?.Text, "always"),
            Statement.Flag(nameof(discount.Exclusive), "no further discount", discount.Exclusive),
        ],
    };

    internal static Statement Kinds(string property, ChargeKinds kinds, ChargeKinds byDefault) => Statement.List(property, "on",
        Enum.GetValues<ChargeKinds>()
            .Where(kind => kind is ChargeKinds.Recurring or ChargeKinds.OneTime or ChargeKinds.Usage && kinds.HasFlag(kind))
            .Select(kind => Say.Words(kind) + " charges")) with { IsDefault = kinds == byDefault };

    private static Statement Share(string property, string label, Proration rule) => Statement.Word(property, label, rule switch
    {
        Proration.Days => "costs its share by days",
        Proration.ThirtyDays => "costs its share of thirty days",
        Proration.None => "costs as much as a whole one",
        Proration.Seconds => "costs its share by seconds",
        _ => throw new InvalidOperationException($"{rule} has no words."),
    }, rule == Proration.Days);
}
