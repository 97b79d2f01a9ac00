using System.Collections.Immutable;

namespace Tollgate.Catalog;

/// <summary>How tiers become a total for x units.</summary>
public enum TierRule : byte
{
    /// <summary>Each unit costs what the tier says that it falls into; the flat amount of every tier that is entered is
    /// added.</summary>
    Graduated,
    /// <summary>All units cost what the tier says that x falls into, and its flat amount is added. When a tier is reached, the
    /// earlier units are priced again by it.</summary>
    Volume,
    /// <summary>x units cost the flat amount of the tier that x falls into.</summary>
    StairStep,
}

/// <summary>One tier.</summary>
/// <param name="UpTo">Last quantity that belongs to it, in base units; null: the last tier.</param>
/// <param name="PerUnit">Price of one <see cref="UsagePrice.Per"/>.</param>
/// <param name="Flat">Amount beside it.</param>
public readonly record struct Tier(long? UpTo, decimal PerUnit, decimal Flat);

/// <summary>
/// The price depends on how much was used. An event costs total(after) − total(before), so that the sum of all events is the
/// total, whatever the order and however the usage was cut into records; an event by which a volume price falls can therefore
/// be negative.
/// </summary>
/// <param name="Rule">How tiers become a total.</param>
/// <param name="Tiers">At least one, with rising ends; the last without an end.</param>
/// <param name="Counter">Counter of the period's quantity, of charged or paid units; null: each event begins at zero.</param>
public sealed record TieredPrice(TierRule Rule, ImmutableArray<Tier> Tiers, string? Counter) : PriceModel
{
    public override string? CounterCode => Counter;

    public override bool Grows => Rule switch
    {
        TierRule.Graduated => Tiers.All(tier => tier is { PerUnit: >= 0, Flat: >= 0 }),
        TierRule.StairStep => Tiers[0].Flat >= 0 && Tiers.Zip(Tiers.Skip(1)).All(pair => pair.First.Flat <= pair.Second.Flat),
        _ => false,
    };
}
