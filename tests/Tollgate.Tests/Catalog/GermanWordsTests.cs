using System.Text.RegularExpressions;
using Tollgate.Catalog;
using Tollgate.Catalog.Changes;
using Tollgate.Catalog.Wording;
using Tollgate.Primitives;
using Tollgate.Tests.House;

namespace Tollgate.Tests.Catalog;

/// <summary>What catalogues say in German.</summary>
public sealed partial class GermanWordsTests
{
    [Fact]
    public void Every_sentence_of_the_code_has_a_German_one()
    {
        var folders = new[] { "src/Tollgate.Catalog/Wording", "src/Tollgate.Catalog/Changes", "src/Tollgate.Documents/Sheets" };
        var sentences = folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs"))
            .SelectMany(file => Sentences().Matches(File.ReadAllText(file)))
            .SelectMany(match => match.Groups.Cast<Group>().Skip(1).Where(group => group.Success)).Select(group => group.Value)
            .Where(text => text.Length > 0).ToHashSet(StringComparer.Ordinal);

        Assert.InRange(sentences.Count, 150, 1_000);
        Assert.Empty(sentences.Except(GermanPhrases.All.Keys));
        Assert.All(GermanPhrases.All, pair => Assert.Equal(Holes(pair.Key), Holes(pair.Value)));
    }

    [Fact]
    public void A_difference_is_told_in_German_with_its_numbers()
    {
        Tollgate.Catalog.Catalogue Priced(string price) => CatalogueReader.Read([new CatalogueFile("all.yaml",
            System.Text.Encoding.UTF8.GetBytes($$"""
            catalog: { code: t, currency: EUR, timeZone: Europe/Berlin }
            taxes: [{ code: standard, name: VAT, rates: [{ country: DE, percent: 19, from: 2000-01-01 }] }]
            offers:
              - code: m
                name: Mobile M
                recurring: [{ code: fee, name: { en: Monthly fee, de: Grundgebühr }, amount: {{price}}, tax: standard,
                  revenueAccount: "4000" }]
            """))]).Value!;

        var lines = DifferenceText.Lines(CatalogueDiff.Between(Priced("10"), Priced("12.50"), Say.German), Say.German);

        Assert.Equal(["Angebot Mobile M (m)", "  Grundgebühr: 10 → 12,50 EUR pro Monat (+25 %)"], lines);
        Assert.Equal(["Kein Unterschied."],
            DifferenceText.Lines(CatalogueDiff.Between(Priced("10"), Priced("10"), Say.German), Say.German));
    }

    [Fact]
    public void A_factor_is_told_as_one_and_a_rate_with_its_units()
    {
        var offer = CatalogueReader.Read([new CatalogueFile("all.yaml", """
            catalog: { code: t, currency: EUR, timeZone: Europe/Berlin }
            offers:
              - code: m
                name: Mobile M
                allowances:
                  - { code: far, name: Far, service: voice, amount: 100 minutes, takes: [{ factor: 1.5 }] }
                  - { code: data, name: Data, services: [voice, data], amount: 5 GB,
                      takes: [{ when: service = "voice", take: 2 MB, per: 1 minute }, { take: 1 MB, per: 1 MB }] }
            """u8.ToArray())]).Value!.Offers[0];
        string Takes(int allowance, Say say) => AllowanceWords.Of(offer.Allowances[allowance], say).Statements
            .Single(fact => fact.Property == nameof(Allowance.Takes)).Text;

        Assert.Equal("1.50 times what is used", Takes(0, Say.English));
        Assert.Equal("das 1,50-Fache des Verbrauchs", Takes(0, Say.German));
        Assert.StartsWith("0.002 GB per 1 minute when service", Takes(1, Say.English), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "1 Minute")]
    [InlineData(100, "100 Minuten")]
    public void One_and_many_have_their_own_words(int minutes, string words) =>
        Assert.Equal(words, Say.German.Quantity(minutes, Units.Minute));

    private static IEnumerable<string> Holes(string sentence) =>
        Hole().Matches(sentence).Select(match => match.Value).Order(StringComparer.Ordinal);

    [GeneratedRegex("\\bT\\(\"(?<a>[^\"]+)\"|Statement\\.\\w+\\(say,\\s*[^,]+,\\s*\"(?<b>[^\"]+)\""
        + "(?:, \"(?<e>[^\"]+)\")?|\\bCount\\([^\"]*\"(?<c>[^\"]+)\",\\s*\"(?<d>[^\"]+)\"", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Sentences();

    [GeneratedRegex(@"\{\d\}", RegexOptions.None, 1_000)]
    private static partial Regex Hole();
}
