using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using Tollgate.Catalog.Decks;
using Tollgate.Catalog.Wording;
using Tollgate.Operations.Catalogs;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate catalog deck import</c>.</summary>
internal static class DeckCommands
{
    private const int Listed = 10;

    internal static void AddTo(Command catalog, Globals globals)
    {
        var deck = new Command("deck", "Rate decks.");
        deck.Add(Import(globals));
        catalog.Add(deck);
    }

    private static Command Import(Globals globals)
    {
        var options = new Options();
        var command = new Command("import",
            "Brings a carrier's rate list into a deck and publishes the catalogue with it: all prefixes change at once, and who\n"
            + "rates at that time finishes by the version that it began with. Columns are found by their usual names; rows that\n"
            + "cannot be read are listed and refuse the import unless --accept-invalid is given.\n\n"
            + "Example: tollgate catalog deck import international new.csv --effective 2026-12-01 --cost-deck carrier --dry-run")
        {
            options.Deck, options.File, options.Catalog, options.Effective, options.DryRun, options.CostDeck, options.KeepMissing,
            options.AcceptInvalid, options.Columns, options.Separator, options.DateFormat, options.Note,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var output = globals.Output(parsed);
            var folder = parsed.GetValue(options.Catalog);
            await using var session = folder is null ? await globals.OpenAsync(parsed, cancel) : null;
            var versions = session is null ? [] : await CatalogueVersions.ListAsync(session.Context, cancel);
            var files = (await CatalogueChoice.FilesAsync(session?.Context, folder ?? CatalogueChoice.Newest, cancel)).OrRefuse();
            var source = Tollgate.Catalog.CatalogueReader.Read(files).Value;
            var now = session?.Context.Now ?? SystemClock.Instance.GetCurrentInstant();
            var zone = source?.TimeZone ?? DateTimeZone.Utc;
            var start = parsed.GetValue(options.Effective) is { } text ? Day(text) : now.InZone(zone).Date;
            var imported = ImportDeck.Prepare(files, await options.ReadAsync(parsed, start, cancel)).OrRefuse();
            Print(output, imported);
            if (!imported.Report.Invalid.IsEmpty && !parsed.GetValue(options.AcceptInvalid))
            {
                throw new CommandRefusedException(
                    "Nothing is changed: mend the rows above, or leave them out by --accept-invalid.");
            }
            if (parsed.GetValue(options.DryRun))
            {
                if (session is not null && PublishCatalogue.Faults(CatalogueFolder.Check(imported.Files)) is { } faults)
                {
                    throw new CommandRefusedException($"It would not be published. {faults.Message}");
                }
                return ExitCodes.Ok;
            }
            if (session is null)
            {
                CatalogueFolder.Write(folder!, imported.Files.Except(files));
                output.Line($"Wrote the deck into {folder}.");
                if (parsed.GetValue(options.Effective) is not null)
                {
                    var day = LocalDatePattern.Iso.Format(start);
                    CatalogueFolder.SetEffective(folder!, day);
                    output.Line($"Noted for publishing: 'tollgate catalog publish {folder}' makes it hold from {day} on.");
                }
                return ExitCodes.Ok;
            }
            var published = await PublishCatalogue.RunAsync(session.Context, imported.Files,
                parsed.GetValue(options.Effective) is null ? null : zone.AtStartOfDay(start).ToInstant(),
                versions.LastOrDefault(version => version.RetiredAt is null)?.Version ?? 0,
                parsed.GetValue(options.Note) ?? $"rates of {parsed.GetValue(options.Deck)}", cancel).OrRefuseAsync();
            output.Line(string.Create(CultureInfo.InvariantCulture,
                $"Published as version {published.Version}, in force from {published.EffectiveFrom}."));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Print(Output output, ImportedDeck imported)
    {
        var report = imported.Report;
        if (output.IsJson)
        {
            output.Json(Json(imported));
            return;
        }
        output.Line(string.Create(CultureInfo.InvariantCulture,
            $"{report.New.Length} new, {report.Dearer.Length} dearer, {report.Cheaper.Length} cheaper, {report.Otherwise.Length} "
            + $"changed otherwise, {report.Unchanged} unchanged, {report.Blocked.Length} blocked, "
            + $"{report.Missing.Length} missing, {report.Invalid.Length} invalid."));
        Rows(output, "New", report.New);
        Rows(output, "Dearer", report.Dearer);
        Rows(output, "Cheaper", report.Cheaper);
        Rows(output, "Blocked", report.Blocked);
        Rows(output, "Missing in the list", report.Missing);
        if (imported.Below is { } below)
        {
            output.Line($"{Counted.Of(below.Length, "prefix")} sold below cost.");
            output.Table("Below cost", ["prefix", "zone", "price", "cost", "loss per unit"], below.Take(Listed * 2).Select(row =>
                new object?[] { row.Prefix, row.Zone, row.Price, row.Cost, row.Loss }));
        }
        foreach (var row in report.Invalid)
        {
            output.Line(string.Create(CultureInfo.InvariantCulture, $"Line {row.Line}: {row.Why} ({row.Text})"));
        }
    }

    private static void Rows(Output output, string title, ImmutableArray<DeckRowChange> rows)
    {
        if (rows.IsEmpty)
        {
            return;
        }
        var shown = rows.OrderByDescending(row => Math.Abs((row.After ?? 0) - (row.Before ?? 0))).Take(Listed).ToList();
        var rest = rows.Length > shown.Count
            ? string.Create(CultureInfo.InvariantCulture, $" (the {shown.Count} largest; all with --format json)") : "";
        output.Table(title + rest, ["prefix", "zone", "before", "after"],
            shown.Select(row => new object?[] { row.Prefix, row.Zone, row.Before, row.After }));
    }

    private static JsonObject Json(ImportedDeck imported)
    {
        static JsonArray Rows(ImmutableArray<DeckRowChange> rows) => new([.. rows.Select(row => new JsonObject
        {
            ["prefix"] = row.Prefix,
            ["zone"] = row.Zone,
            ["before"] = row.Before is { } before ? Say.English.Number(before) : null,
            ["after"] = row.After is { } after ? Say.English.Number(after) : null,
        })]);
        var report = imported.Report;
        return new JsonObject
        {
            ["new"] = Rows(report.New),
            ["dearer"] = Rows(report.Dearer),
            ["cheaper"] = Rows(report.Cheaper),
            ["otherwise"] = Rows(report.Otherwise),
            ["unchanged"] = report.Unchanged,
            ["blocked"] = Rows(report.Blocked),
            ["missing"] = Rows(report.Missing),
            ["invalid"] = new JsonArray([.. report.Invalid.Select(row => new JsonObject
            {
                ["line"] = row.Line, ["text"] = row.Text, ["why"] = row.Why,
            })]),
            ["belowCost"] = imported.Below is { } below ? new JsonArray([.. below.Select(row => new JsonObject
            {
                ["prefix"] = row.Prefix, ["zone"] = row.Zone, ["price"] = Say.English.Number(row.Price),
                    ["cost"] = Say.English.Number(row.Cost),
                ["loss"] = Say.English.Number(row.Loss),
            })]) : null,
        };
    }

    private static LocalDate Day(string text) => Arguments.Date(text, "--effective")!.Value;

    /// <summary>Arguments and options of the import.</summary>
    private sealed class Options
    {
        public Argument<string> Deck { get; } = new("DECK") { Description = "Code of the deck in the catalogue." };

        public Argument<string> File { get; } = new("FILE") { Description = "The rate list, CSV in UTF-8." };

        public Option<string?> Catalog { get; } = new("--catalog")
        {
            Description = "A folder to change instead of publishing; no database is needed then.", HelpName = "DIR",
        };

        public Option<string?> Effective { get; } = new("--effective")
        {
            Description = "First day of the prices, in the catalogue's zone. Default: now. Rows of a later day keep it.",
            HelpName = "DATE",
        };

        public Option<bool> DryRun { get; } = new("--dry-run")
        {
            Description = "Report only, and check what would be published.",
        };

        public Option<string?> CostDeck { get; } = new("--cost-deck")
        {
            Description = "Deck of what calls cost: lists what would be sold below.", HelpName = "DECK",
        };

        public Option<bool> KeepMissing { get; } = new("--keep-missing")
        {
            Description = "Keep prefixes that the list does not name. Default: they are removed.",
        };

        public Option<bool> AcceptInvalid { get; } = new("--accept-invalid")
        {
            Description = "Leave rows out that cannot be read.",
        };

        public Option<string?> Columns { get; } = new("--columns")
        {
            Description = "Columns by name, e.g. prefix=Dialcode,destination=Country,rate=USD; possible are prefix, countryCode, "
                + "destination, rate, connectFee, increments, firstIncrement, nextIncrement, effective, end, status.",
            HelpName = "MAP",
        };

        public Option<string?> Separator { get; } = new("--separator")
        {
            Description = "Between columns: , ; | or tab. Default: what the header has most of.",
        };

        public Option<string?> DateFormat { get; } = new("--date-format")
        {
            Description = "Of dates, e.g. MM/dd/uuuu. Default: 2026-11-01 or 1.11.2026.",
        };

        public Option<string?> Note { get; } = new("--note") { Description = "Why, for the history." };

        public async Task<DeckImport> ReadAsync(ParseResult parsed, LocalDate start, CancellationToken cancel)
        {
            var names = ImmutableDictionary.CreateBuilder<DeckColumn, string>();
            foreach (var pair in (parsed.GetValue(Columns) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                var parts = pair.Split('=', 2, StringSplitOptions.TrimEntries);
                names[parts.Length == 2 && Enum.TryParse<DeckColumn>(parts[0], ignoreCase: true, out var column)
                    ? column
                    : throw new CommandRefusedException($"'{pair}' names no column. Write e.g. prefix=Dialcode.",
                        ExitCodes.Usage)] =
                    parts[1];
            }
            char? separator = parsed.GetValue(Separator) switch
            {
                null => null,
                "tab" => '\t',
                [var one] => one,
                var other => throw new CommandRefusedException($"'{other}' is not a separator.", ExitCodes.Usage),
            };
            return new DeckImport(parsed.GetValue(Deck)!, await System.IO.File.ReadAllBytesAsync(parsed.GetValue(File)!, cancel),
                new DeckLayout(separator, names.ToImmutable(), parsed.GetValue(DateFormat)), start, parsed.GetValue(KeepMissing),
                parsed.GetValue(CostDeck));
        }
    }
}
