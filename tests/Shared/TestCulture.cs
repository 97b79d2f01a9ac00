using System.Globalization;
using System.Runtime.CompilerServices;

namespace Tollgate.TestSupport;

/// <summary>
/// Runs a whole test process under the culture that <c>TOLLGATE_TEST_CULTURE</c> names (<c>tr-TR</c> in <c>./test</c>: its
/// lower-case I is not i, its decimal point is a comma), so that a forgotten culture argument fails a test. Not set: the
/// machine's culture. Compiled into every test project.
/// </summary>
internal static class TestCulture
{
    /// <summary>Name of the environment variable.</summary>
    public const string Variable = "TOLLGATE_TEST_CULTURE";

    /// <summary>The culture asked for, or null.</summary>
    public static string? Wanted => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } name ? name : null;

#pragma warning disable CA2255 // A test executable has no other place that runs before everything else.
    [ModuleInitializer]
#pragma warning restore CA2255
    public static void Apply()
    {
        if (Wanted is not { } name)
        {
            return;
        }
        var culture = CultureInfo.GetCultureInfo(name);
        CultureInfo.DefaultThreadCurrentCulture = culture;
        CultureInfo.DefaultThreadCurrentUICulture = culture;
        CultureInfo.CurrentCulture = culture;
        CultureInfo.CurrentUICulture = culture;
    }
}
