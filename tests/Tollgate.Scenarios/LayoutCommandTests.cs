namespace Tollgate.Scenarios;

/// <summary>Layout files at the command line.</summary>
public sealed class LayoutCommandTests
{
    private const string Catalogue = """
        catalog: { code: town, currency: EUR, timeZone: Europe/Berlin }
        taxes: [{ code: vat, name: VAT, rates: [{ country: DE, percent: 19, from: 2007-01-01 }] }]
        ratePlans: [{ code: parking, name: Parking, service: content, tax: vat, revenueAccount: r, prices: [{ external: {} }] }]
        offers: [{ code: card, name: Parking card, ratePlans: [parking] }]
        """;

    [Fact]
    public async Task A_layout_is_checked_with_a_sample_and_prices_it()
    {
        using var folder = new WorkFolder();
        var layout = Path.Combine(Commands.Root, "layouts", "parking.yaml");
        var sample = Path.Combine(Commands.Root, "layouts", "samples", "parking.csv");
        await File.WriteAllTextAsync(
            Path.Combine(folder.Path, "catalogue.yaml"), Catalogue, TestContext.Current.CancellationToken);

        var shown = await Commands.SucceedAsync(folder.Path, "usage", "layout", "check", layout, "--sample", sample);
        var priced = await Commands.SucceedAsync(
            folder.Path, "price", "--catalog", ".", "--usage", sample, "--layout", layout, "--no-steps");

        Assert.Contains("Read: 5 = 2 usage + 1 held + 2 ignored.", shown, StringComparison.Ordinal);
        Assert.Contains("account-code 5501", shown, StringComparison.Ordinal);
        Assert.Contains("6.75", priced, StringComparison.Ordinal);
    }
}
