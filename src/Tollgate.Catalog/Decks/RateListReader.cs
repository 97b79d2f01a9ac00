using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using NodaTime.Text;
using Tollgate.Catalog.Reading;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Decks;

/// <summary>Reads the rate lists that carriers send: other column names, other separators, several codes in a field. No row is
/// dropped silently.</summary>
public sealed class RateListReader
{
    private const int MostRange = 10_000;
    private const int LongestPrefix = 15;

    private static readonly string[] BlockedWords = ["blocked", "block", "closed", "close", "delete", "deleted", "removed",
        "n/a"];
    private static readonly LocalDatePattern German = LocalDatePattern.CreateWithInvariantCulture("d.M.uuuu");

    private readonly ImmutableArray<ListedPrice>.Builder prices = ImmutableArray.CreateBuilder<ListedPrice>();
    private readonly ImmutableArray<InvalidRow>.Builder invalid = ImmutableArray.CreateBuilder<InvalidRow>();
    private readonly Dictionary<(string, LocalDate?), int> lines = [];
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);
    private readonly Dictionary<DeckColumn, int> places = [];
    private readonly CsvRows rows;
    private readonly LocalDatePattern? datePattern;
    private readonly bool decimalComma;

    private RateListReader(ReadOnlyMemory<byte> content, DeckLayout layout)
    {
        var separator = layout.Separator ?? Separator(content);
        rows = new CsvRows(content, separator, comments: true);
        decimalComma = separator != ',';
        datePattern = layout.DatePattern is { } pattern ? LocalDatePattern.CreateWithInvariantCulture(pattern) : null;
    }

    /// <summary>Reads a list in UTF-8.</summary>
    /// <exception cref="FormatException">A name of the layout is not in the header, or the date pattern makes no
    /// sense.</exception>
    public static RateList Read(ReadOnlyMemory<byte> content, DeckLayout layout)
    {
        if (Utf16.Is(content.Span))
        {
            return new RateList([], [new InvalidRow(1, "", $"The file is UTF-16. {Utf16.Cure}")]);
        }
        var reader = new RateListReader(content, layout);
        reader.ReadAll(layout);
        return new RateList(reader.prices.ToImmutable(), reader.invalid.ToImmutable());
    }

    private void ReadAll(DeckLayout layout)
    {
        var width = -1;
        while (rows.Read())
        {
            if (rows.Fault != CsvFault.None)
            {
                Refuse(rows.Fault == CsvFault.Quotes
                    ? "A quote is not closed on its line, or stands beside other text."
                    : "It is not valid UTF-8: save the file as UTF-8 (it may be Windows-1252 or Latin-1).");
                if (width < 0)
                {
                    return;
                }
            }
            else if (width < 0)
            {
                width = rows.Count;
                if (!Header(layout))
                {
                    return;
                }
            }
            else if (rows.Count != width)
            {
                Refuse(string.Create(CultureInfo.InvariantCulture, $"It has {rows.Count} columns, the header {width}."));
            }
            else
            {
                Row();
            }
        }
        if (width < 0 && invalid.Count == 0)
        {
            invalid.Add(new InvalidRow(0, "", "The file is empty."));
        }
    }

    private bool Header(DeckLayout layout)
    {
        var names = Enumerable.Range(0, rows.Count).Select(i => rows[i]).ToList();
        foreach (var (column, name) in layout.Names)
        {
            var place = names.FindIndex(each => string.Equals(each, name, StringComparison.OrdinalIgnoreCase));
            places[column] = place >= 0 ? place
                : throw new FormatException($"The list has no column '{name}'. It has: {string.Join(", ", names)}.");
        }
        var plain = names.ConvertAll(DeckLayout.Plain);
        foreach (var (column, known) in DeckLayout.Known.OrderBy(pair => pair.Key))
        {
            var place = known.Select(word => plain.IndexOf(word)).FirstOrDefault(place => place >= 0, -1);
            if (place >= 0 && !places.ContainsKey(column) && !places.ContainsValue(place))
            {
                places[column] = place;
            }
        }
        var missing = new[] { DeckColumn.Prefix, DeckColumn.Rate }.Where(column => !places.ContainsKey(column)).ToList();
        if (missing.Count > 0)
        {
            var words = string.Join(" and ", missing.Select(column => column.ToString().ToLowerInvariant()));
            Refuse($"The header names no column for {words}. Name it by --columns, e.g. --columns prefix=Dialcode,rate=USD");
        }
        return missing.Count == 0;
    }

    private void Row()
    {
        var status = Field(DeckColumn.Status);
        var blocked = BlockedWords.Contains(status, StringComparer.OrdinalIgnoreCase);
        var rateText = Field(DeckColumn.Rate);
        blocked |= BlockedWords.Contains(rateText, StringComparer.OrdinalIgnoreCase);
        decimal rate = 0, fee = 0;
        if ((!blocked && !Number(rateText, out rate)) || rate < 0 || rate > Fields.LargestAmount)
        {
            Refuse($"'{rateText}' is not a price.");
            return;
        }
        if (Field(DeckColumn.ConnectFee) is { Length: > 0 } feeText && (!Number(feeText, out fee) || fee < 0))
        {
            Refuse($"'{feeText}' is not a connect fee.");
            return;
        }
        if (!Steps(out var increments) || !Date(DeckColumn.Effective, out var from) || !Date(DeckColumn.End, out var to))
        {
            return;
        }
        var zone = Field(DeckColumn.Destination);
        if (zone.Length > 100)
        {
            Refuse("The destination's name is longer than 100 characters.");
            return;
        }
        foreach (var prefix in Prefixes())
        {
            if (!lines.TryAdd((prefix, from), rows.Line))
            {
                Refuse(string.Create(CultureInfo.InvariantCulture,
                    $"The prefix {prefix} is on line {lines[(prefix, from)]} already, from the same day."));
                continue;
            }
            prices.Add(new ListedPrice(prefix, Same(zone), rate, fee, increments, from, to, blocked, rows.Line));
        }
    }

    /// <summary>The prefixes of the row; nothing, with a reason, when one of them is none.</summary>
    private List<string> Prefixes()
    {
        var country = Field(DeckColumn.CountryCode).TrimStart('+');
        var text = Field(DeckColumn.Prefix);
        var found = new List<string>();
        foreach (var part in text.Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries).DefaultIfEmpty(""))
        {
            var ends = part.TrimStart('+').Split('-');
            if (ends.Length == 2 && ends[0].Length == ends[1].Length && IsDigits(ends[0]) && IsDigits(ends[1])
                && ends[0].Length <= LongestPrefix - country.Length)
            {
                var (first, last) = (long.Parse(ends[0], CultureInfo.InvariantCulture), long.Parse(ends[1],
                    CultureInfo.InvariantCulture));
                if (last < first || last - first >= MostRange)
                {
                    Refuse($"The range '{part}' is empty or larger than 10,000 prefixes.");
                    return [];
                }
                for (var number = first; number <= last; number++)
                {
                    found.Add(country + number.ToString(CultureInfo.InvariantCulture).PadLeft(ends[0].Length, '0'));
                }
                continue;
            }
            var prefix = country + part.TrimStart('+');
            if (ends.Length != 1 || prefix.Length is 0 or > LongestPrefix || !IsDigits(prefix))
            {
                Refuse($"'{text}' is not a prefix: 1 to 15 digits of E.164 are.");
                return [];
            }
            found.Add(prefix);
        }
        return found;
    }

    private bool Steps(out Increments? increments)
    {
        increments = null;
        var text = Field(DeckColumn.Increments);
        var (first, next) = (Field(DeckColumn.FirstIncrement), Field(DeckColumn.NextIncrement));
        if (text.Length > 0)
        {
            var parts = text.Split(['/', '+', ':', '-'], StringSplitOptions.TrimEntries);
            (first, next) = (parts[0], parts.Length == 3 ? parts[2] : parts[^1]);
        }
        if (first.Length + next.Length == 0)
        {
            return true;
        }
        first = first.Length == 0 ? next : first;
        next = next.Length == 0 ? first : next;
        if (!int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var whole)
            || !int.TryParse(next, NumberStyles.None, CultureInfo.InvariantCulture, out var step) || step == 0)
        {
            Refuse($"The increments '{(text.Length > 0 ? text : $"{first}/{next}")}' are not first/next in seconds, e.g. 60/1.");
            return false;
        }
        increments = new Increments(whole * 1_000L, step * 1_000L);
        return true;
    }

    private bool Date(DeckColumn column, out LocalDate? date)
    {
        date = null;
        var text = Field(column);
        if (text.Length == 0)
        {
            return true;
        }
        foreach (var pattern in datePattern is null ? [LocalDatePattern.Iso, German] : new[] { datePattern })
        {
            if (pattern.Parse(text) is { Success: true } parsed)
            {
                date = parsed.Value;
                return true;
            }
        }
        Refuse($"'{text}' is not a date. Write 2026-11-01 or 1.11.2026, or give --date-format.");
        return false;
    }

    private bool Number(string text, out decimal number) => decimal.TryParse(
        decimalComma && !text.Contains('.', StringComparison.Ordinal) ? text.Replace(',', '.') : text,
        NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);

    private string Field(DeckColumn column) => places.TryGetValue(column, out var place) ? rows[place] : "";

    private string Same(string text) => texts.TryGetValue(text, out var known) ? known : texts[text] = text;

    private void Refuse(string why)
    {
        var text = rows.Text;
        invalid.Add(new InvalidRow(rows.Line, text.Length <= 120 ? text : text[..120] + "…", why));
    }

    private static bool IsDigits(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('0', '9');

    /// <summary>The separator that the first row with content has most of.</summary>
    private static char Separator(ReadOnlyMemory<byte> content)
    {
        var first = new CsvRows(content, comments: true);
        var header = first.Read() ? first.Text : "";
        return ",;\t|".MaxBy(separator => header.Count(c => c == separator));
    }
}
