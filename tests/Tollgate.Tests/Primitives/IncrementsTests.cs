using FsCheck;
using FsCheck.Fluent;
using Tollgate.Catalog;

namespace Tollgate.Tests.Primitives;

public sealed class IncrementsTests
{
    [Theory]
    [InlineData(60, 1, 0, 0)]
    [InlineData(60, 1, 1, 60)]
    [InlineData(60, 1, 60, 60)]
    [InlineData(60, 1, 61, 61)]
    [InlineData(60, 60, 61, 120)]
    [InlineData(60, 60, 120, 120)]
    [InlineData(30, 6, 31, 36)]
    [InlineData(30, 6, 36, 36)]
    [InlineData(0, 10, 1, 10)]
    [InlineData(0, 1, 61, 61)]
    [InlineData(60, 60, -5, 0)]
    public void The_first_step_is_charged_whole_and_the_rest_in_further_steps(long first, long next, long used, long charged) =>
        Assert.Equal(charged, new Increments(first, next).Apply(used));

    [Fact]
    public void What_is_charged_covers_the_use_by_less_than_a_step_and_is_charged_as_itself() =>
        Prop.ForAll(
            Gen.Choose(0, 120_000).ToArbitrary(), Gen.Choose(1, 120_000).ToArbitrary(), Gen.Choose(1, int.MaxValue).ToArbitrary(),
            (first, next, used) =>
            {
                var increments = new Increments(first, next);
                var charged = increments.Apply(used);
                return charged >= used && (charged == first || charged - used < next)
                    && (charged == first || (charged - first) % next == 0)
                    && increments.Apply(charged) == charged;
            }).Holds();

    [Fact]
    public void A_quantity_whose_last_step_does_not_fit_64_bits_is_refused_and_never_wraps() =>
        Assert.Throws<OverflowException>(() => new Increments(0, 1000).Apply(long.MaxValue));
}
