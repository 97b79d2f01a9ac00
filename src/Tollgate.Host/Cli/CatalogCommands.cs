using System.CommandLine;
using System.Globalization;
using NodaTime;
using NodaTime.Text;
using Tollgate.Catalog;
using Tollgate.Operations;
using Tollgate.Operations.Catalogs;
using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate catalog</c>: check, publish, show; the rest of a catalogue's life is in
/// <see cref="CatalogueLifeCommands"/>.</summary>
internal static class CatalogCommands
{
    internal static Command Build(Globals globals)
    {
        var command = new Command("catalog",
            "Catalogues: check a folder, publish it as a version, show, compare and print what is published, go back.");
        command.Add(Check(globals));
        command.Add(Publish(globals));
        command.Add(Show(globals));
        CatalogueLifeCommands.AddTo(command, globals);
        return command;
    }

    private static Command Check(Globals globals)
    {
        var folder = Folder();
        var command = new Command("check",
            "Reads a catalogue folder, lists everything that is wrong with file, line and cure, and runs its examples.\n"
            + "No database is needed.\n\nExample: tollgate catalog check catalogs/demo")
        {
            folder,
        };
        command.SetAction(parsed =>
        {
            var output = globals.Output(parsed);
            var check = CatalogueFolder.Check(CatalogueFolder.Read(parsed.GetValue(folder)!));
            Print(output, check);
            if (check.Ok)
            {
                var source = check.Value!.Source;
                output.Line($"Catalogue {source.Code} is sound: {Counted.Of(source.Offers.Length, "offer")}, "
                    + $"{Counted.Of(source.RatePlans.Length, "rate plan")}, "
                    + $"{Counted.Of(source.Decks.Sum(deck => deck.Rows.Length), "prefix")}; "
                    + $"{Counted.Of(source.Examples.Length, "example")} hold{(source.Examples.Length == 1 ? "s" : "")}.");
            }
            return check.Ok ? ExitCodes.Ok : ExitCodes.Refused;
        });
        return command;
    }

    private static Command Publish(Globals globals)
    {
        var folder = Folder();
        var from = new Option<string?>("--effective-from")
        {
            Description = "Usage from this time on is priced by the version: 2026-11-01 (start of the day in the "
                + "catalogue's zone) or "
                + "2026-11-01T00:00:00Z. Default: the day that 'deck import --effective' noted in the folder, else now.",
            HelpName = "TIME",
        };
        var basis = new Option<int?>("--base")
        {
            Description = "The version that the folder was made from; when another one was published since, publishing is "
                + "refused with what both changed. Default: what 'show --export' noted in the folder, else not checked.",
            HelpName = "N",
        };
        var backDated = new Option<bool>("--back-dated")
        {
            Description = "Publish although another version priced the time from --effective-from until now.",
        };
        var note = new Option<string>("--note") { Description = "Why, for the history.", DefaultValueFactory = _ => "" };
        var dry = new Option<bool>("--dry-run") { Description = "Show what would change, store nothing." };
        var command = new Command("publish",
            "Checks a folder, shows what changes against the newest version, and stores it as the next immutable version.\n"
            + "Publishing the same content with the same date, or without one, again changes nothing.\n\n"
            + "Example: tollgate catalog publish catalogs/demo --effective-from 2026-11-01 --db sqlite:my.db")
        {
            folder, from, basis, backDated, note, dry,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var output = globals.Output(parsed);
            var root = parsed.GetValue(folder)!;
            var files = CatalogueFolder.Read(root);
            var check = CatalogueFolder.Check(files);
            if (!check.Ok)
            {
                Print(output, check);
                throw new CommandRefusedException("The catalogue is not published: mend the errors above.");
            }
            await using var session = await globals.OpenAsync(parsed, cancel);
            var asked = parsed.GetValue(from) ?? CatalogueFolder.EffectiveOf(root);
            var effective = asked is { } text ? Time(text, check.Value!) : session.Context.Now;
            await CatalogueLifeCommands.ShowChangesAsync(output, session.Context, check.Value!.Source, cancel);
            if (parsed.GetValue(dry))
            {
                return ExitCodes.Ok;
            }
            var versions = await CatalogueVersions.ListAsync(session.Context, cancel);
            CheckDate(session.Context, output, effective, files, versions, parsed.GetValue(backDated));
            var outcome = await PublishCatalogue.RunAsync(session.Context, files, asked is null ? null : effective,
                parsed.GetValue(basis) ?? CatalogueFolder.BaseOf(root), parsed.GetValue(note)!, cancel);
            var published = outcome.OrRefuse();
            CatalogueFolder.MoveBase(root, published.Version);
            CatalogueFolder.SetEffective(root, null);
            if (versions.Any(version => version.Version == published.Version))
            {
                output.Line($"Nothing was published: version {published.Version} has the same content.");
            }
            Print(output, [published]);
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>A version that prices time which another version has priced must be wanted.</summary>
    private static void CheckDate(
        OperationContext context, Output output, Instant effective, IReadOnlyList<CatalogueFile> files,
        IReadOnlyList<PublishedVersion> versions, bool wanted)
    {
        var newest = versions.LastOrDefault(version => version.RetiredAt is null);
        if (effective >= context.Now || versions.Count == 0
            || (newest?.EffectiveFrom == effective && newest.ContentHash == CataloguePackage.Pack(files).Hash))
        {
            return;
        }
        var warning = $"The version would price what was used since {InstantPattern.General.Format(effective)}, which version "
            + string.Create(CultureInfo.InvariantCulture, $"{versions[^1].Version} or an earlier one has priced so far. ")
            + "Usage that is charged keeps its price; usage that comes now for that time gets the new one, and bills correct "
            + "recurring prices back to then.";
        if (!wanted)
        {
            throw new CommandRefusedException(
                $"{warning} Nothing is published: give a later --effective-from, or --back-dated if this is what you want.");
        }
        output.Line(warning);
    }

    private static Command Show(Globals globals)
    {
        var version = new Argument<int?>("VERSION")
        {
            Description = "A version number; without it all versions are listed.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var export = new Option<string?>("--export")
        {
            Description = "Write the version's files into this folder.", HelpName = "DIR",
        };
        var command = new Command("show",
            "Lists the published versions, or one version's offers, or writes its files into a folder.\n\n"
            + "Example: tollgate catalog show 1 --export my-catalogue")
        {
            version, export,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var output = globals.Output(parsed);
            await using var session = await globals.OpenAsync(parsed, cancel);
            if (parsed.GetValue(version) is not { } number)
            {
                Print(output, await CatalogueVersions.ListAsync(session.Context, cancel));
                return ExitCodes.Ok;
            }
            var files = await CatalogueVersions.FilesAsync(session.Context, number, cancel)
                ?? throw new CommandRefusedException($"There is no version {number}. See: tollgate catalog show");
            if (parsed.GetValue(export) is { } target)
            {
                CatalogueFolder.Write(target, files);
                CatalogueFolder.SetBase(target, number);
                output.Line($"Wrote {Counted.Of(files.Length, "file")} to {target}.");
                return ExitCodes.Ok;
            }
            output.Table($"Offers of version {number}", ["code", "name", "payment", "rate plans", "monthly"],
                CatalogueFolder.Check(files).Value!.Source.Offers.Select(offer => new object?[]
                {
                    offer.Code, offer.Name.Text, offer.Payment, string.Join(", ", offer.RatePlans.Select(plan => plan.Code)),
                    string.Join(" + ", offer.Recurring.Select(price => price.Amount)),
                }));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Argument<string> Folder() => new("DIR")
    {
        Description = "The catalogue's folder (YAML files and decks/*.csv).",
    };

    /// <summary>The catalogue of a folder, for commands that price by it.</summary>
    internal static CompiledCatalogue Compile(string folder, Terminal terminal) =>
        Sound(CatalogueFolder.Check(CatalogueFolder.Read(folder)), terminal);

    /// <summary>A catalogue without errors; the findings of another go to standard error, and the command is refused.</summary>
    internal static T Sound<T>(Checked<T> check, Terminal terminal) where T : class
    {
        foreach (var finding in check.Findings.Where(_ => !check.Ok))
        {
            terminal.Error.WriteLine(finding);
        }
        return check.Ok ? check.Value! : throw new CommandRefusedException("The catalogue has errors; nothing is priced.");
    }

    internal static void Print(Output output, IEnumerable<PublishedVersion> versions) =>
        output.Table("Catalogue versions", ["version", "base", "effective from", "published", "content", "retired", "note"],
            versions.Select(version => new object?[]
        {
            version.Version, version.Base, version.EffectiveFrom, version.PublishedAt, version.ContentHash[..12],
            version.RetiredAt, version.Note,
        }));

    internal static void Print(Output output, Checked<CompiledCatalogue> check)
    {
        if (output.IsJson)
        {
            output.Table("", ["severity", "code", "file", "line", "message", "cure"], check.Findings.Select(finding =>
                new object?[]
            {
                finding.Severity, finding.Code, finding.File, finding.Line, finding.Message, finding.Cure,
            }));
            return;
        }
        foreach (var finding in check.Findings)
        {
            output.Line(finding.ToString());
        }
        if (!check.Ok)
        {
            output.Line($"{Counted.Of(check.Findings.Count(finding => finding.Severity == Severity.Error), "error")}, "
                + $"{Counted.Of(check.Findings.Count(finding => finding.Severity == Severity.Warning), "warning")}.");
        }
    }

    internal static Instant Time(string text, CompiledCatalogue catalogue)
    {
        if (Api.ApiJson.ReadDate(text) is { } date)
        {
            return catalogue.Source.TimeZone.AtStartOfDay(date).ToInstant();
        }
        return InstantPattern.General.Parse(text) is { Success: true } time
            ? time.Value
            : throw new CommandRefusedException(
                $"'{text}' is not a time. Write 2026-11-01 or 2026-11-01T00:00:00Z.", ExitCodes.Usage);
    }
}
