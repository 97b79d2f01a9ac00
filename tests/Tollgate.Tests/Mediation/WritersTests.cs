using System.Buffers;
using NodaTime;
using Tollgate.Mediation;
using Tollgate.Mediation.Writing;
using Tollgate.Primitives;

namespace Tollgate.Tests.Mediation;

public sealed class WritersTests
{
    private static readonly LocalDateTime Noon = new(2026, 7, 1, 12, 0, 0);

    [Fact]
    public void Asterisk_rows_are_read_back()
    {
        var output = new ArrayBufferWriter<byte>();
        var call = new AsteriskCall("ac\"me", "+491701234567", "0043720123456", "out", "\"Jo\" 😀\n <1>", "SIP/1", "SIP/2",
            "Dial", "", Noon,
            Noon.PlusSeconds(5), Noon.PlusSeconds(65), 65, 60, "ANSWERED", "DOCUMENTATION", "u1", "");
        AsteriskCsvWriter.Write(output, call);
        AsteriskCsvWriter.Write(output, call with { Answer = null, BillSeconds = 0, Disposition = "NO ANSWER" });
        AsteriskCsvWriter.Write(output, call with { Source = "1001", UniqueId = "u2" });

        var source = Decoding.Source("asterisk-csv", "Europe/Berlin") with { SubjectField = "accountcode",
            SubjectKind = IdentityKind.AccountCode };
        var seen = Decoding.Of(source, output.WrittenSpan);

        Assert.Equal(new FileControl(3, 2, 0, 1), seen.Control);
        var usage = seen.Usages[0];
        Assert.Equal(("ac\"me", "491701234567", "43720123456", 60_000L),
            (usage.Subject.Value, usage.Origin, usage.Destination, usage.DurationMs));
        Assert.Equal(Instant.FromUtc(2026, 7, 1, 10, 0, 5), usage.Start);
    }

    [Fact]
    public void Rewriting_the_genuine_Asterisk_file_gives_the_same_bytes()
    {
        var file = Standards.Read("cdr", "asterisk", "Master.csv");
        var line = file.AsSpan(0, file.AsSpan().IndexOf((byte)'\n') + 1);
        var output = new ArrayBufferWriter<byte>();
        var start = new LocalDateTime(2017, 6, 27, 9, 27, 15);

        AsteriskCsvWriter.Write(output, new AsteriskCall("", "917-375-0980", "502-679-5153", "production",
            "\"Leanna Cuphus\" <609-326-2780>", "NOT_AVAILABLE", "NOT_AVAILABLE", "Dial", "NOT_AVAILABLE", start, null,
            start, 0, 0, "NO ANSWER", "DOCUMENTATION", "1498555635.0", ""));

        Assert.True(line.SequenceEqual(output.WrittenSpan));
    }

    [Fact]
    public void FreeSwitch_rows_are_read_back()
    {
        var output = new ArrayBufferWriter<byte>();
        var row = new FreeSwitchRow("Bob \"B\"", "1001", "0043720123456", "default", Noon, Noon.PlusSeconds(5),
            Noon.PlusSeconds(65), 65, 60,
            "NORMAL_CLEARING", "a", "b", "acme", "PCMA", "PCMA");
        FreeSwitchCsvWriter.Write(output, row);
        FreeSwitchCsvWriter.Write(output, row with { Answer = null, BillSeconds = 0 });

        var seen = Decoding.Of(Decoding.Source("freeswitch-csv"), output.WrittenSpan);

        Assert.Equal(new FileControl(2, 1, 0, 1), seen.Control);
        Assert.Equal(("1001", "43720123456", 60_000L, Instant.FromUtc(2026, 7, 1, 12, 0, 5)),
            (seen.Usages[0].Subject.Value, seen.Usages[0].Destination, seen.Usages[0].DurationMs, seen.Usages[0].Start));
    }

    [Fact]
    public void Radius_packets_are_read_back()
    {
        var output = new ArrayBufferWriter<byte>();
        var stop = new RadiusPacket(Noon, Instant.FromUtc(2026, 7, 1, 10, 0, 0), RadiusStatus.Stop, "jo\"e\\@x", "192.0.2.1",
            "s1", "u1", 600,
            5_000_000_000, 123_456_789_012, Delay: 2, CallingStation: "+491701234567", CalledStation: "internet");
        foreach (var status in Enum.GetValues<RadiusStatus>())
        {
            RadiusDetailWriter.Write(output, stop with { Status = status });
        }

        var seen = Decoding.Of(Decoding.Source("radius-detail"), output.WrittenSpan);

        Assert.Equal(new FileControl(5, 1, 0, 4), seen.Control);
        var usage = seen.Usages[0];
        Assert.Equal(("jo\"e\\@x", "491701234567", "internet"), (usage.Subject.Value, usage.Origin, usage.Destination));
        Assert.Equal((600_000L, 5_000_000_000L, 123_456_789_012L), (usage.DurationMs, usage.OctetsUp, usage.OctetsDown));
        Assert.Equal(Instant.FromUtc(2026, 7, 1, 9, 49, 58), usage.Start);
    }
}
