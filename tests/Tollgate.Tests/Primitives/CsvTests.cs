using System.Text;
using Tollgate.Primitives;

namespace Tollgate.Tests.Primitives;

/// <summary>Splitting records, and finding them in a file.</summary>
public sealed class CsvTests
{
    [Theory]
    [InlineData("a,b,c", "a|b|c")]
    [InlineData("", "")]
    [InlineData(",", "|")]
    [InlineData(" a , b ", " a | b ")]
    [InlineData("\"a,b\",\"say \"\"hi\"\"\",\"\"", "a,b|say \"hi\"|")]
    [InlineData("a, \"b\" ,c", "a|b|c")]
    [InlineData("a,\"b", null)]
    [InlineData("a\"b,c", null)]
    [InlineData("\"a\"b,c", null)]
    [InlineData("a;b", "a;b")]
    public void A_record_is_split_at_the_separators_outside_quotes(string record, string? fields)
    {
        var bytes = Encoding.UTF8.GetBytes(record);
        var split = new CsvField[8];
        var count = CsvRecord.Split(bytes, split);
        Assert.Equal(fields, count == CsvRecord.BadQuotes ? null
            : string.Join('|', split.Take(count).Select(field => Encoding.UTF8.GetString(CsvRecord.Value(bytes, field)))));
    }

    [Fact]
    public void More_fields_than_there_is_room_for_are_counted()
    {
        var split = new CsvField[2];
        Assert.Equal(4, CsvRecord.Split("a,b,c,d"u8, split));
        Assert.Equal((2, 1), (split[1].Start, split[1].Length));
        Assert.Equal(2, CsvRecord.Split("a\tb"u8, split, (byte)'\t'));
    }

    [Theory]
    [InlineData("a,b\n1,2\n", "1:a|b 2:1|2")]
    [InlineData("\uFEFFa,b\r\n1,2\r\n", "1:a|b 2:1|2")]
    [InlineData("a,b\r1,2", "1:a|b 2:1|2")]
    [InlineData("# no row\n\n a , b \n\t\n1,2\n", "3:a|b 5:1|2")]
    public void Rows_have_the_line_on_which_they_begin(string text, string rows) =>
        Assert.Equal(rows, All(new CsvRows(Encoding.UTF8.GetBytes(text), comments: true)));

    [Fact]
    public void A_comment_is_a_row_where_there_are_none() =>
        Assert.Equal("1:#1|x", All(new CsvRows("#1,x\n"u8.ToArray())));

    [Theory]
    [InlineData("a,\"b\nc\",d\n1,2,3\n", "1:a|b\nc|d 3:1|2|3")]
    [InlineData("a,\"b\r\n\"\"c\"\"\",d\r\n1,2,3\r\n", "1:a|b\r\n\"c\"|d 3:1|2|3")]
    [InlineData("\"a\nb\"\n\n\"c\"", "1:a\nb 4:c")]
    [InlineData("15\" rack,b\n1,2\n", "1:! 2:1|2")]
    [InlineData("a,\"b\n1,2\n3,4\n", "1:! 2:1|2 3:3|4")]
    public void A_quoted_field_may_run_over_lines_and_a_lost_quote_costs_one_row(string text, string rows) =>
        Assert.Equal(rows, All(new CsvRows(Encoding.UTF8.GetBytes(text), lineBreaks: true)));

    [Fact]
    public void A_row_is_a_line_where_fields_have_no_line_breaks() =>
        Assert.Equal("1:! 2:!", All(new CsvRows("a,\"b\nc\",d\n"u8.ToArray())));

    [Fact]
    public void Only_the_row_with_bytes_that_are_not_utf8_is_at_fault()
    {
        var rows = new CsvRows((byte[])[.. "a\nM"u8, 0xFC, .. "ller\nb\n"u8]);
        var faults = new List<CsvFault>();
        while (rows.Read())
        {
            faults.Add(rows.Fault);
        }
        Assert.Equal([CsvFault.None, CsvFault.Encoding, CsvFault.None], faults);
    }

    [Fact]
    public void A_row_of_many_fields_is_whole()
    {
        var rows = new CsvRows(Encoding.UTF8.GetBytes(string.Join(';', Enumerable.Range(0, 100))), ';');
        Assert.True(rows.Read());
        Assert.Equal((100, "99"), (rows.Count, rows[99]));
        Assert.Throws<ArgumentOutOfRangeException>(() => rows[100]);
    }

    [Theory]
    [InlineData(true, 0xFF, 0xFE, 0x61, 0)]
    [InlineData(true, 0xFE, 0xFF, 0, 0x61)]
    [InlineData(true, 0x61, 0, 0x62, 0)]
    [InlineData(true, 0, 0x61, 0, 0x62)]
    [InlineData(false, 0xEF, 0xBB, 0xBF, 0x61)]
    [InlineData(false, 0x61, 0x62, 0, 0)]
    public void Utf16_is_recognised(bool utf16, params int[] bytes) =>
        Assert.Equal(utf16, Utf16.Is([.. bytes.Select(one => (byte)one)]));

    private static string All(CsvRows rows)
    {
        var all = new List<string>();
        while (rows.Read())
        {
            var fields = string.Join('|', Enumerable.Range(0, rows.Count).Select(i => rows[i]));
            all.Add($"{rows.Line}:{(rows.Fault == CsvFault.Quotes ? "!" : fields)}");
        }
        return string.Join(' ', all);
    }
}
