namespace Tollgate.Catalog;

/// <summary>Costs nothing, the connect fee apart.</summary>
public sealed record FreePrice : PriceModel
{
    public static readonly FreePrice Default = new();

    private FreePrice()
    {
    }
}
