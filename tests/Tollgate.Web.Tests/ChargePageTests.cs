using System.Collections.Immutable;
using Microsoft.Playwright;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Operations;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;

namespace Tollgate.Web.Tests;

/// <summary>Something new on sale, from the form to the line of the bill, in a browser.</summary>
public sealed class ChargePageTests(ConsoleBrowser browser) : IClassFixture<ConsoleBrowser>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_film_is_set_up_on_the_page_sold_to_an_account_and_is_a_line_of_its_bill()
    {
        Assert.SkipWhen(browser.Missing is not null, browser.Missing ?? "");
        await using var server = await ConsoleServer.StartAsync(filled: false);
        await OpenShopAsync(server);
        await using var console = await browser.OpenAsync(1280, 900, path: "/console/catalogue", at: server);
        var page = console.Page;

        await page.GetByRole(AriaRole.Link, new() { Name = "New charge" }).ClickAsync();
        await FillAsync(page, ("Name (English)", "Film of the week"), ("Name (German)", "Film der Woche"),
            ("Price in EUR", "3,99"), ("First day on sale", ""));
        await page.GetByRole(AriaRole.Button, new() { Name = "Check and preview" }).ClickAsync();

        await console.SaveAsync("charge-wrong");
        Assert.Contains("'3,99' is not a price.", await page.GetByRole(AriaRole.Alert).InnerTextAsync(),
            StringComparison.Ordinal);
        Assert.Equal("Film of the week", await page.GetByLabel("Name (English)").InputValueAsync());
        Assert.Equal("true", await page.GetByLabel("Price in EUR").GetAttributeAsync("aria-invalid"));

        await FillAsync(page, ("Price in EUR", "3.99"), ("Note", "Summer cinema"));
        await page.GetByLabel("Tax", new() { Exact = true }).SelectOptionAsync("standard");
        await page.GetByRole(AriaRole.Button, new() { Name = "Check and preview" }).ClickAsync();

        await console.SaveAsync("charge-preview");
        var changes = await page.Locator(".changes").InnerTextAsync();
        Assert.Contains("Film of the week (film-of-the-week)", changes, StringComparison.Ordinal);
        Assert.Contains("3.99 EUR", changes, StringComparison.Ordinal);
        Assert.Single(await CatalogueVersions.ListAsync(server.Context, Cancel));

        await page.GetByRole(AriaRole.Button, new() { Name = "Publish" }).ClickAsync();

        Assert.Contains("Version 2 of the catalogue is published", await page.GetByRole(AriaRole.Status).InnerTextAsync(),
            StringComparison.Ordinal);
        await AssertOnlyAddedAsync(server);

        await FillAsync(page, ("To whom?", "lukasik"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Find" }).ClickAsync();
        await FillAsync(page, ("How many?", "2"));
        await console.SaveAsync("sell");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sell" }).ClickAsync();

        await console.SaveAsync("sold");
        var sold = await page.GetByRole(AriaRole.Status).InnerTextAsync();
        Assert.Contains("2 × Film of the week to Ada Lukasik", sold, StringComparison.Ordinal);
        Assert.Contains("7.98 EUR", sold, StringComparison.Ordinal);
        Assert.Empty(console.Complaints);

        server.Now = Instant.FromUtc(2026, 7, 2, 8, 0);
        var line = Assert.Single(await BillAsync(server.Context));
        Assert.Equal(("Film of the week", 798L, 2m, "4300-content"),
            (line.Description, line.NetMinor, line.Quantity, line.RevenueAccount));
    }

    [Fact]
    public async Task Pages_fit_a_telephone_and_can_be_read_in_the_dark()
    {
        Assert.SkipWhen(browser.Missing is not null, browser.Missing ?? "");
        await using var server = await ConsoleServer.StartAsync(filled: false);
        await OpenShopAsync(server);
        foreach (var path in new[] { "/console/catalogue", "/console/charges/new", "/console/sell/mobile?q=a" })
        {
            foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                await using var page = await browser.OpenAsync(390, 844, scheme, path, server);

                Assert.Empty(await page.TooWideAsync());
                Assert.Empty(await page.FaintTextAsync());
                Assert.Equal(0, await page.Page.Locator(
                    "input:not([type=hidden]):not([type=radio]):not([type=checkbox]):not([id])").CountAsync());
            }
        }
    }

    [Fact]
    public async Task What_another_published_meanwhile_is_not_overwritten()
    {
        await using var server = await ConsoleServer.StartAsync(filled: false);
        await OpenShopAsync(server);
        var film = new NewCharge
        {
            Names = [new("en", "Film \"X\" {1}")],
            Amount = "3.99",
            Tax = "standard",
            RevenueAccount = "4300-content",
            Note = "a\nb",
        };
        var seat = film with
        {
            Names = [new("en", "Seat"), new("de", "Platz")], Timing = ChargeTiming.EveryPeriod, Every = "year",
        };
        var play = film with { Names = [new("en", "Play")], Timing = ChargeTiming.PerEvent, From = new LocalDate(2026, 7, 1) };

        Assert.Null((await SetUpCharge.PublishAsync(server.Context, film, 1, Cancel)).Refusal);
        var late = await SetUpCharge.PublishAsync(server.Context, seat, 1, Cancel);
        var good = await SetUpCharge.PublishAsync(server.Context, seat, 2, Cancel);
        var next = await SetUpCharge.PublishAsync(server.Context, play, 3, Cancel);
        var before = await SetUpCharge.PrepareAsync(server.Context, film with { Code = "early" }, Cancel);
        var again = await SetUpCharge.PrepareAsync(
            server.Context,
            film with { From = new LocalDate(2026, 6, 30), Amount = "-1", Tax = "", RevenueAccount = "" },
            Cancel);

        Assert.Equal("version-conflict", late.Refusal?.Code);
        Assert.Null(good.Refusal);
        Assert.Equal(Instant.FromUtc(2026, 6, 30, 22, 0), next.Value?.EffectiveFrom);
        Assert.Equal(next.Value!.EffectiveFrom, before.Value?.From);
        Assert.Equal(["code", "amount", "tax", "revenueAccount", "from"], again.Refusal!.Faults.Select(fault => fault.Field));
        var offers = (await CatalogueChoice.ReadAsync(server.Context, CatalogueChoice.Newest, Cancel)).Value!.Offers;
        Assert.Equal("Film \"X\" {1}", offers.Single(offer => offer.Code == "film-x-1").Name.Text);
        Assert.Equal("Platz", offers.Single(offer => offer.Code == "seat").Recurring[0].Name.In("de"));
        Assert.Equal(["play"], offers.Single(offer => offer.Code == "play").RatePlans);
    }

    [Fact]
    public async Task The_page_of_a_sale_names_the_price_of_a_use_and_an_offer_that_is_not_there_is_not_found()
    {
        await using var server = await ConsoleServer.StartAsync(filled: false);
        await OpenShopAsync(server);
        var play = new NewCharge
        {
            Names = [new("en", "Play")], Timing = ChargeTiming.PerEvent, Amount = "0.99", Tax = "standard",
            RevenueAccount = "4300-content",
        };
        var seat = play with { Names = [new("en", "Seat")], Timing = ChargeTiming.EveryPeriod, PerQuantity = false };
        Assert.Null((await SetUpCharge.PublishAsync(server.Context, play, 1, Cancel)).Refusal);
        Assert.Null((await SetUpCharge.PublishAsync(server.Context, seat, 2, Cancel)).Refusal);
        var blank = (await SetUpCharge.PrepareAsync(
            server.Context, play with { Code = "other", RevenueAccount = "43 00" }, Cancel)).Refusal!;
        using var client = new HttpClient { BaseAddress = server.Address };

        var ofPlay = await client.GetStringAsync(new Uri("/console/sell/play", UriKind.Relative), Cancel);
        var ofSeat = await client.GetStringAsync(new Uri("/console/sell/seat", UriKind.Relative), Cancel);
        var ofMobile = await client.GetStringAsync(new Uri("/console/sell/mobile", UriKind.Relative), Cancel);
        using var unknown = await client.GetAsync(new Uri("/console/sell/nosuch", UriKind.Relative), Cancel);
        var help = await unknown.Content.ReadAsStringAsync(Cancel);

        Assert.Contains("0.99 EUR per event", ofPlay, StringComparison.Ordinal);
        Assert.Contains("0.99 EUR per month, ", ofSeat, StringComparison.Ordinal);
        Assert.Contains("due in advance, the same for any quantity", ofSeat, StringComparison.Ordinal);
        Assert.Contains("0.09 EUR per minute", ofMobile, StringComparison.Ordinal);
        Assert.DoesNotContain("for each unit no", ofPlay + ofSeat + ofMobile, StringComparison.Ordinal);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Contains("The catalogue has no offer", help, StringComparison.Ordinal);
        Assert.Contains("/console/sell/mobile", help, StringComparison.Ordinal);
        Assert.DoesNotContain("/console/sell/extra", help, StringComparison.Ordinal);
        Assert.Contains("'43 00' is not a revenue account.", blank.Message, StringComparison.Ordinal);
    }

    /// <summary>A seller, one customer with an account, and a small catalogue with comments.</summary>
    private static async Task OpenShopAsync(ConsoleServer server)
    {
        var context = server.Context;
        await TenantClock.EnsureTenantAsync(context.Database, context.Tenant, context.Now);
        Right(await CreateSeller.RunAsync(context, new NewSeller
        {
            Code = "nord", Name = "Nordlicht", Country = "DE", TimeZone = "Europe/Berlin", Currency = "EUR",
            TaxId = "DE123456789",
        }, "s"));
        var customer = Right(await CreateCustomer.RunAsync(
            context, new NewCustomer { Name = "Ada Lukasik", ExternalKey = "C-1", City = "Kiel" }, "c"));
        Right(await CreateAccount.RunAsync(context, new NewAccount
        {
            Customer = customer, ExternalKey = "A-1", CycleDay = 1, OpenedOn = new LocalDate(2026, 6, 1),
        }, "a"));
        var files = ImmutableArray.Create(new CatalogueFile("catalogue.yaml", """
            # The shop of the tests. This comment stays where it is.
            catalog: { code: shop, currency: EUR, timeZone: Europe/Berlin }
            taxes: [{ code: standard, name: { en: VAT, de: MwSt. }, rates: [{ country: DE, percent: 19, from: 2007-01-01 }] }]
            ratePlans:
              - code: calls
                name: { en: Calls, de: Gespräche }
                service: voice
                tax: standard
                revenueAccount: 4000-voice
                prices: [{ price: 0.09 per minute, increments: 60/1 }]
            offers:
              - code: mobile
                name: { en: Mobile M, de: Mobil M }
                description: Calls by the minute.
                ratePlans: [calls]
                recurring:
                  - { code: monthly, name: { en: Monthly fee, de: Grundgebühr }, amount: 9.90, tax: standard,
                      revenueAccount: 4300-content }
                oneTime:
                  - { code: set-up, name: { en: Set-up, de: Einrichtung }, amount: 19.00, tax: standard,
                      revenueAccount: 4300-content }
              - { code: extra, name: { en: Extra SIM, de: Zusatzkarte }, addOnTo: [mobile] }
            """u8.ToArray()));
        Assert.Null((await PublishCatalogue.RunAsync(
            context, files, Instant.FromUtc(2026, 1, 1, 0, 0), null, "", Cancel)).Refusal);
    }

    private static async Task AssertOnlyAddedAsync(ConsoleServer server)
    {
        var versions = await CatalogueVersions.ListAsync(server.Context, Cancel);
        var before = (await CatalogueVersions.FilesAsync(server.Context, 1, Cancel))!.Value;
        var after = (await CatalogueVersions.FilesAsync(server.Context, 2, Cancel))!.Value;

        Assert.Equal("Film of the week (console): Summer cinema", versions[^1].Note);
        Assert.Equal("charges/film-of-the-week.yaml",
            Assert.Single(after, file => before.All(old => old.Name != file.Name)).Name);
        Assert.All(before, file => Assert.True(
            file.Content.Span.SequenceEqual(after.Single(same => same.Name == file.Name).Content.Span)));
    }

    private static async Task<IReadOnlyList<DocumentLine>> BillAsync(OperationContext context)
    {
        var run = (await RunBilling.RunAsync(context, await CatalogueVersions.LoadAsync(context, Cancel),
            new RunBillingRequest(1, new LocalDate(2026, 7, 1)), cancel: Cancel)).Value!;
        var heads = await ReadDocuments.ListAsync(context, new DocumentFilter(Run: run.Run), Cancel);
        return (await ReadDocuments.ShowAsync(context, Assert.Single(heads).Id, cancel: Cancel)).Value!.Lines;
    }

    private static async Task FillAsync(IPage page, params (string Label, string Value)[] fields)
    {
        foreach (var (label, value) in fields)
        {
            await page.GetByLabel(label, new() { Exact = true }).FillAsync(value);
        }
    }

    private static TId Right<TId>(Outcome<Written<TId>> outcome) where TId : struct, IId<TId>
    {
        Assert.Null(outcome.Refusal);
        return outcome.Value.Id;
    }
}
