using System.CommandLine;
using System.Globalization;
using NodaTime;
using Tollgate.Ledger;
using Tollgate.Operations;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate payment record</c> and <c>tollgate account top-up</c>.</summary>
internal static class PaymentCommands
{
    private sealed record Parts(Argument<string> Account, Option<string> Amount, Option<string> Channel, Option<string> Key,
        Option<string?> On);

    internal static Command Build(Globals globals)
    {
        var command = new Command("payment", "Payments: record money that came in.");
        command.Add(Record(globals));
        return command;
    }

    private static Command Record(Globals globals)
    {
        var parts = NewParts("The channel's own key of this payment, e.g. the bank's; repeating it books nothing twice.");
        var reference = new Option<string>("--reference")
        {
            Description = "What the payer wrote, e.g. a document number.",
            HelpName = "TEXT",
            DefaultValueFactory = _ => "",
        };
        var document = new Option<string?>("--document")
        {
            Description = "Pays this issued document first: its printed number or id.", HelpName = "DOCUMENT",
        };
        var command = new Command("record",
            "Records a payment and pays the oldest debts first, or with --document that document and then the oldest debts; what "
            + "is left stays as a credit and pays the next bills.\n\n"
            + "Examples: tollgate payment record acc_1042 --amount 71.40 --key bank-4711\n"
            + "          tollgate payment record acc_1042 --amount 20 --document NW2026-000017 --key bank-4712")
        {
            parts.Account, parts.Amount, parts.Channel, parts.Key, parts.On, reference, document,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var (account, amount, channel, on) = await ReadAsync(session, parsed, parts, cancel);
            var result = (await RecordPayment.RunAsync(
                session.Context, new PaymentRequest(
                    account, amount, channel, on, parsed.GetValue(parts.Key)!, parsed.GetValue(reference)!,
                    parsed.GetValue(document) is { } number
                        ? await Arguments.DocumentAsync(session.Context, number, cancel) : null),
                cancel)).OrRefuse();
            var output = globals.Output(parsed);
            output.Record(result.Replayed ? "Recorded before" : "Recorded",
            [
                ("Payment", result.Payment), ("Amount", result.Amount.ToString()), ("Allocated", result.Allocated.ToString()),
                .. result.ForDocument is { } part ? [("For the document", part.ToString())] : Array.Empty<(string, object?)>(),
                ("Credit", result.Credit.ToString()), .. Arguments.Replayed(output, result.Replayed),
            ]);
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary><c>top-up</c>, a part of the <c>account</c> command.</summary>
    internal static Command TopUp(Globals globals)
    {
        var parts = NewParts("The channel's own key of this top-up, e.g. the voucher; repeating it books nothing twice.");
        var command = new Command("top-up",
            "Puts prepaid money into the account's money pocket.\n\n"
                + "Example: tollgate account top-up acc_1042 --amount 20 --key voucher-991")
        {
            parts.Account, parts.Amount, parts.Channel, parts.Key, parts.On,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var (account, amount, channel, on) = await ReadAsync(session, parsed, parts, cancel);
            var result = (await Operations.Billing.TopUp.RunAsync(
                session.Context, new TopUpRequest(account, amount, channel, on, parsed.GetValue(parts.Key)!), cancel)).OrRefuse();
            var output = globals.Output(parsed);
            output.Record(result.Replayed ? "Topped up before" : "Topped up",
                [
                    ("Pocket", result.Pocket), ("Balance", result.Balance),
                    .. result.Earned.IsEmpty
                        ? [] : new (string, object?)[] { ("Earned", string.Join(", ", result.Earned.Select(Words))) },
                    .. Arguments.Replayed(output, result.Replayed),
                ]);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static string Words(TopUpBonus one) => string.Create(
        CultureInfo.InvariantCulture, $"{one.Amount} {one.Unit}") + (one.Into.Length == 0 ? "" : $" into {one.Into}");

    private static Parts NewParts(string keyText)
    {
        var channel = new Option<string>("--channel")
        {
            Description = "How it came in: transfer, direct-debit, card or cash.",
            HelpName = "CHANNEL",
            DefaultValueFactory = _ => "transfer",
        };
        channel.AcceptOnlyFromAmong("transfer", "direct-debit", "card", "cash");
        return new Parts(
            new Argument<string>("ACCOUNT") { Description = "Id (acc_1042) or your own account number." },
            new Option<string>("--amount")
            {
                Description = "In the account's currency, e.g. 71.40.", HelpName = "AMOUNT", Required = true,
            },
            channel,
            new Option<string>("--key") { Description = keyText, HelpName = "KEY", Required = true },
            new Option<string?>("--date") { Description = "Value date. Default: today in the account's zone.",
                HelpName = "DATE" });
    }

    private static async Task<(AccountId Account, Money Amount, PaymentChannel Channel, LocalDate On)> ReadAsync(
        Session session, ParseResult parsed, Parts parts, CancellationToken cancel)
    {
        var account = await Arguments.AccountAsync(session.Context, parsed.GetValue(parts.Account)!, cancel);
        var amount = Arguments.Number(parsed.GetValue(parts.Amount)!);
        var currency = (await RecordPayment.CurrencyAsync(session.Context, account, cancel)).OrRefuse();
        var on = parsed.GetValue(parts.On) is { } day
            ? BillCommands.ReadDate(day)
            : session.Context.Now.InZone(await Zones.OfAsync(session.Context, account, cancel)).Date;
        return (account, new Money(amount, currency), PaymentChannels.Parse(parsed.GetValue(parts.Channel)!)!.Value, on);
    }
}
