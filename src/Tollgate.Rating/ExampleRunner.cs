using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>Runs the examples of a catalogue with the rater that charges, on pockets as they say.</summary>
public static class ExampleRunner
{
    /// <summary>Code of the findings.</summary>
    public const string Code = "CAT-EXAMPLE";

    /// <summary>One finding per example that does not come out as written, in the order of the examples; empty: all
    /// do.</summary>
    public static ImmutableArray<Finding> Run(CompiledCatalogue catalogue)
    {
        var rater = new Rater(catalogue);
        return
        [
            .. catalogue.Source.Examples.Select(example => Run(catalogue, rater, example)).OfType<Finding>(),
        ];
    }

    /// <summary>One warning for each rate plan of an offer by which no example is priced.</summary>
    public static ImmutableArray<Finding> Uncovered(CompiledCatalogue catalogue)
    {
        var rater = new Rater(catalogue);
        var priced = catalogue.Source.Examples.Select(example => PlanOf(catalogue, rater, example))
            .ToHashSet(StringComparer.Ordinal);
        return
        [
            .. catalogue.Source.Offers.SelectMany(offer => offer.RatePlans.Select(plan => plan.Code))
                .Distinct(StringComparer.Ordinal).Where(code => !priced.Contains(code))
                .Select(code => new Finding(Severity.Warning, Code, "ratePlans", 0, $"No example is priced by rate plan '{code}'.",
                    "Add an entry under 'examples:' that says what some usage of it costs.")),
        ];
    }

    /// <summary>The rate plan that prices an example; null: none does.</summary>
    private static string? PlanOf(CompiledCatalogue catalogue, Rater rater, PriceExample example)
    {
        if (!catalogue.Offers.TryGetValue(example.Offer, out var offer))
        {
            return null;
        }
        var rated = Rate(catalogue, rater, offer, example, Pockets(example, offer), null);
        return rated.Refusal is null ? catalogue.PriceKeys[rated.PriceKey].Plan
            : example.Refused == rated.Refusal ? example.Plan ?? OnlyPlan(catalogue, offer, example) : null;
    }

    /// <summary>A refusal is of a plan when there is only one, or the example names it.</summary>
    private static string? OnlyPlan(CompiledCatalogue catalogue, CompiledOffer offer, PriceExample example) =>
        offer.RatePlans(example.Service) is [var only] && catalogue.Source.RatePlans.Contains(only) ? only.Code : null;

    private static RatedUsage Rate(
        CompiledCatalogue catalogue, Rater rater, CompiledOffer offer, PriceExample example, PocketState[] pockets,
        RatingTrace? trace) => rater.Rate(
            offer, RecordOf(example, catalogue.Source.TimeZone), pockets, new PocketDraw[pockets.Length], trace, Facts(example));

    private static Finding? Run(CompiledCatalogue catalogue, Rater rater, PriceExample example)
    {
        if (!catalogue.Offers.TryGetValue(example.Offer, out var offer))
        {
            return Wrong(example, $"the catalogue has no offer {example.Offer}.", "Name an offer of this catalogue.");
        }
        var trace = new RatingTrace();
        var pockets = Pockets(example, offer);
        var rated = Rate(catalogue, rater, offer, example, pockets, trace);
        var steps = "Steps: " + string.Join(" | ", trace.Steps.Select(step => step.Text));
        if (example.Refused is { } refused)
        {
            return rated.Refusal == refused ? null : Wrong(example,
                $"expected the refusal {refused}, got {(rated.Refusal is { } other ? $"the refusal {other}" : "a charge")}.",
                $"Correct the example or the price. {steps}");
        }
        if (offer.Currency(example.Service) is not { } currency || rated.Refusal is not null)
        {
            return Wrong(example, $"expected {Text(example.Amount)}, got the refusal {rated.Refusal}.",
                $"Add a price for it, or remove the example. {steps}");
        }
        if (example.Plan is { } plan && catalogue.PriceKeys[rated.PriceKey].Plan is var priced && priced != plan)
        {
            return Wrong(example, $"expected the rate plan {plan}, got {priced}.",
                $"Correct the example or the order of the plans. {steps}");
        }
        var expected = new Money(example.Amount, currency);
        var got = Money.FromStorage(rated.Amount, currency);
        var different = (expected == got ? [] : (string[])[$"expected {expected}, got {got}"])
            .Concat(Differences(catalogue, rater, offer, example, rated, pockets)).ToList();
        return different.Count == 0
            ? null : Wrong(example, string.Join("; ", different) + ".", $"Correct the example or the price. {steps}");
    }

    /// <summary>What of the example's outcome, the amount left aside, comes out otherwise, in words.</summary>
    private static IEnumerable<string> Differences(
        CompiledCatalogue catalogue, Rater rater, CompiledOffer offer, PriceExample example, RatedUsage rated,
        PocketState[] pockets)
    {
        var (expected, currency) = (example.Outcome, offer.Currency(example.Service)!);
        if (expected.Charged is { } charged && charged != rated.Charged)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"expected {charged} to be charged, got {rated.Charged} (ms, octets or events)");
        }
        if (expected.FromMoney is { } money && currency.ToStorage(money, RoundingMode.HalfUp) != rated.FromMoney)
        {
            yield return $"expected {new Money(money, currency)} from money, got {Money.FromStorage(rated.FromMoney, currency)}";
        }
        if (expected.Notes is { } notes && notes != rated.Notes)
        {
            yield return $"expected the notes {notes}, got {rated.Notes}";
        }
        foreach (var (code, steps) in expected.Left)
        {
            var index = offer.Allowances.IndexOf(offer.Allowances.First(allowance => allowance.Code == code));
            var left = pockets.Where(pocket => pocket.Kind == PocketKind.Allowance && pocket.Allowance == index)
                .Sum(pocket => pocket.Balance);
            if (left != steps)
            {
                var unit = offer.Allowances[index].Unit;
                yield return $"expected {Explanation.Steps(steps, unit)} of {code} to be left, got {Explanation.Steps(left, unit)}";
            }
        }
        foreach (var (code, amount) in expected.Legs)
        {
            var legs = rater.Legs.ToArray().Where(leg => catalogue.CompiledLegs[leg.Leg].Source.Code == code).ToList();
            var got = legs is [{ Refusal: null } leg] ? (decimal?)Price(catalogue, leg).Amount : null;
            if (got != amount)
            {
                yield return $"expected {Text(amount)} for leg {code}, got {(got is { } other ? Text(other) : "none")}";
            }
        }
        foreach (var (code, percent) in expected.Crosses)
        {
            var crossed = rater.Thresholds.ToArray().Where(one => CodeOf(offer, pockets[one.Pocket]) == code)
                .Select(one => one.Percent).DefaultIfEmpty(0).Max();
            if (crossed != percent)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"expected {code} to cross {percent} %, got {crossed} %");
            }
        }
    }

    private static Money Price(CompiledCatalogue catalogue, RatedLeg leg) => Money.FromStorage(
        leg.Amount, catalogue.Source.RatePlans.First(plan => plan.Code == catalogue.PriceKeys[leg.PriceKey].Plan).Currency);

    private static string CodeOf(CompiledOffer offer, in PocketState pocket) => pocket.Kind == PocketKind.Counter
        ? offer.Counters[pocket.Allowance].Code : offer.Allowances[pocket.Allowance].Code;

    /// <summary>The offer's counters, at what the example says or at zero, the allowances of which it says what is
    /// left, and its money.</summary>
    private static PocketState[] Pockets(PriceExample example, CompiledOffer offer) =>
    [
        .. offer.Counters.Select((counter, index) => new PocketState
        {
            Id = new PocketId(index + 1),
            Kind = PocketKind.Counter,
            Allowance = index,
            Balance = example.Counters.GetValueOrDefault(counter.Code),
            ValidFrom = Instant.MinValue,
            ValidTo = Instant.MaxValue,
        }),
        .. offer.Allowances.Select((allowance, index) => (allowance, index))
            .Where(item => example.Allowances.ContainsKey(item.allowance.Code))
            .Select(item => new PocketState
            {
                Id = new PocketId(offer.Counters.Length + item.index + 1),
                Kind = PocketKind.Allowance,
                Allowance = item.index,
                Balance = example.Allowances[item.allowance.Code],
                Priority = item.allowance.Priority,
                ValidFrom = Instant.MinValue,
                ValidTo = Instant.MaxValue,
            }),
        .. example.Money is { } money && offer.Currency(example.Service) is { } currency ? (PocketState[])
        [
            new PocketState
            {
                Id = new PocketId(offer.Counters.Length + offer.Allowances.Length + 1),
                Kind = PocketKind.Money,
                Allowance = -1,
                Balance = currency.ToStorage(money, RoundingMode.HalfUp),
                ValidFrom = Instant.MinValue,
                ValidTo = Instant.MaxValue,
            },
        ] : [],
    ];

    private static SubscriberFacts Facts(PriceExample example) => new()
    {
        Numbers = example.Numbers.ToFrozenDictionary(
            list => list.Key, list => list.Value.ToFrozenSet(StringComparer.Ordinal), StringComparer.Ordinal),
        Offers = FrozenSet.Create(StringComparer.Ordinal, example.Offer),
    };

    /// <summary>The usage that an example describes. A quantity stands for the one that the plan counts; a call and a
    /// session are one
    /// event each.</summary>
    private static UsageRecord RecordOf(PriceExample example, DateTimeZone zone) => new()
    {
        EventId = default,
        Service = example.Service,
        Subject = new ServiceIdentity(IdentityKind.AccountCode, "example"),
        Origin = example.Origin,
        Destination = example.Destination,
        Attributes = example.Attributes,
        Start = zone.AtLeniently(example.At).ToInstant(),
        DurationMs = example.Quantity,
        OctetsDown = example.Quantity,
        Events = example.Service is ServiceKind.Voice or ServiceKind.Data
            ? 1 : (int)Math.Clamp(example.Quantity, 0, int.MaxValue),
    };

    private static Finding Wrong(PriceExample example, string what, string cure) =>
        new(Severity.Error, Code, example.File, example.Line, $"Example '{example.Name}': {what}", cure);

    private static string Text(decimal amount) => amount.ToString(CultureInfo.InvariantCulture);
}
