using System.Collections.Immutable;

namespace Tollgate.Catalog.Schema;

/// <summary>What a key of a catalogue file may hold.</summary>
public abstract record KeyType
{
    private protected KeyType()
    {
    }

    /// <summary>A plain value in a notation of its own, e.g. <c>0.09 per minute</c>.</summary>
    /// <param name="Pattern">Regular expression of the whole value; null: any text or number.</param>
    /// <param name="Examples">Offered by editors.</param>
    public sealed record Notation(string? Pattern, ImmutableArray<string> Examples) : KeyType;

    /// <summary>One of some words.</summary>
    /// <param name="Choices">As written in files.</param>
    /// <param name="OrPattern">Other values that are possible too; null: none.</param>
    public sealed record Choice(ImmutableArray<string> Choices, string? OrPattern) : KeyType;

    /// <summary>Yes or no.</summary>
    public sealed record YesNo : KeyType;

    /// <summary>A number.</summary>
    /// <param name="Whole">Without decimals.</param>
    /// <param name="Least">Smallest possible.</param>
    /// <param name="Most">Largest possible; null: no limit.</param>
    public sealed record Number(bool Whole, decimal Least, decimal? Most) : KeyType;

    /// <summary>A text, or one for each language.</summary>
    public sealed record Named : KeyType;

    /// <summary>One plain value or a list of them.</summary>
    /// <param name="Of">Type of each.</param>
    public sealed record OneOrMore(KeyType Of) : KeyType;

    /// <summary>A list of mappings with the keys of this path.</summary>
    public sealed record Entries(string Path) : KeyType;

    /// <summary>A mapping with the keys of this path.</summary>
    public sealed record Mapping(string Path) : KeyType;

    /// <summary>A number, or a mapping with the keys of this path.</summary>
    public sealed record NumberOrMapping(string Path) : KeyType;

    /// <summary>A plain text, or a mapping with the keys of this path.</summary>
    public sealed record TextOrMapping(string Path) : KeyType;

    /// <summary>A mapping of free keys to plain values or lists of them.</summary>
    public sealed record Free : KeyType;
}

/// <summary>A key of a mapping.</summary>
/// <param name="Key">As written.</param>
/// <param name="Type">What it may hold.</param>
/// <param name="Description">One or two sentences, with the default.</param>
/// <param name="Required">It must be there.</param>
public sealed record CatalogueKey(string Key, KeyType Type, string Description, bool Required = false);

/// <summary>The keys of the mappings at one place, in the order of the reference page.</summary>
/// <param name="Path">E.g. <c>offers[].recurring[]</c>; empty: a file.</param>
/// <param name="Description">What the mapping is.</param>
/// <param name="Keys">All keys that the reader knows there; a test holds that.</param>
public sealed record CatalogueMapping(string Path, string Description, ImmutableArray<CatalogueKey> Keys);

/// <summary>Short ways to write the tables.</summary>
internal static class Keys
{
    public static readonly KeyType Text = new KeyType.Notation(null, []);
    public static readonly KeyType Name = new KeyType.Named();
    public static readonly KeyType Flag = new KeyType.YesNo();
    public static readonly KeyType Date = new KeyType.Notation(@"^\d{4}-\d{2}-\d{2}$", ["2026-11-01"]);
    public static readonly KeyType CodeText = new KeyType.Notation("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", []);
    public static readonly KeyType Texts = new KeyType.OneOrMore(Text);
    public static readonly KeyType Amount = new KeyType.Notation(
        @"^-?\d+(\.\d+)?( [A-Za-z0-9._-]+)?$", ["9.99", "9.99 USD"]);
    public static readonly KeyType Quantity = new KeyType.Notation(
        @"^\d+(\.\d+)? [A-Za-z0-9._-]+$", ["100 minutes", "5 GB", "100 messages"]);
    public static readonly KeyType Interval = new KeyType.Notation(
        @"^(\d+ )?(day|week|month|quarter|year)s?$", ["month", "3 months", "24 months", "2 weeks", "14 days", "year"]);
    public static readonly KeyType RoundingRule = new KeyType.Notation(
        "^[0-9] (half-up|half-even|up|down|ceiling|floor)$", ["2 half-up", "4 half-up", "6 half-even"]);
    public static readonly KeyType ConditionText = new KeyType.Notation(
        null, ["apn = \"internet\"", "rating-group in (10, 20)", "quantity > 100"]);

    public static readonly KeyType Price = new KeyType.Number(Whole: false, -1_000_000_000m, 1_000_000_000m);
    public static readonly KeyType Steps = new KeyType.Notation(
        @"^\d+(\.\d+)? ?(B|KB|MB|GB|KiB|MiB|GiB)?$", ["60", "30", "100KB"]);
    public static readonly KeyType Reset = new KeyType.Notation(
        @"^(bill-period|month|week|day|never|\d+ (hours?|days?|months?))$",
        ["bill-period", "month", "week", "day", "never", "24 hours", "30 days"]);

    public static KeyType Number(decimal least, decimal? most) => new KeyType.Number(Whole: false, least, most);

    public static KeyType Whole(int least, int most) => new KeyType.Number(Whole: true, least, most);

    public static KeyType Words<T>(string? orPattern = null, params T[] except) where T : struct, Enum =>
        new KeyType.Choice([.. Enum.GetValues<T>().Except(except).Select(Reading.Words<T>.Of)], orPattern);

    public static KeyType List<T>() where T : struct, Enum => new KeyType.OneOrMore(Words<T>());

    public static KeyType Entries(string path) => new KeyType.Entries(path);

    public static KeyType Mapping(string path) => new KeyType.Mapping(path);

    public static KeyType TextOr(string path) => new KeyType.TextOrMapping(path);

    public static CatalogueKey Required(string key, KeyType type, string description) => new(key, type, description,
        Required: true);

    public static CatalogueKey Code(string what) => Required("code", CodeText,
        $"What other parts call {what}: letters, digits, '-', '_' and '.', at most 64.");

    public static CatalogueKey When(string what) => new("when", ConditionText,
        $"{what} for which this holds: comparisons of fields and attributes with and, or, not, in. Default: all.");

    public static CatalogueKey Called(string what) => Required("name", Name, $"{what} One text, or one for each language.");

    /// <summary>The three keys that every charge has.</summary>
    public static ImmutableArray<CatalogueKey> Charge =>
    [
        Required("tax", CodeText, "Code of the tax category."),
        new("taxIncluded", Flag, "The amount contains tax. Default no."),
        Required("revenueAccount", CodeText, "Revenue account of the ledger, e.g. 4000-voice."),
    ];
}
