using Tollgate.Primitives;

namespace Tollgate.Catalog;

/// <summary>Not allowed: the usage is refused as <see cref="HoldReason.Barred"/>, whatever allowances and money there are. Judged
/// by the start of the event.</summary>
public sealed record BarredPrice : PriceModel
{
    public static readonly BarredPrice Default = new();

    private BarredPrice()
    {
    }
}
