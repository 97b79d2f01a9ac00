using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>What a formula gives for the event.</summary>
internal sealed class FormulaModel(Formula formula, Unit per, int decimals) : CompiledModel
{
    internal override Exact Price(PricedEvent priced, in Piece piece, long from, long to) =>
        priced.TryEvaluate(formula, per.FromStorage(to - from), out var amount) && Math.Abs(amount) < 1_000_000_000_000m
            ? Exact.Of(Rounding.Round(amount, 12, RoundingMode.HalfEven), decimals)
            : priced.RefusePrice(HoldReason.FormulaFailed);

    internal override string Explain(PricedEvent priced, in Piece piece, long from, long to, in Tariff tariff)
    {
        var asked = new AskedFacts(priced);
        priced.TryEvaluate(formula, per.FromStorage(to - from), asked);
        return $"{Describe(priced.Plan, tariff)} with {asked}";
    }

    internal override string Describe(CompiledPlan plan, in Tariff tariff) => $"the formula {formula.Text}";
}
