using System.Globalization;

namespace Tollgate.TestSupport;

/// <summary>
/// How often trials with random input repeat. <c>TOLLGATE_TEST_EFFORT</c> is a percentage of the usual number: 100 when it is
/// not set, 10 under another culture, which a few trials show as well as many; <c>./soak laws N</c> sets more.
/// </summary>
internal static class Effort
{
    /// <summary>Name of the environment variable.</summary>
    public const string Variable = "TOLLGATE_TEST_EFFORT";

    private static readonly int Percent =
        int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out var set)
            ? set : TestCulture.Wanted is null ? 100 : 10;

    /// <summary>The number of trials instead of the usual one, at least 1.</summary>
    public static int Of(int usual) => (int)Math.Max(1, usual * (long)Percent / 100);
}
