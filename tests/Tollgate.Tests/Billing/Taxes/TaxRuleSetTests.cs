using Tollgate.Billing;
using Tollgate.Catalog;
using static Tollgate.Tests.Billing.Taxes.TaxSheet;

namespace Tollgate.Tests.Billing.Taxes;

/// <summary>The rule sets under <c>catalogs/taxes</c> against published rates and examples; sources in its README.</summary>
public sealed class TaxRuleSetTests
{
    [Theory]
    [InlineData("DE", "standard", "2006-12-31", 16)]
    [InlineData("DE", "standard", "2007-01-01", 19)]
    [InlineData("DE", "standard", "2020-06-30", 19)]
    [InlineData("DE", "standard", "2020-07-01", 16)]
    [InlineData("DE", "standard", "2020-12-31", 16)]
    [InlineData("DE", "standard", "2021-01-01", 19)]
    [InlineData("DE", "reduced", "2020-06-30", 7)]
    [InlineData("DE", "reduced", "2020-07-01", 5)]
    [InlineData("DE", "reduced", "2021-01-01", 7)]
    [InlineData("FR", "standard", "2013-12-31", 19.6)]
    [InlineData("FR", "standard", "2014-01-01", 20)]
    [InlineData("FR", "intermediate", "2013-12-31", 7)]
    [InlineData("FR", "intermediate", "2014-01-01", 10)]
    [InlineData("FR", "reduced", "2014-01-01", 5.5)]
    [InlineData("FR", "super-reduced", "2014-01-01", 2.1)]
    [InlineData("PL", "standard", "2010-12-31", 22)]
    [InlineData("PL", "standard", "2011-01-01", 23)]
    [InlineData("PL", "reduced", "2010-12-31", 7)]
    [InlineData("PL", "reduced", "2011-01-01", 8)]
    [InlineData("PL", "super-reduced", "2011-01-01", 5)]
    public void European_rates_follow_their_dates(string country, string category, string day, decimal percent) =>
        Assert.Equal(percent, Europe.Taxes(category, Customer(country), day, seller: country)!.Percent);

    /// <summary>Gesierich: 30,000 net + 5,700, less 10,000 + 1,900 paid ahead, leaves 23,800. Zanin: 1,000,000 + 190,000, less
    /// 800,000 + 152,000, leaves 200,000 + 38,000.</summary>
    [Theory]
    [InlineData(30_000, 5_700, 10_000, 1_900, 23_800)]
    [InlineData(1_000_000, 190_000, 800_000, 152_000, 238_000)]
    public void The_published_German_final_bills_come_out(int net, int tax, int ahead, int aheadTax, int left)
    {
        var vat = Europe.Taxes("standard", Customer("DE"), "2026-03-01")!;

        var bill = TaxMath.Of(
            [new TaxableLine(vat, net * 100L, false), new TaxableLine(vat, ahead * -100L, false)], TaxRounding.PerDocument,
            Tollgate.Primitives.Units.Eur);

        Assert.Equal((net * 100L, tax * 100L), (bill.Lines[0].NetMinor, bill.Lines[0].TaxMinor));
        Assert.Equal((ahead * -100L, aheadTax * -100L), (bill.Lines[1].NetMinor, bill.Lines[1].TaxMinor));
        Assert.Equal(left * 100L, bill.Lines.Sum(line => line.NetMinor + line.TaxMinor));
    }

    /// <summary>Groupe Blanc: 10 × 1.2 = 12 and 12 ÷ 1.2 = 10.</summary>
    [Fact]
    public void The_published_French_sum_comes_out_in_both_directions()
    {
        var tva = Europe.Taxes("standard", Customer("FR"), "2026-03-01", seller: "FR", language: "fr")!;

        Assert.Equal("standard 20 % 1000 200", Assert.Single(tva.Tax(1000).Subtotals.Show()));
        Assert.Equal("standard 20 % 1000 200", Assert.Single(tva.Tax(1200, included: true).Subtotals.Show()));
        Assert.Equal("TVA", tva.Parts[0].Name);
    }

    /// <summary>By the rates: 100.00 + 23.00; 123.00 holds 23.00.</summary>
    [Fact]
    public void Polish_VAT_by_its_rates()
    {
        var vat = Europe.Taxes("standard", Customer("PL"), "2026-03-01", seller: "PL")!;

        Assert.Equal("standard 23 % 10000 2300", Assert.Single(vat.Tax(10_000).Subtotals.Show()));
        Assert.Equal("standard 23 % 10000 2300", Assert.Single(vat.Tax(12_300, included: true).Subtotals.Show()));
    }

    /// <summary>inFakt, two pieces at 3.24: 23 % of 6.48 is 1.49, together 7.97; 0.75 for each piece is 1.50, together
    /// 7.98.</summary>
    [Theory]
    [InlineData(TaxRounding.PerDocument, 149, 797)]
    [InlineData(TaxRounding.PerLine, 150, 798)]
    public void The_published_Polish_sums_come_out_by_document_and_by_line(TaxRounding rounding, long tax, long gross)
    {
        var vat = Europe.Taxes("standard", Customer("PL"), "2026-03-01", seller: "PL")!;
        var piece = new TaxableLine(vat, 324, false);

        var bill = TaxMath.Of([piece, piece], rounding, Tollgate.Primitives.Units.Get("PLN"));

        Assert.Equal(tax, bill.Subtotals.Single().TaxMinor);
        Assert.Equal(gross, bill.Lines.Sum(line => line.NetMinor + line.TaxMinor));
    }

    /// <summary>inFakt, the statute's formula tax = gross × rate ÷ (100 + rate): 3.99 holds 0.75.</summary>
    [Fact]
    public void The_Polish_formula_for_prices_with_tax_comes_out()
    {
        var vat = Europe.Taxes("standard", Customer("PL"), "2026-03-01", seller: "PL")!;

        Assert.Equal("standard 23 % 324 75", Assert.Single(vat.Tax(399, included: true, currency: "PLN").Subtotals.Show()));
    }

    /// <summary>EU VAT Kit: a German seller and a French business, no German tax; without proof of a business no reverse charge.
    /// VAT Estimator: a service of 1,000.00 is invoiced at 1,000.00, the customer computes the tax himself.</summary>
    [Fact]
    public void The_published_examples_of_reverse_charge_come_out()
    {
        var business = Europe.Taxes("standard", Customer("FR", type: TaxCustomer.Business), "2026-03-01")!;
        var consumer = Europe.Taxes("standard", Customer("FR"), "2026-03-01")!;

        Assert.Equal((100_000L, 0L), (business.Tax(100_000).Lines[0].NetMinor, business.Tax(100_000).Lines[0].TaxMinor));
        Assert.Equal((TaxTreatment.ReverseCharge, TaxTreatment.Taxed), (business.Treatment, consumer.Treatment));
    }

    /// <summary>CTI: the tax of the state at 7 % and that of Taylorville at 6 % are 13 % together. Chicago: $5.00 per
    /// connection and month since 2018.</summary>
    [Fact]
    public void The_published_combined_rate_of_Taylorville_and_the_surcharge_of_Chicago_come_out()
    {
        var taylorville = Illinois.Taxes("telecom", Customer("US", "IL", "TAYLORVILLE"), "2026-01-31", seller: "US")!;
        var chicago = Illinois.Taxes("telecom", Customer("US", "IL", "CHI"), "2026-01-31", seller: "US")!;

        Assert.Equal(13m, taylorville.Parts.Where(part => part.Code is "il-excise" or "taylorville").Sum(part => part.Percent));
        Assert.Equal(1500, chicago.Tax(10_000, services: 3, currency: "USD").Subtotals.Single(
            tax => tax.Code == "e911-chicago").TaxMinor);
    }

    [Fact]
    public void Between_two_Member_States_a_business_owes_the_tax_itself_and_the_document_says_so()
    {
        var set = Europe.Taxes("standard", Customer("FR", type: TaxCustomer.Business), "2026-03-01", language: "de")!;

        Assert.Equal((TaxTreatment.ReverseCharge, 0m), (set.Treatment, set.Percent));
        Assert.StartsWith("Steuerschuldnerschaft des Leistungsempfängers", set.Note, StringComparison.Ordinal);
        var tax = Assert.Single(set.Tax(10_000).Subtotals);
        Assert.Equal((10_000L, 0L, set.Note), (tax.BaseMinor, tax.TaxMinor, tax.Note));
    }

    [Fact]
    public void A_business_at_home_and_a_consumer_abroad_pay_the_rate_of_their_country()
    {
        Assert.Equal(19m, Europe.Taxes("standard", Customer("DE", type: TaxCustomer.Business), "2026-03-01")!.Percent);
        Assert.Equal(20m, Europe.Taxes("standard", Customer("FR"), "2026-03-01")!.Percent);
        Assert.Equal(TaxTreatment.OutsideScope, Europe.Taxes("standard", Customer("CH"), "2026-03-01")!.Treatment);
    }

    /// <summary>
    /// 50.00 a month in Chicago in January 2026, by the rates: surcharge 50.00 × 37.1 % × 37.6 % = 6.9748; Illinois fund
    /// 50.00 × 62.9 %
    /// × 2.3569 % = 0.7412; excise and city each (50.00 + 6.97 + 0.74) × 7 % = 4.0397; 911 5.00.
    /// </summary>
    [Fact]
    public void A_line_in_Chicago_bears_federal_state_and_city_levies_with_taxes_on_levies()
    {
        var taxes = Illinois.Taxes("telecom", Customer("US", "IL", "CHI"), "2026-01-31", seller: "US")!
            .Tax(5000, services: 1, currency: "USD");

        Assert.Equal(
            [
                "e911-chicago 5.00 5000 500", "fusf 37.6 % 1855 697", "il-usf 2.3569 % 3145 74", "chicago 7 % 5771 404",
                "il-excise 7 % 5771 404",
            ], taxes.Subtotals.Show());
        Assert.Equal(2079, taxes.Lines[0].TaxMinor);
        // A fixed line bears the state's infrastructure maintenance fee, too.
        var fixedLine = Illinois.Taxes("telecom-fixed", Customer("US", "IL", "CHI"), "2026-01-31", seller: "US")!
            .Tax(5000, services: 1, currency: "USD");
        Assert.Contains("il-imf 0.5 % 5000 25", fixedLine.Subtotals.Show());
        Assert.Equal(2104, fixedLine.Lines[0].TaxMinor);
    }

    /// <summary>
    /// Tax Foundation, by way of the two articles named in the rule set's README: a household with four mobile lines at $100 a
    /// month in Chicago paid about $409 of state and city levies in 2023 and $539 with the federal surcharge of 10.8 %; about
    /// $487 in 2018. The publisher takes each levy from the charge alone and rounds to whole dollars.
    /// </summary>
    [Theory]
    [InlineData("2018-07-31", 6.64, 408, 487)]
    [InlineData("2023-07-31", 10.8, 409, 539)]
    public void The_published_household_in_Chicago_comes_out(string day, decimal federal, int stateAndCity, int together)
    {
        var rules = Of($$"""
            taxes: [ { code: telecom, name: Telecommunications } ]
            taxRules:
              - { code: fusf, name: Federal, categories: [telecom], country: US,
                  rates: [ { percent: {{FormattableString.Invariant($"{federal}")}}, from: 2018-01-01 } ] }
              - { code: excise, name: State, categories: [telecom], country: US, region: IL,
                  rates: [ { percent: 7, from: 2018-01-01 } ] }
              - { code: city, name: City, categories: [telecom], country: US, region: IL, localities: [CHI],
                  rates: [ { percent: 7, from: 2018-01-01 } ] }
              - { code: e911, name: 911, categories: [telecom], country: US, region: IL, localities: [CHI],
                  rates: [ { amount: 5.00, per: service, from: 2018-01-01 } ] }
            """, "USD");
        var month = rules.Taxes("telecom", Customer("US", "IL", "CHI"), day, seller: "US")!
            .Tax(100_00, services: 4, currency: "USD").Subtotals;

        var year = 12m * month.Sum(tax => tax.TaxMinor) / 100;
        var withoutFederal = year - 12m * month.Single(tax => tax.Code == "fusf").TaxMinor / 100;
        Assert.InRange(withoutFederal, stateAndCity - 1m, stateAndCity + 1m);
        Assert.InRange(year, together - 1.5m, together + 1.5m);
    }

    [Fact]
    public void Outside_Chicago_other_city_tax_and_911_apply_and_the_federal_factor_goes_by_quarter()
    {
        var set = Illinois.Taxes("telecom", Customer("US", "IL", "TAYLORVILLE"), "2025-12-31", seller: "US")!;

        Assert.Equal(
            ["fusf 38.1", "il-usf 2.3569", "il-excise 7", "taylorville 6", "e911 0"],
            set.Parts.Select(part => FormattableString.Invariant($"{part.Code} {part.Percent:0.####}")));
        Assert.Equal(36.6m, Illinois.Taxes("telecom", Customer("US", "IL"), "2025-05-01", seller: "US")!.Parts[0].Percent);
    }

    [Fact]
    public void A_certificate_frees_from_the_taxes_but_not_from_the_levies_that_cannot_be_exempt()
    {
        var school = new TaxExemption([], "Exempt: school", "E-9999", Day("2026-01-01"), Day("2027-01-01"));

        var set = Illinois.Taxes("telecom", Customer("US", "IL", "CHI", exemptions: school), "2026-06-30", seller: "US")!;

        Assert.Equal(["fusf", "il-usf", "e911-chicago"], set.Parts.Select(part => part.Code));
        Assert.Equal("Exempt: school (E-9999)", set.Note);
        Assert.Equal(5, Illinois.Taxes("telecom", Customer("US", "IL", "CHI", exemptions: school), "2027-01-01", seller: "US")!
            .Parts.Length);
    }
}
