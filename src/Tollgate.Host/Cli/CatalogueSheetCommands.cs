using System.CommandLine;
using NodaTime;
using NodaTime.Text;
using Tollgate.Catalog.Schema;
using Tollgate.Documents.Sheets;
using Tollgate.Operations.Catalogs;

namespace Tollgate.Host.Cli;

/// <summary>How a price sheet is written.</summary>
public enum SheetFormat
{
    Html,
    Md,
}

/// <summary><c>tollgate catalog sheet|schema</c>.</summary>
internal static class CatalogueSheetCommands
{
    internal static void AddTo(Command catalog, Globals globals)
    {
        catalog.Add(Sheet(globals));
        catalog.Add(Schema(globals));
    }

    private static Command Sheet(Globals globals)
    {
        var source = new Option<string>("--catalog")
        {
            Description = "A folder, a version number, newest or current (default).", HelpName = "DIR|VERSION",
            DefaultValueFactory = _ => CatalogueChoice.Current,
        };
        var offers = new Option<string[]>("--offer")
        {
            Description = "Only this offer; may come again. Default: all.", HelpName = "CODE", DefaultValueFactory = _ => [],
        };
        var form = Choices.Option("--as", "html or md.", SheetFormat.Html);
        var language = new Option<string>("--language")
        {
            Description = "en or de; in another language names as the catalogue has them, and English sentences.",
                DefaultValueFactory = _ => "en",
        };
        var country = new Option<string?>("--country") { Description = "Whose taxes. Default: the first that a tax names." };
        var date = new Option<string?>("--date") { Description = "Day of taxes and deck rows. Default: today." };
        var target = new Option<string?>("--out") { Description = "File to write. Default: standard output.", HelpName = "FILE" };
        var command = new Command("sheet",
            "Prints a price sheet that is made from the tariff: offers, what they include, usage prices in words, time bands,\n"
            + "destinations from A to Z, taxes, terms and examples.\n\n"
            + "Example: tollgate catalog sheet --catalog catalogs/demo --offer mobile-m --out mobile-m.html")
        {
            source, offers, form, language, country, date, target,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var name = parsed.GetValue(source)!;
            await using var session = CatalogueChoice.NeedsDatabase(name) ? await globals.OpenAsync(parsed, cancel) : null;
            var catalogue = (await CatalogueChoice.ReadAsync(session?.Context, name, cancel)).OrRefuse();
            foreach (var code in parsed.GetValue(offers)!.Where(code => catalogue.Offers.All(offer => offer.Code != code)))
            {
                throw new CommandRefusedException($"The catalogue has no offer '{code}'. It has: "
                    + $"{string.Join(", ", catalogue.Offers.Select(offer => offer.Code))}.");
            }
            var countries = catalogue.Taxes.SelectMany(tax => tax.Rates).Select(rate => rate.Country)
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
            if (parsed.GetValue(country) is { } place && countries is [_, ..] && !countries.Contains(place))
            {
                throw new CommandRefusedException(
                    $"No tax of the catalogue has a rate in '{place}'. Countries with rates: {string.Join(", ", countries)}.");
            }
            var now = session?.Context.Now ?? SystemClock.Instance.GetCurrentInstant();
            var sheet = PriceSheetBuilder.Build(catalogue, new SheetOptions(
                parsed.GetValue(language)!, parsed.GetValue(country),
                parsed.GetValue(date) is { } text ? Day(text) : now.InZone(catalogue.TimeZone).Date,
                [.. parsed.GetValue(offers)!],
                session is null ? "" : await CatalogueChoice.CaptionAsync(
                    session.Context, name, parsed.GetValue(language)!, catalogue.TimeZone, cancel)));
            var html = Choices.Read<SheetFormat>(parsed.GetValue(form)!) == SheetFormat.Html;
            var content = html ? SheetHtml.Render(sheet) : SheetMarkdown.Render(sheet);
            if (parsed.GetValue(target) is { } path)
            {
                await File.WriteAllTextAsync(path, content, cancel);
                globals.Output(parsed).Line($"Wrote {path}.");
            }
            else
            {
                await globals.Terminal.Out.WriteAsync(content);
            }
            return ExitCodes.Ok;
        });
        return command;
    }

    private static LocalDate Day(string text) => Arguments.Date(text, "--date")!.Value;

    private static Command Schema(Globals globals)
    {
        var command = new Command("schema",
            "Prints the JSON Schema of catalogue files, for completion in editors.\n\n"
            + "Example: tollgate catalog schema > catalogue.schema.json");
        command.SetAction(_ =>
        {
            globals.Terminal.Out.Write(CatalogueSchema.Text());
            return ExitCodes.Ok;
        });
        return command;
    }
}
