using System.Collections.Immutable;

namespace Tollgate.Catalog;

/// <summary>A price from an age of the event on.</summary>
/// <param name="From">Where the step begins, in base units from the start of the event (group-interval start).</param>
/// <param name="PerUnit">Price of one <see cref="UsagePrice.Per"/> within the step.</param>
/// <param name="Block">Charging step within it, in base units, 1 or more.</param>
public readonly record struct AgeStep(long From, decimal PerUnit, long Block);

/// <summary>
/// The price depends on how old the event is: the first minute at one price, then another. A step begins at its start or, when
/// a block of the step before reaches over it, at that block's end: a block that was opened belongs to the old price.
/// </summary>
/// <param name="Steps">At least one; the first begins at 0, each later than the one before.</param>
public sealed record AgeStepsPrice(ImmutableArray<AgeStep> Steps) : PriceModel;
