using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;
using Tollgate.TestSupport;
using static Tollgate.Tests.Rating.Catalogues;

namespace Tollgate.Tests.Rating;

/// <summary>Calls over the boundaries of time bands; dates, holidays and changes of clocks.</summary>
public sealed class SplitTests
{
    private static readonly HolidayCalendar German = new("de", [
        new Holiday(null, 12, 25), new Holiday(null, 0, 1), new Holiday(2026, 11, 18)]);

    private static readonly TimeBandSet Set = new("bands", [
        new TimeBand("holiday", 0, 0, 1440) { Holidays = HolidayUse.Only },
        new TimeBand("summer", TimeBand.EveryDay, 600, 660) { FromDate = new LocalDate(2026, 7, 1),
            ToDate = new LocalDate(2026, 8, 1) },
        new TimeBand("peak", 0b1_1111, 480, 1200) { Holidays = HolidayUse.Never },
        new TimeBand("night", TimeBand.EveryDay, 120, 180),
    ]) { Holidays = "de" };

    private static UsagePrice Band(string? band, decimal perMinute, long first, long next) =>
        PerMinute(perMinute, first, next) with { Band = band };

    private static Till Till(BandBoundary boundary, params UsagePrice[] prices) => new(
        Catalogue(Plan(ServiceKind.Voice, prices) with { TimeBands = "bands", Boundary = boundary })
            with { TimeBands = [Set], Holidays = [German] });

    [Fact]
    public void The_block_opened_before_the_boundary_belongs_to_the_old_band()
    {
        // Peak ends at 20:00; the minute opened at 19:59:30 is peak.
        var till = Till(BandBoundary.Split, Band("peak", 0.60m, 0, 60_000), Band(null, 0.06m, 0, 1_000));

        var rated = till.Rate(Call(90_000, at: At("2026-10-05T19:59") + Duration.FromSeconds(30)));

        Assert.Equal((Cents(63), 2), (rated.Amount, rated.Parts));
        Assert.Equal([(60_000, Cents(60)), (30_000, Cents(3))], till.Parts.Select(part => (part.Charged, part.Amount)));
        Assert.Equal(Cents(90), Till(BandBoundary.Start, Band("peak", 0.60m, 0, 1_000), Band(null, 0.06m, 0, 1_000))
            .Rate(Call(90_000, at: At("2026-10-05T19:59") + Duration.FromSeconds(30))).Amount);
    }

    [Theory]
    [InlineData(-0.60, -0.06, -60, -24)]
    [InlineData(0.60, -0.06, 60, -24)]
    [InlineData(-0.10, 0.60, -10, 240)]
    [InlineData(0.24, -0.06, 24, -24)]
    public void Parts_keep_their_sign(double peak, double other, int first, int second)
    {
        // Peak ends at 20:00: one minute of peak, four of the rest.
        var till = Till(BandBoundary.Split, Band("peak", (decimal)peak, 0, 60_000), Band(null, (decimal)other, 0, 60_000));

        var rated = till.Rate(Call(300_000, at: At("2026-10-05T19:59")));

        Assert.Equal(Cents(first + second), rated.Amount);
        Assert.Equal([Cents(first), Cents(second)], till.Parts.Select(part => part.Amount));
    }

    [Theory]
    [InlineData("2026-04-06T10:00", "holiday")]
    [InlineData("2026-04-07T10:00", "peak")]
    [InlineData("2026-12-25T02:30", "holiday")]
    [InlineData("2027-12-25T10:00", "holiday")]
    [InlineData("2026-11-18T10:00", "holiday")]
    [InlineData("2027-11-18T10:00", "peak")]
    [InlineData("2026-07-01T10:00", "summer")]
    [InlineData("2026-08-01T10:00", "other")]
    [InlineData("2026-06-30T10:30", "peak")]
    public void Bands_know_holidays_and_dates(string at, string band)
    {
        var till = Till(BandBoundary.Start, Band(null, 1, 0, 1));

        Assert.Equal(band, till.Compiled.PriceKeys[till.Rate(Call(1, at: At(at))).PriceKey].Band);
    }

    [Theory]
    [InlineData("2026-03-28T23:00:00Z", 0)]
    [InlineData("2026-10-24T22:00:00Z", 2)]
    [InlineData("2026-10-26T23:00:00Z", 1)]
    public void On_a_change_of_clocks_the_night_hour_is_absent_or_there_twice(string from, int nights)
    {
        // Six hours from midnight; night is from 2 to 3 o'clock. In March that hour is skipped, in October it comes twice.
        var till = Till(BandBoundary.Split, Band("night", 1, 0, 1), Band(null, 0, 0, 1));

        Assert.Equal(nights * 60m, Units.Eur.FromStorage(till.Rate(Call(6 * 3_600_000, at: Utc(from))).Amount));
    }

    [Fact]
    public void The_closed_form_agrees_with_a_loop_over_blocks()
    {
        var random = new Random(23);
        var holidays = Enumerable.Range(0, 1_000).Select(day => new LocalDate(2026, 1,
            1).PlusDays(day)).Where(German.Contains).ToList();
        for (var i = 0; i < Effort.Of(400); i++)
        {
            UsagePrice Random(string? band) =>
                Band(band, random.Next(0, 90) / 100m, random.Next(2) * random.Next(1, 200_000), random.Next(1_000, 200_000));
            var rules = new[] { Random("peak"), Random("night"), Random("holiday"), Random(null) };
            var plan = Plan(ServiceKind.Voice, rules);
            var start = Utc("2026-01-01T00:00:00Z") + Duration.FromMilliseconds(random.NextInt64(0, 365L * 86_400_000));
            var used = random.NextInt64(1, random.Next(2) == 0 ? 300_000 : 200_000_000);

            var slow = SlowRater.Split(
                plan, Set, holidays, start, used, band => rules.FirstOrDefault(rule => rule.Band == band) ?? rules[3]);

            var till = Till(BandBoundary.Split, rules);
            var rated = till.Rate(Call(used, at: start));
            Assert.True(slow.Stored() == rated.Amount, $"round {i}: {slow.Stored()} {rated.Amount}");
            Assert.Equal(rated.Amount, till.Parts.Sum(part => part.Amount));
            Assert.Equal((rated.Used, rated.Charged), (till.Parts.Sum(part => part.Used), till.Parts.Sum(part => part.Charged)));
        }
    }

    [Fact]
    public void A_day_by_the_second_is_cut_into_as_few_pieces_as_it_has_bands()
    {
        var till = Till(BandBoundary.Split, Band("peak", 0.60m, 0, 1_000), Band(null, 0.06m, 0, 1_000));

        var rated = till.Rate(Call(86_400_000, at: At("2026-10-05T00:00")));

        Assert.Equal(12 * 36m + 12 * 3.6m, Units.Eur.FromStorage(rated.Amount));
        Assert.InRange(till.Explain(Call(86_400_000, at: At("2026-10-05T00:00"))).Count(step => step.Step == "increments"), 3, 8);
    }

    [Fact]
    public void An_event_over_too_many_boundaries_is_refused()
    {
        var till = Till(BandBoundary.Split, Band("peak", 0.60m, 0, 1_000), Band(null, 0.06m, 0, 1_000));

        Assert.Equal(HoldReason.TooManySegments, till.Rate(Call(long.MaxValue / 100_000)).Refusal);
    }
}
