using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>The same for every event.</summary>
internal sealed class FlatModel(decimal amount, int decimals) : CompiledModel
{
    private readonly Exact exact = Exact.Of(amount, decimals);

    internal override Exact Price(PricedEvent priced, in Piece piece, long from, long to) => exact;

    internal override string Explain(PricedEvent priced, in Piece piece, long from, long to, in Tariff tariff) =>
        Describe(priced.Plan, tariff);

    internal override string Describe(CompiledPlan plan, in Tariff tariff) =>
        $"{new Money(amount, plan.Source.Currency)} per event, however much it is";
}
