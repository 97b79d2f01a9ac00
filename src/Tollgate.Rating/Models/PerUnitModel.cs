using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>Units × the tariff's price of a unit.</summary>
internal sealed class PerUnitModel : CompiledModel
{
    internal static readonly PerUnitModel Instance = new();

    internal override bool Splits => true;

    internal override Exact Price(PricedEvent priced, in Piece piece, long from, long to) => piece.Rate * (to - from);

    internal override string Describe(CompiledPlan plan, in Tariff tariff) =>
        $"{new Money(tariff.PerUnit, plan.Source.Currency)} per {tariff.Unit}";
}

/// <summary>Nothing.</summary>
internal sealed class FreeModel : CompiledModel
{
    internal static readonly FreeModel Instance = new();

    internal override bool Splits => true;

    internal override Exact Price(PricedEvent priced, in Piece piece, long from, long to) => default;

    internal override string Describe(CompiledPlan plan, in Tariff tariff) => "free";
}

/// <summary>The same for every event.</summary>
internal sealed class FlatModel(decimal amount, int decimals) : CompiledModel
{
    private readonly Exact exact = Exact.Of(amount, decimals);

    internal override Exact Price(PricedEvent priced, in Piece piece, long from, long to) => exact;

    internal override string Describe(CompiledPlan plan, in Tariff tariff) =>
        $"{new Money(amount, plan.Source.Currency)} per event, however much it is";
}
