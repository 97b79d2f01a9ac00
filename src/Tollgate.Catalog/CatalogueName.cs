using System.Collections.Immutable;

namespace Tollgate.Catalog;

/// <summary>
/// What people read: one text, or one for each language. Converts from and to plain text, so that code that does not care about
/// languages need not.
/// </summary>
/// <param name="Text">In the catalogue's own language: the plain text, or the first translation written.</param>
public sealed record CatalogueName(string Text)
{
    /// <summary>Texts by language (BCP 47, lower case); empty: <see cref="Text"/> serves every language.</summary>
    public ImmutableSortedDictionary<string, string> Translations { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    public static implicit operator CatalogueName(string text) => new(text);

    public static implicit operator string(CatalogueName name) => name.Text;

    /// <summary>The text for a BCP 47 tag: of the tag itself, else of its language (<c>de-AT</c> → <c>de</c>), else
    /// <see cref="Text"/>.</summary>
    public string In(string language)
    {
        var tag = language.Replace('_', '-').ToLowerInvariant();
        return Translations.GetValueOrDefault(tag) ?? Translations.GetValueOrDefault(tag.Split('-')[0]) ?? Text;
    }

    public override string ToString() => Text;
}
