using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Reading;

/// <summary>Reads the sections that others refer to: units, taxes, time bands.</summary>
internal static class FoundationReader
{
    private const int MinutesOfDay = 1440;

    private static readonly string[] DayNames = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    /// <summary><c>units</c>: code, kind, then baseUnits (duration, volume, count) or decimals (currency).</summary>
    public static Unit ReadUnit(Fields fields)
    {
        var code = fields.Code("code");
        var kind = fields.Choice<UnitKind>("kind");
        var decimals = fields.Whole("decimals", 0, 0, 9);
        Unit unit;
        if (kind == UnitKind.Currency)
        {
            unit = Units.Currency(code, decimals);
        }
        else
        {
            unit = new Unit(
                code, kind ?? UnitKind.Count, (long)fields.Number("baseUnits", 1, 1_000_000_000_000_000m, 0), decimals);
        }
        if (Units.Find(code) is not null)
        {
            fields.Findings.Error(CatalogueFindings.Duplicate, fields.PlaceOf("code"), $"The unit '{code}' is built in.",
                "Choose another code, or use the built-in unit without defining it.");
        }
        fields.Done();
        return unit;
    }

    /// <summary><c>taxes</c>: code, name, rates (country, percent, from), on, placeOfSupply.</summary>
    public static TaxCategory ReadTax(Fields fields, Quantities quantities)
    {
        var code = fields.Code("code");
        var name = fields.Name("name");
        var rates = ImmutableArray.CreateBuilder<TaxRate>();
        foreach (var entry in fields.Entries("rates"))
        {
            var country = entry.Text("country");
            if (country.Length > 0 && (country.Length != 2 || !country.All(char.IsAsciiLetterUpper)))
            {
                entry.Findings.Error(CatalogueFindings.Value, entry.PlaceOf("country"), $"'{country}' is not a country.",
                    "Write the two capital letters of ISO 3166-1, e.g. DE.");
            }
            var percent = entry.Number("percent", 0m, 100m, 4);
            var from = entry.Scalar("from", required: true) is { } date ? quantities.Date(date) : default;
            entry.Done();
            if (rates.Any(rate => rate.Country == country && rate.From == from))
            {
                entry.Findings.Error(CatalogueFindings.Duplicate, entry.Place,
                    string.Create(CultureInfo.InvariantCulture, $"{country} has two rates from {from:uuuu-MM-dd} on."),
                    "Remove one of the two.");
            }
            rates.Add(new TaxRate(country, percent, from));
        }
        var category = new TaxCategory(code, name, rates.ToImmutable())
        {
            On = TaxRuleReader.CodeList(fields, "on"),
            Place = fields.Choice("placeOfSupply", PlaceOfSupply.Customer),
        };
        fields.Done();
        return category;
    }

    /// <summary><c>timeBands</c>: code, holidays, bands (code, days, from, to, holidays, fromDate, toDate, months,
    /// monthDays).</summary>
    public static TimeBandSet ReadTimeBands(Fields fields, Quantities quantities, Codebook<HolidayCalendar> calendars)
    {
        var code = fields.Code("code");
        var calendar = fields.Scalar("holidays", required: false);
        calendars.Find(calendar);
        var bands = ImmutableArray.CreateBuilder<TimeBand>();
        foreach (var entry in fields.Entries("bands"))
        {
            var band = entry.Code("code");
            if (band == TimeBandSet.Other)
            {
                entry.Findings.Error(CatalogueFindings.Conflict, entry.PlaceOf("code"),
                    "'other' is the time that no band covers; it cannot be defined.", "Choose another code.");
            }
            var days = entry.Scalar("days", required: false) is { } word ? Days(word, entry.Findings) : TimeBand.EveryDay;
            var from = Minute(entry, "from");
            var to = Minute(entry, "to");
            if (from >= to && entry.Has("from") && entry.Has("to"))
            {
                entry.Findings.Error(CatalogueFindings.Range, entry.PlaceOf("to"), "The band ends before it begins.",
                    "Write a band over midnight as two entries of the same code: one to 24:00, one from 00:00.");
            }
            var read = Dates(entry, new TimeBand(band, days, from, to), quantities);
            if (read.Holidays != HolidayUse.Ignored && calendar is null)
            {
                entry.Findings.Error(CatalogueFindings.Conflict, entry.PlaceOf("holidays"),
                    "The band speaks of holidays, but the set has no calendar.", "Add 'holidays: …' to the set.");
            }
            entry.Done();
            bands.Add(read);
        }
        if (bands.Count == 0)
        {
            fields.Findings.Error(CatalogueFindings.Missing, fields.Place, "The set has no bands.",
                "Add 'bands:' with entries of code, days, from and to.");
        }
        fields.Done();
        return new TimeBandSet(code, bands.ToImmutable()) { Holidays = calendar?.Text };
    }

    /// <summary><c>holidays</c>: code, days as <c>2026-12-25</c>, <c>12-25</c> (every year) or <c>easter-2</c>.</summary>
    public static HolidayCalendar ReadHolidays(Fields fields)
    {
        var code = fields.Code("code");
        var days = ImmutableArray.CreateBuilder<Holiday>();
        foreach (var scalar in fields.Scalars("days"))
        {
            if (HolidayOf(scalar.Text) is { } day)
            {
                days.Add(day);
                continue;
            }
            fields.Findings.Error(CatalogueFindings.Value, scalar.Place, $"'{scalar.Text}' is not a holiday.",
                "Write a date (2026-12-25), a day of every year (12-25), or easter with days (easter+1, easter-2).");
        }
        fields.Done();
        return new HolidayCalendar(code, days.ToImmutable());
    }

    private static Holiday? HolidayOf(string text)
    {
        if (text.StartsWith("easter", StringComparison.Ordinal))
        {
            var days = text["easter".Length..];
            return days.Length == 0 ? new Holiday(null, 0, 0)
                : days[0] is '+' or '-' && int.TryParse(days, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                    out var apart)
                    && Math.Abs(apart) <= 100 ? new Holiday(null, 0, apart) : null;
        }
        var date = NodaTime.Text.LocalDatePattern.Iso.Parse(text.Length == 5 ? "2000-" + text : text);
        return date.Success ? new Holiday(text.Length == 5 ? null : date.Value.Year, date.Value.Month, date.Value.Day) : null;
    }

    private static readonly string[] MonthNames =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    private static readonly string[] MonthDayNames =
        ["last", .. Enumerable.Range(1, 31).Select(day => day.ToString(CultureInfo.InvariantCulture))];

    private static TimeBand Dates(Fields entry, TimeBand band, Quantities quantities)
    {
        var read = band with
        {
            Holidays = entry.Choice("holidays", HolidayUse.Ignored),
            FromDate = entry.Scalar("fromDate", required: false) is { } first ? quantities.Date(first) : null,
            ToDate = entry.Scalar("toDate", required: false) is { } last ? quantities.Date(last) : null,
            Months = entry.Scalar("months", required: false) is { } months
                ? Ranges(months, MonthNames, "months", "Write months and ranges, e.g. 'Nov-Feb, Jul'.", entry.Findings) : 0,
            MonthDays = entry.Scalar("monthDays", required: false) is { } days
                ? unchecked((uint)Ranges(days, MonthDayNames, "days of the month", "Write days and ranges, e.g. '1-5, 15, last'.",
                    entry.Findings)) : 0,
        };
        if (read.FromDate >= read.ToDate)
        {
            entry.Findings.Error(CatalogueFindings.Range, entry.PlaceOf("toDate"), "The band's dates end before they begin.",
                "Write a toDate after fromDate; it is excluded.");
        }
        return read;
    }

    /// <summary>A zone of the IANA time zone database; UTC after a finding.</summary>
    public static DateTimeZone TimeZone(YamlScalar scalar, FindingList findings)
    {
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(scalar.Text) is { } zone)
        {
            return zone;
        }
        findings.Error(CatalogueFindings.Value, scalar.Place, $"There is no time zone '{scalar.Text}'.",
            findings.DidYouMean(scalar.Text, DateTimeZoneProviders.Tzdb.Ids, "Use an IANA name, e.g. Europe/Berlin."));
        return DateTimeZone.Utc;
    }

    /// <summary><c>daily</c>, <c>Mon-Fri</c>, <c>Sat, Sun</c>; a range may run over Sunday (<c>Fri-Mon</c>).</summary>
    private static int Days(YamlScalar scalar, FindingList findings)
    {
        if (scalar.Text == "daily")
        {
            return TimeBand.EveryDay;
        }
        return Ranges(scalar, DayNames, "days",
            "Write daily, or days and ranges of Mon, Tue, Wed, Thu, Fri, Sat, Sun, e.g. 'Mon-Fri, Sun'.", findings);
    }

    /// <summary>A bit for each name of a list of names and ranges; a range may run over the last one.</summary>
    private static int Ranges(YamlScalar scalar, string[] names, string what, string cure, FindingList findings)
    {
        var bits = 0;
        foreach (var part in scalar.Text.Split(',', StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-', StringSplitOptions.TrimEntries);
            var first = Array.IndexOf(names, ends[0]);
            var last = Array.IndexOf(names, ends[^1]);
            if (ends.Length > 2 || first < 0 || last < 0)
            {
                findings.Error(CatalogueFindings.Value, scalar.Place, $"The {what} cannot be read: '{part}'.", cure);
                return (1 << Math.Min(names.Length, 30)) - 1;
            }
            for (var one = first; ; one = (one + 1) % names.Length)
            {
                bits |= 1 << one;
                if (one == last)
                {
                    break;
                }
            }
        }
        return bits;
    }

    private static int Minute(Fields fields, string key)
    {
        var scalar = fields.Scalar(key, required: true);
        if (scalar is null)
        {
            return 0;
        }
        if (scalar.Text is [var a, var b, ':', var c, var d] && scalar.Text.All(x => x == ':' || char.IsAsciiDigit(x)))
        {
            var hour = (a - '0') * 10 + (b - '0');
            var minute = (c - '0') * 10 + (d - '0');
            if (minute < 60 && hour * 60 + minute <= MinutesOfDay)
            {
                return hour * 60 + minute;
            }
        }
        fields.Findings.Error(CatalogueFindings.Value, scalar.Place, $"'{key}: {scalar.Text}' is not a time of day.",
            "Write hours and minutes with two digits each, from 00:00 to 24:00.");
        return 0;
    }
}
