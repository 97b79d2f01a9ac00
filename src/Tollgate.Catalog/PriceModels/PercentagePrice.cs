using System.Collections.Immutable;

namespace Tollgate.Catalog;

/// <summary>One tier of percentages.</summary>
/// <param name="UpTo">Last amount that belongs to it, in the plan's currency; null: the last tier.</param>
/// <param name="Percent">Percentage of the part of the price within the tier.</param>
public readonly record struct PercentTier(decimal? UpTo, decimal Percent);

/// <summary>A percentage of the price that came with the record (attribute <c>price</c>), graduated over the period's
/// prices.</summary>
/// <param name="Tiers">At least one, with rising ends; the last without an end.</param>
/// <param name="Counter">Counter <see cref="CounterOf.Price"/> of the period; null: each event begins at zero.</param>
public sealed record PercentagePrice(ImmutableArray<PercentTier> Tiers, string? Counter) : PriceModel
{
    public override string? CounterCode => Counter;
}
