using NodaTime;
using NodaTime.Text;
using Tollgate.Billing;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Tests.Catalog;

namespace Tollgate.Tests.Billing.Taxes;

/// <summary>Short forms for tax tests: rule sets of the repository or written in the test, a customer, a charge.</summary>
internal static class TaxSheet
{
    internal static Catalogue Europe { get; } = Read("EUR", "Europe/Berlin", "europe");

    internal static Catalogue Illinois { get; } = Read("USD", "America/Chicago", "illinois");

    internal static LocalDate Day(string text) => LocalDatePattern.Iso.Parse(text).Value;

    internal static TaxProfile Customer(
        string country, string region = "", string locality = "", TaxCustomer type = TaxCustomer.Consumer,
        params TaxExemption[] exemptions) => new()
        {
            Standings = [new TaxStanding(LocalDate.MinIsoValue, new TaxPlace(country, region, locality), type)],
            Exemptions = [.. exemptions],
        };

    /// <summary>The taxes of a category for a customer.</summary>
    internal static TaxSet? Taxes(
        this Catalogue catalogue, string category, TaxProfile customer, string day, string seller = "DE",
        string language = "en") =>
        TaxDetermination.Of(catalogue, catalogue.Taxes.Single(tax => tax.Code == category),
            new TaxQuestion(seller, customer, Day(day), language));

    internal static (TaxedLine[] Lines, System.Collections.Immutable.ImmutableArray<TaxSubtotal> Subtotals) Tax(
        this TaxSet set, long minor, bool included = false, long services = 0, TaxRounding rounding = TaxRounding.PerDocument,
        string currency = "EUR") =>
        TaxMath.Of([new TaxableLine(set, minor, included, 1, services)], rounding, Units.Get(currency));

    /// <summary><c>code percent base tax</c> of each tax.</summary>
    internal static IEnumerable<string> Show(this IEnumerable<TaxSubtotal> taxes) => taxes.Select(tax => tax.Fixed != 0
        ? FormattableString.Invariant($"{tax.Code} {tax.Fixed:0.00} {tax.BaseMinor} {tax.TaxMinor}")
        : FormattableString.Invariant($"{tax.Code} {tax.Percent:0.####} % {tax.BaseMinor} {tax.TaxMinor}"));

    /// <summary>A catalogue of tax sections alone.</summary>
    internal static Catalogue Of(string sections, string currency = "EUR") =>
        Read([CatalogueFolder.Of("head.yaml", Head(currency, "Europe/Berlin")), CatalogueFolder.Of("taxes.yaml", sections)]);

    private static Catalogue Read(string currency, string zone, string folder) => Read(
    [
        CatalogueFolder.Of("head.yaml", Head(currency, zone)),
        .. CatalogueFolder.Load(Path.Combine(CatalogueFolder.Repository, "catalogs", "taxes", folder)),
    ]);

    private static Catalogue Read(CatalogueFile[] files)
    {
        var read = CatalogueReader.Read(files);
        Assert.Empty(read.Findings.Select(finding => finding.ToString()));
        return read.Value!;
    }

    private static string Head(string currency, string zone) =>
        $"catalog: {{ code: taxes, currency: {currency}, timeZone: {zone} }}\n";
}
