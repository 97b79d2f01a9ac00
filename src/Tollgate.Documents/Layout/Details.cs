using Tollgate.Documents.Pdf;

namespace Tollgate.Documents.Layout;

/// <summary>Every charge of every service, with its period, price and how it came about.</summary>
internal static class Details
{
    internal static void Draw(Flow flow, InvoiceView view, Wording words)
    {
        flow.Heading(words.Details, 90);
        Column[] columns =
        [
            new(words.Description, 222, Align.Left),
            new(words.Quantity, 80, Align.Right),
            new(words.UnitPrice, 80, Align.Right),
            new(words.TaxPercent, 38, Align.Right),
            new(Wording.Fill(words.NetAmount, view.Currency.Code), Flow.Width - 420, Align.Right),
        ];
        var table = new Table(flow, columns);
        table.Head();
        foreach (var group in view.Groups)
        {
            var title = group.Offer is null ? group.Label : $"{group.Label} · {group.Offer}";
            table.Row([title], Theme.Strong with { Size = 10 }, 18, keep: 30);
            foreach (var line in group.Lines)
            {
                Line(flow, table, line, words);
            }
            table.Row([Wording.Fill(words.TotalFor, group.Label), "", "", "", words.Plain(group.Net)], Theme.Strong, 18,
                rule: true);
            flow.Advance(6);
        }
        foreach (var discount in view.Discounts)
        {
            table.Row([discount.Text, "", "", words.Percent(discount.TaxPercent), words.Plain(discount.Net)], Theme.Body, 16,
                rule: true);
        }
    }

    private static void Line(Flow flow, Table table, InvoiceLine line, Wording words)
    {
        var below = new[] { line.Period is { } period ? words.Short(period) : null, line.Explanation }.OfType<string>().ToArray();
        table.Row(
            [
                line.Text, line.Quantity ?? "", line.UnitPrice ?? "",
                line.Parts is { Length: > 0 } ? "" : words.Percent(line.TaxPercent), words.Plain(line.Net),
            ],
            Theme.Body, 15, keep: below.Length > 0 ? 12 : 0);
        if (below.Length > 0)
        {
            table.Row([string.Join("  ·  ", below)], Theme.Small, 11);
        }
        foreach (var part in line.Parts ?? [])
        {
            table.Row([part.Text, part.Quantity ?? "", part.UnitPrice ?? "", "", part.Net is { } net ? words.Plain(net) : ""],
                Theme.Small with { Size = 8.5 }, 12.5, indent: 12);
        }
        flow.Advance(2);
    }
}
