using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>A whole period and the part of it that a move of the bill cycle leaves; mostly both are the same.</summary>
internal readonly record struct GridPeriod(BillPeriod Whole, BillPeriod Cut);

/// <summary>Recurring prices of an offer with the same periods.</summary>
internal readonly record struct PriceGrid(BillInterval Every, PriceAnchor Anchor, LocalDate? AnchorDate)
{
    /// <summary>First day of a week, a month, a quarter, a year and a century.</summary>
    internal static readonly LocalDate CalendarAnchor = new(2001, 1, 1);

    internal static PriceGrid Of(RecurringPrice price) => new(price.Every, price.Anchor, price.AnchorDate);

    /// <summary>The period that contains a day.</summary>
    internal GridPeriod Containing(AccountFacts account, LocalDate started, LocalDate planFrom, LocalDate day)
    {
        if (Anchor == PriceAnchor.Cycle)
        {
            var cycle = account.CycleOn(day);
            return Every == (cycle.Interval.Count > 0 ? cycle.Interval : BillInterval.Month)
                ? account.GridOn(day)
                : Plain(Every.Containing(account.GridOn(started).Whole.From, day));
        }
        var anchor = Anchor switch
        {
            PriceAnchor.Start => started,
            PriceAnchor.Plan => planFrom,
            PriceAnchor.Calendar => CalendarAnchor,
            PriceAnchor.Date => AnchorDate ?? started,
            PriceAnchor.Cycle => throw new InvalidOperationException("The cycle is handled above."),
            _ => throw new InvalidOperationException($"Unknown anchor {Anchor}."),
        };
        return Plain(Every.Containing(anchor, day));
    }

    private static GridPeriod Plain(BillPeriod period) => new(period, period);
}

/// <summary>The bill periods of an account over the moves of its cycle.</summary>
public static class AccountCalendar
{
    /// <summary>The cycle in force on a day.</summary>
    public static BillCycle CycleOn(this AccountFacts account, LocalDate day)
    {
        foreach (var move in account.CycleMoves)
        {
            if (day < move.On)
            {
                return move.Before;
            }
        }
        return account.Cycle;
    }

    /// <summary>The bill period that contains a day: of the cycle in force, cut where a move begins or ends it.</summary>
    public static BillPeriod PeriodOn(this AccountFacts account, LocalDate day) => account.GridOn(day).Cut;

    /// <summary>The bill period that contains a day.</summary>
    /// <param name="cycle">The cycle of today.</param>
    /// <param name="moves">Cycles that were left, ascending.</param>
    public static BillPeriod PeriodOn(BillCycle cycle, IReadOnlyList<CycleMove> moves, LocalDate day) =>
        GridOn(cycle, moves, day).Cut;

    internal static GridPeriod GridOn(this AccountFacts account, LocalDate day) => GridOn(account.Cycle, account.CycleMoves, day);

    private static GridPeriod GridOn(BillCycle cycle, IReadOnlyList<CycleMove> moves, LocalDate day)
    {
        if (moves.Count == 0)
        {
            var period = cycle.PeriodContaining(day);
            return new GridPeriod(period, period);
        }
        var from = LocalDate.MinIsoValue;
        foreach (var move in moves)
        {
            if (day < move.On)
            {
                return Cut(move.Before, day, from, move.On);
            }
            from = move.On;
        }
        return Cut(cycle, day, from, LocalDate.MaxIsoValue);
    }

    private static GridPeriod Cut(BillCycle cycle, LocalDate day, LocalDate from, LocalDate to)
    {
        var whole = cycle.PeriodContaining(day);
        return new GridPeriod(whole, new BillPeriod(LocalDate.Max(whole.From, from), LocalDate.Min(whole.To, to)));
    }
}
