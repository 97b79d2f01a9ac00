using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Billing;
using Tollgate.Catalog.Reading;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Documents;
using Tollgate.Operations.Scenarios.Facts;
using Tollgate.Operations.Scenarios.Reading;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Scenarios.Acts;

/// <summary>What the verbs for single documents say alike.</summary>
/// <param name="Number">Printed number of the document that it is about; null: the newest issued bill of the account.</param>
internal sealed record Paper(string Account, string? Number, string Reason, LocalDate? IssueDate, string Type, bool Draft)
{
    internal static Paper Read(ScenarioScope scope, Fields fields) => new(
        scope.Accounts.Use(fields, "account"), fields.OptionalText("document"), fields.OptionalText("reason") ?? "",
        scope.OptionalDate(fields, "issueDate"), fields.OptionalText("type") ?? "", fields.Flag("draft", otherwise: false));

    internal DocumentOrder Order(Stage stage) =>
        new(stage.NextKey(), Reason, IssueDate, Type, Draft);

    /// <summary>The document that it is about; <c>default</c> (which nothing has) when there is none.</summary>
    internal async Task<DocumentId> FindAsync(Stage stage, CancellationToken cancel)
    {
        var heads = await ReadDocuments.ListAsync(
            stage.Context, new DocumentFilter(Account: stage.Accounts[Account], Number: Number ?? "", Phase: "issued"), cancel);
        return heads.Where(head => Number is not null || head.Kind == BillKind.Invoice.Text()).Select(head => head.Id)
            .DefaultIfEmpty().MaxBy(id => id.Value);
    }

    internal static Played Told(Outcome<DocumentMade> outcome) => outcome.Refusal is { } refusal
        ? Played.Refused(refusal)
        : new Played($"{outcome.Value!.Number ?? "a draft"}, {outcome.Value.Gross}");
}

/// <summary><c>credit</c>: an issued document is taken back, whole, by an amount or by lines, with its tax.</summary>
internal sealed record Credit(Paper Paper, Money? Amount, ImmutableArray<CreditLine> Lines, bool Net, bool? BillAgain) : Act
{
    internal override string Words => $"{Paper.Number ?? "the last bill of " + Paper.Account} is credited"
        + (Amount is { } amount ? $" by {amount}" : Lines.IsEmpty ? "" : ", some lines");

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var lines = fields.Entries("lines").Select(line =>
        {
            var one = new CreditLine(line.Whole("no", 0, 1, 1_000_000), scope.OptionalAmount(line, "amount")?.Amount);
            scope.Done(line, "creditLine");
            return one;
        }).ToImmutableArray();
        var act = new Credit(
            Paper.Read(scope, fields), scope.OptionalAmount(fields, "amount"), lines, fields.Flag("net", otherwise: false),
            fields.Scalar("billAgain", required: false) is null ? null : fields.Flag("billAgain", otherwise: false));
        scope.Done(fields, "credit");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel) =>
        Paper.Told(await CreditDocument.RunAsync(stage.Context, new CreditRequest(
            await Paper.FindAsync(stage, cancel), Amount?.Amount, Lines, Net, BillAgain, Paper.Order(stage)), cancel));
}

/// <summary><c>debit</c> and <c>advance</c>: charges besides the bills, and money demanded before the supply.</summary>
internal sealed record Demand(BillKind Kind, Paper Paper, ImmutableArray<ChargeLine> Lines, LocalDate? From, LocalDate? To) : Act
{
    internal override string Words => Kind == BillKind.DebitNote
        ? $"{Paper.Account} gets a debit note" : $"{Paper.Account} is asked for an advance";

    internal static Act ReadDebit(ScenarioScope scope, Fields fields) => Read(scope, fields, BillKind.DebitNote, "debit");

    internal static Act ReadAdvance(ScenarioScope scope, Fields fields) =>
        Read(scope, fields, BillKind.AdvanceInvoice, "advance");

    private static Demand Read(ScenarioScope scope, Fields fields, BillKind kind, string shape)
    {
        var lines = fields.Entries("lines").Select(line =>
        {
            var one = new ChargeLine(
                line.Text("text"), line.Scalar("quantity", required: false) is null ? 1m
                    : line.Number("quantity", -1_000_000_000m, 1_000_000_000m, 6),
                scope.OptionalAmount(line, "price")?.Amount ?? 0m,
                line.Text("tax"), line.Flag("taxIncluded", otherwise: false), line.OptionalText("revenueAccount") ?? "");
            scope.Done(line, "chargeLine");
            return one;
        }).ToImmutableArray();
        var act = new Demand(
            kind, Paper.Read(scope, fields), lines, scope.OptionalDate(fields, "from"), scope.OptionalDate(fields, "to"));
        if (act.From is null != act.To is null || act.To <= act.From)
        {
            scope.Findings.Error(Catalog.CatalogueFindings.Conflict, fields.Place, "'from' and 'to' are no period.",
                "Give 'from' and a later 'to', or neither.");
        }
        scope.Done(fields, shape);
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel) =>
        Paper.Told(await ChargeByDocument.RunAsync(stage.Context, new ChargeRequest(
            stage.Accounts[Paper.Account], Kind, Lines,
            From is { } from && To is { } to ? new BillPeriod(from, to) : null,
            Paper.Number is null ? null : await Paper.FindAsync(stage, cancel), Paper.Order(stage)), cancel));
}

/// <summary><c>correctTax</c>: an issued document gets the right tax by a document of its own.</summary>
internal sealed record RightTax(Paper Paper, ImmutableArray<int> Lines, string Tax) : Act
{
    internal override string Words => $"the tax of {Paper.Number ?? "the last bill of " + Paper.Account} is corrected"
        + (Tax.Length > 0 ? $" to {Tax}" : "");

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var lines = fields.Scalars("lines").Select(line => (int)Numbers.Read(
            line.Text, line.Place, "lines", 1, 1_000_000, decimals: 0, scope.Findings)).ToImmutableArray();
        var act = new RightTax(Paper.Read(scope, fields), lines, fields.OptionalText("tax") ?? "");
        scope.Done(fields, "correctTax");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel) =>
        Paper.Told(await CorrectTax.RunAsync(stage.Context, new TaxCorrectionRequest(
            await Paper.FindAsync(stage, cancel), Lines, Tax, Paper.Order(stage)), cancel));
}

/// <summary><c>statement</c>: what an account owed, was charged and paid in a period.</summary>
internal sealed record Statement(Paper Paper, BillPeriod Period) : Act
{
    internal override string Words => $"{Paper.Account} gets a statement of {DocumentFacts.Period(Period)}";

    internal static Act Read(ScenarioScope scope, Fields fields)
    {
        var (from, to) = (scope.OptionalDate(fields, "from"), scope.OptionalDate(fields, "to"));
        if (from is null || to is null || to <= from)
        {
            scope.Findings.Error(Catalog.CatalogueFindings.Missing, fields.Place, "A statement has a period.",
                "Give 'from' and a later 'to', the day after the last.");
            (from, to) = (scope.Today, scope.Today.PlusDays(1));
        }
        var act = new Statement(Paper.Read(scope, fields), new BillPeriod(from.Value, to.Value));
        scope.Done(fields, "statement");
        return act;
    }

    internal override async Task<Played> PlayAsync(Stage stage, CancellationToken cancel) =>
        Paper.Told(await StatementOfAccount.RunAsync(
            stage.Context, new StatementRequest(stage.Accounts[Paper.Account], Period, Paper.Order(stage)), cancel));
}
