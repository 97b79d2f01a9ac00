using System.Text;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Catalog.Decks;
using Tollgate.Primitives;

namespace Tollgate.Tests.Catalog;

public sealed class DeckImportTests
{
    private static readonly LocalDate Start = new(2026, 11, 1);

    [Theory]
    [InlineData("prefix,destination,rate\n43,Austria,0.20\n", "43 Austria 0.20 0 -")]
    [InlineData("Destination;Dial Code;Rate/min;Billing Increment\nAustria;43;0,2050;60/1\n", "43 Austria 0.2050 0 60000/1000")]
    [InlineData("Country Code\tCity Codes\tName\tNew Rate\tInterval 1\tInterval N\n43\t660, 664\tAustria Mobile\t0.1\t30\t6\n",
        "43660 Austria Mobile 0.1 0 30000/6000|43664 Austria Mobile 0.1 0 30000/6000")]
    [InlineData("Code|Zone|Price|Setup Fee|Increments\n+4366-4368|AT|0.1|0.02|1/1/1\n",
        "4366 AT 0.1 0.02 1000/1000|4367 AT 0.1 0.02 1000/1000|4368 AT 0.1 0.02 1000/1000")]
    [InlineData("code,destination,rate,status\n7,Russia,1.00,blocked\n", "7 Russia 0 0 - blocked")]
    [InlineData("code,destination,rate\n7,Russia,N/A\n", "7 Russia 0 0 - blocked")]
    public void Usual_layouts_are_read(string list, string expected) =>
        Assert.Equal(expected, string.Join('|', Read(list).Prices.Select(Text)));

    [Fact]
    public void Every_bad_row_is_listed_with_its_line_and_reason()
    {
        var list = Read("prefix,destination,rate,increments,effective\n43,Austria,cheap,,\nx,UK,0.1,,\n44,UK,0.1,fast,\n"
            + "45,DK,0.1,,soon\n46,SE,0.1\n47,NO,0.1,,\n47,NO,0.2,,\n48,PL,0.3,60/1,1.12.2026\n");
        Assert.Equal([2, 3, 4, 5, 6, 8], list.Invalid.Select(row => row.Line));
        Assert.Equal(["47", "48"], list.Prices.Select(price => price.Prefix));
        Assert.Equal(new LocalDate(2026, 12, 1), list.Prices[1].From);
        Assert.Contains("names no column for rate", Assert.Single(Read("prefix,zone\n43,Austria\n").Invalid).Why,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_can_be_named_by_hand()
    {
        var layout = DeckLayout.Usual with
        {
            Names = DeckLayout.Usual.Names.Add(DeckColumn.Rate, "Peak").Add(DeckColumn.Prefix, "B-Number"),
                DatePattern = "MM/dd/uuuu",
        };
        var list = RateListReader.Read(Encoding.UTF8.GetBytes("B-Number,Country,Rate,Peak,Valid From\n43,AT,9,0.1,12/24/2026\n"),
            layout);
        Assert.Equal((0.1m, new LocalDate(2026, 12, 24)), (list.Prices[0].PerUnit, list.Prices[0].From!.Value));
        Assert.Throws<FormatException>(() => RateListReader.Read(Encoding.UTF8.GetBytes("code,rate\n"), layout));
    }

    [Fact]
    public void Each_prefix_of_the_list_and_of_the_deck_is_in_one_part_of_the_report()
    {
        var deck = Deck(("1", "USA", 0.10m), ("2", "B", 0.10m), ("3", "C", 0.10m), ("4", "D", 0.10m), ("5", "E", 0.10m), ("6",
            "F", 0.10m));
        var list = Read("prefix,destination,rate,status\n1,USA,0.11,\n2,B,0.09,\n3,C,0.10,\n4,New D,0.10,\n"
            + "5,E,0.10,blocked\n8,H,1,\nx,Y,1,\n");
        var (rows, report) = (DeckUpdate.Apply(deck, list, Start, keepMissing: false).Rows, DeckUpdate.Apply(deck, list, Start,
            true).Report);
        Assert.Equal(["1", "2", "3", "4", "8"], rows.Select(row => row.Prefix));
        Assert.Equal(("1", "2", "4", 1, "5", "6", "8", 1), (
            Only(report.Dearer), Only(report.Cheaper), Only(report.Otherwise), report.Unchanged, Only(report.Blocked),
                Only(report.Missing),
            Only(report.New), report.Invalid.Length));
        Assert.Contains("6", DeckUpdate.Apply(deck, list, Start, keepMissing: true).Rows.Select(row => row.Prefix));
    }

    [Fact]
    public void A_later_price_leaves_the_old_one_until_its_day()
    {
        var list = Read("prefix,destination,rate,effective\n43,Austria,0.30,2026-12-01\n44,UK,0.10,2026-11-01\n"
            + "44,UK,0.20,2026-12-15\n");
        var rows = DeckUpdate.Apply(Deck(("43", "Austria", 0.20m)), list, Start, keepMissing: false).Rows;
        Assert.Equal(["43 0.20 - 2026-12-01", "43 0.30 2026-12-01 -", "44 0.10 - 2026-12-15", "44 0.20 2026-12-15 -"],
            rows.Select(row => FormattableString.Invariant(
                $"{row.Prefix} {row.Price!.PerUnit} {Day(row.Detail!.From)} {Day(row.Detail.To)}")));
        static string Day(LocalDate? date) => date is { } day ? Tollgate.Catalog.Wording.Say.English.Date(day) : "-";
    }

    [Fact]
    public void The_file_that_is_written_reads_back_and_keeps_the_comments_at_its_beginning()
    {
        var list = Read("prefix,destination,rate,increments\n43,\"Austria, all\",0.123456,60/1\n44,UK,1,\n");
        var rows = DeckUpdate.Apply(Deck(("43", "x", 1m)), list, Start, keepMissing: false).Rows;
        var file = DeckUpdate.File("decks/world.csv", Encoding.UTF8.GetBytes("# ours\n# really\nprefix,zone\n"), rows,
            UnitKind.Duration);
        Assert.StartsWith("# ours\n# really\nprefix,zone,price", Encoding.UTF8.GetString(file.Content.Span),
            StringComparison.Ordinal);
        var read = CatalogueReader.Read([CatalogueFolder.Of("c.yaml",
            "catalog: { code: c, currency: EUR, timeZone: UTC }\ndecks: [{ code: world, per: minute }]\n"), file]);
        Assert.Empty(read.Findings.Select(finding => finding.ToString()));
        Assert.Equal(rows, read.Value!.Decks[0].Rows);
    }

    [Fact]
    public void What_is_sold_below_cost_is_found_on_both_sides_of_the_longest_prefix()
    {
        // 43 costs 0.05, but 4366 inside it costs 0.30; 4477 is sold at 0.10 and bought as 44 at 0.15; 45 is not bought at all.
        var sell = Deck(("43", "Austria", 0.20m), ("4477", "UK Mobile", 0.10m), ("45", "Denmark", 0.01m));
        var cost = Deck(("43", "AT", 0.05m), ("4366", "AT M", 0.30m), ("44", "UK", 0.15m));
        Assert.Equal([new BelowCost("4366", "Austria", 0.20m, 0.30m), new BelowCost("4477", "UK Mobile", 0.10m, 0.15m)],
            DeckMargin.Check(sell.Rows, cost.Rows));
        Assert.Equal(0.10m, DeckMargin.Check(sell.Rows, cost.Rows)[0].Loss);
        Assert.Equal(3, DeckMargin.Check(sell.Rows, cost.Rows, factor: 60).Length);
    }

    private static RateList Read(string text) => RateListReader.Read(Encoding.UTF8.GetBytes(text), DeckLayout.Usual);

    private static Deck Deck(params (string Prefix, string Zone, decimal Price)[] rows) =>
        new("world", [.. rows.Select(row => new DeckRow(row.Prefix, row.Zone, new DeckPrice(row.Price, 0, null)))]);

    private static string Only(IEnumerable<DeckRowChange> rows) => Assert.Single(rows).Prefix;

    private static string Text(ListedPrice price)
    {
        var steps = price.Increments is { } increments
            ? FormattableString.Invariant($"{increments.First}/{increments.Next}") : "-";
        return FormattableString.Invariant($"{price.Prefix} {price.Zone} {price.PerUnit} {price.ConnectFee} {steps}")
            + (price.Blocked ? " blocked" : "");
    }
}
