using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Reading;

/// <summary>What a deck file holds. Broken: it has errors, so that a zone that is not in it
/// proves nothing.</summary>
internal sealed record DeckContent(ImmutableArray<DeckRow> Rows, HashSet<string> Zones, bool HasPrices, bool Broken)
{
    public static readonly DeckContent Unreadable = new([], new(StringComparer.Ordinal), HasPrices: false, Broken: true);
}

/// <summary>Reads the CSV file of a deck: comma-separated, a header row, <c>#</c> begins a comment line.</summary>
internal sealed class DeckFileReader
{
    private static readonly string[] Columns = ["prefix", "zone", "price", "connectFee", "increments", "kind", "network",
        "validFrom", "validTo"];

    private readonly string file;
    private readonly Unit? per;
    private readonly FindingList findings;
    private readonly Quantities quantities;
    private readonly Dictionary<string, int> lineOfPrefix = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(LocalDate From, LocalDate To,
        int Line)>> datesOfPrefix = new(StringComparer.Ordinal);
    private readonly Dictionary<DeckDetail, DeckDetail> details = [];
    private readonly Dictionary<string, string> zones = new(StringComparer.Ordinal);
    private readonly Dictionary<(decimal, decimal, Increments?), DeckPrice> prices = [];
    private readonly ImmutableArray<DeckRow>.Builder rows = ImmutableArray.CreateBuilder<DeckRow>();
    private bool broken;

    private DeckFileReader(string file, Unit? per, FindingList findings, Quantities quantities)
    {
        this.file = file;
        this.per = per;
        this.findings = findings;
        this.quantities = quantities;
    }

    /// <param name="per">Unit that the deck's prices are per, or null when none was declared.</param>
    public static DeckContent Read(CatalogueFile file, Unit? per, FindingList findings, Quantities quantities)
    {
        return Utf8Text.IsClean(file, findings)
            ? new DeckFileReader(file.Name, per, findings, quantities).Read(new CsvRows(file.Content, comments: true))
            : DeckContent.Unreadable;
    }

    private DeckContent Read(CsvRows csv)
    {
        int[]? places = null;
        var width = 0;
        while (csv.Read())
        {
            if (csv.Fault == CsvFault.Quotes)
            {
                Error(CatalogueFindings.DeckQuote, csv.Line, "A quote is not closed on its line, or stands beside other text.",
                    "Put the whole field into quotes on one line and double a quote inside it.");
            }
            else if (places is null)
            {
                width = csv.Count;
                places = Header(csv);
                if (places is null)
                {
                    return DeckContent.Unreadable;
                }
            }
            else if (csv.Count != width)
            {
                Error(CatalogueFindings.DeckColumns, csv.Line, string.Create(CultureInfo.InvariantCulture,
                    $"This row has {csv.Count} columns, the header {width}."), "Give every row the columns of the header.");
            }
            else
            {
                Row(csv, places);
            }
        }
        if (rows.Count == 0 && !broken)
        {
            Error(CatalogueFindings.DeckEmpty, 0, "The deck has no rows.",
                "Add a header 'prefix,zone' and rows, or remove the deck.");
        }
        return new DeckContent(rows.ToImmutable(), zones.Keys.ToHashSet(StringComparer.Ordinal), places?[2] >= 0, broken);
    }

    /// <summary>Where each known column is, -1 for an absent one; null after a finding.</summary>
    private int[]? Header(CsvRows csv)
    {
        const string Cure =
            "The first row names the columns: prefix,zone, perhaps price,connectFee,increments,kind,network,validFrom,validTo.";
        if (csv.Count > 1 && !Enumerable.Range(0, csv.Count).Any(i => Columns.Contains(csv[i])))
        {
            Error(CatalogueFindings.DeckHeader, csv.Line, $"This row names no known column: '{Short(csv[0])}', ….", Cure);
            return null;
        }
        var places = new int[Columns.Length];
        Array.Fill(places, -1);
        var good = true;
        for (var i = 0; i < csv.Count; i++)
        {
            var column = Array.IndexOf(Columns, csv[i]);
            if (column < 0 || places[column] >= 0)
            {
                good = false;
                var cure = csv.Count == 1 && csv[i].AsSpan().IndexOfAny(';', '\t', '|') >= 0
                    ? "Separate the columns by commas."
                    : findings.DidYouMean(csv[i], Columns, "Name each column once.");
                Error(CatalogueFindings.DeckHeader, csv.Line,
                    column < 0 ? $"There is no column '{Short(csv[i])}'." : $"The column '{csv[i]}' is there twice.", cure);
            }
            else
            {
                places[column] = i;
            }
        }
        foreach (var required in (ReadOnlySpan<int>)[0, 1])
        {
            if (good && places[required] < 0)
            {
                good = false;
                Error(CatalogueFindings.DeckHeader, csv.Line, $"The column '{Columns[required]}' is missing.", Cure);
            }
        }
        if (good && places[2] >= 0 && per is null)
        {
            Error(CatalogueFindings.Missing, csv.Line, "The deck has prices, but nothing says what they are per.",
                "Add 'per: minute' (or another unit) to the entry under 'decks'.");
        }
        if (good && places[2] < 0 && (places[3] >= 0 || places[4] >= 0))
        {
            good = false;
            Error(CatalogueFindings.DeckHeader, csv.Line, "'connectFee' and 'increments' are of no use without 'price'.",
                "Add the column 'price'.");
        }
        return good ? places : null;
    }

    private void Row(CsvRows csv, int[] places)
    {
        var line = csv.Line;
        var prefix = csv[places[0]];
        var zone = csv[places[1]];
        if (prefix.Length is 0 or > 15 || prefix.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            Error(CatalogueFindings.DeckPrefix, line, $"'{Short(prefix)}' is not a prefix.",
                "Write the 1 to 15 digits of E.164, the country code first, without + or blanks.");
        }
        if (zone.Length is 0 or > 100 || zone.Any(char.IsControl))
        {
            Error(CatalogueFindings.Value, line, "The zone is empty, longer than 100 characters or has control characters.",
                "Name the zone.");
        }
        if (!zones.TryGetValue(zone, out var known))
        {
            zones.Add(zone, known = zone);
        }
        var detail = Detail(csv, places, line);
        CheckOnce(prefix, detail, line);
        rows.Add(new DeckRow(prefix, known, Price(csv, places, line)) { Detail = detail });
    }

    /// <summary>Kind, network and dates; null when the row has none.</summary>
    private DeckDetail? Detail(CsvRows csv, int[] places, int line)
    {
        var kind = Field(csv, places[5]);
        var network = Field(csv, places[6]);
        var from = Field(csv, places[7]);
        var to = Field(csv, places[8]);
        if (kind.Length + network.Length + from.Length + to.Length == 0)
        {
            return null;
        }
        var detail = new DeckDetail(
            kind.Length == 0 ? null : kind, network.Length == 0 ? null : network, Date(from, line), Date(to, line));
        if (detail.From >= detail.To)
        {
            Error(CatalogueFindings.Range, line, "The row ends before it begins.",
                "Write a validTo after validFrom; it is excluded.");
        }
        if (details.TryGetValue(detail, out var same))
        {
            return same;
        }
        details.Add(detail, detail);
        return detail;
    }

    private LocalDate? Date(string text, int line) =>
        text.Length == 0 ? null : quantities.Date(new YamlScalar(new Place(file, line), text, Quoted: false));

    /// <summary>A prefix comes again only for other dates.</summary>
    private void CheckOnce(string prefix, DeckDetail? detail, int line)
    {
        var first = lineOfPrefix.TryAdd(prefix, line);
        if (detail is { From: null, To: null } or null)
        {
            if (!first)
            {
                Twice(prefix, lineOfPrefix[prefix], line);
            }
            return;
        }
        var (from, to) = (detail.From ?? LocalDate.MinIsoValue, detail.To ?? LocalDate.MaxIsoValue);
        if (!datesOfPrefix.TryGetValue(prefix, out var dates))
        {
            if (!first)
            {
                Twice(prefix, lineOfPrefix[prefix], line);
            }
            datesOfPrefix.Add(prefix, dates = []);
        }
        else if (dates.FindIndex(one => from < one.To && one.From < to) is >= 0 and var overlap)
        {
            Twice(prefix, dates[overlap].Line, line);
        }
        dates.Add((from, to, line));
    }

    private void Twice(string prefix, int other, int line) =>
        Error(CatalogueFindings.DeckTwice, line, string.Create(CultureInfo.InvariantCulture,
            $"The prefix {prefix} is also on line {other}."), "Remove one of the two, or give them dates that do not overlap.");

    private DeckPrice? Price(CsvRows csv, int[] places, int line)
    {
        var price = Field(csv, places[2]);
        var fee = Field(csv, places[3]);
        var steps = Field(csv, places[4]);
        if (price.Length == 0)
        {
            if (fee.Length > 0 || steps.Length > 0)
            {
                Error(CatalogueFindings.Number, line, "The row has a connect fee or increments but no price.",
                    "Add the price, e.g. 0.09.");
            }
            return null;
        }
        var perUnit = Number(price, "price", line);
        var connectFee = fee.Length == 0 ? 0m : Number(fee, "connectFee", line);
        Increments? increments = steps.Length == 0
            ? null
            : quantities.Increments(steps, new Place(file, line), per?.Kind ?? UnitKind.Count);
        var key = (perUnit, connectFee, increments);
        if (!prices.TryGetValue(key, out var same))
        {
            prices.Add(key, same = new DeckPrice(perUnit, connectFee, increments));
        }
        return same;
    }

    private decimal Number(string text, string column, int line) =>
        Numbers.Read(text, new Place(file, line), column, 0m, Fields.LargestAmount, Numbers.PriceDecimals,
            findings);

    private static string Field(CsvRows csv, int place) => place < 0 ? "" : csv[place];

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";

    private void Error(string code, int line, string message, string cure)
    {
        broken = true;
        findings.Error(code, new Place(file, line), message, cure);
    }
}
