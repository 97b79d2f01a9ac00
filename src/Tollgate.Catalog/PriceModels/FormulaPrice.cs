namespace Tollgate.Catalog;

/// <summary>The amount is what a formula over the record's fields and attributes gives. <c>quantity</c> is the chargeable
/// quantity that allowances leave, in <see cref="UsagePrice.Per"/>.</summary>
public sealed record FormulaPrice(Formula Amount) : PriceModel;
