using System.Globalization;
using Tollgate.Mediation;
using Tollgate.Primitives;

namespace Tollgate.Tests.Mediation;

public sealed class GenericCsvTests
{
    private const string Header =
        "Record_Id,service,subject,note,origin,destination,start,duration_s,octets_up,octets_down,events\r\n";
    private const string Row =
        "r1,data,+49 170 1234567,\"a, \"\"b\"\"\",+49 30 1,internet,2026-05-01T12:00:00.25+02:00,61.5,10,20,\n";

    private static readonly UsageSource Source = Decoding.Source("generic-csv", "Europe/Berlin");

    [Fact]
    public void A_row_is_read_by_the_names_of_the_header()
    {
        var usage = Assert.Single(Decoding.Of(Source, Header + Row).Usages);

        Assert.Equal((ServiceKind.Data, "491701234567", "49301", "internet"),
            (usage.Service, usage.Subject.Value, usage.Origin, usage.Destination));
        Assert.Equal((61_500L, 10L, 20L, 1), (usage.DurationMs, usage.OctetsUp, usage.OctetsDown, usage.Events));
        Assert.Equal(1777629600_250L, usage.Start.ToUnixTimeMilliseconds());
        Assert.Equal(Header.Length, usage.Offset);
    }

    [Theory]
    [InlineData("2026-05-01T10:00:00Z", "2026-05-01T10:00:00Z")]
    [InlineData("2026-05-01T12:00:00+0200", "2026-05-01T10:00:00Z")]
    [InlineData("2026-05-01T12:00:00", "2026-05-01T10:00:00Z")]
    [InlineData("2026-05-01 12:00:00", "2026-05-01T10:00:00Z")]
    public void Start_may_have_an_offset_or_be_local(string start, string expected)
    {
        var usage = Assert.Single(Decoding.Of(Source, $"start,subject\n{start},1234567\n").Usages);

        Assert.Equal(expected, usage.Start.ToString("g", CultureInfo.InvariantCulture));
        Assert.Equal((ServiceKind.Voice, 0L, 1), (usage.Service, usage.DurationMs, usage.Events));
    }

    [Fact]
    public void Key_is_the_record_id_or_the_whole_row()
    {
        var other = Row.Replace("61.5", "7", StringComparison.Ordinal);
        var same = Decoding.Of(Source, Header + Row + other).Usages;
        var rows = Decoding.Of(Source, Header + (Row + Row + other).Replace("r1", "", StringComparison.Ordinal)).Usages;

        Assert.Equal(same[0].EventId, same[1].EventId);
        Assert.Equal(rows[0].EventId, rows[1].EventId);
        Assert.NotEqual(rows[0].EventId, rows[2].EventId);
    }

    [Theory]
    [InlineData("data", "fax", HoldReason.Unreadable)]
    [InlineData("+49 170 1234567", "", HoldReason.MissingField)]
    [InlineData("2026-05-01T12:00:00.25+02:00", "", HoldReason.MissingField)]
    [InlineData("2026-05-01", "2026-02-30", HoldReason.BadTime)]
    [InlineData("+02:00", "+2", HoldReason.BadTime)]
    [InlineData(".25", ".", HoldReason.BadTime)]
    [InlineData("61.5", "-61.5", HoldReason.BadQuantity)]
    [InlineData("61.5", "61.5555", HoldReason.BadQuantity)]
    [InlineData("61.5", "1e3", HoldReason.BadQuantity)]
    [InlineData(",10,20", ",9223372036854775807,1", HoldReason.BadQuantity)]
    [InlineData(",10,20", ",9223372036854775808,1", HoldReason.BadQuantity)]
    [InlineData("20,\n", "20,2147483648\n", HoldReason.BadQuantity)]
    [InlineData("20,\n", "20\n", HoldReason.Unreadable)]
    [InlineData("\"a,", "a,", HoldReason.Unreadable)]
    public void Bad_rows_are_rejected(string from, string to, HoldReason reason)
    {
        var bad = Row.Replace(from, to, StringComparison.Ordinal);

        var seen = Decoding.Of(Source, Header + bad + Row);

        Assert.Equal((reason, 2, bad.TrimEnd()),
            (Assert.Single(seen.Rejections).Reason, seen.Rejections[0].Line, seen.Rejections[0].Text));
        Assert.Single(seen.Usages);
    }

    [Fact]
    public void Without_a_usable_header_row_every_row_is_rejected_with_what_is_lacking()
    {
        var seen = Decoding.Of(Source, "subject,begin\n1234567,2026-05-01T12:00:00\n");

        Assert.Equal(2, seen.Rejections.Count);
        Assert.All(seen.Rejections, rejected =>
            Assert.Contains("'subject' and 'start'", rejected.Detail, StringComparison.Ordinal));
    }

    [Fact]
    public void Another_column_may_be_the_subject()
    {
        var source = Source with { SubjectField = "Note", SubjectKind = IdentityKind.AccountCode };

        Assert.Equal("a, \"b\"", Assert.Single(Decoding.Of(source, Header + Row).Usages).Subject.Value);
    }

    [Fact]
    public void The_header_row_is_part_of_the_saved_state()
    {
        var seen = new Decoding();
        var decoder = Decoders.Create(Source);
        var file = System.Text.Encoding.UTF8.GetBytes(Header + Row);
        var at = decoder.Decode(file.AsSpan(0, Header.Length), 0, last: false, 10, seen);

        Decoders.Create(Source, decoder.State).Decode(file.AsSpan(at), at, last: true, 10, seen);

        Assert.Equal("2;0;" + Header.TrimEnd(), decoder.State);
        Assert.Equal("491701234567", Assert.Single(seen.Usages).Subject.Value);
    }
}
