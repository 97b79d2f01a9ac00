using System.Text;
using Tollgate.Mediation;
using Tollgate.TestSupport;

namespace Tollgate.Tests.Mediation;

/// <summary>Laws of every decoder: nothing throws, every record is reported once, and neither cuts nor restarts change what is
/// reported.</summary>
public sealed class AnyBytesTests
{
    public static TheoryData<string, string> Samples => new()
    {
        { "asterisk-csv", "asterisk/Master.csv" },
        { "freeswitch-csv", "freeswitch/Master-cdr_csv.csv" },
        { "freeswitch-json", "freeswitch/json_cdr.json" },
        { "radius-detail", "radius/detail-20150201" },
        { "radius-detail", "radius/detail-one.txt" },
        { "generic-csv", "" },
        { "layout:cucm-cdr", "layouts/samples/cucm-cdr.csv" },
        { "layout:switch-fixed", "layouts/samples/switch-fixed.txt" },
        { "layout:video-plays", "layouts/samples/video-plays.json" },
        { "layout:parking", "layouts/samples/parking.csv" },
        { "layout:kamailio-acc", "layouts/samples/kamailio-acc.log" },
        { "layout:sms-gateway", "layouts/samples/sms-gateway.log" },
        { "layout:door-controller", "layouts/samples/door-controller.txt" },
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public void Cuts_and_restarts_change_nothing(string format, string path)
    {
        var source = Decoding.Source(format, "Europe/Berlin");
        var sample = Sample(path);
        var random = new Random(7);
        for (var round = 0; round < Effort.Of(15); round++)
        {
            var file = round == 0 ? sample : Mutate([.. sample, .. sample], random);
            var whole = Decoding.Of(source, file);
            Assert.Equal(whole.Log, Decoding.Cut(source, file, random, 1 + random.Next(1, 2000), restart: false).Log);
            Assert.Equal(whole.Log, Decoding.Cut(source, file, random, 1 + random.Next(1, 2000), restart: true).Log);
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Mutated_samples_never_throw(string format, string path)
    {
        var source = Decoding.Source(format, "Europe/Berlin");
        var sample = Sample(path);
        var random = new Random(11);
        for (var round = 0; round < Effort.Of(250); round++)
        {
            var seen = Decoding.Of(source, Mutate(sample, random));
            Assert.All(seen.Usages, usage =>
                Assert.True(usage is { DurationMs: >= 0, OctetsUp: >= 0, OctetsDown: >= 0, Octets: >= 0 }
                && usage.Subject.Value.Length > 0));
        }
    }

    [Fact]
    public void Random_bytes_never_throw_and_never_become_usage()
    {
        var random = new Random(13);
        foreach (var format in Samples.Select(sample => sample.Data.Item1).Distinct(StringComparer.Ordinal))
        {
            var source = Decoding.Source(format);
            for (var round = 0; round < Effort.Of(100); round++)
            {
                var bytes = new byte[random.Next(0, 3000)];
                random.NextBytes(bytes);
                if (round % 2 == 0)
                {
                    var letters = "{}[]\":,\\\n\r\t =0123456789abAS%\0"u8;
                    for (var i = 0; i < bytes.Length; i++)
                    {
                        bytes[i] = letters[bytes[i] % letters.Length];
                    }
                }
                var whole = Decoding.Of(source, bytes);
                Assert.Empty(whole.Usages);
                Assert.Equal(whole.Log, Decoding.Cut(source, bytes, random, 500, restart: round % 3 == 0).Log);
            }
        }
    }

    private static byte[] Sample(string path) => path.StartsWith("layouts/", StringComparison.Ordinal)
        ? File.ReadAllBytes(Path.Combine(Standards.Root, path))
        : path.Length > 0 ? Standards.Read(["cdr", .. path.Split('/')])
        : Encoding.UTF8.GetBytes("\uFEFFrecord_id,subject,start,duration_s\n"
            + string.Concat(Enumerable.Range(1, 20).Select(n => $"{n},\"49170123{n:00}\",2026-05-{n:00} 10:00:00,{n}\n")));

    /// <summary>A few bytes changed, removed, doubled, or replaced by ones that mean something to a parser.</summary>
    private static byte[] Mutate(byte[] sample, Random random)
    {
        var file = new List<byte>(sample);
        var changes = random.Next(1, 8);
        for (var i = 0; i < changes && file.Count > 4; i++)
        {
            var at = random.Next(file.Count);
            switch (random.Next(5))
            {
                case 0:
                    file[at] = (byte)random.Next(256);
                    break;
                case 1:
                    file.RemoveRange(at, Math.Min(random.Next(1, 40), file.Count - at));
                    break;
                case 2:
                    file.InsertRange(at, file.GetRange(at, Math.Min(random.Next(1, 200), file.Count - at)));
                    break;
                case 3:
                    file[at] = "\"\n\r,{}\\-0 \t\0="u8[random.Next(13)];
                    break;
                default:
                    file.InsertRange(at, Encoding.UTF8.GetBytes("99999999999999999999"));
                    break;
            }
        }
        return [.. file];
    }
}
