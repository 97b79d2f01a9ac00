using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Rating;

/// <summary>A set of time bands as a table of the 10,080 minutes of a week. Immutable.</summary>
internal sealed class WeekTable
{
    internal const int MinutesPerDay = 1440;
    internal const int MinutesPerWeek = 7 * MinutesPerDay;

    /// <summary>The table of a plan without time bands: always <see cref="TimeBandSet.Other"/>.</summary>
    internal static readonly WeekTable Always = new([TimeBandSet.Other], null);

    private readonly byte[]? bandOfMinute;

    private WeekTable(ImmutableArray<string> bands, byte[]? bandOfMinute)
    {
        Bands = bands;
        this.bandOfMinute = bandOfMinute;
    }

    /// <summary>Codes in order of first mention; <see cref="TimeBandSet.Other"/> is the last.</summary>
    internal ImmutableArray<string> Bands { get; }

    /// <summary>False for a plan without time bands.</summary>
    internal bool DependsOnTime => bandOfMinute is not null;

    internal static WeekTable Of(TimeBandSet set)
    {
        ImmutableArray<string> bands =
        [
            .. set.Bands.Select(band => band.Code).Where(code => code != TimeBandSet.Other).Distinct(StringComparer.Ordinal),
            TimeBandSet.Other,
        ];
        if (bands.Length > byte.MaxValue + 1)
        {
            throw new ArgumentException($"Time band set '{set.Code}' has more than 255 bands.", nameof(set));
        }
        var table = new byte[MinutesPerWeek];
        for (var minute = 0; minute < MinutesPerWeek; minute++)
        {
            var code = FirstBand(set, minute / MinutesPerDay, minute % MinutesPerDay);
            table[minute] = (byte)bands.IndexOf(code, 0, StringComparer.Ordinal);
        }
        return new WeekTable(bands, table);
    }

    /// <summary>Index into <see cref="Bands"/>.</summary>
    /// <param name="minuteOfWeek">0 is Monday 00:00 local time.</param>
    internal int BandAt(int minuteOfWeek) => bandOfMinute is null ? 0 : bandOfMinute[minuteOfWeek];

    private static string FirstBand(TimeBandSet set, int day, int minute)
    {
        foreach (var band in set.Bands)
        {
            if ((band.Weekdays & (1 << day)) != 0 && band.FromMinute <= minute && minute < band.ToMinute)
            {
                return band.Code;
            }
        }
        return TimeBandSet.Other;
    }
}

/// <summary>
/// Local time in one zone. Keeps the last interval of constant offset, because neighbouring records nearly always fall into
/// the same
/// one. Mutable: belongs to one <see cref="Rater"/>, and so to one thread.
/// </summary>
internal sealed class ZoneClock(DateTimeZone zone)
{
    // 1 January 1970 was a Thursday, three days after a Monday.
    private const long EpochMinuteOfWeek = 3 * WeekTable.MinutesPerDay;

    private long fromTicks = long.MaxValue;
    private long toTicks = long.MinValue;
    private long offsetTicks;

    /// <summary>Minutes since Monday 00:00 local time.</summary>
    internal int MinuteOfWeek(Instant at)
    {
        var ticks = at.ToUnixTimeTicks();
        if (ticks < fromTicks || ticks >= toTicks)
        {
            MoveTo(at);
        }
        var local = ticks + offsetTicks;
        var minute = (local - PositiveRemainder(local, NodaConstants.TicksPerMinute)) / NodaConstants.TicksPerMinute;
        return (int)PositiveRemainder(minute + EpochMinuteOfWeek, WeekTable.MinutesPerWeek);
    }

    private void MoveTo(Instant at)
    {
        var interval = zone.GetZoneInterval(at);
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
