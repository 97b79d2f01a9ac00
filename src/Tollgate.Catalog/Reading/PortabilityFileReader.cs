using System.Collections.Immutable;
using Tollgate.Primitives;

namespace Tollgate.Catalog.Reading;

/// <summary>Reads the CSV file of a portability table: columns <c>number</c>, perhaps <c>to</c>, and <c>network</c>.</summary>
internal static class PortabilityFileReader
{
    private const string Cure = "Name the columns number,network or number,to,network; give digits of E.164.";

    public static ImmutableArray<PortedRange> Read(CatalogueFile file, FindingList findings)
    {
        if (!Utf8Text.IsClean(file, findings))
        {
            return [];
        }
        var csv = new CsvRows(file.Content, comments: true);
        var ranges = ImmutableArray.CreateBuilder<PortedRange>();
        var lines = new List<int>();
        int number = -1, to = -1, network = -1, width = 0;
        while (csv.Read())
        {
            var place = new Place(file.Name, csv.Line);
            if (width == 0)
            {
                width = csv.Count;
                (number, to, network) = (Column(csv, "number"), Column(csv, "to"), Column(csv, "network"));
                if (number < 0 || network < 0)
                {
                    findings.Error(CatalogueFindings.DeckHeader, place, "The columns 'number' and 'network' are needed.", Cure);
                    return [];
                }
                continue;
            }
            if (csv.Fault == CsvFault.Quotes || csv.Count != width)
            {
                findings.Error(CatalogueFindings.DeckColumns, place, "The row does not have the columns of the header.", Cure);
                continue;
            }
            var first = csv[number];
            var last = to < 0 || csv[to].Length == 0 ? first : csv[to];
            if (!IsNumber(first) || last.Length != first.Length || !IsNumber(last)
                || string.CompareOrdinal(last, first) < 0 || csv[network].Length is 0 or > 64)
            {
                findings.Error(CatalogueFindings.DeckPrefix, place, "This is no number or range of numbers with a network.",
                    Cure);
                continue;
            }
            ranges.Add(new PortedRange(first, last, string.Intern(csv[network])));
            lines.Add(csv.Line);
        }
        return Disjoint(ranges, lines, file, findings);
    }

    private static ImmutableArray<PortedRange> Disjoint(
        ImmutableArray<PortedRange>.Builder ranges, List<int> lines, CatalogueFile file, FindingList findings)
    {
        var order = Enumerable.Range(0, ranges.Count)
            .OrderBy(i => ranges[i].First.Length).ThenBy(i => ranges[i].First, StringComparer.Ordinal).ToArray();
        for (var i = 1; i < order.Length; i++)
        {
            var (before, here) = (ranges[order[i - 1]], ranges[order[i]]);
            if (before.First.Length == here.First.Length && string.CompareOrdinal(here.First, before.Last) <= 0)
            {
                findings.Error(CatalogueFindings.DeckTwice, new Place(file.Name, lines[order[i]]),
                    FormattableString.Invariant($"{here.First} is also within the range on line {lines[order[i - 1]]}."),
                    "Remove one of the two.");
            }
        }
        return ranges.ToImmutable();
    }

    private static int Column(CsvRows csv, string name) => Enumerable.Range(0, csv.Count).FirstOrDefault(i => csv[i] == name, -1);

    private static bool IsNumber(string text) => text.Length is > 0 and <= 18 && text.All(char.IsAsciiDigit);
}
