namespace Tollgate.Primitives;

/// <summary>Recognises files that were saved in UTF-16, as some spreadsheets do, so that they are named as such.</summary>
public static class Utf16
{
    /// <summary>What to tell who handed such a file in.</summary>
    public const string Cure = "Save it as UTF-8, e.g. by: iconv -f UTF-16 -t UTF-8 FILE > NEW.";

    /// <summary>True when a file begins with the byte order mark of UTF-16, or with two ASCII characters in it.</summary>
    public static bool Is(ReadOnlySpan<byte> file) => file is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]
        or [not 0, 0, not 0, 0, ..] or [0, not 0, 0, not 0, ..];
}
