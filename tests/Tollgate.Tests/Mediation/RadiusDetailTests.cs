using System.Globalization;
using System.Text;
using NodaTime;
using Tollgate.Mediation;
using Tollgate.Primitives;

namespace Tollgate.Tests.Mediation;

public sealed class RadiusDetailTests
{
    private const string Stop = """
        Sun Feb  1 08:30:58 2015
        	User-Name = "User2@Example.org"
        	NAS-IP-Address = 192.0.2.10
        	Acct-Status-Type = Stop
        	Acct-Delay-Time = 3
        	Acct-Input-Octets = 15
        	Acct-Output-Octets = 20
        	Acct-Session-Id = "00000002"
        	Acct-Unique-Session-Id = "u2"
        	Acct-Session-Time = 120
        	Acct-Input-Gigawords = 1
        	Acct-Output-Gigawords = 2
        	Calling-Station-Id = "+49 170 1234567"
        	Called-Station-Id = "internet"
        	Event-Timestamp = "Feb  1 2015 08:28:58 WIB"


        """;

    [Fact]
    public void Genuine_file_gives_the_session_that_stopped()
    {
        var seen = Decoding.Of(
            Decoding.Source("radius-detail", "Asia/Jakarta"), Standards.Read("cdr", "radius", "detail-20150201"));

        Assert.Equal(new FileControl(3, 1, 0, 2), seen.Control);
        Assert.Equal("start, interim-update", string.Join(", ", seen.Ignores.Select(ignored => ignored.Reason)));
        var usage = seen.Usages[0];
        Assert.Equal(new ServiceIdentity(IdentityKind.UserName, "user2@example.org"), usage.Subject);
        Assert.Equal(ServiceKind.Data, usage.Service);
        Assert.Equal(Instant.FromUtc(2015, 2, 1, 1, 26, 58), usage.Start);
        Assert.Equal((120_000L, 4_294_967_311L, 4_294_967_311L), (usage.DurationMs, usage.OctetsUp, usage.OctetsDown));
    }

    [Fact]
    public void Genuine_record_without_blank_line_is_whole_when_its_last_line_is_the_timestamp()
    {
        var seen = Decoding.Of(Decoding.Source("radius-detail"), Standards.Read("cdr", "radius", "detail-one.txt"));

        Assert.Equal([(0L, "start")], seen.Ignores);
    }

    [Fact]
    public void A_stop_is_read_attribute_by_attribute()
    {
        var usage = Assert.Single(Decoding.Of(Decoding.Source("radius-detail"), Stop).Usages);

        Assert.Equal("user2@example.org", usage.Subject.Value);
        Assert.Equal("491701234567", usage.Origin);
        Assert.Equal("internet", usage.Destination);
        Assert.Equal((1L << 32) + 15, usage.OctetsUp);
        Assert.Equal((2L << 32) + 20, usage.OctetsDown);
    }

    [Theory]
    [InlineData("Feb  1 2015 08:28:58 WIB", "", "2015-02-01T08:26:58Z")]
    [InlineData("2015-02-01T08:28:58+07:00", "", "2015-02-01T01:26:58Z")]
    [InlineData("1422754138", "", "2015-02-01T01:26:58Z")]
    [InlineData("Feb  1 2015 08:28:58 WIB", "\tTimestamp = 1422754138\n", "2015-02-01T01:26:55Z")]
    [InlineData(null, "", "2015-02-01T08:28:55Z")]
    public void The_start_is_the_end_less_the_session_time(string? happened, string timestamp, string expected)
    {
        var line = "\tEvent-Timestamp = \"Feb  1 2015 08:28:58 WIB\"\n";
        var record = Stop.Replace(line, (happened is null
            ? "" : $"\tEvent-Timestamp = \"{happened}\"\n") + timestamp, StringComparison.Ordinal);

        Assert.Equal(expected, Assert.Single(
            Decoding.Of(Decoding.Source("radius-detail"), record).Usages).Start.ToString("g", CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_retransmitted_stop_has_the_same_identity_and_another_session_has_not()
    {
        var again = Stop.Replace("08:30:58", "08:31:08", StringComparison.Ordinal)
            .Replace("Acct-Delay-Time = 3", "Acct-Delay-Time = 13", StringComparison.Ordinal);
        var others = new[] { "00000002", "192.0.2.10", "User2", "\"u2\"" }.Select(part =>
            Stop.Replace(part, "\"x\"", StringComparison.Ordinal));

        var seen = Decoding.Of(Decoding.Source("radius-detail"),
            Stop + again + string.Concat(others).Replace("\"\"x\"", "\"x", StringComparison.Ordinal)
            .Replace("x\"\"", "x\"", StringComparison.Ordinal).Replace("x\"@", "x@", StringComparison.Ordinal));

        Assert.Equal(6, seen.Usages.Count);
        Assert.Equal(seen.Usages[0].EventId, seen.Usages[1].EventId);
        Assert.Equal(5, seen.Usages.Select(usage => usage.EventId).Distinct().Count());
    }

    [Theory]
    [InlineData("Calling-Station-Id", IdentityKind.Msisdn, "491701234567")]
    [InlineData("Called-Station-Id", IdentityKind.Trunk, "internet")]
    [InlineData("NAS-IP-Address", IdentityKind.IpAddress, "192.0.2.10")]
    public void Any_attribute_may_name_the_subject(string field, IdentityKind kind, string expected)
    {
        var source = Decoding.Source("radius-detail") with { SubjectField = field, SubjectKind = kind };

        Assert.Equal(new ServiceIdentity(kind, expected), Assert.Single(Decoding.Of(source, Stop).Usages).Subject);
    }

    [Fact]
    public void An_attribute_of_another_name_may_name_the_subject()
    {
        var source = Decoding.Source("radius-detail") with { SubjectField = "3GPP-IMSI", SubjectKind = IdentityKind.Imsi };
        var record = Stop.Replace("\tNAS-IP", "\t3GPP-IMSI = \"26201\\\"\\060\"\n\tNAS-IP", StringComparison.Ordinal);

        Assert.Equal("26201\"0", Assert.Single(Decoding.Of(source, record).Usages).Subject.Value);
    }

    [Theory]
    [InlineData("Start", "start")]
    [InlineData("1", "start")]
    [InlineData("Interim-Update", "interim-update")]
    [InlineData("Alive", "interim-update")]
    [InlineData("Accounting-On", "accounting-on")]
    [InlineData("Accounting-Off", "accounting-off")]
    [InlineData("Tunnel-Start", "not-a-session")]
    public void Other_packets_are_ignored(string status, string reason)
    {
        var seen = Decoding.Of(
            Decoding.Source("radius-detail"), Stop.Replace("Type = Stop", "Type = " + status, StringComparison.Ordinal));

        Assert.Equal([(0L, reason)], seen.Ignores);
    }

    [Theory]
    [InlineData("Type = Stop", "Type = Sop", HoldReason.Unreadable)]
    [InlineData("\tAcct-Status-Type = Stop\n", "", HoldReason.MissingField)]
    [InlineData("\tAcct-Session-Id = \"00000002\"\n", "", HoldReason.MissingField)]
    [InlineData("\tAcct-Session-Time = 120\n", "", HoldReason.MissingField)]
    [InlineData("User2@Example.org", "", HoldReason.MissingField)]
    [InlineData("User2@Example.org\"", "User2", HoldReason.Unreadable)]
    [InlineData("User2", "\\000", HoldReason.Unreadable)]
    [InlineData("Time = 120", "Time = -120", HoldReason.BadQuantity)]
    [InlineData("Time = 120", "Time = 2m", HoldReason.BadQuantity)]
    [InlineData("Delay-Time = 3", "Delay-Time = x", HoldReason.BadQuantity)]
    [InlineData("Input-Octets = 15", "Input-Octets = -15", HoldReason.BadQuantity)]
    [InlineData("Input-Gigawords = 1", "Input-Gigawords = 2147483648", HoldReason.BadQuantity)]
    [InlineData("Gigawords = ", "Gigawords = 200000000", HoldReason.BadQuantity)]
    [InlineData("Feb  1 2015", "Feb 30 2015", HoldReason.BadTime)]
    [InlineData("Feb  1 2015", "Fab  1 2015", HoldReason.BadTime)]
    [InlineData("Feb  1 2015 08:28:58 WIB", "1", HoldReason.BadTime)]
    [InlineData("Sun Feb", "\tSun Feb", HoldReason.Unreadable)]
    public void Bad_records_are_rejected_whole_and_the_next_one_is_read(string from, string to, HoldReason reason)
    {
        var bad = Stop.Replace(from, to, StringComparison.Ordinal);

        var seen = Decoding.Of(Decoding.Source("radius-detail"), Stop + "\r\n" + bad + Stop.ReplaceLineEndings("\r\n"));

        var rejected = Assert.Single(seen.Rejections);
        Assert.Equal((reason, 18, Stop.Length + 2L), (rejected.Reason, rejected.Line, rejected.Offset));
        Assert.Equal(bad.TrimEnd(), rejected.Text.TrimEnd());
        Assert.Equal(2, seen.Usages.Count);
    }

    [Fact]
    public void A_record_that_is_cut_off_is_truncated_and_the_one_after_it_is_read()
    {
        var source = Decoding.Source("radius-detail");
        var cut = Stop[..Stop.IndexOf("\tCalling", StringComparison.Ordinal)];

        var seen = Decoding.Of(source, cut + Stop);

        Assert.Equal(HoldReason.Truncated, Assert.Single(seen.Rejections).Reason);
        Assert.Equal(cut.Length, Assert.Single(seen.Usages).Offset);
        for (var length = 1; length < Stop.Length - 1; length++)
        {
            Assert.True(HoldReason.Truncated == Assert.Single(Decoding.Of(source, Stop[..length]).Rejections).Reason,
                $"{length}");
        }
    }

    [Fact]
    public void A_huge_record_is_rejected_once_and_skipped()
    {
        var source = Decoding.Source("radius-detail");
        var huge = Stop.Replace("\tUser", string.Concat(Enumerable.Repeat("\tClass = 0x00\r\n", 9000)) + "\tUser",
            StringComparison.Ordinal);
        var file = Encoding.UTF8.GetBytes(Stop + huge + Stop);

        var whole = Decoding.Of(source, file);

        Assert.Equal(HoldReason.TooLong, Assert.Single(whole.Rejections).Reason);
        Assert.Equal(2, whole.Usages.Count);
        Assert.Equal(whole.Log, Decoding.Cut(source, file, new Random(2), 3000, restart: true).Log);
    }
}
