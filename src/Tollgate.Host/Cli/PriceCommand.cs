using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Mediation;
using Tollgate.Mediation.Layouts;
using Tollgate.Operations.Catalogs;
using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate price</c>: usage against a catalogue, without a database.</summary>
internal static class PriceCommand
{
    internal static Command Build(Globals globals)
    {
        var catalog = new Option<string>("--catalog")
        {
            Description = "The catalogue's folder.", HelpName = "DIR", Required = true,
        };
        var usage = new Option<string>("--usage")
        {
            Description = "The file with the records.", HelpName = "FILE", Required = true,
        };
        var format = new Option<string?>("--usage-format")
        {
            Description = "Format of the file: " + string.Join(", ", Decoders.Formats.Select(known => known.Code))
                + ". Default: the format that fits the beginning of the file.",
            HelpName = "CODE",
        };
        var layout = LayoutCommands.Option("A layout file that describes the records, instead of --usage-format.");
        var offer = new Option<string?>("--offer")
        {
            Description = "The offer whose prices apply. Default: the only one that prices the first record's service.",
            HelpName = "CODE",
        };
        var subject = new Option<string>("--subject-field")
        {
            Description = "Field that names the served party.", DefaultValueFactory = _ => "",
        };
        var quiet = new Option<bool>("--no-steps")
        {
            Description = "Prices only, without the steps: much faster on large files.",
        };
        var command = new Command("price",
            "Prices usage records against a catalogue and explains each charge step by step: the rater that charges, with "
            + "its trace.\n"
            + "Every subject has the offer's full allowances in each calendar month. Nothing is stored and no database "
            + "is needed.\n\n"
            + "Example: tollgate price --catalog catalogs/demo --usage Master.csv --usage-format asterisk-csv --offer mobile-m")
        {
            catalog, usage, format, layout, offer, subject, quiet,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var compiled = CatalogCommands.Compile(parsed.GetValue(catalog)!, globals.Terminal);
            var path = parsed.GetValue(usage)!;
            var described = parsed.GetValue(layout) is { } file ? LayoutCommands.Read(file, globals.Terminal) : null;
            if (described is not null && parsed.GetValue(format) is not null)
            {
                throw new CommandRefusedException("Give --usage-format or --layout, not both.", ExitCodes.Usage);
            }
            var source = new UsageSource
            {
                Code = "price",
                Format = described is null ? parsed.GetValue(format) ?? Guess(path) : UsageLayout.Format,
                Layout = described,
                TimeZone = compiled.Source.TimeZone,
                Numbering = compiled.Source.Numbering,
                SubjectField = parsed.GetValue(subject)!,
            };
            if (!Decoders.TryCreate(source, "", out _, out var problem))
            {
                throw new CommandRefusedException(problem, ExitCodes.Usage);
            }
            var chosen = Choose(compiled, parsed.GetValue(offer), source, path);
            await using var records = File.OpenRead(path);
            using var writer = Writer(globals.Output(parsed).IsJson, globals.Terminal);
            var pricing = new PriceUsage(compiled, chosen, !parsed.GetValue(quiet), writer.Write);
            await pricing.RunAsync(source, records, cancel);
            writer.Finish(pricing.Counts);
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>The only offer that is possible, or the one that was named.</summary>
    private static CompiledOffer Choose(CompiledCatalogue catalogue, string? code, UsageSource source, string path)
    {
        if (code is not null)
        {
            return catalogue.Offers.GetValueOrDefault(code)
                ?? throw new CommandRefusedException(
                    $"The catalogue has no offer '{code}'. It has: {Codes(catalogue.Source.Offers)}.");
        }
        var first = FirstRecord(source, path);
        var fitting = catalogue.Source.Offers
            .Where(offer => first is null || catalogue.Offers[offer.Code].Currency(first.Service) is not null).ToList();
        return fitting is [var only]
            ? catalogue.Offers[only.Code]
            : throw new CommandRefusedException(
                $"Say which offer's prices apply, with --offer. It may be one of: {Codes(fitting)}.");
    }

    private static string Codes(IEnumerable<Offer> offers) => string.Join(", ", offers.Select(offer => offer.Code));

    /// <summary>The format that decodes most of the first records without a rejection.</summary>
    private static string Guess(string path)
    {
        var start = new byte[4];
        using (var file = File.OpenRead(path))
        {
            if (Utf16.Is(start.AsSpan(0, file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false))))
            {
                throw new CommandRefusedException($"{path} is in UTF-16. {Utf16.Cure}");
            }
        }
        var best = Decoders.Formats
            .Select(format => (format.Code, Taste: Taste(new UsageSource { Code = "price", Format = format.Code }, path)))
            .Where(item => item.Taste.Usage + item.Taste.Ignored > 0)
            .OrderBy(item => item.Taste.Rejected)
            .ThenByDescending(item => item.Taste.Usage).Select(item => item.Code).FirstOrDefault();
        return best ?? throw new CommandRefusedException(
            $"The format of {path} is not recognised. Say it with --usage-format: "
                + $"{string.Join(", ", Decoders.Formats.Select(known => known.Code))}.");
    }

    private static UsageRecord? FirstRecord(UsageSource source, string path) => Taste(source, path).First;

    private static Tasting Taste(UsageSource source, string path)
    {
        var tasting = new Tasting();
        var buffer = new byte[256 * 1024];
        using var file = File.OpenRead(path);
        var length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        var decoder = Decoders.Create(source);
        for (var at = 0; at < length;)
        {
            var consumed = decoder.Decode(buffer.AsSpan(at, length - at), at, length < buffer.Length, 200, tasting);
            if (consumed == 0 || tasting.Usage + tasting.Ignored + tasting.Rejected >= 200)
            {
                break;
            }
            at += consumed;
        }
        return tasting;
    }

    private static IPriceWriter Writer(bool json, Terminal terminal) =>
        json ? new JsonPrices(terminal.OpenOutput()) : new TextPrices(terminal.Out);

    private sealed class Tasting : IDecodedSink
    {
        public int Usage { get; private set; }

        public int Rejected { get; private set; }

        public int Ignored { get; private set; }

        public UsageRecord? First { get; private set; }

        void IDecodedSink.Usage(UsageRecord record)
        {
            Usage++;
            First ??= record;
        }

        void IDecodedSink.Rejected(RejectedRecord record) => Rejected++;

        void IDecodedSink.Ignored(long offset, string reason) => Ignored++;
    }
}

/// <summary>Where priced records go.</summary>
internal interface IPriceWriter : IDisposable
{
    void Write(PricedRecord record);

    void Finish((long Rated, long Held, long Ignored) counts);
}

/// <summary>For people: a line per record, its steps indented below.</summary>
internal sealed class TextPrices(TextWriter writer) : IPriceWriter
{
    private readonly Dictionary<Unit, decimal> totals = [];

    public void Write(PricedRecord priced)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"@{priced.Offset}");
        if (priced.Record is { } record)
        {
            head += string.Create(CultureInfo.InvariantCulture,
                $"  {record.Start:uuuu-MM-dd'T'HH:mm:ss'Z'}  {Choices.Word(record.Service)}  "
                + $"{record.Subject.Value} -> {record.Destination}");
        }
        writer.WriteLine(priced.Amount is { } amount
            ? $"{head}  {amount}  {priced.Key!.Label}"
            : $"{head}  {priced.Disposition}: {priced.Reason}");
        foreach (var step in priced.Steps)
        {
            writer.WriteLine($"    {step.Step,-12} {step.Text}");
        }
        if (priced.Amount is { } money)
        {
            totals[money.Currency] = totals.GetValueOrDefault(money.Currency) + money.Amount;
        }
    }

    public void Finish((long Rated, long Held, long Ignored) counts) =>
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"read {counts.Rated + counts.Held + counts.Ignored} = rated {counts.Rated} + held {counts.Held} + ignored "
            + $"{counts.Ignored}; ")
            + "total " + (totals.Count == 0
                ? "0" : string.Join(", ", totals.Select(total => new Money(total.Value, total.Key)))));

    public void Dispose() => writer.Flush();
}

/// <summary>For programs: one array, written as the records come.</summary>
internal sealed class JsonPrices : IPriceWriter
{
    private readonly Stream stream;
    private readonly Utf8JsonWriter json;

    internal JsonPrices(Stream stream)
    {
        this.stream = stream;
        json = new Utf8JsonWriter(stream);
        json.WriteStartArray();
    }

    public void Write(PricedRecord priced)
    {
        json.WriteStartObject();
        json.WriteNumber("offset", priced.Offset);
        json.WriteString("disposition", priced.Disposition);
        if (priced.Reason.Length > 0)
        {
            json.WriteString("reason", priced.Reason);
        }
        if (priced.Record is { } record)
        {
            json.WriteString("service", record.Service.ToString().ToLowerInvariant());
            json.WriteString("subject", record.Subject.Value);
            json.WriteString("destination", record.Destination);
            json.WriteString("start", NodaTime.Text.InstantPattern.ExtendedIso.Format(record.Start));
        }
        if (priced.Amount is { } amount)
        {
            json.WriteNumber("used", priced.Rated.Used);
            json.WriteNumber("charged", priced.Rated.Charged);
            json.WriteNumber("fromAllowances", priced.Rated.FromAllowances);
            json.WriteStartObject("amount");
            json.WriteString("value", amount.Amount.ToString("0.00#########", CultureInfo.InvariantCulture));
            json.WriteString("unit", amount.Currency.Code);
            json.WriteEndObject();
            json.WriteString("plan", priced.Key!.Plan);
            json.WriteString("zone", priced.Key.Zone);
            json.WriteString("band", priced.Key.Band);
        }
        if (priced.Steps.Count > 0)
        {
            json.WriteStartArray("steps");
            foreach (var step in priced.Steps)
            {
                json.WriteStartObject();
                json.WriteString("step", step.Step);
                json.WriteString("text", step.Text);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
        if (json.BytesPending > 64 * 1024)
        {
            json.Flush();
        }
    }

    public void Finish((long Rated, long Held, long Ignored) counts) => json.WriteEndArray();

    public void Dispose()
    {
        json.Flush();
        stream.WriteByte((byte)'\n');
        json.Dispose();
    }
}
