using System.CommandLine;
using Tollgate.Operations.Customers;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate customer add|change|show|list|end</c>.</summary>
internal static class CustomerCommands
{
    internal static Command Build(Globals globals) => new("customer", "The people and companies that buy.")
    {
        Add(globals), Change(globals), Show(globals), List(globals), End(globals),
    };

    private static Command Add(Globals globals)
    {
        var external = Arguments.Text("--external-key", "Your own customer number.");
        var seller = Arguments.Text("--seller", "Code of the seller. Default: the only one.");
        var key = Arguments.Key();
        var fields = new Fields(adding: true);
        var command = new Command(
            "add", "Creates a customer.\n\n"
                + "Example: tollgate customer add --name \"Ada Łukasik\" --external-key C-17 --city Kraków --country PL")
        {
            external, seller, key,
        };
        fields.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var code = parsed.GetValue(seller)!;
            var given = fields.Read(parsed);
            var customer = new NewCustomer
            {
                Seller = code.Length == 0 ? null : await ReadSellers.FindAsync(session.Context, code, cancel)
                    ?? throw new CommandRefusedException(
                        $"There is no seller '{code}'. List them with: tollgate seller list. [unknown-seller]"),
                ExternalKey = parsed.GetValue(external)!, Name = given.Name ?? "", Organisation = given.Organisation ?? false,
                TaxId = given.TaxId ?? "", Email = given.Email ?? "", Phone = given.Phone ?? "", Street = given.Street ?? "",
                Postcode = given.Postcode ?? "", City = given.City ?? "", Country = given.Country ?? "", Iban = given.Iban ?? "",
            };
            var written = await CreateCustomer.RunAsync(
                session.Context, customer, Arguments.CallerKey(parsed.GetValue(key)!, customer.ExternalKey), cancel);
            Arguments.Done(globals.Output(parsed), written.OrFaults(), "customer");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Change(Globals globals)
    {
        var which = new Argument<string>("customer") { Description = "Id (cus_1001) or your own customer number." };
        var since = Arguments.Field("--tax-id-from",
            "First tax date on which a tax id that is given or taken away counts; may lie in the past. Default: today in UTC.");
        var key = Arguments.Key("");
        var fields = new Fields(adding: false);
        var command = new Command("change",
            "Changes a customer; what is not given stays, an empty text (\"\") empties a field. The external key and the seller "
            + "stay. Issued\ndocuments keep what they say.\n\nExample: tollgate customer change C-17 --city Gdańsk --phone \"\"")
        {
            which, since, key,
        };
        fields.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.CustomerAsync(session.Context, parsed.GetValue(which)!, cancel);
            var change = fields.Read(parsed) with { TaxIdFrom = Arguments.Date(parsed.GetValue(since), "--tax-id-from") };
            var written = await ChangeCustomer.RunAsync(session.Context, id, change, parsed.GetValue(key)!, cancel);
            Arguments.Done(globals.Output(parsed), written.OrFaults(), "customer");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Show(Globals globals)
    {
        var which = new Argument<string>("customer") { Description = "Id (cus_1001) or your own customer number." };
        var command = new Command("show", "Shows a customer with its accounts.") { which };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.CustomerAsync(session.Context, parsed.GetValue(which)!, cancel);
            var customer = (await ReadCustomers.OneAsync(session.Context, id, cancel)).OrRefuse();
            var accounts = await ReadAccounts.ListAsync(
                session.Context, new AccountFilter { Customer = id }, limit: Paging.Most, cancel: cancel);
            globals.Output(parsed).Record(customer.Name,
            [
                ("id", customer.Id), ("external key", customer.ExternalKey), ("phase", customer.Phase),
                ("seller", customer.Seller),
                ("organisation", customer.Organisation), ("tax id", customer.TaxId), ("email", customer.Email),
                ("phone", customer.Phone), ("street", customer.Street), ("postcode", customer.Postcode), ("city", customer.City),
                ("country", customer.Country),
                ("accounts", string.Join(", ", accounts.Items.Select(account => $"{account.Id} ({account.ExternalKey})"))),
                ("created", customer.CreatedAt), ("ended", customer.EndedAt),
            ]);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command List(Globals globals)
    {
        var after = Arguments.Text("--after", "Continue after this id (the last of the page before).");
        var limit = new Option<int>("--limit") { Description = "Lines, 1 to 500.", DefaultValueFactory = _ => Paging.Default };
        var phase = Arguments.Text("--phase", "Only active or only ended ones.");
        var command = new Command("list", "Lists customers in the order of their ids.") { phase, after, limit };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
            var page = await ReadCustomers.ListAsync(
                session.Context, phase: Given(parsed.GetValue(phase)), after: Given(parsed.GetValue(after)),
                limit: Math.Clamp(parsed.GetValue(limit), 1, Paging.Most), cancel: cancel);
            var output = globals.Output(parsed);
            output.Table("Customers", ["id", "external key", "name", "city", "country", "phase"], page.Items.Select(customer =>
                new object?[]
            {
                customer.Id, customer.ExternalKey, customer.Name, customer.City, customer.Country, customer.Phase,
            }));
            if (page.Next is not null)
            {
                output.Line($"More: --after {page.Next}");
            }
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command End(Globals globals)
    {
        var which = new Argument<string>("customer") { Description = "Id (cus_1001) or your own customer number." };
        var at = Arguments.At();
        var command = new Command("end", "Ends a customer with its accounts, subscriptions and identities.") { which, at };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.CustomerAsync(session.Context, parsed.GetValue(which)!, cancel);
            var written = await EndCustomer.RunAsync(
                session.Context, id, await Arguments.TimeAsync(session.Context, parsed.GetValue(at),
                    (Primitives.AccountId?)null, cancel), "", cancel);
            Arguments.Done(globals.Output(parsed), written.OrFaults(), "ended");
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>What may be changed of a customer.</summary>
    private sealed class Fields(bool adding)
    {
        private readonly Option<string?> name = Arguments.Field("--name", "Full name.", required: adding);
        private readonly Option<bool?> organisation = new("--organisation")
        {
            Description = adding ? "It is a company." : "It is a company; 'false': it is none.", Arity = ArgumentArity.ZeroOrOne,
        };
        private readonly Option<string?> tax = Arguments.Field("--tax-id", "VAT number.");
        private readonly Option<string?> email = Arguments.Field("--email", "For invoices.");
        private readonly Option<string?> phone = Arguments.Field("--phone", "For questions.");
        private readonly Option<string?> street = Arguments.Field("--street", "With house number.");
        private readonly Option<string?> postcode = Arguments.Field("--postcode", "Postal code.");
        private readonly Option<string?> city = Arguments.Field("--city", "Town.");
        private readonly Option<string?> country =
            Arguments.Field("--country", "ISO 3166-1 alpha-2." + (adding ? " Default: the seller's." : ""));
        private readonly Option<string?> iban = Arguments.Field("--iban", "For direct debit.");

        internal void AddTo(Command command)
        {
            foreach (var option in new Option[]
            {
                name, organisation, tax, email, phone, street, postcode, city, country, iban,
            })
            {
                command.Add(option);
            }
        }

        internal CustomerChange Read(ParseResult parsed) => new()
        {
            Name = parsed.GetValue(name), Organisation = parsed.GetValue(organisation), TaxId = parsed.GetValue(tax),
            Email = parsed.GetValue(email), Phone = parsed.GetValue(phone), Street = parsed.GetValue(street),
            Postcode = parsed.GetValue(postcode), City = parsed.GetValue(city), Country = parsed.GetValue(country),
            Iban = parsed.GetValue(iban),
        };
    }
}
