using System.Globalization;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>Bundles that the event begins × the price of one.</summary>
internal sealed class PackageModel : CompiledModel
{
    private readonly PackagePrice price;
    private readonly Exact amount;

    internal PackageModel(PackagePrice price, int decimals)
    {
        if (price.Size < 1)
        {
            throw new ArgumentException("A package has a size of 1 or more.", nameof(price));
        }
        this.price = price;
        amount = Exact.Of(price.Amount, decimals);
    }

    internal override Exact Price(PricedEvent priced, in Piece piece, long from, long to)
    {
        var before = Counter < 0 ? 0 : priced.CountedBefore(Counter, from);
        return amount * (Begun(before + (to - from)) - Begun(before));
    }

    internal override bool Grows(in Piece piece) => price.Grows;

    internal override string Describe(CompiledPlan plan, in Tariff tariff) =>
        $"{new Money(price.Amount, plan.Source.Currency)} per package of {Explanation.Quantity(price.Size, tariff)} begun";

    internal override string Explain(PricedEvent priced, in Piece piece, long from, long to, in Tariff tariff)
    {
        var before = Counter < 0 ? 0 : priced.CountedBefore(Counter, from);
        return string.Create(CultureInfo.InvariantCulture, $"{Explanation.Quantity(to - from, tariff)} begin {
            Begun(before + (to - from)) - Begun(before)} × {Describe(priced.Plan, tariff)}{Counted(priced, from)}");
    }

    private long Begun(long quantity) => quantity / price.Size + (quantity % price.Size == 0 ? 0 : 1);
}
