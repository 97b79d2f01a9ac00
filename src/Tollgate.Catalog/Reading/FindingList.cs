using System.Collections.Immutable;
using System.Globalization;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Reading;

/// <summary>Where something is written. Line 0: the whole file.</summary>
internal readonly record struct Place(string File, int Line);

/// <summary>Collects the findings of one reading. At most <see cref="PerFile"/> are listed for one file; the rest is
/// counted.</summary>
internal sealed class FindingList
{
    internal const int PerFile = 1_000;
    private const int LongestMessage = 400;
    private const int SuggestionBudget = 500_000;

    private readonly HashSet<Finding> seen = [];
    private readonly Dictionary<string, int> countByFile = new(StringComparer.Ordinal);
    private int compared;

    public bool AnyError { get; private set; }

    /// <summary>Every key that a reader asked for, by the path of its mapping, e.g. (<c>offers[].recurring[]</c>,
    /// <c>amount</c>); the schema is held against it.</summary>
    public SortedSet<(string Path, string Key)> Asked { get; } = [];

    /// <summary>The attributes that are named.</summary>
    public AttributeUse Attributes { get; } = new();

    public void Error(string code, Place place, string message, string cure) =>
        Add(new Finding(Severity.Error, code, Printable(place.File), place.Line, Printable(message), Printable(cure)));

    public void Warning(string code, Place place, string message, string cure) =>
        Add(new Finding(Severity.Warning, code, Printable(place.File), place.Line, Printable(message), Printable(cure)));

    /// <summary>A cure for a word that should be one of the known ones.</summary>
    public string DidYouMean(string wrong, IReadOnlyCollection<string> known, string otherwise)
    {
        if (known.Count == 0 || compared > SuggestionBudget)
        {
            return otherwise;
        }
        compared += known.Count;
        if (Nearest.Of(wrong, known) is { } near)
        {
            return $"Did you mean '{near}'?";
        }
        return known.Count <= 20 ? $"{otherwise} Known: {string.Join(", ", known)}." : otherwise;
    }

    /// <summary>All findings in file and line order.</summary>
    public ImmutableArray<Finding> Sorted()
    {
        var more = countByFile.Where(pair => pair.Value > PerFile).Select(pair => new Finding(
            Severity.Error, CatalogueFindings.More, pair.Key, int.MaxValue,
            string.Create(CultureInfo.InvariantCulture, $"{pair.Value - PerFile} more findings in this file are not listed."),
            "Mend the listed ones and check again."));
        return [.. seen.Concat(more)
            .OrderBy(finding => finding.File, StringComparer.Ordinal).ThenBy(finding => finding.Line)
            .ThenBy(finding => finding.Code, StringComparer.Ordinal).ThenBy(finding => finding.Message, StringComparer.Ordinal)
            .Select(finding => finding.Line == int.MaxValue ? finding with { Line = 0 } : finding)];
    }

    /// <summary>Short enough for a line, without control characters that could steer a terminal.</summary>
    private static string Printable(string text)
    {
        var cut = text.Length <= LongestMessage ? text : text[..LongestMessage] + "…";
        return cut.Any(char.IsControl) ? string.Concat(cut.Select(c => char.IsControl(c) ? '?' : c)) : cut;
    }

    private void Add(Finding finding)
    {
        AnyError |= finding.Severity == Severity.Error;
        if (seen.Contains(finding))
        {
            return;
        }
        var count = countByFile.GetValueOrDefault(finding.File) + 1;
        countByFile[finding.File] = count;
        if (count <= PerFile)
        {
            seen.Add(finding);
        }
    }
}

/// <summary>Finds the word that was probably meant.</summary>
internal static class Nearest
{
    private const int LongestCompared = 64;

    /// <summary>The known word with the least edits from the wrong one, if these are few; letter case counts nothing.</summary>
    public static string? Of(string wrong, IEnumerable<string> known)
    {
        if (wrong.Length is 0 or > LongestCompared)
        {
            return null;
        }
        string? best = null;
        var bound = Math.Max(2, wrong.Length / 3) + 1;
        foreach (var word in known)
        {
            if (word.Length > LongestCompared || Math.Abs(word.Length - wrong.Length) >= bound)
            {
                continue;
            }
            var distance = Edits(wrong, word);
            if (distance < bound && distance < Math.Max(wrong.Length, word.Length))
            {
                (best, bound) = (word, distance);
            }
        }
        return best;
    }

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other.</summary>
    private static int Edits(string left, string right)
    {
        var width = right.Length + 1;
        Span<int> before = stackalloc int[LongestCompared + 1];
        Span<int> last = stackalloc int[LongestCompared + 1];
        Span<int> row = stackalloc int[LongestCompared + 1];
        for (var j = 0; j < width; j++)
        {
            last[j] = j;
        }
        for (var i = 1; i <= left.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j < width; j++)
            {
                var same = Same(left[i - 1], right[j - 1]);
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }
            last.CopyTo(before);
            row.CopyTo(last);
        }
        return last[right.Length];
    }

    private static bool Same(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
