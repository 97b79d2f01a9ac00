using System.Diagnostics;
using System.Globalization;

namespace Tollgate.Storage.Charging;

/// <summary>
/// Places where a test may let the process die at once, as a power cut would. Armed only by the environment variable
/// <c>TOLLGATE_FAULT=NAME</c> or <c>NAME:N</c> (the N-th pass); otherwise a pass costs one check of a static flag.
/// </summary>
public static class FaultPoint
{
    public const string Variable = "TOLLGATE_FAULT";

    public const string BeforeLock = "import.before-lock";
    public const string AfterLock = "import.after-lock";
    public const string BeforeCopy = "import.before-copy";
    public const string AfterCopy = "import.after-copy";
    public const string AfterTotals = "import.after-totals";
    public const string BeforeCommit = "import.before-commit";
    public const string AfterCommit = "import.after-commit";

    public const string BeforeRerateCommit = "rerate.before-commit";
    public const string AfterRerateCommit = "rerate.after-commit";

    public const string BeforeWhatIfCommit = "what-if.before-commit";

    private static readonly string Armed = Environment.GetEnvironmentVariable(Variable) ?? "";
    private static readonly bool On = Armed.Length > 0;
    private static int passes;

    /// <summary>All points of the commit sequence, in order.</summary>
    public static IReadOnlyList<string> Import { get; } =
        [BeforeLock, AfterLock, BeforeCopy, AfterCopy, AfterTotals, BeforeCommit, AfterCommit];

    /// <summary>Ends the process by SIGKILL when this point is armed and its pass has come.</summary>
    public static void Hit(string name)
    {
        if (On)
        {
            Check(name);
        }
    }

    private static void Check(string name)
    {
        var parts = Armed.Split(':');
        if (parts[0] != name)
        {
            return;
        }
        var pass = parts.Length > 1 ? int.Parse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture) : 1;
        if (Interlocked.Increment(ref passes) == pass)
        {
            Process.GetCurrentProcess().Kill();
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
