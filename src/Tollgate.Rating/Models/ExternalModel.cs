using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>The record's own price × (1 + percentage) + amount.</summary>
internal sealed class ExternalModel(ExternalPrice price, Unit currency, int decimals) : CompiledModel
{
    private readonly Exact factor = Exact.Of(1 + price.Percent / 100, 0);
    private readonly Exact plus = Exact.Of(price.Plus, decimals);

    internal override Exact Price(PricedEvent priced, in Piece piece, long from, long to) =>
        priced.TryExternalPrice(currency, out var amount)
            ? Exact.Of(amount, decimals).Times(factor.Numerator, factor.Divisor) + plus
            : priced.RefusePrice(HoldReason.MissingPrice);

    internal override string Explain(PricedEvent priced, in Piece piece, long from, long to, in Tariff tariff)
    {
        priced.TryExternalPrice(currency, out var brought);
        var percent = price.Percent == 0 ? "" : FormattableString.Invariant($" {price.Percent:+0.######;-0.######} %");
        var more = price.Plus == 0 ? "" : FormattableString.Invariant($" {price.Plus:+0.######;-0.######} {currency.Code}");
        return $"{new Money(brought, currency)} that the record brings{percent}{more}";
    }

    internal override string Describe(CompiledPlan plan, in Tariff tariff) =>
        FormattableString.Invariant(
            $"the record's own price, {price.Percent:+0.####;-0.####;+0} %, {price.Plus:+0.####;-0.####;+0}");
}
