using System.Globalization;

namespace Tollgate.Host.Cli;

/// <summary>Numbers of things in sentences.</summary>
internal static class Counted
{
    /// <summary><c>1 offer</c>, <c>2 offers</c>.</summary>
    internal static string Of(long number, string thing) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {thing}{(number == 1 ? "" : thing.EndsWith('x') ? "es" : "s")}");
}
