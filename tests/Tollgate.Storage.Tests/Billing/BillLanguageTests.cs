using System.Text;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Catalog;
using Tollgate.Documents;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Catalogs;
using Tollgate.Rating;
using Tollgate.Storage.Catalogs;
using static Tollgate.Storage.Tests.Billing.BillingStory;

namespace Tollgate.Storage.Tests.Billing;

public sealed class BillLanguageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_bill_is_worded_in_the_language_of_its_account(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        story.Catalogues = InTwoLanguages(story.Catalogues);
        await story.AddCustomerAsync(100, openedOn: new LocalDate(2026, 10, 22));
        await story.AddCustomerAsync(200, openedOn: new LocalDate(2026, 10, 22));
        await story.ExecuteAsync("UPDATE billing_account SET language = 'de-AT' WHERE customer_id = 200");
        await story.AddUsageAsync(100, new LocalDate(2026, 10, 25), 1m);
        await story.AddUsageAsync(200, new LocalDate(2026, 10, 25), 1m);

        await story.BillAsync(November);
        var documents = await story.DocumentsAsync();
        var english = (await ReadDocuments.ViewAsync(story.Context, documents[0].Id, Stop)).Value!;
        var german = (await ReadDocuments.ViewAsync(story.Context, documents[1].Id, Stop)).Value!;

        Assert.Equal(["Base fee", "Base fee", "Calls to national"], english.Groups[0].Lines.Select(line => line.Text));
        Assert.Equal(["Grundgebühr", "Grundgebühr", "Anrufe: national"], german.Groups[0].Lines.Select(line => line.Text));
        Assert.Equal("10 of 31 days × 30.00 = 9.68", english.Groups[0].Lines[0].Explanation);
        Assert.Equal("10 von 31 Tagen × 30,00 = 9,68", german.Groups[0].Lines[0].Explanation);
        Assert.Equal(("VAT", "MwSt."), (english.Taxes[0].Name, german.Taxes[0].Name));
        Assert.Equal(("Plan M", "Tarif M"), (english.Groups[0].Offer, german.Groups[0].Offer));
        Assert.Equal(english.Totals, german.Totals);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Zones_are_named_as_the_catalogue_of_the_bill_says(DatabaseKind kind)
    {
        await using var story = await CreateAsync(kind);
        var published = await PublishCatalogue.RunAsync(story.Context,
            [
                new CatalogueFile("catalogue.yaml", Encoding.UTF8.GetBytes("""
                    catalog: { code: test, currency: EUR, timeZone: Europe/Berlin }
                    decks: [{ code: world }]
                    zoneNames: [{ zone: national, name: { de: Inland } }]
                    """)),
                new CatalogueFile("decks/world.csv", "prefix,zone\n49,national\n"u8.ToArray()),
            ], Instant.FromUtc(2020, 1, 1, 0, 0), 0, "");
        Assert.Equal(1, published.Value!.Version);
        await story.AddCustomerAsync(100);
        await story.AddCustomerAsync(200);
        await story.ExecuteAsync("UPDATE billing_account SET language = 'de-AT' WHERE customer_id = 200");
        await story.AddUsageAsync(100, new LocalDate(2026, 10, 25), 1m);
        await story.AddUsageAsync(200, new LocalDate(2026, 10, 25), 1m);

        await story.BillAsync(November);
        var views = new List<InvoiceView>();
        foreach (var document in await story.DocumentsAsync())
        {
            views.Add((await ReadDocuments.ViewAsync(story.Context, document.Id, Stop)).Value!);
        }

        Assert.Equal(["Calls to national", "Anrufe: Inland"], views.Select(view => view.Groups[0].Lines[^1].Text));
    }

    private static CatalogueTimeline InTwoLanguages(CatalogueTimeline plain)
    {
        var catalogue = plain.Entries[0].Compiled.Source;
        var offer = catalogue.Offers[0];
        return new CatalogueTimeline([new CatalogueEntry(
            plain.Entries[0].Version, plain.Entries[0].EffectiveFrom, CompiledCatalogue.Compile(catalogue with
            {
                Taxes = [catalogue.Taxes[0] with { Name = German(catalogue.Taxes[0].Name, "MwSt.") }],
                Offers =
                [
                    offer with
                    {
                        Name = German(offer.Name, "Tarif M"),
                        Recurring = [offer.Recurring[0] with { Name = German(offer.Recurring[0].Name, "Grundgebühr") }],
                    },
                ],
            }), [])]);
    }

    private static CatalogueName German(CatalogueName name, string text) =>
        name with { Translations = name.Translations.Add("de", text) };
}
