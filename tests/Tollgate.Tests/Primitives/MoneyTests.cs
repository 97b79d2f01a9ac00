using FsCheck;
using FsCheck.Fluent;
using Tollgate.Primitives;

namespace Tollgate.Tests.Primitives;

public sealed class MoneyTests
{
    private static readonly Unit[] Currencies = [Units.Eur, Units.Get("JPY"), Units.Get("KWD"), Units.Get("BTC")];

    private static Gen<decimal[]> Weights =>
        Gen.Choose(0, 100_000).Select(n => n / 100m).NonEmptyListOf()
            .Select(list => list.Take(12).ToArray())
            .Where(weights => weights.Sum() > 0);

    private static Gen<Money> Amounts =>
        from currency in Gen.Elements(Currencies)
        from high in Gen.Choose(-1_000_000, 1_000_000)
        from low in Gen.Choose(0, 999_999)
        select Money.FromMinor(high * 1_000_000L + low, currency);

    [Fact]
    public void Split_parts_add_up_to_the_whole() =>
        Prop.ForAll(Amounts.ToArbitrary(), Weights.ToArbitrary(), (whole, weights) =>
        {
            var parts = whole.Split(weights);
            return parts.Length == weights.Length
                && parts.Aggregate(Money.Zero(whole.Currency), (sum, part) => sum + part) == whole;
        }).Holds();

    [Fact]
    public void A_split_part_is_less_than_one_minor_unit_from_its_share_and_has_the_sign_of_the_whole() =>
        Prop.ForAll(Amounts.ToArbitrary(), Weights.ToArbitrary(), (whole, weights) =>
        {
            var share = weights.Select(weight => whole.ToMinor() * weight / weights.Sum());
            return whole.Split(weights).Zip(share).All(pair =>
                Math.Abs(pair.First.ToMinor() - pair.Second) < 1
                && pair.First.ToMinor() * (decimal)Math.Sign(whole.ToMinor()) >= 0);
        }).Holds();

    [Theory]
    [InlineData("100", "1 1 1", "34 33 33")]
    [InlineData("-100", "1 1 1", "-34 -33 -33")]
    [InlineData("2", "1 1 1", "1 1 0")]
    [InlineData("10", "2 3 5", "2 3 5")]
    [InlineData("10", "0 1 0", "0 10 0")]
    [InlineData("5", "0.25 0.25 0.5", "1 1 3")]
    [InlineData("0", "1 2", "0 0")]
    [InlineData("7", "1", "7")]
    public void Left_over_cents_go_to_the_largest_remainder_and_among_equals_to_the_earlier(
        string whole, string weights, string parts)
    {
        var split = Money.FromMinor(Number(whole), Units.Eur).Split([.. weights.Split(' ').Select(Decimal)]);

        Assert.Equal(parts.Split(' ').Select(Number), split.Select(part => part.ToMinor()));
    }

    [Fact]
    public void Split_is_exact_for_weights_that_a_decimal_cannot_multiply()
    {
        decimal[] weights = [decimal.MaxValue / 3, 0.0000000000000000000000000001m, decimal.MaxValue / 3];
        var whole = Money.FromMinor(long.MaxValue, Units.Eur);

        var parts = whole.Split(weights);

        Assert.Equal([long.MaxValue / 2 + 1, 0, long.MaxValue / 2], parts.Select(part => part.ToMinor()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0 0")]
    [InlineData("2 -1")]
    public void Split_refuses_weights_that_name_no_share(string weights)
    {
        decimal[] list = weights.Length == 0 ? [] : [.. weights.Split(' ').Select(Decimal)];

        Assert.Throws<ArgumentException>(() => Money.FromMinor(100, Units.Eur).Split(list));
    }

    [Fact]
    public void Parts_of_a_cent_must_be_rounded_before_they_are_split_or_posted()
    {
        var money = new Money(1.005m, Units.Eur);

        Assert.Throws<InvalidOperationException>(() => money.ToMinor());
        Assert.Throws<InvalidOperationException>(() => money.Split([1]));
        Assert.Equal(101, money.RoundToMinor(RoundingMode.HalfUp).ToMinor());
        Assert.Equal(100, money.RoundToMinor(RoundingMode.HalfEven).ToMinor());
    }

    [Fact]
    public void Currencies_are_never_mixed()
    {
        var euro = new Money(1, Units.Eur);
        var dollar = new Money(1, Units.Get("USD"));

        Assert.Throws<InvalidOperationException>(() => euro + dollar);
        Assert.Throws<InvalidOperationException>(() => euro - dollar);
        Assert.Throws<InvalidOperationException>(() => euro < dollar);
        Assert.NotEqual(euro, dollar);
    }

    [Fact]
    public void Adding_and_taking_away_the_same_amount_changes_nothing() =>
        Prop.ForAll(Amounts.ToArbitrary(), Gen.Choose(-1_000_000, 1_000_000).ToArbitrary(), (money, step) =>
        {
            var other = new Money(step / 1_000m, money.Currency);
            return money + other - other == money && money - money == Money.Zero(money.Currency) && -(-money) == money;
        }).Holds();

    [Theory]
    [InlineData("16.13", "EUR", "16.13 EUR")]
    [InlineData("16.1", "EUR", "16.10 EUR")]
    [InlineData("-0.005", "EUR", "-0.005 EUR")]
    [InlineData("1234567", "JPY", "1234567 JPY")]
    [InlineData("0.12345678901234567890123456", "EUR", "0.12345678901234567890123456 EUR")]
    public void Text_has_a_point_in_every_culture_and_keeps_all_decimals(string amount, string currency, string text) =>
        Assert.Equal(text, new Money(Decimal(amount), Units.Get(currency)).ToString());

    [Fact]
    public void Minor_units_and_stored_steps_are_read_back_as_written() =>
        Prop.ForAll(Amounts.ToArbitrary(), money =>
            Money.FromMinor(money.ToMinor(), money.Currency) == money
            && Money.FromStorage(money.Currency.ToStorage(money.Amount, RoundingMode.Down), money.Currency) == money)
            .Holds();

    private static long Number(string text) => long.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static decimal Decimal(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
