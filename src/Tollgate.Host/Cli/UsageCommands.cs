using System.CommandLine;
using System.Globalization;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Mediation;
using Tollgate.Operations;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Usage;
using Tollgate.Primitives;
using Tollgate.Storage.Charging;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate usage import|status|list|held|replay|source</c>.</summary>
internal static class UsageCommands
{
    internal static Command Build(Globals globals)
    {
        var command = new Command("usage", "Usage files: import them, see how they went, and charge what had to wait.");
        command.Add(Import(globals));
        command.Add(Status(globals));
        command.Add(ExplainCommands.BuildList(globals));
        command.Add(UsageHeldCommands.Build(globals));
        command.Add(Replay(globals));
        command.Add(UsageDepthCommands.Thresholds(globals));
        command.Add(UsageDepthCommands.Rollup(globals));
        command.Add(UsageDepthCommands.Margin(globals));
        command.Add(UsageDepthCommands.Report(globals));
        command.Add(UsageSourceCommands.Build(globals));
        return command;
    }

    private static Command Import(Globals globals)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Usage files, plain or gzip; imported in this order.",
            Arity = ArgumentArity.OneOrMore,
        };
        var source = new Option<string>("--source")
        {
            Description = "Code of the usage source that they are from.",
            HelpName = "CODE",
            Required = true,
        };
        var batch = new Option<int>("--batch")
        {
            Description = "Records per transaction.",
            HelpName = "N",
            DefaultValueFactory = _ => new ImportSettings().BatchRecords,
        };
        var command = new Command("import",
            "Imports usage files: decodes, rates and saves every record exactly once. An interrupted import goes on where it\n"
            + "stopped when the same command runs again; a file or record that was imported before charges nothing. "
            + "Records that\n"
            + "cannot be charged are held with a reason: see 'tollgate usage held'. When records are held and none is charged,\n"
            + "the exit code is 1.\n\n"
            + "Example: tollgate usage import Master.csv --source pbx-berlin")
        {
            files, source, batch,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var code = parsed.GetValue(source)!;
            var settings = new ImportSettings { BatchRecords = Positive(parsed.GetValue(batch), "--batch") };
            var configured = await SourceStore.FindAsync(session.Database, session.Context.Tenant, code, cancel)
                ?? throw new CommandRefusedException($"There is no usage source '{code}'. See: tollgate usage source list");
            var timeline = await CatalogueVersions.LoadAsync(session.Context, cancel);
            await using var import = new UsageImport(session.Context, timeline, settings);
            var done = new List<UsageFile>();
            var cut = new List<string>();
            foreach (var path in parsed.GetValue(files)!)
            {
                var outcome = await import.RunAsync(configured, path, null, cancel);
                if (outcome.Refusal is { } refusal)
                {
                    cut.Add($"{refusal.Message} [{refusal.Code}]");
                    continue;
                }
                done.Add(outcome.Value!.File);
            }
            if (done.Count > 0 || globals.Output(parsed).IsJson)
            {
                Print(globals.Output(parsed), done);
            }
            var held = done.Sum(file => file.Held);
            if (held > 0 && done.TrueForAll(file => file.Rated == 0))
            {
                cut.Add($"Nothing was charged: {Counted.Of(held, "record")} held. See why: tollgate usage held");
            }
            if (cut.Count > 0)
            {
                throw new CommandRefusedException(string.Join("\ntollgate: ", cut));
            }
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Status(Globals globals)
    {
        var command = new Command("status",
            "Lists the files with their counters: read = rated + held + duplicate + ignored + dropped.\n\nExample: tollgate "
            + "usage status "
                + "--format json");
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            Print(globals.Output(parsed), await UsageFileStore.ListAsync(session.Database, session.Context.Tenant, cancel));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Replay(Globals globals)
    {
        var filter = new HeldFilterOptions();
        var command = new Command("replay",
            "Charges held records whose cause was mended; those that still cannot be charged stay held.\n\n"
            + "Example: tollgate usage replay --reason UnknownSubscriber");
        filter.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var timeline = await CatalogueVersions.LoadAsync(session.Context, cancel);
            var which = await filter.ReadAsync(parsed, session, cancel);
            var result = await UsageReplay.RunAsync(session.Context, timeline, which, cancel);
            globals.Output(parsed).Record("Replay",
            [
                ("tried", result.Tried), ("charged", result.Charged), ("duplicates", result.Duplicates), ("held", result.Held),
            ]);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Print(Output output, IEnumerable<UsageFile> files) => output.Table(
        "Usage files",
        [
            "file", "source", "name", "phase", "position", "size", "read", "rated", "held", "duplicate", "ignored", "dropped",
        ],
        files.Select(file => new object?[]
        {
            file.Id, file.Source, file.Name, file.Phase, file.Position, file.Size, file.Read, file.Rated, file.Held,
                file.Duplicates,
            file.Ignored, file.Dropped,
        }));

    internal static int Positive(int value, string option) =>
        value > 0 ? value : throw new CommandRefusedException($"{option} must be 1 or more.", ExitCodes.Usage);
}

/// <summary><c>tollgate usage source add|list</c>.</summary>
internal static class UsageSourceCommands
{
    internal static Command Build(Globals globals)
    {
        var command = new Command("source", "Where usage files come from, and how they are read.");
        command.Add(Add(globals));
        command.Add(List(globals));
        return command;
    }

    private static Command Add(Globals globals)
    {
        var code = new Argument<string>("CODE")
        {
            Description = "A short name; part of every record's identity, so never change it.",
        };
        var format = new Option<string>("--file-format")
        {
            Description = "One of: " + string.Join(", ", Decoders.Formats.Select(known => known.Code)) + ".",
            HelpName = "FORMAT",
            Required = true,
        };
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
        var replace = new Option<bool>("--replace")
        {
            Description = "Change the settings of a source that is there already; without it that is refused.",
        };
        var command = new Command("add",
            "Adds a usage source; with --replace changes one.\n\n"
            + "Example: tollgate usage source add pbx-berlin --file-format asterisk-csv --time-zone Europe/Berlin")
        {
            code, format, zone, country, subject, kind, service, attribute, replace,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var zoneId = parsed.GetValue(zone)!;
            var source = new UsageSource
            {
                Code = parsed.GetValue(code)!,
                Format = parsed.GetValue(format)!,
                TimeZone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(zoneId)
                    ?? throw new CommandRefusedException(
                        $"There is no time zone '{zoneId}'. Write e.g. Europe/Berlin.", ExitCodes.Usage),
                Numbering = parsed.GetValue(country) is { Length: > 0 } digits ? new NumberingPlan(digits) : null,
                SubjectField = parsed.GetValue(subject)!,
                SubjectKind = Choices.Read<IdentityKind>(parsed.GetValue(kind)!),
                Service = Choices.Read<ServiceKind>(parsed.GetValue(service)!),
                AttributeFields = Attributes(parsed.GetValue(attribute)!),
            };
            await PutAsync(session, source, parsed.GetValue(replace), cancel);
            Print(globals.Output(parsed), [source]);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task PutAsync(Session session, UsageSource source, bool replace, CancellationToken cancel)
    {
        if (!Decoders.TryCreate(source, "", out _, out var problem))
        {
            throw new CommandRefusedException(problem, ExitCodes.Usage);
        }
        var there = await SourceStore.FindAsync(session.Database, session.Context.Tenant, source.Code, cancel);
        if (there is not null && there != source && !replace)
        {
            throw new CommandRefusedException(
                $"There is a usage source '{source.Code}' with other settings. Choose another code, or give --replace to "
                + "change how its next files are read.");
        }
        await SourceStore.PutAsync(session.Database, session.Context.Tenant, source, cancel);
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

    private static void Print(Output output, IEnumerable<UsageSource> sources) => output.Table(
        "Usage sources",
        ["code", "file format", "time zone", "country code", "subject field", "subject kind", "service", "attributes"],
        sources.Select(source => new object?[]
        {
            source.Code, source.Format, source.TimeZone.Id, source.Numbering?.CountryCode ?? "as catalogue",
            source.SubjectField, source.SubjectKind,
            source.Service,
            string.Join(", ", source.AttributeFields.All.Select(pair => $"{pair.Value}={pair.Key}")),
        }));
}
