namespace Tollgate.Catalog.Wording;

/// <summary>Taxes, levies and special cases in words.</summary>
public static class TaxWords
{
    /// <summary>A category with its rates.</summary>
    public static Part Of(TaxCategory tax) => new("tax", tax.Code, tax.Name)
    {
        Statements =
        [
            .. Names.Statements(tax.Name),
            .. tax.Rates.OrderBy(rate => rate.Country, StringComparer.Ordinal).ThenBy(rate => rate.From).Select(rate =>
                Statement.Of($"Rates[{rate.Country} {Say.Date(rate.From)}]",
                    $"{rate.Country} from {Say.Date(rate.From)}", rate.Percent, "%")),
            Statement.List(nameof(tax.On), "also on the taxes", tax.On),
            Statement.Word(nameof(tax.Place), "by the place of", Say.Words(tax.Place), tax.Place == PlaceOfSupply.Customer),
        ],
    };

    public static Part Of(TaxRule rule) => new("tax rule", rule.Code, rule.Name)
    {
        Statements =
        [
            .. Names.Statements(rule.Name),
            Statement.Word(nameof(rule.Country), "country", rule.Country, isDefault: false),
            Statement.Optional(nameof(rule.Region), "region", rule.Region.Length == 0 ? null : rule.Region, "the whole country"),
            Statement.List(nameof(rule.Localities), "localities", rule.Localities, "all"),
            Statement.List(nameof(rule.Except), "except", rule.Except),
            Statement.List(nameof(rule.Categories), "categories", rule.Categories, "all"),
            Statement.List(nameof(rule.Customers), "customers", rule.Customers.Select(Say.Words), "all"),
            Statement.List(nameof(rule.On), "also on the taxes", rule.On),
            Statement.Of(nameof(rule.Share), "share of the net amount", rule.Share, "%") with { IsDefault = rule.Share == 100 },
            Statement.Flag(nameof(rule.Exemptable), "exemptions apply", rule.Exemptable, byDefault: true),
            Statement.Optional(nameof(rule.LedgerAccount), "ledger account",
                rule.LedgerAccount.Length == 0 ? null : rule.LedgerAccount, "the chart's"),
            .. rule.Rates.OrderBy(rate => rate.From).Select(rate => rate.Amount is { } amount
                ? Statement.Of($"Rates[{Say.Date(rate.From)}]", $"from {Say.Date(rate.From)}", amount.Amount,
                    $"{amount.Currency.Code} per {Say.Words(rate.Per)}")
                : Statement.Of($"Rates[{Say.Date(rate.From)}]", $"from {Say.Date(rate.From)}", rate.Percent, "%")),
        ],
    };

    public static Part Of(TaxSpecialCase special) => new("tax case", special.Code, special.Code)
    {
        Statements =
        [
            .. Names.Statements(special.Note),
            Statement.Word(nameof(special.Treatment), "", Say.Words(special.Treatment), isDefault: false),
            Statement.List(nameof(special.Categories), "categories", special.Categories, "all"),
            Statement.List(nameof(special.SellerCountries), "countries of the seller", special.SellerCountries, "any"),
            Statement.List(nameof(special.CustomerCountries), "countries of the customer", special.CustomerCountries, "any"),
            Statement.List(nameof(special.ExceptCountries), "except the countries", special.ExceptCountries),
            Statement.Optional(nameof(special.CrossBorder), "between two countries",
                special.CrossBorder is { } border ? (border ? "only" : "never") : null, "or within one"),
            Statement.List(nameof(special.Customers), "customers", special.Customers.Select(Say.Words), "all"),
            Statement.Word(nameof(special.From), "from", Say.Date(special.From), special.From == NodaTime.LocalDate.MinIsoValue),
            Statement.Optional(nameof(special.To), "to before", special.To is { } to ? Say.Date(to) : null, "no end"),
        ],
    };
}
