using System.Globalization;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Wording;

/// <summary>Allowances, counters and caps in words.</summary>
public static class AllowanceWords
{
    public static Part Of(Allowance allowance)
    {
        var unit = allowance.Unit;
        return new Part("allowance", allowance.Code, allowance.Name)
        {
            Statements =
            [
                .. Names.Statements(allowance.Name),
                Quantity(nameof(allowance.Amount), "", allowance.Amount, unit),
                Statement.Word(nameof(allowance.Unit), "unit", unit.Code, isDefault: true),
                Statement.Flag(nameof(allowance.PaysUsage), "usage takes of it", allowance.PaysUsage, byDefault: true),
                Statement.Word(nameof(allowance.Service), "for", Say.Service(allowance.Service), isDefault: false),
                Statement.List(nameof(allowance.MoreServices), "also for", allowance.MoreServices.Select(Say.Service)),
                Statement.List(nameof(allowance.Zones), "to", allowance.Zones, "every zone"),
                Statement.List(nameof(allowance.Bands), "in the time bands", allowance.Bands, "all"),
                Statement.List(nameof(allowance.RatingGroups), "for the rating groups", allowance.RatingGroups, "all"),
                Statement.Optional(nameof(allowance.When), "when", allowance.When?.Text, "always"),
                Statement.List(nameof(allowance.Takes), "takes", allowance.Takes.Select(rate => Takes(rate, allowance)),
                    "one for one"),
                Statement.Word(nameof(allowance.Priority), "priority", Say.Number(allowance.Priority), allowance.Priority == 100),
                Statement.Word(nameof(allowance.Overage), "when it is used up", allowance.Overage switch
                {
                    Overage.Price => "the next allowance or money pays",
                    Overage.Block => "usage is blocked",
                    Overage.Throttle => "usage is free and slower",
                    Overage.Redirect => "usage is blocked and the user redirected",
                    _ => throw new InvalidOperationException($"{allowance.Overage} has no words."),
                }, allowance.Overage == Overage.Price),
                Statement.Of(nameof(allowance.ConnectFee), "connect fee", allowance.ConnectFee, "per event")
                    with { IsDefault = allowance.ConnectFee == 0 },
                Statement.Word(nameof(allowance.Shared), "sharing", Say.Sharing(allowance.Shared),
                    allowance.Shared == SharingScope.Subscription),
                Statement.Optional(nameof(allowance.MemberLimit), "at most for each subscription",
                    allowance.MemberLimit is { } limit ? Say.Stored(limit, unit) : null, "all of it"),
                Statement.Word(nameof(allowance.Grant), "granted", allowance.Grant switch
                {
                    GrantRule.Recurring => "again in every period",
                    GrantRule.Once => "once, at activation",
                    GrantRule.Given => "only by hand or by an exchange",
                    _ => throw new InvalidOperationException($"{allowance.Grant} has no words."),
                }, allowance.Grant == GrantRule.Recurring),
                Statement.Word(nameof(allowance.Reset), "period", Say.Reset(allowance.Reset),
                    allowance.Reset == ResetRule.BillPeriod),
                Prorated(nameof(allowance.First), "a first part of a period gets", allowance.First),
                Prorated(nameof(allowance.Last), "a last part of a period gets", allowance.Last),
                Statement.Word(nameof(allowance.RollOverPeriods), "what is left", allowance.RollOverPeriods == 0
                    ? "lapses"
                    : string.Create(CultureInfo.InvariantCulture, $"can be used for {allowance.RollOverPeriods} more period(s)"),
                    allowance.RollOverPeriods == 0),
                Statement.Optional(nameof(allowance.RollOverCap), "at most carried over",
                    allowance.RollOverCap is { } cap ? Say.Stored(cap, unit) : null, "all"),
                Statement.List(nameof(allowance.Thresholds), "notices at",
                    allowance.Thresholds.Select(each => Say.Percent(each))),
            ],
        };
    }

    public static Part Of(Counter counter) => new("counter", counter.Code, counter.Name)
    {
        Statements =
        [
            .. Names.Statements(counter.Name),
            Statement.Word(nameof(counter.Of), "counts", counter.Of switch
            {
                CounterOf.Charged => "chargeable quantity",
                CounterOf.Paid => "chargeable quantity beyond allowances",
                CounterOf.Used => "quantity as used",
                CounterOf.Events => "events",
                CounterOf.Money => "amounts after discounts",
                CounterOf.Price => "prices that came with the records",
                _ => throw new InvalidOperationException($"{counter.Of} has no words."),
            }, isDefault: false),
            Statement.Word(nameof(counter.Unit), "in", counter.Unit.Code, isDefault: false),
            Statement.List(nameof(counter.Services), "of", counter.Services.Select(Say.Service), "all services"),
            Statement.List(nameof(counter.Zones), "to", counter.Zones, "every zone"),
            Statement.Optional(nameof(counter.When), "when", counter.When?.Text, "always"),
            Statement.Word(nameof(counter.Shared), "sharing", Say.Sharing(counter.Shared),
                counter.Shared == SharingScope.Subscription),
            Statement.Word(nameof(counter.Reset), "period", Say.Reset(counter.Reset), counter.Reset == ResetRule.BillPeriod),
            Statement.Optional(nameof(counter.Limit), "limit",
                counter.Limit is { } limit ? Say.Stored(limit, counter.Unit) : null),
            Statement.List(nameof(counter.Thresholds), "notices at", counter.Thresholds.Select(each => Say.Percent(each))),
        ],
    };

    /// <summary>What earns, in what of the counter's or the allowance's unit.</summary>
    public static Part Of(Earning earning, Counter? counter, Allowance? allowance) =>
        new("earning", earning.Code, earning.Name)
        {
            Statements =
            [
                .. Names.Statements(earning.Name),
                (allowance?.Unit ?? earning.TopUp?.Currency) is { } given
                    ? Quantity(nameof(earning.Give), "", earning.Give, given)
                    : Statement.Of(nameof(earning.Give), "", earning.Give, "steps", Sense.Benefit),
                Statement.Word(nameof(earning.Per), "for", earning.Per == 0 ? "the whole" : $"each {
                    ((counter?.Unit ?? earning.TopUp?.Currency) is { } unit
                        ? Say.Stored(earning.Per, unit) : Say.Number(earning.Per))}", isDefault: false),
                Statement.Optional(nameof(earning.Counter), "of the counter", earning.Counter, "none"),
                Statement.Optional(nameof(earning.TopUp), "of a top-up of at least", earning.TopUp?.ToString()),
                Statement.Optional(nameof(earning.Into), "into", earning.Into, "the money of the account"),
            ],
        };

    public static Part Of(Exchange exchange) => new("exchange", exchange.Code, exchange.Name)
    {
        Statements =
        [
            .. Names.Statements(exchange.Name),
            Quantity(nameof(exchange.Take), "takes", exchange.Take, exchange.Unit) with { Sense = Sense.Price },
            Statement.Word(nameof(exchange.Unit), "unit taken", exchange.Unit.Code, isDefault: true),
            Statement.Optional(nameof(exchange.From), "of pockets", exchange.From, "any"),
            exchange.To is { } to
                ? Quantity(nameof(exchange.Give), "gives", exchange.Give, to)
                : new Statement(nameof(exchange.Give), "gives", "nothing") { IsDefault = true },
            Statement.Optional(nameof(exchange.To), "unit given", exchange.To?.Code, "none") with { IsDefault = true },
            Statement.Optional(nameof(exchange.Pocket), "into the pocket", exchange.Pocket, "money of the account"),
            Statement.Word(nameof(exchange.Lasts), "lasting", Say.Reset(exchange.Lasts),
                exchange.Lasts.Every == ResetEvery.Never),
            Statement.Word(nameof(exchange.Minimum), "at least", Say.Stored(exchange.Minimum, exchange.Unit),
                exchange.Minimum == exchange.Take),
            Statement.Word(nameof(exchange.Step), "in steps of", Say.Stored(exchange.Step, exchange.Unit),
                exchange.Step == exchange.Take),
        ],
    };

    public static Part Of(SpendingCap cap, Counter? counter) => new("spending cap", cap.Code, $"Spending cap {cap.Code}")
    {
        Statements =
        [
            counter is null
                ? Statement.Of(nameof(cap.Limit), "", cap.Limit, "steps", Sense.Neutral)
                : Quantity(nameof(cap.Limit), "", cap.Limit, counter.Unit) with { Sense = Sense.Price },
            Statement.Word(nameof(cap.Counter), "of the counter", cap.Counter, isDefault: false),
            Statement.Word(nameof(cap.Then), "then", cap.Then switch
            {
                AtCap.Free => "the rest of the period is free",
                AtCap.Block => "usage is blocked",
                AtCap.Throttle => "the rest of the period is free and slower",
                _ => throw new InvalidOperationException($"{cap.Then} has no words."),
            }, isDefault: false),
        ],
    };

    /// <summary>What one gets of an allowance: <c>5 GB</c>.</summary>
    private static Statement Quantity(string property, string label, long steps, Unit unit) =>
        new(property, label, Say.Stored(steps, unit))
        {
            Number = unit.FromStorage(steps), Sense = Sense.Benefit,
            Suffix = Say.Word(unit, plural: true),
        };

    private static Statement Prorated(string property, string label, GrantProration rule) => Statement.Word(
        property, label, rule switch
    {
        GrantProration.None => "the whole amount",
        GrantProration.Days => "its share by days",
        _ => throw new InvalidOperationException($"{rule} has no words."),
    }, rule == GrantProration.None);

    private static string Takes(AllowanceRate rate, Allowance allowance)
    {
        var steps = rate.Steps == 0 ? "nothing" : Say.Stored(rate.Steps, allowance.Unit);
        var kind = rate.Basis switch
        {
            PriceBasis.Duration => UnitKind.Duration,
            PriceBasis.Volume => UnitKind.Volume,
            PriceBasis.Events => UnitKind.Count,
            _ => allowance.Unit.Kind == UnitKind.Currency ? UnitKind.Count : allowance.Unit.Kind,
        };
        var text = $"{steps} per {(rate.Per == 0 ? "event" : Say.Base(rate.Per, kind))}";
        text += rate.Zones.IsDefaultOrEmpty ? "" : $" to {string.Join(", ", rate.Zones)}";
        return rate.When is { } when ? $"{text} when {when.Text}" : text;
    }
}
