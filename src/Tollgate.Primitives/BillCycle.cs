using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace Tollgate.Primitives;

/// <summary>
/// When the bill periods of an account begin. Three kinds, told apart by their text:
/// <code>
/// 31                           a day of every month, 1 to 31; in a shorter month its last day
/// 2 weeks from 2026-01-05      every so many days, weeks, months or years, counted from an anchor
/// dates 01-15 06-30 12-31      the same days of every year; 02-29 is 02-28 in a short year
/// </code>
/// Each boundary is computed from the rule, never from the boundary before. <c>default</c> is no cycle: it has no boundaries and
/// throws
/// when asked for one.
/// </summary>
public readonly record struct BillCycle
{
    private static readonly LocalDate MonthlyAnchor = new(2000, 1, 31);

    private readonly string? dates;

    /// <summary>Monthly.</summary>
    /// <param name="day">Day of month, 1–31.</param>
    /// <exception cref="ArgumentOutOfRangeException">The day is not 1 to 31.</exception>
    public BillCycle(int day)
    {
        Day = day is >= 1 and <= 31
            ? day
            : throw new ArgumentOutOfRangeException(nameof(day), day, "A bill cycle begins on a day of the month, 1 to 31.");
        Interval = BillInterval.Month;
        Anchor = MonthlyAnchor;
    }

    /// <summary>Every so often from an anchor.</summary>
    public BillCycle(BillInterval interval, LocalDate anchor)
    {
        if (interval.Count < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(interval), interval.Count, "A bill cycle has a length.");
        }
        (Interval, Anchor) = (interval, anchor);
    }

    /// <summary>The same days of every year.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public BillCycle(IEnumerable<AnnualDate> days)
    {
        dates = string.Join(' ', days.Distinct().Order().Select(day => day.ToString("MM-dd", CultureInfo.InvariantCulture)));
        if (dates.Length == 0)
        {
            throw new ArgumentException("A bill cycle of dates has at least one.", nameof(days));
        }
    }

    /// <summary>Day of month of a monthly cycle, 1–31; 0 for the other kinds.</summary>
    public int Day { get; }

    /// <summary>Length of the periods; <c>default</c> for a cycle of dates.</summary>
    public BillInterval Interval { get; }

    /// <summary>From where periods are counted, unless <see cref="Day"/> or the dates say.</summary>
    public LocalDate Anchor { get; }

    /// <summary>The period that contains this day.</summary>
    public BillPeriod PeriodContaining(LocalDate day)
    {
        if (Day > 0)
        {
            return Monthly(day);
        }
        return dates is null ? Counted().Containing(Anchor, day) : OfDates(day);
    }

    /// <summary>The period that ends where this day's period begins.</summary>
    public BillPeriod PeriodEndingBy(LocalDate day) => PeriodContaining(PeriodContaining(day).From.PlusDays(-1));

    /// <summary>True where a period begins (and the one before ends): the day to run this cycle.</summary>
    public bool IsBoundary(LocalDate day) => PeriodContaining(day).From == day;

    /// <summary>The text form; see the type. False on other text.</summary>
    public static bool TryParse(string? text, out BillCycle cycle)
    {
        cycle = default;
        var words = (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is [var number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var day)
            && day is >= 1 and <= 31)
        {
            cycle = new BillCycle(day);
            return true;
        }
        if (words is ["dates", .. var days] && days.Length > 0)
        {
            var read = days.Select(one => AnnualDatePattern.CreateWithInvariantCulture("MM-dd").Parse(one)).ToList();
            cycle = read.TrueForAll(one => one.Success) ? new BillCycle(read.Select(one => one.Value)) : default;
            return read.TrueForAll(one => one.Success);
        }
        if (words is [.. var length, "from", var anchor] && BillInterval.TryParse(string.Join(' ', length), out var interval)
            && LocalDatePattern.Iso.Parse(anchor) is { Success: true } date)
        {
            cycle = new BillCycle(interval, date.Value);
            return true;
        }
        return false;
    }

    public override string ToString() => Day > 0
        ? Day.ToString(CultureInfo.InvariantCulture)
        : dates is not null
            ? $"dates {dates}"
            : string.Create(CultureInfo.InvariantCulture, $"{Interval} from {Anchor:uuuu-MM-dd}");

    private BillInterval Counted() => Interval.Count > 0
        ? Interval
        : throw new InvalidOperationException("This is no bill cycle.");

    private BillPeriod Monthly(LocalDate day)
    {
        var here = BoundaryIn(day.Year, day.Month);
        if (day >= here)
        {
            return new BillPeriod(here, day.Month == 12 ? BoundaryIn(day.Year + 1, 1) : BoundaryIn(day.Year, day.Month + 1));
        }
        return new BillPeriod(day.Month == 1 ? BoundaryIn(day.Year - 1, 12) : BoundaryIn(day.Year, day.Month - 1), here);
    }

    private LocalDate BoundaryIn(int year, int month) =>
        new(year, month, Day <= 28 ? Day : Math.Min(Day, CalendarSystem.Iso.GetDaysInMonth(year, month)));

    private BillPeriod OfDates(LocalDate day)
    {
        var pattern = AnnualDatePattern.CreateWithInvariantCulture("MM-dd");
        var days = dates!.Split(' ').Select(one => pattern.Parse(one).Value).ToList();
        var near = new[] { day.Year - 1, day.Year, day.Year + 1 }
            .SelectMany(year => days.Select(one => one.InYear(year))).Distinct().ToList();
        return new BillPeriod(near.Last(one => one <= day), near.First(one => one > day));
    }
}
