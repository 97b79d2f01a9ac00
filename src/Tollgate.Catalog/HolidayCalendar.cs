using System.Collections.Immutable;
using NodaTime;

namespace Tollgate.Catalog;

/// <summary>One entry of a holiday calendar.</summary>
/// <param name="Year">Year, or null: every year.</param>
/// <param name="Month">1 to 12; 0: counted from Easter Sunday.</param>
/// <param name="Day">Day of the month; or, with month 0, days after Easter Sunday (Good Friday is -2).</param>
public readonly record struct Holiday(int? Year, int Month, int Day)
{
    /// <summary>True on this holiday.</summary>
    public bool Is(LocalDate date)
    {
        if (Year is { } year && year != date.Year)
        {
            return false;
        }
        return Month == 0
            ? Period.DaysBetween(EasterSunday(date.Year), date) == Day
            : date.Month == Month && date.Day == Day;
    }

    /// <summary>Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms, chapter 8).</summary>
    public static LocalDate EasterSunday(int year)
    {
        var golden = year % 19;
        var (century, ofCentury) = (year / 100, year % 100);
        var skipped = (century - (century + 8) / 25 + 1) / 3;
        var epact = (19 * golden + century - century / 4 - skipped + 15) % 30;
        var weekday = (32 + 2 * (century % 4) + 2 * (ofCentury / 4) - epact - ofCentury % 4) % 7;
        var late = (golden + 11 * epact + 22 * weekday) / 451;
        var sum = epact + weekday - 7 * late + 114;
        return new LocalDate(year, sum / 31, sum % 31 + 1);
    }
}

/// <summary>Days that time bands may treat apart.</summary>
/// <param name="Code">Name used by band sets.</param>
/// <param name="Days">In file order.</param>
public sealed record HolidayCalendar(string Code, ImmutableArray<Holiday> Days)
{
    /// <summary>True when the date is one of them.</summary>
    public bool Contains(LocalDate date) => Days.Any(day => day.Is(date));
}
