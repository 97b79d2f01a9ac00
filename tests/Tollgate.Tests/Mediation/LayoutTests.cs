using System.Globalization;
using System.Text;
using Tollgate.Mediation.Layouts;
using Tollgate.Primitives;
using Tollgate.Tests.Documents;

namespace Tollgate.Tests.Mediation;

/// <summary>Records read by layout files; how any cut of a file gives the same is in <see cref="AnyBytesTests"/>.</summary>
public sealed class LayoutTests
{
    private const string Calls = """
        layout: { code: calls, name: Calls }
        file: { form: delimited, columns: [id, who, when, secs, more], fewest: 4 }
        usage:
          id: id
          subject: who
          start: when
          duration: secs
        """;

    public static TheoryData<string> Shown =>
        [.. Directory.EnumerateFiles(Path.Combine(Standards.Root, "layouts", "samples"))
            .Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>The expected reading is in golden/layouts, made once and looked at.</summary>
    [Theory]
    [MemberData(nameof(Shown))]
    public void Every_layout_reads_its_sample_as_expected(string sample)
    {
        var seen = Decoding.Of(Decoding.Source("layout:" + Path.GetFileNameWithoutExtension(sample), "UTC"),
            File.ReadAllBytes(Path.Combine(Standards.Root, "layouts", "samples", sample)));

        Assert.NotEmpty(seen.Usages);
        Golden.Same(Path.Combine("layouts", Path.ChangeExtension(sample, ".expected.txt")),
            Encoding.UTF8.GetBytes(string.Concat(seen.Log.Select(line => line + "\n"))));
    }

    [Fact]
    public void Every_layout_has_a_sample() => Assert.Equal(
        Directory.EnumerateFiles(Path.Combine(Standards.Root, "layouts"), "*.yaml").Select(Path.GetFileNameWithoutExtension)
            .Order(StringComparer.Ordinal), Shown.Select(row => Path.GetFileNameWithoutExtension(row.Data)));

    [Fact]
    public void Recorded_Kamailio_files_which_no_decoder_knows_are_read()
    {
        var source = Decoding.Source("layout:kamailio-acc");

        var calls = Decoding.Of(source, Standards.Read("cdr", "kamailio", "acc-flatstore.log"));
        var missed = Decoding.Of(source, Standards.Read("cdr", "kamailio", "acc-flatstore-missed.log"));

        Assert.Equal((4, 0, 4), (calls.Usages.Count, calls.Rejections.Count, calls.Ignores.Count));
        Assert.All(calls.Ignores, ignored => Assert.Equal("end-of-call", ignored.Reason));
        Assert.Equal(
            [
                "AccountCode:1001>1002 account-type=prepaid, cause=200", "AccountCode:1002>1001 account-type=postpaid, cause=200",
                "AccountCode:1001>1002 account-type=prepaid, cause=200", "AccountCode:1001>1002 account-type=prepaid, cause=200",
            ],
            calls.Usages.Select(call => $"{call.Subject}>{call.Destination} {call.Attributes}"));
        Assert.Equal(1436454408, calls.Usages[0].Start.ToUnixTimeSeconds());
        Assert.All(missed.Ignores, ignored => Assert.Equal("not-answered", ignored.Reason));
        Assert.Equal(new(3, 0, 0, 3), missed.Control);
    }

    [Fact]
    public void Cisco_files_with_their_line_of_types_are_read()
    {
        var seen = Decoding.Of(Decoding.Source("layout:cucm-cdr"),
            Standards.Read("cdr", "cucm", "cdr_StandAloneCluster_01_202601011000_1"));

        Assert.Equal(new(3, 2, 0, 1), seen.Control);
        Assert.Equal(("AccountCode:2001", 60_000L, 1767261605L),
            (seen.Usages[0].Subject.ToString(), seen.Usages[0].DurationMs, seen.Usages[0].Start.ToUnixTimeSeconds()));
    }

    [Theory]
    [InlineData("asterisk-csv", "asterisk/Master.csv", """
        layout: { code: asterisk, name: Asterisk }
        file:
          form: delimited
          columns: [accountcode, src, dst, dcontext, clid, channel, dstchannel, lastapp, lastdata, start, answer, end, duration,
            billsec, disposition, amaflags, uniqueid, userfield]
          fewest: 16
        usage:
          id: [uniqueid, channel, dstchannel, src, dst, start, answer, disposition]
          subject: src
          origin: src
          destination: dst
          start: { field: answer, format: "yyyy-MM-dd HH:mm:ss" }
          duration: billsec
        ignore:
          - { reason: not-answered, field: disposition, is: [NO ANSWER, BUSY, FAILED, CONGESTION, UNKNOWN] }
          - { reason: ama-omit, field: amaflags, is: OMIT }
          - { reason: zero-duration, field: billsec, is: 0 }
        """)]
    [InlineData("freeswitch-json", "freeswitch/json_cdr.json", """
        layout: { code: freeswitch, name: FreeSWITCH }
        file: { form: json }
        usage:
          id: variables.uuid
          subject: callflow.0.caller_profile.caller_id_number
          origin: callflow.0.caller_profile.caller_id_number
          destination: callflow.0.caller_profile.destination_number
          start: { field: variables.answer_uepoch, format: epoch-microseconds }
          duration: { field: variables.billmsec, unit: milliseconds }
        ignore: [{ reason: not-answered, field: variables.answer_epoch, is: ["0", ""] }]
        """)]
    public void A_layout_of_a_known_format_reads_a_genuine_file_as_the_decoder_does(string format, string file, string layout)
    {
        var bytes = Standards.Read(["cdr", .. file.Split('/')]);
        var decoder = Decoding.Of(Decoding.Source(format, "Europe/Berlin"), bytes);

        var seen = Decoding.Of(Decoding.LayoutSource(layout, "Europe/Berlin"), bytes);

        Assert.NotEmpty(seen.Usages);
        Assert.Equal(decoder.Ignores, seen.Ignores);
        Assert.Equal(decoder.Usages.Select(Rounded), seen.Usages.Select(Rounded));

        // A decoder may know the start finer than a millisecond.
        static UsageRecord Rounded(UsageRecord usage) =>
            usage with { Start = NodaTime.Instant.FromUnixTimeMilliseconds(usage.Start.ToUnixTimeMilliseconds()) };
    }

    [Fact]
    public void Gigawords_of_a_genuine_radius_file_are_counted_as_the_decoder_counts_them()
    {
        var bytes = Standards.Read("cdr", "radius", "detail-20150201");
        var decoder = Decoding.Of(Decoding.Source("radius-detail"), bytes);

        var seen = Decoding.Of(Decoding.LayoutSource("""
            layout: { code: radius, name: RADIUS }
            file: { form: blocks }
            usage:
              service: data
              subject: { field: User-Name, kind: user-name }
              end: { field: Event-Timestamp, format: "MMM d yyyy HH:mm:ss 'WIB'" }
              duration: Acct-Session-Time
              up: { field: Acct-Input-Octets, gigawords: Acct-Input-Gigawords }
              down: { field: Acct-Output-Octets, gigawords: Acct-Output-Gigawords }
            ignore: [{ reason: not-the-end, field: Acct-Status-Type, isNot: Stop }]
            """), bytes);

        Assert.NotEmpty(seen.Usages);
        Assert.Equal(decoder.Usages.Select(one => (one.Subject, one.DurationMs, one.OctetsUp, one.OctetsDown)),
            seen.Usages.Select(one => (one.Subject, one.DurationMs, one.OctetsUp, one.OctetsDown)));
        Assert.Contains(seen.Usages, one => one.Octets > uint.MaxValue);
    }

    [Theory]
    [InlineData("yyyy-MM-dd HH:mm:ss", "2026-07-01 10:00:00", "2026-07-01T08:00:00")]
    [InlineData("dd.MM.yy HH:mm", "01.07.26 10:00", "2026-07-01T08:00:00")]
    [InlineData("M/d/yyyy h:mm:ss tt", "7/1/2026 12:05:09 AM", "2026-06-30T22:05:09")]
    [InlineData("M/d/yyyy h:mm:ss tt", "7/1/2026 1:05:09 pm", "2026-07-01T11:05:09")]
    [InlineData("yyyyMMddHHmmss.f", "20260701100000.25", "2026-07-01T08:00:00.25")]
    [InlineData("yyyyMMddHHmmsszzz", "20260701100000+0500", "2026-07-01T05:00:00")]
    [InlineData("yyyy-MM-ddTHH:mm:ssZ", "2026-07-01T10:00:00Z", "2026-07-01T10:00:00")]
    [InlineData("'at' d-MMM-yyyy", "at  1-jul-2026", "2026-06-30T22:00:00")]
    [InlineData("epoch", "1782892800.5", "2026-07-01T08:00:00.5")]
    [InlineData("epoch-milliseconds", "1782892800500", "2026-07-01T08:00:00.5")]
    [InlineData("iso", "2026-07-01T10:00:00+02:00", "2026-07-01T08:00:00")]
    [InlineData("yyyy-MM-dd HH:mm:ss", "2026-02-30 10:00:00", null)]
    [InlineData("yyyy-MM-dd HH:mm:ss", "2026-07-01 10:00:00x", null)]
    [InlineData("yyyy-MM-dd HH:mm:ss", "2026-07-01 10:00", null)]
    [InlineData("h:mm tt yyyy-MM-dd", "13:00 PM 2026-07-01", null)]
    [InlineData("yyyy-MM-dd HH:mm:ss", "2026-03-29 02:30:00", "2026-03-29T01:30:00")]
    public void Times_are_read_by_their_form(string format, string written, string? utc)
    {
        var layout = Calls.Replace("start: when", $"start: {{ field: when, format: \"{format}\" }}", StringComparison.Ordinal);
        var seen = Decoding.Of(Decoding.LayoutSource(layout, "Europe/Berlin"), $"1,49170,{written},5\n");

        Assert.Equal(utc, seen.Usages is [var usage]
            ? usage.Start.ToString("uuuu-MM-dd'T'HH:mm:ss.FFF", CultureInfo.InvariantCulture)
            : null);
        Assert.All(seen.Rejections, rejection => Assert.Equal(HoldReason.BadTime, rejection.Reason));
    }

    [Theory]
    [InlineData("seconds", "61.5", 61_500L)]
    [InlineData("milliseconds", "61500", 61_500L)]
    [InlineData("microseconds", "61500999", 61_500L)]
    [InlineData("minutes", "1.5", 90_000L)]
    [InlineData("hours", "2", 7_200_000L)]
    [InlineData("clock", "1:02:03", 3_723_000L)]
    [InlineData("clock", "90:00.250", 5_400_250L)]
    [InlineData("digits", "010203", 3_723_000L)]
    [InlineData("digits", "90", null)]
    [InlineData("clock", "1:60:00", null)]
    [InlineData("clock", "99999999999999999:00:00", null)]
    [InlineData("seconds", "-1", null)]
    [InlineData("seconds", "1e3", null)]
    [InlineData("seconds", "1.", null)]
    [InlineData("hours", "9999999999999", null)]
    public void Durations_are_read_by_their_unit(string unit, string written, long? milliseconds)
    {
        var layout = Calls.Replace("duration: secs", $"duration: {{ field: secs, unit: {unit} }}", StringComparison.Ordinal);
        var seen = Decoding.Of(Decoding.LayoutSource(layout), $"1,49170,2026-07-01T10:00:00Z,{written}\n");

        Assert.Equal(milliseconds, seen.Usages is [var usage] ? usage.DurationMs : null);
        Assert.All(seen.Rejections, rejection => Assert.Equal(HoldReason.BadQuantity, rejection.Reason));
    }

    [Theory]
    [InlineData("field: more", "abc", "abc")]
    [InlineData("field: [who, more]", "abc", "49170")]
    [InlineData("join: [id, more]", "abc", "1 abc")]
    [InlineData("value: fixed", "abc", "fixed")]
    [InlineData("field: more, part: 2-3", "abcd", "bc")]
    [InlineData("field: more, part: 9-12", "abcd", null)]
    [InlineData("field: more, after: \"sip:\", before: \"@\"", "<sip:anna@example.org>", "anna")]
    [InlineData("field: more, after: \"sip:\", before: \"@\"", "anna", "anna")]
    [InlineData("field: more, removePrefix: [a, ab], addPrefix: x-", "abc", "x-c")]
    [InlineData("field: more, addPrefix: x-", "", null)]
    [InlineData("field: more, map: { abc: one, def: two }", "def", "two")]
    [InlineData("field: more, map: { abc: one }, otherwise: other", "def", "other")]
    [InlineData("field: more, map: { abc: one }, otherwise: other", "", null)]
    [InlineData("field: more, default: none", "", "none")]
    [InlineData("field: more, default: none", " ", "none")]
    public void Values_are_changed_as_the_layout_says(string how, string written, string? expected)
    {
        var layout = Calls + $"\n  attributes: [{{ name: own, {how} }}]\n";
        var usage = Assert.Single(Decoding.Of(
            Decoding.LayoutSource(layout), $"1,49170,2026-07-01T10:00:00Z,5,{written}\n").Usages);

        Assert.Equal(expected, usage.Attributes["own"]);
    }

    [Theory]
    [InlineData("start: when, end: { field: more }", "2026-07-01T10:01:30Z", 90_000L, null)]
    [InlineData("start: when, end: { field: more }", "2026-07-01T09:00:00Z", 0L, HoldReason.BadQuantity)]
    [InlineData("start: when, end: { field: more }", "9800-01-01T09:00:00Z", 0L, HoldReason.BadQuantity)]
    [InlineData("end: when, duration: more", "60", 60_000L, null)]
    [InlineData("end: when, duration: more", "", 0L, HoldReason.MissingField)]
    [InlineData("end: when, duration: more", "4294967295", 0L, HoldReason.BadTime)]
    public void Of_start_end_and_duration_any_two_make_the_third(string times, string more, long duration, HoldReason? reason)
    {
        var layout = Calls.Replace("  start: when\n  duration: secs", "  "
            + times.Replace(", end", "\n  end", StringComparison.Ordinal)
            .Replace(", duration", "\n  duration", StringComparison.Ordinal), StringComparison.Ordinal);
        var seen = Decoding.Of(Decoding.LayoutSource(layout), $"1,49170,2026-07-01T10:00:00Z,,{more}\n");

        Assert.Equal(reason, seen.Rejections is [var rejection] ? rejection.Reason : null);
        Assert.Equal(duration, seen.Usages is [var usage] ? usage.DurationMs : 0);
    }

    [Theory]
    [InlineData("price: { field: more }", "12.50", "price=12.50")]
    [InlineData("price: { field: more, decimals: 2, currency: { value: EUR } }", "5", "price=0.05, price-currency=EUR")]
    [InlineData("price: { field: more, decimals: 2 }", "-1250", "price=-12.50")]
    [InlineData("price: more", "12,50", null)]
    [InlineData("price: more", "12.", null)]
    public void Prices_on_the_record_become_attributes(string price, string written, string? attributes)
    {
        var seen = Decoding.Of(Decoding.LayoutSource($"{Calls}\n  {price}"), $"1,49170,2026-07-01T10:00:00Z,5,\"{written}\"\n");

        Assert.Equal(attributes, seen.Usages is [var usage] ? usage.Attributes.ToString() : null);
        Assert.All(seen.Rejections, rejection => Assert.Equal(HoldReason.BadQuantity, rejection.Reason));
    }

    [Fact]
    public void A_message_without_a_duration_is_usage_and_a_call_without_one_is_held()
    {
        var layout = Calls + "\n  service: { field: more }";
        var seen = Decoding.Of(Decoding.LayoutSource(layout),
            "1,49170,2026-07-01T10:00:00Z,,sms\n2,49170,2026-07-01T10:00:00Z,,voice\n"
            + "3,49170,2026-07-01T10:00:00Z,,fax\n");

        Assert.Equal(ServiceKind.Sms, Assert.Single(seen.Usages).Service);
        Assert.Equal([HoldReason.MissingField, HoldReason.Unreadable], seen.Rejections.Select(rejection => rejection.Reason));
        Assert.Equal("duration (secs) is empty.", seen.Rejections[0].Detail);
        Assert.StartsWith("service (more) 'fax' is none of voice", seen.Rejections[1].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_separator_quote_or_decimal_sign_is_obeyed()
    {
        var layout = Calls.Replace("delimited,", "delimited, separator: pipe, quote: \"'\", decimalSign: \",\",",
            StringComparison.Ordinal);
        var usage = Assert.Single(Decoding.Of(
            Decoding.LayoutSource(layout), "1|'49|1''70'|2026-07-01T10:00:00Z|1,5\r\n").Usages);

        Assert.Equal(("49|1'70", 1500L), (usage.Subject.Value, usage.DurationMs));
    }

    [Fact]
    public void Records_have_the_key_that_the_layout_names_and_otherwise_all_of_their_text()
    {
        const string Rows = "1,49170,2026-07-01T10:00:00Z,5\n1,49171,2026-07-01T10:00:00Z,6\n";
        var named = Decoding.Of(Decoding.LayoutSource(Calls), Rows).Usages;
        var whole = Decoding.Of(
            Decoding.LayoutSource(Calls.Replace("  id: id\n", "", StringComparison.Ordinal)), Rows + Rows).Usages;

        Assert.Equal(named[0].EventId, named[1].EventId);
        Assert.Equal(2, whole.Select(usage => usage.EventId).Distinct().Count());
    }

    [Fact]
    public void A_file_that_ends_within_a_record_holds_it()
    {
        var cut = Decoding.Of(Decoding.LayoutSource(Calls), "1,49170,2026-07-01T10:00:00Z,5\n2,49170,2026-07-01T10:00:00Z,5");
        var json = Decoding.Of(Decoding.Source("layout:video-plays"), "[{\"kind\":\"TRAILER\"},\n{\"kind\":");

        Assert.Equal(HoldReason.Truncated, Assert.Single(cut.Rejections).Reason);
        Assert.Equal(HoldReason.Truncated, Assert.Single(json.Rejections).Reason);
    }

    [Fact]
    public void A_too_long_object_of_a_list_on_one_line_costs_only_itself()
    {
        var text = "[{\"kind\":\"TRAILER\",\"x\":\"" + new string('{', 300_000) + "\"},{\"kind\":\"TRAILER\"}]";
        var source = Decoding.Source("layout:video-plays");
        var seen = Decoding.Of(source, text);

        Assert.Equal(HoldReason.TooLong, Assert.Single(seen.Rejections).Reason);
        Assert.Single(seen.Ignores);
        Assert.Equal(seen.Log, Decoding.Cut(source, Encoding.UTF8.GetBytes(text), new Random(3), 90_000, restart: true).Log);
    }

    [Fact]
    public void Without_its_header_row_every_line_is_held_with_what_is_lacking()
    {
        var seen = Decoding.Of(Decoding.Source("layout:parking"), "Ticket;Karte;Parkhaus\n1;P-1;Oper\n");

        Assert.Equal(2, seen.Rejections.Count);
        Assert.EndsWith("Lacking: Status, Einfahrt, Ausfahrt, Betrag, Kennzeichen.", seen.Rejections[0].Detail,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_with_a_layout_says_nothing_of_fields_itself()
    {
        var source = Decoding.Source("layout:parking");
        var both = source with { SubjectField = "Karte" };
        var neither = source with { Layout = null };

        Assert.False(Tollgate.Mediation.Decoders.TryCreate(both, "", out _, out var problem));
        Assert.Contains("change it there", problem, StringComparison.Ordinal);
        Assert.False(Tollgate.Mediation.Decoders.TryCreate(neither, "", out _, out problem));
        Assert.Contains("no layout that can be read", problem, StringComparison.Ordinal);
    }
}
