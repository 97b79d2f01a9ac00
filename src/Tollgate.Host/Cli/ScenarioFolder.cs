namespace Tollgate.Host.Cli;

/// <summary>Finds scenario files, and a fast place for their throw-away databases.</summary>
internal static class ScenarioFolder
{
    private const string Memory = "/dev/shm";

    /// <summary>The scenario files that some paths name: files, folders with everything below them, and patterns with <c>*</c> in
    /// the last part. In a folder or pattern only files with a line <c>scenario: …</c> count, so that catalogues may lie beside
    /// them.</summary>
    /// <exception cref="CommandRefusedException">A path names nothing.</exception>
    internal static List<string> Files(IEnumerable<string> paths)
    {
        var files = new List<string>();
        foreach (var path in paths)
        {
            if (File.Exists(path))
            {
                files.Add(path);
                continue;
            }
            var (folder, pattern, depth) = Directory.Exists(path)
                ? (path, "*.yaml", SearchOption.AllDirectories)
                : (Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : ".", Path.GetFileName(path),
                    SearchOption.TopDirectoryOnly);
            List<string> found = Directory.Exists(folder) && pattern.Contains('*', StringComparison.Ordinal)
                ? [.. Directory.EnumerateFiles(folder, pattern, depth).Where(IsScenario).Order(StringComparer.Ordinal)]
                : [];
            if (found.Count == 0)
            {
                throw new CommandRefusedException(
                    $"'{path}' names no scenario file. Give files, folders or patterns; try: tollgate scenario run scenarios");
            }
            files.AddRange(found);
        }
        return [.. files.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>A new empty folder, in memory where the system has a file system there.</summary>
    internal static string New() => Directory.Exists(Memory)
        ? Directory.CreateDirectory(Path.Combine(Memory, "tollgate-" + Path.GetRandomFileName())).FullName
        : Directory.CreateTempSubdirectory("tollgate-").FullName;

    private static bool IsScenario(string path) =>
        File.ReadLines(path).Any(line => line.StartsWith("scenario:", StringComparison.Ordinal));
}
