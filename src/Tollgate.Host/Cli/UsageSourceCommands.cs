using System.CommandLine;
using Tollgate.Mediation;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate usage source add|change|list|show|end</c>.</summary>
internal static class UsageSourceCommands
{
    internal static Command Build(Globals globals)
    {
        var command = new Command("source", "Where usage files come from, and how they are read.");
        command.Add(Add(globals));
        command.Add(Change(globals));
        command.Add(List(globals));
        command.Add(Show(globals));
        command.Add(End(globals));
        return command;
    }

    private static Command Add(Globals globals)
    {
        var code = new Argument<string>("CODE")
        {
            Description = "A short name; part of every record's identity, so it never changes.",
        };
        var fields = new Fields();
        var command = new Command("add",
            "Adds a usage source. One with the same settings is there already: nothing is done.\n\n"
            + "Example: tollgate usage source add pbx-berlin --file-format asterisk-csv --time-zone Europe/Berlin")
        {
            code,
        };
        fields.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var given = fields.Read(parsed, globals.Terminal);
            if (given.FileFormat is null == given.Layout is null)
            {
                throw new CommandRefusedException(
                    "Give --file-format or --layout, one of the two.", ExitCodes.Usage);
            }
            await using var session = await globals.OpenAsync(parsed, cancel);
            var wanted = new NewUsageSource
            {
                Code = parsed.GetValue(code)!, FileFormat = given.FileFormat, Layout = given.Layout, TimeZone = given.TimeZone,
                CountryCode = given.CountryCode, SubjectField = given.SubjectField, SubjectKind = given.SubjectKind,
                Service = given.Service, Attributes = given.Attributes, Unanswered = given.Unanswered,
            };
            Print(globals.Output(parsed), [(await UsageSources.AddAsync(session.Context, wanted, cancel)).OrFaults()]);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Change(Globals globals)
    {
        var code = Code();
        var fields = new Fields();
        var command = new Command("change",
            "Changes how the next files of a usage source are read, and what is replayed of it; what is not given stays.\n\n"
            + "Example: tollgate usage source change pbx-berlin --time-zone Europe/Vienna")
        {
            code,
        };
        fields.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var change = fields.Read(parsed, globals.Terminal);
            await using var session = await globals.OpenAsync(parsed, cancel);
            Print(globals.Output(parsed), [(await UsageSources.ChangeAsync(
                session.Context, parsed.GetValue(code)!, change, cancel)).OrFaults()]);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Show(Globals globals)
    {
        var code = Code();
        var command = new Command("show",
            "Shows a usage source, with its layout as it was stored.\n\nExample: tollgate usage source show parking") { code };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var output = globals.Output(parsed);
            var source = (await UsageSources.OneAsync(session.Context, parsed.GetValue(code)!, cancel)).OrRefuse();
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

    private static Command End(Globals globals)
    {
        var code = Code();
        var command = new Command("end",
            "Ends a usage source: no file of it is imported any more. What is held of it can still be corrected and replayed.\n\n"
            + "Example: tollgate usage source end pbx-old")
        {
            code,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            Print(globals.Output(parsed),
                [(await UsageSources.EndAsync(session.Context, parsed.GetValue(code)!, cancel)).OrRefuse()]);
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
            Print(globals.Output(parsed), await UsageSources.ListAsync(session.Context, cancel));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Argument<string> Code() => new("CODE") { Description = "The usage source." };

    /// <summary>What may be said of a source.</summary>
    private sealed class Fields
    {
        private readonly Option<string?> format = new("--file-format")
        {
            Description = "One of: " + string.Join(", ", Decoders.Formats.Select(known => known.Code)) + "; or give --layout.",
            HelpName = "FORMAT",
        };

        private readonly Option<string?> layout = LayoutCommands.Option(
            "A layout file that describes any other format, e.g. layouts/parking.yaml; it is stored "
            + "with the source. It says which field is the subject and which ones are attributes.");

        private readonly Option<string?> zone = Text("--time-zone", "ZONE", "Zone of local times in the files. Default: UTC.");

        private readonly Option<string?> country = Text("--country-code", "DIGITS",
            "Calling code of national numbers, e.g. 49. Default: the numbering of the catalogue.");

        private readonly Option<string?> subject = Text("--subject-field", "NAME",
            "Field that names the served party. Default: the format's.");

        private readonly Option<string?> kind = Text("--subject-kind", string.Join('|', IdentityKinds.All),
            "What the subject is. Default: msisdn.");

        private readonly Option<string?> service = Text("--service", string.Join('|', Services),
            "Service of the records when the format does not say. Default: voice.");

        private readonly Option<string[]> attributes = new("--attribute")
        {
            Description = "A field that becomes an attribute, for conditions and formulas, e.g. Called-Station-Id=apn or "
                + "hangup_cause=cause. May be given several times; all of them take the place of those before.",
            HelpName = "FIELD=NAME", DefaultValueFactory = _ => [],
        };

        private readonly Option<bool?> unanswered = new("--unanswered")
        {
            Description = "Calls that nobody answered, or of 0 s, are usage too, priced as the plan says (unanswered, zeroUse); "
                + "without it or with 'false' they are ignored. For Asterisk and FreeSWITCH.",
            Arity = ArgumentArity.ZeroOrOne,
        };

        internal void AddTo(Command command)
        {
            kind.AcceptOnlyFromAmong([.. IdentityKinds.All]);
            service.AcceptOnlyFromAmong([.. Services]);
            foreach (var option in new Option[]
            {
                format, layout, zone, country, subject, kind, service, attributes, unanswered,
            })
            {
                command.Add(option);
            }
        }

        internal UsageSourceChange Read(ParseResult parsed, Terminal terminal) => new()
        {
            FileFormat = parsed.GetValue(format),
            Layout = parsed.GetValue(layout) is { } file ? LayoutCommands.Read(file, terminal).Text : null,
            TimeZone = parsed.GetValue(zone), CountryCode = parsed.GetValue(country), SubjectField = parsed.GetValue(subject),
            SubjectKind = parsed.GetValue(kind), Service = parsed.GetValue(service),
            Attributes = parsed.GetValue(attributes) is { Length: > 0 } written ? Attributes(written) : null,
            Unanswered = parsed.GetValue(unanswered),
        };

        private static IEnumerable<string> Services => Enum.GetValues<ServiceKind>().Select(value => Choices.Word(value));

        private static Option<string?> Text(string name, string helpName, string description) =>
            new(name) { Description = description, HelpName = helpName };
    }

    /// <summary>Attribute → field of what was written as <c>FIELD=NAME</c>.</summary>
    private static Dictionary<string, string> Attributes(IEnumerable<string> written)
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
                    $"--attribute gives '{text[(at + 1)..]}' two fields: '{fields[text[(at + 1)..]]}' and '{text[..at]}'. "
                    + "Give one of them.",
                    ExitCodes.Usage);
            }
        }
        return fields;
    }

    private static readonly string[] Columns =
    [
        "code", "file format", "layout", "layout version", "time zone", "country code", "subject field", "subject kind",
        "service", "attributes", "unanswered calls", "ended",
    ];

    private static object?[] Values(UsageSource source) =>
    [
        source.Code, source.Format, source.Layout?.Code ?? "", source.Layout?.Version[..12] ?? "", source.TimeZone.Id,
        source.Numbering?.CountryCode ?? "as catalogue", source.Layout is null ? source.SubjectField : "by layout",
        source.SubjectKind, source.Service,
        source.Layout is not null ? "by layout"
            : string.Join(", ", source.AttributeFields.All.Select(pair => $"{pair.Value}={pair.Key}")),
        source.Unanswered ? "usage" : "ignored", source.EndedAt,
    ];

    private static void Print(Output output, IEnumerable<UsageSource> sources) =>
        output.Table("Usage sources", Columns, sources.Select(Values));
}
