using Tollgate.Catalog;

namespace Tollgate.Tests.Catalog;

public sealed class CatalogueNameTests
{
    private const string Text = """
        catalog: { code: test, currency: EUR, timeZone: Europe/Berlin }
        taxes:
          - { code: standard, name: { en: VAT, de: USt. }, rates: [{ country: DE, percent: 19, from: 2021-01-01 }] }
        offers:
          - code: parent
            template: yes
            recurring:
              - { code: fee, name: { de: Grundgebühr, en: Base fee }, amount: 5, tax: standard, revenueAccount: 4000 }
          - { code: plan, extends: parent, name: { en: Plan, de-at: Vertrag, de: Tarif } }
          - { code: plain, name: Plain }
        """;

    [Fact]
    public void A_name_is_one_text_or_one_for_each_language()
    {
        var check = CatalogueReader.Read([CatalogueFolder.Of("catalogue.yaml", Text)]);
        Assert.Empty(check.Findings);
        var offers = check.Value!.Offers.ToDictionary(offer => offer.Code);

        Assert.Equal(
            ["Tarif", "Vertrag", "Plan", "Plan", "Tarif"],
            new[] { "de", "de-AT", "en", "fr", "de_CH" }.Select(offers["plan"].Name.In));
        Assert.Equal("Plain", offers["plain"].Name.In("de"));
        Assert.Equal(("Grundgebühr", "Base fee", "Grundgebühr"), (offers["plan"].Recurring[0].Name.In("de"),
            offers["plan"].Recurring[0].Name.In("en"), offers["plan"].Recurring[0].Name.In("fr")));
        Assert.Equal("USt.", check.Value.Taxes[0].Name.In("de"));
    }
}
