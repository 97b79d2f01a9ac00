using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Tollgate.TestSupport;

namespace Tollgate.Tests;

/// <summary>
/// How laws are tried: from one seed, so that a run of the suite on the same sources says the same, unless
/// <c>TOLLGATE_TEST_SEED</c> is another number or <c>random</c>, as <c>./soak laws N</c> sets it to find what is new.
/// </summary>
internal static class Laws
{
    /// <summary>Name of the environment variable.</summary>
    public const string Variable = "TOLLGATE_TEST_SEED";

    private const ulong UsualSeed = 1;

    /// <summary>FsCheck wants an odd number; this is the fraction of the golden ratio.</summary>
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    /// <summary>Tries a law; a failure names the smallest input found and how to repeat it.</summary>
    /// <param name="usual">The usual number of trials, see <see cref="Effort"/>.</param>
    internal static void Holds(this Property law, int usual = 100)
    {
        var config = Config.QuickThrowOnFailure.WithMaxTest(Effort.Of(usual));
        law.Check(Environment.GetEnvironmentVariable(Variable) switch
        {
            "random" => config,
            { Length: > 0 } seed => config.WithReplay(ulong.Parse(seed, CultureInfo.InvariantCulture), Gamma),
            _ => config.WithReplay(UsualSeed, Gamma),
        });
    }
}
