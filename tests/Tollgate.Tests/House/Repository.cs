namespace Tollgate.Tests.House;

/// <summary>The files of this repository, as the house tests read them.</summary>
internal static class Repository
{
    /// <summary>Projects of the kernel: no I/O, no clock, no randomness, no async, no container.</summary>
    public static readonly string[] PureProjects =
    [
        "Tollgate.Primitives", "Tollgate.Catalog", "Tollgate.Mediation", "Tollgate.Rating", "Tollgate.Ledger", "Tollgate.Billing",
        "Tollgate.Receivables", "Tollgate.Documents",
    ];

    private static readonly HashSet<string> Skipped = new(StringComparer.Ordinal)
    {
        "bin", "obj", ".git", ".vs", ".idea", "node_modules", "demo-out", "BenchmarkDotNet.Artifacts", "TestResults",
    };

    /// <summary>Folder that holds <c>Tollgate.slnx</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>All files with one of these endings below a folder (relative to the root), without build output.</summary>
    public static IEnumerable<SourceFile> Files(string folder, params string[] endings)
    {
        var pending = new Stack<string>([Path.Combine(Root, folder)]);
        while (pending.TryPop(out var here))
        {
            foreach (var child in Directory.GetDirectories(here).Where(child => !Skipped.Contains(Path.GetFileName(child))))
            {
                pending.Push(child);
            }
            foreach (var path in Directory.GetFiles(here).Where(path => endings.Any(path.EndsWith)).Order(StringComparer.Ordinal))
            {
                yield return new SourceFile(Path.GetRelativePath(Root, path).Replace('\\', '/'), File.ReadAllText(path));
            }
        }
    }

    /// <summary>C# files of the given projects under src.</summary>
    public static IEnumerable<SourceFile> Sources(IEnumerable<string> projects) =>
        projects.SelectMany(project => Files("src/" + project, ".cs"));

    /// <summary>Fails with one line per finding.</summary>
    public static void AssertNone(IEnumerable<string> findings)
    {
        var all = findings.ToArray();
        Assert.True(all.Length == 0, string.Join('\n', all));
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Tollgate.slnx")))
            {
                return folder.FullName;
            }
        }
        throw new InvalidOperationException("The house tests must run below the folder of Tollgate.slnx.");
    }
}

/// <summary>One text file.</summary>
/// <param name="Path">Relative to the root, with forward slashes.</param>
/// <param name="Text">Its whole text.</param>
internal sealed record SourceFile(string Path, string Text)
{
    private string? code;

    /// <summary>The text of a C# file with comments and the contents of strings blanked; same length, same lines.</summary>
    public string Code => code ??= CSharpCode.WithoutCommentsAndStrings(Text);

    /// <summary>1-based line of a position.</summary>
    public int LineOf(int position) => Text.AsSpan(0, position).Count('\n') + 1;

    /// <summary><c>path:line</c>, as an editor understands it.</summary>
    public string Place(int position) => FormattableString.Invariant($"{Path}:{LineOf(position)}");
}
