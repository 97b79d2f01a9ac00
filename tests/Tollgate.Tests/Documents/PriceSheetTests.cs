using NodaTime;
using Tollgate.Catalog;
using Tollgate.Catalog.Wording;
using Tollgate.Documents.Sheets;
using Tollgate.Primitives;
using CatalogueFolder = Tollgate.Tests.Catalog.CatalogueFolder;

namespace Tollgate.Tests.Documents;

public sealed class PriceSheetTests
{
    private static readonly Tollgate.Catalog.Catalogue Demo = CatalogueReader.Read(CatalogueFolder.Demo()).Value!;

    public static TheoryData<string> Settings => ["cgrates", "sigscale", "billrun", "rate-o-mat"];

    [Fact]
    public void Everything_that_is_sold_is_on_the_sheet()
    {
        var (page, text) = (SheetHtml.Render(Sheet()), SheetMarkdown.Render(Sheet()));
        string[] words =
        [
            .. Demo.Offers.Select(offer => offer.Name.Text),
            .. Demo.Offers.SelectMany(offer => offer.Recurring).Select(price => price.Name.Text),
            .. Demo.Offers.SelectMany(offer => offer.Allowances).Select(allowance => allowance.Name.Text),
            .. Demo.Examples.Select(example => example.Name),
            .. Demo.Decks[0].Rows.Where(row => row.Price is not null).Select(row => row.Zone).Distinct(StringComparer.Ordinal),
        ];
        Assert.All(words, word => Assert.Contains(SheetHtml.Text(word), page, StringComparison.Ordinal));
        Assert.All(words, word => Assert.Contains(word.Replace("_", "\\_", StringComparison.Ordinal), text,
            StringComparison.Ordinal));
    }

    [Fact]
    public void Amounts_stand_net_and_gross_and_increments_in_words()
    {
        var text = SheetMarkdown.Render(Sheet("mobile-m"));
        Assert.Contains("**14.99 EUR per month** (incl. 19 % VAT)", text, StringComparison.Ordinal);
        Assert.Contains("| Activation | 9.99 EUR | 11.89 EUR | once, at activation |", text, StringComparison.Ordinal);
        Assert.Contains("| Calls to Germany Fixed, Germany Mobile, peak | 0.09 EUR per minute | 0.1071 | "
            + "the first minute whole, then by the second |", text, StringComparison.Ordinal);
        Assert.Contains("| peak | Mon–Fri 08:00–20:00 |", text, StringComparison.Ordinal);
        Assert.Contains("| Austria Mobile | 0.19 | 0.2261 |", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Nordwind Prepaid", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Prices_with_tax_are_shown_without_it_too()
    {
        var text = SheetMarkdown.Render(Sheet("prepaid"));
        Assert.Contains("| Messages | 0.092437 EUR per message | 0.11 |", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_German_sheet_of_the_demo_has_no_English_sentence_left()
    {
        var sheet = PriceSheetBuilder.Build(Demo, Options() with { Language = "de" });
        var own = Demo.Examples.Select(example => example.Name).Append(sheet.Title).ToHashSet(StringComparer.Ordinal);
        var texts = sheet.Blocks.SelectMany(block => block switch
        {
            OfferHead head => [head.Price, head.PriceNote],
            SheetHeading heading => [heading.Text],
            SheetText paragraph => [paragraph.Text],
            SheetList list => list.Items,
            SheetTable table => table.Columns.Concat(table.Rows.SelectMany(row => row)),
            SheetIndex index => index.Table.Columns.Concat(index.Table.Rows.Take(50).SelectMany(row => row)),
            _ => throw new InvalidOperationException($"{block.GetType().Name} is new here."),
        }).Append(sheet.Subtitle).Append(sheet.Foot).Where(text => !own.Contains(text)).ToList();

        Assert.All(texts, text => Assert.DoesNotMatch(
            @"\b(the|and|of|per|every|with|to|from|when|is|by|for|at|free|once|any|event|second"
            + @"|minute|month|used|rate|Calls)\b", text));
        Assert.Contains(texts, text => text == "die erste Minute ganz, danach sekundengenau");
        Assert.Contains(texts, text => text == "Anrufe nach Deutschland Festnetz, Deutschland Mobilfunk, Hauptzeit");
        var html = SheetHtml.Render(sheet);
        Assert.Contains("<html lang=\"de\">", html, StringComparison.Ordinal);
        Assert.Contains("14,99 EUR pro Monat", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Plans_are_listed_in_the_order_in_which_they_are_asked_and_promotions_with_their_days()
    {
        var offer = new Offer
        {
            Code = "x", Name = "X",
            RatePlans =
            [
                "mobile-voice", "mobile-sms", new OfferPlan("mobile-voice-s")
                {
                    Priority = 50, From = new LocalDate(2027, 1, 1), When = Condition.Parse("has(vip)"),
                },
            ],
        };
        var spring = new Offer
        {
            Code = "spring", Name = "Spring", AddOnTo = ["x"],
            Promotion = new Promotion(new LocalDate(2027, 3, 1), new LocalDate(2027, 4, 1), BillInterval.OfMonths(3)),
        };
        var catalogue = Demo with { Offers = [offer, spring], Examples = [] };
        var text = SheetMarkdown.Render(PriceSheetBuilder.Build(catalogue, Options("x")));
        string Name(string code) => Demo.RatePlans.Single(plan => plan.Code == code).Name.Text;

        Assert.Contains($"{Name("mobile-voice-s")}, asked first, from 2027-01-01, when has(vip)", text,
            StringComparison.Ordinal);
        Assert.Contains($"{Name("mobile-voice")}, asked where those before have no price", text, StringComparison.Ordinal);
        Assert.DoesNotContain($"{Name("mobile-sms")}, asked", text, StringComparison.Ordinal);
        Assert.Contains("Spring: for who subscribes from 2027-03-01 to before 2027-04-01, for 3 months", text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_told_by_its_code_and_promotions_with_what_they_give()
    {
        var catalogue = CatalogueReader.Read([CatalogueFolder.Of("all.yaml", """
            catalog: { code: t, currency: EUR, timeZone: Europe/Berlin }
            taxes: [{ code: standard, name: MwSt, rates: [{ country: DE, percent: 19, from: 2007-01-01 }] }]
            decks: [{ code: world, per: minute }]
            counters: [{ code: spd, name: Ausgaben, of: money }]
            ratePlans:
              - { code: calls, name: Telefonie, service: voice, tax: standard, revenueAccount: "4000", deck: world, prices: [
                  { zone: Premium, price: barred }, { zone: Service, price: free }, { price: deck }] }
            discounts:
              - { code: half, name: Halber Preis, percent: 50, offers: [m], prices: [fee], periods: 3 }
            offers:
              - code: m
                name: Mobil M
                ratePlans: [calls]
                recurring:
                  - { code: fee, name: Grundpreis, amount: 10, perQuantity: no, tax: standard, revenueAccount: "4100" }
                allowances:
                  - { code: mins, name: Freiminuten, service: voice, amount: 100 minutes, perQuantity: yes }
                spendingCaps: [{ code: cap, counter: spd, limit: 50.00 }]
              - code: spring
                name: Frühling
                addOnTo: [m]
                promotion: { from: 2027-03-01, for: 3 months }
                discounts: [half]
                allowances: [{ code: bonus, name: Bonus, service: voice, amount: 30 minutes, reset: 1 month }]
                earns: [{ code: more, name: Mehr, counter: spd, per: 1.00 EUR, give: 1 minute, into: bonus }]
            examples:
              - { name: Gesperrt, offer: m, service: voice, to: "+49 900 1", at: 2026-10-05 10:00, use: 1 minute,
                  refused: barred }
            """),
            CatalogueFolder.Of(
                "decks/world.csv", "prefix,zone,price\n49,Germany,0.05\n49900,Premium,1.00\n49180,Service,0.20\n")]);
        Assert.Empty(catalogue.Findings);
        var text = SheetMarkdown.Render(PriceSheetBuilder.Build(catalogue.Value!, Options("m") with { Language = "de" }));

        Assert.Contains("Frühling: für Neuverträge von 01.03.2027, für 3 Monate; mit Halber Preis (50 %, für jedes Entgelt, "
            + "auf laufende Entgelte, der Angebote Mobil M, der Preise Grundpreis, Zeiträume 3), Bonus (30 Minuten, "
            + "Anrufe überallhin, jeden Monat ab der Aktivierung), Mehr (1 Minute, für je 1,00 EUR, des Zählers Ausgaben, "
            + "in Bonus)", text, StringComparison.Ordinal);
        Assert.Contains("- Kostengrenze: 50,00 EUR, des Zählers Ausgaben", text, StringComparison.Ordinal);
        Assert.Contains("für jede Anzahl gleich", text, StringComparison.Ordinal);
        Assert.Contains("100 Minuten je Stück der Anzahl", text, StringComparison.Ordinal);
        Assert.Contains("| Gesperrt | 1 Minute | wird abgelehnt |", text, StringComparison.Ordinal);
        Assert.Contains("| Germany | 0,05 |", text, StringComparison.Ordinal);
        Assert.DoesNotContain("| Premium | 1", text, StringComparison.Ordinal);
        Assert.DoesNotContain("zzgl.", text, StringComparison.Ordinal);
        Assert.All(["spd", "mins", "half", "cap"], code => Assert.DoesNotContain(code, text, StringComparison.Ordinal));
    }

    [Fact]
    public void Names_are_in_the_language_asked_for()
    {
        var sheet = PriceSheetBuilder.Build(Demo, Options("mobile-m") with { Language = "de-AT" });
        Assert.Contains("Grundgebühr Mobile M", SheetMarkdown.Render(sheet), StringComparison.Ordinal);
    }

    [Fact]
    public void Markup_in_names_stays_text()
    {
        var offer = new Offer { Code = "x", Name = "<b>|Bold|</b>", Description = "<script>alert(1)</script>" };
        var sheet = PriceSheetBuilder.Build(Demo with { Offers = [offer], Examples = [] }, Options());
        Assert.DoesNotContain("<script", SheetHtml.Render(sheet), StringComparison.Ordinal);
        Assert.Contains("\\<b\\>\\|Bold\\|\\</b\\>", SheetMarkdown.Render(sheet), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Every_price_model_can_be_printed(string system)
    {
        var catalogue = CatalogueReader.Read(
            CatalogueFolder.Load(Path.Combine(CatalogueFolder.Repository, "catalogs", "settings", system))).Value!;
        var text = SheetMarkdown.Render(PriceSheetBuilder.Build(catalogue, Options()));
        Assert.All(catalogue.RatePlans.SelectMany(plan => plan.Prices.Select(price => (plan, price))), item => Assert.Contains(
            PriceModelWords.Of(item.price, item.plan.Currency, Say.English).Suffix, text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(60, 1, "the first minute whole, then by the second")]
    [InlineData(60, 60, "by the minute, each begun one whole")]
    [InlineData(30, 6, "the first 30 seconds whole, then by steps of 6 seconds")]
    [InlineData(0, 1, "by the second, each begun one whole")]
    public void Increments_are_said_as_people_say_them(int first, int next, string words) =>
        Assert.Equal(words, Say.English.Increments(new Increments(first * 1_000, next * 1_000), UnitKind.Duration));

    private static PriceSheet Sheet(params string[] offers) => PriceSheetBuilder.Build(Demo, Options(offers));

    private static SheetOptions Options(params string[] offers) => new("en", null, new LocalDate(2026, 11, 22), [.. offers], "");
}
