using System.CommandLine;
using Tollgate.Operations;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate seller add|list|show</c>.</summary>
internal static class SellerCommands
{
    internal static Command Build(Globals globals) =>
        new("seller", "The legal entities that sell and whose names stand on invoices.")
    {
        Add(globals), List(globals), Show(globals),
    };

    private static Command Add(Globals globals)
    {
        var code = new Argument<string>("code") { Description = "Short name in files and commands, e.g. nord." };
        var name = Arguments.Text("--name", "Brand name.", required: true);
        var legalName = Arguments.Text("--legal-name", "Default: the name.");
        var country = Arguments.Text("--country", "ISO 3166-1 alpha-2, e.g. DE.", required: true);
        var zone = Arguments.Text("--time-zone", "tz database name, e.g. Europe/Berlin.", required: true);
        var currency = Arguments.Text("--currency", "ISO 4217, e.g. EUR.", required: true);
        var tax = Arguments.Text("--tax-id", "VAT number.");
        var address = Arguments.Text("--address", "Lines separated by \\n.");
        var email = Arguments.Text("--email", "For customers' mail.");
        var phone = Arguments.Text("--phone", "As printed on invoices.");
        var web = Arguments.Text("--web", "As printed on invoices.");
        var iban = Arguments.Text("--iban", "Bank account for payments.");
        var bic = Arguments.Text("--bic", "Of the bank.");
        var bank = Arguments.Text("--bank", "Name of the bank.");
        var creditor = Arguments.Text("--creditor-id", "SEPA creditor identifier, named on bills that are collected.");
        var prefix = Arguments.Text("--number-prefix", "Begins the numbers of documents.");
        var command = new Command("add",
            "Creates a seller.\n\n"
                + "Example: tollgate seller add nord --name Nordnetz --country DE --time-zone Europe/Berlin --currency EUR")
        {
            code, name, legalName, country, zone, currency, tax, address, email, phone, web, iban, bic, bank, creditor,
            prefix,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            string Text(Option<string> option) => parsed.GetValue(option) ?? "";
            var seller = new NewSeller
            {
                Code = parsed.GetValue(code)!, Name = Text(name), LegalName = Text(legalName), Country = Text(country),
                TimeZone = Text(zone), Currency = Text(currency), TaxId = Text(tax),
                Address = Text(address).Replace("\\n", "\n", StringComparison.Ordinal),
                Email = Text(email), Phone = Text(phone), Web = Text(web), Iban = Text(iban), Bic = Text(bic), Bank = Text(bank),
                CreditorId = Text(creditor), NumberPrefix = Text(prefix),
            };
            var written = (await CreateSeller.RunAsync(session.Context, seller, "external:" + seller.Code, cancel)).OrFaults();
            Arguments.Done(globals.Output(parsed), written, "seller");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command List(Globals globals)
    {
        var command = new Command("list", "Lists the sellers.");
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var page = await ReadSellers.ListAsync(session.Context, limit: Paging.Most, cancel: cancel);
            globals.Output(parsed).Table("Sellers", ["id", "code", "name", "country", "currency", "time zone", "ended"],
                page.Items.Select(seller => new object?[]
                {
                    seller.Id, seller.Code, seller.Name, seller.Country, seller.Currency, seller.TimeZone, seller.EndedAt,
                }));
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>A seller by code or id.</summary>
    internal static async Task<SellerId> FindAsync(OperationContext context, string text, CancellationToken cancel) =>
        await ReadSellers.FindAsync(context, text, cancel)
        ?? (Id.TryParse<SellerId>(text, out var given) ? given
            : throw new CommandRefusedException(
                $"There is no seller '{text}'. List them with: tollgate seller list. [unknown-seller]"));

    private static Command Show(Globals globals)
    {
        var which = new Argument<string>("seller") { Description = "Id (sel_1001) or code." };
        var command = new Command("show", "Shows a seller.") { which };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await FindAsync(session.Context, parsed.GetValue(which)!, cancel);
            var seller = (await ReadSellers.OneAsync(session.Context, id, cancel)).OrRefuse();
            globals.Output(parsed).Record(seller.Name,
            [
                ("id", seller.Id), ("code", seller.Code), ("legal name", seller.LegalName), ("tax id", seller.TaxId),
                ("country", seller.Country), ("time zone", seller.TimeZone), ("currency", seller.Currency),
                ("address", seller.Address),
                ("email", seller.Email), ("phone", seller.Phone), ("web", seller.Web), ("iban", seller.Iban), ("bic", seller.Bic),
                ("bank", seller.Bank), ("creditor id", seller.CreditorId),
                ("number prefix", seller.NumberPrefix), ("created", seller.CreatedAt),
                ("ended", seller.EndedAt),
            ]);
            return ExitCodes.Ok;
        });
        return command;
    }
}
