using System.CommandLine;
using Tollgate.Operations.Catalogs;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate catalog draft</c>.</summary>
internal static class DraftCommands
{
    internal static void AddTo(Command catalog, Globals globals)
    {
        var draft = new Command("draft", "Catalogues in the making, kept in the database under a name.")
        {
            List(globals), Save(globals), Show(globals), Publish(globals), Drop(globals),
        };
        catalog.Add(draft);
    }

    private static Command List(Globals globals)
    {
        var command = new Command("list", "Lists the drafts.\n\nExample: tollgate catalog draft list");
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            Print(globals.Output(parsed), await CatalogueDrafts.ListAsync(session.Context, cancel));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Save(Globals globals)
    {
        var name = Name();
        var folder = new Argument<string>("DIR") { Description = "The catalogue's folder; it may have errors." };
        var etag = Etag("The draft's etag as it was read; not for a new one.");
        var note = new Option<string>("--note") { Description = "Why.", DefaultValueFactory = _ => "" };
        var command = new Command("save",
            "Saves a folder as a draft. A draft that another saved since is not overwritten.\n\n"
            + "Example: tollgate catalog draft save summer my-catalogue")
        {
            name, folder, etag, note,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var root = parsed.GetValue(folder)!;
            var saved = await CatalogueDrafts.SaveAsync(session.Context, parsed.GetValue(name)!, CatalogueFolder.Read(root),
                parsed.GetValue(etag), CatalogueFolder.BaseOf(root), parsed.GetValue(note)!, cancel).OrRefuseAsync();
            Print(globals.Output(parsed), [saved]);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Show(Globals globals)
    {
        var name = Name();
        var export = new Option<string>("--export") { Description = "Folder for its files.", HelpName = "DIR", Required = true };
        var command = new Command("show",
            "Writes the files of a draft into a folder.\n\nExample: tollgate catalog draft show summer --export my-catalogue")
        {
            name, export,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var files = (await CatalogueDrafts.FilesAsync(session.Context, parsed.GetValue(name)!, cancel)).OrRefuse();
            CatalogueFolder.Write(parsed.GetValue(export)!, files);
            globals.Output(parsed).Line($"Wrote {Counted.Of(files.Length, "file")} to {parsed.GetValue(export)}.");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Publish(Globals globals)
    {
        var name = Name();
        var etag = Etag("The draft's etag as it was read.");
        etag.Required = true;
        var from = new Option<string?>("--effective-from") { Description = "As in 'catalog publish'. Default: now.",
            HelpName = "TIME" };
        var command = new Command("publish",
            "Checks a draft, publishes it on the version it was made from, and drops it.\n\n"
            + "Example: tollgate catalog draft publish summer --etag 3f2a90b1c4de")
        {
            name, etag, from,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var output = globals.Output(parsed);
            await using var session = await globals.OpenAsync(parsed, cancel);
            var files = (await CatalogueDrafts.FilesAsync(session.Context, parsed.GetValue(name)!, cancel)).OrRefuse();
            var check = CatalogueFolder.Check(files);
            CatalogCommands.Print(output, check);
            if (!check.Ok)
            {
                throw new CommandRefusedException("The draft is not published: mend the errors above.");
            }
            await CatalogueLifeCommands.ShowChangesAsync(output, session.Context, check.Value!.Source, cancel);
            NodaTime.Instant? effective = parsed.GetValue(from) is { } text ? CatalogCommands.Time(text, check.Value) : null;
            CatalogCommands.Print(output, [await CatalogueDrafts.PublishAsync(
                session.Context, parsed.GetValue(name)!, parsed.GetValue(etag)!, effective, cancel).OrRefuseAsync()]);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Drop(Globals globals)
    {
        var name = Name();
        var etag = Etag("The draft's etag as it was read.");
        etag.Required = true;
        var command = new Command("drop",
            "Deletes a draft.\n\nExample: tollgate catalog draft drop summer --etag 3f2a90b1c4de")
        {
            name, etag,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            await CatalogueDrafts.DropAsync(session.Context, parsed.GetValue(name)!, parsed.GetValue(etag)!,
                cancel).OrRefuseAsync();
            globals.Output(parsed).Line($"Dropped the draft {parsed.GetValue(name)}.");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Argument<string> Name() => new("NAME") { Description = "Of the draft." };

    private static Option<string?> Etag(string description) => new("--etag") { Description = description };

    private static void Print(Output output, IEnumerable<CatalogueDraft> drafts) => output.Table("Drafts",
        ["name", "base", "etag", "saved", "by", "note"], drafts.Select(draft => new object?[]
        {
            draft.Name, draft.Base, draft.Etag, draft.SavedAt, draft.SavedBy, draft.Note,
        }));
}
