namespace Tollgate.Primitives;

/// <summary>What a <see cref="Unit"/> measures.</summary>
public enum UnitKind
{
    /// <summary>Money, cryptocurrencies included.</summary>
    Currency,
    /// <summary>Time; the base unit is the millisecond.</summary>
    Duration,
    /// <summary>Data volume; the base unit is the octet.</summary>
    Volume,
    /// <summary>Things that are counted: messages, videos, points, rights.</summary>
    Count,
}

/// <summary>
/// A unit in which a price, a pocket or a quantity is expressed: a currency, minutes, megabytes, messages, or one that the
/// operator defines. Two units are equal when all their properties are.
/// </summary>
/// <param name="Code">The code as written in catalogues and shown to people, e.g. <c>EUR</c>, <c>MIN</c>, <c>MB</c>.</param>
/// <param name="Kind">What the unit measures.</param>
/// <param name="StoragePerUnit">
/// How many stored integer steps make one unit; the finest amount that can be stored. Fixed when the unit is created.
/// Currencies: 10^(minor digits + 6), at most 10^9. Minutes: 60,000 (ms). Megabytes: 1,000,000 (octets).
/// </param>
/// <param name="MinorDigits">Decimals shown on documents and used in the journal (ISO 4217 for currencies); 0 or more.</param>
public sealed record Unit(string Code, UnitKind Kind, long StoragePerUnit, int MinorDigits)
{
    /// <summary>Stored steps of the smallest amount that documents show (EUR: 10^6 steps are one cent); 0 where that is no whole
    /// number (mebibytes).</summary>
    public long StoragePerMinor { get; } = StoragePerUnit % (long)DecimalPowers.Of(MinorDigits) == 0
        ? StoragePerUnit / (long)DecimalPowers.Of(MinorDigits)
        : 0;

    /// <summary>Converts an amount in this unit to stored steps; the caller names the rounding.</summary>
    /// <exception cref="OverflowException">The amount does not fit 64 bits at this unit's storage scale.</exception>
    public long ToStorage(decimal amount, RoundingMode mode) =>
        (long)Rounding.Round(amount * StoragePerUnit, 0, mode);

    /// <summary>Converts stored steps to an amount in this unit: exact when the storage scale is a power of ten, else (minutes,
    /// mebibytes) to 28 digits, of which <see cref="ToStorage"/> rounding half up makes the same steps again.</summary>
    public decimal FromStorage(long stored) => (decimal)stored / StoragePerUnit;

    /// <summary>Stored steps as a whole number of the smallest amount that documents show, e.g. cents or hundredths of a
    /// minute.</summary>
    public long MinorFromStorage(long stored, RoundingMode mode)
    {
        if (StoragePerMinor == 0)
        {
            return (long)Rounding.Round(FromStorage(stored) * DecimalPowers.Of(MinorDigits), 0, mode);
        }
        var (whole, rest) = Math.DivRem(stored, StoragePerMinor);
        return rest == 0 ? whole : whole + Rounding.Step(whole, rest, StoragePerMinor, mode);
    }

    /// <summary>A whole number of the smallest amounts that documents show, in this unit.</summary>
    public decimal FromMinor(long minor)
    {
        // As a division writes it, without zeros at the end, but without dividing decimals.
        var digits = MinorDigits;
        var left = minor;
        while (digits > 0 && left % 10 == 0)
        {
            left /= 10;
            digits--;
        }
        unchecked
        {
            var size = left < 0 ? (ulong)-left : (ulong)left;
            return new decimal((int)size, (int)(size >> 32), 0, left < 0, (byte)digits);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Code;
}

/// <summary>The units that every installation knows. Operators add their own in the catalogue.</summary>
public static class Units
{
    /// <summary>Euro.</summary>
    public static readonly Unit Eur = Currency("EUR", 2);
    /// <summary>Minutes, stored as milliseconds.</summary>
    public static readonly Unit Minute = new("MIN", UnitKind.Duration, 60_000, 2);
    /// <summary>Seconds, stored as milliseconds.</summary>
    public static readonly Unit Second = new("SEC", UnitKind.Duration, 1_000, 3);
    /// <summary>Megabytes of 1,000,000 octets, stored as octets.</summary>
    public static readonly Unit Megabyte = new("MB", UnitKind.Volume, 1_000_000, 2);
    /// <summary>Mebibytes of 1,048,576 octets, stored as octets.</summary>
    public static readonly Unit Mebibyte = new("MIB", UnitKind.Volume, 1_048_576, 2);
    /// <summary>Gigabytes of 1,000,000,000 octets, stored as octets.</summary>
    public static readonly Unit Gigabyte = new("GB", UnitKind.Volume, 1_000_000_000, 3);
    /// <summary>Messages.</summary>
    public static readonly Unit Message = new("SMS", UnitKind.Count, 1, 0);
    /// <summary>Events of any kind.</summary>
    public static readonly Unit Event = new("EVENT", UnitKind.Count, 1, 0);

    /// <summary>ISO 4217 currencies with their minor digits (ISO 4217:2015 list one), and three cryptocurrencies.</summary>
    private static readonly Dictionary<string, int> CurrencyDigits = new(StringComparer.Ordinal)
    {
        ["AED"] = 2, ["ALL"] = 2, ["AMD"] = 2, ["ARS"] = 2, ["AUD"] = 2, ["AZN"] = 2, ["BAM"] = 2, ["BDT"] = 2, ["BGN"] = 2,
        ["BHD"] = 3, ["BRL"] = 2, ["BYN"] = 2, ["CAD"] = 2, ["CHF"] = 2, ["CLP"] = 0, ["CNY"] = 2, ["COP"] = 2, ["CZK"] = 2,
        ["DKK"] = 2, ["DZD"] = 2, ["EGP"] = 2, ["EUR"] = 2, ["GBP"] = 2, ["GEL"] = 2, ["GHS"] = 2, ["HKD"] = 2, ["HUF"] = 2,
        ["IDR"] = 2, ["ILS"] = 2, ["INR"] = 2, ["IQD"] = 3, ["ISK"] = 0, ["JOD"] = 3, ["JPY"] = 0, ["KES"] = 2, ["KRW"] = 0,
        ["KWD"] = 3, ["KZT"] = 2, ["LBP"] = 2, ["LKR"] = 2, ["LYD"] = 3, ["MAD"] = 2, ["MDL"] = 2, ["MKD"] = 2, ["MXN"] = 2,
        ["MYR"] = 2, ["NGN"] = 2, ["NOK"] = 2, ["NZD"] = 2, ["OMR"] = 3, ["PEN"] = 2, ["PHP"] = 2, ["PKR"] = 2, ["PLN"] = 2,
        ["QAR"] = 2, ["RON"] = 2, ["RSD"] = 2, ["RUB"] = 2, ["SAR"] = 2, ["SEK"] = 2, ["SGD"] = 2, ["THB"] = 2, ["TND"] = 3,
        ["TRY"] = 2, ["TWD"] = 2, ["UAH"] = 2, ["USD"] = 2, ["UYU"] = 2, ["UZS"] = 2, ["VND"] = 0, ["XAF"] = 0, ["XOF"] = 0,
        ["ZAR"] = 2, ["ZMW"] = 2, ["BTC"] = 8, ["ETH"] = 9, ["USDT"] = 6,
    };

    private static readonly Dictionary<string, Unit> ByCode =
        CurrencyDigits.Select(pair => Currency(pair.Key, pair.Value))
            .Concat([Minute, Second, Megabyte, Mebibyte, Gigabyte, Message, Event])
            .ToDictionary(unit => unit.Code, StringComparer.Ordinal);

    /// <summary>Makes a currency: minor digits + 6 storage decimals, at most 9.</summary>
    public static Unit Currency(string code, int minorDigits) =>
        new(code, UnitKind.Currency, (long)DecimalPowers.Of(Math.Min(minorDigits + 6, Math.Max(minorDigits, 9))), minorDigits);

    /// <summary>The built-in unit of this code (upper case), or null.</summary>
    public static Unit? Find(string code) => ByCode.GetValueOrDefault(code);

    /// <summary>The built-in unit of this code.</summary>
    /// <exception cref="ArgumentException">No such unit; a catalogue reader should use <see cref="Find"/> and report
    /// it.</exception>
    public static Unit Get(string code) =>
        Find(code) ?? throw new ArgumentException($"No unit '{code}'.", nameof(code));
}

/// <summary>Exact powers of ten.</summary>
internal static class DecimalPowers
{
    private static readonly decimal[] Powers =
        [.. Enumerable.Range(0, 19).Select(n => Enumerable.Repeat(10m, n).Aggregate(1m, (a, b) => a * b))];

    internal static decimal Of(int digits) => Powers[digits];
}
