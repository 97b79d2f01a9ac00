using System.Text;
using Tollgate.Catalog;

namespace Tollgate.Tests.Catalog;

public sealed class DiscountFindingsTests
{
    private const string Head = """
        catalog: { code: c, currency: EUR, timeZone: Europe/Berlin }
        taxes:
          - { code: standard, name: VAT, rates: [{ country: DE, percent: 19, from: 2007-01-01 }] }
        offers:
          - code: basic
            name: Basic
            recurring:
              - { code: fee, name: Fee, amount: 10, tax: standard, revenueAccount: "4000" }

        """;

    private static string[] Findings(string discount) =>
        [.. CatalogueReader.Read([new CatalogueFile("c.yaml", Encoding.UTF8.GetBytes(Head + discount))]).Findings
            .Select(finding => $"{finding.Line} {finding.Code}")];

    [Fact]
    public void A_discount_on_a_price_that_no_offer_has_is_a_finding() =>
        Assert.Equal(["10 CAT-REF"], Findings("""
            discounts:
              - { code: d, name: D, percent: 10, prices: [fee, nope] }
            """));

    [Fact]
    public void A_coupon_that_ends_before_it_begins_is_a_finding() =>
        Assert.Equal(["10 CAT-RANGE"], Findings("""
            discounts:
              - { code: d, name: D, percent: 10, coupon: { code: SAVE, from: 2027-01-01, to: 2026-01-01 } }
            """));

    [Fact]
    public void A_discount_on_a_price_of_an_offer_is_fine() =>
        Assert.Empty(Findings("""
            discounts:
              - { code: d, name: D, percent: 10, prices: [fee], coupon: { code: SAVE, from: 2026-01-01, to: 2027-01-01 } }
            """));
}
