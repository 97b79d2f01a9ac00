using System.Collections.Immutable;
using System.Globalization;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Wording;

/// <summary>Rate plans in words.</summary>
public static class RatePlanWords
{
    /// <summary>A plan as a tree: its settings, then each of its prices.</summary>
    public static Part Of(RatePlan plan) => new("rate plan", plan.Code, plan.Name)
    {
        Statements =
        [
            .. Names.Statements(plan.Name),
            Statement.Word(nameof(plan.Service), "service", Say.Service(plan.Service), isDefault: false),
            Statement.Word(nameof(plan.Currency), "currency", plan.Currency.Code, isDefault: false),
            Statement.Word(nameof(plan.TimeZone), "time zone", plan.TimeZone.Id, isDefault: false),
            Statement.Optional(nameof(plan.Deck), "deck", plan.Deck),
            Statement.Optional(nameof(plan.TimeBands), "time bands", plan.TimeBands),
            Statement.Optional(nameof(plan.OriginDeck), "deck of the calling number",
                plan.OriginDeck, "the deck of the destination"),
            Statement.Optional(nameof(plan.VisitedDeck), "deck of visited networks", plan.VisitedDeck),
            Statement.Optional(nameof(plan.Portability), "portability table", plan.Portability),
            Statement.List(nameof(plan.OwnNetworks), "own networks", plan.OwnNetworks),
            Statement.Word(nameof(plan.Boundary), "a call over a boundary of bands", plan.Boundary switch
            {
                BandBoundary.Start => "is priced by its start",
                BandBoundary.Split => "is split at the boundary",
                _ => throw new InvalidOperationException($"{plan.Boundary} has no words."),
            }, plan.Boundary == BandBoundary.Start),
            Statement.Word(nameof(plan.ConnectFee), "the connect fee is due", plan.ConnectFee switch
            {
                ConnectFeeRule.FirstUnit => "with the first unit, from whatever pays it",
                ConnectFeeRule.AnyMoney => "when money pays for any part",
                _ => throw new InvalidOperationException($"{plan.ConnectFee} has no words."),
            }, plan.ConnectFee == ConnectFeeRule.FirstUnit),
            Statement.Word(nameof(plan.Unanswered), "an unanswered call", NoUse(plan.Unanswered),
                plan.Unanswered == NoUseRule.Free),
            Statement.Word(nameof(plan.ZeroUse), "an event without quantity", NoUse(plan.ZeroUse),
                plan.ZeroUse == NoUseRule.Free),
            Statement.Word(nameof(plan.Rounding), "rounding", Say.Rounding(plan.Rounding),
                plan.Rounding == new Rounding(6, RoundingMode.HalfUp)),
            Statement.Word(nameof(plan.RoundAt), "rounded is", plan.RoundAt switch
            {
                RoundingPoint.Event => "each event",
                RoundingPoint.Part => "each part of an event",
                RoundingPoint.Total => "the total on the bill",
                _ => throw new InvalidOperationException($"{plan.RoundAt} has no words."),
            }, plan.RoundAt == RoundingPoint.Event),
            .. Names.Tax(plan.TaxIncluded, plan.Tax, plan.RevenueAccount),
        ],
        Parts = Prices(plan),
    };

    /// <summary>The prices of a plan. Two of the same place are told apart by their number in the file.</summary>
    public static ImmutableArray<Part> Prices(RatePlan plan)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        return
        [
            .. plan.Prices.Select(price =>
            {
                var axes = string.Join('|', price.Zone ?? "*", price.Band, price.From, price.Visited, price.Net,
                    price.NumberKind, price.When?.Text, price.Priority.ToString(CultureInfo.InvariantCulture));
                var number = seen[axes] = seen.GetValueOrDefault(axes) + 1;
                return Of(price, plan, number == 1 ? axes : string.Create(CultureInfo.InvariantCulture, $"{axes}|{number}"));
            }),
        ];
    }

    /// <summary>What a price is for, without its zone: <c>Calls to {0}, peak</c>.</summary>
    public static string Scope(UsagePrice price, RatePlan plan)
    {
        var service = Say.Service(plan.Service);
        var text = price.Zone is null ? service
            : plan.Service is ServiceKind.Data or ServiceKind.Content ? service + " ({0})" : service + " to {0}";
        text += price.NumberKind is { } kind ? $" ({kind} numbers)" : "";
        text += price.From is { } from ? $" from {from}" : "";
        text += price.Visited is { } visited ? (visited == "home" ? " at home" : $" in {visited}") : "";
        text += price.Net switch { Net.OnNet => ", on-net", Net.OffNet => ", off-net", _ => "" };
        text += price.Band is { } band ? $", {band}" : "";
        text += price.When is { } when ? $", when {when.Text}" : "";
        return text;
    }

    private static Part Of(UsagePrice price, RatePlan plan, string code)
    {
        var (money, kind) = (plan.Currency.Code, price.Per.Kind);
        var free = price.FreeUnits == 0 ? null : $"the first {Say.Base(price.FreeUnits, kind)} of an event";
        return new Part("price", code, Scope(price, plan))
        {
            Zone = price.Zone,
            Statements =
            [
                PriceModelWords.Of(price, plan.Currency),
                Amount(nameof(price.ConnectFee), "connect fee", price.ConnectFee, $"{money} per event"),
                Statement.Word(nameof(price.Increments), "counted", $"{Say.Increments(price.Increments, kind)} "
                    + $"({Say.Notation(price.Increments, kind)})", price.Increments == Increments.Exact),
                Statement.Optional(nameof(price.FreeUnits), "free", free),
                Amount(nameof(price.MinimumCharge), "at least", price.MinimumCharge, $"{money} per event"),
                price.MaximumCharge is { } most
                    ? Statement.Of(nameof(price.MaximumCharge), "at most", most, $"{money} per event")
                    : new Statement(nameof(price.MaximumCharge), "at most", "no limit") { IsDefault = true },
                Statement.Word(nameof(price.AtMaximum), "at the most", price.AtMaximum switch
                {
                    AtMaximum.Free => "the rest is free",
                    AtMaximum.Disconnect => "the event ends",
                    _ => throw new InvalidOperationException($"{price.AtMaximum} has no words."),
                }, price.AtMaximum == AtMaximum.Free),
                Statement.Word(nameof(price.Priority), "priority", Say.Number(price.Priority), price.Priority == 100),
                Statement.Optional(nameof(price.Label), "text on bills", price.Label),
                Statement.Optional(nameof(price.Note), "note", price.Note),
            ],
        };
    }

    private static Statement Amount(string property, string label, decimal amount, string suffix) =>
        Statement.Of(property, label, amount, suffix) with { IsDefault = amount == 0 };

    private static string NoUse(NoUseRule rule) => rule switch
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
    public static ImmutableArray<Statement> Statements(CatalogueName name) =>
    [
        new Statement("Name", "name", name.Text) { IsDefault = true },
        Statement.List("Translations", "name in languages", name.Translations.Select(pair => $"{pair.Key}: {pair.Value}"))
            with { IsDefault = true },
    ];

    public static ImmutableArray<Statement> Tax(bool included, string tax, string account) =>
    [
        new Statement("TaxIncluded", "tax", included ? "included" : "added") { IsDefault = true },
        new Statement("Tax", "tax category", tax) { IsDefault = true },
        new Statement("RevenueAccount", "revenue account", account) { IsDefault = true },
    ];
}
