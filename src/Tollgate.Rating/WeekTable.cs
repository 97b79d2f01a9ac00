using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>
/// A set of time bands, day by day: which band each of the 1,440 minutes is in, and when it changes. Sets that depend on
/// weekday and time only have seven days; of others the days are worked out when they are needed, by <see cref="BandClock"/>.
/// Immutable.
/// </summary>
internal sealed class WeekTable
{
    internal const int MinutesPerDay = 1440;

    /// <summary>The table of a plan without time bands: always <see cref="TimeBandSet.Other"/>.</summary>
    internal static readonly WeekTable Always = new([TimeBandSet.Other], null, null);

    private readonly TimeBandSet? set;
    private readonly HolidayCalendar? holidays;
    private readonly BandDay[] weekdays = [];

    private WeekTable(ImmutableArray<string> bands, TimeBandSet? set, HolidayCalendar? holidays)
    {
        Bands = bands;
        this.set = set;
        this.holidays = holidays;
        if (set is { DependsOnDate: false })
        {
            // 1 January 2024 was a Monday.
            weekdays = [.. Enumerable.Range(1, 7).Select(day => Work(new LocalDate(2024, 1, day)))];
        }
    }

    /// <summary>Codes in order of first mention; <see cref="TimeBandSet.Other"/> is the last.</summary>
    internal ImmutableArray<string> Bands { get; }

    /// <summary>False for a plan without time bands.</summary>
    internal bool DependsOnTime => set is not null;

    internal static WeekTable Of(TimeBandSet set, HolidayCalendar? holidays)
    {
        ImmutableArray<string> bands =
        [
            .. set.Bands.Select(band => band.Code).Where(code => code != TimeBandSet.Other).Distinct(StringComparer.Ordinal),
            TimeBandSet.Other,
        ];
        return bands.Length <= byte.MaxValue + 1
            ? new WeekTable(bands, set, holidays)
            : throw new ArgumentException($"Time band set '{set.Code}' has more than 255 bands.", nameof(set));
    }

    /// <summary>The day of a set that depends on weekdays only; null: work it out.</summary>
    /// <param name="weekday">0 is Monday.</param>
    internal BandDay? Weekday(int weekday) => weekdays.Length == 0 ? null : weekdays[weekday];

    /// <summary>Works out the bands of one date.</summary>
    internal BandDay Work(LocalDate date)
    {
        var bands = new byte[MinutesPerDay];
        Array.Fill(bands, (byte)(Bands.Length - 1));
        var holiday = holidays is not null && holidays.Contains(date);
        // Backwards, so that the first band of the set wins.
        for (var i = set!.Bands.Length - 1; i >= 0; i--)
        {
            var band = set.Bands[i];
            if (band.CoversDate(date, holiday))
            {
                bands.AsSpan(band.FromMinute, band.ToMinute - band.FromMinute).Fill(
                    (byte)Bands.IndexOf(band.Code, 0, StringComparer.Ordinal));
            }
        }
        return new BandDay(bands);
    }
}

/// <summary>The bands of one day. Immutable.</summary>
internal sealed class BandDay
{
    private readonly byte[] bands;
    private readonly short[] next = new short[WeekTable.MinutesPerDay];

    internal BandDay(byte[] bands)
    {
        this.bands = bands;
        next[^1] = WeekTable.MinutesPerDay;
        for (var minute = bands.Length - 2; minute >= 0; minute--)
        {
            next[minute] = bands[minute] == bands[minute + 1] ? next[minute + 1] : (short)(minute + 1);
        }
    }

    /// <summary>Index into <see cref="WeekTable.Bands"/>.</summary>
    internal int Band(int minute) => bands[minute];

    /// <summary>The next minute of another band, or 1440.</summary>
    internal int Next(int minute) => next[minute];
}

/// <summary>
/// The bands of one set in one zone. Keeps the last interval of constant offset, because neighbouring records nearly always
/// fall into the same one, and the days that were worked out. Mutable: belongs to one <see cref="Rater"/>, and so to one
/// thread.
/// </summary>
internal sealed class BandClock(DateTimeZone zone, WeekTable week)
{
    private const int MostDaysKept = 4_000;

    // 1 January 1970 was a Thursday, three days after a Monday.
    private const int EpochWeekday = 3;

    private readonly Dictionary<int, BandDay> days = [];
    private long fromTicks = long.MaxValue;
    private long toTicks = long.MinValue;
    private long offsetTicks;
    private int lastDay = int.MinValue;
    private BandDay last = null!;

    internal int BandAt(Instant at)
    {
        var day = DayAt(at.ToUnixTimeTicks(), out var minute);
        return day.Band(minute);
    }

    /// <summary>The first instant after this one that is in another band, or the limit when that is earlier. In time of a
    /// change of clocks the band is that of the local time that was in force.</summary>
    internal Instant NextChange(Instant after, Instant limit)
    {
        var at = after.ToUnixTimeTicks();
        var end = limit.ToUnixTimeTicks();
        var band = DayAt(at, out _).Band(Minute(at));
        while (at < end)
        {
            var day = DayAt(at, out var minute);
            if (day.Band(minute) != band)
            {
                return Instant.FromUnixTimeTicks(at);
            }
            var local = at + offsetTicks;
            var startOfMinute = local - PositiveRemainder(local, NodaConstants.TicksPerMinute);
            at = Math.Min(startOfMinute + (day.Next(minute) - minute) * NodaConstants.TicksPerMinute - offsetTicks, toTicks);
        }
        return limit;
    }

    private BandDay DayAt(long ticks, out int minute)
    {
        if (ticks < fromTicks || ticks >= toTicks)
        {
            MoveTo(ticks);
        }
        var local = ticks + offsetTicks;
        var minutes = (local - PositiveRemainder(local, NodaConstants.TicksPerMinute)) / NodaConstants.TicksPerMinute;
        minute = (int)PositiveRemainder(minutes, WeekTable.MinutesPerDay);
        var number = (int)((minutes - minute) / WeekTable.MinutesPerDay);
        if (number != lastDay)
        {
            lastDay = number;
            last = week.Weekday((int)PositiveRemainder(number + EpochWeekday, 7)) ?? Worked(number);
        }
        return last;
    }

    private int Minute(long ticks) =>
        (int)(PositiveRemainder(ticks + offsetTicks, NodaConstants.TicksPerDay) / NodaConstants.TicksPerMinute);

    private BandDay Worked(int number)
    {
        if (!days.TryGetValue(number, out var day))
        {
            if (days.Count >= MostDaysKept)
            {
                days.Clear();
            }
            day = week.Work(new LocalDate(1970, 1, 1).PlusDays(number));
            days.Add(number, day);
        }
        return day;
    }

    private void MoveTo(long ticks)
    {
        var interval = zone.GetZoneInterval(Instant.FromUnixTimeTicks(ticks));
        fromTicks = interval.HasStart ? interval.Start.ToUnixTimeTicks() : long.MinValue;
        toTicks = interval.HasEnd ? interval.End.ToUnixTimeTicks() : long.MaxValue;
        offsetTicks = interval.WallOffset.Ticks;
    }

    private static long PositiveRemainder(long value, long divisor)
    {
        var remainder = value % divisor;
        return remainder < 0 ? remainder + divisor : remainder;
    }
}
