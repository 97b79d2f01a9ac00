namespace Tollgate.Scenarios;

/// <summary>A folder for one test, removed at its end.</summary>
internal sealed class WorkFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("tollgate-scenario-").FullName;

    internal string this[string name] => System.IO.Path.Combine(Path, name);

    internal void Write(string name, string content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], content);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
