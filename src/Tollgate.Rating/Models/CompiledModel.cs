using Tollgate.Catalog;

namespace Tollgate.Rating;

/// <summary>
/// A price model ready to be applied: the price of an interval of the event's chargeable quantity, in closed form. A closed
/// hierarchy, as <see cref="PriceModel"/> is.
/// </summary>
internal abstract class CompiledModel
{
    /// <summary>False: the model prices the whole event, so that time bands cannot split it.</summary>
    internal virtual bool Splits => false;

    /// <summary>Index into the catalogue's counters, or -1.</summary>
    internal int Counter { get; init; } = -1;

    /// <summary>The price of the units [from, to) of a piece, which money pays. A refusal is left in the event.</summary>
    internal abstract Exact Price(PricedEvent priced, in Piece piece, long from, long to);

    /// <summary>More units of a piece never cost less and decide the price, so that it can be said how many an amount pays
    /// for.</summary>
    internal virtual bool Grows(in Piece piece) => false;

    /// <summary>The price in words, for the rule's line of a trace.</summary>
    internal abstract string Describe(CompiledPlan plan, in Tariff tariff);

    /// <summary>How <see cref="Price"/> came about, with the numbers that it looked at.</summary>
    internal virtual string Explain(PricedEvent priced, in Piece piece, long from, long to, in Tariff tariff) =>
        $"{Explanation.Quantity(to - from, tariff)} × {Describe(priced.Plan, tariff)}";

    /// <summary>The counter and what it stands at before a unit, for <see cref="Explain"/>.</summary>
    private protected string Counted(PricedEvent priced, long from)
    {
        if (Counter < 0)
        {
            return "";
        }
        var counter = priced.Plan.Counters[Counter];
        return $" (counter {counter.Code} at {Explanation.Steps(priced.CountedBefore(Counter, from), counter.Unit)})";
    }

    internal static CompiledModel Of(
        UsagePrice rule, RatePlan plan, int decimals, Func<string?, int> counter) => rule.Model switch
    {
        PerUnitPrice => PerUnitModel.Instance,
        AgeStepsPrice steps => new AgeStepsModel(steps, rule.Per, decimals),
        FlatPrice flat => new FlatModel(flat.Amount, decimals),
        FreePrice => FreeModel.Instance,
        BarredPrice => BarredModel.Instance,
        PackagePrice package => new PackageModel(package, decimals) { Counter = counter(package.Counter) },
        TieredPrice tiered => new TieredModel(tiered, rule.Per, decimals) { Counter = counter(tiered.Counter) },
        PercentagePrice percent => new PercentageModel(percent, plan.Currency, decimals) { Counter = counter(percent.Counter) },
        ExternalPrice external => new ExternalModel(external, plan.Currency, decimals),
        FormulaPrice formula => new FormulaModel(formula.Amount, rule.Per, decimals),
        _ => throw new InvalidOperationException($"Unknown price model {rule.Model.GetType().Name}."),
    };
}
