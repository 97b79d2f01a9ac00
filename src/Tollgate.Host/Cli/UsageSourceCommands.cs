using System.CommandLine;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Mediation;
using Tollgate.Mediation.Layouts;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Storage.Charging;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate usage source add|list|show</c>.</summary>
internal static class UsageSourceCommands
{
    internal static Command Build(Globals globals)
    {
        var command = new Command("source", "Where usage files come from, and how they are read.");
        command.Add(Add(globals));
        command.Add(List(globals));
        command.Add(Show(globals));
        return command;
    }

    private static Command Add(Globals globals)
    {
        var code = new Argument<string>("CODE")
        {
            Description = "A short name; part of every record's identity, so never change it.",
        };
        var format = new Option<string?>("--file-format")
        {
            Description = "One of: " + string.Join(", ", Decoders.Formats.Select(known => known.Code)) + "; or give --layout.",
            HelpName = "FORMAT",
        };
        var layout = LayoutCommands.Option(
            "A layout file that describes any other format, e.g. layouts/parking.yaml; it is stored "
            + "with the source. It says which field is the subject and which ones are attributes.");
        var zone = Text("--time-zone", "ZONE", "Zone of local times in the files.", "UTC");
        var country = Text("--country-code", "DIGITS",
            "Calling code of national numbers, e.g. 49. Default: the numbering of the catalogue.", "");
        var subject = Text("--subject-field", "NAME", "Field that names the served party. Default: the format's.", "");
        var kind = Choices.Option("--subject-kind", "What the subject is.", IdentityKind.Msisdn);
        var service = Choices.Option("--service", "Service of the records when the format does not say.", ServiceKind.Voice);
        var attribute = new Option<string[]>("--attribute")
        {
            Description = "A field that becomes an attribute, for conditions and formulas, e.g. Called-Station-Id=apn or "
                + "hangup_cause=cause. May be given several times.",
            HelpName = "FIELD=NAME", DefaultValueFactory = _ => [],
        };
        var unanswered = Flag("--unanswered",
            "Calls that nobody answered, or of 0 s, are usage too, priced as the plan says (unanswered, zeroUse); "
                + "without it they are ignored. For Asterisk and FreeSWITCH.");
        var replace = Flag("--replace", "Change the settings of a source that is there already; without it that is refused.");
        var command = new Command("add",
            "Adds a usage source; with --replace changes one.\n\n"
            + "Example: tollgate usage source add pbx-berlin --file-format asterisk-csv --time-zone Europe/Berlin")
        {
            code, format, layout, zone, country, subject, kind, service, attribute, unanswered, replace,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var described = parsed.GetValue(layout) is { } file ? LayoutCommands.Read(file, globals.Terminal) : null;
            if (described is null == parsed.GetValue(format) is null)
            {
                throw new CommandRefusedException(
                    "Give --file-format or --layout, one of the two.", ExitCodes.Usage);
            }
            await using var session = await globals.OpenAsync(parsed, cancel);
            var zoneId = parsed.GetValue(zone)!;
            var source = new UsageSource
            {
                Code = parsed.GetValue(code)!,
                Format = parsed.GetValue(format) ?? UsageLayout.Format,
                Layout = described,
                TimeZone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(zoneId)
                    ?? throw new CommandRefusedException(
                        $"There is no time zone '{zoneId}'. Write e.g. Europe/Berlin.", ExitCodes.Usage),
                Numbering = parsed.GetValue(country) is { Length: > 0 } digits ? new NumberingPlan(digits) : null,
                SubjectField = parsed.GetValue(subject)!,
                SubjectKind = Choices.Read<IdentityKind>(parsed.GetValue(kind)!),
                Service = Choices.Read<ServiceKind>(parsed.GetValue(service)!),
                AttributeFields = Attributes(parsed.GetValue(attribute)!),
                Unanswered = parsed.GetValue(unanswered),
            };
            (await PutSource.RunAsync(session.Context, source, parsed.GetValue(replace), cancel)).OrRefuse();
            Print(globals.Output(parsed), [source]);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Show(Globals globals)
    {
        var code = new Argument<string>("CODE") { Description = "The usage source." };
        var command = new Command("show",
            "Shows a usage source, with its layout as it was stored.\n\nExample: tollgate usage source show parking") { code };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var output = globals.Output(parsed);
            var source = await SourceStore.FindAsync(session.Database, session.Context.Tenant, parsed.GetValue(code)!, cancel)
                ?? throw new CommandRefusedException(
                    $"There is no usage source '{parsed.GetValue(code)}'. See: tollgate usage source list");
            List<(string, object?)> fields = [.. Columns.Zip(Values(source))];
            if (output.IsJson && source.Layout is { } layout)
            {
                fields.Add(("layout text", layout.Text));
            }
            output.Record("Usage source", fields);
            if (!output.IsJson && source.Layout is not null)
            {
                globals.Terminal.Out.Write("\n" + source.Layout.Text.TrimEnd('\n') + "\n");
            }
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command List(Globals globals)
    {
        var command = new Command("list", "Lists the usage sources.\n\nExample: tollgate usage source list");
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            Print(globals.Output(parsed), await SourceStore.ListAsync(session.Database, session.Context.Tenant, cancel));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    private static Option<string> Text(string name, string helpName, string description, string preset) =>
        new(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => preset };

    /// <summary>Attribute → field of what was written as <c>FIELD=NAME</c>.</summary>
    internal static UsageAttributes Attributes(IEnumerable<string> written)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in written)
        {
            var at = text.LastIndexOf('=');
            if (at <= 0 || at == text.Length - 1)
            {
                throw new CommandRefusedException(
                    $"--attribute '{text}' does not say which field becomes which attribute. Write e.g. Called-Station-Id=apn.",
                    ExitCodes.Usage);
            }
            if (!fields.TryAdd(text[(at + 1)..], text[..at]))
            {
                throw new CommandRefusedException(
                    $"--attribute gives '{text[(at + 1)..]}' two fields. Each attribute comes from one.", ExitCodes.Usage);
            }
        }
        return UsageAttributes.Of(fields);
    }

    private static readonly string[] Columns =
    [
        "code", "file format", "layout", "layout version", "time zone", "country code", "subject field", "subject kind",
        "service", "attributes", "unanswered calls",
    ];

    private static object?[] Values(UsageSource source) =>
    [
        source.Code, source.Format, source.Layout?.Code ?? "", source.Layout?.Version[..12] ?? "", source.TimeZone.Id,
        source.Numbering?.CountryCode ?? "as catalogue", source.Layout is null ? source.SubjectField : "by layout",
        source.SubjectKind, source.Service,
        source.Layout is not null ? "by layout"
            : string.Join(", ", source.AttributeFields.All.Select(pair => $"{pair.Value}={pair.Key}")),
        source.Unanswered ? "usage" : "ignored",
    ];

    private static void Print(Output output, IEnumerable<UsageSource> sources) =>
        output.Table("Usage sources", Columns, sources.Select(Values));
}
