using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Reading;

/// <summary>Reads the sections <c>taxRules</c> and <c>taxCases</c>, which refine the categories of <c>taxes</c>.</summary>
internal sealed class TaxRuleReader(FindingList findings, Quantities quantities, Unit currency, Codebook<TaxCategory> categories)
{
    /// <summary>A tax or levy: code, name, where, on what, and its rates over time.</summary>
    internal TaxRule Rule(Fields fields)
    {
        var rule = new TaxRule
        {
            Code = fields.Code("code"),
            Name = fields.Name("name"),
            Categories = Categories(fields),
            Country = Country(fields.Scalar("country", required: true)),
            Region = fields.Has("region") ? fields.Code("region") : "",
            Localities = CodeList(fields, "localities"),
            Except = CodeList(fields, "except"),
            Customers = Customers(fields),
            On = CodeList(fields, "on"),
            Share = fields.Has("share") ? fields.Number("share", 0m, 100m, 4) : 100m,
            Exemptable = fields.Flag("exemptable", otherwise: true),
            LedgerAccount = fields.Has("ledgerAccount") ? fields.Code("ledgerAccount") : "",
            Rates = Rates(fields),
        };
        if (!rule.Localities.IsEmpty && rule.Region.Length == 0)
        {
            findings.Error(CatalogueFindings.Missing, fields.PlaceOf("localities"), "A rule for localities needs their region.",
                "Add 'region: …', so that equal codes in two regions are told apart.");
        }
        if (categories[rule.Code] is not null)
        {
            findings.Error(CatalogueFindings.Duplicate, fields.PlaceOf("code"),
                $"'{rule.Code}' is also the code of a tax category.", "Choose another code.");
        }
        fields.Done();
        return rule;
    }

    /// <summary>A special case: reverse charge, exemption, outside the scope.</summary>
    internal TaxSpecialCase Case(Fields fields)
    {
        var treatment = fields.Choice<TaxTreatment>("treatment");
        if (treatment == TaxTreatment.Taxed)
        {
            findings.Error(CatalogueFindings.Value, fields.PlaceOf("treatment"),
                "'taxed' is what happens without a special case.",
                "Choose reverse-charge, exempt, outside-scope or zero-rated, or remove the entry.");
        }
        var read = new TaxSpecialCase
        {
            Code = fields.Code("code"),
            Treatment = treatment ?? TaxTreatment.Exempt,
            Note = fields.Name("note"),
            Categories = Categories(fields),
            SellerCountries = Countries(fields, "sellerCountries"),
            CustomerCountries = Countries(fields, "customerCountries"),
            ExceptCountries = Countries(fields, "exceptCountries"),
            CrossBorder = fields.Has("crossBorder") ? fields.Flag("crossBorder", otherwise: false) : null,
            Customers = Customers(fields),
            From = fields.Scalar("from", required: false) is { } from ? quantities.Date(from) : LocalDate.MinIsoValue,
            To = fields.Scalar("to", required: false) is { } to ? quantities.Date(to) : null,
        };
        if (read.To is { } end && end <= read.From)
        {
            findings.Error(CatalogueFindings.Range, fields.PlaceOf("to"), "The case ends before it begins.",
                "'to' is the first day on which it no longer applies.");
        }
        fields.Done();
        return read;
    }

    /// <summary>Codes under <c>on</c> must exist and must not lead in a circle.</summary>
    internal void Check(ImmutableArray<TaxRule> rules, Func<string, Place> placeOf)
    {
        var bases = rules.Select(rule => (rule.Code, rule.On))
            .Concat(categories.All.Select(category => (category.Code, category.On))).ToList();
        var on = bases.DistinctBy(one => one.Code, StringComparer.Ordinal)
            .ToDictionary(one => one.Code, one => one.On, StringComparer.Ordinal);
        foreach (var (code, codes) in bases)
        {
            foreach (var wrong in codes.Where(other => !on.ContainsKey(other)))
            {
                findings.Error(CatalogueFindings.Reference, placeOf(code), $"There is no tax or rule '{wrong}' to be taxed.",
                    findings.DidYouMean(wrong, on.Keys, "Define it under 'taxRules'."));
            }
            if (Reaches(on, code, code, new HashSet<string>(StringComparer.Ordinal)))
            {
                findings.Error(CatalogueFindings.Cycle, placeOf(code), $"'{code}' is part of its own base.",
                    "Remove one of the codes under 'on'.");
            }
        }
    }

    private static bool Reaches(
        Dictionary<string, ImmutableArray<string>> on, string from, string to, HashSet<string> seen) =>
        on.GetValueOrDefault(from, []).Any(next => next == to || (seen.Add(next) && Reaches(on, next, to, seen)));

    private ImmutableArray<TaxRuleRate> Rates(Fields fields)
    {
        var rates = ImmutableArray.CreateBuilder<TaxRuleRate>();
        foreach (var entry in fields.Entries("rates"))
        {
            var amount = entry.Scalar("amount", required: false) is { } scalar
                ? quantities.Amount(scalar, currency)
                : (Money?)null;
            var percent = entry.Has("percent") || amount is null ? entry.Number("percent", 0m, 1000m, 6) : 0m;
            var per = amount is null ? LevyPer.Service : entry.Choice("per", LevyPer.Service);
            var from = entry.Scalar("from", required: true) is { } date ? quantities.Date(date) : default;
            if (amount is not null && entry.Has("percent"))
            {
                findings.Error(CatalogueFindings.Conflict, entry.PlaceOf("amount"), "A rate is a percentage or an amount.",
                    "Write two rules, one for each.");
            }
            entry.Done();
            if (rates.Any(rate => rate.From == from))
            {
                findings.Error(CatalogueFindings.Duplicate, entry.Place,
                    string.Create(CultureInfo.InvariantCulture, $"There are two rates from {from:uuuu-MM-dd} on."),
                    "Remove one of the two.");
            }
            rates.Add(new TaxRuleRate(percent, amount, per, from));
        }
        if (rates.Count == 0)
        {
            findings.Error(CatalogueFindings.Missing, fields.Place, "The rule has no rates.",
                "Add 'rates:' with entries of percent (or amount and per) and from.");
        }
        return rates.ToImmutable();
    }

    private ImmutableArray<string> Categories(Fields fields)
    {
        var scalars = fields.Scalars("categories");
        foreach (var scalar in scalars)
        {
            categories.Find(scalar);
        }
        return [.. scalars.Select(scalar => scalar.Text)];
    }

    private ImmutableArray<TaxCustomer> Customers(Fields fields) =>
    [
        .. fields.Scalars("customers").Select(scalar => Words<TaxCustomer>.Read(scalar, "customers", findings))
            .OfType<TaxCustomer>(),
    ];

    private ImmutableArray<string> Countries(Fields fields, string key) =>
        [.. fields.Scalars(key).Select(scalar => Country(scalar))];

    private string Country(YamlScalar? scalar)
    {
        if (scalar is not null && (scalar.Text.Length != 2 || !scalar.Text.All(char.IsAsciiLetterUpper)))
        {
            findings.Error(CatalogueFindings.Value, scalar.Place, $"'{scalar.Text}' is not a country.",
                "Write the two capital letters of ISO 3166-1, e.g. DE.");
        }
        return scalar?.Text ?? "";
    }

    internal static ImmutableArray<string> CodeList(Fields fields, string key)
    {
        var scalars = fields.Scalars(key);
        foreach (var scalar in scalars.Where(scalar => !Codes.IsCode(scalar.Text)))
        {
            fields.Findings.Error(CatalogueFindings.Code, scalar.Place, $"'{scalar.Text}' cannot be a code.",
                "Use letters, digits, '-', '_' and '.', beginning with a letter or digit, at most 64.");
        }
        return [.. scalars.Select(scalar => scalar.Text)];
    }
}
