using System.CommandLine;
using Tollgate.Operations;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate seller add|change|list|show|end</c>.</summary>
internal static class SellerCommands
{
    internal static Command Build(Globals globals) =>
        new("seller", "The legal entities that sell and whose names stand on invoices.")
    {
        Add(globals), Change(globals), List(globals), Show(globals), End(globals),
    };

    private static Command Add(Globals globals)
    {
        var code = new Argument<string>("code") { Description = "Short name in files and commands, e.g. nord." };
        var country = Arguments.Text("--country", "ISO 3166-1 alpha-2, e.g. DE.", required: true);
        var zone = Arguments.Text("--time-zone", "tz database name, e.g. Europe/Berlin.", required: true);
        var currency = Arguments.Text("--currency", "ISO 4217, e.g. EUR.", required: true);
        var fields = new Fields(adding: true);
        var command = new Command("add",
            "Creates a seller.\n\n"
                + "Example: tollgate seller add nord --name Nordnetz --country DE --time-zone Europe/Berlin --currency EUR")
        {
            code, country, zone, currency,
        };
        fields.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var given = fields.Read(parsed);
            var seller = new NewSeller
            {
                Code = parsed.GetValue(code)!, Country = parsed.GetValue(country)!, TimeZone = parsed.GetValue(zone)!,
                Currency = parsed.GetValue(currency)!, Name = given.Name ?? "", LegalName = given.LegalName ?? "",
                TaxId = given.TaxId ?? "", Address = given.Address ?? "", Email = given.Email ?? "", Phone = given.Phone ?? "",
                Web = given.Web ?? "", Iban = given.Iban ?? "", Bic = given.Bic ?? "", Bank = given.Bank ?? "",
                CreditorId = given.CreditorId ?? "", NumberPrefix = given.NumberPrefix ?? "",
            };
            var written = (await CreateSeller.RunAsync(session.Context, seller, "external:" + seller.Code, cancel)).OrFaults();
            Arguments.Done(globals.Output(parsed), written, "seller");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Change(Globals globals)
    {
        var (which, key) = (Which(), Arguments.Key(""));
        var fields = new Fields(adding: false);
        var command = new Command("change",
            "Changes a seller; what is not given stays, an empty text (\"\") empties a field. Code, country, time zone and "
            + "currency stay: documents and\naccounts rest on them. Issued documents keep what they say.\n\n"
            + "Example: tollgate seller change nord --creditor-id DE98ZZZ09999999999")
        {
            which, key,
        };
        fields.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await FindAsync(session.Context, parsed.GetValue(which)!, cancel);
            var written = await ChangeSeller.RunAsync(
                session.Context, id, fields.Read(parsed), parsed.GetValue(key)!, cancel);
            Arguments.Done(globals.Output(parsed), written.OrFaults(), "seller");
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
        var which = Which();
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

    private static Command End(Globals globals)
    {
        var which = Which();
        var command = new Command("end", "Ends a seller without active customers; its documents stay.") { which };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await FindAsync(session.Context, parsed.GetValue(which)!, cancel);
            var written = await EndSeller.RunAsync(session.Context, id, "", cancel);
            Arguments.Done(globals.Output(parsed), written.OrFaults(), "ended");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Argument<string> Which() => new("seller") { Description = "Id (sel_1001) or code." };

    /// <summary>What may be changed of a seller.</summary>
    private sealed class Fields(bool adding)
    {
        private readonly Option<string?> name = Arguments.Field("--name", "Brand name.", required: adding);
        private readonly Option<string?> legalName =
            Arguments.Field("--legal-name", adding ? "Default: the name." : "Of the company.");
        private readonly Option<string?> tax = Arguments.Field("--tax-id", "VAT number.");
        private readonly Option<string?> address = Arguments.Field("--address", "Lines separated by \\n.");
        private readonly Option<string?> email = Arguments.Field("--email", "For customers' mail.");
        private readonly Option<string?> phone = Arguments.Field("--phone", "As printed on invoices.");
        private readonly Option<string?> web = Arguments.Field("--web", "As printed on invoices.");
        private readonly Option<string?> iban = Arguments.Field("--iban", "Bank account for payments.");
        private readonly Option<string?> bic = Arguments.Field("--bic", "Of the bank.");
        private readonly Option<string?> bank = Arguments.Field("--bank", "Name of the bank.");
        private readonly Option<string?> creditor =
            Arguments.Field("--creditor-id", "SEPA creditor identifier, named on bills that are collected.");
        private readonly Option<string?> prefix = Arguments.Field("--number-prefix", "Begins the numbers of documents.");

        internal void AddTo(Command command)
        {
            foreach (var option in new[]
            {
                name, legalName, tax, address, email, phone, web, iban, bic, bank, creditor, prefix,
            })
            {
                command.Add(option);
            }
        }

        internal SellerChange Read(ParseResult parsed) => new()
        {
            Name = parsed.GetValue(name), LegalName = parsed.GetValue(legalName), TaxId = parsed.GetValue(tax),
            Address = parsed.GetValue(address)?.Replace("\\n", "\n", StringComparison.Ordinal), Email = parsed.GetValue(email),
            Phone = parsed.GetValue(phone), Web = parsed.GetValue(web), Iban = parsed.GetValue(iban),
            Bic = parsed.GetValue(bic), Bank = parsed.GetValue(bank), CreditorId = parsed.GetValue(creditor),
            NumberPrefix = parsed.GetValue(prefix),
        };
    }
}
