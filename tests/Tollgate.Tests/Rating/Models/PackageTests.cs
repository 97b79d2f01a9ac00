using Tollgate.Catalog;
using Tollgate.Primitives;
using static Tollgate.Tests.Rating.Catalogues;

namespace Tollgate.Tests.Rating.Models;

/// <summary>Bundles of units for a fixed price.</summary>
public sealed class PackageTests
{
    private static readonly Counter Octets = new()
    {
        Code = "octets", Name = "Octets", Of = CounterOf.Paid, Unit = Units.Megabyte,
    };

    private static Till Till(string? counter) => new(Catalogue(Plan(ServiceKind.Data, new UsagePrice
    {
        Per = Units.Megabyte, Model = new PackagePrice(100, 2m, counter),
    })) with { Counters = [Octets] });

    private static UsageRecord Session(long octets) => Call(0) with { Service = ServiceKind.Data, OctetsDown = octets };

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 2)]
    [InlineData(100, 2)]
    [InlineData(101, 4)]
    [InlineData(1000, 20)]
    public void Each_package_that_is_begun_is_paid(long octets, decimal amount) =>
        Assert.Equal(amount, Till(null).Price(Session(octets)));

    [Theory]
    [InlineData(0, 60, 2)]
    [InlineData(60, 40, 0)]
    [InlineData(60, 41, 2)]
    [InlineData(100, 1, 2)]
    [InlineData(99, 102, 4)]
    public void What_earlier_events_left_of_a_package_is_used_first(long before, long octets, decimal amount) => Assert.Equal(
        Units.Eur.ToStorage(amount, RoundingMode.HalfUp),
        Till("octets").Rate(Session(octets), Catalogues.Counter(1, 0, before)).Amount);
}
