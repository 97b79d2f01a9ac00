namespace Tollgate.Catalog;

/// <summary>An event with any chargeable quantity costs the same, however much it is.</summary>
/// <param name="Amount">In the plan's currency; negative: the party gets it.</param>
public sealed record FlatPrice(decimal Amount) : PriceModel;

/// <summary>Costs nothing, the connect fee apart.</summary>
public sealed record FreePrice : PriceModel
{
    public static readonly FreePrice Default = new();

    private FreePrice()
    {
    }
}
