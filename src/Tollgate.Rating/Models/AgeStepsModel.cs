using System.Collections.Immutable;
using System.Globalization;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>One price per step of age. The pieces of the event are cut at the steps, so that a piece has one price.</summary>
internal sealed class AgeStepsModel : CompiledModel
{
    private readonly Exact[] rates;

    internal AgeStepsModel(AgeStepsPrice price, Unit per, int decimals)
    {
        if (price.Steps.IsDefaultOrEmpty || price.Steps[0].From != 0)
        {
            throw new ArgumentException("Steps by age begin at 0.", nameof(price));
        }
        for (var i = 0; i < price.Steps.Length; i++)
        {
            if (price.Steps[i].Block < 1 || (i > 0 && price.Steps[i].From <= price.Steps[i - 1].From))
            {
                throw new ArgumentException(
                    "Each step by age begins after the one before and has a block of 1 or more.", nameof(price));
            }
        }
        Steps = price.Steps;
        rates = [.. price.Steps.Select(step => PerBaseUnit(step.PerUnit, per, decimals))];
    }

    internal ImmutableArray<AgeStep> Steps { get; }

    internal override bool Splits => true;

    internal static Exact PerBaseUnit(decimal perUnit, Unit per, int decimals)
    {
        var price = Exact.Of(perUnit, decimals);
        return Exact.Reduced(price.Numerator, price.Divisor * per.StoragePerUnit);
    }

    internal override Exact Price(PricedEvent priced, in Piece piece, long from, long to) => rates[piece.Step] * (to - from);

    internal override bool Grows(in Piece piece) => rates[piece.Step].IsPositive;

    internal override string Explain(PricedEvent priced, in Piece piece, long from, long to, in Tariff tariff) =>
        $"{Explanation.Quantity(to - from, tariff)} × {new Money(Steps[piece.Step].PerUnit, priced.Plan.Source.Currency)} per {
            tariff.Unit}";

    /// <summary>The step that an age falls into.</summary>
    internal int StepAt(long age)
    {
        var step = 0;
        while (step + 1 < Steps.Length && Steps[step + 1].From <= age)
        {
            step++;
        }
        return step;
    }

    internal override string Describe(CompiledPlan plan, in Tariff tariff)
    {
        var unit = tariff.Unit;
        return "by age: " + string.Join(", ", Steps.Select(step => string.Create(CultureInfo.InvariantCulture,
            $"from {step.From / 1000m:0.###} s {new Money(step.PerUnit, plan.Source.Currency)} per {unit}")));
    }
}
