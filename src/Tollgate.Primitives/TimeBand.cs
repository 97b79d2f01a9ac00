using NodaTime;

namespace Tollgate.Primitives;

/// <summary>What holidays mean to a <see cref="TimeBand"/>.</summary>
public enum HolidayUse : byte
{
    /// <summary>A holiday is a weekday like any other.</summary>
    Ignored,
    /// <summary>The band is in force on holidays only, whatever the weekday.</summary>
    Only,
    /// <summary>On its weekdays and on holidays.</summary>
    Also,
    /// <summary>On its weekdays except holidays.</summary>
    Never,
}

/// <summary>
/// A recurring part of the week in the tariff's time zone: some weekdays, from a minute of the day to another, half-open.
/// A band that runs over midnight is written as two.
/// </summary>
/// <param name="Code">Name in the catalogue, e.g. <c>peak</c>.</param>
/// <param name="Weekdays">Bit 0 = Monday … bit 6 = Sunday.</param>
/// <param name="FromMinute">First minute of the day, 0–1439.</param>
/// <param name="ToMinute">First minute that no longer belongs, 1–1440.</param>
public readonly record struct TimeBand(string Code, int Weekdays, int FromMinute, int ToMinute)
{
    /// <summary>What holidays mean to the band. Default: nothing.</summary>
    public HolidayUse Holidays { get; init; }

    /// <summary>First date, or null: since ever.</summary>
    public LocalDate? FromDate { get; init; }

    /// <summary>First date that no longer belongs, or null: for ever.</summary>
    public LocalDate? ToDate { get; init; }

    /// <summary>Bit 0 = January … bit 11 = December; 0: every month.</summary>
    public int Months { get; init; }

    /// <summary>Bit 0 = the last day of a month, bit 1 = the first … bit 31 = the 31st; 0: every day.</summary>
    public uint MonthDays { get; init; }

    /// <summary>True when the band depends on more than weekday and time.</summary>
    public bool DependsOnDate =>
        Holidays != HolidayUse.Ignored || FromDate is not null || ToDate is not null || Months != 0 || MonthDays != 0;

    /// <summary>True when the band is in force at any time of a date.</summary>
    /// <param name="date">In the tariff's time zone.</param>
    /// <param name="holiday">The date is a holiday.</param>
    public bool CoversDate(LocalDate date, bool holiday) =>
        (FromDate is null || date >= FromDate) && (ToDate is null || date < ToDate)
        && (Months == 0 || (Months & (1 << (date.Month - 1))) != 0)
        && (MonthDays == 0 || (MonthDays & (1u << date.Day)) != 0 || ((MonthDays & 1) != 0 && date.PlusDays(1).Day == 1))
        && Holidays switch
        {
            HolidayUse.Ignored => (Weekdays & Bit(date.DayOfWeek)) != 0,
            HolidayUse.Only => holiday,
            HolidayUse.Also => holiday || (Weekdays & Bit(date.DayOfWeek)) != 0,
            HolidayUse.Never => !holiday && (Weekdays & Bit(date.DayOfWeek)) != 0,
            _ => throw new InvalidOperationException($"Unknown use of holidays {Holidays}."),
        };

    /// <summary>All weekdays.</summary>
    public const int EveryDay = 0b111_1111;

    /// <summary>The bit of a weekday.</summary>
    public static int Bit(IsoDayOfWeek day) => 1 << ((int)day - 1);

    /// <summary>True when the band is in force at a time of a day that is no holiday.</summary>
    public bool Contains(LocalDateTime time)
    {
        var minute = time.Hour * 60 + time.Minute;
        return CoversDate(time.Date, holiday: false) && FromMinute <= minute && minute < ToMinute;
    }
}
