namespace Tollgate.Tests;

/// <summary>Finds the folder of published standards and genuine samples, which is not part of the repository:
/// <c>TOLLGATE_STANDARDS</c>, or <c>../shared/standards</c> beside the repository.</summary>
internal static class Standards
{
    /// <summary>The file at this path inside the folder; skips the calling test when it is not there.</summary>
    internal static byte[] Read(params string[] path)
    {
        var file = Path.Combine([Folder, .. path]);
        Assert.SkipUnless(File.Exists(file),
            $"Sample {string.Join('/', path)} not found. Set TOLLGATE_STANDARDS to the folder of standards and samples.");
        return File.ReadAllBytes(file);
    }

    /// <summary>The folder of the solution file.</summary>
    internal static string Root
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "Tollgate.slnx")))
            {
                folder = Path.GetDirectoryName(folder)
                    ?? throw new InvalidOperationException("Tollgate.slnx is in no folder above the tests.");
            }
            return folder;
        }
    }

    private static string Folder =>
        Environment.GetEnvironmentVariable("TOLLGATE_STANDARDS") is { Length: > 0 } set
            ? set : Path.Combine(Root, "..", "shared", "standards");
}
