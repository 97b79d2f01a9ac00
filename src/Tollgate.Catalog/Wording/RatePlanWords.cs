using System.Collections.Immutable;
using System.Globalization;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Wording;

/// <summary>Rate plans in words.</summary>
public static class RatePlanWords
{
    /// <summary>A plan as a tree: its settings, then each of its prices.</summary>
    public static Part Of(RatePlan plan, Say say) => new("rate plan", plan.Code, say.Name(plan.Name))
    {
        Statements =
        [
            .. Names.Statements(plan.Name, say),
            Statement.Word(say, nameof(plan.Service), "service", say.Service(plan.Service), isDefault: false),
            Statement.Word(say, nameof(plan.Currency), "currency", plan.Currency.Code, isDefault: false),
            Statement.Word(say, nameof(plan.TimeZone), "time zone", plan.TimeZone.Id, isDefault: false),
            Statement.Optional(say, nameof(plan.Deck), "deck", plan.Deck),
            Statement.Optional(say, nameof(plan.TimeBands), "time bands", plan.TimeBands),
            Statement.Optional(say, nameof(plan.OriginDeck), "deck of the calling number",
                plan.OriginDeck, "the deck of the destination"),
            Statement.Optional(say, nameof(plan.VisitedDeck), "deck of visited networks", plan.VisitedDeck),
            Statement.Optional(say, nameof(plan.Portability), "portability table", plan.Portability),
            Statement.List(say, nameof(plan.OwnNetworks), "own networks", plan.OwnNetworks),
            Statement.Word(say, nameof(plan.Boundary), "a call over a boundary of bands", plan.Boundary switch
            {
                BandBoundary.Start => "is priced by its start",
                BandBoundary.Split => "is split at the boundary",
                _ => throw new InvalidOperationException($"{plan.Boundary} has no words."),
            }, plan.Boundary == BandBoundary.Start),
            Statement.Word(say, nameof(plan.ConnectFee), "the connect fee is due", plan.ConnectFee switch
            {
                ConnectFeeRule.FirstUnit => "with the first unit, from whatever pays it",
                ConnectFeeRule.AnyMoney => "when money pays for any part",
                _ => throw new InvalidOperationException($"{plan.ConnectFee} has no words."),
            }, plan.ConnectFee == ConnectFeeRule.FirstUnit),
            Statement.Word(say, nameof(plan.Unanswered), "an unanswered call", NoUse(plan.Unanswered, say),
                plan.Unanswered == NoUseRule.Free),
            Statement.Word(say, nameof(plan.ZeroUse), "an event without quantity", NoUse(plan.ZeroUse, say),
                plan.ZeroUse == NoUseRule.Free),
            Statement.Word(say, nameof(plan.Rounding), "rounding", say.Rounding(plan.Rounding),
                plan.Rounding == new Rounding(6, RoundingMode.HalfUp)),
            Statement.Word(say, nameof(plan.RoundAt), "rounded is", plan.RoundAt switch
            {
                RoundingPoint.Event => "each event",
                RoundingPoint.Part => "each part of an event",
                RoundingPoint.Total => "the total on the bill",
                _ => throw new InvalidOperationException($"{plan.RoundAt} has no words."),
            }, plan.RoundAt == RoundingPoint.Event),
            .. Names.Tax(plan.TaxIncluded, plan.Tax, plan.RevenueAccount, say),
        ],
        Parts = Prices(plan, say),
    };

    /// <summary>The prices of a plan. Two of the same place are told apart by their number in the file.</summary>
    /// <param name="captions">What bands are called; null: their codes.</param>
    public static ImmutableArray<Part> Prices(RatePlan plan, Say say, Captions? captions = null)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        return
        [
            .. plan.Prices.Select(price =>
            {
                var axes = string.Join('|', price.Zone ?? "*", price.Band, price.From, price.Visited, price.Net,
                    price.NumberKind, price.When?.Text, price.Priority.ToString(CultureInfo.InvariantCulture));
                var number = seen[axes] = seen.GetValueOrDefault(axes) + 1;
                return Of(price, plan, number == 1 ? axes : string.Create(CultureInfo.InvariantCulture, $"{axes}|{number}"),
                    say, captions);
            }),
        ];
    }

    /// <summary>What a price is for, without its zone: <c>Calls to {0}, peak</c>.</summary>
    public static string Scope(UsagePrice price, RatePlan plan, Say say, Captions? captions = null)
    {
        var service = say.Service(plan.Service);
        var text = price.Zone is null ? service
            : plan.Service is ServiceKind.Data or ServiceKind.Content ? service + " ({0})" : service + say.T(" to {{0}}", []);
        text += price.NumberKind is { } kind ? say.T(" ({0} numbers)", say.T(kind.ToString())) : "";
        text += price.From is { } from ? say.T(" from {0}", from) : "";
        text += price.Visited is { } visited ? (visited == "home" ? say.T(" at home") : say.T(" in {0}", visited)) : "";
        text += price.Net switch { Net.OnNet => say.T(", on-net"), Net.OffNet => say.T(", off-net"), _ => "" };
        text += price.Band is { } band ? $", {captions?.Band(band, say.Language) ?? band}" : "";
        text += price.When is { } when ? say.T(", when {0}", when.Text) : "";
        return text;
    }

    private static Part Of(UsagePrice price, RatePlan plan, string code, Say say, Captions? captions)
    {
        var (money, kind) = (plan.Currency.Code, price.Per.Kind);
        var free = price.FreeUnits == 0 ? null : say.T("the first {0} of an event", say.Base(price.FreeUnits, kind));
        return new Part("price", code, Scope(price, plan, say, captions))
        {
            Zone = price.Zone,
            Statements =
            [
                PriceModelWords.Of(price, plan.Currency, say),
                Amount(nameof(price.ConnectFee), "connect fee", price.ConnectFee, say.T("{0} per event", money), say),
                Statement.Word(say, nameof(price.Increments), "counted", $"{say.Increments(price.Increments, kind)} "
                    + $"({Say.Notation(price.Increments, kind)})", price.Increments == Increments.Exact),
                Statement.Optional(say, nameof(price.FreeUnits), "free", free),
                Amount(nameof(price.MinimumCharge), "at least", price.MinimumCharge, say.T("{0} per event", money), say),
                price.MaximumCharge is { } most
                    ? Statement.Of(say, nameof(price.MaximumCharge), "at most", most, say.T("{0} per event", money))
                    : new Statement(nameof(price.MaximumCharge), say.T("at most"), say.T("no limit")) { IsDefault = true },
                Statement.Word(say, nameof(price.AtMaximum), "at the most", price.AtMaximum switch
                {
                    AtMaximum.Free => "the rest is free",
                    AtMaximum.Disconnect => "the event ends",
                    _ => throw new InvalidOperationException($"{price.AtMaximum} has no words."),
                }, price.AtMaximum == AtMaximum.Free),
                Statement.Optional(say, nameof(price.Rounding), "rounding",
                    price.Rounding is { } rounding ? say.Rounding(rounding) : null),
                Statement.Word(say, nameof(price.Priority), "priority", say.Number(price.Priority), price.Priority == 100),
                Statement.Optional(say, nameof(price.Label), "text on bills", price.Label),
                Statement.Optional(say, nameof(price.Note), "note", price.Note),
            ],
        };
    }

    private static Statement Amount(string property, string label, decimal amount, string suffix, Say say) =>
        Statement.Of(say, property, label, amount, suffix) with { IsDefault = amount == 0 };

    private static string NoUse(NoUseRule rule, Say say) => rule switch
    {
        NoUseRule.Free => "is free",
        NoUseRule.Fee => "costs the connect fee",
        _ => throw new InvalidOperationException($"{rule} has no words."),
    };
}

/// <summary>Statements that many parts have.</summary>
internal static class Names
{
    /// <summary>The name and its translations.</summary>
    public static ImmutableArray<Statement> Statements(CatalogueName name, Say say) =>
    [
        new Statement("Name", say.T("name"), name.Text) { IsDefault = true },
        Statement.List(say, "Translations", "name in languages", name.Translations.Select(pair => $"{pair.Key}: {pair.Value}"))
            with { IsDefault = true },
    ];

    public static ImmutableArray<Statement> Tax(bool included, string tax, string account, Say say) =>
    [
        new Statement("TaxIncluded", say.T("tax"), say.T(included ? "included" : "added")) { IsDefault = true },
        new Statement("Tax", say.T("tax category"), tax) { IsDefault = true },
        new Statement("RevenueAccount", say.T("revenue account"), account) { IsDefault = true },
    ];
}
