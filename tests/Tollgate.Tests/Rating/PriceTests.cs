using System.Globalization;
using Tollgate.Catalog;
using Tollgate.Primitives;
using static Tollgate.Tests.Rating.Catalogues;

namespace Tollgate.Tests.Rating;

/// <summary>Fees and rounding of one event without pockets.</summary>
public sealed class PriceTests
{
    [Fact]
    public void Connect_fee_is_charged_once()
    {
        var till = new Till(Catalogue(Plan(ServiceKind.Voice, PerMinute(0.09m, 60_000, 60_000, connect: 0.05m))));

        Assert.Equal(0.05m + 0.27m, till.Price(Call(121_000)));
    }

    [Fact]
    public void Nothing_used_costs_nothing_and_no_connect_fee()
    {
        var till = new Till(Catalogue(Plan(ServiceKind.Voice, PerMinute(0.09m, 60_000, 60_000, connect: 0.05m))));

        var rated = till.Rate(Call(0));

        Assert.Null(rated.Refusal);
        Assert.Equal((0, 0, 0), (rated.Used, rated.Charged, rated.Amount));
    }

    [Theory]
    [InlineData(RoundingMode.HalfUp, 2, 50, "0.01")]
    [InlineData(RoundingMode.HalfEven, 2, 50, "0")]
    [InlineData(RoundingMode.HalfEven, 2, 150, "0.02")]
    [InlineData(RoundingMode.Up, 2, 10, "0.01")]
    [InlineData(RoundingMode.Ceiling, 2, 10, "0.01")]
    [InlineData(RoundingMode.Down, 2, 199, "0.01")]
    [InlineData(RoundingMode.Floor, 2, 199, "0.01")]
    [InlineData(RoundingMode.HalfUp, 2, 49, "0")]
    [InlineData(RoundingMode.HalfUp, 4, 49, "0.0049")]
    public void Each_amount_is_rounded_by_the_plan(RoundingMode mode, int decimals, int events, string amount)
    {
        var plan = Plan(ServiceKind.Sms, new UsagePrice { Per = Units.Message, PerUnit = 0.0001m });
        var till = new Till(Catalogue(plan with { Rounding = new Rounding(decimals, mode) }));

        var price = till.Price(Call(0) with { Service = ServiceKind.Sms, Events = events });

        Assert.Equal(decimal.Parse(amount, CultureInfo.InvariantCulture), price);
    }

    [Fact]
    public void A_third_of_a_cent_rounds_once_and_exactly()
    {
        // 20 s of 0.01 per minute is 0.00333…; 40 s 0.00666…; rounded to 6 decimals.
        var till = new Till(Catalogue(Plan(ServiceKind.Voice, PerMinute(0.01m))));

        Assert.Equal(0.003333m, till.Price(Call(20_000)));
        Assert.Equal(0.006667m, till.Price(Call(40_000)));
    }

    [Fact]
    public void A_rounding_finer_than_storage_ends_at_the_storage_scale()
    {
        // Euros are stored with 8 decimals.
        var plan = Plan(ServiceKind.Sms, new UsagePrice { Per = Units.Message, PerUnit = 0.000000000123m });
        var fine = new Till(Catalogue(plan with { Rounding = new Rounding(12, RoundingMode.Up) }));

        Assert.Equal(1, fine.Rate(Call(0) with { Service = ServiceKind.Sms }).Amount);
    }

    [Theory]
    [InlineData("1000", 9_000_000_000_000_000_000)]
    [InlineData("1000000000000", 3_600_000_000)]
    public void An_amount_that_does_not_fit_is_refused(string price, long used)
    {
        var till = new Till(Catalogue(
            Plan(ServiceKind.Voice, PerMinute(decimal.Parse(price, CultureInfo.InvariantCulture)))));

        Assert.Equal(HoldReason.AmountOverflow, till.Rate(Call(used)).Refusal);
    }

    [Fact]
    public void A_quantity_that_does_not_fit_is_refused()
    {
        var minutes = new Till(Catalogue(Plan(ServiceKind.Voice, PerMinute(0m, 60_000, 60_000))));
        var octets = new Till(Catalogue(Plan(ServiceKind.Data, new UsagePrice { Per = Units.Gigabyte })));
        var session = Call(0) with { Service = ServiceKind.Data, OctetsUp = long.MaxValue, OctetsDown = 1 };

        Assert.Equal(HoldReason.AmountOverflow, minutes.Rate(Call(long.MaxValue)).Refusal);
        Assert.Equal(HoldReason.AmountOverflow, octets.Rate(session).Refusal);
    }

    [Fact]
    public void Large_amounts_that_fit_are_exact()
    {
        // 90,000,000,000 EUR is just below 2^63 steps of 10^-8.
        var till = new Till(Catalogue(Plan(ServiceKind.Voice, PerMinute(90_000_000_000.123456m, connect: 0.000001m))));

        Assert.Equal(90_000_000_000.123457m, till.Price(Call(60_000)));
    }

    [Theory]
    [InlineData("0.0000000000000000001")]
    [InlineData("10000000000000000000000000000")]
    public void A_price_that_cannot_be_charged_does_not_compile(string price)
    {
        var plan = Plan(ServiceKind.Voice, PerMinute(decimal.Parse(price, CultureInfo.InvariantCulture)));

        Assert.Throws<ArgumentException>(
            () => new Till(Catalogue(plan with { Rounding = new Rounding(18, RoundingMode.HalfUp) })));
    }
}
