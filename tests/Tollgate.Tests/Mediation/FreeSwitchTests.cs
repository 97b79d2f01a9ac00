using System.Text;
using NodaTime;
using Tollgate.Mediation;
using Tollgate.Primitives;

namespace Tollgate.Tests.Mediation;

public sealed class FreeSwitchTests
{
    private const string Row = "\"1001\",\"1001\",\"0043720123456\",\"default\",\"2026-01-01 10:00:00\",\"2026-01-01 10:00:05\","
        + "\"2026-01-01 10:01:05\",\"65\",\"60\",\"NORMAL_CLEARING\",\"aaaa\",\"bbbb\",\"acme\",\"PCMA\",\"PCMA\"";

    private const string Call = """
        {"variables":{"uuid":"u1","direction":"inbound","accountcode":"ac%2Fme%zz","answer_epoch":"1515666347","billsec":"68"},
         "callflow":[{"caller_profile":{"caller_id_number":"%2B491701234567","destination_number":"0043720123456",
           "x":{"caller_id_number":"9"}},"times":{}},
         {"caller_profile":{"caller_id_number":"2"}}]}

        """;

    [Fact]
    public void Sample_rows_give_one_event_per_connected_call()
    {
        var seen = Decoding.Of(
            Decoding.Source("freeswitch-csv", "Europe/Vienna"), Standards.Read("cdr", "freeswitch", "Master-cdr_csv.csv"));

        Assert.Equal(new FileControl(3, 2, 0, 1), seen.Control);
        Assert.Equal("not-answered", seen.Ignores[0].Reason);
        Assert.Equal(("1001", "43720123456", 60_000L),
            (seen.Usages[0].Subject.Value, seen.Usages[0].Destination, seen.Usages[0].DurationMs));
        Assert.Equal(Instant.FromUtc(2026, 1, 1, 23, 0, 0), seen.Usages[1].Start);
        Assert.Equal(1000, seen.Usages[1].DurationMs);
    }

    [Fact]
    public void Only_one_leg_of_a_call_is_charged()
    {
        var mirror = Row.Replace("\"aaaa\",\"bbbb\"", "\"bbbb\",\"aaaa\"", StringComparison.Ordinal);
        var second = Row.Replace("\"aaaa\",\"bbbb\"", "\"bbbb\",\"\"", StringComparison.Ordinal);

        var seen = Decoding.Of(Decoding.Source("freeswitch-csv"), Row + "\n" + mirror + "\n" + second + "\n");

        Assert.Equal(2, seen.Usages.Count);
        Assert.Equal(seen.Usages[0].EventId, seen.Usages[1].EventId);
        Assert.Equal("no-second-leg", Assert.Single(seen.Ignores).Reason);
    }

    [Theory]
    [InlineData("\"60\"", "\"-1\"", HoldReason.BadQuantity)]
    [InlineData("\"60\"", "\"\"", HoldReason.MissingField)]
    [InlineData("10:00:05", "10:61:05", HoldReason.BadTime)]
    [InlineData("\"1001\",\"1001\"", "\"1001\",\"\"", HoldReason.MissingField)]
    [InlineData("\"aaaa\"", "\"\"", HoldReason.MissingField)]
    [InlineData("\"aaaa\"", "\"aaaa", HoldReason.Unreadable)]
    [InlineData("\"acme\",", "", HoldReason.Unreadable)]
    public void Bad_rows_are_rejected(string from, string to, HoldReason reason)
    {
        var bad = Row.Replace(from, to, StringComparison.Ordinal);

        var seen = Decoding.Of(Decoding.Source("freeswitch-csv"), bad + "\n" + Row + "\n");

        Assert.Equal((reason, bad), (Assert.Single(seen.Rejections).Reason, seen.Rejections[0].Text));
        Assert.Single(seen.Usages);
    }

    [Fact]
    public void Recorded_JSON_call_is_read()
    {
        var usage = Assert.Single(
            Decoding.Of(Decoding.Source("freeswitch-json"), Standards.Read("cdr", "freeswitch", "json_cdr.json")).Usages);

        Assert.Equal(new ServiceIdentity(IdentityKind.Msisdn, "1001"), usage.Subject);
        Assert.Equal("1002", usage.Destination);
        Assert.Equal(67_540, usage.DurationMs);
        Assert.Equal(Instant.FromUnixTimeTicks(15156663479543730), usage.Start);
    }

    [Fact]
    public void Objects_may_follow_each_other_in_any_layout()
    {
        var line = Call.ReplaceLineEndings(" ");

        var seen = Decoding.Of(Decoding.Source("freeswitch-json"), Call + line + line.TrimEnd() + "\r\n\r\n" + Call);

        Assert.Equal(4, seen.Usages.Count);
        Assert.Single(seen.Usages.Select(usage => usage.EventId).Distinct());
        Assert.Equal(("491701234567", "43720123456", 68_000L),
            (seen.Usages[0].Origin, seen.Usages[0].Destination, seen.Usages[0].DurationMs));
        Assert.Equal(Instant.FromUnixTimeSeconds(1515666347), seen.Usages[0].Start);
    }

    [Fact]
    public void A_variable_may_name_the_subject_and_values_are_URL_decoded()
    {
        var source = Decoding.Source("freeswitch-json") with
        {
            SubjectField = "accountcode", SubjectKind = IdentityKind.AccountCode,
        };

        Assert.Equal("ac/me%zz", Assert.Single(Decoding.Of(source, Call).Usages).Subject.Value);
    }

    [Theory]
    [InlineData("inbound", "outbound", "second-leg")]
    [InlineData("1515666347", "0", "not-answered")]
    [InlineData("\"answer_epoch\":\"1515666347\",", "", "not-answered")]
    [InlineData("\"68\"", "\"0\"", "zero-duration")]
    public void Legs_that_are_not_chargeable_are_ignored(string from, string to, string reason) =>
        Assert.Equal([(0L, reason)],
            Decoding.Of(Decoding.Source("freeswitch-json"), Call.Replace(from, to, StringComparison.Ordinal)).Ignores);

    [Theory]
    [InlineData("\"68\"", "\"-68\"", HoldReason.BadQuantity)]
    [InlineData("\"billsec\"", "\"billmsec\":\"x\",\"billsec\"", HoldReason.BadQuantity)]
    [InlineData("\"1515666347\"", "\"soon\"", HoldReason.BadTime)]
    [InlineData("\"1515666347\"", "\"9999999999999\"", HoldReason.BadTime)]
    [InlineData("\"uuid\":\"u1\",", "", HoldReason.MissingField)]
    [InlineData("\"%2B491701234567\"", "\"\"", HoldReason.MissingField)]
    [InlineData("\"%2B491701234567\"", "\"%00\"", HoldReason.Unreadable)]
    [InlineData("\"u1\"", "\"\\ud800\"", HoldReason.Unreadable)]
    [InlineData("\"u1\"", "\"u1", HoldReason.Truncated)]
    [InlineData("\"u1\",", "\"u1\"", HoldReason.Unreadable)]
    [InlineData("]}", "]", HoldReason.Truncated)]
    [InlineData("{\"variables\":{\"uuid\":\"u1\",\"direction\":\"inbound\"", "\"variables\" ", HoldReason.Unreadable)]
    public void Bad_objects_are_rejected_and_the_next_one_is_read(string from, string to, HoldReason reason)
    {
        var bad = Call.Replace(from, to, StringComparison.Ordinal);

        var seen = Decoding.Of(Decoding.Source("freeswitch-json"), bad + Call);

        Assert.Equal((reason, 1), (seen.Rejections[0].Reason, seen.Rejections[0].Line));
        Assert.Single(seen.Usages);
    }

    [Fact]
    public void An_object_that_never_ends_is_rejected_once_and_skipped()
    {
        var source = Decoding.Source("freeswitch-json");
        var file = Encoding.UTF8.GetBytes(Call + "{\"a\":\"" + new string('x', 400_000) + "\n\n" + Call);

        var whole = Decoding.Of(source, file);

        Assert.Equal(HoldReason.TooLong, Assert.Single(whole.Rejections).Reason);
        Assert.Equal(2, whole.Usages.Count);
        Assert.Equal(whole.Log, Decoding.Cut(source, file, new Random(3), 50_000, restart: true).Log);
    }
}
