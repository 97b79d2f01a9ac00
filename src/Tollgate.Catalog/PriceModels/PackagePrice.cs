namespace Tollgate.Catalog;

/// <summary>A bundle of units for a fixed price, paid again for each bundle that is begun.</summary>
/// <param name="Size">Base units in one bundle, 1 or more.</param>
/// <param name="Amount">Price of a bundle, in the plan's currency.</param>
/// <param name="Counter">Bundles of the period: what earlier events left of a bundle is used first. Null: bundles of the
/// event.</param>
public sealed record PackagePrice(long Size, decimal Amount, string? Counter) : PriceModel
{
    public override string? CounterCode => Counter;

    public override bool Grows => Amount >= 0;
}
