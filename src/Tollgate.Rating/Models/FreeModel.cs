namespace Tollgate.Rating;

/// <summary>Nothing.</summary>
internal sealed class FreeModel : CompiledModel
{
    internal static readonly FreeModel Instance = new();

    internal override bool Splits => true;

    internal override Exact Price(PricedEvent priced, in Piece piece, long from, long to) => default;

    internal override string Describe(CompiledPlan plan, in Tariff tariff) => "free";
}
