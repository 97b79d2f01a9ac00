using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Tollgate.Primitives;

namespace Tollgate.Tests.Primitives;

public sealed class RoundingTests
{
    /// <summary>Value, then HalfUp, HalfEven, Up, Down, Ceiling, Floor to whole numbers.</summary>
    [Theory]
    [InlineData("2.0", 2, 2, 2, 2, 2, 2)]
    [InlineData("2.000001", 2, 2, 3, 2, 3, 2)]
    [InlineData("2.4", 2, 2, 3, 2, 3, 2)]
    [InlineData("2.5", 3, 2, 3, 2, 3, 2)]
    [InlineData("2.6", 3, 3, 3, 2, 3, 2)]
    [InlineData("3.5", 4, 4, 4, 3, 4, 3)]
    [InlineData("0.5", 1, 0, 1, 0, 1, 0)]
    [InlineData("0", 0, 0, 0, 0, 0, 0)]
    [InlineData("-0.5", -1, 0, -1, 0, 0, -1)]
    [InlineData("-2.4", -2, -2, -3, -2, -2, -3)]
    [InlineData("-2.5", -3, -2, -3, -2, -2, -3)]
    [InlineData("-2.6", -3, -3, -3, -2, -2, -3)]
    [InlineData("-3.5", -4, -4, -4, -3, -3, -4)]
    public void Every_mode_decides_ties_and_remainders_by_its_name(
        string value, int halfUp, int halfEven, int up, int down, int ceiling, int floor)
    {
        var number = decimal.Parse(value, CultureInfo.InvariantCulture);

        var rounded = Enum.GetValues<RoundingMode>().Select(mode => Rounding.Round(number, 0, mode));

        Assert.Equal([halfUp, halfEven, up, down, ceiling, floor], rounded);
    }

    [Fact]
    public void A_rounded_value_is_less_than_one_step_away_and_stays_when_rounded_again() =>
        Prop.ForAll(
            Gen.Choose(-2_000_000_000, 2_000_000_000).ToArbitrary(),
            Gen.Choose(0, 9).ToArbitrary(),
            Gen.Elements(Enum.GetValues<RoundingMode>()).ToArbitrary(),
            (raw, decimals, mode) =>
            {
                var value = raw / 10_000_000m;
                var step = 1m;
                for (var i = 0; i < decimals; i++)
                {
                    step /= 10;
                }
                var rounding = new Rounding(decimals, mode);
                var once = rounding.Apply(value);
                return Math.Abs(once - value) < step && rounding.Apply(once) == once && once % step == 0;
            }).Holds();

    [Fact]
    public void The_default_rounds_half_up_to_whole_units() => Assert.Equal(3m, default(Rounding).Apply(2.5m));

    [Fact]
    public void An_unknown_mode_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Rounding.Round(1.5m, 0, (RoundingMode)99));
}
