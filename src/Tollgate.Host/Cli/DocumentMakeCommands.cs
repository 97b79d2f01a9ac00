using System.CommandLine;
using System.Text.Json;
using Tollgate.Billing;
using Tollgate.Host.Api;
using Tollgate.Operations.Documents;
using Tollgate.Primitives;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate document debit|advance|correct|statement</c>.</summary>
internal static class DocumentMakeCommands
{
    internal static Command Debit(Globals globals) => Charge(globals, BillKind.DebitNote, "debit",
        "Charges something besides the bills, with the taxes of the account.\n\n"
        + "Example: tollgate document debit acc_1042 --line \"Site visit;1;49.00;standard\" --key visit-12");

    internal static Command Advance(Globals globals) => Charge(globals, BillKind.AdvanceInvoice, "advance",
        "Demands money before the supply, with its tax. Once it is paid, the next bills set it off.\n\n"
        + "Example: tollgate document advance acc_1042 --line \"Prepayment of the connection;1;10000;standard\" --key order-7");

    private static Command Charge(Globals globals, BillKind kind, string name, string description)
    {
        var account = new Argument<string>("ACCOUNT") { Description = "Id (acc_1042) or your own account number." };
        var lines = new Option<string[]>("--line")
        {
            Description = "A line: \"text;quantity;unit price;tax category\"; may be given more than once.", HelpName = "LINE",
        };
        var file = new Option<string?>("--lines")
        {
            Description = "Lines as JSON, also with parts; see docs/reference/documents.md.", HelpName = "FILE",
        };
        var included = new Option<bool>("--tax-included") { Description = "Prices of --line contain tax." };
        var revenue = Arguments.Text("--revenue-account", "Ledger account of --line. Default: the chart's.");
        var from = new Option<string?>("--from") 
        {
            Description = "First day it is for. Default: the issue date.", HelpName = "DATE",
        };
        var to = new Option<string?>("--to") { Description = "First day it is no longer for.", HelpName = "DATE" };
        var adds = new Option<string?>("--for") { Description = "An issued document that it adds to.", HelpName = "DOCUMENT" };
        var order = DocumentCommands.OrderOptions.Create();
        var command = new Command(name, description) { account, lines, file, included, revenue, from, to };
        if (kind == BillKind.DebitNote)
        {
            command.Add(adds);
        }
        order.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var charges = parsed.GetValue(file) is { } path
                ? await LinesAsync(path, cancel)
                : (parsed.GetValue(lines) ?? []).Select(line => Line(line, parsed.GetValue(included), parsed.GetValue(revenue)!));
            await using var session = await globals.OpenAsync(parsed, cancel);
            var (first, last) = (Arguments.Date(parsed.GetValue(from), "--from"), Arguments.Date(parsed.GetValue(to), "--to"));
            if (first is null != last is null || last <= first)
            {
                throw new CommandRefusedException("Give --from and a later --to, or neither.", ExitCodes.Usage);
            }
            var request = new ChargeRequest(
                await Arguments.AccountAsync(session.Context, parsed.GetValue(account)!, cancel), kind, [.. charges],
                first is { } a && last is { } b ? new BillPeriod(a, b) : null,
                kind == BillKind.DebitNote && parsed.GetValue(adds) is { } id
                    ? await Arguments.DocumentAsync(session.Context, id, cancel) : null,
                order.Read(parsed));
            DocumentCommands.Print(
                globals.Output(parsed), (await ChargeByDocument.RunAsync(session.Context, request, cancel)).OrFaults());
            return ExitCodes.Ok;
        });
        return command;
    }

    internal static Command Correct(Globals globals)
    {
        var document = DocumentCommands.Document();
        var tax = Arguments.Text("--tax",
            "Tax category that the lines belong to. Default: the one they have, at today's rules and the account's tax profile.");
        var lines = new Option<int[]>("--line") { Description = "Only this line; may be given more than once.", HelpName = "NO" };
        var order = DocumentCommands.OrderOptions.Create();
        var command = new Command("correct",
            "Corrects the tax of an issued document by a document of its own. Lines priced with tax keep what is paid, others "
            + "the net amount.\n\n"
            + "Example: tollgate document correct doc_2045 --tax reduced --key audit-3")
        {
            document, tax, lines,
        };
        order.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var request = new TaxCorrectionRequest(
                await Arguments.DocumentAsync(session.Context, parsed.GetValue(document)!, cancel),
                [.. parsed.GetValue(lines) ?? []],
                parsed.GetValue(tax)!, order.Read(parsed));
            DocumentCommands.Print(
                globals.Output(parsed), (await CorrectTax.RunAsync(session.Context, request, cancel)).OrFaults());
            return ExitCodes.Ok;
        });
        return command;
    }

    internal static Command Statement(Globals globals)
    {
        var account = new Argument<string>("ACCOUNT") { Description = "Id (acc_1042) or your own account number." };
        var from = new Option<string>("--from") { Description = "First day.", HelpName = "DATE", Required = true };
        var to = new Option<string>("--to") { Description = "Day after the last.", HelpName = "DATE", Required = true };
        var order = DocumentCommands.OrderOptions.Create();
        var command = new Command("statement",
            "Makes a statement of account: balance, documents and payments of a period.\n\n"
            + "Example: tollgate document statement acc_1042 --from 2026-01-01 --to 2026-11-01 --key st-2026-10")
        {
            account, from, to,
        };
        order.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var (first, last) = (BillCommands.ReadDate(parsed.GetValue(from)!), BillCommands.ReadDate(parsed.GetValue(to)!));
            if (last <= first)
            {
                throw new CommandRefusedException("--to must lie after --from.", ExitCodes.Usage);
            }
            var request = new StatementRequest(
                await Arguments.AccountAsync(session.Context, parsed.GetValue(account)!, cancel), new BillPeriod(first, last),
                order.Read(parsed));
            DocumentCommands.Print(
                globals.Output(parsed), (await StatementOfAccount.RunAsync(session.Context, request, cancel)).OrFaults());
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<ChargeLine[]> LinesAsync(string path, CancellationToken cancel)
    {
        try
        {
            return JsonSerializer.Deserialize<ChargeLine[]>(await File.ReadAllBytesAsync(path, cancel), ApiJson.Options) ?? [];
        }
        catch (JsonException problem)
        {
            throw new CommandRefusedException(
                $"{path} is no list of lines: {problem.Path} {problem.Message} See docs/reference/documents.md.");
        }
    }

    private static ChargeLine Line(string text, bool included, string revenue)
    {
        var parts = text.Split(';', StringSplitOptions.TrimEntries);
        return parts.Length == 4
            ? new ChargeLine(
                parts[0], Arguments.Number(parts[1]), Arguments.Number(parts[2]), parts[3], included,
                revenue)
            : throw new CommandRefusedException(
                $"'{text}' is no line: write \"text;quantity;unit price;tax category\".", ExitCodes.Usage);
    }
}
