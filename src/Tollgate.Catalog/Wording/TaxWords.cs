namespace Tollgate.Catalog.Wording;

/// <summary>Taxes, levies and special cases in words.</summary>
public static class TaxWords
{
    /// <summary>A category with its rates.</summary>
    public static Part Of(TaxCategory tax, Say say) => new("tax", tax.Code, say.Name(tax.Name))
    {
        Statements =
        [
            .. Names.Statements(tax.Name, say),
            .. tax.Rates.OrderBy(rate => rate.Country, StringComparer.Ordinal).ThenBy(rate => rate.From).Select(rate =>
                Statement.Of(say, $"Rates[{rate.Country} {Say.English.Date(rate.From)}]",
                    say.T("{0} from {1}", rate.Country, say.Date(rate.From)), rate.Percent, "%")),
            Statement.List(say, nameof(tax.On), "also on the taxes", tax.On),
            Statement.Word(say, nameof(tax.Place), "by the place of", say.Words(tax.Place), tax.Place == PlaceOfSupply.Customer),
        ],
    };

    public static Part Of(TaxRule rule, Say say) => new("tax rule", rule.Code, say.Name(rule.Name))
    {
        Statements =
        [
            .. Names.Statements(rule.Name, say),
            Statement.Word(say, nameof(rule.Country), "country", rule.Country, isDefault: false),
            Statement.Optional(say, nameof(rule.Region), "region", rule.Region.Length == 0 ? null : rule.Region,
                "the whole country"),
            Statement.List(say, nameof(rule.Localities), "localities", rule.Localities, "all"),
            Statement.List(say, nameof(rule.Except), "except", rule.Except),
            Statement.List(say, nameof(rule.Categories), "categories", rule.Categories, "all"),
            Statement.List(say, nameof(rule.Customers), "customers", rule.Customers.Select(say.Words), "all"),
            Statement.List(say, nameof(rule.On), "also on the taxes", rule.On),
            Statement.Of(say, nameof(rule.Share), "share of the net amount", rule.Share,
                "%") with { IsDefault = rule.Share == 100 },
            Statement.Rule(say, nameof(rule.Exemptable), "exemptions apply", "no exemption applies", rule.Exemptable),
            Statement.Optional(say, nameof(rule.LedgerAccount), "ledger account",
                rule.LedgerAccount.Length == 0 ? null : rule.LedgerAccount, "the chart's"),
            .. rule.Rates.OrderBy(rate => rate.From).Select(rate => rate.Amount is { } amount
                ? Statement.Of(say, $"Rates[{Say.English.Date(rate.From)}]", say.T("from {0}", say.Date(rate.From)),
                    amount.Amount,
                    say.T("{0} per {1}", amount.Currency.Code, say.Words(rate.Per)))
                : Statement.Of(say, $"Rates[{Say.English.Date(rate.From)}]", say.T("from {0}", say.Date(rate.From)),
                    rate.Percent, "%")),
        ],
    };

    public static Part Of(TaxSpecialCase special, Say say) => new("tax case", special.Code, special.Code)
    {
        Statements =
        [
            .. Names.Statements(special.Note, say),
            Statement.Word(say, nameof(special.Treatment), "", say.Words(special.Treatment), isDefault: false),
            Statement.List(say, nameof(special.Categories), "categories", special.Categories, "all"),
            Statement.List(say, nameof(special.SellerCountries), "countries of the seller", special.SellerCountries, "any"),
            Statement.List(say, nameof(special.CustomerCountries), "countries of the customer", special.CustomerCountries, "any"),
            Statement.List(say, nameof(special.ExceptCountries), "except the countries", special.ExceptCountries),
            Statement.Optional(say, nameof(special.CrossBorder), "between two countries",
                special.CrossBorder is { } border ? say.T(border ? "only" : "never") : null, "or within one"),
            Statement.List(say, nameof(special.Customers), "customers", special.Customers.Select(say.Words), "all"),
            Statement.Word(say, nameof(special.From), "from", say.Date(special.From),
                special.From == NodaTime.LocalDate.MinIsoValue),
            Statement.Optional(say, nameof(special.To), "to before", special.To is { } to ? say.Date(to) : null, "no end"),
        ],
    };
}
