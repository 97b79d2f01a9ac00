namespace Tollgate.Host.Cli;

/// <summary>What the process answers; documented in docs/reference/cli.md.</summary>
public static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>Understood and refused, or findings: the message says what to mend.</summary>
    public const int Refused = 1;

    /// <summary>The command line itself is wrong.</summary>
    public const int Usage = 2;

    /// <summary>A file, the network or the database failed.</summary>
    public const int Failure = 3;

    /// <summary>A fault of the program.</summary>
    public const int Fault = 70;

    /// <summary>Interrupted; long work can be resumed by the same command.</summary>
    public const int Interrupted = 130;
}
