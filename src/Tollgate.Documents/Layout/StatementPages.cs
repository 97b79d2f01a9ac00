using Tollgate.Documents.Pdf;

namespace Tollgate.Documents.Layout;

/// <summary>The rows of a statement: what was owed before, each document and payment, what is owed now.</summary>
internal static class StatementPages
{
    internal static void Draw(Flow flow, InvoiceView view, StatementView statement, Wording words)
    {
        flow.Heading(words.Summary, 90);
        var table = new Table(flow,
        [
            new Column(words.Date, 72, Align.Left),
            new Column(words.Description, 150, Align.Left),
            new Column(words.Reference, 110, Align.Left),
            new Column(Wording.Fill(words.AmountIn, view.Currency.Code), 80, Align.Right),
            new Column(words.Balance, Flow.Width - 412, Align.Right),
        ]);
        table.Head();
        table.Row([words.Short(view.Period.From), words.Opening, "", "", words.Plain(statement.Opening)], Theme.Body, 16,
            rule: true);
        foreach (var row in statement.Rows)
        {
            var text = row.Kind is { } kind ? words.KindName(kind) : words.Payment;
            table.Row([words.Short(row.On), text, row.Reference, words.Plain(row.Amount), words.Plain(row.Balance)],
                Theme.Body, 15);
        }
        table.Row([words.Short(view.Period.LastDay), words.Closing, "", "", words.Plain(statement.Closing)], Theme.Strong, 18,
            rule: true);
    }
}
