using System.CommandLine;
using System.Globalization;
using Tollgate.Ledger;
using Tollgate.Operations;
using Tollgate.Operations.Adjustments;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate account adjust|adjustments|withdraw</c> and <c>tollgate deposit take|release|return</c>.</summary>
internal static class AdjustmentCommands
{
    private static Argument<string> Account() => new("ACCOUNT") { Description = "Id (acc_1042) or your own account number." };

    /// <summary>A part of the <c>account</c> command.</summary>
    internal static Command Adjust(Globals globals)
    {
        var (account, key) = (Account(), Arguments.Key());
        var charge = new Option<decimal?>("--charge")
        {
            Description = "A line of this amount on the next bill; negative: a credit in that tax category. Needs --tax.",
            HelpName = "AMOUNT",
        };
        var credit = new Option<decimal?>("--credit")
        {
            Description = "Money that the next bills set off, before or after tax as the policy says (creditsBeforeTax).",
            HelpName = "AMOUNT",
        };
        var text = Arguments.Text("--text", "As printed.", required: true);
        var tax = Arguments.Text("--tax", "Tax category of the charge.");
        var included = new Option<bool>("--tax-included") { Description = "The charge contains tax." };
        var kind = new Option<string>("--kind")
        {
            Description = $"Kind of the charge: {string.Join(", ", AdjustAccount.Kinds)}.", HelpName = "KIND",
            DefaultValueFactory = _ => "charge",
        };
        var on = Arguments.Text(
            "--on", "Day of the charge: on the first bill on or after it; also its tax date. Default: today.");
        var revenue = Arguments.Text("--revenue-account", "Ledger account of the charge. Default: 4900-other.");
        var before = new Option<bool>("--before-tax")
        {
            Description = "The credit lowers what is taxed, whatever the policy says.",
        };
        var after = new Option<bool>("--after-tax")
        {
            Description = "The credit lowers what is left to pay, whatever the policy says.",
        };
        var reason = Arguments.Text("--reason", "Why, for whoever reads the history.");
        var command = new Command("adjust",
            "Puts a charge on the next bill of an account, or gives it a credit.\n\n"
            + "Example: tollgate account adjust A-17 --credit 10.00 --text \"For the outage in October\"")
        {
            account, charge, credit, text, tax, included, kind, on, revenue, before, after, reason, key,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.AccountAsync(session.Context, parsed.GetValue(account)!, cancel);
            var (words, why) = (parsed.GetValue(text)!, parsed.GetValue(reason)!);
            switch (parsed.GetValue(charge), parsed.GetValue(credit))
            {
                case ({ } amount, null):
                    Arguments.Done(globals.Output(parsed), (await AdjustAccount.ChargeAsync(
                        session.Context, new NewGivenLine(
                            id, words, amount, parsed.GetValue(tax)!, parsed.GetValue(included), parsed.GetValue(kind)!,
                            Arguments.Date(parsed.GetValue(on), "--on"), parsed.GetValue(revenue)!, why),
                        await CatalogueVersions.InForceAsync(session.Context, cancel), parsed.GetValue(key)!, cancel)).OrFaults(),
                        "line");
                    return ExitCodes.Ok;
                case (null, { } amount):
                    bool? side = parsed.GetValue(before) ? true : parsed.GetValue(after) ? false : null;
                    Arguments.Done(globals.Output(parsed), (await AdjustAccount.CreditAsync(
                        session.Context, new NewCredit(id, words, amount, side, why), parsed.GetValue(key)!, cancel)).OrFaults(),
                        "credit");
                    return ExitCodes.Ok;
                default:
                    throw new CommandRefusedException("Give either --charge or --credit.", ExitCodes.Usage);
            }
        });
        return command;
    }

    /// <summary>A part of the <c>account</c> command.</summary>
    internal static Command List(Globals globals)
    {
        var account = Account();
        var command = new Command("adjustments",
            "Charges, credits and deposits given to an account by hand, and what became of them.") { account };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.AccountAsync(session.Context, parsed.GetValue(account)!, cancel);
            globals.Output(parsed).Table("Adjustments",
                ["Id", "Kind", "Text", "On", "Amount", "Left", "State", "Tax", "Reason", "By"],
                (await ReadAdjustments.ListAsync(session.Context, id, cancel)).OrRefuse().Select(one => new object?[]
                {
                    one.Id, one.Kind, one.Text, BillCommands.Text(one.On), one.Amount, one.Left, one.State, one.Tax, one.Reason,
                    one.Actor,
                }));
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>A part of the <c>account</c> command.</summary>
    internal static Command Withdraw(Globals globals)
    {
        var which = new Argument<string>("ADJUSTMENT") { Description = "giv_… or crd_…, see tollgate account adjustments." };
        var command = new Command("withdraw",
            "Takes a charge, or what is left of a credit, back; what was billed of the charge comes back with the next bill.")
        {
            which,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var done = (await AdjustAccount.WithdrawAsync(session.Context, parsed.GetValue(which)!, cancel)).OrRefuse();
            globals.Output(parsed).Record("Withdrawn", [("Adjustment", done)]);
            return ExitCodes.Ok;
        });
        return command;
    }

    internal static Command Deposit(Globals globals)
    {
        var command = new Command("deposit",
            "Money left as security: a liability that the final bill sets off, or that is paid back. See also: account "
            + "adjustments.");
        command.Add(Take(globals));
        command.Add(Release(globals));
        command.Add(Return(globals));
        return command;
    }

    private static Option<string> Channel(string description)
    {
        var channel = new Option<string>("--channel")
        {
            Description = description, HelpName = "CHANNEL", DefaultValueFactory = _ => "transfer",
        };
        channel.AcceptOnlyFromAmong("transfer", "direct-debit", "card", "cash");
        return channel;
    }

    private static Argument<string> Which() => new("DEPOSIT") { Description = "Id (crd_1042)." };

    private static Command Take(Globals globals)
    {
        var (account, channel) = (Account(), Channel("How it came in: transfer, direct-debit, card or cash."));
        var amount = new Option<decimal>("--amount")
        {
            Description = "In the account's currency.", HelpName = "AMOUNT", Required = true,
        };
        var text = new Option<string>("--text")
        {
            Description = "As printed when it is set off.", HelpName = "TEXT", DefaultValueFactory = _ => "Deposit",
        };
        var key = new Option<string>("--key")
        {
            Description = "The channel's own key of this payment; repeating it takes nothing twice.", HelpName = "KEY",
            Required = true,
        };
        var date = Arguments.Text("--date", "Value date. Default: today in the account's zone.");
        var command = new Command("take",
            "Takes a deposit.\n\nExample: tollgate deposit take A-17 --amount 50.00 --key till-4711 --channel cash")
        {
            account, amount, channel, text, key, date,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.AccountAsync(session.Context, parsed.GetValue(account)!, cancel);
            var currency = (await RecordPayment.CurrencyAsync(session.Context, id, cancel)).OrRefuse();
            var on = Arguments.Date(parsed.GetValue(date), "--date")
                ?? session.Context.Now.InZone(await Zones.OfAsync(session.Context, id, cancel)).Date;
            Arguments.Done(globals.Output(parsed), (await Deposits.TakeAsync(
                session.Context, new NewDeposit(
                    id, new Money(parsed.GetValue(amount), currency), PaymentChannels.Parse(parsed.GetValue(channel)!)!.Value, on,
                    parsed.GetValue(text)!, parsed.GetValue(key)!), cancel)).OrFaults(), "deposit");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Release(Globals globals)
    {
        var which = Which();
        var command = new Command("release", "Lets the next bill set a deposit off, before the account ends.") { which };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var done = (await Deposits.ReleaseAsync(
                session.Context, BillCommands.ReadId<CreditId>(parsed.GetValue(which)!), cancel)).OrRefuse();
            globals.Output(parsed).Record("Released", [("Deposit", done)]);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Return(Globals globals)
    {
        var (which, channel) = (Which(), Channel("How it goes out: transfer, direct-debit, card or cash."));
        var amount = new Option<decimal?>("--amount") { Description = "Default: all that is left.", HelpName = "AMOUNT" };
        var key = new Option<string>("--key")
        {
            Description = "Your own key of this payment; repeating it pays nothing twice.", HelpName = "KEY", Required = true,
        };
        var date = Arguments.Text("--date", "Value date. Default: today in the account's zone.");
        var command = new Command("return", "Pays a deposit, or a part of it, back.") { which, amount, channel, key, date };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var back = (await Deposits.ReturnAsync(
                session.Context, new DepositReturn(
                    BillCommands.ReadId<CreditId>(parsed.GetValue(which)!), parsed.GetValue(amount),
                    PaymentChannels.Parse(parsed.GetValue(channel)!)!.Value, Arguments.Date(parsed.GetValue(date), "--date"),
                    parsed.GetValue(key)!), cancel)).OrRefuse();
            globals.Output(parsed).Record("Returned", [("Amount", back.ToString())]);
            return ExitCodes.Ok;
        });
        return command;
    }
}
