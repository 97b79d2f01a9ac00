using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Tests.Catalog;

public sealed class DemoCatalogueTests
{
    private static readonly Checked<Catalogue> Demo = CatalogueReader.Read(CatalogueFolder.Demo());

    [Fact]
    public void The_demo_catalogue_reads_without_findings()
    {
        Assert.Empty(Demo.Findings.Select(finding => finding.ToString()));
        Assert.True(Demo.Ok);
    }

    [Fact]
    public void Its_head_names_operator_currency_and_zone()
    {
        var catalogue = Demo.Value!;
        Assert.Equal("nordwind", catalogue.Code);
        Assert.Equal(Units.Eur, catalogue.Currency);
        Assert.Equal("Europe/Berlin", catalogue.TimeZone.Id);
        Assert.Equal(new NumberingPlan("49", "00", "0", 6), catalogue.Numbering);
    }

    [Fact]
    public void Its_tax_follows_the_dates_of_the_German_rate()
    {
        var tax = Assert.Single(Demo.Value!.Taxes);
        Assert.Equal(19m, tax.RateOn("DE", new LocalDate(2020, 6, 30))!.Percent);
        Assert.Equal(16m, tax.RateOn("DE", new LocalDate(2020, 7, 1))!.Percent);
        Assert.Equal(19m, tax.RateOn("DE", new LocalDate(2026, 10, 1))!.Percent);
        Assert.Null(tax.RateOn("AT", new LocalDate(2026, 10, 1)));
    }

    [Fact]
    public void Its_offers_cover_all_payment_models_and_no_template_is_sold()
    {
        var offers = Demo.Value!.Offers;
        Assert.Equal(
            ["broadband-100", "broadband-250", "trunk", "mobile-s", "mobile-m", "mobile-l", "prepaid", "hybrid", "extra-data"],
            offers.Select(offer => offer.Code), StringComparer.Ordinal);
        Assert.Equal([PaymentModel.Postpaid, PaymentModel.Prepaid, PaymentModel.Hybrid],
            offers.Select(offer => offer.Payment).Distinct().Order());
    }

    [Fact]
    public void An_offer_takes_over_what_it_extends_and_replaces_entries_by_code()
    {
        var offer = Demo.Value!.Offers.Single(offer => offer.Code == "broadband-250");
        Assert.Equal("Connection", Assert.Single(offer.OneTime).Name);
        Assert.Equal("broadband-data", Assert.Single(offer.RatePlans).Code);
        Assert.Equal(3_000_000_000_000, Assert.Single(offer.Allowances).Amount);
        var fee = Assert.Single(offer.Recurring);
        Assert.Equal((Timing.Arrears, new Money(37.77m, Units.Eur)), (fee.Timing, fee.Amount));
        Assert.Empty(Demo.Value!.Offers.Single(other => other.Code == "mobile-l").OneTime);
    }

    [Fact]
    public void Its_deck_prices_countries_and_leaves_Germany_to_the_plans()
    {
        var deck = Demo.Value!.Decks.Single(deck => deck.Code == "international");
        Assert.InRange(deck.Rows.Length, 2_000, 4_000);
        Assert.Equal(new DeckRow("49", "Germany Fixed", null), deck.Rows.Single(row => row.Prefix == "49"));
        Assert.Equal(new DeckRow("4366", "Austria Mobile", new DeckPrice(0.19m, 0m, null)), deck.Rows.Single(row =>
            row.Prefix == "4366"));
        Assert.Equal(new DeckPrice(4.99m, 0m, new Increments(60_000, 60_000)), deck.Rows.Single(row =>
            row.Prefix == "881").Price);
    }

    [Fact]
    public void Its_bands_prices_and_increments_are_as_written()
    {
        var catalogue = Demo.Value!;
        Assert.Contains(new TimeBand("peak", 0b001_1111, 480, 1200), catalogue.TimeBands[0].Bands);
        var data = catalogue.RatePlans.Single(plan => plan.Code == "mobile-data");
        var price = Assert.Single(data.Prices);
        Assert.Equal((Units.Megabyte, 0.02m, new Increments(100_000, 100_000)), (price.Per, price.PerUnit, price.Increments));
        var voice = catalogue.RatePlans.Single(plan => plan.Code == "mobile-voice");
        Assert.Equal(5, voice.Prices.Length);
        Assert.Equal(new Increments(60_000, 1_000), voice.Prices[0].Increments);
        Assert.Equal(new Rounding(4, RoundingMode.HalfUp), catalogue.RatePlans.Single(plan =>
            plan.Code == "trunk-voice").Rounding);
    }

    [Fact]
    public void Every_offer_with_usage_has_an_example()
    {
        var catalogue = Demo.Value!;
        Assert.True(catalogue.Examples.Length >= 20);
        Assert.Equal(
            catalogue.Offers.Where(offer => !offer.RatePlans.IsEmpty).Select(offer => offer.Code).Order(StringComparer.Ordinal),
            catalogue.Examples.Select(example => example.Offer).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        var first = catalogue.Examples[0];
        Assert.Equal(("4915112345678", 61_000L, 0.18m, "examples.yaml", 3),
            (first.Destination, first.Quantity, first.Amount, first.File, first.Line));
    }

    [Fact]
    public void Every_example_comes_out_as_written() =>
        Assert.Empty(ExampleRunner.Run(CompiledCatalogue.Compile(Demo.Value!)).Select(finding => finding.ToString()));

    [Fact]
    public void The_order_of_the_files_does_not_matter()
    {
        var again = CatalogueReader.Read([.. CatalogueFolder.Demo().Reverse()]);
        Assert.Equal(Demo.Value!.Offers.Select(offer => offer.Code), again.Value!.Offers.Select(offer => offer.Code),
            StringComparer.Ordinal);
        Assert.Equal(Demo.Value!.Decks[0].Rows.AsEnumerable(), again.Value!.Decks[0].Rows.AsEnumerable());
    }
}
