using System.Collections.Immutable;
using System.Globalization;

namespace Tollgate.Catalog.Wording;

/// <summary>A whole catalogue in words. The rows of decks are not in it: they are compared by prefix.</summary>
public static class CatalogueWords
{
    public static Part Of(Catalogue catalogue) => new("catalogue", catalogue.Code, catalogue.Code)
    {
        Statements =
        [
            Statement.Word(nameof(catalogue.Code), "code", catalogue.Code, isDefault: false),
            Statement.Word(nameof(catalogue.Currency), "currency", catalogue.Currency.Code, isDefault: false),
            Statement.Word(nameof(catalogue.TimeZone), "time zone", catalogue.TimeZone.Id, isDefault: false),
            .. Numbering(catalogue.Numbering),
        ],
        Parts =
        [
            .. catalogue.Offers.Select(offer => OfferWords.Of(offer, catalogue.Counters)),
            .. catalogue.RatePlans.Select(RatePlanWords.Of),
            .. catalogue.Discounts.Select(Discount),
            .. catalogue.Counters.Select(AllowanceWords.Of),
            .. catalogue.Exchanges.Select(AllowanceWords.Of),
            .. catalogue.Legs.Select(Leg),
            .. catalogue.Taxes.Select(TaxWords.Of),
            .. catalogue.TaxRules.Select(TaxWords.Of),
            .. catalogue.TaxCases.Select(TaxWords.Of),
            .. catalogue.TimeBands.Select(Bands),
            .. catalogue.ZoneNames.Select(name => Caption("name of a zone", name)),
            .. catalogue.BandNames.Select(name => Caption("name of a time band", name)),
            .. catalogue.Holidays.Select(Holidays),
            .. catalogue.Portability.Select(Portability),
            .. catalogue.Units.Select(unit => new Part("unit", unit.Code, unit.Code)
            {
                Statements =
                [
                    Statement.Word(nameof(unit.Kind), "kind", Say.Words(unit.Kind), isDefault: false),
                    Statement.Of(nameof(unit.StoragePerUnit), "steps in one", unit.StoragePerUnit, "", Sense.Neutral),
                    Statement.Of(nameof(unit.MinorDigits), "decimals", unit.MinorDigits, "", Sense.Neutral),
                ],
            }),
        ],
    };

    /// <summary>A set of time bands, one fact for each entry.</summary>
    public static Part Bands(TimeBandSet set) => new("time bands", set.Code, set.Code)
    {
        Statements =
        [
            Statement.Optional(nameof(set.Holidays), "holidays", set.Holidays),
            .. set.Bands.GroupBy(band => band.Code, StringComparer.Ordinal).Select(group => new Statement(
                $"Bands[{group.Key}]", group.Key, string.Join("; ", group.Select(Say.Band)))),
            Statement.List("Order", "order", set.Bands.Select(band => band.Code).Distinct(StringComparer.Ordinal))
                with { IsDefault = true },
        ],
    };

    public static Part Discount(Discount discount) => new("discount", discount.Code, discount.Name)
    {
        Statements =
        [
            .. Names.Statements(discount.Name),
            discount.Percent is { } percent
                ? Statement.Of(nameof(discount.Percent), "", percent, "%", Sense.Benefit)
                : new Statement(nameof(discount.Percent), "percentage", "none") { IsDefault = true },
            discount.Amount is { } amount
                ? Statement.Of(nameof(discount.Amount), "", amount.Amount, amount.Currency.Code, Sense.Benefit)
                : new Statement(nameof(discount.Amount), "amount", "none") { IsDefault = true },
            Statement.List(nameof(discount.Steps), "steps", discount.Steps.Select(step =>
                $"{Say.Percent(step.Percent)} from {Say.Number(step.From)} on")),
            Statement.Word(nameof(discount.By), "steps by", Say.Words(discount.By), discount.By == VolumeBy.Quantity),
            Statement.Word(nameof(discount.Scope), "for", discount.Scope switch
            {
                DiscountScope.Charge => "each charge",
                DiscountScope.Product => "each subscription",
                DiscountScope.Invoice => "the whole bill",
                _ => throw new InvalidOperationException($"{discount.Scope} has no words."),
            }, discount.Scope == DiscountScope.Charge),
            OfferWords.Kinds(nameof(discount.On), discount.On, ChargeKinds.Recurring),
            Statement.List(nameof(discount.Offers), "of the offers", discount.Offers, "all"),
            Statement.List(nameof(discount.Prices), "of the prices", discount.Prices, "all"),
            Statement.List(nameof(discount.Requires), "needs the offers", discount.Requires),
            Statement.Optional(nameof(discount.Periods), "periods",
                discount.Periods?.ToString(CultureInfo.InvariantCulture), "for ever"),
            Statement.Word(nameof(discount.Order), "order", Say.Number(discount.Order), discount.Order == 100),
            Statement.Optional(nameof(discount.Coupon), "coupon", discount.Coupon is { } coupon ? Coupon(coupon) : null),
        ],
    };

    private static string Coupon(Coupon coupon) => $"{coupon.Code}, "
        + (coupon.Redemptions is { } all ? string.Create(CultureInfo.InvariantCulture, $"{all} times") : "any number of times")
        + string.Create(CultureInfo.InvariantCulture, $", {coupon.PerCustomer} for each customer")
        + Say.Between(coupon.From, coupon.To);

    private static Part Leg(Leg leg) => new("leg", leg.Code, leg.Code)
    {
        Statements =
        [
            Statement.Word(nameof(leg.Kind), "kind", Say.Words(leg.Kind), isDefault: false),
            Statement.Word(nameof(leg.Party), "party", leg.Party, isDefault: false),
            Statement.List(nameof(leg.RatePlans), "rate plans", leg.RatePlans),
            Statement.List(nameof(leg.Trunks), "trunks", leg.Trunks),
            Statement.Optional(nameof(leg.When), "when", leg.When?.Text, "always"),
        ],
    };

    private static Part Caption(string kind, Caption caption) =>
        new(kind, caption.Of, caption.Of) { Statements = Names.Statements(caption.Name) };

    private static Part Holidays(HolidayCalendar calendar) => new("holidays", calendar.Code, calendar.Code)
    {
        Statements = [Statement.List(nameof(calendar.Days), "days", calendar.Days.Select(Day))],
    };

    private static string Day(Holiday day)
    {
        var text = day.Month == 0
            ? string.Create(CultureInfo.InvariantCulture, $"Easter{day.Day:+0;-0;+0}")
            : string.Create(CultureInfo.InvariantCulture, $"{day.Month:00}-{day.Day:00}");
        return day.Year is { } year ? string.Create(CultureInfo.InvariantCulture, $"{year:0000}-{text}") : text;
    }

    private static Part Portability(PortabilityTable table) => new("portability table", table.Code, table.Code)
    {
        Statements =
        [
            new Statement(nameof(table.Ranges), "content", string.Create(CultureInfo.InvariantCulture,
                $"{table.Ranges.Length} ranges, checksum {Checksum(table.Ranges):x8}")),
        ],
    };

    /// <summary>Changes with any range (FNV-1a), so that an exchanged table of the same length is told.</summary>
    private static uint Checksum(ImmutableArray<PortedRange> ranges)
    {
        var hash = 2166136261u;
        foreach (var range in ranges)
        {
            foreach (var c in $"{range.First}-{range.Last}:{range.Network};")
            {
                hash = unchecked((hash ^ c) * 16777619u);
            }
        }
        return hash;
    }

    private static ImmutableArray<Statement> Numbering(NumberingPlan plan) =>
    [
        Statement.Word(nameof(plan.CountryCode), "country code", $"'{plan.CountryCode}'", isDefault: true),
        Statement.Word(nameof(plan.InternationalPrefix), "international prefix",
            $"'{plan.InternationalPrefix}'", isDefault: true),
        Statement.Word(nameof(plan.NationalPrefix), "national prefix", $"'{plan.NationalPrefix}'", isDefault: true),
        Statement.Of(nameof(plan.ShortCodeDigits), "digits of short codes", plan.ShortCodeDigits, "", Sense.Neutral)
            with { IsDefault = true },
        Statement.List(nameof(plan.Rules), "rules of numbers", plan.Rules.Select(rule => string.Create(
            CultureInfo.InvariantCulture, $"{rule.Begins} → {rule.Replace} ({rule.LeastDigits} to {rule.MostDigits} digits)"))),
    ];
}
