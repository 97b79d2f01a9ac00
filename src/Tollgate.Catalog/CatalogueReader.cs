using System.Collections.Immutable;
using NodaTime;
using Tollgate.Catalog.Reading;
using Tollgate.Primitives;

namespace Tollgate.Catalog;

/// <summary>
/// Reads and validates a catalogue. The format is described in docs/reference/catalogue.md, the findings in
/// docs/reference/findings.md. Pure: same files, same result, whatever their order.
/// </summary>
public sealed class CatalogueReader
{
    /// <summary>Largest file: 64 MiB.</summary>
    public const int LargestFile = 64 * 1024 * 1024;

    private readonly FindingList findings = new();
    private readonly Dictionary<string, CatalogueFile> deckFiles = new(StringComparer.Ordinal);
    private readonly HashSet<string> usedDecks = new(StringComparer.Ordinal);
    private readonly List<Fields> documents = [];
    private bool allReadable = true;

    private CatalogueReader()
    {
    }

    /// <summary>
    /// Reads all <c>*.yaml</c> files (sections may be spread over them in any way) and the decks <c>decks/*.csv</c>; other
    /// files are ignored. All findings of all files are listed at once; the value is there when none is an error.
    /// </summary>
    public static Checked<Catalogue> Read(IReadOnlyList<CatalogueFile> files)
    {
        var reader = new CatalogueReader();
        reader.Sort(files);
        var catalogue = reader.documents.Count > 0 ? reader.Assemble() : null;
        return new Checked<Catalogue>(reader.findings.AnyError ? null : catalogue, reader.findings.Sorted());
    }

    /// <summary>Name of the file that holds a deck; null when no catalogue file declares the deck.</summary>
    public static string? DeckFile(IReadOnlyList<CatalogueFile> files, string deck)
    {
        var reader = new CatalogueReader();
        reader.Sort(files);
        return reader.Entries("decks").Where(entry => entry.Scalar("code", required: false)?.Text == deck)
            .Select(entry => entry.Scalar("file", required: false)?.Text ?? $"{CatalogueFile.DeckFolder}{deck}.csv")
            .FirstOrDefault();
    }

    /// <summary>The keys that reading these files asks for, by the path of their mapping.</summary>
    internal static IReadOnlyCollection<(string Path, string Key)> KeysOf(IReadOnlyList<CatalogueFile> files)
    {
        var reader = new CatalogueReader();
        reader.Sort(files);
        reader.Assemble();
        return reader.findings.Asked;
    }

    /// <summary>Validates YAML that is parsed already: one mapping of sections per document, places as they were read.</summary>
    internal static Checked<Catalogue> Read(IReadOnlyList<YamlMapping> documents, IReadOnlyList<CatalogueFile> deckFiles)
    {
        var reader = new CatalogueReader();
        reader.Sort(deckFiles, anyYaml: documents.Count > 0);
        reader.documents.AddRange(documents.Select(document => new Fields(document, reader.findings, "")));
        var catalogue = documents.Count > 0 ? reader.Assemble() : null;
        return new Checked<Catalogue>(reader.findings.AnyError ? null : catalogue, reader.findings.Sorted());
    }

    private void Sort(IReadOnlyList<CatalogueFile> files, bool anyYaml = false)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in files.OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            if (file.Name.EndsWith(".yml", StringComparison.OrdinalIgnoreCase))
            {
                findings.Error(CatalogueFindings.File, new Place(file.Name, 0), "Files named .yml are not read.",
                    "Rename it to .yaml.");
            }
            if (!file.IsYaml && !file.IsDeck)
            {
                continue;
            }
            anyYaml |= file.IsYaml;
            if (!CataloguePackage.IsName(file.Name) || !names.Add(file.Name) || file.Content.Length > LargestFile)
            {
                findings.Error(CatalogueFindings.File, new Place(file.Name, 0),
                    "The file comes twice, is larger than 64 MiB, or has a name that leads out of the folder.",
                    "Give each file of the folder once, under a relative name.");
                allReadable = false;
            }
            else if (file.IsDeck)
            {
                deckFiles.Add(file.Name, file);
            }
            else
            {
                Parse(file);
            }
        }
        if (!anyYaml)
        {
            findings.Error(CatalogueFindings.Empty, new Place(".", 0), "There is no catalogue here: no file *.yaml.",
                "Give the folder that holds catalogue.yaml; see docs/reference/catalogue.md.");
        }
    }

    private void Parse(CatalogueFile file)
    {
        var readable = false;
        var value = Utf8Text.Read(file, findings) is { } text ? YamlText.Parse(file.Name, text, findings, out readable) : null;
        allReadable &= readable;
        if (value is YamlMapping map)
        {
            documents.Add(new Fields(map, findings, ""));
        }
        else if (value is not null)
        {
            findings.Error(CatalogueFindings.Shape, value.Place, $"The file holds {value.Shape}; sections are expected.",
                "Begin with a section such as 'offers:'.");
            allReadable = false;
        }
        else if (readable)
        {
            documents.Add(new Fields(new YamlMapping(new Place(file.Name, 0), []), findings, ""));
        }
    }

    private Catalogue Assemble()
    {
        var units = Section("units", "unit", FoundationReader.ReadUnit, unit => unit.Code);
        var quantities = new Quantities(
            findings, units.Codes.ToDictionary(code => code, code => units[code]!, StringComparer.Ordinal));
        var head = Head(quantities);
        var taxes = Section("taxes", "tax", fields => FoundationReader.ReadTax(fields, quantities), tax => tax.Code);
        var (rules, cases) = TaxRules(quantities, head.Currency, taxes);
        var holidays = Section("holidays", "holiday calendar", FoundationReader.ReadHolidays, calendar => calendar.Code);
        var bands = Section("timeBands", "time band set",
            fields => FoundationReader.ReadTimeBands(fields, quantities, holidays), set => set.Code);
        var portability = Section("portability", "portability table", ReadPortability, table => table.Code);
        var decks = Section("decks", "deck", fields => ReadDeck(fields, quantities), deck => deck.Code);
        var captions = new CaptionReader(findings, allReadable);
        var zoneNames = captions.Zones(Entries("zoneNames"), decks.All);
        var bandNames = captions.Bands(Entries("bandNames"), bands.All);
        var terms = new UsageTermsReader(findings, quantities, head.Currency, decks, bands);
        var counters = Section("counters", "counter", terms.Counter, counter => counter.Code);
        var planReader = new RatePlanReader(findings, quantities, head.Currency, head.TimeZone, decks, bands, taxes, portability,
            counters);
        var plans = Section("ratePlans", "rate plan", planReader.Read, plan => plan.Code);
        var exchanges = Section("exchanges", "exchange", new ExchangeReader(findings, quantities).Read, one => one.Code);
        var legs = Section("legs", "leg", fields => terms.Leg(fields, plans), leg => leg.Code);
        var discountReader = new DiscountReader(findings, quantities, head.Currency);
        var discounts = Section("discounts", "discount", discountReader.Read, discount => discount.Code);
        var prices = new OfferPriceReader(findings, quantities, head.Currency, taxes);
        var planChoices = new OfferPlanReader(findings, quantities, plans);
        var offerReader = new OfferReader(findings, prices, planChoices, discounts,
            new AllowanceReader(findings, quantities, decks, plans, terms),
            new EarningReader(findings, quantities, head.Currency, counters), terms, counters, legs);
        var offers = Offers(offerReader);
        foreach (var (reference, _) in offerReader.References.Concat(discountReader.References))
        {
            offers.Find(reference);
        }
        planChoices.CheckAddOns(offers);
        var expanded = Bundles.Expand(offers, plans, findings);
        discountReader.CheckPrices(expanded);
        terms.CheckAdding(expanded, plans);
        var exampleReader = new ExampleReader(findings, quantities, offers, planChoices.Incomplete, plans, counters, legs);
        var examples = Entries("examples").Select(exampleReader.Read).ToImmutableArray();
        findings.Attributes.Warn(findings);
        foreach (var document in documents)
        {
            document.Done();
        }
        WarnOfUnusedDecks();
        return head with
        {
            Units = units.All,
            Taxes = taxes.All,
            TaxRules = rules,
            TaxCases = cases,
            TimeBands = bands.All,
            Decks = [.. decks.All.Select(deck => new Deck(deck.Code, deck.Content.Rows))],
            ZoneNames = zoneNames,
            BandNames = bandNames,
            RatePlans = plans.All,
            Offers = expanded,
            Discounts = discounts.All,
            Holidays = holidays.All,
            Portability = portability.All,
            Counters = counters.All,
            Legs = legs.All,
            Exchanges = exchanges.All,
            Examples = examples,
        };
    }

    /// <summary>The section <c>catalog</c>, which must be there exactly once.</summary>
    private Catalogue Head(Quantities quantities)
    {
        var sections = documents.Select(document => document.Nested("catalog")).OfType<Fields>().ToList();
        if (sections.Count == 0 && allReadable)
        {
            findings.Error(CatalogueFindings.Missing, documents[0].Place, "The section 'catalog' is missing.",
                "Add 'catalog:' with code, currency and timeZone.");
        }
        foreach (var second in sections.Skip(1))
        {
            findings.Error(CatalogueFindings.Duplicate, second.Place,
                $"The section 'catalog' is also in {sections[0].Place.File}.",
                "Keep one of the two.");
        }
        if (sections.Count == 0)
        {
            return new Catalogue { Code = "", Currency = Units.Eur, TimeZone = DateTimeZone.Utc };
        }
        var fields = sections[0];
        var head = new Catalogue
        {
            Code = fields.Code("code"),
            Currency = fields.Scalar("currency", required: true) is { } currency
                ? quantities.Currency(currency)
                : Units.Eur,
            TimeZone = fields.Scalar("timeZone", required: true) is { } zone
                ? FoundationReader.TimeZone(zone, findings)
                : DateTimeZone.Utc,
            Numbering = fields.Nested("numbering") is { } numbering ? Numbering(numbering) : new NumberingPlan(),
        };
        fields.Done();
        return head;
    }

    private static NumberingPlan Numbering(Fields fields)
    {
        var plan = new NumberingPlan();
        plan = new NumberingPlan(
            Digits(fields, "countryCode", plan.CountryCode, 3),
            Digits(fields, "internationalPrefix", plan.InternationalPrefix, 6),
            Digits(fields, "nationalPrefix", plan.NationalPrefix, 3),
            fields.Whole("shortCodeDigits", plan.ShortCodeDigits, 0, 10))
        {
            Rules = [.. fields.Entries("rules").Select(NumberRule)],
        };
        fields.Done();
        return plan;
    }

    private static NumberRule NumberRule(Fields fields)
    {
        var rule = new NumberRule(
            Digits(fields, "begins", "", 15), Digits(fields, "replace", "", 15), fields.Whole("leastDigits", 1, 1, 32),
            fields.Whole("mostDigits", 32, 1, 32));
        fields.Done();
        return rule;
    }

    /// <summary>A portability table; its file lies beside the decks.</summary>
    private PortabilityTable ReadPortability(Fields fields)
    {
        var code = fields.Code("code");
        var name = fields.Scalar("file", required: false);
        fields.Done();
        var path = name?.Text ?? $"{CatalogueFile.DeckFolder}{code}.csv";
        if (deckFiles.TryGetValue(path, out var file))
        {
            usedDecks.Add(path);
            return new PortabilityTable(code, PortabilityFileReader.Read(file, findings));
        }
        findings.Error(CatalogueFindings.Reference, name?.Place ?? fields.Place, $"There is no file '{path}'.",
            findings.DidYouMean(path, deckFiles.Keys, "Put the file into the folder decks/, named *.csv."));
        return new PortabilityTable(code, []);
    }

    /// <summary>Digits, or nothing when written as <c>""</c>.</summary>
    private static string Digits(Fields fields, string key, string otherwise, int most)
    {
        if (fields.Map.Find(key) is YamlScalar { Text: "" })
        {
            fields.Scalar(key, required: false);
            return "";
        }
        var scalar = fields.Scalar(key, required: false);
        if (scalar is not null && (scalar.Text.Length > most || !scalar.Text.All(char.IsAsciiDigit)))
        {
            fields.Findings.Error(CatalogueFindings.Value, scalar.Place, $"'{key}: {scalar.Text}' is not a dialled prefix.",
                $"Write at most {most.ToString(System.Globalization.CultureInfo.InvariantCulture)} digits, in quotes.");
        }
        return scalar?.Text ?? otherwise;
    }

    private (ImmutableArray<TaxRule> Rules, ImmutableArray<TaxSpecialCase> Cases) TaxRules(
        Quantities quantities, Unit currency, Codebook<TaxCategory> taxes)
    {
        var reader = new TaxRuleReader(findings, quantities, currency, taxes);
        var rules = Section("taxRules", "tax rule", reader.Rule, rule => rule.Code);
        var cases = Section("taxCases", "tax case", reader.Case, one => one.Code);
        reader.Check(rules.All, code => rules[code] is null ? taxes.PlaceOf(code) : rules.PlaceOf(code));
        foreach (var bare in taxes.All.Where(tax => tax.Rates.IsEmpty && allReadable
            && !rules.All.Any(rule => rule.Categories.IsEmpty || rule.Categories.Contains(tax.Code, StringComparer.Ordinal))))
        {
            findings.Error(CatalogueFindings.Missing, taxes.PlaceOf(bare.Code), "The tax has no rates, and no rule taxes it.",
                "Add 'rates:' with entries of country, percent and from.");
        }
        return (rules.All, cases.All);
    }

    private DeclaredDeck ReadDeck(Fields fields, Quantities quantities)
    {
        var code = fields.Code("code");
        var name = fields.Scalar("file", required: false);
        var per = fields.Scalar("per", required: false) is { } word ? quantities.UsageUnit(word.Text, word.Place) : null;
        fields.Done();
        var path = name?.Text ?? $"{CatalogueFile.DeckFolder}{code}.csv";
        if (deckFiles.TryGetValue(path, out var file))
        {
            usedDecks.Add(path);
            return new DeclaredDeck(code, per, DeckFileReader.Read(file, per, findings, quantities));
        }
        findings.Error(CatalogueFindings.Reference, name?.Place ?? fields.Place, $"There is no deck file '{path}'.",
            findings.DidYouMean(path, deckFiles.Keys, "Put the file into the folder decks/, named *.csv."));
        return new DeclaredDeck(code, per, DeckContent.Unreadable);
    }

    private void WarnOfUnusedDecks()
    {
        foreach (var name in deckFiles.Keys.Where(name => allReadable && !usedDecks.Contains(name)))
        {
            findings.Warning(CatalogueFindings.Unused, new Place(name, 0), "No deck of the catalogue names this file.",
                "Add it under 'decks', or remove the file.");
        }
    }

    private Codebook<Offer> Offers(OfferReader reader)
    {
        var offers = new Codebook<Offer>("offer", findings, allReadable);
        var templates = new Codebook<YamlMapping>("offer", findings, allReadable);
        var merged = new OfferInheritance(findings, allReadable).Resolve([.. Entries("offers").Select(entry => entry.Map)]);
        foreach (var map in merged)
        {
            var fields = new Fields(map, findings, "offers[]");
            var code = (map.Find("code") as YamlScalar)?.Text ?? "";
            templates.Add(code, fields.PlaceOf("code"), map);
            if (reader.Read(fields) is { } offer && offers[code] is null)
            {
                offers.Add(code, fields.PlaceOf("code"), offer);
            }
        }
        return offers;
    }

    private Codebook<T> Section<T>(string key, string what, Func<Fields, T> read, Func<T, string> code) where T : class
    {
        var entries = new Codebook<T>(what, findings, allReadable);
        foreach (var fields in Entries(key))
        {
            var value = read(fields);
            entries.Add(code(value), fields.PlaceOf("code"), value);
        }
        return entries;
    }

    private List<Fields> Entries(string key) => [.. documents.SelectMany(document => document.Entries(key))];
}
