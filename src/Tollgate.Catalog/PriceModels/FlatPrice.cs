namespace Tollgate.Catalog;

/// <summary>An event with any chargeable quantity costs the same, however much it is.</summary>
/// <param name="Amount">In the plan's currency; negative: the party gets it.</param>
public sealed record FlatPrice(decimal Amount) : PriceModel;
