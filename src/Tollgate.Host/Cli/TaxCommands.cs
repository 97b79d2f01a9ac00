using System.CommandLine;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Catalog;
using Tollgate.Operations.Taxes;
using Tollgate.Storage.Billing;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate tax show|set|exempt</c>.</summary>
internal static class TaxCommands
{
    internal static Command Build(Globals globals)
    {
        var command = new Command("tax",
            "Where accounts are for tax, what they are, and what they are exempt from. Rates and rules are in the catalogue.");
        command.Add(Show(globals));
        command.Add(Set(globals));
        command.Add(Exempt(globals));
        command.Add(Service(globals));
        command.Add(Answer());
        return command;
    }

    private static Argument<string> Account() => new("ACCOUNT") { Description = "Id (acc_1042) or your own account number." };

    private static Command Show(Globals globals)
    {
        var account = Account();
        var command = new Command("show", "Shows place and type of an account over time, and its exemptions.") { account };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.AccountAsync(session.Context, parsed.GetValue(account)!, cancel);
            Print(globals.Output(parsed), (await ChangeTaxProfile.ShowAsync(session.Context, id, cancel)).OrRefuse());
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Set(Globals globals)
    {
        var account = Account();
        var from = new Option<string>("--from") { Description = "First tax date.", HelpName = "DATE", Required = true };
        var country = Arguments.Text("--country", "ISO 3166-1 country, e.g. US. Default: as before.");
        var region = Arguments.Text("--region", "Region or state as the rules name it, e.g. IL.");
        var locality = Arguments.Text("--locality", "Locality code as the rules name it, e.g. CHI.");
        var type = new Option<string>("--type")
        {
            Description = "consumer, business (with a tax id) or exempt. Default: as before.", HelpName = "TYPE",
            DefaultValueFactory = _ => "",
        };
        var command = new Command("set",
            "Sets where an account is for tax and what it is, from a day on. Charges of later days that are billed already are "
            + "corrected by the next bill.\n\n"
            + "Example: tollgate tax set acc_1042 --from 2026-12-01 --country US --region IL --locality CHI")
        {
            account, from, country, region, locality, type,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.AccountAsync(session.Context, parsed.GetValue(account)!, cancel);
            var day = BillCommands.ReadDate(parsed.GetValue(from)!);
            var before = (await ChangeTaxProfile.ShowAsync(session.Context, id, cancel)).OrRefuse().On(day);
            var word = parsed.GetValue(type)!;
            var kind = word.Length == 0 ? before.Type : DocumentText.Customer(word)
                ?? throw new CommandRefusedException(
                    $"'{word}' is no type: write consumer, business or exempt.", ExitCodes.Usage);
            var where = parsed.GetValue(country) is { Length: > 0 } other ? other : before.Place.Country;
            Print(globals.Output(parsed), (await ChangeTaxProfile.SetAsync(
                session.Context, new TaxStandingRequest(
                    id, day, where, parsed.GetValue(region)!, parsed.GetValue(locality)!, kind), cancel)).OrFaults());
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Exempt(Globals globals)
    {
        var account = Account();
        var reason = Arguments.Text("--reason", "As printed on documents.", required: true);
        var certificate = Arguments.Text("--certificate", "Number of the paper.");
        var from = new Option<string>("--from") { Description = "First tax date.", HelpName = "DATE", Required = true };
        var to = new Option<string?>("--to") { Description = "First day on which it no longer holds.", HelpName = "DATE" };
        var taxes = new Option<string[]>("--tax")
        {
            Description = "Code of a rule or category; may be given more than once. Default: all that can be exempt.",
            HelpName = "CODE",
        };
        var command = new Command("exempt",
            "Frees an account from taxes by a certificate.\n\n"
            + "Example: tollgate tax exempt acc_1042 --reason \"Exempt: school\" --certificate E-9999 --from 2026-01-01")
        {
            account, reason, certificate, from, to, taxes,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.AccountAsync(session.Context, parsed.GetValue(account)!, cancel);
            Print(globals.Output(parsed), (await ChangeTaxProfile.ExemptAsync(
                session.Context, new TaxExemptionRequest(
                    id, parsed.GetValue(taxes) ?? [], parsed.GetValue(reason)!, parsed.GetValue(certificate)!,
                    BillCommands.ReadDate(parsed.GetValue(from)!), Arguments.Date(parsed.GetValue(to), "--to")),
                cancel)).OrFaults());
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Service(Globals globals)
    {
        var seller = new Argument<string>("SELLER") { Description = "Id, e.g. sel_1001." };
        var endpoint = new Argument<string>("SERVICE")
        {
            Description = "http(s) address, exec:PROGRAM ARGUMENT …, or built-in for the catalogue's rules.",
        };
        var timeout = new Option<int>("--timeout")
        {
            Description = "Milliseconds to wait for an answer.", HelpName = "MS", DefaultValueFactory = _ => 5000,
        };
        var command = new Command("service",
            "Sets by whom the taxes of a seller's bills are determined. A service gets a JSON request and answers JSON; see "
            + "docs/reference/taxes.md.\n\n"
            + "Example: tollgate tax service sel_1001 https://tax.example/determine --timeout 3000")
        {
            seller, endpoint, timeout,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var setting = parsed.GetValue(endpoint) is { } text && text != "built-in" ? text : "";
            var set = (await ChangeTaxService.SetAsync(
                session.Context, BillCommands.ReadId<Primitives.SellerId>(parsed.GetValue(seller)!), setting,
                parsed.GetValue(timeout), cancel)).OrRefuse();
            globals.Output(parsed).Record("Tax service", [("Service", set.Length > 0 ? set : "built-in")]);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Answer()
    {
        var folder = new Argument<string>("DIR") { Description = "The catalogue's folder, with its taxes." };
        var command = new Command("answer",
            "Answers a tax request from the standard input by the rules of a catalogue: the built-in tax service, without a "
            + "database.")
        {
            folder,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            using var input = new MemoryStream();
            await using var standard = Console.OpenStandardInput();
            await standard.CopyToAsync(input, cancel);
            var check = Catalog.CatalogueReader.Read(
                [.. Operations.Catalogs.CatalogueFolder.Read(parsed.GetValue(folder)!)]);
            if (check.Value is not { } catalogue)
            {
                throw new CommandRefusedException($"The catalogue has errors, first: {check.Findings[0]}");
            }
            var answer = await new BuiltInTaxService(catalogue).AskAsync(TaxServices.ReadRequest(input.ToArray()), cancel);
            await using var output = Console.OpenStandardOutput();
            await output.WriteAsync(TaxServices.Write(answer), cancel);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Print(Output output, TaxProfile profile) => output.Table(
        "Tax profile", ["What", "From", "To", "Country", "Region", "Locality", "Type", "Taxes", "Reason"],
        profile.Standings.Select(one => new object?[]
        {
            "standing", one.From.Year < 1971 ? null : BillCommands.Text(one.From), null, one.Place.Country, one.Place.Region,
            one.Place.Locality, DocumentText.Text(one.Type), null, null,
        }).Concat(profile.Exemptions.Select(one => new object?[]
        {
            "exemption", BillCommands.Text(one.From), one.To is { } to ? BillCommands.Text(to) : null, null, null, null, null,
            one.Taxes.IsEmpty ? "all" : string.Join(' ', one.Taxes), one.Text,
        })));
}
