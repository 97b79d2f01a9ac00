using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>Refuses the event, before anything is drawn.</summary>
internal sealed class BarredModel : CompiledModel
{
    internal static readonly BarredModel Instance = new();

    internal override Exact Price(PricedEvent priced, in Piece piece, long from, long to) => priced.RefusePrice(HoldReason.Barred);

    internal override string Describe(CompiledPlan plan, in Tariff tariff) => "barred";
}
