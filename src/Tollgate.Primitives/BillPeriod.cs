using System.Globalization;
using NodaTime;

namespace Tollgate.Primitives;

/// <summary>A half-open span of days, <c>[From, To)</c>, in the account's time zone. Never empty; <c>default</c> is no
/// period.</summary>
public readonly record struct BillPeriod
{
    /// <exception cref="ArgumentException">The period is empty or runs backwards.</exception>
    public BillPeriod(LocalDate from, LocalDate to)
    {
        if (to <= from)
        {
            throw new ArgumentException($"A period must end after it begins: {from} to {to}.", nameof(to));
        }
        From = from;
        To = to;
    }

    /// <summary>First day that belongs to the period.</summary>
    public LocalDate From { get; }

    /// <summary>First day that no longer does.</summary>
    public LocalDate To { get; }

    /// <summary>Number of days.</summary>
    public int Days => Period.DaysBetween(From, To);

    /// <summary>The last day that belongs to the period, for display.</summary>
    public LocalDate LastDay => To.PlusDays(-1);

    public bool Contains(LocalDate day) => From <= day && day < To;

    /// <summary>The common part of two periods, or null.</summary>
    public BillPeriod? Intersect(BillPeriod other)
    {
        var from = LocalDate.Max(From, other.From);
        var to = LocalDate.Min(To, other.To);
        return from < to ? new BillPeriod(from, to) : null;
    }

    /// <summary>The instants of this period in a zone: from the start of the first day to the start of the day after the last.
    /// A day is as long as the zone makes it.</summary>
    public Interval In(DateTimeZone zone) => new(zone.AtStartOfDay(From).ToInstant(), zone.AtStartOfDay(To).ToInstant());

    /// <summary><c>2026-10-01..2026-11-01</c>, the end excluded.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{From:uuuu-MM-dd}..{To:uuuu-MM-dd}");
}

/// <summary>
/// The monthly bill cycle of an account: periods begin on a day of the month, 1 to 31. In a month that is too short the period
/// begins on its last day (cycle day 31: 31 January, 28 February, 31 March). Each boundary is computed from the cycle day, never
/// from the boundary before, so that a short month does not shift the following ones.
/// </summary>
/// <param name="Day">Day of month, 1–31. <c>default</c> (0) is no cycle: it has no boundaries and throws when asked for
/// one.</param>
/// <exception cref="ArgumentOutOfRangeException">The day is not 1 to 31.</exception>
public readonly record struct BillCycle(int Day)
{
    public int Day { get; } = Day is >= 1 and <= 31
        ? Day
        : throw new ArgumentOutOfRangeException(nameof(Day), Day, "A bill cycle begins on a day of the month, 1 to 31.");

    /// <summary>The boundary that falls in this month.</summary>
    public LocalDate BoundaryIn(int year, int month) =>
        new(year, month, Math.Min(Day, CalendarSystem.Iso.GetDaysInMonth(year, month)));

    /// <summary>The period that contains this day.</summary>
    public BillPeriod PeriodContaining(LocalDate day)
    {
        var here = BoundaryIn(day.Year, day.Month);
        if (day >= here)
        {
            var next = day.With(DateAdjusters.StartOfMonth).PlusMonths(1);
            return new BillPeriod(here, BoundaryIn(next.Year, next.Month));
        }
        var before = day.With(DateAdjusters.StartOfMonth).PlusMonths(-1);
        return new BillPeriod(BoundaryIn(before.Year, before.Month), here);
    }

    /// <summary>The period that ends where this day's period begins.</summary>
    public BillPeriod PeriodEndingBy(LocalDate day) => PeriodContaining(PeriodContaining(day).From.PlusDays(-1));

    /// <summary>True where a period begins (and the one before ends): the day to run this cycle.</summary>
    public bool IsBoundary(LocalDate day) => BoundaryIn(day.Year, day.Month) == day;
}
