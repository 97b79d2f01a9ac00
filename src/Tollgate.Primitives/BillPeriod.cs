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
