using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Operations.Catalogs;

/// <summary>When a charge is due.</summary>
public enum ChargeTiming
{
    /// <summary>Once, when it is sold.</summary>
    Once,
    /// <summary>Every period while the subscription lives, in advance.</summary>
    EveryPeriod,
    /// <summary>For each event of usage, e.g. each film that is watched.</summary>
    PerEvent,
}

/// <summary>Something that is to be sold, as a person describes it: a film, a parking hour, a licence seat.</summary>
public sealed record NewCharge
{
    /// <summary>What it is called, by language; <see cref="PlainName"/> as language where the catalogue has none. The first is
    /// the catalogue's own.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Names { get; init; } = [];

    /// <summary>Code of the offer; empty: made from the name.</summary>
    public string Code { get; init; } = "";

    /// <summary>The price as it was typed, e.g. <c>3.99</c>, in the catalogue's currency.</summary>
    public string Amount { get; init; } = "";

    public ChargeTiming Timing { get; init; } = ChargeTiming.Once;

    /// <summary>Of <see cref="ChargeTiming.EveryPeriod"/>: one of <see cref="Periods"/>.</summary>
    public string Every { get; init; } = "month";

    /// <summary>True: ten of them cost ten times as much.</summary>
    public bool PerQuantity { get; init; } = true;

    /// <summary>Code of a tax category of the catalogue.</summary>
    public string Tax { get; init; } = "";

    /// <summary>The price contains tax.</summary>
    public bool TaxIncluded { get; init; }

    /// <summary>Revenue account of the ledger.</summary>
    public string RevenueAccount { get; init; } = "";

    /// <summary>First day on which it can be sold; null: today.</summary>
    public LocalDate? From { get; init; }

    /// <summary>Why, for the history; one line.</summary>
    public string Note { get; init; } = "";

    /// <summary>Language of the only name in a catalogue without languages.</summary>
    public const string PlainName = "";

    /// <summary>What <see cref="Every"/> may be.</summary>
    public static ImmutableArray<string> Periods { get; } = ["day", "week", "month", "quarter", "year"];

    /// <summary>The name in the catalogue's own language.</summary>
    public string Name => Names.Select(pair => pair.Value.Trim()).FirstOrDefault(name => name.Length > 0) ?? "";

    /// <summary>The code, or one made from the name: <c>Parking (1 h)</c> → <c>parking-1-h</c>.</summary>
    public string CodeOrSuggestion => Code.Trim().Length > 0 ? Code.Trim() : Suggestion(Name);

    /// <summary>The file of the charge.</summary>
    internal string File => $"charges/{CodeOrSuggestion}.yaml";

    /// <summary>The charge as a catalogue file of its own, so that no other file changes.</summary>
    internal string ToYaml()
    {
        var name = Names.Where(pair => pair.Value.Trim().Length > 0).ToList();
        var named = name is [{ Key: PlainName } plain] ? Quoted(plain.Value)
            : $"{{ {string.Join(", ", name.Select(pair => $"{pair.Key}: {Quoted(pair.Value)}"))} }}";
        var (code, amount) = (CodeOrSuggestion, Amount.Trim());
        var terms = $"tax: {Tax}, taxIncluded: {(TaxIncluded ? "yes" : "no")}, revenueAccount: {Quoted(RevenueAccount)}";
        var quantity = PerQuantity ? "yes" : "no";
        var yaml = new StringBuilder();
        yaml.Append(Note.Trim().Length == 0 ? "" : $"# {OneLine(Note)}\n");
        if (Timing == ChargeTiming.PerEvent)
        {
            yaml.Append(CultureInfo.InvariantCulture, $$"""
                ratePlans:
                  - code: {{code}}
                    name: {{named}}
                    service: content
                    {{terms.Replace(", ", "\n    ", StringComparison.Ordinal)}}
                    prices:
                      - { price: {{amount}} per event }
                offers:
                  - code: {{code}}
                    name: {{named}}
                    ratePlans: [{{code}}]

                """);
            return yaml.ToString();
        }
        var (section, due) = Timing == ChargeTiming.Once ? ("oneTime", "at: activation")
            : ("recurring", $"every: {Every}, anchor: start, timing: advance");
        yaml.Append(CultureInfo.InvariantCulture, $$"""
            offers:
              - code: {{code}}
                name: {{named}}
                {{section}}:
                  - { code: {{code}}, name: {{named}}, amount: {{amount}}, {{due}}, perQuantity: {{quantity}},
                      {{terms}} }

            """);
        return yaml.ToString();
    }

    private static string Suggestion(string name)
    {
        var code = new StringBuilder();
        foreach (var letter in name.Normalize(NormalizationForm.FormD))
        {
            if (char.IsAsciiLetterOrDigit(letter))
            {
                code.Append(char.ToLowerInvariant(letter));
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark && code.Length > 0
                && code[^1] != '-')
            {
                code.Append('-');
            }
        }
        return code.ToString(0, Math.Min(code.Length, 40)).Trim('-');
    }

    /// <summary>As a YAML text in quotes, which JSON texts are.</summary>
    private static string Quoted(string text) => JsonSerializer.Serialize(OneLine(text), Plain);

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string OneLine(string text) =>
        string.Concat(text.Trim().Select(letter => char.IsControl(letter) ? ' ' : letter));
}
