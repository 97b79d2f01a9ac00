using System.Text.RegularExpressions;

namespace Tollgate.Host.Cli;

/// <summary>Words what the system says of files: which one, what is wrong, and what to do.</summary>
internal static partial class SystemWords
{
    internal static string Of(Exception problem)
    {
        var path = Quoted().Match(problem.Message) is { Success: true } match ? $"'{match.Groups["path"].Value}'" : "the path";
        return problem switch
        {
            // Our own words name the path and the cure already.
            FileNotFoundException when problem.Message.StartsWith("Could not find", StringComparison.Ordinal) =>
                $"There is no file {path}. Check the path.",
            DirectoryNotFoundException when problem.Message.StartsWith("Could not find", StringComparison.Ordinal) =>
                $"There is no folder for {path}. Make it, or check the path.",
            UnauthorizedAccessException when Directory.Exists(path.Trim('\'')) =>
                $"{path} is a folder where a file is needed. Give the file.",
            UnauthorizedAccessException =>
                $"{path} cannot be read or written by this user. Change its permissions, or choose another path.",
            PathTooLongException => "A path is too long for this system. Choose a shorter one.",
            IOException { HResult: DiskFull or QuotaFull } => "The disk is full. Make room and run the same command again.",
            _ => problem.Message,
        };
    }

    private const int DiskFull = 28;
    private const int QuotaFull = 122;

    [GeneratedRegex("'(?<path>[^']*)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Quoted();
}
