using System.Globalization;
using System.Text;
using NodaTime;
using Tollgate.Mediation;
using Tollgate.Primitives;

namespace Tollgate.Tests.Mediation;

public sealed class AsteriskCsvTests
{
    private const string Good =
        "\"acme\",\"+49 (30) 123-456\",\"0043720123456\",\"out\",\"\"\"Jo, \"\"\"\"B\"\" <1>\",\"SIP/1-01\",\"SIP/t-02\","
        + "\"Dial\",\"SIP/x,30\",\"2026-01-01 10:00:00\",\"2026-01-01 10:00:05\",\"2026-01-01 10:01:05\",65,60,\"ANSWERED\","
        + "\"DOCUMENTATION\",\"1767261600.1\",\"note\"";

    [Fact]
    public void Genuine_file_gives_its_answered_calls_and_ignores_the_others()
    {
        var seen = Decoding.Of(
            Decoding.Source("asterisk-csv", "America/New_York"), Standards.Read("cdr", "asterisk", "Master.csv"));

        Assert.Equal(new FileControl(45, 26, 0, 19), seen.Control);
        Assert.Equal(26, seen.Usages.Select(usage => usage.EventId).Distinct().Count());
        Assert.Equal(18, seen.Ignores.Count(ignored => ignored.Reason == "not-answered"));
        Assert.Equal(1, seen.Ignores.Count(ignored => ignored.Reason == "zero-duration"));
        var first = seen.Usages[0];
        Assert.Equal(new ServiceIdentity(IdentityKind.Msisdn, "9173750980"), first.Subject);
        Assert.Equal("9173750980", first.Origin);
        Assert.Equal("3344428436", first.Destination);
        Assert.Equal(Instant.FromUtc(2017, 6, 27, 14, 29, 14), first.Start);
        Assert.Equal(390_000, first.DurationMs);
        Assert.Equal((1, 0L, 0L), (first.Events, first.OctetsUp, first.OctetsDown));
        Assert.Equal(ServiceKind.Voice, first.Service);
        Assert.True(first.Offset > 0);
    }

    [Fact]
    public void A_row_is_read_field_by_field()
    {
        var source = Decoding.Source("asterisk-csv", "Europe/Berlin") with
        {
            Numbering = new("49"), SubjectField = "accountcode", SubjectKind = IdentityKind.AccountCode,
        };

        var usage = Assert.Single(Decoding.Of(source, Good + "\r\n").Usages);

        Assert.Equal(new ServiceIdentity(IdentityKind.AccountCode, "acme"), usage.Subject);
        Assert.Equal("4930123456", usage.Origin);
        Assert.Equal("43720123456", usage.Destination);
        Assert.Equal(Instant.FromUtc(2026, 1, 1, 9, 0, 5), usage.Start);
        Assert.Equal(60_000, usage.DurationMs);
    }

    [Theory]
    [InlineData("2026-03-29 02:30:00", "2026-03-29T01:30:00Z")]
    [InlineData("2026-10-25 02:30:00", "2026-10-25T00:30:00Z")]
    [InlineData("2026-10-25 03:00:00", "2026-10-25T02:00:00Z")]
    [InlineData("2026-07-01 00:00:00", "2026-06-30T22:00:00Z")]
    public void A_skipped_hour_moves_forward_and_a_repeated_hour_is_the_first(string answer, string expected)
    {
        var rows = string.Concat(
            Enumerable.Repeat(Good.Replace("2026-01-01 10:00:05", answer, StringComparison.Ordinal) + "\n", 2));

        var seen = Decoding.Of(Decoding.Source("asterisk-csv", "Europe/Berlin"), rows);

        Assert.All(seen.Usages, usage => Assert.Equal(expected, usage.Start.ToString("g", CultureInfo.InvariantCulture)));
        Assert.Equal(2, seen.Usages.Count);
    }

    [Fact]
    public void Sixteen_columns_are_enough_and_the_key_is_then_the_whole_row()
    {
        var row = Good.Replace(",\"1767261600.1\",\"note\"", "", StringComparison.Ordinal);
        var seen = Decoding.Of(
            Decoding.Source("asterisk-csv"), row + "\n" + row + "\n" + row.Replace("65", "66", StringComparison.Ordinal) + "\n");

        Assert.Equal(3, seen.Usages.Count);
        Assert.Equal(seen.Usages[0].EventId, seen.Usages[1].EventId);
        Assert.NotEqual(seen.Usages[0].EventId, seen.Usages[2].EventId);
    }

    [Theory]
    [InlineData("userfield", "\"note\"", "\"other\"", true)]
    [InlineData("end", "10:01:05", "10:01:06", true)]
    [InlineData("uniqueid", "1767261600.1", "1767261600.2", false)]
    [InlineData("dstchannel", "SIP/t-02", "SIP/t-03", false)]
    [InlineData("answer", "10:00:05", "10:00:06", false)]
    public void Key_is_uniqueid_channels_parties_times_and_disposition(string column, string from, string to, bool same)
    {
        var source = Decoding.Source("asterisk-csv");
        var a = Assert.Single(Decoding.Of(source, Good + "\n").Usages).EventId;
        var b = Assert.Single(Decoding.Of(source, Good.Replace(from, to, StringComparison.Ordinal) + "\n").Usages).EventId;

        Assert.True(same == (a == b), column);
    }

    [Theory]
    [InlineData("\"ANSWERED\"", "\"BUSY\"", "not-answered")]
    [InlineData("\"ANSWERED\"", "\"NO ANSWER\"", "not-answered")]
    [InlineData("\"ANSWERED\"", "\"CONGESTION\"", "not-answered")]
    [InlineData("\"DOCUMENTATION\"", "\"OMIT\"", "ama-omit")]
    [InlineData("65,60", "65,0", "zero-duration")]
    public void What_is_not_chargeable_is_ignored(string from, string to, string reason)
    {
        var seen = Decoding.Of(Decoding.Source("asterisk-csv"), Good.Replace(from, to, StringComparison.Ordinal) + "\n");

        Assert.Equal([(0L, reason)], seen.Ignores);
    }

    [Theory]
    [InlineData("65,60", "65,-60", HoldReason.BadQuantity)]
    [InlineData("65,60", "65,sixty", HoldReason.BadQuantity)]
    [InlineData("65,60", "65,99999999999999999999", HoldReason.BadQuantity)]
    [InlineData("65,60", "65,4294967296", HoldReason.BadQuantity)]
    [InlineData("65,60", "65,", HoldReason.MissingField)]
    [InlineData("2026-01-01 10:00:05", "2026-02-30 10:00:05", HoldReason.BadTime)]
    [InlineData("2026-01-01 10:00:05", "2026-01-01 24:00:05", HoldReason.BadTime)]
    [InlineData("2026-01-01 10:00:05", "0000-00-00 00:00:00", HoldReason.BadTime)]
    [InlineData("2026-01-01 10:00:05", "2026-01-01T10:00:05Z", HoldReason.BadTime)]
    [InlineData("2026-01-01 10:00:05", "yesterday", HoldReason.BadTime)]
    [InlineData("2026-01-01 10:00:05", "", HoldReason.MissingField)]
    [InlineData("+49 (30) 123-456", "", HoldReason.MissingField)]
    [InlineData("\"ANSWERED\"", "\"PERHAPS\"", HoldReason.Unreadable)]
    [InlineData("\"acme\",", "", HoldReason.Unreadable)]
    [InlineData("\"acme\",", "\"acme\",,,", HoldReason.Unreadable)]
    [InlineData("\"acme\"", "\"acme", HoldReason.Unreadable)]
    [InlineData("\"acme\"", "ac\"me", HoldReason.Unreadable)]
    [InlineData("\"acme\"", "\"ac\0me\"", HoldReason.Unreadable)]
    public void Bad_rows_are_rejected_whole_and_the_next_row_is_read(string from, string to, HoldReason reason)
    {
        var bad = Good.Replace(from, to, StringComparison.Ordinal);
        if (from == "\"acme\"," && to.Length == 0)
        {
            bad = bad.Replace(",\"1767261600.1\",\"note\"", "", StringComparison.Ordinal);
        }

        var seen = Decoding.Of(Decoding.Source("asterisk-csv"), Good + "\n\n" + bad + "\r\n" + Good + "\n");

        var rejected = Assert.Single(seen.Rejections);
        Assert.Equal((reason, 3, Good.Length + 2L), (rejected.Reason, rejected.Line, rejected.Offset));
        Assert.Equal(bad.Replace('\0', '␀'), rejected.Text);
        Assert.NotEmpty(rejected.Detail);
        Assert.Equal(2, seen.Usages.Count);
    }

    [Fact]
    public void A_row_that_is_not_UTF8_is_kept_as_Latin1()
    {
        var bytes = Encoding.Latin1.GetBytes(Good.Replace("acme", "Müller", StringComparison.Ordinal) + "\n");

        var rejected = Assert.Single(Decoding.Of(Decoding.Source("asterisk-csv"), bytes).Rejections);

        Assert.Equal(HoldReason.BadEncoding, rejected.Reason);
        Assert.StartsWith("\"Müller\"", rejected.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_is_skipped_at_the_start_only()
    {
        var seen = Decoding.Of(Decoding.Source("asterisk-csv"), "\uFEFF" + Good + "\n");

        Assert.Equal(3, Assert.Single(seen.Usages).Offset);
    }

    [Fact]
    public void A_last_row_without_line_end_counts_only_when_it_is_surely_whole()
    {
        var source = Decoding.Source("asterisk-csv");

        Assert.Single(Decoding.Of(source, Good).Usages);
        for (var length = 1; length < Good.Length; length++)
        {
            var rejected = Assert.Single(Decoding.Of(source, Good[..length]).Rejections);
            Assert.True(rejected.Reason == HoldReason.Truncated, $"{length}: {rejected}");
        }
    }

    [Fact]
    public void An_endless_line_is_rejected_once_and_skipped_without_buffering()
    {
        var source = Decoding.Source("asterisk-csv");
        var file = Encoding.UTF8.GetBytes(Good + "\n" + new string('x', 300_000) + "\n" + Good + "\n");

        var whole = Decoding.Of(source, file);
        var cut = Decoding.Cut(source, file, new Random(1), 5000, restart: true);

        Assert.Equal(whole.Log, cut.Log);
        var rejected = Assert.Single(whole.Rejections);
        Assert.Equal((HoldReason.TooLong, 2, 16 * 1024), (rejected.Reason, rejected.Line, rejected.Text.Length));
        Assert.Equal(2, whole.Usages.Count);
    }
}
