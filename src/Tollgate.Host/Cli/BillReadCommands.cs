using System.CommandLine;
using System.Text.Json.Nodes;
using Tollgate.Billing;
using Tollgate.Documents;
using Tollgate.Operations.Billing;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Host.Cli;

/// <summary>The commands under <c>tollgate bill</c> that only read.</summary>
internal static class BillReadCommands
{
    internal static Command List(Globals globals)
    {
        var run = new Option<string?>("--run") { Description = "Documents of this run.", HelpName = "RUN" };
        var account = new Option<string?>("--account") { Description = "Documents of this account.", HelpName = "ACCOUNT" };
        var phase = new Option<string>("--phase")
        {
            Description = "Only documents in this phase: draft, accepted, issued or cancelled.",
            HelpName = "PHASE",
            DefaultValueFactory = _ => "",
        };
        phase.AcceptOnlyFromAmong("draft", "accepted", "issued", "cancelled");
        var parked = new Option<bool>("--parked") { Description = "Accounts that could not be billed, with the cure." };
        var command = new Command("list",
            "Lists bill runs; with --run, --account or --phase the documents; with --parked the accounts that wait "
            + "for a cure.\n\n"
            + "Example: tollgate bill list --run run_2001 --format json")
        {
            run, account, phase, parked,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var output = globals.Output(parsed);
            await using var session = await globals.OpenAsync(parsed, cancel);
            var filter = new DocumentFilter(
                parsed.GetValue(run) is { } one ? await BillCommands.ReadRunAsync(session.Context, one, cancel) : null,
                parsed.GetValue(account) is { } two ? await Arguments.AccountAsync(session.Context, two, cancel) : null,
                Phase: parsed.GetValue(phase)!);
            if (parsed.GetValue(parked))
            {
                output.Table("Parked accounts", ["Account", "Customer", "Run", "Reason", "Detail"],
                    (await ReadDocuments.ParkedAsync(session.Context, cancel)).Select(row =>
                        new object?[] { row.Account, row.Customer, row.Run, row.Reason, row.Detail }));
            }
            else if (filter == new DocumentFilter())
            {
                output.Table("Bill runs",
                    ["Run", "Cycle day", "Date", "Phase", "Accounts", "Done", "Parked", "Drafts", "Accepted", "Issued"],
                    (await ReadDocuments.RunsAsync(session.Context, cancel)).Select(row => new object?[]
                    {
                        row.Run, row.CycleDay, BillCommands.Text(row.Date), row.Phase, row.Accounts, row.Done,
                        row.Parked, row.Drafts,
                        row.Accepted, row.Issued,
                    }));
            }
            else
            {
                output.Table("Documents",
                    ["Document", "Account", "Number", "Phase", "Delivery", "From", "To", "Due", "Gross", "This bill"],
                    (await ReadDocuments.ListAsync(session.Context, filter, cancel)).Select(row => new object?[]
                    {
                        row.Id, row.Account, row.Number, row.Phase, row.Delivery, BillCommands.Text(row.Period.From),
                        BillCommands.Text(row.Period.To), BillCommands.Text(row.DueDate),
                        BillCommands.Minor(row.GrossMinor, row.Currency),
                        BillCommands.Minor(row.DueMinor, row.Currency),
                    }));
            }
            return ExitCodes.Ok;
        });
        return command;
    }

    internal static Command Show(Globals globals)
    {
        var document = DocumentArgument();
        var language = LanguageOption("of the document as it was issued");
        var command = new Command("show",
            "Shows one document: every line with how its amount came about, taxes and totals. This bill: what the document "
            + "itself demands; open from before: what was owed already, payments taken off; amount to pay: both, as printed.\n\n"
            + "Example: tollgate bill show doc_2045")
        {
            document, language,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var output = globals.Output(parsed);
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.DocumentAsync(session.Context, parsed.GetValue(document)!, cancel);
            Print(output, (await ReadDocuments.ShowAsync(
                session.Context, id, parsed.GetValue(language), cancel)).OrRefuse());
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>The language of what a bill says.</summary>
    internal static Option<string?> LanguageOption(string standard)
    {
        var language = new Option<string?>("--language")
        {
            Description = "Language of explanations and usage: en or de. Names of the catalogue stay as billed. Default: that "
                + standard + ".",
            HelpName = "LANGUAGE",
        };
        language.AcceptOnlyFromAmong("en", "de");
        return language;
    }

    internal static Command Pdf(Globals globals)
    {
        var document = DocumentArgument();
        var file = new Option<string>("--out") { Description = "The file to write.", HelpName = "FILE", Required = true };
        var command = new Command("pdf",
            "Prints a document: an issued one from its frozen content, any other with a draft mark.\n\n"
            + "Example: tollgate bill pdf doc_2045 --out bill.pdf")
        {
            document, file,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.DocumentAsync(session.Context, parsed.GetValue(document)!, cancel);
            var pdf = (await ReadDocuments.PdfAsync(session.Context, id, cancel)).OrRefuse();
            await File.WriteAllBytesAsync(parsed.GetValue(file)!, pdf, cancel);
            globals.Output(parsed).Record("Printed", [("Document", id), ("File", parsed.GetValue(file)), ("Bytes", pdf.Length)]);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Argument<string> DocumentArgument() => new("DOCUMENT")
    {
        Description = "Its id (doc_2045) or its printed number; see: tollgate bill list --run RUN",
    };

    private static void Print(Output output, DocumentDetail detail)
    {
        var head = detail.Head;
        Money Of(long minor) => BillCommands.Minor(minor, head.Currency);
        string Explain(DocumentLine line) => detail.Words.Explain(line.Explanation, Of(0).Currency);
        (string, object?)[] fields =
        [
            ("Document", head.Id), ("Kind", head.Kind), ("Phase", head.Phase), ("Number", head.Number),
            ("Customer", head.Customer),
            ("Account", head.Account), ("Period from", BillCommands.Text(head.Period.From)),
            ("Period to", BillCommands.Text(head.Period.To)),
            ("Issue date", BillCommands.Text(head.IssueDate)), ("Due date", BillCommands.Text(head.DueDate)),
            ("Net", Of(head.NetMinor)),
            ("Tax", Of(head.TaxMinor)), ("Gross", Of(head.GrossMinor)), ("Settled from prepaid", Of(head.SettledMinor)),
            ("Set off", Of(head.CreditedMinor)), ("Cash rounding", Of(head.RoundingMinor)),
            ("This bill", detail.Totals.ThisBill), ("Open from before", detail.Totals.OpenFromBefore),
            ("Amount to pay", detail.Totals.AmountDue), ("Status", head.Status.Text()), ("Left", Of(head.OpenMinor)),
            ("Catalogue version", head.CatalogueVersion),
        ];
        BillCommands.Warn(output, detail.Warnings);
        if (output.IsJson)
        {
            var lines = new JsonArray([.. detail.Lines.Select(line => (JsonNode)new JsonObject
            {
                ["no"] = line.No, ["kind"] = line.Kind, ["reason"] = line.Reason, ["service"] = line.GroupLabel,
                ["code"] = line.Code,
                ["description"] = line.Description, ["from"] = BillCommands.Text(line.Period.From),
                ["to"] = BillCommands.Text(line.Period.To),
                ["quantity"] = DocumentText.Text(line.Quantity), ["unit"] = line.UnitText,
                ["net"] = Output.Node(Of(line.NetMinor)),
                ["taxPercent"] = DocumentText.Text(line.TaxPercent), ["explanation"] = Explain(line),
            })]);
            var taxes = new JsonArray([.. detail.Taxes.Select(tax => (JsonNode)new JsonObject
            {
                ["code"] = tax.Code, ["name"] = tax.Name, ["percent"] = DocumentText.Text(tax.Percent),
                ["base"] = Output.Node(Of(tax.BaseMinor)),
                ["tax"] = Output.Node(Of(tax.TaxMinor)),
            })]);
            output.Record("", [.. fields, ("Lines", lines), ("Taxes", taxes)]);
            return;
        }
        output.Record($"{head.Id}", fields);
        output.Table("Lines", ["No", "Service", "Description", "From", "To", "Quantity", "Net", "Tax %", "How it came about"],
            detail.Lines.Select(line => new object?[]
            {
                line.No, line.GroupLabel, line.Description, BillCommands.Text(line.Period.From),
                BillCommands.Text(line.Period.To),
                $"{DocumentText.Text(line.Quantity)} {line.UnitText}".TrimEnd(), Of(line.NetMinor),
                DocumentText.Text(line.TaxPercent),
                Explain(line),
            }));
        output.Table("Taxes", ["Tax", "Percent", "Base", "Amount"],
            detail.Taxes.Select(tax =>
                new object?[] { tax.Name, DocumentText.Text(tax.Percent), Of(tax.BaseMinor), Of(tax.TaxMinor) }));
    }
}
