using System.CommandLine;
using Tollgate.Operations.Customers;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate customer add|show|list|end</c>.</summary>
internal static class CustomerCommands
{
    internal static Command Build(Globals globals) => new("customer", "The people and companies that buy.")
    {
        Add(globals), Show(globals), List(globals), End(globals),
    };

    private static Command Add(Globals globals)
    {
        var name = Arguments.Text("--name", "Full name.", required: true);
        var external = Arguments.Text("--external-key", "Your own customer number.");
        var seller = Arguments.Text("--seller", "Code of the seller. Default: the only one.");
        var organisation = new Option<bool>("--organisation") { Description = "It is a company." };
        var tax = Arguments.Text("--tax-id", "VAT number.");
        var email = Arguments.Text("--email", "For invoices.");
        var phone = Arguments.Text("--phone", "For questions.");
        var street = Arguments.Text("--street", "With house number.");
        var postcode = Arguments.Text("--postcode", "Postal code.");
        var city = Arguments.Text("--city", "Town.");
        var country = Arguments.Text("--country", "ISO 3166-1 alpha-2. Default: the seller's.");
        var iban = Arguments.Text("--iban", "For direct debit.");
        var key = Arguments.Key();
        var command = new Command(
            "add", "Creates a customer.\n\n"
                + "Example: tollgate customer add --name \"Ada Łukasik\" --external-key C-17 --city Kraków --country PL")
        {
            name, external, seller, organisation, tax, email, phone, street, postcode, city, country, iban, key,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            string Text(Option<string> option) => parsed.GetValue(option) ?? "";
            var code = Text(seller);
            var customer = new NewCustomer
            {
                Seller = code.Length == 0 ? null : await ReadSellers.FindAsync(session.Context, code, cancel)
                    ?? throw new CommandRefusedException(
                        $"There is no seller '{code}'. List them with: tollgate seller list. [unknown-seller]"),
                ExternalKey = Text(external), Name = Text(name), Organisation = parsed.GetValue(organisation), TaxId = Text(tax),
                Email = Text(email), Phone = Text(phone), Street = Text(street), Postcode = Text(postcode), City = Text(city),
                Country = Text(country), Iban = Text(iban),
            };
            var written = await CreateCustomer.RunAsync(
                session.Context, customer, Arguments.CallerKey(Text(key), customer.ExternalKey), cancel);
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
}
