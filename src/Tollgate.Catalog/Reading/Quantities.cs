using System.Globalization;
using NodaTime;
using NodaTime.Text;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Reading;

/// <summary>The small notations of catalogue values: <c>60/1</c>, <c>0.09 per minute</c>, <c>100 MB</c>,
/// <c>6 half-up</c>.</summary>
internal sealed class Quantities(FindingList findings, IReadOnlyDictionary<string, Unit> ownUnits)
{
    /// <summary>Largest quantity in base units: 10^15 octets are a petabyte, 10^15 ms are 31,000 years.</summary>
    private const decimal LargestQuantity = 1_000_000_000_000_000m;

    private static readonly Dictionary<string, Unit> UnitWords = new(StringComparer.OrdinalIgnoreCase)
    {
        ["second"] = Units.Second, ["seconds"] = Units.Second, ["s"] = Units.Second,
        ["minute"] = Units.Minute, ["minutes"] = Units.Minute, ["min"] = Units.Minute,
        ["message"] = Units.Message, ["messages"] = Units.Message,
        ["event"] = Units.Event, ["events"] = Units.Event,
        ["MiB"] = Units.Mebibyte,
    };

    private static readonly Dictionary<string, long> VolumeSuffixes = new(StringComparer.Ordinal)
    {
        ["B"] = 1, ["KB"] = 1_000, ["MB"] = 1_000_000, ["GB"] = 1_000_000_000,
        ["KiB"] = 1_024, ["MiB"] = 1_048_576, ["GiB"] = 1_073_741_824,
    };

    /// <summary>Stands for a unit that could not be read; there is a finding already.</summary>
    public static readonly Unit Unknown = new("?", UnitKind.Count, 1, 0);

    private string[]? knownUnits;

    /// <summary>A currency by its code; euro after a finding.</summary>
    public Unit Currency(YamlScalar scalar)
    {
        var unit = Named(scalar.Text);
        if (unit is null)
        {
            findings.Error(CatalogueFindings.Reference, scalar.Place, $"There is no currency '{scalar.Text}'.",
                findings.DidYouMean(scalar.Text, KnownUnits(), "Use an ISO 4217 code or define it under 'units'."));
            return Units.Eur;
        }
        if (unit.Kind != UnitKind.Currency)
        {
            findings.Error(CatalogueFindings.Unit, scalar.Place, $"'{scalar.Text}' is not a currency.",
                "Use a currency such as EUR.");
            return Units.Eur;
        }
        return unit;
    }

    /// <summary>A unit of duration, volume or count by code or word; <see cref="Unknown"/> after a finding.</summary>
    public Unit UsageUnit(string text, Place place)
    {
        var unit = Named(text);
        if (unit is null)
        {
            findings.Error(CatalogueFindings.Reference, place, $"There is no unit '{text}'.",
                findings.DidYouMean(
                    text, KnownUnits(), "Use second, minute, MB, GB, message, event, or define it under 'units'."));
            return Unknown;
        }
        if (unit.Kind == UnitKind.Currency)
        {
            findings.Error(CatalogueFindings.Unit, place, $"'{text}' is a currency.", "Use a unit of time, volume or count.");
            return Unknown;
        }
        return unit;
    }

    /// <summary><c>0.09 per minute</c>, or <c>deck</c> (then null: the deck's prices).</summary>
    public (decimal PerUnit, Unit Per)? Price(YamlScalar scalar)
    {
        if (scalar.Text == "deck")
        {
            return null;
        }
        if (Parts(scalar.Text) is not [var number, "per", var unit])
        {
            findings.Error(CatalogueFindings.Value, scalar.Place, $"The price cannot be read: '{scalar.Text}'.",
                "Write e.g. '0.09 per minute', or 'deck' for the prices of the deck.");
            return (0m, Unknown);
        }
        var amount = Numbers.Read(
            number, scalar.Place, "price", -Fields.LargestAmount, Fields.LargestAmount, Numbers.PriceDecimals, findings);
        return (amount, UsageUnit(unit, scalar.Place));
    }

    /// <summary><c>19.99</c> or <c>19.99 USD</c>.</summary>
    public Money Amount(YamlScalar scalar, Unit currency)
    {
        var parts = Parts(scalar.Text);
        var unit = parts.Length == 2 ? Currency(scalar with { Text = parts[1] }) : currency;
        var number = parts.Length is 1 or 2 ? parts[0] : scalar.Text;
        return new Money(
            Numbers.Read(number, scalar.Place, "amount", 0m, Fields.LargestAmount, Math.Min(unit.MinorDigits + 6, 9),
                findings), unit);
    }

    /// <summary>True for an amount with a currency, e.g. <c>5.00 EUR</c>.</summary>
    public bool IsMoney(YamlScalar scalar) =>
        Parts(scalar.Text) is [_, var unit] && Named(unit) is { Kind: UnitKind.Currency };

    /// <summary>An amount of money with its currency or a quantity, in stored steps of its unit.</summary>
    public (Unit Unit, long Steps) Stored(YamlScalar scalar, string key)
    {
        if (!IsMoney(scalar))
        {
            return Quantity(scalar, key, positive: false);
        }
        var money = Amount(scalar, Unknown);
        return (money.Currency, money.Currency.ToStorage(money.Amount, RoundingMode.HalfUp));
    }

    /// <summary><c>100 minutes</c>, <c>5 GB</c>: the unit and the amount in its stored steps.</summary>
    public (Unit Unit, long Steps) Quantity(YamlScalar scalar, string key, bool positive)
    {
        if (Parts(scalar.Text) is not [var number, var word])
        {
            findings.Error(CatalogueFindings.Value, scalar.Place, $"'{key}' cannot be read: '{scalar.Text}'.",
                "Write a number, a blank and a unit, e.g. '100 minutes' or '5 GB'.");
            return (Unknown, 0);
        }
        var unit = VolumeSuffixes.TryGetValue(word, out var octets) && Named(word) is null
            ? new Unit(word, UnitKind.Volume, octets, 0)
            : UsageUnit(word, scalar.Place);
        var amount = Numbers.Read(number, scalar.Place, key, 0m, LargestQuantity / unit.StoragePerUnit, 9, findings);
        var steps = amount * unit.StoragePerUnit;
        if (positive && number.All(c => c is '0' or '.'))
        {
            findings.Error(CatalogueFindings.Range, scalar.Place, $"'{key}' is 0.", "Give an amount, or remove the entry.");
        }
        if (steps != decimal.Truncate(steps))
        {
            findings.Error(CatalogueFindings.Range, scalar.Place,
                $"'{key}' has parts smaller than the unit {unit.Code} can hold: {scalar.Text}.", "Use fewer decimals.");
        }
        return (unit, (long)steps);
    }

    /// <summary><c>60/1</c> in seconds for duration, <c>100KB/100KB</c> for volume, <c>1/1</c> in events.</summary>
    public Increments Increments(string text, Place place, UnitKind kind)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            findings.Error(CatalogueFindings.Value, place, $"The increments cannot be read: '{text}'.",
                "Write first/next: 60/1 (seconds), 100KB/100KB (volume) or 1/1 (events).");
            return Tollgate.Catalog.Increments.Exact;
        }
        var first = Step(text[..slash].Trim(), place, kind, least: 0);
        var next = Step(text[(slash + 1)..].Trim(), place, kind, least: 1);
        return new Increments(first, Math.Max(1, next));
    }

    /// <summary><c>6 half-up</c>.</summary>
    public Rounding Rounding(YamlScalar scalar)
    {
        if (Parts(scalar.Text) is not [var decimals, var mode])
        {
            findings.Error(CatalogueFindings.Value, scalar.Place, $"The rounding cannot be read: '{scalar.Text}'.",
                "Write the decimals and how, e.g. '4 half-up'.");
            return new Rounding(6, RoundingMode.HalfUp);
        }
        return new Rounding((int)Numbers.Read(decimals, scalar.Place, "rounding", 0, 9, 0, findings),
            Words<RoundingMode>.Read(scalar with { Text = mode }, "rounding", findings) ?? RoundingMode.HalfUp);
    }

    /// <summary><c>2026-10-05</c>.</summary>
    public LocalDate Date(YamlScalar scalar)
    {
        var date = LocalDatePattern.Iso.Parse(scalar.Text);
        if (date.TryGetValue(LocalDate.MinIsoValue, out var value) && value.Year is >= 1900 and <= 2200)
        {
            return value;
        }
        findings.Error(CatalogueFindings.Value, scalar.Place, $"'{scalar.Text}' is not a date between 1900 and 2200.",
            "Write e.g. 2026-10-05.");
        return new LocalDate(2000, 1, 1);
    }

    /// <summary><c>2026-10-05 10:00</c>, seconds optional.</summary>
    public LocalDateTime Time(YamlScalar scalar)
    {
        foreach (var pattern in (ReadOnlySpan<LocalDateTimePattern>)[Minutes, Seconds])
        {
            if (pattern.Parse(scalar.Text).TryGetValue(default, out var value) && value.Year is >= 1900 and <= 2200)
            {
                return value;
            }
        }
        findings.Error(CatalogueFindings.Value, scalar.Place, $"'{scalar.Text}' is not a date and time.",
            "Write e.g. 2026-10-05 10:00.");
        return new LocalDateTime(2000, 1, 1, 0, 0);
    }

    private static readonly LocalDateTimePattern Minutes = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm");
    private static readonly LocalDateTimePattern Seconds = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss");

    /// <summary>A quantity as increments are written: seconds, octets with a unit, events; in base units.</summary>
    public long Steps(YamlScalar scalar, string key, UnitKind kind, long least) => Step(scalar.Text, scalar.Place, kind, least,
        key);

    private long Step(string text, Place place, UnitKind kind, long least, string key = "increments")
    {
        var scale = kind == UnitKind.Duration ? 1_000L : 1L;
        var number = text;
        if (kind == UnitKind.Volume && text != "0")
        {
            number = text.TrimEnd([.. "BKMGi"]);
            if (!VolumeSuffixes.TryGetValue(text[number.Length..], out scale))
            {
                findings.Error(CatalogueFindings.Value, place, $"An increment of volume needs a unit: '{text}'.",
                    $"Write e.g. 100KB; possible are {string.Join(", ", VolumeSuffixes.Keys)}.");
                return least;
            }
        }
        var value = Numbers.Read(number.TrimEnd(), place, key, 0m, 1_000_000_000_000m / scale, 3, findings) * scale;
        if (value != decimal.Truncate(value) || value < least)
        {
            findings.Error(CatalogueFindings.Range, place,
                string.Create(CultureInfo.InvariantCulture,
                    $"The increment '{text}' is not a whole number of base units from {least} on."),
                "Seconds may have 3 decimals; the second step must be more than 0.");
            return least;
        }
        return (long)value;
    }

    private Unit? Named(string text) =>
        ownUnits.GetValueOrDefault(text) ?? Units.Find(text) ?? UnitWords.GetValueOrDefault(text);

    private string[] KnownUnits() =>
        knownUnits ??= [.. ownUnits.Keys, "second", "minute", "MB", "MiB", "GB", "message", "event", "EUR", "USD", "GBP", "CHF"];

    private static string[] Parts(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
