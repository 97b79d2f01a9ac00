using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using Tollgate.Catalog;
using Tollgate.Mediation;
using Tollgate.Mediation.Layouts;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate usage layout check|schema</c>: files that describe formats of usage records.</summary>
internal static class LayoutCommands
{
    private static readonly InstantPattern Time = InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss.FFF'Z'");

    internal static Command Build(Globals globals)
    {
        var command = new Command("layout",
            "Layout files: they describe the records of any system, so that its files can be imported without code.");
        command.Add(Check(globals));
        command.Add(Schema(globals));
        return command;
    }

    /// <summary>The option <c>--layout</c>.</summary>
    internal static Option<string?> Option(string description) =>
        new("--layout") { Description = description, HelpName = "FILE" };

    /// <summary>A layout file without errors; otherwise its findings are printed and the command is refused.</summary>
    internal static UsageLayout Read(string path, Terminal terminal)
    {
        var read = Findings(path);
        foreach (var finding in read.Findings)
        {
            terminal.Error.WriteLine(finding);
        }
        return read.Value ?? throw new CommandRefusedException($"{path} is no sound layout; nothing was done.");
    }

    private static Checked<UsageLayout> Findings(string path) => File.Exists(path)
        ? LayoutReader.Read(new CatalogueFile(path, File.ReadAllBytes(path)))
        : throw new CommandRefusedException(Directory.Exists(path)
            ? $"'{path}' is a folder. Name one layout file in it, e.g. {Example(path)}." : $"There is no file '{path}'.");

    private static string Example(string folder) =>
        Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal).FirstOrDefault() ?? "layouts/parking.yaml";

    private static Command Check(Globals globals)
    {
        var file = new Argument<string>("FILE") { Description = "The layout file." };
        var sample = new Option<string?>("--sample")
        {
            Description = "A file of records, plain or gzip, that is read by the layout; nothing is stored.",
            HelpName = "RECORDS",
        };
        var records = new Option<int>("--records")
        {
            Description = "How many records of the sample are shown.", HelpName = "N", DefaultValueFactory = _ => 10,
        };
        var zone = new Option<string>("--time-zone")
        {
            Description = "Zone of local times when the layout names none.", HelpName = "ZONE", DefaultValueFactory = _ => "UTC",
        };
        var country = new Option<string>("--country-code")
        {
            Description = "Calling code of national numbers, e.g. 49. Default: numbers stay as they are.", HelpName = "DIGITS",
            DefaultValueFactory = _ => "",
        };
        var command = new Command("check",
            "Lists everything that is wrong with a layout file, with line and cure, and shows how the first records of a\n"
            + "sample are understood. No database is needed.\n\n"
            + "Example: tollgate usage layout check layouts/parking.yaml --sample layouts/samples/parking.csv")
        {
            file, sample, records, zone, country,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var output = globals.Output(parsed);
            var read = Findings(parsed.GetValue(file)!);
            var found = read.Value is not { } layout || parsed.GetValue(sample) is not { } path ? null
                : await LayoutSample.ReadAsync(
                    new UsageSource
                    {
                        Code = "sample",
                        Format = UsageLayout.Format,
                        Layout = layout,
                        TimeZone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(parsed.GetValue(zone)!)
                            ?? throw new CommandRefusedException(
                                $"There is no time zone '{parsed.GetValue(zone)}'. Write e.g. Europe/Berlin.", ExitCodes.Usage),
                        Numbering = new NumberingPlan(parsed.GetValue(country)!),
                    }, path, UsageCommands.Positive(parsed.GetValue(records), "--records"), cancel);
            if (output.IsJson)
            {
                output.Json(Json(read, found));
            }
            else
            {
                Print(output, read, found);
            }
            return read.Value is not null && found is not { Control: { Read: > 0, Usage: 0, Ignored: 0 } }
                ? ExitCodes.Ok : ExitCodes.Refused;
        });
        return command;
    }

    private static Command Schema(Globals globals)
    {
        var command = new Command("schema",
            "Prints the JSON Schema of layout files, for completion in editors.\n\n"
            + "Example: tollgate usage layout schema > layout.schema.json");
        command.SetAction(_ =>
        {
            globals.Terminal.Out.Write(LayoutSchema.Text());
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Print(Output output, Checked<UsageLayout> read, LayoutSample? sample)
    {
        foreach (var finding in read.Findings)
        {
            output.Line(finding.ToString());
        }
        if (read.Value is { } layout)
        {
            output.Line($"Layout {layout.Code} ({layout.Name}) is sound; version {layout.Version[..12]}.");
        }
        if (sample is null)
        {
            return;
        }
        output.Table(
            "Records of the sample",
            [
                "line", "is", "service", "subject", "origin", "destination", "start", "seconds", "octets", "events",
                "attributes, reason",
            ],
            sample.First.Select(record => record.Usage is not { } usage
                ? [record.Line, record.Held is null ? "ignored" : "held", "", "", "", "", "", "", "", "",
                    record.Held is { } held ? $"{held.Reason}: {held.Detail}" : record.Ignored]
                : new object?[]
                {
                    record.Line, "usage", usage.Service, $"{Choices.Word(usage.Subject.Kind)} {usage.Subject.Value}",
                    usage.Origin, usage.Destination, Time.Format(usage.Start), Seconds(usage), usage.Octets, usage.Events,
                    usage.Attributes.ToString(),
                }));
        var counts = sample.Control;
        output.Line($"{(sample.Whole ? "Read" : "Read from the beginning")}: {counts.Read} = {counts.Usage} usage + "
            + $"{counts.Rejected} held + {counts.Ignored} ignored.");
        if (counts is { Read: > 0, Usage: 0 })
        {
            output.Line("No record became usage. Look at the reasons: is this a file of the system that the layout describes?");
        }
    }

    private static JsonObject Json(Checked<UsageLayout> read, LayoutSample? sample)
    {
        var json = new JsonObject
        {
            ["layout"] = read.Value is not { } layout ? null : new JsonObject
            {
                ["code"] = layout.Code, ["name"] = layout.Name, ["version"] = layout.Version,
            },
            ["findings"] = new JsonArray([.. read.Findings.Select(finding => new JsonObject
            {
                ["severity"] = Choices.Word(finding.Severity),
                ["code"] = finding.Code,
                ["line"] = finding.Line,
                ["message"] = finding.Message,
                ["cure"] = finding.Cure,
            })]),
        };
        if (sample is not null)
        {
            json["sample"] = new JsonObject
            {
                ["read"] = sample.Control.Read,
                ["usage"] = sample.Control.Usage,
                ["held"] = sample.Control.Rejected,
                ["ignored"] = sample.Control.Ignored,
                ["whole"] = sample.Whole,
                ["records"] = new JsonArray([.. sample.First.Select(Json)]),
            };
        }
        return json;
    }

    private static JsonObject Json(SampleRecord record)
    {
        var json = new JsonObject { ["line"] = record.Line, ["offset"] = record.Offset };
        if (record.Usage is not { } usage)
        {
            json["is"] = record.Held is null ? "ignored" : "held";
            json["reason"] = record.Held?.Reason.ToString() ?? record.Ignored;
            json["detail"] = record.Held?.Detail ?? "";
            return json;
        }
        json["is"] = "usage";
        json["id"] = usage.EventId.ToString();
        json["service"] = Choices.Word(usage.Service);
        json["subjectKind"] = Choices.Word(usage.Subject.Kind);
        json["subject"] = usage.Subject.Value;
        json["origin"] = usage.Origin;
        json["destination"] = usage.Destination;
        json["start"] = Time.Format(usage.Start);
        json["durationSeconds"] = Seconds(usage);
        json["octetsUp"] = usage.OctetsUp;
        json["octetsDown"] = usage.OctetsDown;
        json["events"] = usage.Events;
        json["attributes"] = new JsonObject(usage.Attributes.All.Select(
            pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        return json;
    }

    private static string Seconds(UsageRecord usage) =>
        (usage.DurationMs / 1000m).ToString("0.###", CultureInfo.InvariantCulture);
}
