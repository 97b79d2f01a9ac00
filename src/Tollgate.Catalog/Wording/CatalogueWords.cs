using System.Collections.Immutable;
using System.Globalization;

namespace Tollgate.Catalog.Wording;

/// <summary>A whole catalogue in words. The rows of decks are not in it: they are compared by prefix.</summary>
public static class CatalogueWords
{
    public static Part Of(Catalogue catalogue, Say say) => new("catalogue", catalogue.Code, catalogue.Code)
    {
        Statements =
        [
            Statement.Word(say, nameof(catalogue.Code), "code", catalogue.Code, isDefault: false),
            Statement.Word(say, nameof(catalogue.Currency), "currency", catalogue.Currency.Code, isDefault: false),
            Statement.Word(say, nameof(catalogue.TimeZone), "time zone", catalogue.TimeZone.Id, isDefault: false),
            .. Numbering(catalogue.Numbering, say),
        ],
        Parts =
        [
            .. catalogue.Offers.Select(offer => OfferWords.Of(offer, catalogue.Counters, say)),
            .. catalogue.RatePlans.Select(one => RatePlanWords.Of(one, say)),
            .. catalogue.Discounts.Select(one => Discount(one, say)),
            .. catalogue.Counters.Select(one => AllowanceWords.Of(one, say)),
            .. catalogue.Exchanges.Select(one => AllowanceWords.Of(one, say)),
            .. catalogue.Legs.Select(one => Leg(one, say)),
            .. catalogue.Taxes.Select(one => TaxWords.Of(one, say)),
            .. catalogue.TaxRules.Select(one => TaxWords.Of(one, say)),
            .. catalogue.TaxCases.Select(one => TaxWords.Of(one, say)),
            .. catalogue.TimeBands.Select(one => Bands(one, say)),
            .. catalogue.ZoneNames.Select(name => Caption("name of a zone", name, say)),
            .. catalogue.BandNames.Select(name => Caption("name of a time band", name, say)),
            .. catalogue.Holidays.Select(one => Holidays(one, say)),
            .. catalogue.Portability.Select(one => Portability(one, say)),
            .. catalogue.Units.Select(unit => new Part("unit", unit.Code, unit.Code)
            {
                Statements =
                [
                    Statement.Word(say, nameof(unit.Kind), "kind", say.Words(unit.Kind), isDefault: false),
                    Statement.Of(say, nameof(unit.StoragePerUnit), "steps in one", unit.StoragePerUnit, "", Sense.Neutral),
                    Statement.Of(say, nameof(unit.MinorDigits), "decimals", unit.MinorDigits, "", Sense.Neutral),
                ],
            }),
        ],
    };

    /// <summary>A set of time bands, one fact for each entry.</summary>
    public static Part Bands(TimeBandSet set, Say say) => new("time bands", set.Code, set.Code)
    {
        Statements =
        [
            Statement.Optional(say, nameof(set.Holidays), "holidays", set.Holidays),
            .. set.Bands.GroupBy(band => band.Code, StringComparer.Ordinal).Select(group => new Statement(
                $"Bands[{group.Key}]", group.Key, string.Join("; ", group.Select(say.Band)))),
            Statement.List(say, "Order", "order", set.Bands.Select(band => band.Code).Distinct(StringComparer.Ordinal))
                with { IsDefault = true },
        ],
    };

    public static Part Discount(Discount discount, Say say) => new("discount", discount.Code, say.Name(discount.Name))
    {
        Statements =
        [
            .. Names.Statements(discount.Name, say),
            discount.Percent is { } percent
                ? Statement.Of(say, nameof(discount.Percent), "", percent, "%", Sense.Benefit)
                : new Statement(nameof(discount.Percent), say.T("percentage"), say.T("none")) { IsDefault = true },
            discount.Amount is { } amount
                ? Statement.Of(say, nameof(discount.Amount), "", amount.Amount, amount.Currency.Code, Sense.Benefit)
                : new Statement(nameof(discount.Amount), say.T("amount"), say.T("none")) { IsDefault = true },
            Statement.List(say, nameof(discount.Steps), "steps", discount.Steps.Select(step =>
                say.T("{0} from {1} on", say.Percent(step.Percent), say.Number(step.From)))),
            Statement.Word(say, nameof(discount.By), "steps by", say.Words(discount.By), discount.By == VolumeBy.Quantity),
            Statement.Word(say, nameof(discount.Scope), "for", discount.Scope switch
            {
                DiscountScope.Charge => "each charge",
                DiscountScope.Product => "each subscription",
                DiscountScope.Invoice => "the whole bill",
                _ => throw new InvalidOperationException($"{discount.Scope} has no words."),
            }, discount.Scope == DiscountScope.Charge),
            OfferWords.Kinds(nameof(discount.On), discount.On, ChargeKinds.Recurring, say),
            Statement.List(say, nameof(discount.Offers), "of the offers", say.Codes(Coded.Offer, discount.Offers), "all"),
            Statement.List(say, nameof(discount.Prices), "of the prices", say.Codes(Coded.Price, discount.Prices), "all"),
            Statement.List(say, nameof(discount.Requires), "needs the offers", say.Codes(Coded.Offer, discount.Requires)),
            Statement.Optional(say, nameof(discount.Periods), "periods",
                discount.Periods?.ToString(CultureInfo.InvariantCulture), "for ever"),
            Statement.Word(say, nameof(discount.Order), "order", say.Number(discount.Order), discount.Order == 100),
            Statement.Optional(say, nameof(discount.Coupon), "coupon", discount.Coupon is { } coupon ? Coupon(coupon,
                say) : null),
        ],
    };

    private static string Coupon(Coupon coupon, Say say) => $"{coupon.Code}, "
        + (coupon.Redemptions is { } all ? say.Count(all, "{0} time", "{0} times") : say.T("any number of times"))
        + say.T(", {0} for each customer", coupon.PerCustomer.ToString(CultureInfo.InvariantCulture))
        + say.Between(coupon.From, coupon.To);

    private static Part Leg(Leg leg, Say say) => new("leg", leg.Code, leg.Code)
    {
        Statements =
        [
            Statement.Word(say, nameof(leg.Kind), "kind", say.Words(leg.Kind), isDefault: false),
            Statement.Word(say, nameof(leg.Party), "party", leg.Party, isDefault: false),
            Statement.List(say, nameof(leg.RatePlans), "rate plans", leg.RatePlans),
            Statement.List(say, nameof(leg.Trunks), "trunks", leg.Trunks),
            Statement.Optional(say, nameof(leg.When), "when", leg.When?.Text, "always"),
            Statement.Flag(say, nameof(leg.AddsToRetail), "is added to the customer's price", leg.AddsToRetail),
        ],
    };

    private static Part Caption(string kind, Caption caption, Say say) =>
        new(kind, caption.Of, caption.Of) { Statements = Names.Statements(caption.Name, say) };

    private static Part Holidays(HolidayCalendar calendar, Say say) => new("holidays", calendar.Code, calendar.Code)
    {
        Statements = [Statement.List(say, nameof(calendar.Days), "days", calendar.Days.Select(Day))],
    };

    private static string Day(Holiday day)
    {
        var text = day.Month == 0
            ? string.Create(CultureInfo.InvariantCulture, $"Easter{day.Day:+0;-0;+0}")
            : string.Create(CultureInfo.InvariantCulture, $"{day.Month:00}-{day.Day:00}");
        return day.Year is { } year ? string.Create(CultureInfo.InvariantCulture, $"{year:0000}-{text}") : text;
    }

    private static Part Portability(PortabilityTable table, Say say) => new("portability table", table.Code, table.Code)
    {
        Statements =
        [
            new Statement(nameof(table.Ranges), say.T("content"), say.T("{0} ranges, checksum {1}",
                table.Ranges.Length.ToString(CultureInfo.InvariantCulture),
                Checksum(table.Ranges).ToString("x8", CultureInfo.InvariantCulture))),
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

    private static ImmutableArray<Statement> Numbering(NumberingPlan plan, Say say) =>
    [
        Statement.Word(say, nameof(plan.CountryCode), "country code", $"'{plan.CountryCode}'", isDefault: true),
        Statement.Word(say, nameof(plan.InternationalPrefix), "international prefix",
            $"'{plan.InternationalPrefix}'", isDefault: true),
        Statement.Word(say, nameof(plan.NationalPrefix), "national prefix", $"'{plan.NationalPrefix}'", isDefault: true),
        Statement.Of(say, nameof(plan.ShortCodeDigits), "digits of short codes", plan.ShortCodeDigits, "", Sense.Neutral)
            with { IsDefault = true },
        Statement.List(say, nameof(plan.Rules), "rules of numbers", plan.Rules.Select(rule => say.T(
            "{0} → {1} ({2} to {3} digits)", rule.Begins, rule.Replace,
            rule.LeastDigits.ToString(CultureInfo.InvariantCulture), rule.MostDigits.ToString(CultureInfo.InvariantCulture)))),
    ];
}
