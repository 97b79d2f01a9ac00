using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Catalog.Reading;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Wording;

/// <summary>What a code of a catalogue may be of.</summary>
public enum Coded
{
    Counter,
    Allowance,
    Offer,
    /// <summary>A fixed price of an offer, or a rate plan.</summary>
    Price,
}

/// <summary>Numbers, quantities and rules as people say them in one language. No thousands separators. What is said is written
/// in English where it belongs; another language has its sentence for each of those (see <see cref="GermanPhrases"/>).</summary>
public sealed class Say
{
    private static readonly string[] DayNames = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    public static readonly Say English = new("en", null);

    public static readonly Say German = new("de", GermanPhrases.All);

    private readonly FrozenDictionary<string, string>? phrases;

    private readonly FrozenDictionary<(Coded, string), CatalogueName>? names;

    internal Say(
        string language, FrozenDictionary<string, string>? phrases,
        FrozenDictionary<(Coded, string), CatalogueName>? names = null) =>
        (Language, this.phrases, this.names) = (language, phrases, names);

    /// <summary>The same language, in which codes of this catalogue are told by their names.</summary>
    public Say Naming(Catalogue catalogue)
    {
        var offers = catalogue.Offers;
        var named = catalogue.Counters.Select(one => (Of: (Coded.Counter, one.Code), one.Name))
            .Concat(offers.Select(one => (Of: (Coded.Offer, one.Code), one.Name)))
            .Concat(offers.SelectMany(one => one.Allowances).Select(one => (Of: (Coded.Allowance, one.Code), one.Name)))
            .Concat(offers.SelectMany(one => one.Recurring).Select(one => (Of: (Coded.Price, one.Code), one.Name)))
            .Concat(offers.SelectMany(one => one.OneTime).Select(one => (Of: (Coded.Price, one.Code), one.Name)))
            .Concat(offers.SelectMany(one => one.Instalments).Select(one => (Of: (Coded.Price, one.Code), one.Name)))
            .Concat(catalogue.RatePlans.Select(one => (Of: (Coded.Price, one.Code), one.Name)));
        return new Say(Language, phrases,
            named.DistinctBy(one => one.Of).ToFrozenDictionary(one => one.Of, one => one.Name));
    }

    /// <summary>The name of what has a code, when this names a catalogue; else the code.</summary>
    public string Code(Coded what, string code) =>
        names is not null && names.TryGetValue((what, code), out var name) ? Name(name) : code;

    internal IEnumerable<string> Codes(Coded what, IEnumerable<string> codes) => codes.Select(code => Code(what, code));

    /// <summary>ISO 639-1.</summary>
    public string Language { get; }

    /// <summary>The language of a BCP 47 tag; English for a language without sentences.</summary>
    public static Say In(string language) =>
        string.Equals(language.Split('-', '_')[0], "de", StringComparison.OrdinalIgnoreCase) ? German : English;

    /// <summary>A sentence or word in this language.</summary>
    /// <param name="english">As it is written in the code; returned as it is where the language has nothing for it.</param>
    public string T(string english) => phrases is null ? english : phrases.GetValueOrDefault(english, english);

    /// <summary>A sentence with <c>{0}</c>, <c>{1}</c> … filled in.</summary>
    public string T(string english, params string[] values) =>
        string.Format(CultureInfo.InvariantCulture, T(english), [.. values]);

    /// <summary>A name of the catalogue.</summary>
    public string Name(CatalogueName name) => name.In(Language);

    /// <summary><c>1 prefix</c>, <c>2 prefixes</c>: the sentence for one or for more, with the number in it.</summary>
    public string Count(long number, string one, string more) =>
        T(number == 1 ? one : more, number.ToString(CultureInfo.InvariantCulture));

    /// <summary>At least two decimals after a point for anything but whole numbers, and every decimal that matters.</summary>
    public string Number(decimal number) => Point(number == decimal.Truncate(number)
        ? number.ToString("0", CultureInfo.InvariantCulture)
        : number.ToString("0.00##########################", CultureInfo.InvariantCulture));

    /// <summary>A number's decimal point as the language writes it.</summary>
    public string Point(string number) => phrases is null ? number : number.Replace(".", T("."), StringComparison.Ordinal);

    /// <summary>An amount with at least the currency's minor digits.</summary>
    public string Money(decimal amount, Unit currency) => Money(new Money(amount, currency));

    /// <summary>An amount with its currency.</summary>
    public string Money(Money amount) => Point(amount.ToString());

    /// <summary>Stored steps of money or of any other unit.</summary>
    public string Stored(long steps, Unit unit) => unit.Kind == UnitKind.Currency
        ? Money(Primitives.Money.FromStorage(steps, unit))
        : Quantity(unit.FromStorage(steps), unit);

    /// <summary><c>5 GB</c>, <c>1 minute</c>, <c>100 minutes</c>.</summary>
    public string Quantity(decimal amount, Unit unit) => $"{Number(amount)} {Word(unit, amount != 1)}";

    /// <summary>A unit's word: <c>minute</c>, <c>minutes</c>, <c>GB</c>.</summary>
    public string Word(Unit unit, bool plural = false)
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
        return T(plural && word.All(char.IsAsciiLetterLower) ? word + "s" : word);
    }

    /// <summary>What prices are counted in: <c>EUR per minute</c>.</summary>
    public string Per(Unit currency, Unit unit) => T("{0} per {1}", currency.Code, Word(unit));

    /// <summary>Base units (ms, octets, events) in the largest unit in which they are short.</summary>
    public string Base(long quantity, UnitKind kind) => kind switch
    {
        UnitKind.Duration => Time(quantity),
        UnitKind.Volume => Volume(quantity),
        UnitKind.Count => Count(quantity, "{0} event", "{0} events"),
        UnitKind.Currency => throw new ArgumentException("Money has no base units here.", nameof(kind)),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Increments in words: <c>60/1: the first minute whole, then by the second</c>.</summary>
    public string Increments(Increments increments, UnitKind kind)
    {
        if (increments == Catalog.Increments.Exact)
        {
            return T("exactly what is used");
        }
        var next = Step(increments.Next, kind);
        if (increments.First == 0 || increments.First == increments.Next)
        {
            return T("{0}, each begun one whole", next);
        }
        var first = Base(increments.First, kind);
        return T("the first {0} whole, then {1}", first.StartsWith("1 ", StringComparison.Ordinal) ? first[2..] : first, next);
    }

    /// <summary>Increments as catalogues write them.</summary>
    public static string Notation(Increments increments, UnitKind kind) => kind switch
    {
        UnitKind.Duration => $"{English.Number(increments.First / 1000m)}/{English.Number(increments.Next / 1000m)}",
        UnitKind.Volume =>
            $"{Volume(increments.First).Replace(" ", "", StringComparison.Ordinal)}/"
            + Volume(increments.Next).Replace(" ", "", StringComparison.Ordinal),
        _ => string.Create(CultureInfo.InvariantCulture, $"{increments.First}/{increments.Next}"),
    };

    /// <summary><c>4 decimals, half up</c>.</summary>
    public string Rounding(Rounding rounding) =>
        Count(rounding.Decimals, "{0} decimal", "{0} decimals") + ", " + Words(rounding.Mode);

    /// <summary>A word of an enum with blanks: <c>half up</c>.</summary>
    public string Words<TEnum>(TEnum value) where TEnum : struct, Enum =>
        T(Reading.Words<TEnum>.Of(value).Replace('-', ' '));

    public string Date(LocalDate date) => date.ToString(T("uuuu-MM-dd"), CultureInfo.InvariantCulture);

    /// <summary><c>Mon–Fri 08:00–20:00</c> with dates and holidays when they matter.</summary>
    public string Band(TimeBand band)
    {
        var text = $"{Days(band.Weekdays)} {Clock(band.FromMinute)}–{Clock(band.ToMinute)}";
        text = band.Holidays switch
        {
            HolidayUse.Ignored => text,
            HolidayUse.Only => $"{T("holidays")} {Clock(band.FromMinute)}–{Clock(band.ToMinute)}",
            HolidayUse.Also => text + T(" and holidays"),
            HolidayUse.Never => text + T(" except holidays"),
            _ => throw new ArgumentOutOfRangeException(nameof(band)),
        };
        text += band.MonthDays == 0 ? "" : T(" on the days of the month {0}", string.Join(", ", Enumerable.Range(0, 32)
            .Where(day => (band.MonthDays & (1u << day)) != 0).OrderBy(day => day == 0)
            .Select(day => day == 0 ? T("last") : Number(day))));
        text += band.Months == 0 ? "" : T(" in the months {0}", string.Join(", ", Enumerable.Range(1, 12)
            .Where(month => (band.Months & (1 << (month - 1))) != 0).Select(month => Number(month))));
        return text + Between(band.FromDate, band.ToDate);
    }

    /// <summary>Empty, or <c> from 2026-01-01 to before 2027-01-01</c>.</summary>
    public string Between(LocalDate? from, LocalDate? to) =>
        (from is { } first ? T(" from {0}", Date(first)) : "") + (to is { } end ? T(" to before {0}", Date(end)) : "");

    /// <summary><c>every bill period</c>.</summary>
    public string Reset(ResetRule rule) => rule.Every switch
    {
        ResetEvery.BillPeriod => T("every bill period"),
        ResetEvery.Month => T("every calendar month"),
        ResetEvery.Week => T("every week from Monday"),
        ResetEvery.Day => T("every day"),
        ResetEvery.Hours => Every(rule.Count, "hour") + T(" from activation"),
        ResetEvery.Days => Every(rule.Count, "day"),
        ResetEvery.Months => Every(rule.Count, "month") + T(" from activation"),
        ResetEvery.Never => T("once, without end"),
        _ => throw new ArgumentOutOfRangeException(nameof(rule)),
    };

    public string Sharing(SharingScope scope) => scope switch
    {
        SharingScope.Subscription => T("each subscription its own"),
        SharingScope.Account => T("shared by all subscriptions of the account"),
        SharingScope.Customer => T("shared by all subscriptions of the customer"),
        _ => throw new ArgumentOutOfRangeException(nameof(scope)),
    };

    /// <summary><c>Calls</c>, <c>Messages</c> …</summary>
    public string Service(ServiceKind service) => service switch
    {
        ServiceKind.Voice => T("Calls"),
        ServiceKind.Sms => T("Messages"),
        ServiceKind.Mms => T("Picture messages"),
        ServiceKind.Data => T("Data"),
        ServiceKind.Content => T("Content"),
        _ => throw new ArgumentOutOfRangeException(nameof(service)),
    };

    /// <summary>A percentage, e.g. <c>19 %</c>.</summary>
    public string Percent(decimal percent) => $"{Number(percent)} %";

    public string Thresholds(ImmutableArray<int> percentages) =>
        string.Join(", ", percentages.Select(each => Percent(each)));

    private string Every(int count, string word) =>
        Count(count, $"every {word}", $"every {{0}} {word}s");

    /// <summary><c>month</c>, <c>2 weeks</c>.</summary>
    public string Interval(BillInterval interval)
    {
        var text = interval.ToString().Split(' ');
        return text.Length == 1 ? T(text[0]) : $"{text[0]} {T(text[1])}";
    }

    /// <summary><c>per month</c>, <c>per 2 weeks</c>.</summary>
    public string PerInterval(BillInterval interval) => T("per {0}", Interval(interval));

    private string Step(long quantity, UnitKind kind) => kind switch
    {
        UnitKind.Duration when quantity == 1_000 => T("by the second"),
        UnitKind.Duration when quantity == 60_000 => T("by the minute"),
        UnitKind.Count when quantity == 1 => T("by the event"),
        _ => T("by steps of {0}", Base(quantity, kind)),
    };

    private string Time(long ms)
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
    private string Days(int weekdays)
    {
        if (weekdays == TimeBand.EveryDay)
        {
            return T("daily");
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
            words.Add(last - day >= 2 ? $"{T(DayNames[day])}–{T(DayNames[last])}" : T(DayNames[day]));
            day = last - day >= 2 ? last : day;
        }
        return string.Join(", ", words);
    }
}
