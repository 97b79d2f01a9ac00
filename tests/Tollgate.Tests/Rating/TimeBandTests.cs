using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using static Tollgate.Tests.Rating.Catalogues;

namespace Tollgate.Tests.Rating;

/// <summary>Time bands in the tariff's zone, by the start of the event.</summary>
public sealed class TimeBandTests
{
    private const int Weekdays = 0b001_1111;
    private const int Sunday = 0b100_0000;

    private static readonly TimeBandSet Bands = new("bands",
    [
        new TimeBand("second-hour", TimeBand.EveryDay, 120, 180),
        new TimeBand("third-hour", TimeBand.EveryDay, 180, 240),
        new TimeBand("peak", Weekdays, 8 * 60, 18 * 60),
        new TimeBand("sunday", Sunday, 0, 1440),
        new TimeBand("peak", Sunday, 12 * 60, 13 * 60),
    ]);

    private static string BandAt(Instant start, DateTimeZone zone)
    {
        var plan = Plan(ServiceKind.Voice, PerMinute(1)) with { TimeBands = "bands", TimeZone = zone };
        var till = new Till(Catalogue(plan) with { TimeBands = [Bands] });
        return till.Compiled.PriceKeys[till.Rate(Call(1, at: start)).PriceKey].Band;
    }

    [Theory]
    [InlineData("2026-03-02T07:59", "other")]
    [InlineData("2026-03-02T08:00", "peak")]
    [InlineData("2026-03-06T17:59", "peak")]
    [InlineData("2026-03-06T18:00", "other")]
    [InlineData("2026-03-07T12:00", "other")]
    [InlineData("2026-03-07T23:59", "other")]
    [InlineData("2026-03-08T00:00", "sunday")]
    [InlineData("2026-03-08T12:30", "sunday")]
    [InlineData("2026-03-08T02:30", "second-hour")]
    [InlineData("2026-03-08T23:59", "sunday")]
    [InlineData("2026-03-09T00:00", "other")]
    [InlineData("1969-12-31T09:00", "peak")]
    [InlineData("1969-12-28T09:00", "sunday")]
    public void A_local_time_is_in_the_first_band_that_contains_it(string local, string band) =>
        Assert.Equal(band, BandAt(At(local), Berlin));

    [Theory]
    [InlineData("2026-03-29T00:59:59Z", "sunday")]
    [InlineData("2026-03-29T01:00:00Z", "third-hour")]
    [InlineData("2026-03-29T01:59:59Z", "third-hour")]
    [InlineData("2026-03-29T02:00:00Z", "sunday")]
    public void When_clocks_go_forward_the_missing_hour_has_no_band(string start, string band) =>
        Assert.Equal(band, BandAt(Utc(start), Berlin));

    [Theory]
    [InlineData("2026-10-24T23:59:59Z", "sunday")]
    [InlineData("2026-10-25T00:00:00Z", "second-hour")]
    [InlineData("2026-10-25T00:59:59Z", "second-hour")]
    [InlineData("2026-10-25T01:00:00Z", "second-hour")]
    [InlineData("2026-10-25T01:59:59Z", "second-hour")]
    [InlineData("2026-10-25T02:00:00Z", "third-hour")]
    public void When_clocks_go_back_the_repeated_hour_is_in_the_same_band_twice(string start, string band) =>
        Assert.Equal(band, BandAt(Utc(start), Berlin));

    [Fact]
    public void The_zone_is_the_plans_not_the_catalogues()
    {
        // Tuesday 09:30 in Tokyo is Tuesday 01:30 in Berlin.
        var start = Utc("2026-03-03T00:30:00Z");

        Assert.Equal("other", BandAt(start, Berlin));
        Assert.Equal("peak", BandAt(start, DateTimeZoneProviders.Tzdb["Asia/Tokyo"]));
    }

    [Fact]
    public void Every_minute_of_a_year_is_in_the_band_of_its_local_time()
    {
        foreach (var id in new[] { "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe", "UTC" })
        {
            var zone = DateTimeZoneProviders.Tzdb[id];
            var plan = Plan(ServiceKind.Voice, PerMinute(1)) with { TimeBands = "bands", TimeZone = zone };
            var till = new Till(Catalogue(plan) with { TimeBands = [Bands] });
            for (var start = Utc("2026-01-01T00:00:30Z"); start < Utc("2027-01-01T00:00:00Z"); start += Duration.FromMinutes(13))
            {
                var local = start.InZone(zone).LocalDateTime;
                var expected = Bands.Bands.Where(band => band.Contains(local)).Select(band => band.Code)
                    .FirstOrDefault(TimeBandSet.Other);
                Assert.Equal(expected, till.Compiled.PriceKeys[till.Rate(Call(1, at: start)).PriceKey].Band);
            }
        }
    }

    [Fact]
    public void An_event_that_runs_into_another_band_is_priced_by_its_start()
    {
        var plan = Plan(ServiceKind.Voice, PerMinute(1), PerMinute(9) with { Band = "peak" }) with { TimeBands = "bands" };
        var till = new Till(Catalogue(plan) with { TimeBands = [Bands] });

        Assert.Equal(10, till.Price(Call(600_000, at: At("2026-03-02T07:59"))));
        Assert.Equal(90, till.Price(Call(600_000, at: At("2026-03-02T17:59"))));
    }

    [Fact]
    public void Price_keys_list_bands_in_order_of_first_mention_and_other_last()
    {
        var plan = Plan(ServiceKind.Voice, PerMinute(1)) with { TimeBands = "bands" };
        var keys = new Till(Catalogue(plan) with { TimeBands = [Bands] }).Compiled.PriceKeys;

        Assert.Equal("second-hour third-hour peak sunday other", string.Join(' ', keys.Select(key => key.Band)));
        Assert.Equal(["Calls, second-hour", "Calls, other times"], [keys[0].Label, keys[^1].Label]);
    }

    [Theory]
    [InlineData("2026-02-28", 0b11, 1u, true)]
    [InlineData("2028-02-28", 0b11, 1u, false)]
    [InlineData("2026-01-31", 0b11, 1u, true)]
    [InlineData("2026-03-31", 0b11, 1u, false)]
    [InlineData("2026-03-05", 0, 1u << 5, true)]
    [InlineData("2026-03-06", 0, 1u << 5, false)]
    [InlineData("2026-02-06", 0b10, 0u, true)]
    public void A_band_may_be_of_months_and_days_of_the_month(string day, int months, uint monthDays, bool covers)
    {
        var band = new TimeBand("band", TimeBand.EveryDay, 0, 1440) { Months = months, MonthDays = monthDays };
        var date = NodaTime.Text.LocalDatePattern.Iso.Parse(day).Value;

        Assert.True(band.DependsOnDate);
        Assert.Equal((covers, covers), (band.CoversDate(date, holiday: false), band.Contains(date.At(NodaTime.LocalTime.Noon))));
    }
}
