using System.Globalization;
using Microsoft.Playwright;
using Tollgate.Operations.Reports;
using Tollgate.Primitives;

namespace Tollgate.Web.Tests;

/// <summary>The first page as a browser shows it.</summary>
public sealed class SummaryPageTests(ConsoleBrowser browser) : IClassFixture<ConsoleBrowser>
{
    [Fact]
    public async Task Figures_are_those_of_the_operation()
    {
        await using var page = await OpenAsync(1280, 900);
        var summary = await browser.Server.SummaryAsync();

        Assert.Equal(
            summary.Files.Rows.Select(row => $"{row.Name}{row.Source}|{row.Phase}|{Counts(row.Counts)}"),
            (await page.CellsAsync("files")).Select(row => $"{row[0]}|{row[1].ToLowerInvariant()}|{Join(row[3..])}"));
        Assert.Equal(Counts(summary.Files.Totals), Join((await page.CellsAsync("files", "tfoot"))[0][3..]));
        Assert.Equal(summary.Documents.Select(row => (row.Count, row.Gross.Amount)),
            (await page.CellsAsync("phases")).Select(row => ((long)Number(row[2]), Number(row[6]))));
        Assert.Equal(Documents(summary.LatestDocuments), (await page.CellsAsync("latest")).Select(DocumentCells));
        Assert.Equal(Documents(summary.LargestDocuments), (await page.CellsAsync("largest")).Select(DocumentCells));
        Assert.Equal(
            summary.Ledger.Select(row => (row.Account, row.Debit.Amount, row.Credit.Amount, row.Balance.Amount)),
            (await page.CellsAsync("ledger")).Select(row => (row[0], Number(row[1]), Number(row[2]), Number(row[3]))));
        Assert.Equal(summary.Payments.Select(row => (row.Count, row.Sum.Amount)),
            (await page.CellsAsync("payments")).Select(row => ((long)Number(row[1]), Number(row[2]))));
    }

    [Fact]
    public async Task Tiles_and_charts_tell_the_figures_of_the_operation()
    {
        await using var page = await OpenAsync(1280, 900);
        var summary = await browser.Server.SummaryAsync();

        Assert.Equal(summary.Files.Totals.Read, await TileAsync(page, "Records read"));
        Assert.Equal(summary.Held.Sum(reason => reason.Count), await TileAsync(page, "Held records"));
        Assert.Equal(summary.Customers.Subscriptions, await TileAsync(page, "Subscriptions"));
        Assert.Equal(
            Rounding.Round(summary.Usage.Sum(row => row.Amount.Amount), 2, RoundingMode.HalfUp),
            await TileAsync(page, "Rated usage"));
        Assert.Equal(
            summary.Documents.Where(row => row.Phase == "issued").Sum(row => row.Gross.Amount), await TileAsync(page, "Billed"));
        Assert.Equal(summary.Receivables[0].Open.Amount, await TileAsync(page, "Open"));
        Assert.Equal(31, await page.Page.Locator("svg.cycle rect").CountAsync());
        Assert.Contains("between 2 and 2", await page.Page.Locator("svg.cycle").GetAttributeAsync("aria-label"),
            StringComparison.Ordinal);
        Assert.Equal(31, await page.Page.Locator(".days li").CountAsync());
        Assert.Equal("Every record accounted for, books balance", await page.Page.Locator(".verdict").InnerTextAsync());
    }

    [Fact]
    public async Task Names_and_raw_records_are_shown_as_text_whatever_they_hold()
    {
        await using var page = await OpenAsync(1280, 900);

        var customers = (await page.CellsAsync("latest")).Select(row => row[1]);
        Assert.Single(customers, "Łucja <b>Øster</b> & Söhne");
        Assert.Equal("4930<123>4;2026-06-01", await page.Page.Locator("[data-list=held] code").First.TextContentAsync());
        Assert.Equal(0, await page.Page.Locator("main b, script").CountAsync());
    }

    [Fact]
    public async Task The_browser_complains_of_nothing_and_asks_nobody_else()
    {
        await using var page = await OpenAsync(1280, 900);

        Assert.Empty(page.Complaints);
        Assert.Contains(page.Requests, url => url.Contains("/tollgate.css", StringComparison.Ordinal));
        Assert.All(page.Requests, url => Assert.StartsWith(browser.Server.Address.ToString(), url, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(390, 844)]
    [InlineData(820, 1180)]
    [InlineData(1280, 900)]
    public async Task The_page_fits_the_screen_without_scrolling_sideways(int width, int height)
    {
        await using var page = await OpenAsync(width, height);

        Assert.Empty(await page.TooWideAsync());
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task Text_stands_out_from_its_ground(ColorScheme scheme, int width)
    {
        await using var page = await OpenAsync(width, 900, scheme);

        var ground = await page.Page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor");

        Assert.Equal(scheme == ColorScheme.Dark ? "rgb(14, 20, 25)" : "rgb(244, 246, 248)", ground);
        Assert.Empty(await page.FaintTextAsync());
    }

    private static string Counts(RecordCounts counts) => string.Create(
        CultureInfo.InvariantCulture,
        $"{counts.Read}|{counts.Rated}|{counts.Held}|{counts.Duplicate}|{counts.Ignored}|{counts.Difference}");

    private static string Join(string[] cells) =>
        string.Join('|', cells.Select(cell => Number(cell).ToString(CultureInfo.InvariantCulture)));

    private static IEnumerable<(string, string, string, decimal, decimal)> Documents(IEnumerable<IssuedDocument> rows) =>
        rows.Select(row =>
            (row.Customer, row.Account, row.DueDate!.Value.ToString("uuuu-MM-dd", null), row.Gross.Amount, row.Open.Amount));

    private static (string, string, string, decimal, decimal) DocumentCells(string[] row) =>
        (row[1], row[2], row[4], Number(row[5]), Number(row[7]));

    private static async Task<decimal> TileAsync(ConsolePage page, string name) =>
        Number(await page.Page.Locator($"[data-tile='{name}'] .tile-value").InnerTextAsync());

    private static decimal Number(string text) => decimal.Parse(
        text.Split(' ')[0], NumberStyles.AllowThousands | NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
        CultureInfo.InvariantCulture);

    private async Task<ConsolePage> OpenAsync(int width, int height, ColorScheme scheme = ColorScheme.Light)
    {
        Assert.SkipWhen(browser.Missing is not null, browser.Missing ?? "");
        return await browser.OpenAsync(width, height, scheme);
    }
}
