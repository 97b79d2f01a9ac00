using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using NodaTime.Text;
using Tollgate.Primitives;

namespace Tollgate.Tests.Primitives;

public sealed class BillCycleTests
{
    private static readonly LocalDate First = new(2023, 1, 1);
    private static readonly LocalDate Last = new(2033, 12, 31);

    public static TheoryData<int> EveryCycleDay => [.. Enumerable.Range(1, 31)];

    [Theory, MemberData(nameof(EveryCycleDay))]
    public void Every_day_lies_in_its_period_and_periods_tile_time(int cycleDay)
    {
        var cycle = new BillCycle(cycleDay);
        var current = cycle.PeriodContaining(First);
        for (var day = First; day <= Last; day = day.PlusDays(1))
        {
            var period = cycle.PeriodContaining(day);
            Assert.True(period.Contains(day), $"{period} must contain {day}");
            if (period != current)
            {
                Assert.Equal(current.To, period.From);
                Assert.Equal(day, period.From);
                Assert.Equal(current, cycle.PeriodEndingBy(day));
                current = period;
            }
            Assert.Equal(period.From == day, cycle.IsBoundary(day));
        }
    }

    [Theory, MemberData(nameof(EveryCycleDay))]
    public void A_month_has_one_boundary_on_the_cycle_day_or_on_its_last_day(int cycleDay)
    {
        var cycle = new BillCycle(cycleDay);
        for (var month = First; month <= Last; month = month.PlusMonths(1))
        {
            var days = Enumerable.Range(0, DaysIn(month)).Select(month.PlusDays).Where(cycle.IsBoundary).ToArray();

            var boundary = Assert.Single(days);
            Assert.Equal(Math.Min(cycleDay, DaysIn(month)), boundary.Day);
        }
    }

    [Theory]
    [InlineData(31, "2026-01-31", "2026-01-31..2026-02-28")]
    [InlineData(31, "2026-02-27", "2026-01-31..2026-02-28")]
    [InlineData(31, "2026-02-28", "2026-02-28..2026-03-31")]
    [InlineData(31, "2026-03-30", "2026-02-28..2026-03-31")]
    [InlineData(31, "2028-02-28", "2028-01-31..2028-02-29")]
    [InlineData(31, "2028-02-29", "2028-02-29..2028-03-31")]
    [InlineData(30, "2026-04-30", "2026-04-30..2026-05-30")]
    [InlineData(31, "2026-04-30", "2026-04-30..2026-05-31")]
    [InlineData(29, "2026-02-28", "2026-02-28..2026-03-29")]
    [InlineData(29, "2028-02-28", "2028-01-29..2028-02-29")]
    [InlineData(1, "2026-12-31", "2026-12-01..2027-01-01")]
    [InlineData(15, "2027-01-14", "2026-12-15..2027-01-15")]
    public void Short_months_leap_years_and_year_ends(int cycleDay, string day, string period) =>
        Assert.Equal(period, new BillCycle(cycleDay).PeriodContaining(LocalDatePattern.Iso.Parse(day).Value).ToString());

    [Theory]
    [InlineData(0)]
    [InlineData(32)]
    [InlineData(-1)]
    public void A_day_that_no_month_has_is_refused(int cycleDay) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new BillCycle(cycleDay));

    [Fact]
    public void A_period_that_does_not_run_forward_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new BillPeriod(First, First));
        Assert.Throws<ArgumentException>(() => new BillPeriod(Last, First));
    }

    [Fact]
    public void What_two_periods_share_is_what_days_lie_in_both() =>
        Prop.ForAll(Periods.ToArbitrary(), Periods.ToArbitrary(), (left, right) =>
        {
            var shared = Enumerable.Range(0, 500).Select(First.PlusDays)
                .Where(day => left.Contains(day) && right.Contains(day)).ToArray();
            var common = left.Intersect(right);
            return common == right.Intersect(left) && (common?.Days ?? 0) == shared.Length
                && (shared.Length == 0 || (common!.Value.From == shared[0] && common.Value.LastDay == shared[^1]));
        }).Holds();

    [Theory]
    [InlineData("Europe/Berlin", 2026, 10, 31 * 24 + 1)]
    [InlineData("Europe/Berlin", 2026, 3, 31 * 24 - 1)]
    [InlineData("Asia/Kolkata", 2026, 10, 31 * 24)]
    public void A_period_is_as_long_as_its_zone_makes_it(string zone, int year, int month, int hours)
    {
        var period = new BillPeriod(new LocalDate(year, month, 1), new LocalDate(year, month, 1).PlusMonths(1));

        Assert.Equal(Duration.FromHours(hours), period.In(DateTimeZoneProviders.Tzdb[zone]).Duration);
    }

    [Fact]
    public void Text_is_the_same_in_every_culture()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("ar-SA");
        try
        {
            Assert.Equal("2026-10-01..2026-11-01", new BillCycle(1).PeriodContaining(new LocalDate(2026, 10, 5)).ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static Gen<BillPeriod> Periods =>
        from start in Gen.Choose(0, 300)
        from days in Gen.Choose(1, 100)
        select new BillPeriod(First.PlusDays(start), First.PlusDays(start + days));

    private static int DaysIn(LocalDate month) => CalendarSystem.Iso.GetDaysInMonth(month.Year, month.Month);
}
