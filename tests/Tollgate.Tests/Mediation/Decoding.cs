using System.Globalization;
using System.Text;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Mediation;
using Tollgate.Mediation.Layouts;
using Tollgate.Primitives;

namespace Tollgate.Tests.Mediation;

/// <summary>What a decoder reported, in order; one line of text per record for comparison.</summary>
internal sealed class Decoding : IDecodedSink
{
    internal List<UsageRecord> Usages { get; } = [];

    internal List<RejectedRecord> Rejections { get; } = [];

    internal List<(long Offset, string Reason)> Ignores { get; } = [];

    /// <summary>Every record in the order of the file.</summary>
    internal List<string> Log { get; } = [];

    internal FileControl Control => new(Log.Count, Usages.Count, Rejections.Count, Ignores.Count);

    public void Usage(UsageRecord record)
    {
        Usages.Add(record);
        Log.Add(record.ToString());
    }

    public void Rejected(RejectedRecord record)
    {
        Rejections.Add(record);
        Log.Add(record.ToString());
    }

    public void Ignored(long offset, string reason)
    {
        Ignores.Add((offset, reason));
        Log.Add(string.Create(CultureInfo.InvariantCulture, $"{offset} ignored {reason}"));
    }

    /// <summary>The whole file in one buffer.</summary>
    internal static Decoding Of(UsageSource source, ReadOnlySpan<byte> file)
    {
        var seen = new Decoding();
        var decoder = Decoders.Create(source);
        var at = 0;
        while (at < file.Length)
        {
            var consumed = decoder.Decode(file[at..], at, last: true, int.MaxValue, seen);
            Assert.True(consumed > 0, "At the end of the file everything must be consumed.");
            at += consumed;
        }
        Assert.True(seen.Control.Balanced);
        return seen;
    }

    internal static Decoding Of(UsageSource source, string file) => Of(source, Encoding.UTF8.GetBytes(file));

    /// <summary>The file in pieces that grow by random steps, with few records per call and, if wanted, a new decoder before
    /// every call.</summary>
    internal static Decoding Cut(UsageSource source, ReadOnlySpan<byte> file, Random random, int step, bool restart)
    {
        var seen = new Decoding();
        var decoder = Decoders.Create(source);
        var at = 0;
        var available = 0;
        while (true)
        {
            if (restart)
            {
                decoder = Decoders.Create(source, decoder.State);
            }
            var last = available == file.Length;
            var max = random.Next(1, 4);
            var before = seen.Log.Count;
            var consumed = decoder.Decode(file[at..available], at, last, max, seen);
            Assert.InRange(consumed, 0, available - at);
            Assert.InRange(seen.Log.Count - before, 0, max);
            at += consumed;
            if (last && consumed == 0)
            {
                Assert.Equal(file.Length, at);
                return seen;
            }
            if (consumed == 0 || random.Next(3) == 0)
            {
                available = Math.Min(file.Length, available + random.Next(1, step));
            }
        }
    }

    /// <param name="format">A format's code, or <c>layout:NAME</c> for a file of the folder of layouts.</param>
    /// <param name="zone">Of local times.</param>
    internal static UsageSource Source(string format, string zone = "UTC")
    {
        var layout = format.Split(':') is ["layout", var name] ? Layout(name) : null;
        return new()
        {
            Code = "test",
            Format = layout is null ? format : UsageLayout.Format,
            Layout = layout,
            TimeZone = DateTimeZoneProviders.Tzdb[zone],
            Numbering = new NumberingPlan(),
        };
    }

    /// <summary>A layout of the folder of layouts.</summary>
    internal static UsageLayout Layout(string name) =>
        LayoutOf(File.ReadAllText(Path.Combine(Standards.Root, "layouts", name + ".yaml")));

    /// <summary>A layout by its text.</summary>
    internal static UsageLayout LayoutOf(string text)
    {
        var read = LayoutReader.Read(new CatalogueFile("layout.yaml", Encoding.UTF8.GetBytes(text)));
        Assert.Empty(read.Findings);
        return read.Value!;
    }

    /// <summary>A source of a layout by its text.</summary>
    internal static UsageSource LayoutSource(string text, string zone = "UTC") =>
        Source(UsageLayout.Format, zone) with { Layout = LayoutOf(text) };
}
