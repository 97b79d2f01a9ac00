using System.Runtime.CompilerServices;
using System.Text;

namespace Tollgate.Tests.Documents;

/// <summary>Compares bytes with a file in <c>golden/</c> beside the test; <c>TOLLGATE_ACCEPT=1</c> writes the file
/// instead.</summary>
internal static class Golden
{
    internal static void Same(string name, byte[] actual, [CallerFilePath] string test = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(test)!, "golden", name);
        if (Environment.GetEnvironmentVariable("TOLLGATE_ACCEPT") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, actual);
        }
        Assert.True(File.Exists(path), $"No golden file {name}; accept it with TOLLGATE_ACCEPT=1.");
        Assert.Equal(Encoding.UTF8.GetString(File.ReadAllBytes(path)), Encoding.UTF8.GetString(actual));
    }
}
