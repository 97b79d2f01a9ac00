using System.Collections.Immutable;
using System.Globalization;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Reading;

/// <summary>
/// Reads the keys of one mapping. Each reader asks for a key and always gets a value; what is wrong becomes a finding, and then
/// the value is a stand-in that never leaves the catalogue reader. Keys that nobody asked for are unknown.
/// </summary>
internal sealed class Fields
{
    /// <summary>Largest price and amount, in major units.</summary>
    internal const decimal LargestAmount = 1_000_000_000m;

    private readonly List<string> asked = [];
    private readonly string path;

    /// <param name="path">Where the mapping is, e.g. <c>offers[].recurring[]</c>; empty: the file itself.</param>
    public Fields(YamlMapping map, FindingList findings, string path = "")
    {
        Map = map;
        Findings = findings;
        this.path = path;
    }

    public YamlMapping Map { get; }

    public FindingList Findings { get; }

    public Place Place => Map.Place;

    /// <summary>Place of a key's value, or of the mapping when it is absent.</summary>
    public Place PlaceOf(string key) => Map.Find(key)?.Place ?? Map.Place;

    public bool Has(string key) => Map.Find(key) is not null;

    /// <summary>The keys that were asked for so far, in the order of asking.</summary>
    public IReadOnlyList<string> Asked => asked;

    /// <summary>What a key holds, whatever its shape; null when absent or empty.</summary>
    public YamlValue? Value(string key) => Ask(key);

    /// <summary>Names keys that are possible here, whether or not they are read.</summary>
    public void Knows(IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            Ask(key);
        }
    }

    /// <summary>Reports the keys that were never asked for. Call it last.</summary>
    public void Done()
    {
        foreach (var (key, _) in Map.Entries)
        {
            if (!asked.Contains(key.Text))
            {
                Findings.Error(CatalogueFindings.Key, key.Place, $"The key '{key.Text}' is unknown here.",
                    Findings.DidYouMean(key.Text, asked, "Remove it."));
            }
        }
    }

    /// <summary>The scalar of a key, or null.</summary>
    public YamlScalar? Scalar(string key, bool required)
    {
        switch (Ask(key))
        {
            case YamlScalar { Text: not "" } scalar:
                return scalar;
            case null or YamlScalar:
                if (required)
                {
                    Findings.Error(CatalogueFindings.Missing, Place, $"The key '{key}' is missing or empty.", $"Add '{key}: …'.");
                }
                return null;
            case var other:
                WrongShape(other, $"'{key}'", "a plain value");
                return null;
        }
    }

    public string Text(string key) => Plain(Scalar(key, required: true)) ?? "";

    public string? OptionalText(string key) => Plain(Scalar(key, required: false));

    /// <summary>A name, or null when absent.</summary>
    public CatalogueName? OptionalName(string key)
    {
        Ask(key);
        return Has(key) ? Name(key) : null;
    }

    /// <summary>A required name: one text, or a mapping of languages to texts.</summary>
    public CatalogueName Name(string key)
    {
        if (Map.Find(key) is not YamlMapping)
        {
            return Text(key);
        }
        var nested = Nested(key)!;
        var texts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (language, _) in nested.Map.Entries)
        {
            if (!Codes.IsLanguage(language.Text))
            {
                Findings.Error(CatalogueFindings.Key, language.Place, $"'{language.Text}' is not a language.",
                    "Write its BCP 47 tag in lower case, e.g. en, de or pt-br.");
            }
            texts[language.Text] = nested.Text(language.Text);
        }
        if (texts.Count == 0)
        {
            Findings.Error(CatalogueFindings.Missing, nested.Place, $"'{key}' has no text.", "Write e.g. 'en: …' in it.");
            return "";
        }
        return new CatalogueName(texts[nested.Map.Entries[0].Key.Text]) { Translations = texts.ToImmutable() };
    }

    /// <summary>A code: letters, digits, dot, dash, underscore; begins with a letter or digit; at most 64 characters.</summary>
    public string Code(string key)
    {
        var scalar = Scalar(key, required: true);
        if (scalar is not null && !Codes.IsCode(scalar.Text))
        {
            Findings.Error(CatalogueFindings.Code, scalar.Place, $"'{scalar.Text}' cannot be a code.",
                "Use letters, digits, '-', '_' and '.', beginning with a letter or digit, at most 64.");
        }
        return scalar?.Text ?? "";
    }

    /// <summary>One of some words; the default when absent.</summary>
    public T Choice<T>(string key, T otherwise) where T : struct, Enum =>
        Scalar(key, required: false) is { } scalar ? Words<T>.Read(scalar, key, Findings) ?? otherwise : otherwise;

    /// <summary>One of some words, required; null after a finding.</summary>
    public T? Choice<T>(string key) where T : struct, Enum =>
        Scalar(key, required: true) is { } scalar ? Words<T>.Read(scalar, key, Findings) : null;

    public bool Flag(string key, bool otherwise)
    {
        var scalar = Scalar(key, required: false);
        switch (scalar?.Text)
        {
            case null:
                return otherwise;
            case "true" or "yes":
                return true;
            case "false" or "no":
                return false;
            default:
                Findings.Error(CatalogueFindings.Value, scalar.Place, $"'{key}: {scalar.Text}' is neither yes nor no.",
                    "Write yes or no.");
                return otherwise;
        }
    }

    public int Whole(string key, int otherwise, int least, int most)
    {
        var scalar = Scalar(key, required: false);
        return scalar is null ? otherwise : (int)Numbers.Read(scalar.Text, scalar.Place, key, least, most, decimals: 0, Findings);
    }

    /// <summary>A required number.</summary>
    public decimal Number(string key, decimal least, decimal most, int decimals)
    {
        var scalar = Scalar(key, required: true);
        return scalar is null ? least : Numbers.Read(scalar.Text, scalar.Place, key, least, most, decimals, Findings);
    }

    /// <summary>A price, 0 when absent.</summary>
    public decimal OptionalPrice(string key)
    {
        var scalar = Scalar(key, required: false);
        return scalar is null
            ? 0m : Numbers.Read(scalar.Text, scalar.Place, key, 0m, LargestAmount, Numbers.PriceDecimals, Findings);
    }

    /// <summary>The mapping of a key, or null when absent or of another shape.</summary>
    public Fields? Nested(string key)
    {
        var value = Ask(key);
        if (value is YamlMapping map)
        {
            return new Fields(map, Findings, Below(key));
        }
        if (value is not null)
        {
            WrongShape(value, $"'{key}'", "a mapping");
        }
        return null;
    }

    /// <summary>The mappings in the list of a key; empty when absent.</summary>
    public ImmutableArray<Fields> Entries(string key)
    {
        var entries = ImmutableArray.CreateBuilder<Fields>();
        foreach (var item in Items(key))
        {
            if (item is YamlMapping map)
            {
                entries.Add(new Fields(map, Findings, Below(key) + "[]"));
            }
            else
            {
                WrongShape(item, $"An entry of '{key}'", "a mapping");
            }
        }
        return entries.ToImmutable();
    }

    /// <summary>The plain values in the list of a key; a single plain value counts as a list of one.</summary>
    public ImmutableArray<YamlScalar> Scalars(string key)
    {
        if (Map.Find(key) is YamlScalar single)
        {
            Ask(key);
            return [single];
        }
        var scalars = ImmutableArray.CreateBuilder<YamlScalar>();
        foreach (var item in Items(key))
        {
            if (item is YamlScalar { IsNull: false } scalar)
            {
                scalars.Add(scalar);
            }
            else
            {
                WrongShape(item, $"An entry of '{key}'", "a plain value");
            }
        }
        return scalars.ToImmutable();
    }

    /// <summary>The entries in the list of a key, each a plain value or a mapping; a single one counts as a list of
    /// one.</summary>
    public IEnumerable<(YamlScalar? Plain, Fields? Entry)> ScalarsOrEntries(string key)
    {
        foreach (var item in Ask(key) is { } single and not YamlList ? [single] : Items(key))
        {
            if (item is YamlMapping map)
            {
                yield return (null, new Fields(map, Findings, Below(key) + "[]"));
            }
            else if (item is YamlScalar { IsNull: false } scalar)
            {
                yield return (scalar, null);
            }
            else
            {
                WrongShape(item, $"An entry of '{key}'", "a plain value or a mapping");
            }
        }
    }

    private IReadOnlyList<YamlValue> Items(string key)
    {
        switch (Ask(key))
        {
            case YamlList list:
                return list.Items;
            case null:
                return [];
            case var other:
                WrongShape(other, $"'{key}'", "a list");
                return [];
        }
    }

    private YamlValue? Ask(string key)
    {
        if (!asked.Contains(key))
        {
            asked.Add(key);
            Findings.Asked.Add((path, key));
        }
        return Map.Find(key);
    }

    private string Below(string key) => path.Length == 0 ? key : $"{path}.{key}";

    private string? Plain(YamlScalar? scalar)
    {
        if (scalar is not null && (scalar.Text.Length > 500 || scalar.Text.Any(char.IsControl)))
        {
            Findings.Error(CatalogueFindings.Value, scalar.Place,
                "This text is longer than 500 characters or has control characters.",
                "Write it on one line, shorter.");
        }
        return scalar?.Text;
    }

    private void WrongShape(YamlValue value, string what, string expected) =>
        Findings.Error(CatalogueFindings.Shape, value.Place, $"{what} is {value.Shape}; {expected} is expected.",
            expected switch
            {
                "a list" => "Begin each entry with '- '.",
                "a mapping" => "Write 'key: value' lines, indented.",
                _ => "Write one word, number or text.",
            });
}

/// <summary>Syntax of codes.</summary>
internal static class Codes
{
    public static bool IsCode(string text) =>
        text.Length is > 0 and <= 64 && char.IsAsciiLetterOrDigit(text[0]) &&
        text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    /// <summary>Two or three lower-case letters, then perhaps subtags of 2 to 8 letters or digits.</summary>
    public static bool IsLanguage(string text)
    {
        var tags = text.Split('-');
        return tags[0].Length is 2 or 3 && tags.All(tag => tag.Length is >= 2 and <= 8
            && tag.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))) && tags[0].All(char.IsAsciiLetterLower);
    }
}

/// <summary>Numbers as people write them: digits, a decimal point, no exponent, no thousands separators.</summary>
internal static class Numbers
{
    /// <summary>Finest price.</summary>
    internal const int PriceDecimals = 12;

    private const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;

    /// <summary>The number in its range, or the lower bound after a finding.</summary>
    public static decimal Read(
        string text, Place place, string what, decimal least, decimal most, int decimals, FindingList findings)
    {
        if (!LooksLikeNumber(text))
        {
            findings.Error(CatalogueFindings.Number, place, $"'{what}' is not a number: '{text}'.",
                text.Contains(',', StringComparison.Ordinal)
                    ? "Write a decimal point and no separators, e.g. 1234.56."
                    : "Write e.g. 12.5.");
            return least;
        }
        if (!decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out var value) || value < least || value > most)
        {
            findings.Error(CatalogueFindings.Range, place, $"'{what}' is out of range: {text}.",
                string.Create(CultureInfo.InvariantCulture,
                    $"Give a number from {least:0.############} to {most:0.############}."));
            return least;
        }
        var point = text.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0 && text.AsSpan(point + 1).TrimEnd('0').Length > decimals)
        {
            findings.Error(CatalogueFindings.Range, place, $"'{what}' is too fine: {text}.", decimals == 0
                ? "Give a whole number."
                : string.Create(CultureInfo.InvariantCulture, $"Give at most {decimals} decimals."));
            return least;
        }
        return value;
    }

    private static bool LooksLikeNumber(ReadOnlySpan<char> text)
    {
        var digits = text.Length > 0 && text[0] is '-' or '+' ? text[1..] : text;
        var point = digits.IndexOf('.');
        var whole = point < 0 ? digits : digits[..point];
        var fraction = point < 0 ? "0" : digits[(point + 1)..];
        return whole.Length > 0 && fraction.Length > 0 &&
            !whole.ContainsAnyExceptInRange('0', '9') && !fraction.ContainsAnyExceptInRange('0', '9');
    }
}
