using NodaTime;

namespace Tollgate.Primitives;

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
    /// <summary>All weekdays.</summary>
    public const int EveryDay = 0b111_1111;

    /// <summary>The bit of a weekday.</summary>
    public static int Bit(IsoDayOfWeek day) => 1 << ((int)day - 1);

    public bool Contains(LocalDateTime time)
    {
        var minute = time.Hour * 60 + time.Minute;
        return (Weekdays & Bit(time.DayOfWeek)) != 0 && FromMinute <= minute && minute < ToMinute;
    }
}
