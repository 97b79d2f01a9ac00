using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Tollgate.Catalog.Reading;

/// <summary>Bytes to text, strictly.</summary>
internal static class Utf8Text
{
    /// <summary>The text without its byte order mark, or null after a finding that names the first bad line.</summary>
    public static string? Read(CatalogueFile file, FindingList findings)
    {
        var bytes = file.Content.Span;
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            bytes = bytes[3..];
        }
        else if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            findings.Error(CatalogueFindings.Encoding, new Place(file.Name, 1), "The file is UTF-16.", "Save it as UTF-8.");
            return null;
        }
        if (Utf8.IsValid(bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }
        var at = FirstInvalid(bytes);
        var line = bytes[..at].Count((byte)'\n') + 1;
        findings.Error(CatalogueFindings.Encoding, new Place(file.Name, line),
            string.Create(CultureInfo.InvariantCulture, $"The byte 0x{bytes[at]:X2} is not valid UTF-8 here."),
            "Save the file as UTF-8 (it may be Windows-1252 or Latin-1).");
        return null;
    }

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length
            && Rune.DecodeFromUtf8(bytes[at..], out _, out var length) == System.Buffers.OperationStatus.Done)
        {
            at += length;
        }
        return at;
    }
}
