namespace Tollgate.Tests.House;

/// <summary>
/// Blanks what is not code in C# text: comments, string and character literals. Code in the holes of interpolated strings is
/// kept.
/// Positions and line breaks stay.
/// </summary>
internal static class CSharpCode
{
    public static string WithoutCommentsAndStrings(string text)
    {
        var output = text.ToCharArray();
        Copy(text, output, 0, inHole: false);
        return new string(output);
    }

    /// <summary>Goes over code; in a hole up to the brace (or the run of braces) that ends it.</summary>
    private static int Copy(string text, char[] output, int at, bool inHole)
    {
        var depth = 0;
        while (at < text.Length)
        {
            if (StringStart(text, at) is { } start)
            {
                at = Literal(text, output, start);
                continue;
            }
            if (Starts(text, at, "//"))
            {
                at = Blank(output, at, LineEnd(text, at));
                continue;
            }
            if (Starts(text, at, "/*"))
            {
                var end = text.IndexOf("*/", at + 2, StringComparison.Ordinal);
                at = Blank(output, at, end < 0 ? text.Length : end + 2);
                continue;
            }
            if (text[at] == '\'')
            {
                at = Blank(output, at, CharacterEnd(text, at));
                continue;
            }
            if (inHole && text[at] == '}' && depth == 0)
            {
                return at;
            }
            depth += text[at] switch { '{' => 1, '}' => -1, _ => 0 };
            at++;
        }
        return at;
    }

    /// <summary>What a string literal begins with, or null when none begins here.</summary>
    private static Opening? StringStart(string text, int at)
    {
        var first = at;
        var dollars = 0;
        var verbatim = false;
        while (at < text.Length && text[at] is '$' or '@' && at - first < 8)
        {
            dollars += text[at] == '$' ? 1 : 0;
            verbatim |= text[at] == '@';
            at++;
        }
        if (at >= text.Length || text[at] != '"')
        {
            return null;
        }
        var quotes = 0;
        while (!verbatim && at + quotes < text.Length && text[at + quotes] == '"')
        {
            quotes++;
        }
        return quotes >= 3
            ? new Opening(first, at + quotes, dollars, quotes, false)
            : new Opening(first, at + 1, dollars, 1, verbatim);
    }

    /// <summary>Blanks one literal and returns the position behind it.</summary>
    private static int Literal(string text, char[] output, Opening opening)
    {
        Blank(output, opening.From, opening.Body);
        var raw = opening.Quotes >= 3;
        var at = opening.Body;
        while (at < text.Length)
        {
            if (!raw && !opening.Verbatim && text[at] == '\\')
            {
                at = Blank(output, at, at + 2);
            }
            else if (!raw && opening.Verbatim && Starts(text, at, "\"\""))
            {
                at = Blank(output, at, at + 2);
            }
            else if (Starts(text, at, new string('"', opening.Quotes)))
            {
                return Blank(output, at, at + opening.Quotes);
            }
            else if (opening.Dollars > 0 && text[at] == '{')
            {
                at = Hole(text, output, at, raw ? opening.Dollars : 1, raw);
            }
            else
            {
                at = Blank(output, at, at + 1);
            }
        }
        return at;
    }

    /// <summary>From a brace in an interpolated string: an escaped brace, or a hole whose code is kept.</summary>
    private static int Hole(string text, char[] output, int at, int braces, bool raw)
    {
        var run = 0;
        while (at + run < text.Length && text[at + run] == '{')
        {
            run++;
        }
        if (run < braces || (!raw && run % 2 == 0))
        {
            return Blank(output, at, at + run);
        }
        Blank(output, at, at + run);
        var end = Copy(text, output, at + run, inHole: true);
        return Blank(output, end, Math.Min(end + braces, text.Length));
    }

    private static int CharacterEnd(string text, int at)
    {
        at++;
        while (at < text.Length && text[at] is not '\'' and not '\n')
        {
            at += text[at] == '\\' ? 2 : 1;
        }
        return Math.Min(at + 1, text.Length);
    }

    private static int LineEnd(string text, int at)
    {
        var end = text.IndexOf('\n', at);
        return end < 0 ? text.Length : end;
    }

    private static int Blank(char[] output, int from, int to)
    {
        for (var i = from; i < to && i < output.Length; i++)
        {
            output[i] = output[i] == '\n' ? '\n' : ' ';
        }
        return Math.Min(to, output.Length);
    }

    private static bool Starts(string text, int at, string with) => string.CompareOrdinal(text, at, with, 0, with.Length) == 0;

    private readonly record struct Opening(int From, int Body, int Dollars, int Quotes, bool Verbatim);
}
