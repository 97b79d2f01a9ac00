namespace Tollgate.Catalog;

/// <summary>The price that came with the record (attribute <c>price</c>, in the currency <c>price-currency</c>), with a
/// mark-up.</summary>
/// <param name="Percent">Added in percent of it; negative: a mark-down. Default 0.</param>
/// <param name="Plus">Added to it, in the plan's currency. Default 0.</param>
public sealed record ExternalPrice(decimal Percent, decimal Plus) : PriceModel;
