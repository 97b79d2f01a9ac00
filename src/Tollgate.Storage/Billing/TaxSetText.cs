using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tollgate.Billing;
using Tollgate.Catalog;

namespace Tollgate.Storage.Billing;

/// <summary>The taxes of a line as stored: JSON of the set with the amounts of each part.</summary>
public static class TaxSetText
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
    };

    private sealed record Stored(string Category, TaxTreatment Treatment, string? Note, Part[] Parts);

    private sealed record Part(
        string Code, string Name, string Country, string? Region, decimal Percent, decimal Fixed, LevyPer Per, decimal? Share,
        string[]? On, string? LedgerAccount, long Base, long Tax);

    /// <summary>Writes a set and what each of its parts came to on the line.</summary>
    public static string Write(TaxSet set, ImmutableArray<TaxAmountOfLine> amounts) => JsonSerializer.Serialize(
        new Stored(set.Category, set.Treatment, set.Note.Length > 0 ? set.Note : null,
        [
            .. set.Parts.Select((part, i) => new Part(
                part.Code, part.Name, part.Country, part.Region.Length > 0 ? part.Region : null, part.Percent, part.Fixed,
                part.Per, part.Share == 100m ? null : part.Share, part.On.IsEmpty ? null : [.. part.On],
                part.LedgerAccount.Length > 0 ? part.LedgerAccount : null, i < amounts.Length ? amounts[i].BaseMinor : 0,
                i < amounts.Length ? amounts[i].TaxMinor : 0)),
        ]), Options);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static (TaxSet Set, ImmutableArray<TaxAmountOfLine> Amounts) Read(string text)
    {
        var stored = JsonSerializer.Deserialize<Stored>(text, Options)!;
        return (
            new TaxSet(stored.Category, stored.Treatment, stored.Note ?? "",
            [
                .. stored.Parts.Select(part => new TaxPart
                {
                    Code = part.Code, Name = part.Name, Country = part.Country, Region = part.Region ?? "",
                    Percent = part.Percent, Fixed = part.Fixed, Per = part.Per, Share = part.Share ?? 100m,
                    On = [.. part.On ?? []],
                    LedgerAccount = part.LedgerAccount ?? "",
                }),
            ]),
            [.. stored.Parts.Select(part => new TaxAmountOfLine(part.Code, part.Base, part.Tax))]);
    }
}
