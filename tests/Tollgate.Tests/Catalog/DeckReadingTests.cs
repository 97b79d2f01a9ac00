using System.Globalization;
using System.Text;
using Tollgate.Catalog;

namespace Tollgate.Tests.Catalog;

/// <summary>Runs without other tests beside it, because it measures.</summary>
[Collection(nameof(DeckReadingTests))]
[CollectionDefinition(nameof(DeckReadingTests), DisableParallelization = true)]
public sealed class DeckReadingTests
{
    private const string Head = """
        catalog: { code: test, currency: EUR, timeZone: UTC }
        decks: [{ code: world, per: minute }]
        """;

    [Fact]
    public void A_deck_of_100_000_rows_is_read_right_in_well_under_two_seconds()
    {
        const int Rows = 100_000;
        var text = new StringBuilder("prefix,zone,price,connectFee,increments\n");
        for (var i = 0; i < Rows; i++)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{1_000_000 + i * 7},Zone {i % 2_000},{i % 500}.{i % 100:D2},{i % 3},{60 + i % 2}/1\n");
        }
        var files = Files(text.ToString());
        var read = CatalogueReader.Read(files);
        var best = Enumerable.Range(0, 3).Min(_ => MillisecondsToRead(files));
        Assert.InRange(best, 0, 2_000);
        Assert.Empty(read.Findings);
        var rows = Assert.Single(read.Value!.Decks).Rows;
        Assert.Equal(Rows, rows.Length);
        for (var i = 0; i < Rows; i++)
        {
            var price = new DeckPrice(i % 500 + i % 100 / 100m, i % 3, new Increments(60_000 + i % 2 * 1_000, 1_000));
            Assert.Equal(new DeckRow((1_000_000 + i * 7).ToString(CultureInfo.InvariantCulture), $"Zone {i % 2_000}",
                price), rows[i]);
        }
    }

    [Theory]
    [InlineData("prefix,zone,price\n49,Germany,0.05\n43,Austria,\n")]
    [InlineData("\uFEFFprefix,zone,price\r\n49,Germany,0.05\r\n43,Austria,\r\n")]
    [InlineData("# a comment, with commas\n\nprefix , zone , price\n 49 , Germany , 0.05 \n\n43,Austria,")]
    [InlineData("price,prefix,zone\n0.05,49,Germany\n,43,Austria\n")]
    [InlineData("\"prefix\",\"zone\",\"price\"\n\"49\",\"Germany\",\"0.05\"\n\"43\",\"Austria\",\"\"\n")]
    public void The_same_rows_come_out_of_every_way_to_write_them(string text)
    {
        var read = CatalogueReader.Read(Files(text));
        Assert.Empty(read.Findings);
        Assert.Equal([new DeckRow("49", "Germany", new DeckPrice(0.05m, 0m, null)), new DeckRow("43", "Austria", null)],
            Assert.Single(read.Value!.Decks).Rows.AsEnumerable());
    }

    [Fact]
    public void A_quoted_zone_may_hold_commas_and_quotes()
    {
        var read = CatalogueReader.Read(Files("prefix,zone\n243,\"Congo, the \"\"Democratic\"\" Republic\"\n"));
        Assert.Equal("Congo, the \"Democratic\" Republic", Assert.Single(Assert.Single(read.Value!.Decks).Rows).Zone);
    }

    /// <summary>Processor time, so that a busy machine changes nothing.</summary>
    private static long MillisecondsToRead(CatalogueFile[] files)
    {
        var before = Environment.CpuUsage.TotalTime;
        CatalogueReader.Read(files);
        return (long)(Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
    }

    private static CatalogueFile[] Files(string deck) =>
        [CatalogueFolder.Of("test.yaml", Head), CatalogueFolder.Of("decks/world.csv", deck)];
}
