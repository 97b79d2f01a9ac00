using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>Units × the tariff's price of a unit.</summary>
internal sealed class PerUnitModel : CompiledModel
{
    internal static readonly PerUnitModel Instance = new();

    internal override bool Splits => true;

    internal override Exact Price(PricedEvent priced, in Piece piece, long from, long to) => piece.Rate * (to - from);

    internal override bool Grows(in Piece piece) => piece.Rate.IsPositive;

    internal override string Describe(CompiledPlan plan, in Tariff tariff) =>
        $"{new Money(tariff.PerUnit, plan.Source.Currency)} per {tariff.Unit}";
}
