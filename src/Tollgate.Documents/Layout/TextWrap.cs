using System.Text;
using Tollgate.Documents.Pdf;

namespace Tollgate.Documents.Layout;

/// <summary>Breaks text into lines: at spaces, after hyphens and slashes, and within a word that alone is too wide.</summary>
internal static class TextWrap
{
    /// <summary>At least one line; none wider than <paramref name="width"/> unless one character is.</summary>
    internal static List<string> Lines(string text, Pen pen, double width)
    {
        if (text.IndexOf('\n', StringComparison.Ordinal) < 0 && pen.Measure(text) <= width)
        {
            return [text];
        }
        var lines = new List<string>();
        foreach (var paragraph in text.ReplaceLineEndings("\n").Split('\n'))
        {
            var line = "";
            foreach (var word in Words(paragraph).SelectMany(word => Pieces(word, pen, width)))
            {
                if (line.Length > 0 && pen.Measure((line + word).TrimEnd(' ')) > width)
                {
                    lines.Add(line.TrimEnd(' '));
                    line = "";
                }
                line += word;
            }
            lines.Add(line.TrimEnd(' '));
        }
        return lines;
    }

    /// <summary>One line, cut with an ellipsis where it is too wide.</summary>
    internal static string Cut(string text, Pen pen, double width)
    {
        if (pen.Measure(text) <= width)
        {
            return text;
        }
        var runes = text.EnumerateRunes().ToArray();
        var length = runes.Length;
        string cut;
        do
        {
            length--;
            cut = string.Concat(runes.Take(length)).TrimEnd() + "…";
        }
        while (length > 0 && pen.Measure(cut) > width);
        return cut;
    }

    /// <summary>The same pen, made smaller until the text fits; never under 6 points.</summary>
    internal static Pen Shrink(string text, Pen pen, double width)
    {
        var actual = pen.Measure(text);
        return actual <= width ? pen : pen with { Size = Math.Max(6, Math.Floor(pen.Size * width / actual * 10) / 10) };
    }

    private static IEnumerable<string> Words(string text)
    {
        var from = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var breaks = text[i] is ' ' or '/' || text[i] == '-' && i > from && i + 1 < text.Length && char.IsLetter(text[i + 1]);
            if (breaks)
            {
                yield return text[from..(i + 1)];
                from = i + 1;
            }
        }
        if (from < text.Length)
        {
            yield return text[from..];
        }
    }

    private static IEnumerable<string> Pieces(string word, Pen pen, double width)
    {
        if (pen.Measure(word.TrimEnd(' ')) <= width)
        {
            yield return word;
            yield break;
        }
        var piece = new StringBuilder();
        foreach (var rune in word.EnumerateRunes())
        {
            if (piece.Length > 0 && pen.Measure(piece.ToString() + rune) > width)
            {
                yield return piece.ToString();
                piece.Clear();
            }
            piece.Append(rune.ToString());
        }
        yield return piece.ToString();
    }
}
