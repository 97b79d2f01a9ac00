using System.Reflection;
using System.Security.Cryptography;

namespace Tollgate.Web.Console;

/// <summary>A file that pages refer to, kept inside this assembly.</summary>
/// <param name="Path">Where it is served, e.g. <c>/tollgate.css</c>.</param>
/// <param name="Url">The same with a hash of the content, so that browsers may keep it for ever.</param>
internal sealed record ConsoleAsset(string Path, string Url, string ContentType, byte[] Content)
{
    internal static ConsoleAsset Load(string name, string contentType)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"This assembly holds no resource '{name}'.");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        var hash = Convert.ToHexStringLower(SHA256.HashData(content))[..12];
        return new ConsoleAsset("/" + name, $"/{name}?v={hash}", contentType, content);
    }
}

/// <summary>The files of the console.</summary>
internal static class ConsoleAssets
{
    internal static readonly ConsoleAsset Style = ConsoleAsset.Load("tollgate.css", "text/css; charset=utf-8");

    internal static readonly ConsoleAsset Icon = ConsoleAsset.Load("tollgate.svg", "image/svg+xml");

    internal static readonly ConsoleAsset[] All = [Style, Icon];
}
