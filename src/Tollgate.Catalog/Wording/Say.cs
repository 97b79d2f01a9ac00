using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Catalog.Reading;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Wording;

/// <summary>Numbers, quantities and rules as people say them. Decimal point, no thousands separators.</summary>
public static class Say
{
    private static readonly string[] DayNames = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    /// <summary>At least two decimals after a point for anything but whole numbers, and every decimal that matters.</summary>
    public static string Number(decimal number) => number == decimal.Truncate(number)
        ? number.ToString("0", CultureInfo.InvariantCulture)
        : number.ToString("0.00##########################", CultureInfo.InvariantCulture);

    /// <summary>An amount with at least the currency's minor digits.</summary>
    public static string Money(decimal amount, Unit currency) => new Money(amount, currency).ToString();

    /// <summary>Stored steps of money or of any other unit.</summary>
    public static string Stored(long steps, Unit unit) => unit.Kind == UnitKind.Currency
        ? Primitives.Money.FromStorage(steps, unit).ToString()
        : Quantity(unit.FromStorage(steps), unit);

    /// <summary><c>5 GB</c>, <c>1 minute</c>, <c>100 minutes</c>.</summary>
    public static string Quantity(decimal amount, Unit unit) => $"{Number(amount)} {Word(unit, amount != 1)}";

    /// <summary>A unit's word: <c>minute</c>, <c>minutes</c>, <c>GB</c>.</summary>
    public static string Word(Unit unit, bool plural = false)
    {
        var word = unit.Code switch
        {
            "MIN" => "minute",
            "SEC" => "second",
            "SMS" => "message",
            "EVENT" => "event",
            "MIB" => "MiB",
            var code => code,
        };
        return plural && word.All(char.IsAsciiLetterLower) ? word + "s" : word;
    }

    /// <summary>What prices are counted in: <c>EUR per minute</c>.</summary>
    public static string Per(Unit currency, Unit unit) => $"{currency.Code} per {Word(unit)}";

    /// <summary>Base units (ms, octets, events) in the largest unit in which they are short.</summary>
    public static string Base(long quantity, UnitKind kind) => kind switch
    {
        UnitKind.Duration => Time(quantity),
        UnitKind.Volume => Volume(quantity),
        UnitKind.Count => quantity == 1 ? "1 event" : string.Create(CultureInfo.InvariantCulture, $"{quantity} events"),
        UnitKind.Currency => throw new ArgumentException("Money has no base units here.", nameof(kind)),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Increments in words: <c>60/1: the first minute whole, then by the second</c>.</summary>
    public static string Increments(Increments increments, UnitKind kind)
    {
        if (increments == Catalog.Increments.Exact)
        {
            return "exactly what is used";
        }
        var next = $"by {Step(increments.Next, kind)}";
        if (increments.First == 0 || increments.First == increments.Next)
        {
            return $"{next}, each begun one whole";
        }
        var first = Base(increments.First, kind);
        return $"the first {(first.StartsWith("1 ", StringComparison.Ordinal) ? first[2..] : first)} whole, then {next}";
    }

    /// <summary>Increments as catalogues write them.</summary>
    public static string Notation(Increments increments, UnitKind kind) => kind switch
    {
        UnitKind.Duration => $"{Number(increments.First / 1000m)}/{Number(increments.Next / 1000m)}",
        UnitKind.Volume =>
            $"{Volume(increments.First).Replace(" ", "", StringComparison.Ordinal)}/"
            + Volume(increments.Next).Replace(" ", "", StringComparison.Ordinal),
        _ => string.Create(CultureInfo.InvariantCulture, $"{increments.First}/{increments.Next}"),
    };

    /// <summary><c>4 decimals, half up</c>.</summary>
    public static string Rounding(Rounding rounding) => string.Create(
        CultureInfo.InvariantCulture, $"{rounding.Decimals} decimals, {Words(rounding.Mode)}");

    /// <summary>A word of an enum with blanks: <c>half up</c>.</summary>
    public static string Words<T>(T value) where T : struct, Enum =>
        Reading.Words<T>.Of(value).Replace('-', ' ');

    public static string Date(LocalDate date) => date.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);

    /// <summary><c>Mon–Fri 08:00–20:00</c> with dates and holidays when they matter.</summary>
    public static string Band(TimeBand band)
    {
        var text = $"{Days(band.Weekdays)} {Clock(band.FromMinute)}–{Clock(band.ToMinute)}";
        text = band.Holidays switch
        {
            HolidayUse.Ignored => text,
            HolidayUse.Only => $"holidays {Clock(band.FromMinute)}–{Clock(band.ToMinute)}",
            HolidayUse.Also => text + " and holidays",
            HolidayUse.Never => text + " except holidays",
            _ => throw new ArgumentOutOfRangeException(nameof(band)),
        };
        return text + Between(band.FromDate, band.ToDate);
    }

    /// <summary>Empty, or <c> from 2026-01-01 to before 2027-01-01</c>.</summary>
    public static string Between(LocalDate? from, LocalDate? to) =>
        (from is { } first ? $" from {Date(first)}" : "") + (to is { } end ? $" to before {Date(end)}" : "");

    /// <summary><c>every bill period</c>.</summary>
    public static string Reset(ResetRule rule) => rule.Every switch
    {
        ResetEvery.BillPeriod => "every bill period",
        ResetEvery.Month => "every calendar month",
        ResetEvery.Week => "every week from Monday",
        ResetEvery.Day => "every day",
        ResetEvery.Days => Every(rule.Count, "day"),
        ResetEvery.Months => Every(rule.Count, "month") + " from activation",
        ResetEvery.Never => "once, without end",
        _ => throw new ArgumentOutOfRangeException(nameof(rule)),
    };

    public static string Sharing(SharingScope scope) => scope switch
    {
        SharingScope.Subscription => "each subscription its own",
        SharingScope.Account => "shared by all subscriptions of the account",
        SharingScope.Customer => "shared by all subscriptions of the customer",
        _ => throw new ArgumentOutOfRangeException(nameof(scope)),
    };

    /// <summary><c>Calls</c>, <c>Messages</c> …</summary>
    public static string Service(ServiceKind service) => service switch
    {
        ServiceKind.Voice => "Calls",
        ServiceKind.Sms => "Messages",
        ServiceKind.Mms => "Picture messages",
        ServiceKind.Data => "Data",
        ServiceKind.Content => "Content",
        _ => throw new ArgumentOutOfRangeException(nameof(service)),
    };

    /// <summary>A percentage, e.g. <c>19 %</c>.</summary>
    public static string Percent(decimal percent) => $"{Number(percent)} %";

    public static string Thresholds(ImmutableArray<int> percentages) =>
        string.Join(", ", percentages.Select(each => Percent(each)));

    private static string Every(int count, string word) => count == 1
        ? $"every {word}" : string.Create(CultureInfo.InvariantCulture, $"every {count} {word}s");

    private static string Step(long quantity, UnitKind kind) => kind switch
    {
        UnitKind.Duration when quantity == 1_000 => "the second",
        UnitKind.Duration when quantity == 60_000 => "the minute",
        UnitKind.Count when quantity == 1 => "the event",
        _ => "steps of " + Base(quantity, kind),
    };

    private static string Time(long ms)
    {
        if (ms != 0 && ms % 3_600_000 == 0)
        {
            return Quantity(ms / 3_600_000m, new Unit("hour", UnitKind.Duration, 1, 0));
        }
        return ms != 0 && ms % 60_000 == 0 ? Quantity(ms / 60_000m, Units.Minute) : Quantity(ms / 1_000m, Units.Second);
    }

    private static string Volume(long octets)
    {
        foreach (var (size, word) in ((long, string)[])
            [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "KB"), (1_073_741_824, "GiB"), (1_048_576, "MiB"), (1_024, "KiB")])
        {
            if (octets != 0 && octets % size == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{octets / size} {word}");
            }
        }
        return string.Create(CultureInfo.InvariantCulture, $"{octets} B");
    }

    private static string Clock(int minute) =>
        string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");

    /// <summary><c>daily</c>, <c>Mon–Fri</c>, <c>Sat, Sun</c>.</summary>
    private static string Days(int weekdays)
    {
        if (weekdays == TimeBand.EveryDay)
        {
            return "daily";
        }
        var words = new List<string>();
        for (var day = 0; day < 7; day++)
        {
            if ((weekdays & (1 << day)) == 0)
            {
                continue;
            }
            var last = day;
            while (last < 6 && (weekdays & (1 << (last + 1))) != 0)
            {
                last++;
            }
            words.Add(last - day >= 2 ? $"{DayNames[day]}–{DayNames[last]}" : DayNames[day]);
            day = last - day >= 2 ? last : day;
        }
        return string.Join(", ", words);
    }
}
