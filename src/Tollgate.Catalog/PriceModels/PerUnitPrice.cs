namespace Tollgate.Catalog;

/// <summary>Every unit costs <see cref="UsagePrice.PerUnit"/>, or what the deck says. The default.</summary>
public sealed record PerUnitPrice : PriceModel
{
    public static readonly PerUnitPrice Default = new();

    private PerUnitPrice()
    {
    }
}
