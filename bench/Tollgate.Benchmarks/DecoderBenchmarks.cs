using System.Buffers;
using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using CsvHelper;
using NodaTime;
using Tollgate.Mediation;
using Tollgate.Mediation.Layouts;
using Tollgate.Mediation.Writing;
using Tollgate.Primitives;

namespace Tollgate.Benchmarks;

/// <summary>
/// Decoding and writing of 100,000 records held in memory, on one core. Yardsticks over the same bytes: counting line ends, and
/// CsvHelper reading the same fields without making anything of them. Times are per record.
/// </summary>
[MemoryDiagnoser]
[Config(typeof(PerSecond))]
public class DecoderBenchmarks
{
    private const int Records = 100_000;

    private readonly ArrayBufferWriter<byte> _output = new(64 * 1024 * 1024);
    private byte[] _asterisk = [];
    private byte[] _freeSwitch = [];
    private byte[] _radius = [];
    private byte[] _generic = [];

    private byte[] _json = [];

    private readonly UsageLayout _csvLayout = Layout("delimited, header: yes");
    private readonly UsageLayout _jsonLayout = Layout("json");

    private static UsageLayout Layout(string form) => LayoutReader.Read(new("generic.yaml", Encoding.UTF8.GetBytes($$"""
        layout: { code: generic, name: As generic-csv }
        file: { form: {{form}} }
        usage:
          id: record_id
          service: { field: service }
          subject: subject
          destination: destination
          start: start
          duration: duration_s
          up: octets_up
          down: octets_down
          attributes: [{ name: apn, field: apn }]
        """))).Value!;

    [GlobalSetup]
    public void Setup()
    {
        WriteAsterisk();
        _asterisk = _output.WrittenSpan.ToArray();
        WriteFreeSwitch();
        _freeSwitch = _output.WrittenSpan.ToArray();
        WriteRadius();
        _radius = _output.WrittenSpan.ToArray();
        _generic = GenericCsv();
        _json = JsonLines(_generic);
    }

    [Benchmark(OperationsPerInvoke = Records)]
    public int DecodeAsteriskCsv() => Decode("asterisk-csv", _asterisk);

    [Benchmark(OperationsPerInvoke = Records)]
    public int DecodeFreeSwitchCsv() => Decode("freeswitch-csv", _freeSwitch);

    [Benchmark(OperationsPerInvoke = Records)]
    public int DecodeRadiusDetail() => Decode("radius-detail", _radius);

    [Benchmark(OperationsPerInvoke = Records)]
    public int DecodeGenericCsv() => Decode("generic-csv", _generic);

    /// <summary>The same file as <see cref="DecodeGenericCsv"/>, by a layout file.</summary>
    [Benchmark(OperationsPerInvoke = Records)]
    public int DecodeGenericCsvByLayout() => Decode(UsageLayout.Format, _generic, _csvLayout);

    /// <summary>The same records as JSON, one on a line.</summary>
    [Benchmark(OperationsPerInvoke = Records)]
    public int DecodeJsonByLayout() => Decode(UsageLayout.Format, _json, _jsonLayout);

    [Benchmark(OperationsPerInvoke = Records)]
    public int YardstickCountLineEndsOfAsteriskCsv()
    {
        var lines = 0;
        var rest = _asterisk.AsSpan();
        while (rest.IndexOf((byte)'\n') is >= 0 and var end)
        {
            lines++;
            rest = rest[(end + 1)..];
        }
        return lines;
    }

    [Benchmark(OperationsPerInvoke = Records)]
    public int YardstickCsvHelperReadsAsteriskFields()
    {
        using var csv = CsvReader.Create(_asterisk, new CsvReaderOptions { HasHeader = false });
        var characters = 0;
        while (csv.Read())
        {
            foreach (var column in (ReadOnlySpan<int>)[1, 2, 5, 6, 9, 10, 13, 14, 15, 16])
            {
                characters += csv.GetString(column).Length;
            }
        }
        return characters;
    }

    [Benchmark(OperationsPerInvoke = Records)]
    public void WriteAsterisk()
    {
        _output.ResetWrittenCount();
        var start = new LocalDateTime(2026, 7, 1, 8, 0, 0);
        for (var i = 0; i < Records; i++)
        {
            var begin = start.PlusSeconds(i);
            AsteriskCsvWriter.Write(_output, new AsteriskCall("", Subscriber(i), Called(i), "from-trunk", "\"Caller\" <100>",
                "PJSIP/trunk-00001234", "PJSIP/out-00005678", "Dial", "PJSIP/out,30", begin, begin.PlusSeconds(4),
                begin.PlusSeconds(4 + (i % 600)), 4 + (i % 600), 1 + (i % 600), "ANSWERED", "DOCUMENTATION", Uuids[i], ""));
        }
    }

    [Benchmark(OperationsPerInvoke = Records)]
    public void WriteFreeSwitch()
    {
        _output.ResetWrittenCount();
        var start = new LocalDateTime(2026, 7, 1, 8, 0, 0);
        for (var i = 0; i < Records; i++)
        {
            var begin = start.PlusSeconds(i);
            FreeSwitchCsvWriter.Write(_output, new FreeSwitchRow("Caller", Subscriber(i), Called(i), "default", begin,
                begin.PlusSeconds(4), begin.PlusSeconds(4 + (i % 600)), 4 + (i % 600), 1 + (i % 600), "NORMAL_CLEARING", Uuids[i],
                Uuids[Records - 1 - i] + "b", "", "PCMA", "PCMA"));
        }
    }

    [Benchmark(OperationsPerInvoke = Records)]
    public void WriteRadius()
    {
        _output.ResetWrittenCount();
        var arrival = new LocalDateTime(2026, 7, 1, 8, 0, 0);
        var timestamp = Instant.FromUtc(2026, 7, 1, 6, 0, 0);
        for (var i = 0; i < Records; i++)
        {
            RadiusDetailWriter.Write(_output, new RadiusPacket(arrival.PlusSeconds(i), timestamp + Duration.FromSeconds(i),
                RadiusStatus.Stop, Users[i % Users.Length], "192.0.2.10", Uuids[i], Uuids[i], 600 + (i % 3000), 1_000_000L * i, 9_000_000L * i,
                CallingStation: Subscriber(i), CalledStation: "internet"));
        }
    }

    private static readonly string[] Numbers = [.. Enumerable.Range(0, 10_000).Select(i => $"0170{1_000_000 + i}")];
    private static readonly string[] CalledNumbers = [.. Enumerable.Range(0, 50_021).Select(i => $"004930{7_000_000 + i}")];
    private static readonly string[] Users = [.. Enumerable.Range(0, 10_000).Select(i => $"user{i}@example.org")];
    private static readonly string[] Uuids = [.. Enumerable.Range(0, Records).Select(i => $"1782892800.{i}")];

    private static string Subscriber(int i) => Numbers[i % Numbers.Length];

    private static string Called(int i) => CalledNumbers[i % CalledNumbers.Length];

    private static byte[] GenericCsv()
    {
        var text = new StringBuilder("record_id,service,subject,destination,start,duration_s,octets_up,octets_down,apn\n");
        var start = new LocalDateTime(2026, 7, 1, 8, 0, 0);
        for (var i = 0; i < Records; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Uuids[i]},{(i % 2 == 0 ? "voice" : "data")},{Subscriber(i)},{Called(i)},");
            text.Append(start.PlusSeconds(i).ToString("uuuu-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
            text.Append(CultureInfo.InvariantCulture, $",{1 + (i % 600)},{i},{7 * i},internet\n");
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static byte[] JsonLines(byte[] csv)
    {
        var lines = Encoding.UTF8.GetString(csv).TrimEnd().Split('\n');
        var names = lines[0].Split(',');
        return Encoding.UTF8.GetBytes(string.Concat(lines.Skip(1).Select(line =>
            "{" + string.Join(',', line.Split(',').Zip(names, (value, name) => $"\"{name}\":\"{value}\"")) + "}\n")));
    }

    private static int Decode(string format, byte[] file, UsageLayout? layout = null)
    {
        var sink = new Count();
        var decoder = Decoders.Create(new UsageSource
        {
            Code = "bench",
            Format = format,
            Layout = layout,
            TimeZone = DateTimeZoneProviders.Tzdb["Europe/Berlin"],
            Numbering = new("49"),
        });
        for (var at = 0; at < file.Length;)
        {
            var length = Math.Min(256 * 1024, file.Length - at);
            at += decoder.Decode(file.AsSpan(at, length), at, at + length == file.Length, 5000, sink);
        }
        return sink.Records == Records ? sink.Records : throw new InvalidOperationException($"{sink.Records} records.");
    }

    private sealed class Count : IDecodedSink
    {
        internal int Records { get; private set; }

        public void Usage(UsageRecord record) => Records++;

        public void Rejected(RejectedRecord record) => throw new InvalidOperationException(record.ToString());

        public void Ignored(long offset, string reason) => throw new InvalidOperationException(reason);
    }

    private sealed class PerSecond : ManualConfig
    {
        public PerSecond() => AddColumn(StatisticColumn.OperationsPerSecond);
    }
}
