using System.CommandLine;
using System.Globalization;
using Tollgate.Operations;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate discount grant|list|end</c> and <c>tollgate coupon redeem</c>.</summary>
internal static class DiscountCommands
{
    internal static Command Build(Globals globals)
    {
        var command = new Command("discount",
            "Discounts given by hand, to an account or to one of its subscriptions, besides those of offers.");
        command.Add(Grant(globals));
        command.Add(List(globals));
        command.Add(End(globals));
        return command;
    }

    internal static Command Coupons(Globals globals)
    {
        var code = new Argument<string>("CODE") { Description = "The coupon, in letters of any case." };
        var (account, subscription, key) = (Account(), Subscription(), Arguments.Key());
        var redeem = new Command("redeem",
            "Redeems a coupon of the catalogue in force: its discount counts from today on.\n\n"
            + "Example: tollgate coupon redeem WELCOME10 --account A-17")
        {
            code, account, subscription, key,
        };
        redeem.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var (payer, one) = await WhoAsync(
                session.Context, parsed.GetValue(account)!, parsed.GetValue(subscription)!, cancel);
            Arguments.Done(globals.Output(parsed), (await RedeemCoupon.RunAsync(
                session.Context, payer, one, parsed.GetValue(code)!,
                await CatalogueVersions.InForceAsync(session.Context, cancel), parsed.GetValue(key)!, cancel)).OrFaults(),
                "discount");
            return ExitCodes.Ok;
        });
        return new Command("coupon", "Coupons of the catalogue.") { redeem };
    }

    private static Option<string> Account() => Arguments.Text("--account", "Id (acc_1042) or your own account number.");

    private static Option<string> Subscription() =>
        Arguments.Text("--subscription", "Only the charges of this subscription: id (sub_1001) or your own key.");

    private static Command Grant(Globals globals)
    {
        var (account, subscription, key) = (Account(), Subscription(), Arguments.Key());
        var percent = new Option<decimal?>("--percent") { Description = "10 for 10 %.", HelpName = "N" };
        var amount = new Option<decimal?>("--amount")
        {
            Description = "A fixed amount for each application, in the account's currency.", HelpName = "AMOUNT",
        };
        var code = new Option<string?>("--code") { Description = "A discount of the catalogue in force.", HelpName = "CODE" };
        var scope = new Option<string?>("--scope")
        {
            Description = "charge (each for itself), product (a subscription, per bill) or invoice. Default: charge for "
                + "--percent, invoice for --amount.",
            HelpName = "SCOPE",
        };
        var on = new Option<string?>("--on")
        {
            Description = "Charges reduced: recurring, one-time, usage, separated by commas, or all. Default: recurring.",
            HelpName = "KINDS",
        };
        var once = new Option<bool>("--once") { Description = "One period (scope charge) or bill. Default: for ever." };
        var periods = new Option<int?>("--periods") { Description = "So many periods or bills.", HelpName = "N" };
        var name = new Option<string?>("--name") { Description = "As printed. Default: Discount.", HelpName = "TEXT" };
        var reason = Arguments.Text("--reason", "Why, for whoever reads the history.", required: true);
        var from = Arguments.Text("--from", "First day; may lie in the past. Default: today.");
        var to = Arguments.Text("--to", "First day on which it no longer counts. Default: none.");
        var command = new Command("grant",
            "Gives a discount. Billed periods that it reaches back into are corrected with the next bill.\n\n"
            + "Example: tollgate discount grant --account A-17 --percent 10 --periods 3 --reason \"Complaint 4711\"")
        {
            account, subscription, percent, amount, code, scope, on, once, periods, name, reason, from, to, key,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var (payer, one) = await WhoAsync(
                session.Context, parsed.GetValue(account)!, parsed.GetValue(subscription)!, cancel);
            var discount = new NewDiscount
            {
                Subscription = one, Percent = parsed.GetValue(percent), Amount = parsed.GetValue(amount),
                Discount = parsed.GetValue(code), Scope = parsed.GetValue(scope), On = parsed.GetValue(on),
                Periods = parsed.GetValue(once) ? 1 : parsed.GetValue(periods), Name = parsed.GetValue(name),
                Reason = parsed.GetValue(reason)!, From = Arguments.Date(parsed.GetValue(from), "--from"),
                To = Arguments.Date(parsed.GetValue(to), "--to"),
            };
            Arguments.Done(globals.Output(parsed), (await GrantDiscount.RunAsync(
                session.Context, payer, discount, await CatalogueVersions.InForceAsync(session.Context, cancel),
                parsed.GetValue(key)!, cancel)).OrFaults(), "discount");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command List(Globals globals)
    {
        var account = new Argument<string>("ACCOUNT") { Description = "Id (acc_1042) or your own account number." };
        var command = new Command("list",
            "Discounts of an account and its subscriptions besides those of offers, ended ones included.") { account };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.AccountAsync(session.Context, parsed.GetValue(account)!, cancel);
            var given = (await ReadDiscounts.ListAsync(session.Context, id, cancel)).OrRefuse();
            globals.Output(parsed).Table("Discounts",
                ["Id", "For", "Discount", "Percent", "Amount", "Scope", "Periods", "From", "To", "Reason", "By"],
                given.Select(one => new object?[]
                {
                    one.Id, one.Subscription is { } only ? only : one.Account,
                    one.Coupon is { } coupon ? $"{one.Discount} ({coupon})" : one.Discount ?? one.Name, one.Percent, one.Amount,
                    one.Scope, one.Periods, BillCommands.Text(one.From), one.To is { } end ? BillCommands.Text(end) : null,
                    one.Reason, one.Actor,
                }));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command End(Globals globals)
    {
        var which = new Argument<string>("DISCOUNT") { Description = "Id (dis_1042), see tollgate discount list." };
        var on = Arguments.Text(
            "--on", "First day on which it no longer counts; its first day takes it back whole. Default: today.");
        var key = Arguments.Key();
        var command = new Command("end", "Ends a discount that was given by hand or by a coupon.") { which, on, key };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            Arguments.Done(globals.Output(parsed), (await EndDiscount.RunAsync(
                session.Context, BillCommands.ReadId<GrantId>(parsed.GetValue(which)!),
                Arguments.Date(parsed.GetValue(on), "--on"), parsed.GetValue(key)!, cancel)).OrFaults(), "discount");
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>The account, which a subscription alone names too.</summary>
    private static async Task<(AccountId Account, SubscriptionId? Subscription)> WhoAsync(
        OperationContext context, string account, string subscription, CancellationToken cancel)
    {
        if (subscription.Length == 0)
        {
            return account.Length > 0
                ? (await Arguments.AccountAsync(context, account, cancel), null)
                : throw new CommandRefusedException("Say for whom: --account or --subscription.", ExitCodes.Usage);
        }
        var id = await Arguments.SubscriptionAsync(context, subscription, cancel);
        var payer = account.Length > 0
            ? await Arguments.AccountAsync(context, account, cancel)
            : (await ReadSubscriptions.OneAsync(context, id, cancel)).OrRefuse().Account;
        return (payer, id);
    }
}
