using System.Buffers;
using System.Globalization;
using System.Text;
using NodaTime;
using Tollgate.Mediation.Writing;

namespace Tollgate.Host.Demo;

/// <summary>A file of the demo's usage.</summary>
internal sealed record DemoFile(string Source, string Path);

/// <summary>
/// Writes usage as the real systems do: FreeSWITCH and Asterisk CSV in local time, RADIUS detail with Start and Stop packets, and
/// a CSV of messages. Some records are bad, as in life: broken lines, strangers, numbers without a price, a clock that is wrong,
/// records sent twice.
/// </summary>
internal sealed class DemoFiles(string folder, DateTimeZone zone, DemoRandom random)
{
    private const int Blemish = 4_000;

    private readonly Dictionary<string, ArrayBufferWriter<byte>> open = new(StringComparer.Ordinal);
    private readonly List<DemoFile> files = [];
    private long serial;

    internal long Records { get; private set; }

    /// <summary>Writes the events of some days into one file per source.</summary>
    internal IReadOnlyList<DemoFile> Write(LocalDate from, LocalDate to, DemoEvents events, Action<int> dayDone)
    {
        files.Clear();
        for (var day = from; day < to; day = day.PlusDays(1))
        {
            foreach (var use in events.Of(day))
            {
                Write(use);
            }
            dayDone(1);
        }
        foreach (var (source, content) in open.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Save(source, from, content);
        }
        open.Clear();
        return [.. files];
    }

    private void Save(string source, LocalDate from, ArrayBufferWriter<byte> content)
    {
        var extension = source is DemoSources.Access or DemoSources.Packet ? "detail" : "csv";
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{source}-{from:uuuuMMdd}.{extension}"));
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(path, content.WrittenSpan);
        files.Add(new DemoFile(source, path));
    }

    private void Write(in DemoEvent use)
    {
        var source = DemoSources.Of(use);
        if (!open.TryGetValue(source, out var output))
        {
            output = new ArrayBufferWriter<byte>(1 << 20);
            open.Add(source, output);
            if (source == DemoSources.Messages)
            {
                Text(output, "record_id,service,subject,origin,destination,start,duration_s,octets_up,octets_down,events\n");
            }
        }
        Records++;
        serial++;
        var before = output.WrittenCount;
        var what = random.Next(Blemish);
        switch (source)
        {
            case DemoSources.Switch:
                Call(output, use, what);
                break;
            case DemoSources.Exchange:
                Trunk(output, use, what);
                break;
            case DemoSources.Messages:
                Message(output, use);
                break;
            default:
                Session(output, use, source);
                break;
        }
        Blemished(output, before, what, source);
    }

    /// <summary>Once in a while a record is sent twice, or a line is broken.</summary>
    private void Blemished(ArrayBufferWriter<byte> output, int before, int what, string source)
    {
        var written = output.WrittenSpan[before..].ToArray();
        if (what is 10)
        {
            output.Write(written);
            Records += source is DemoSources.Access or DemoSources.Packet ? 2 : 1;
        }
        else if (what is 11 && source is DemoSources.Switch or DemoSources.Exchange)
        {
            Text(output, "\"### log rotated\n");
            Records++;
        }
    }

    private void Call(ArrayBufferWriter<byte> output, in DemoEvent use, int what)
    {
        var ringing = random.Between(3, 20);
        var start = what == 12 ? use.Start.PlusYears(1) : use.Start;
        var answer = start.PlusSeconds(ringing);
        var answered = use.Seconds > 0;
        var caller = what == 13 ? "4915299" + use.Subscriber.Identity[^6..] : use.Subscriber.Identity;
        var callee = what == 14 ? "999" + use.Destination : use.Destination;
        FreeSwitchCsvWriter.Write(output, new FreeSwitchRow(
            use.Subscriber.Name, caller, "+" + callee, "mobile", start, answered ? answer : null,
            answer.PlusSeconds(use.Seconds), ringing + use.Seconds, use.Seconds, answered ? "NORMAL_CLEARING" : "NO_ANSWER",
            Uuid(1), answered ? Uuid(2) : "", use.Subscriber.CustomerKey, "AMR", answered ? "AMR" : ""));
    }

    private void Trunk(ArrayBufferWriter<byte> output, in DemoEvent use, int what)
    {
        var ringing = random.Between(2, 12);
        var answered = use.Seconds > 0;
        var dialled = use.Destination.StartsWith("49", StringComparison.Ordinal)
            ? "0" + use.Destination[2..] : "00" + use.Destination;
        var unique = string.Create(CultureInfo.InvariantCulture, $"{1_790_000_000 + serial}.{serial}");
        AsteriskCsvWriter.Write(output, new AsteriskCall(
            use.Subscriber.CustomerKey, "0" + use.Subscriber.Identity[2..], what == 14 ? "00999" + use.Destination : dialled,
            "trunk-out",
            $"\"{use.Subscriber.Name}\" <{use.Subscriber.Identity}>", $"PJSIP/{use.Subscriber.CustomerKey}-{serial:x8}",
            $"PJSIP/carrier-{serial:x8}", "Dial", $"PJSIP/{dialled}@carrier,60", use.Start,
            answered ? use.Start.PlusSeconds(ringing) : null, use.Start.PlusSeconds(ringing + use.Seconds), ringing + use.Seconds,
            use.Seconds,
            answered ? "ANSWERED" : "NO ANSWER", "BILLING", unique, ""));
    }

    private void Message(ArrayBufferWriter<byte> output, in DemoEvent use) =>
        Text(output, string.Create(CultureInfo.InvariantCulture,
            $"sm{serial},sms,{use.Subscriber.Identity},{use.Subscriber.Identity},{use.Destination},"
                + $"{use.Start:uuuu-MM-dd'T'HH:mm:ss},0,0,0,1\n"));

    private void Session(ArrayBufferWriter<byte> output, in DemoEvent use, string source)
    {
        var mobile = source == DemoSources.Packet;
        var start = zone.AtLeniently(use.Start).ToInstant();
        var end = start + Duration.FromSeconds(use.Seconds);
        var session = serial.ToString("X8", CultureInfo.InvariantCulture);
        var user = mobile ? use.Subscriber.UserMail : use.Subscriber.Identity;
        var caller = mobile ? use.Subscriber.Identity : "";
        var packet = new RadiusPacket(
            use.Start, start, RadiusStatus.Start, user, mobile ? "192.0.2.20" : "192.0.2.10", session,
            session.PadLeft(16, '0'), 0, 0, 0,
            CallingStation: caller, CalledStation: mobile ? "internet" : "");
        RadiusDetailWriter.Write(output, packet);
        RadiusDetailWriter.Write(output, packet with
        {
            Arrival = end.InZone(zone).LocalDateTime, Timestamp = end, Status = RadiusStatus.Stop, Seconds = use.Seconds,
            OctetsUp = use.OctetsUp, OctetsDown = use.OctetsDown,
        });
        Records++;
    }

    private string Uuid(int leg) => string.Create(CultureInfo.InvariantCulture, $"3da8bf84-0000-4959-9e2{leg}-{serial:x12}");

    private static void Text(ArrayBufferWriter<byte> output, string text) =>
        output.Advance(Encoding.UTF8.GetBytes(text, output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length))));
}
