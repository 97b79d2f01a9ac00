using System.Text;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Tests.Catalog;

/// <summary>One example for every finding code: a good catalogue and one file that is wrong in one way.</summary>
public sealed class CatalogueFindingsTests
{
    private const string Good = """
        catalog: { code: test, currency: EUR, timeZone: Europe/Berlin }
        taxes:
          - { code: standard, name: VAT, rates: [{ country: DE, percent: 19, from: 2021-01-01 }] }
        timeBands:
          - { code: week, bands: [{ code: peak, days: Mon-Fri, from: "08:00", to: "20:00" }] }
        decks:
          - { code: world, per: minute }
        ratePlans:
          - { code: calls, name: Calls, service: voice, deck: world, tax: standard,
              revenueAccount: 4000-voice, prices: [{ price: deck }] }
        offers:
          - { code: plan, name: Plan, ratePlans: [calls] }
        """;

    private const string GoodDeck = "prefix,zone,price\n49,Germany,0.05\n43,Austria,0.07\n";

    private const string Calls = "service: voice, tax: standard, revenueAccount: 4000-voice";

    /// <summary>Code, file that is wrong, its text, line of the finding, part of the cure.</summary>
    public static TheoryData<string, string, string, int, string> Cases => new()
    {
        { "CAT-FILE", "more.yml", "offers: []", 0, ".yaml" },
        { "CAT-FILE", "../more.yaml", "offers: []", 0, "relative" },
        { "CAT-FILE", "good.yaml", "offers: []", 0, "once" },
        { "CAT-YAML", "x.yaml", "offers:\n  - { code: a, name: A\n", 3, "brackets" },
        { "CAT-YAML", "x.yaml", "offers: &a\n  - *a\n", 1, "brackets" },
        { "CAT-YAML", "x.yaml", "offers:\n  - *a\n", 2, "brackets" },
        { "CAT-YAML", "x.yaml", "offers: []\n---\noffers: []\n", 2, "brackets" },
        { "CAT-YAML", "x.yaml", "offers: !!binary aGk=\n", 1, "brackets" },
        { "CAT-YAML", "x.yaml", "offers: " + new string('[', 100_000), 1, "brackets" },
        { "CAT-KEY", "x.yaml", "offers:\n  - code: a\n    name: A\n    recuring: []\n", 4, "'recurring'" },
        { "CAT-KEY", "x.yaml", "offfers: []\n", 1, "'offers'" },
        { "CAT-KEY-TWICE", "x.yaml", "offers:\n  - code: a\n    name: A\n    name: B\n", 4, "Remove" },
        { "CAT-SHAPE", "x.yaml", "offers:\n  code: a\n", 2, "- " },
        { "CAT-SHAPE", "x.yaml", "offers:\n  - a\n", 2, "key: value" },
        { "CAT-SHAPE", "x.yaml", "offers:\n  - code: a\n    name: [A]\n", 3, "one word" },
        { "CAT-SHAPE", "x.yaml", "- a\n", 1, "'offers:'" },
        { "CAT-KEY", "x.yaml", "offers:\n  - code: a\n    name: { German: A }\n", 3, "BCP 47" },
        { "CAT-MISSING", "x.yaml", "offers:\n  - code: a\n    name: { en: A, de: }\n", 3, "de: …" },
        { "CAT-MISSING", "x.yaml", "offers:\n  - code: a\n    name: {}\n", 3, "en: …" },
        { "CAT-MISSING", "x.yaml", "offers:\n  - code: a\n", 2, "name: …" },
        { "CAT-MISSING", "x.yaml", "taxes:\n  - { code: a, name: A }\n", 2, "rates:" },
        { "CAT-MISSING", "x.yaml", Rule("rates: []"), 2, "percent" },
        { "CAT-MISSING", "x.yaml", Rule("localities: [A], rates: [{ percent: 1, from: 2026-01-01 }]"), 2, "region" },
        { "CAT-REF", "x.yaml", Rule("on: [standart], rates: [{ percent: 1, from: 2026-01-01 }]"), 2, "'standard'" },
        { "CAT-REF", "x.yaml", Rule("categories: [reduced], rates: [{ percent: 1, from: 2026-01-01 }]"), 2, "standard" },
        { "CAT-CYCLE", "x.yaml", Rule("on: [levy], rates: [{ percent: 1, from: 2026-01-01 }]"), 2, "'on'" },
        { "CAT-CONFLICT", "x.yaml", Rule("rates: [{ percent: 1, amount: 1, from: 2026-01-01 }]"), 2, "two rules" },
        { "CAT-DUPLICATE", "x.yaml", Rule("rates: [{ percent: 1, from: 2026-01-01 }, { percent: 2, from: 2026-01-01 }]"), 2,
            "Remove" },
        { "CAT-VALUE", "x.yaml", "taxCases:\n  - { code: a, treatment: taxed, note: A }\n", 2, "remove the entry" },
        { "CAT-RANGE", "x.yaml", "taxCases:\n  - { code: a, treatment: exempt, note: A, from: 2026-01-02, to: 2026-01-01 }\n", 2,
            "first day" },
        { "CAT-MISSING", "x.yaml", Plan("rounding: 6 half-up"), 2, "prices:" },
        { "CAT-VALUE", "x.yaml", "offers:\n  - { code: a, name: A, payment: prepayed }\n", 2, "'prepaid'" },
        { "CAT-VALUE", "x.yaml", "offers:\n  - { code: a, name: A, template: maybe }\n", 2, "yes or no" },
        { "CAT-VALUE", "x.yaml", Plan("timeZone: Europe/Berlim, prices: [{ price: 1 per minute }]"), 2, "'Europe/Berlin'" },
        { "CAT-VALUE", "x.yaml", Plan("prices: [{ price: 0.09/min }]"), 2, "per minute" },
        { "CAT-VALUE", "x.yaml", Plan("prices: [{ price: 1 per minute, increments: 60 }]"), 2, "60/1" },
        { "CAT-REF", "x.yaml", "zoneNames:\n  - { zone: Germani, name: { de: A } }\n", 2, "'Germany'" },
        { "CAT-REF", "x.yaml", "bandNames:\n  - { band: peek, name: A }\n", 2, "'peak'" },
        { "CAT-DUPLICATE", "x.yaml", "bandNames:\n  - { band: peak, name: A }\n  - { band: peak, name: B }\n", 3, "remove" },
        { "CAT-YAML", "x.yaml", "offers:\n  - code: a\n\tname: A\n", 3, "blanks" },
        { "CAT-YAML", "x.yaml", "offers:\n  - code: a\n    name: A\n\n\t- code: b\n", 5, "blanks" },
        { "CAT-ENCODING", "x.yaml", "offers:\n  - { code: a, name: A\0 }\n", 2, "damaged" },
        { "CAT-REF", "x.yaml", "counters:\n  - { code: a, of: events, zones: [Germani] }\n", 2, "'Germany'" },
        { "CAT-REF", "x.yaml", "offers:\n  - { code: a, name: A, usageDiscounts: [{ code: b, percent: 5, bands: [peek] }] }\n",
            2, "'peak'" },
        { "CAT-REF", "x.yaml", "offers:\n  - { code: a, name: A, counters: [none] }\n", 2, "counter" },
        { "CAT-REF", "x.yaml", "offers:\n  - { code: a, name: A, legs: [none] }\n", 2, "leg" },
        { "CAT-REF", "x.yaml", Plan("portability: none, prices: [{ price: 1 per minute }]"), 2, "portability" },
        { "CAT-RANGE", "x.yaml", Plan("prices: [{ steps: [{ from: 5, price: 1 }] }]"), 2, "from: 0" },
        { "CAT-RANGE", "x.yaml", Plan("prices: [{ tiers: { levels: [{ upTo: 5 minutes, price: 1 }] } }]"), 2, "upTo" },
        { "CAT-CONFLICT", "x.yaml", Plan("prices: [{ price: 1 per minute, flat: 2 }]"), 2, "one price model" },
        { "CAT-CONFLICT", "x.yaml",
            "timeBands:\n  - { code: a, bands: [{ code: b, from: \"08:00\", to: \"20:00\", holidays: only }] }\n", 2,
                "holidays" },
        { "CAT-VALUE", "x.yaml", "holidays:\n  - { code: a, days: [christmas] }\n", 2, "easter" },
        { "CAT-VALUE", "x.yaml", "counters:\n  - { code: a, of: events, reset: monthly }\n", 2, "month" },
        { "CAT-MISSING", "x.yaml", "counters:\n  - { code: a, of: events, thresholds: [80] }\n", 2, "limit" },
        { "CAT-UNIT", "x.yaml",
            "counters:\n  - { code: a, of: events }\n" + Plan("prices: [{ tiers: { counter: a, levels: [{ price: 1 }] } }]"),
                4, "of: charged" },
        { "CAT-EXPRESSION", "x.yaml", Plan("prices: [{ price: 1 per minute, when: trunk = }]"), 2, "number, a text" },
        { "CAT-CONFLICT", "x.yaml", Plan("roundAt: total, prices: [{ price: 1 per minute, rounding: 2 up }]"), 2, "roundAt" },
        { "CAT-CONFLICT", "x.yaml", Example("offer: plan, service: voice, at: 2026-10-05 10:00, use: 1 s, refused: barred"), 2,
            "'amount' or" },
        { "CAT-VALUE", "x.yaml",
            "timeBands:\n  - { code: a, bands: [{ code: b, from: \"08:00\", to: \"20:00\", monthDays: 0-5 }] }\n", 2,
            "15, last" },
        { "CAT-VALUE", "x.yaml",
            "timeBands:\n  - { code: a, bands: [{ code: b, from: \"08:00\", to: \"20:00\", months: Juli }] }\n", 2, "Nov-Feb" },
        { "CAT-UNIT", "x.yaml", Offered("services: [voice, sms], amount: 9 minutes, takes: [{ factor: 1 }]"), 2, "1 message" },
        { "CAT-UNIT", "x.yaml", Offered("services: [voice, sms], amount: 9 minutes"), 2, "takes" },
        { "CAT-UNIT", "x.yaml", Offered("service: voice, amount: 9 EUR, memberLimit: 9 minutes"), 2, "same kind" },
        { "CAT-CONFLICT", "x.yaml", Offered("service: voice, amount: 9 minutes, perQuantity: yes, shared: account"), 2,
            "shared" },
        { "CAT-CONFLICT", "x.yaml", Offered("service: voice, amount: 9 EUR, connectFee: 1"), 2, "connectFee" },
        { "CAT-CONFLICT", "x.yaml", Offered("service: voice, amount: 9 EUR, price: 1 per minute"), 2, "connectFee" },
        { "CAT-CONFLICT", "x.yaml",
            Offered("service: voice, amount: 9 minutes, price: 1 per minute, takes: [{ take: 1 minute, per: event }]"), 2,
            "connectFee" },
        { "CAT-CONFLICT", "x.yaml", Offered("service: voice, amount: 9 EUR, increments: 1/1"), 2, "factor" },
        { "CAT-VALUE", "x.yaml", Offered("service: voice, amount: 9 minutes, price: deck"), 2, "0.01 per minute" },
        { "CAT-VALUE", "x.yaml", Offered("service: voice, amount: 9 minutes, reset: 5 weeks"), 2, "hours" },
        { "CAT-CONFLICT", "x.yaml",
            "ratePlans:\n  - { code: far, name: F, currency: USD, " + Calls + ", prices: [{ price: free }] }\n"
            + "legs:\n  - { code: l, kind: roaming, party: P, ratePlans: [far], trunks: [T], addsToRetail: yes }\n", 4, "EUR" },
        { "CAT-CONFLICT", "x.yaml", Plan("prices: [{ flat: 2, maximumCharge: 1, atMaximum: disconnect }]"), 2, "free" },
        { "CAT-VALUE", "x.yaml", Plan("rounding: 6, prices: [{ price: 1 per minute }]"), 2, "half-up" },
        { "CAT-VALUE", "x.yaml",
            "timeBands:\n  - { code: a, bands: [{ code: b, from: 8h, to: \"20:00\" }] }\n", 2, "two digits" },
        { "CAT-VALUE", "x.yaml",
            "timeBands:\n  - { code: a, bands: [{ code: b, days: Monday, from: \"08:00\", to: \"20:00\" }] }\n", 2, "Mon-Fri" },
        { "CAT-VALUE", "x.yaml",
            "taxes:\n  - { code: a, name: A, rates: [{ country: DE, percent: 1, from: 2021-02-30 }] }\n", 2, "2026-10-05" },
        { "CAT-VALUE", "x.yaml",
            "taxes:\n  - { code: a, name: A, rates: [{ country: Germany, percent: 1, from: 2021-02-03 }] }\n", 2, "ISO 3166" },
        { "CAT-VALUE", "x.yaml",
            Example("offer: plan, service: voice, to: Berlin, at: 2026-10-05 10:00, use: 1 s"), 2, "E.164" },
        { "CAT-VALUE", "x.yaml", Example("offer: plan, service: voice, at: noon, use: 1 s"), 2, "2026-10-05 10:00" },
        { "CAT-VALUE", "x.yaml", "offers:\n  - { code: a, name: \"A\\e[31m\" }\n", 2, "one line" },
        { "CAT-NUMBER", "x.yaml", OneTime("9,99"), 2, "decimal point" },
        { "CAT-NUMBER", "x.yaml", OneTime("1e3"), 2, "12.5" },
        { "CAT-RANGE", "x.yaml", OneTime("-1"), 2, "from 0" },
        { "CAT-RANGE", "x.yaml", OneTime("99999999999999999999999999999999999999"), 2, "to 1000000000" },
        { "CAT-RANGE", "x.yaml", OneTime("1.0000000000001"), 2, "decimals" },
        { "CAT-RANGE", "x.yaml",
            "taxes:\n  - { code: a, name: A, rates: [{ country: DE, percent: 101, from: 2021-01-01 }] }\n", 2, "to 100" },
        { "CAT-RANGE", "x.yaml",
            "timeBands:\n  - { code: a, bands: [{ code: b, from: \"22:00\", to: \"06:00\" }] }\n", 2, "two entries" },
        { "CAT-RANGE", "x.yaml", Allowance("voice", "0 minutes"), 2, "amount" },
        { "CAT-RANGE", "x.yaml", Allowance("voice", "0.00001 minutes"), 2, "decimals" },
        { "CAT-RANGE", "x.yaml", Allowance("data", "9999999999999 GB"), 2, "to 1000000" },
        { "CAT-RANGE", "x.yaml", Plan("prices: [{ price: 1 per minute, increments: 60/0 }]"), 2, "more than 0" },
        { "CAT-CODE", "x.yaml", "offers:\n  - { code: my plan, name: A }\n", 2, "letters" },
        { "CAT-DUPLICATE", "x.yaml", "offers:\n  - { code: plan, name: A }\n", 2, "Rename" },
        { "CAT-DUPLICATE", "x.yaml", "catalog: { code: a, currency: EUR, timeZone: UTC }\n", 1, "Keep one" },
        { "CAT-DUPLICATE", "x.yaml", "units:\n  - { code: MIN, kind: duration, baseUnits: 60000 }\n", 2, "built-in" },
        { "CAT-DUPLICATE", "x.yaml",
            "taxes:\n  - code: a\n    name: A\n    rates:\n"
            + "      - { country: DE, percent: 1, from: 2021-01-01 }\n"
            + "      - { country: DE, percent: 2, from: 2021-01-01 }\n", 6, "Remove" },
        { "CAT-DUPLICATE", "x.yaml",
            "offers:\n  - code: a\n    name: A\n    allowances:\n"
            + "      - { code: b, name: B, service: sms, amount: 1 message }\n"
            + "      - { code: b, name: B, service: sms, amount: 2 messages }\n", 6, "Rename" },
        { "CAT-REF", "x.yaml", "offers:\n  - { code: a, name: A, ratePlans: [cals] }\n", 2, "'calls'" },
        { "CAT-REF", "x.yaml", "offers:\n  - { code: a, name: A, extends: pla }\n", 2, "'plan'" },
        { "CAT-REF", "x.yaml", "decks:\n  - { code: a, file: decks/word.csv }\n", 2, "'decks/world.csv'" },
        { "CAT-REF", "x.yaml", Plan("deck: wold, prices: [{ price: 1 per minute }]"), 2, "'world'" },
        { "CAT-REF", "x.yaml", Plan("deck: world, prices: [{ zone: Germny, price: 1 per minute }]"), 2, "'Germany'" },
        { "CAT-REF", "x.yaml", Plan("timeBands: week, prices: [{ band: peek, price: 1 per minute }]"), 2, "'peak'" },
        { "CAT-REF", "x.yaml", Plan("timeBands: weak, prices: [{ price: 1 per minute }]"), 2, "'week'" },
        { "CAT-REF", "x.yaml", Plan("prices: [{ price: 1 per minite, increments: 60/1 }]"), 2, "'minute'" },
        { "CAT-REF", "x.yaml", OneTime("1 EURO"), 2, "'EUR'" },
        { "CAT-REF", "x.yaml", OneTime("1", tax: "standart"), 2, "'standard'" },
        { "CAT-REF", "x.yaml", Example("offer: pan, service: voice, at: 2026-10-05 10:00, use: 1 s"), 2, "'plan'" },
        { "CAT-REF", "x.yaml", Allowance("voice", "1 minute", "zones: [Astria]"), 2, "'Austria'" },
        { "CAT-CYCLE", "x.yaml",
            "offers:\n  - { code: a, name: A, extends: b }\n"
            + "  - { code: b, name: B, extends: c }\n  - { code: c, name: C, extends: a }\n", 4, "Remove 'extends'" },
        { "CAT-CYCLE", "x.yaml", "offers:\n  - { code: a, name: A, extends: a }\n", 2, "Remove 'extends'" },
        { "CAT-CONFLICT", "x.yaml", Plan("prices: [{ price: 1 per minute }, { price: 2 per minute }]"), 2, "Remove one" },
        { "CAT-CONFLICT", "x.yaml", Plan("prices: [{ zone: Germany, price: 1 per minute }]"), 2, "deck: …" },
        { "CAT-CONFLICT", "x.yaml", Plan("prices: [{ band: peak, price: 1 per minute }]"), 2, "timeBands: …" },
        { "CAT-CONFLICT", "x.yaml", Plan("prices: [{ price: deck }]"), 2, "column 'price'" },
        { "CAT-CONFLICT", "x.yaml", Plan("deck: world, prices: [{ price: deck, connectFee: 1 }]"), 2, "connectFee" },
        { "CAT-CONFLICT", "x.yaml",
            "timeBands:\n  - { code: a, bands: [{ code: other, from: \"08:00\", to: \"20:00\" }] }\n", 2, "another code" },
        { "CAT-CONFLICT", "x.yaml",
            Plan("prices: [{ price: 1 per minute }] }\noffers:\n  - { code: b, name: B, ratePlans: [a, calls]"), 4,
            "when: …" },
        { "CAT-CONFLICT", "x.yaml",
            Plan("currency: USD, prices: [{ price: 1 per minute, when: has(x) }] }\n"
                + "offers:\n  - { code: b, name: B, ratePlans: [a, calls]"), 4, "same currency" },
        { "CAT-DUPLICATE", "x.yaml",
            "offers:\n  - { code: b, name: B, ratePlans: [calls, { plan: calls, when: has(x) }] }\n", 2, "'or'" },
        { "CAT-REF", "x.yaml", "offers:\n  - { code: b, name: B, ratePlans: [{ plan: call }] }\n", 2, "'calls'" },
        { "CAT-RANGE", "x.yaml",
            "offers:\n  - { code: b, name: B, ratePlans: [{ plan: calls, from: 2026-02-01, to: 2026-02-01 }] }\n",
            2, "after 'from'" },
        { "CAT-MISSING", "x.yaml", "offers:\n  - { code: b, name: B, promotion: { from: 2026-02-01 } }\n", 2, "addOnTo" },
        { "CAT-RANGE", "x.yaml",
            "offers:\n  - { code: b, name: B, addOnTo: [plan], promotion: { from: 2026-02-01, to: 2026-01-01 } }\n",
            2, "after 'from'" },
        { "CAT-CONFLICT", "x.yaml", Earns("give: 1 EVENT, into: p"), 3, "counter" },
        { "CAT-REF", "x.yaml", Earns("topUp: 5.00, give: 1 EVENT, into: q", "service: voice, amount: 1 EVENT"), 3, "Known: p" },
        { "CAT-UNIT", "x.yaml", Earns("topUp: 5.00, give: 1 minute, into: p"), 3, "same unit" },
        { "CAT-UNIT", "x.yaml", Earns("topUp: 5.00, per: 1 minute, give: 1 EVENT, into: p"), 3, "same unit" },
        { "CAT-REF", "x.yaml", Earns("counter: none, per: 1.00 EUR, give: 1 EVENT, into: p"), 3, "counter" },
        { "CAT-UNIT", "x.yaml", Plan("prices: [{ price: 1 per MB }]"), 2, "counted in" },
        { "CAT-UNIT", "x.yaml", Plan("prices: [{ price: 1 per EUR }]"), 2, "time, volume or count" },
        { "CAT-UNIT", "x.yaml", Allowance("sms", "5 GB"), 2, "counted in" },
        { "CAT-UNIT", "x.yaml", OneTime("1 MB"), 2, "EUR" },
        { "CAT-UNIT", "x.yaml", Example("offer: plan, service: voice, at: 2026-10-05 10:00, use: 1 MB"), 2, "seconds" },
        { "CAT-EXAMPLE", "x.yaml", Example("offer: plan, service: sms, at: 2026-10-05 10:00, use: 1 message"), 2, "another" },
        { "CAT-DECK-HEADER", "decks/world.csv", "prefix;zone\n49;Germany\n", 1, "commas" },
        { "CAT-DECK-HEADER", "decks/world.csv", "prefix,zone,prise\n49,Germany,1\n", 1, "'price'" },
        { "CAT-DECK-HEADER", "decks/world.csv", "49,Germany\n43,Austria\n", 1, "first row names" },
        { "CAT-DECK-COLUMNS", "decks/world.csv", GoodDeck + "44,United Kingdom\n", 4, "header" },
        { "CAT-DECK-COLUMNS", "decks/world.csv", GoodDeck + "44,United Kingdom,0,07\n", 4, "header" },
        { "CAT-DECK-PREFIX", "decks/world.csv", GoodDeck + "+44,United Kingdom,0.1\n", 4, "without +" },
        { "CAT-DECK-PREFIX", "decks/world.csv", GoodDeck + ",United Kingdom,0.1\n", 4, "1 to 15" },
        { "CAT-DECK-TWICE", "decks/world.csv", GoodDeck + "\r\n49,Germany,0.1\r\n", 5, "Remove" },
        { "CAT-DECK-QUOTE", "decks/world.csv", GoodDeck + "44,\"United Kingdom,0.1\n45,Denmark,0.1\n", 4, "one line" },
        { "CAT-DECK-EMPTY", "decks/world.csv", "\uFEFFprefix,zone,price\r\n", 0, "rows" },
        { "CAT-VALUE", "decks/world.csv", GoodDeck + "44,,0.1\n", 4, "zone" },
        { "CAT-NUMBER", "decks/world.csv", GoodDeck + "44,United Kingdom,\"0,1\"\n", 4, "decimal point" },
        { "CAT-RANGE", "decks/world.csv", GoodDeck + "44,United Kingdom,-0.1\n", 4, "from 0" },
        { "CAT-UNUSED", "decks/old.csv", GoodDeck, 0, "decks" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_wrong_file_gets_this_one_finding(string code, string name, string text, int line, string cure)
    {
        var result = CatalogueReader.Read(
            [.. GoodFiles(without: name == "good.yaml" ? "" : name), CatalogueFolder.Of(name, text)]);
        var finding = Assert.Single(result.Findings);
        Assert.Equal((code, name, line), (finding.Code, finding.File, finding.Line));
        Assert.Contains(cure, finding.Cure, StringComparison.Ordinal);
        Assert.Equal(code == CatalogueFindings.Unused, result.Ok);
    }

    [Fact]
    public void The_good_catalogue_has_no_findings() => Assert.Empty(CatalogueReader.Read(GoodFiles()).Findings);

    [Fact]
    public void A_folder_without_files_is_no_catalogue() =>
        Assert.Equal(CatalogueFindings.Empty, Assert.Single(CatalogueReader.Read([]).Findings).Code);

    [Theory]
    [InlineData("x.yaml", "offers:\n  - { code: a, name: Caf\u00e9 }\n", 2)]
    [InlineData("decks/world.csv", "prefix,zone\n43,Austria\n225,C\u00f4te d'Ivoire\n", 3)]
    public void Latin_1_is_found_with_its_line(string name, string text, int line)
    {
        var result = CatalogueReader.Read([.. GoodFiles(name), new CatalogueFile(name, Encoding.Latin1.GetBytes(text))]);
        Assert.Equal((CatalogueFindings.Encoding, line), (Assert.Single(result.Findings).Code, result.Findings[0].Line));
    }

    [Fact]
    public void UTF_16_is_found()
    {
        var file = new CatalogueFile(
            "x.yaml", Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("offers: []")).ToArray());
        Assert.Equal(CatalogueFindings.Encoding, Assert.Single(CatalogueReader.Read([.. GoodFiles(), file]).Findings).Code);
    }

    [Theory]
    [InlineData("timeBands: week, boundary: split, prices: [{ package: { size: 1 minute, amount: 1 } }]", "CAT-CONFLICT",
        "steps")]
    [InlineData("deck: world, prices: [{ price: deck }, { zone: Germany, price: barred }]", "CAT-CONFLICT",
        "before 'price: deck'")]
    [InlineData("prices: [{ when: network = green, price: free }]", "CAT-EXPRESSION", "\"green\"")]
    [InlineData("prices: [{ when: 'network in (\"red\", green)', price: free }]", "CAT-EXPRESSION", "\"green\"")]
    public void What_hardly_is_meant_so_is_a_warning(string plan, string code, string cure)
    {
        var result = CatalogueReader.Read([.. GoodFiles(), CatalogueFolder.Of("x.yaml", Plan(plan))]);
        Assert.True(result.Ok);
        var finding = Assert.Single(result.Findings);
        Assert.Equal((Severity.Warning, code, 2), (finding.Severity, finding.Code, finding.Line));
        Assert.Contains(cure, finding.Cure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deck: world, prices: [{ zone: Germany, price: barred }, { price: deck }]")]
    [InlineData("deck: world, prices: [{ price: deck }, { zone: Germany, price: barred, priority: 10 }]")]
    [InlineData("deck: world, timeBands: week, prices: [{ price: deck }, { zone: Germany, price: barred, band: peak }]")]
    [InlineData("prices: [{ when: network = partner, price: free }]")]
    [InlineData("prices: [{ when: network = green and has(green), price: free }]")]
    public void What_may_be_meant_so_is_no_warning(string plan) =>
        Assert.Empty(CatalogueReader.Read([.. GoodFiles(), CatalogueFolder.Of("x.yaml", Plan(plan))]).Findings);

    [Fact]
    public void A_missing_catalog_section_is_found() =>
        Assert.Equal(CatalogueFindings.Missing,
            Assert.Single(CatalogueReader.Read([CatalogueFolder.Of("x.yaml", "offers: []\n")]).Findings).Code);

    [Fact]
    public void All_findings_are_listed_at_once_in_file_and_line_order()
    {
        var result = CatalogueReader.Read([.. GoodFiles("decks/world.csv"),
            CatalogueFolder.Of("decks/world.csv", "prefix,zone,price\nx,Germany,0.05\n43,Austria,y\n"),
            CatalogueFolder.Of("a.yaml", "offers:\n  - { code: a }\n  - { name: B, payment: cash }\n")]);
        Assert.Null(result.Value);
        Assert.Equal(
            ["a.yaml:2 CAT-MISSING", "a.yaml:3 CAT-MISSING", "a.yaml:3 CAT-VALUE", "decks/world.csv:2 CAT-DECK-PREFIX",
                "decks/world.csv:3 CAT-NUMBER"],
            result.Findings.Select(finding => $"{finding.File}:{finding.Line} {finding.Code}"), StringComparer.Ordinal);
    }

    [Fact]
    public void A_cycle_names_its_path()
    {
        var text = "offers:\n  - { code: a, name: A, extends: b }\n  - { code: b, name: B, extends: a }\n";
        var finding = Assert.Single(CatalogueReader.Read([.. GoodFiles(), CatalogueFolder.Of("x.yaml", text)]).Findings);
        Assert.Contains("a → b → a", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_a_thousand_findings_of_a_file_are_counted_not_listed()
    {
        var deck = "prefix,zone,price\n" + string.Concat(Enumerable.Range(0, 1_500).Select(i => $"x{i},Zone,1\n"));
        var findings = CatalogueReader.Read(
            [.. GoodFiles("decks/world.csv"), CatalogueFolder.Of("decks/world.csv", deck)]).Findings;
        Assert.Equal(1_001, findings.Length);
        Assert.Equal(CatalogueFindings.More, findings[^1].Code);
        Assert.StartsWith("500 more", findings[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_an_unreadable_file_may_define_is_not_reported_as_missing()
    {
        var result = CatalogueReader.Read([
            CatalogueFolder.Of("good.yaml", Good), CatalogueFolder.Of("decks/world.csv", GoodDeck),
            CatalogueFolder.Of("broken.yaml", "ratePlans: [\n"),
            CatalogueFolder.Of("offers.yaml", "offers:\n  - { code: x, name: X, ratePlans: [there] }\n")]);
        Assert.Equal(CatalogueFindings.Yaml, Assert.Single(result.Findings).Code);
    }

    [Fact]
    public void Every_code_has_an_example_here_and_a_row_in_the_reference()
    {
        string[] elsewhere = [CatalogueFindings.Empty, CatalogueFindings.Encoding, CatalogueFindings.More];
        var codes = CatalogueFindings.All.Select(kind => kind.Code).ToArray();
        Assert.Equal(codes.Order(StringComparer.Ordinal),
            Cases.Select(row => row.Data.Item1).Concat(elsewhere).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
        var reference = File.ReadAllText(Path.Combine(CatalogueFolder.Repository, "docs", "reference", "findings.md"));
        Assert.All(CatalogueFindings.All,
            kind => Assert.Contains($"| `{kind.Code}` | {kind.Meaning} |", reference, StringComparison.Ordinal));
    }

    private static CatalogueFile[] GoodFiles(string without = "") =>
        [.. new[] { CatalogueFolder.Of("good.yaml", Good), CatalogueFolder.Of("decks/world.csv", GoodDeck) }.Where(file =>
            file.Name != without)];

    private static string OneTime(string amount, string tax = "standard") =>
        $"offers:\n  - {{ code: a, name: A, oneTime: [{{ code: b, name: B, amount: \"{amount}\", tax: {tax}, "
            + $"revenueAccount: r }}] }}\n";

    [Theory]
    [InlineData("topUp: 5.00, give: 2 ERU", "CAT-REF")]
    [InlineData("topUp: 5.00, give: 2 EVENT", "CAT-MISSING")]
    public void What_is_given_in_an_unknown_unit_is_not_asked_for_its_pocket_too(string earning, string codes)
    {
        var findings = CatalogueReader.Read([.. GoodFiles(), CatalogueFolder.Of("x.yaml",
            Earns(earning, "service: voice, amount: 1 EVENT"))]).Findings;

        Assert.Equal(codes, string.Join(' ', findings.Where(finding => finding.Severity == Severity.Error)
            .Select(finding => finding.Code)));
    }

    private static string Earns(string rest, string allowance = "amount: 0 EVENT") =>
        $"offers:\n  - {{ code: b, name: B, allowances: [{{ code: p, name: P, {allowance} }}],\n"
        + $"      earns: [{{ code: e, {rest} }}] }}\n";

    private static string Allowance(string service, string amount, string more = "priority: 1") =>
        $"offers:\n  - {{ code: a, name: A, allowances: [{{ code: b, name: B, service: {service}, amount: {amount}, "
            + $"{more} }}] }}\n";

    private static string Example(string keys) => $"examples:\n  - {{ name: E, {keys}, amount: 1 }}\n";

    private static string Rule(string rest) =>
        $"taxRules:\n  - {{ code: levy, name: Levy, country: DE, {rest} }}\n";

    private static string Offered(string allowance) =>
        $"offers:\n  - {{ code: x, name: X, ratePlans: [calls], allowances: [{{ code: a, name: A, {allowance} }}] }}\n";

    private static string Plan(string more) => $"ratePlans:\n  - {{ code: a, name: A, {Calls}, {more} }}\n";
}
