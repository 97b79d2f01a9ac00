using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>What one allowance of an offer grants for one bill period.</summary>
/// <param name="Allowance">Index of the allowance in the <see cref="CompiledOffer"/>.</param>
/// <param name="Amount">Granted whole, in stored steps of the allowance's unit.</param>
/// <param name="Priority">For <see cref="PocketState.Priority"/>.</param>
/// <param name="ValidFrom">Start of the bill period.</param>
/// <param name="ValidTo">Start of the next one; what is left then lapses.</param>
public readonly record struct AllowanceGrant(int Allowance, long Amount, int Priority, Instant ValidFrom, Instant ValidTo)
{
    /// <summary>The pocket that holds the grant, untouched.</summary>
    public PocketState ToPocket(PocketId id) => new()
    {
        Id = id,
        Allowance = Allowance,
        Balance = Amount,
        Priority = Priority,
        ValidFrom = ValidFrom,
        ValidTo = ValidTo,
    };
}

/// <summary>
/// Which pockets a subscription's allowances need for an event, so that charging can create those that are not there yet. An
/// allowance
/// is granted whole for every bill period of the account, whenever in it the subscription began.
/// </summary>
public static class AllowanceGrants
{
    /// <summary>The bill period of the event's local date.</summary>
    public static BillPeriod PeriodOf(BillCycle cycle, DateTimeZone zone, Instant at) =>
        cycle.PeriodContaining(at.InZone(zone).Date);

    /// <summary>The grants of all the offer's allowances for the period that contains an event, in the offer's order.</summary>
    /// <param name="offer">The subscription's offer.</param>
    /// <param name="cycle">The account's bill cycle.</param>
    /// <param name="zone">The account's time zone.</param>
    /// <param name="at">The event's start.</param>
    public static ImmutableArray<AllowanceGrant> For(CompiledOffer offer, BillCycle cycle, DateTimeZone zone, Instant at)
    {
        if (offer.Allowances.IsEmpty)
        {
            return [];
        }
        var valid = PeriodOf(cycle, zone, at).In(zone);
        return
        [
            .. offer.Allowances.Select((allowance, index) =>
                new AllowanceGrant(index, allowance.Amount, allowance.Priority, valid.Start, valid.End)),
        ];
    }
}
