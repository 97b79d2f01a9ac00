using System.Collections.Immutable;
using System.Globalization;
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
    private static readonly string[] Columns = ["prefix", "zone", "price", "connectFee", "increments"];

    private readonly string file;
    private readonly Unit? per;
    private readonly FindingList findings;
    private readonly Quantities quantities;
    private readonly Dictionary<string, int> lineOfPrefix = new(StringComparer.Ordinal);
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
        var text = Utf8Text.Read(file, findings);
        return text is null ? DeckContent.Unreadable : new DeckFileReader(file.Name, per, findings, quantities).Read(text);
    }

    private DeckContent Read(string text)
    {
        var csv = new CsvRows(text);
        int[]? places = null;
        var width = 0;
        while (csv.Read())
        {
            if (csv.BadQuotes)
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
        const string Cure = "The first row names the columns: prefix,zone and perhaps price,connectFee,increments.";
        if (csv.Count > 1 && !Enumerable.Range(0, csv.Count).Any(i => Columns.Contains(csv[i])))
        {
            Error(CatalogueFindings.DeckHeader, csv.Line, $"This row names no known column: '{Short(csv[0])}', ….", Cure);
            return null;
        }
        var places = new[] { -1, -1, -1, -1, -1 };
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
        else if (!lineOfPrefix.TryAdd(prefix, line))
        {
            Error(CatalogueFindings.DeckTwice, line, string.Create(CultureInfo.InvariantCulture,
                $"The prefix {prefix} is also on line {lineOfPrefix[prefix]}."), "Remove one of the two.");
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
        rows.Add(new DeckRow(prefix, known, Price(csv, places, line)));
    }

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
        Numbers.Read(text, new Place(file, line), column, 0m, Fields.LargestAmount, Numbers.PriceDecimals, findings);

    private static string Field(CsvRows csv, int place) => place < 0 ? "" : csv[place];

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";

    private void Error(string code, int line, string message, string cure)
    {
        broken = true;
        findings.Error(code, new Place(file, line), message, cure);
    }
}
