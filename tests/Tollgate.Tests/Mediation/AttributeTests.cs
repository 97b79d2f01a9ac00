using System.Text;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Mediation;
using Tollgate.Primitives;

namespace Tollgate.Tests.Mediation;

/// <summary>Columns of a generic file that become attributes; national rules of numbers; attribute sets.</summary>
public sealed class AttributeTests
{
    private sealed class Sink : IDecodedSink
    {
        internal List<UsageRecord> Records { get; } = [];

        public void Usage(UsageRecord record) => Records.Add(record);

        public void Rejected(RejectedRecord record) => throw new InvalidOperationException(record.Detail);

        public void Ignored(long offset, string reason)
        {
        }
    }

    [Fact]
    public void Well_known_columns_and_own_ones_become_attributes_when_they_are_not_empty()
    {
        const string file = "subject,start,rating_group,APN,x_colour,note\n"
            + "491701,2026-10-05T10:00:00Z,20,internet,,kept out\n491701,2026-10-05T10:00:01Z,,,red,\n";
        var sink = new Sink();
        var decoder = Decoders.Create(new UsageSource
        {
            Code = "test", Format = "generic-csv", TimeZone = DateTimeZone.Utc, Numbering = new NumberingPlan(),
        });

        var bytes = Encoding.UTF8.GetBytes(file);
        decoder.Decode(bytes, 0, true, 100, sink);

        Assert.Equal(["apn=internet, rating-group=20", "colour=red"], sink.Records.Select(record =>
            record.Attributes.ToString()));
    }

    [Theory]
    [InlineData("asterisk-csv", "asterisk/Master.csv", 18)]
    [InlineData("freeswitch-csv", "freeswitch/Master-cdr_csv.csv", 1)]
    public void Unanswered_calls_are_usage_where_the_source_wants_them(string format, string file, int unanswered)
    {
        var (bytes, source) = (Standards.Read(["cdr", .. file.Split('/')]), Decoding.Source(format));
        var without = Decoding.Of(source, bytes);

        var all = Decoding.Of(source with { Unanswered = true }, bytes);

        Assert.Equal(without.Control.Read, all.Control.Read);
        Assert.Equal(without.Usages, all.Usages.Where(without.Usages.Contains));
        Assert.DoesNotContain(all.Ignores, ignored => ignored.Reason is "not-answered" or "zero-duration");
        var more = all.Usages.Where(usage => usage.Attributes[AttributeNames.Answered] == "no").ToList();
        Assert.Equal(unanswered, more.Count);
        Assert.All(more, usage => Assert.Equal(0, usage.DurationMs));
    }

    [Fact]
    public void A_format_that_says_itself_what_was_not_answered_takes_no_setting_for_it()
    {
        Assert.False(Decoders.TryCreate(Decoding.Source("generic-csv") with { Unanswered = true }, "", out _, out var problem));
        Assert.Contains("says itself", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unanswered_call_of_FreeSWITCH_begins_when_it_was_dialled()
    {
        const string call = """{"variables":{"uuid":"u1","direction":"inbound","start_epoch":"1515666340","answer_epoch":"0"},"""
            + """ "callflow":[{"caller_profile":{"caller_id_number":"491701","destination_number":"49302"}}]}""";
        var source = Decoding.Source("freeswitch-json") with { Unanswered = true };

        var usage = Assert.Single(Decoding.Of(source, call).Usages);

        Assert.Equal((Instant.FromUnixTimeSeconds(1515666340), 0L, "answered=no"),
            (usage.Start, usage.DurationMs, usage.Attributes.ToString()));
        Assert.Single(Decoding.Of(source, call.Replace("1515666340", "", StringComparison.Ordinal)).Rejections);
    }

    [Theory]
    [InlineData("radius-detail", "radius/detail-20150201",
        "NAS-Identifier=trunk;Service-Type=qos;Acct-Terminate-Cause=cause;User-Name=me;3GPP-IMEISV=device",
        "cause=User-Request, me=user2@example.org, qos=Framed-User, trunk=nas.example.org")]
    [InlineData("freeswitch-csv", "freeswitch/Master-cdr_csv.csv", "hangup_cause=cause;accountcode=partner",
        "cause=NORMAL_CLEARING, partner=acme")]
    [InlineData("freeswitch-json", "freeswitch/json_cdr.json", "sip_from_user=device;hangup_cause=cause;uuid=call;nothing=qos",
        "call=3da8bf84-c133-4959-9e24-e72875cb33a1, cause=NORMAL_CLEARING, device=1001")]
    [InlineData("asterisk-csv", "asterisk/Master.csv", "dcontext=trunk;lastapp=x-application;userfield=partner",
        "trunk=production, x-application=Dial")]
    public void Fields_of_genuine_files_become_attributes_as_the_source_says(
        string format, string file, string fields, string attributes)
    {
        var source = Decoding.Source(format) with { AttributeFields = Fields(fields) };
        var without = Decoding.Of(Decoding.Source(format), Standards.Read(["cdr", .. file.Split('/')])).Usages[0];

        var usage = Decoding.Of(source, Standards.Read(["cdr", .. file.Split('/')])).Usages[0];

        Assert.Equal(attributes, usage.Attributes.ToString());
        Assert.Equal(without, usage with { Attributes = default });
    }

    [Fact]
    public void Columns_that_the_source_names_win_over_those_that_are_attributes_by_their_name()
    {
        var source = Decoding.Source("generic-csv") with { AttributeFields = Fields("Cell ID=cell;gtp_apn=apn") };
        const string file = "subject,start,apn,GTP_APN,cell id\n491701,2026-10-05T10:00:00Z,old,internet,26201-17\n";

        Assert.Equal("apn=internet, cell=26201-17", Assert.Single(Decoding.Of(source, file).Usages).Attributes.ToString());
    }

    [Theory]
    [InlineData("asterisk-csv", "no_such_column=apn", "has no field 'no_such_column' for the attribute 'apn'")]
    [InlineData("radius-detail", "Called-Station-Id=Apn", "'Apn' is no name of an attribute")]
    [InlineData("radius-detail", "Called-Station-Id=a_b", "'a_b' is no name of an attribute")]
    public void What_cannot_become_an_attribute_is_told(string format, string fields, string problem)
    {
        Assert.False(Decoders.TryCreate(
            Decoding.Source(format) with { AttributeFields = Fields(fields) }, "", out _, out var told));
        Assert.Contains(problem, told, StringComparison.Ordinal);
    }

    /// <summary>Written as on the command line, separated by semicolons.</summary>
    private static UsageAttributes Fields(string text) => UsageAttributes.Of(
        text.Split(';').Select(one => one.Split('=')).Select(pair => KeyValuePair.Create(pair[1], pair[0])));

    [Theory]
    [InlineData("0800123456", "49800123456")]
    [InlineData("115", "49115")]
    [InlineData("11551", "11551")]
    [InlineData("+115", "115")]
    [InlineData("030123456", "4930123456")]
    public void National_rules_come_before_the_general_ones(string dialled, string number)
    {
        var plan = new NumberingPlan("49")
        {
            Rules = [new NumberRule("0800", "49800"), new NumberRule("115", "49115", 3, 3)],
        };

        Assert.Equal(number, new NumberNormaliser(plan).Normalise(dialled));
    }

    [Fact]
    public void Attribute_sets_are_equal_by_names_and_values()
    {
        var one = UsageAttributes.Of([new("b", "2"), new("a", "1")]);

        Assert.Equal(one, UsageAttributes.Empty.With("a", "0").With("b", "2").With("a", "1"));
        Assert.Equal(one.GetHashCode(), UsageAttributes.FromSorted(["a", "1", "b", "2"]).GetHashCode());
        Assert.NotEqual(one, UsageAttributes.Empty);
        Assert.Equal(("1", null, 2), (one["a"], one["c"], one.Count));
        Assert.Throws<ArgumentException>(() => UsageAttributes.Of([new("a", "1"), new("a", "2")]));
    }
}
