using System.Collections.Immutable;
using static Tollgate.Catalog.Schema.Keys;

namespace Tollgate.Catalog.Schema;

/// <summary>Keys of tax rules and special cases.</summary>
internal static class TaxKeys
{
    public static ImmutableArray<CatalogueMapping> All =>
    [
        new("taxRules[]", "A tax or levy of a country, region or locality.",
        [
            Code("the rule"), Called("As printed."),
            new("categories", Texts, "Tax categories that it applies to. Default: all."),
            Required("country", Country, "ISO 3166-1, two capital letters."),
            new("region", CodeText, "Region or state. Default: the whole country."),
            new("localities", Texts, "Localities that it covers. Default: the whole region."),
            new("except", Texts, "Localities that it does not cover. Default: none."),
            new("customers", List<TaxCustomer>(), "Who pays it. Default: all."),
            new("on", Texts, "Taxes that belong to its base beside the net amount. Default: none."),
            new("share", Number(0, 100), "Percent of the net amount that belongs to its base. Default 100."),
            new("exemptable", Flag, "No: exemptions and reverse charge leave it as it is. Default yes."),
            new("ledgerAccount", CodeText, "Ledger account of the tax owed. Default: the chart's."),
            Required("rates", Entries("taxRules[].rates[]"), "Rates over time; a rate of 0 ends it."),
        ]),
        new("taxRules[].rates[]", "A rate from a date on: percent, or a fixed amount.",
        [
            new("percent", Number(0, 1000), "19 for 19 %."),
            new("amount", Amount, "A fixed amount instead."),
            new("per", Words<LevyPer>(), "What a fixed amount is levied on. Default service."),
            Required("from", Date, "First day."),
        ]),
        new("taxCases[]", "A case in which the rate gives way.",
        [
            Code("the case"),
            Required("treatment", Words(null, TaxTreatment.Taxed), "How the charge is treated."),
            Required("note", Name, "What the document must say. One text, or one for each language."),
            new("categories", Texts, "Tax categories that it concerns. Default: all."),
            new("sellerCountries", Texts, "Countries of the seller. Default: any."),
            new("customerCountries", Texts, "Countries of the customer. Default: any."),
            new("exceptCountries", Texts, "Countries of the customer that it does not concern. Default: none."),
            new("crossBorder", Flag, "Yes: only between two countries; no: only within one. Default: both."),
            new("customers", List<TaxCustomer>(), "Customers that it concerns. Default: all."),
            new("from", Date, "First day. Default: since ever."),
            new("to", Date, "First day on which it no longer applies. Default: none."),
        ]),
    ];

    private static KeyType Country => new KeyType.Notation("^[A-Z]{2}$", ["DE"]);
}
