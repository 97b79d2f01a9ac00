using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Tests.Primitives;

public sealed class TimeBandTests
{
    private const int Workdays = 0b001_1111;

    /// <summary>2026-10-05 is a Monday.</summary>
    [Theory]
    [InlineData(5, 7, 59, false)]
    [InlineData(5, 8, 0, true)]
    [InlineData(5, 17, 59, true)]
    [InlineData(5, 18, 0, false)]
    [InlineData(9, 12, 0, true)]
    [InlineData(10, 12, 0, false)]
    [InlineData(11, 12, 0, false)]
    public void A_band_is_half_open_and_knows_its_weekdays(int day, int hour, int minute, bool inside)
    {
        var peak = new TimeBand("peak", Workdays, 8 * 60, 18 * 60);

        Assert.Equal(inside, peak.Contains(new LocalDateTime(2026, 10, day, hour, minute, 59)));
    }

    [Fact]
    public void Bands_that_split_a_day_cover_every_minute_of_the_week_once()
    {
        TimeBand[] bands =
        [
            new("night", TimeBand.EveryDay, 0, 8 * 60),
            new("peak", Workdays, 8 * 60, 18 * 60),
            new("weekend", TimeBand.EveryDay & ~Workdays, 8 * 60, 18 * 60),
            new("evening", TimeBand.EveryDay, 18 * 60, 24 * 60),
        ];
        var monday = new LocalDateTime(2026, 10, 5, 0, 0);

        for (var minute = 0; minute < 7 * 24 * 60; minute++)
        {
            Assert.Single(bands, band => band.Contains(monday.PlusMinutes(minute)));
        }
    }

    [Fact]
    public void Every_weekday_has_its_bit()
    {
        var bits = Enum.GetValues<IsoDayOfWeek>().Where(day => day != IsoDayOfWeek.None).Select(TimeBand.Bit).ToArray();

        Assert.Equal([1, 2, 4, 8, 16, 32, 64], bits);
        Assert.Equal(TimeBand.EveryDay, bits.Sum());
    }
}
