namespace Tollgate.Catalog.Reading;

/// <summary>The words of an enum in catalogues: lower case with dashes, e.g. <c>half-up</c>.</summary>
internal static class Words<T> where T : struct, Enum
{
    private static readonly Dictionary<string, T> ByWord =
        Enum.GetValues<T>().ToDictionary(value => Dashed(value.ToString()), StringComparer.Ordinal);

    /// <summary>All words, in the order of the members.</summary>
    public static IEnumerable<string> All => ByWord.Keys;

    /// <summary>The member of a word, or null.</summary>
    public static T? Find(string word) => ByWord.TryGetValue(word, out var value) ? value : null;

    /// <summary>The member that a scalar names, or null after a finding.</summary>
    public static T? Read(YamlScalar scalar, string key, FindingList findings)
    {
        if (ByWord.TryGetValue(scalar.Text, out var value))
        {
            return value;
        }
        findings.Error(CatalogueFindings.Value, scalar.Place, $"'{key}: {scalar.Text}' is not possible.",
            findings.DidYouMean(scalar.Text, ByWord.Keys, "Choose one of the possible words."));
        return null;
    }

    /// <summary>The word of a member.</summary>
    public static string Of(T value) => Dashed(value.ToString());

    private static string Dashed(string name) => string.Concat(name.Select((c, i) =>
        char.IsUpper(c) ? (i == 0 ? "" : "-") + char.ToLowerInvariant(c) : c.ToString()));
}
