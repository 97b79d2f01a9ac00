using System.CommandLine;
using Tollgate.Operations.Customers;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate account list</c>.</summary>
internal static class AccountListCommand
{
    internal static Command Build(Globals globals)
    {
        var customer = Text("--customer", "Accounts of this customer: id or your own number.", "CUSTOMER");
        var name = Text("--name", "Accounts of customers with this in their names.", "TEXT");
        var day = new Option<int?>("--cycle-day")
        {
            Description = "Accounts of this bill cycle, 1 to 31; 0: cycles that are not monthly.", HelpName = "DAY",
        };
        var phase = Text("--phase", "active or ended.", "PHASE");
        phase.AcceptOnlyFromAmong("active", "ended");
        var seller = Text("--seller", "Accounts of this seller: id or code.", "SELLER");
        var reseller = Text("--reseller", "Accounts of customers of this reseller: id or your own number.", "CUSTOMER");
        var after = Text("--after", "Go on after this account.", "ACCOUNT");
        var most = new Option<int>("--limit")
        {
            Description = "At most so many.", HelpName = "N", DefaultValueFactory = _ => Paging.Default,
        };
        var command = new Command("list",
            "Lists billing accounts in the order of their ids.\n\nExample: tollgate account list --cycle-day 31 --phase active")
        {
            customer, name, day, phase, seller, reseller, after, most,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            if (parsed.GetValue(day) is < 0 or > 31)
            {
                throw new CommandRefusedException(
                    $"--cycle-day {parsed.GetValue(day)} is no cycle. Give 1 to 31, or 0 for cycles that are not monthly.",
                    ExitCodes.Usage);
            }
            await using var session = await globals.OpenAsync(parsed, cancel);
            var page = await ReadAccounts.ListAsync(session.Context, new AccountFilter
            {
                Customer = parsed.GetValue(customer) is { } owner
                    ? await Arguments.CustomerAsync(session.Context, owner, cancel) : null,
                Name = parsed.GetValue(name), CycleDay = parsed.GetValue(day), Phase = parsed.GetValue(phase),
                Seller = parsed.GetValue(seller) is { } sells
                    ? await SellerCommands.FindAsync(session.Context, sells, cancel) : null,
                Reseller = parsed.GetValue(reseller) is { } above
                    ? await Arguments.CustomerAsync(session.Context, above, cancel) : null,
            },
                parsed.GetValue(after) is { } last
                    ? (await Arguments.AccountAsync(session.Context, last, cancel)).ToString() : null,
                Math.Min(UsageCommands.Positive(parsed.GetValue(most), "--limit"), Paging.Most), cancel);
            var output = globals.Output(parsed);
            output.Table("Accounts",
                ["account", "number", "customer", "name", "phase", "cycle day", "currency", "payment", "billed to"],
                page.Items.Select(account => new object?[]
                {
                    account.Id, account.ExternalKey, account.Customer, account.CustomerName, account.Phase, account.CycleDay,
                    account.Currency, account.PaymentMethod, BillCommands.Text(account.BilledTo),
                }));
            if (page.Next is { } next)
            {
                output.Line($"There are more. Go on with: --after {next}");
            }
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Option<string?> Text(string name, string description, string help) =>
        new(name) { Description = description, HelpName = help };
}
