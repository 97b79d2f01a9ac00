using System.CommandLine;
using System.Text;
using Tollgate.Billing;
using Tollgate.Documents;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Documents;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Host.Cli;

/// <summary><c>tollgate document list|show|view|issue|types|type</c>.</summary>
internal static class DocumentReadCommands
{
    internal static Command List(Globals globals)
    {
        var account = new Argument<string>("ACCOUNT") { Description = "Id (acc_1042) or your own account number." };
        var command = new Command("list", "Lists the documents of an account with kind, status and what is left to pay.")
        {
            account,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.AccountAsync(session.Context, parsed.GetValue(account)!, cancel);
            var heads = await ReadDocuments.ListAsync(session.Context, new DocumentFilter(Account: id), cancel);
            globals.Output(parsed).Table("Documents",
                ["Document", "Kind", "Type", "Accounting", "Number", "Status", "Issued", "Due", "Net", "Tax", "Gross", "Left"],
                heads.Select(head => new object?[]
                {
                    head.Id, head.Kind, head.Type, DocumentTypes.AccountingOf(DocumentTypes.Kind(head.Kind)!.Value).Text(),
                    head.Number, head.Status.Text(), BillCommands.Text(head.IssueDate), BillCommands.Text(head.DueDate),
                    BillCommands.Minor(head.NetMinor, head.Currency), BillCommands.Minor(head.TaxMinor, head.Currency),
                    BillCommands.Minor(head.GrossMinor, head.Currency), BillCommands.Minor(head.OpenMinor, head.Currency),
                }));
            return ExitCodes.Ok;
        });
        return command;
    }

    internal static Command Links(Globals globals)
    {
        var document = DocumentCommands.Document();
        var command = new Command("links",
            "Lists what a document credits, corrects, adds to or sets off, and what does so to it.")
        {
            document,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.DocumentAsync(session.Context, parsed.GetValue(document)!, cancel);
            globals.Output(parsed).Table("Links", ["Relation", "Direction", "Document", "Kind", "Number", "Phase"],
                (await ReadDocuments.LinksAsync(session.Context, id, cancel)).OrRefuse().Select(link => new object?[]
                {
                    link.Relation, link.Incoming ? "by" : "of", link.Other, link.Kind, link.Number, link.Phase,
                }));
            return ExitCodes.Ok;
        });
        return command;
    }

    internal static Command View(Globals globals)
    {
        var document = DocumentCommands.Document();
        var command = new Command("view", "Prints a document as JSON: everything that its PDF shows.") { document };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var id = await Arguments.DocumentAsync(session.Context, parsed.GetValue(document)!, cancel);
            var view = (await ReadDocuments.ViewAsync(session.Context, id, cancel)).OrRefuse();
            globals.Terminal.Out.WriteLine(Encoding.UTF8.GetString(InvoiceJson.Serialize(view)));
            return ExitCodes.Ok;
        });
        return command;
    }

    internal static Command Issue(Globals globals)
    {
        var document = new Argument<string>("DOCUMENT") { Description = "A draft that no bill run made, e.g. doc_2045." };
        var date = new Option<string?>("--date") { Description = "Issue date. Default: as drafted.", HelpName = "DATE" };
        var command = new Command("issue", "Issues a draft that was made with --draft.") { document, date };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var head = (await IssueDocument.RunAsync(
                session.Context, await Arguments.DocumentAsync(session.Context, parsed.GetValue(document)!, cancel),
                Arguments.Date(parsed.GetValue(date), "--date"), cancel)).OrRefuse();
            globals.Output(parsed).Record("Issued",
                [("Document", head.Id), ("Kind", head.Kind), ("Number", head.Number), ("Status", head.Status.Text())]);
            return ExitCodes.Ok;
        });
        return command;
    }

    internal static Command Types(Globals globals)
    {
        var command = new Command("types", "Lists the types of documents: built in and of your own.");
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            globals.Output(parsed).Table("Document types", ["Code", "Kind", "Accounting", "Series", "Prefix", "Name"],
                (await ChangeDocumentType.ListAsync(session.Context, cancel)).Select(type => new object?[]
                {
                    type.Code, type.Kind.Text(), type.Accounting.Text(), type.Series, type.Prefix, type.Name,
                }));
            return ExitCodes.Ok;
        });
        return command;
    }

    internal static Command Type(Globals globals)
    {
        var code = new Argument<string>("CODE") { Description = "E.g. late-fee; the code of a built-in type changes that." };
        var kind = new Option<string>("--kind") { Description = "What it is.", HelpName = "KIND", Required = true };
        kind.AcceptOnlyFromAmong([.. DocumentTypes.BuiltIn.Select(type => type.Code)]);
        var accounting = Arguments.Text("--accounting", "invoice, corrective-tax, advance or none. Default: by the kind.");
        var series = Arguments.Text("--series", "Number series. Default: the code.");
        var prefix = Arguments.Text("--prefix", "Of its numbers, after the seller's.");
        var name = Arguments.Text("--name", "As printed. Default: the kind's name in the document's language.");
        var command = new Command("type",
            "Adds a type of document of your own, or changes one.\n\n"
            + "Example: tollgate document type late-fee --kind debit-note --prefix LF- --name \"Late fee\"")
        {
            code, kind, accounting, series, prefix, name,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = await globals.OpenAsync(parsed, cancel);
            var what = DocumentTypes.Kind(parsed.GetValue(kind)!)!.Value;
            var word = parsed.GetValue(accounting)!;
            var books = word.Length == 0 ? DocumentTypes.AccountingOf(what) : DocumentTypes.Accounting(word)
                ?? throw new CommandRefusedException(
                    $"'{word}' is no accounting type: write invoice, corrective-tax, advance or none.", ExitCodes.Usage);
            var own = parsed.GetValue(code)!;
            var set = (await ChangeDocumentType.SetAsync(session.Context, new DocumentType(
                own, what, books, parsed.GetValue(series) is { Length: > 0 } other ? other : own, parsed.GetValue(prefix)!,
                parsed.GetValue(name)!), cancel)).OrFaults();
            globals.Output(parsed).Record("Document type",
                [("Code", set.Code), ("Kind", set.Kind.Text()), ("Accounting", set.Accounting.Text()), ("Series", set.Series)]);
            return ExitCodes.Ok;
        });
        return command;
    }
}
