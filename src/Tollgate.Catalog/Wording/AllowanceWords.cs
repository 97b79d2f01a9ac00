using System.Globalization;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Wording;

/// <summary>Allowances, counters and caps in words.</summary>
public static class AllowanceWords
{
    public static Part Of(Allowance allowance, Say say)
    {
        var unit = allowance.Unit;
        return new Part("allowance", allowance.Code, say.Name(allowance.Name))
        {
            Statements =
            [
                .. Names.Statements(allowance.Name, say),
                Quantity(nameof(allowance.Amount), "", allowance.Amount, unit, say),
                Statement.Word(say, nameof(allowance.Unit), "unit", unit.Code, isDefault: true),
                Statement.Flag(say, nameof(allowance.PerQuantity), "for each one of the quantity", allowance.PerQuantity),
                Statement.Rule(say, nameof(allowance.PaysUsage), "usage takes of it", "usage takes nothing of it",
                    allowance.PaysUsage),
                Statement.Word(say, nameof(allowance.Service), "for", say.Service(allowance.Service), isDefault: false),
                Statement.List(say, nameof(allowance.MoreServices), "also for", allowance.MoreServices.Select(say.Service)),
                Statement.List(say, nameof(allowance.Zones), "to", allowance.Zones, "every zone"),
                Statement.List(say, nameof(allowance.Bands), "in the time bands", allowance.Bands, "all"),
                Statement.List(say, nameof(allowance.RatingGroups), "for the rating groups", allowance.RatingGroups, "all"),
                Statement.Optional(say, nameof(allowance.When), "when", allowance.When?.Text, "always"),
                Statement.List(say, nameof(allowance.Takes), "takes", allowance.Takes.Select(rate => Takes(rate, allowance, say)),
                    "one for one"),
                Statement.Word(say, nameof(allowance.Priority), "priority", say.Number(allowance.Priority),
                    allowance.Priority == 100),
                Statement.Word(say, nameof(allowance.Overage), "when it is used up", allowance.Overage switch
                {
                    Overage.Price => "the next allowance or money pays",
                    Overage.Block => "usage is blocked",
                    Overage.Throttle => "usage is free and slower",
                    Overage.Redirect => "usage is blocked and the user redirected",
                    _ => throw new InvalidOperationException($"{allowance.Overage} has no words."),
                }, allowance.Overage == Overage.Price),
                Statement.Of(say, nameof(allowance.ConnectFee), "connect fee", allowance.ConnectFee, "per event")
                    with { IsDefault = allowance.ConnectFee == 0 },
                Statement.Of(say, nameof(allowance.Price), "what it pays costs", allowance.Price?.PerUnit ?? 0,
                    allowance.Price is { } price ? say.T("per {0}", say.Word(price.Per)) : "")
                    with { IsDefault = allowance.Price is null },
                Statement.Optional(say, nameof(allowance.Increments), "counted",
                    allowance.Increments is not { } steps ? null
                    : unit.Kind == UnitKind.Currency ? Say.Notation(steps, unit.Kind) : say.Increments(steps, unit.Kind),
                    "as the price says"),
                Statement.Word(say, nameof(allowance.Shared), "sharing", say.Sharing(allowance.Shared),
                    allowance.Shared == SharingScope.Subscription),
                Statement.Optional(say, nameof(allowance.MemberLimit), "at most for each subscription",
                    allowance.MemberLimit is { } limit ? say.Stored(limit, unit) : null, "all of it"),
                Statement.Word(say, nameof(allowance.Grant), "granted", allowance.Grant switch
                {
                    GrantRule.Recurring => "again in every period",
                    GrantRule.Once => "once, at activation",
                    GrantRule.Given => "only by hand or by an exchange",
                    _ => throw new InvalidOperationException($"{allowance.Grant} has no words."),
                }, allowance.Grant == GrantRule.Recurring),
                Statement.Word(say, nameof(allowance.Reset), "period", say.Reset(allowance.Reset),
                    allowance.Reset == ResetRule.BillPeriod),
                Prorated(nameof(allowance.First), "a first part of a period gets", allowance.First, say),
                Prorated(nameof(allowance.Last), "a last part of a period gets", allowance.Last, say),
                Statement.Word(say, nameof(allowance.RollOverPeriods), "what is left", allowance.RollOverPeriods == 0
                    ? "lapses"
                    : say.Count(allowance.RollOverPeriods, "can be used for {0} more period", "can be used for {0} more periods"),
                    allowance.RollOverPeriods == 0),
                Statement.Optional(say, nameof(allowance.RollOverCap), "at most carried over",
                    allowance.RollOverCap is { } cap ? say.Stored(cap, unit) : null, "all"),
                Statement.List(say, nameof(allowance.Thresholds), "notices at",
                    allowance.Thresholds.Select(each => say.Percent(each))),
            ],
        };
    }

    public static Part Of(Counter counter, Say say) => new("counter", counter.Code, say.Name(counter.Name))
    {
        Statements =
        [
            .. Names.Statements(counter.Name, say),
            Statement.Word(say, nameof(counter.Of), "counts", counter.Of switch
            {
                CounterOf.Charged => "chargeable quantity",
                CounterOf.Paid => "chargeable quantity beyond allowances",
                CounterOf.Used => "quantity as used",
                CounterOf.Events => "events",
                CounterOf.Money => "amounts after discounts",
                CounterOf.Price => "prices that came with the records",
                _ => throw new InvalidOperationException($"{counter.Of} has no words."),
            }, isDefault: false),
            Statement.Word(say, nameof(counter.Unit), "in", counter.Unit.Code, isDefault: false),
            Statement.List(say, nameof(counter.Services), "of", counter.Services.Select(say.Service), "all services"),
            Statement.List(say, nameof(counter.Zones), "to", counter.Zones, "every zone"),
            Statement.Optional(say, nameof(counter.When), "when", counter.When?.Text, "always"),
            Statement.Word(say, nameof(counter.Shared), "sharing", say.Sharing(counter.Shared),
                counter.Shared == SharingScope.Subscription),
            Statement.Word(say, nameof(counter.Reset), "period", say.Reset(counter.Reset), counter.Reset == ResetRule.BillPeriod),
            Statement.Optional(say, nameof(counter.Limit), "limit",
                counter.Limit is { } limit ? say.Stored(limit, counter.Unit) : null),
            Statement.List(say, nameof(counter.Thresholds), "notices at", counter.Thresholds.Select(each => say.Percent(each))),
        ],
    };

    /// <summary>What earns, in what of the counter's or the allowance's unit.</summary>
    public static Part Of(Earning earning, Counter? counter, Allowance? allowance, Say say) =>
        new("earning", earning.Code, say.Name(earning.Name))
        {
            Statements =
            [
                .. Names.Statements(earning.Name, say),
                (allowance?.Unit ?? earning.TopUp?.Currency) is { } given
                    ? Quantity(nameof(earning.Give), "", earning.Give, given, say)
                    : Statement.Of(say, nameof(earning.Give), "", earning.Give, "steps", Sense.Benefit),
                Statement.Word(say, nameof(earning.Per), "for", earning.Per == 0 ? "the whole" : say.T("each {0}",
                    (counter?.Unit ?? earning.TopUp?.Currency) is { } unit
                        ? say.Stored(earning.Per, unit) : say.Number(earning.Per)), isDefault: false),
                Statement.Optional(say, nameof(earning.Counter), "of the counter",
                    earning.Counter is { } counted ? say.Code(Coded.Counter, counted) : null),
                Statement.Optional(say, nameof(earning.TopUp), "of a top-up of at least",
                    earning.TopUp is { } least ? say.Money(least) : null),
                Statement.Optional(say, nameof(earning.Into), "into",
                    earning.Into is { } into ? say.Code(Coded.Allowance, into) : null, "the money of the account"),
            ],
        };

    public static Part Of(Exchange exchange, Say say) => new("exchange", exchange.Code, say.Name(exchange.Name))
    {
        Statements =
        [
            .. Names.Statements(exchange.Name, say),
            Quantity(nameof(exchange.Take), "takes", exchange.Take, exchange.Unit, say) with { Sense = Sense.Price },
            Statement.Word(say, nameof(exchange.Unit), "unit taken", exchange.Unit.Code, isDefault: true),
            Statement.Optional(say, nameof(exchange.From), "of pockets", exchange.From, "any"),
            exchange.To is { } to
                ? Quantity(nameof(exchange.Give), "gives", exchange.Give, to, say)
                : new Statement(nameof(exchange.Give), say.T("gives"), say.T("nothing")) { IsDefault = true },
            Statement.Optional(say, nameof(exchange.To), "unit given", exchange.To?.Code, "none") with { IsDefault = true },
            Statement.Optional(say, nameof(exchange.Pocket), "into the pocket", exchange.Pocket, "money of the account"),
            Statement.Word(say, nameof(exchange.Lasts), "lasting", say.Reset(exchange.Lasts),
                exchange.Lasts.Every == ResetEvery.Never),
            Statement.Word(say, nameof(exchange.Minimum), "at least", say.Stored(exchange.Minimum, exchange.Unit),
                exchange.Minimum == exchange.Take),
            Statement.Word(say, nameof(exchange.Step), "in steps of", say.Stored(exchange.Step, exchange.Unit),
                exchange.Step == exchange.Take),
        ],
    };

    public static Part Of(SpendingCap cap, Counter? counter, Say say) => new("spending cap", cap.Code,
        say.T("Spending cap {0}", cap.Code))
    {
        Statements =
        [
            counter is null
                ? Statement.Of(say, nameof(cap.Limit), "", cap.Limit, "steps", Sense.Neutral)
                : Quantity(nameof(cap.Limit), "", cap.Limit, counter.Unit, say) with { Sense = Sense.Price },
            Statement.Word(say, nameof(cap.Counter), "of the counter", say.Code(Coded.Counter, cap.Counter), isDefault: false),
            Statement.Word(say, nameof(cap.Then), "then", cap.Then switch
            {
                AtCap.Free => "the rest of the period is free",
                AtCap.Block => "usage is blocked",
                AtCap.Throttle => "the rest of the period is free and slower",
                _ => throw new InvalidOperationException($"{cap.Then} has no words."),
            }, isDefault: false),
        ],
    };

    /// <summary>What one gets of an allowance: <c>5 GB</c>.</summary>
    private static Statement Quantity(string property, string label, long steps, Unit unit, Say say) =>
        new(property, say.T(label), say.Stored(steps, unit))
        {
            Number = unit.FromStorage(steps), Sense = Sense.Benefit,
            Suffix = say.Word(unit, plural: true),
        };

    private static Statement Prorated(string property, string label, GrantProration rule, Say say) => Statement.Word(say, 
        property, label, rule switch
    {
        GrantProration.None => "the whole amount",
        GrantProration.Days => "its share by days",
        _ => throw new InvalidOperationException($"{rule} has no words."),
    }, rule == GrantProration.None);

    /// <summary>What a factor is kept over.</summary>
    private const long FactorBase = 1_000_000;

    private static string Takes(AllowanceRate rate, Allowance allowance, Say say)
    {
        var steps = rate.Steps == 0 ? say.T("nothing") : say.Stored(rate.Steps, allowance.Unit);
        var kind = rate.Basis switch
        {
            PriceBasis.Duration => UnitKind.Duration,
            PriceBasis.Volume => UnitKind.Volume,
            PriceBasis.Events => UnitKind.Count,
            _ => allowance.Unit.Kind == UnitKind.Currency ? UnitKind.Count : allowance.Unit.Kind,
        };
        var text = rate is { Basis: null, Per: FactorBase } && allowance.Unit.Kind != UnitKind.Currency
            ? say.T("{0} times what is used", say.Number((decimal)rate.Steps / FactorBase))
            : say.T("{0} per {1}", steps, rate.Per == 0 ? say.T("event") : say.Base(rate.Per, kind));
        text += rate.Zones.IsDefaultOrEmpty ? "" : say.T(" to {0}", string.Join(", ", rate.Zones));
        return rate.When is { } when ? say.T("{0} when {1}", text, when.Text) : text;
    }
}
