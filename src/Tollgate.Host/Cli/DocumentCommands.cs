using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Tollgate.Operations;
using Tollgate.Operations.Documents;
using Tollgate.Primitives;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate document credit</c> and its siblings: single documents, outside of bill runs.</summary>
internal static class DocumentCommands
{
    internal static Command Build(Globals globals)
    {
        var command = new Command("document",
            "Single documents: credit notes and corrections of issued documents, and documents besides the bills.\n\n"
            + "Each is made and issued at once; with --draft it waits for tollgate document issue.");
        command.Add(Credit(globals));
        command.Add(DocumentMakeCommands.Debit(globals));
        command.Add(DocumentMakeCommands.Advance(globals));
        command.Add(DocumentMakeCommands.Correct(globals));
        command.Add(DocumentMakeCommands.Statement(globals));
        command.Add(DocumentReadCommands.Issue(globals));
        command.Add(DocumentReadCommands.List(globals));
        command.Add(DocumentReadCommands.Links(globals));
        command.Add(DocumentReadCommands.View(globals));
        command.Add(DocumentReadCommands.Types(globals));
        command.Add(DocumentReadCommands.Type(globals));
        return command;
    }

    /// <summary>Options that every single document has.</summary>
    internal sealed record OrderOptions(
        Option<string> Key, Option<string> Reason, Option<string?> Date, Option<string> Type, Option<bool> Draft)
    {
        internal static OrderOptions Create() => new(
            new Option<string>("--key")
            {
                Description = "Your own key of this request; repeating it makes nothing twice.", HelpName = "KEY",
                Required = true,
            },
            Arguments.Text("--reason", "Why, as printed on the document."),
            new Option<string?>("--date") { Description = "Issue date. Default: today at the seller's.", HelpName = "DATE" },
            Arguments.Text("--type", "Document type of your own. Default: the built-in one."),
            new Option<bool>("--draft") { Description = "Leave it as a draft." });

        internal void AddTo(Command command)
        {
            command.Add(Key);
            command.Add(Reason);
            command.Add(Date);
            command.Add(Type);
            command.Add(Draft);
        }

        internal DocumentOrder Read(ParseResult parsed) => new(
            parsed.GetValue(Key)!, parsed.GetValue(Reason)!, Arguments.Date(parsed.GetValue(Date), "--date"),
            parsed.GetValue(Type)!, parsed.GetValue(Draft));
    }

    private static Command Credit(Globals globals)
    {
        var document = Document();
        var amount = new Option<string?>("--amount")
        {
            Description = "Only so much, with tax, divided over the lines. Default: everything that is left.",
            HelpName = "AMOUNT",
        };
        var lines = new Option<string[]>("--line")
        {
            Description = "Only this line (3), or so much of it (3=12.50); may be given more than once.", HelpName = "LINE",
        };
        var net = new Option<bool>("--net") { Description = "Amounts are without tax." };
        var again = new Option<bool?>("--bill-again")
        {
            Description = "true: what is credited counts as not billed, and the next bill charges what is due "
                + "(usage stays billed); false: the credit is final. Default: the policy, which is final.",
            HelpName = "true|false",
        };
        var order = OrderOptions.Create();
        var command = new Command("credit",
            "Credits an issued invoice, debit note or advance invoice with the tax of the original: all that is left, an amount, "
            + "or lines.\n\n"
            + "Example: tollgate document credit doc_2045 --line 2=12.50 --reason \"No service on 3 November\" --key ticket-77")
        {
            document, amount, lines, net, again,
        };
        order.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var request = new CreditRequest(
                await Arguments.DocumentAsync(session.Context, parsed.GetValue(document)!, cancel),
                parsed.GetValue(amount) is { } text ? Arguments.Number(text) : null,
                [.. (parsed.GetValue(lines) ?? []).Select(ReadLine)], parsed.GetValue(net), parsed.GetValue(again),
                order.Read(parsed));
            Print(globals.Output(parsed), (await CreditDocument.RunAsync(session.Context, request, cancel)).OrFaults());
            return ExitCodes.Ok;
        });
        return command;
    }

    internal static Argument<string> Document() => new("DOCUMENT")
    {
        Description = "The original: its id (doc_2045) or its printed number.",
    };

    internal static void Print(Output output, DocumentMade made) => output.Record(
        made.Replayed ? "Made before" : made.Number is null ? "Drafted" : "Issued",
        [
            ("Document", made.Document), ("Kind", made.Kind), ("Number", made.Number), ("Net", made.Net.ToString()),
            ("Tax", made.Tax.ToString()), ("Gross", made.Gross.ToString()),
            .. made.Note.Length > 0 ? [("Note", made.Note)] : Array.Empty<(string, object?)>(),
            .. Arguments.Replayed(output, made.Replayed),
        ]);

    private static CreditLine ReadLine(string text)
    {
        var parts = text.Split('=');
        return int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var no) && parts.Length <= 2
            ? new CreditLine(no, parts.Length == 2 ? Arguments.Number(parts[1]) : null)
            : throw new CommandRefusedException($"'{text}' is no line: write 3 or 3=12.50.", ExitCodes.Usage);
    }
}
