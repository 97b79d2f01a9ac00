using System.Globalization;
using Tollgate.Catalog;
using Tollgate.Primitives;
using static Tollgate.Tests.Rating.Catalogues;

namespace Tollgate.Tests.Rating.Models;

/// <summary>So much per minute, megabyte or event, in increments.</summary>
public sealed class PerUnitTests
{
    [Theory]
    [InlineData(60, 60, 0, 0, "0")]
    [InlineData(60, 60, 1, 60_000, "0.09")]
    [InlineData(60, 60, 60_000, 60_000, "0.09")]
    [InlineData(60, 60, 60_001, 120_000, "0.18")]
    [InlineData(60, 60, 61_000, 120_000, "0.18")]
    [InlineData(60, 1, 59_999, 60_000, "0.09")]
    [InlineData(60, 1, 61_000, 61_000, "0.0915")]
    [InlineData(60, 1, 61_001, 62_000, "0.093")]
    [InlineData(30, 6, 29_000, 30_000, "0.045")]
    [InlineData(30, 6, 31_000, 36_000, "0.054")]
    [InlineData(30, 6, 36_001, 42_000, "0.063")]
    [InlineData(1, 1, 1, 1_000, "0.0015")]
    [InlineData(1, 1, 1_500, 2_000, "0.003")]
    public void Seconds_are_charged_in_increments(int first, int next, long used, long charged, string amount)
    {
        var till = new Till(Catalogue(Plan(ServiceKind.Voice, PerMinute(0.09m, first * 1000, next * 1000))));

        var rated = till.Rate(Call(used));

        Assert.Equal(used, rated.Used);
        Assert.Equal(charged, rated.Charged);
        Assert.Equal(decimal.Parse(amount, CultureInfo.InvariantCulture), Units.Eur.FromStorage(rated.Amount));
    }

    [Theory]
    [InlineData(0, 0, "0")]
    [InlineData(1, 0, "0.000512")]
    [InlineData(10_240, 0, "0.000512")]
    [InlineData(5_000, 5_241, "0.001024")]
    [InlineData(0, 1_000_000, "0.050176")]
    public void Volume_is_both_directions_in_pulses(long up, long down, string amount)
    {
        var price = new UsagePrice { Per = Units.Megabyte, PerUnit = 0.05m, Increments = new Increments(0, 10_240) };
        var till = new Till(Catalogue(Plan(ServiceKind.Data, price)));

        var rated = till.Price(Call(99_000) with { Service = ServiceKind.Data, OctetsUp = up, OctetsDown = down });

        Assert.Equal(decimal.Parse(amount, CultureInfo.InvariantCulture), rated);
    }

    [Theory]
    [InlineData(1, "0.09")]
    [InlineData(3, "0.27")]
    public void Events_are_counted(int events, string amount)
    {
        var till = new Till(Catalogue(Plan(ServiceKind.Sms, new UsagePrice { Per = Units.Message, PerUnit = 0.09m })));

        var price = till.Price(Call(0) with { Service = ServiceKind.Sms, Events = events });

        Assert.Equal(decimal.Parse(amount, CultureInfo.InvariantCulture), price);
    }

    [Fact]
    public void A_negative_price_is_money_for_the_party()
    {
        Assert.Equal(-0.10m, new Till(Catalogue(Plan(ServiceKind.Voice, PerMinute(-0.02m)))).Price(Call(300_000)));
        var offer = Offer("plan") with { Payment = PaymentModel.Prepaid };
        var till = new Till(Catalogue(Plan(ServiceKind.Voice, PerMinute(-0.02m)), offer));
        Tollgate.Rating.PocketState[] pockets = [Cash(1, Cents(100))];

        var rated = till.Rate(Call(60_000), pockets);

        Assert.Equal((Cents(-2), Cents(102)), (rated.FromMoney, pockets[0].Balance));
    }
}
