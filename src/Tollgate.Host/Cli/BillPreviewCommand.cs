using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Tollgate.Host.Api;
using Tollgate.Operations;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Catalogs;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate bill preview</c>.</summary>
internal static class BillPreviewCommand
{
    internal static Command Build(Globals globals)
    {
        var account = new Argument<string>("ACCOUNT") { Description = "Id (acc_1042) or your own account number." };
        var date = new Option<string?>("--date")
        {
            Description = "A later boundary of the account's cycle. Default: the next one.", HelpName = "DATE",
        };
        var with = new Option<string[]>("--with")
        {
            Description = $"A change to consider; may be given several times: {PlannedChangeTexts.Forms}.", HelpName = "CHANGE",
            Arity = ArgumentArity.ZeroOrMore, DefaultValueFactory = _ => [],
        };
        var language = BillReadCommands.LanguageOption("of the account's documents");
        var command = new Command("preview",
            "Computes the next bill of an account as it stands now, or with changes that are only considered, by the function\n"
            + "that computes real bills. Nothing is written.\n\n"
            + "Examples: tollgate bill preview A-17\n"
            + "          tollgate bill preview A-17 --with plan:sub_1044:xl@2026-11-15 --with add:roaming")
        {
            account, date, with, language,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var changes = new List<PlannedChange>();
            foreach (var text in parsed.GetValue(with)!)
            {
                changes.Add((await PlannedChangeTexts.ReadAsync(session.Context, text, cancel)).OrRefuse());
            }
            var request = new PreviewRequest(await Arguments.AccountAsync(session.Context, parsed.GetValue(account)!, cancel))
            {
                Date = Arguments.Date(parsed.GetValue(date), "--date"), Changes = [.. changes],
                Language = parsed.GetValue(language),
            };
            var preview = (await PreviewBill.RunAsync(
                session.Context, await CatalogueVersions.LoadAsync(session.Context, cancel), request, cancel)).OrRefuse();
            Print(globals.Output(parsed), preview, changes.Count > 0);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Print(Output output, BillPreview preview, bool changed)
    {
        var fields = new List<(string, object?)>
        {
            ("Account", preview.Account), ("Period from", BillCommands.Text(preview.From)),
                ("Period to", BillCommands.Text(preview.To)),
            ("Issue date", BillCommands.Text(preview.IssueDate)), ("Due date", BillCommands.Text(preview.DueDate)),
                ("Net", preview.Net),
            ("Tax", preview.Tax), ("Gross", preview.Gross), ("Settled from prepaid", preview.Settled),
            ("Set off", preview.Credited), ("Cash rounding", preview.Rounding), ("This bill", preview.Due),
            ("Open from before", preview.OpenFromBefore), ("Amount to pay", preview.AmountToPay),
        };
        if (changed)
        {
            fields.AddRange([("Without the changes", preview.DueWithoutChanges), ("Difference", preview.Difference)]);
        }
        if (output.IsJson)
        {
            output.Record("", [.. fields, ("Lines", new JsonArray([.. preview.Lines.Select(Node)])), ("Taxes", new JsonArray(
                [.. preview.Taxes.Select(Node)]))]);
            return;
        }
        output.Record("Preview", fields);
        output.Table("Lines", ["Subscription", "Description", "From", "To", "Quantity", "Net", "Tax %", "How it came about"],
            preview.Lines.Select(line => new object?[]
            {
                line.Subscription?.ToString() ?? (line.Considered ? "considered" : ""), line.Description,
                BillCommands.Text(line.From), BillCommands.Text(line.To),
                $"{DocumentText.Text(line.Quantity)} {line.Unit}".TrimEnd(), line.Net, DocumentText.Text(line.TaxPercent),
                    line.Explanation,
            }));
    }

    private static JsonObject Node(PreviewedLine line) => new()
    {
        ["kind"] = line.Kind, ["reason"] = line.Reason, ["subscription"] = line.Subscription?.ToString(), ["code"] = line.Code,
        ["description"] = line.Description, ["from"] = BillCommands.Text(line.From), ["to"] = BillCommands.Text(line.To),
        ["quantity"] = DocumentText.Text(line.Quantity), ["unit"] = line.Unit, ["amount"] = Output.Node(line.Amount),
        ["net"] = Output.Node(line.Net), ["tax"] = line.Tax, ["taxPercent"] = DocumentText.Text(line.TaxPercent),
        ["explanation"] = line.Explanation,
    };

    private static JsonObject Node(PreviewedTax tax) => new()
    {
        ["code"] = tax.Code, ["name"] = tax.Name, ["percent"] = DocumentText.Text(tax.Percent), ["base"] = Output.Node(tax.Base),
        ["tax"] = Output.Node(tax.Tax),
    };
}
