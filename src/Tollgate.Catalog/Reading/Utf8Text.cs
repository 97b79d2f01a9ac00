using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Reading;

/// <summary>Bytes to text, strictly.</summary>
internal static class Utf8Text
{
    /// <summary>The text without its byte order mark, or null after a finding that names the first bad line.</summary>
    public static string? Read(CatalogueFile file, FindingList findings)
    {
        if (!IsClean(file, findings))
        {
            return null;
        }
        var bytes = file.Content.Span;
        return Encoding.UTF8.GetString(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes);
    }

    /// <summary>True when the file is UTF-8 without NUL; otherwise a finding names the first bad line.</summary>
    public static bool IsClean(CatalogueFile file, FindingList findings)
    {
        var bytes = file.Content.Span;
        if (Utf16.Is(bytes))
        {
            findings.Error(CatalogueFindings.Encoding, new Place(file.Name, 1), "The file is UTF-16.", Utf16.Cure);
            return false;
        }
        var (at, message, cure) = (bytes.IndexOf((byte)0), "There is a NUL byte here.", "Remove it: the file may be damaged.");
        if (!Utf8.IsValid(at < 0 ? bytes : bytes[..at]))
        {
            at = FirstInvalid(bytes);
            message = string.Create(CultureInfo.InvariantCulture, $"The byte 0x{bytes[at]:X2} is not valid UTF-8 here.");
            cure = "Save the file as UTF-8 (it may be Windows-1252 or Latin-1).";
        }
        if (at < 0)
        {
            return true;
        }
        findings.Error(
            CatalogueFindings.Encoding, new Place(file.Name, bytes[..at].Count((byte)'\n') + 1), message, cure);
        return false;
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
