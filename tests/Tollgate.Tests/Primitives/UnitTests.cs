using FsCheck;
using FsCheck.Fluent;
using Tollgate.Primitives;

namespace Tollgate.Tests.Primitives;

public sealed class UnitTests
{
    private static readonly Unit[] Some =
    [
        Units.Eur, Units.Get("JPY"), Units.Get("BTC"), Units.Minute, Units.Second, Units.Megabyte, Units.Mebibyte, Units.Gigabyte,
        Units.Message, Units.Event,
    ];

    [Fact]
    public void Stored_steps_are_read_back_as_written() =>
        Prop.ForAll(Gen.Elements(Some).ToArbitrary(), Steps.ToArbitrary(), (unit, stored) =>
            unit.ToStorage(unit.FromStorage(stored), RoundingMode.HalfUp) == stored).Holds();

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void The_ends_of_the_range_are_read_back_as_written(long stored) =>
        Assert.All(Some, unit => Assert.Equal(stored, unit.ToStorage(unit.FromStorage(stored), RoundingMode.HalfUp)));

    [Fact]
    public void An_amount_that_does_not_fit_64_bits_is_refused_and_never_wraps() =>
        Assert.All(Some, unit =>
        {
            var tooMuch = ((decimal)long.MaxValue + 1) / unit.StoragePerUnit;
            Assert.Throws<OverflowException>(() => unit.ToStorage(tooMuch, RoundingMode.HalfUp));
            Assert.Throws<OverflowException>(() => unit.ToStorage(-tooMuch - 1, RoundingMode.HalfUp));
            Assert.Throws<OverflowException>(() => unit.ToStorage(decimal.MaxValue, RoundingMode.HalfUp));
        });

    [Theory]
    [InlineData("EUR", 2, 100_000_000)]
    [InlineData("JPY", 0, 1_000_000)]
    [InlineData("KWD", 3, 1_000_000_000)]
    [InlineData("BTC", 8, 1_000_000_000)]
    [InlineData("ETH", 9, 1_000_000_000)]
    [InlineData("MIN", 2, 60_000)]
    [InlineData("MB", 2, 1_000_000)]
    [InlineData("MIB", 2, 1_048_576)]
    public void Storage_scales_are_fixed(string code, int minorDigits, long storagePerUnit)
    {
        var unit = Units.Get(code);

        Assert.Equal((minorDigits, storagePerUnit), (unit.MinorDigits, unit.StoragePerUnit));
    }

    [Fact]
    public void A_minor_unit_of_a_currency_is_a_whole_number_of_stored_steps() =>
        Assert.All(Some.Where(unit => unit.Kind == UnitKind.Currency), unit =>
            Assert.Equal(unit.ToStorage(Money.FromMinor(1, unit).Amount, RoundingMode.Down), unit.StoragePerMinor));

    [Fact]
    public void The_caller_names_the_rounding_below_one_step()
    {
        Assert.Equal(1, Units.Eur.ToStorage(0.000000005m, RoundingMode.HalfUp));
        Assert.Equal(0, Units.Eur.ToStorage(0.000000005m, RoundingMode.HalfEven));
        Assert.Equal(0, Units.Eur.ToStorage(0.000000009m, RoundingMode.Down));
    }

    [Fact]
    public void Stored_steps_round_to_what_documents_show_as_decimals_do() =>
        Prop.ForAll(Gen.Elements(Some).ToArbitrary(), NearTies.ToArbitrary(), (unit, stored) =>
            Enum.GetValues<RoundingMode>().All(mode => unit.MinorFromStorage(stored, mode)
                == Rounding.Round(unit.FromStorage(stored), unit.MinorDigits, mode) * Power(unit.MinorDigits)))
            .Holds();

    [Fact]
    public void What_documents_show_is_written_as_a_division_writes_it() =>
        Prop.ForAll(Gen.Elements(Some).ToArbitrary(), Minors.ToArbitrary(), (unit, minor) =>
            Text(unit.FromMinor(minor)) == Text(minor / Power(unit.MinorDigits))).Holds();

    [Fact]
    public void An_unknown_unit_is_not_found()
    {
        Assert.Null(Units.Find("eur"));
        Assert.Throws<ArgumentException>(() => Units.Get("XYZ"));
    }

    private static decimal Power(int digits) => digits == 0 ? 1m : 10m * Power(digits - 1);

    private static string Text(decimal value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Many at and next to the middle between two amounts of some unit.</summary>
    private static Gen<long> NearTies => Gen.OneOf(
        Steps,
        from half in Gen.Elements(300L, 5_000L, 500_000L, 5L)
        from times in Gen.Choose(-2_000, 2_000)
        from off in Gen.Choose(-1, 1)
        select half * times + off);

    private static Gen<long> Minors => Gen.OneOf(
        Steps, Gen.Choose(-2_000, 2_000).Select(n => n * 50L), Gen.Elements(0L, long.MaxValue, long.MinValue));

    private static Gen<long> Steps =>
        from high in Gen.Choose(int.MinValue, int.MaxValue)
        from low in Gen.Choose(0, int.MaxValue)
        select ((long)high << 31) + low;
}
