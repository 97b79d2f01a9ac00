using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Tollgate.Catalog.Changes;
using Tollgate.Catalog.Wording;
using Tollgate.Operations;
using Tollgate.Operations.Catalogs;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate catalog diff|rollback|retire</c>.</summary>
internal static class CatalogueLifeCommands
{
    internal static void AddTo(Command catalog, Globals globals)
    {
        catalog.Add(Diff(globals));
        catalog.Add(Rollback(globals));
        catalog.Add(Retire(globals));
        CatalogueSheetCommands.AddTo(catalog, globals);
        DeckCommands.AddTo(catalog, globals);
        DraftCommands.AddTo(catalog, globals);
    }

    /// <summary>Tells what a catalogue changes against the newest version.</summary>
    internal static async Task ShowChangesAsync(
        Output output, OperationContext context, Tollgate.Catalog.Catalogue next, CancellationToken cancel)
    {
        var versions = await CatalogueVersions.ListAsync(context, cancel);
        if (versions.LastOrDefault(version => version.RetiredAt is null) is not { } newest)
        {
            return;
        }
        var before = (await CatalogueChoice.ReadAsync(context, CatalogueChoice.Newest, cancel)).OrRefuse();
        output.Line(string.Create(CultureInfo.InvariantCulture, $"Against version {newest.Version}:"));
        foreach (var line in DifferenceText.Lines(CatalogueDiff.Between(before, next)))
        {
            output.Line(line);
        }
    }

    private static Command Diff(Globals globals)
    {
        var before = new Argument<string>("A") { Description = "The older: a version number, current, newest, or a folder." };
        var after = new Argument<string>("B") { Description = "The newer, in the same way." };
        var language = new Option<string>("--language")
        {
            Description = "en or de: of the sentences, and of names as the catalogue has them.", HelpName = "LANGUAGE",
            DefaultValueFactory = _ => "en",
        };
        language.AcceptOnlyFromAmong("en", "de");
        var command = new Command("diff",
            "Compares two catalogues in plain words and money: offers, rate plans and what they refer to; decks in numbers with\n"
            + "the largest changes. A database is needed for versions only.\n\n"
            + "Example: tollgate catalog diff current my-catalogue")
        {
            before, after, language,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var say = Say.In(parsed.GetValue(language)!);
            var output = globals.Output(parsed);
            var (first, second) = (parsed.GetValue(before)!, parsed.GetValue(after)!);
            await using var session = CatalogueChoice.NeedsDatabase(first) || CatalogueChoice.NeedsDatabase(second)
                ? await globals.OpenAsync(parsed, cancel) : null;
            var difference = CatalogueDiff.Between(
                (await CatalogueChoice.ReadAsync(session?.Context, first, cancel)).OrRefuse(),
                (await CatalogueChoice.ReadAsync(session?.Context, second, cancel)).OrRefuse(), say);
            if (output.IsJson)
            {
                output.Json(Json(difference));
                return ExitCodes.Ok;
            }
            foreach (var line in DifferenceText.Lines(difference, say))
            {
                output.Line(line);
            }
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Rollback(Globals globals)
    {
        var to = new Option<int>("--to") { Description = "The version whose content comes back.", Required = true,
            HelpName = "N" };
        var from = new Option<string?>("--effective-from")
        {
            Description = "As in 'publish'. Default: now.", HelpName = "TIME",
        };
        var note = new Option<string?>("--note") { Description = "Why, for the history. Default: back to version N." };
        var command = new Command("rollback",
            "Publishes the content of an earlier version as a new one and shows what that changes. Versions in between stay\n"
            + "as they are; what they priced is not priced again.\n\nExample: tollgate catalog rollback --to 3")
        {
            to, from, note,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var output = globals.Output(parsed);
            await using var session = await globals.OpenAsync(parsed, cancel);
            var number = parsed.GetValue(to);
            var name = number.ToString(CultureInfo.InvariantCulture);
            var files = (await CatalogueChoice.FilesAsync(session.Context, name, cancel)).OrRefuse();
            var check = CatalogueFolder.Check(files);
            if (!check.Ok)
            {
                throw new CommandRefusedException($"Version {number} no longer passes the check: {check.Findings[0]}");
            }
            var effective = parsed.GetValue(from) is { } text
                ? CatalogCommands.Time(text, check.Value!) : session.Context.Now;
            var versions = await CatalogueVersions.ListAsync(session.Context, cancel);
            var newest = versions.LastOrDefault(version => version.RetiredAt is null);
            await ShowChangesAsync(output, session.Context, check.Value!.Source, cancel);
            var published = (await PublishCatalogue.RunAsync(
                session.Context, files, parsed.GetValue(from) is null ? null : effective, newest?.Version,
                parsed.GetValue(note) ?? $"back to version {name}", cancel)).OrRefuse();
            if (published.Version == newest?.Version)
            {
                output.Line($"Nothing was published: version {published.Version} has the same content.");
            }
            foreach (var later in versions.Where(version => version.RetiredAt is null && version.EffectiveFrom > effective
                && version.Version != published.Version))
            {
                output.Line(string.Create(CultureInfo.InvariantCulture,
                    $"Version {later.Version}, planned for {later.EffectiveFrom}, no longer begins: publish it again."));
            }
            CatalogCommands.Print(output, [published]);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Retire(Globals globals)
    {
        var version = new Argument<int>("VERSION") { Description = "A version that is not in force yet." };
        var command = new Command("retire",
            "Withdraws a version before it comes into force. It stays in the history.\n\nExample: tollgate catalog retire 5")
        {
            version,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var retired = await RetireVersion.RunAsync(session.Context, parsed.GetValue(version), cancel).OrRefuseAsync();
            CatalogCommands.Print(globals.Output(parsed), [retired]);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static JsonObject Json(CatalogueDifference difference) => new()
    {
        ["groups"] = new JsonArray([.. difference.Groups.Select(group => new JsonObject
        {
            ["kind"] = group.Kind,
            ["code"] = group.Code,
            ["name"] = group.Name,
            ["changes"] = new JsonArray([.. group.Changes.Select(change => new JsonObject
            {
                ["kind"] = Word(change.Kind),
                ["path"] = change.Path,
                ["text"] = change.Text,
                ["before"] = change.Before,
                ["after"] = change.After,
                ["percent"] = change.Percent?.ToString(CultureInfo.InvariantCulture),
                ["effect"] = Word(change.Effect),
            })]),
        })]),
        ["decks"] = new JsonArray([.. difference.Decks.Select(Json)]),
    };

    private static JsonObject Json(DeckChange deck) => new()
    {
        ["deck"] = deck.Deck,
        ["new"] = deck.New,
        ["removed"] = deck.Removed,
        ["dearer"] = deck.Dearer,
        ["cheaper"] = deck.Cheaper,
        ["changedOtherwise"] = deck.Moved,
        ["unchanged"] = deck.Unchanged,
        ["largest"] = new JsonArray([.. deck.Largest.Select(change => new JsonObject
        {
            ["zone"] = change.Zone,
            ["prefixes"] = change.Prefixes,
            ["before"] = change.Before.ToString(CultureInfo.InvariantCulture),
            ["after"] = change.After.ToString(CultureInfo.InvariantCulture),
            ["percent"] = change.Percent?.ToString(CultureInfo.InvariantCulture),
        })]),
    };

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
