using System.Globalization;
using Tollgate.Primitives;

namespace Tollgate.Host.Cli;

/// <summary>Numbers of things in sentences.</summary>
internal static class Counted
{
    /// <summary><c>1 offer</c>, <c>2 offers</c>.</summary>
    internal static string Of(long number, string thing) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {thing}{(number == 1 ? "" : thing.EndsWith('x') ? "es" : "s")}");

    /// <summary>Milliseconds, octets or events as people read them: <c>312.5 min</c>, <c>1.25 GB</c>, <c>12</c>.</summary>
    /// <param name="counts"><c>duration</c>, <c>volume</c> or <c>events</c>.</param>
    internal static string Quantity(long baseUnits, string counts) => counts switch
    {
        "duration" => Text(Units.Minute, baseUnits) + " min",
        "volume" when Math.Abs(baseUnits) >= Units.Gigabyte.StoragePerUnit => Text(Units.Gigabyte, baseUnits) + " GB",
        "volume" => Text(Units.Megabyte, baseUnits) + " MB",
        _ => baseUnits.ToString(CultureInfo.InvariantCulture),
    };

    private static string Text(Unit unit, long baseUnits) =>
        Rounding.Round(unit.FromStorage(baseUnits), 2, RoundingMode.HalfUp).ToString("#,##0.##", CultureInfo.InvariantCulture);
}
