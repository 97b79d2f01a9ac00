using Tollgate.Documents.Pdf;

namespace Tollgate.Documents.Layout;

/// <summary>Itemised usage: per number, per kind, one line per event, with subtotals.</summary>
internal static class UsagePages
{
    internal static void Draw(Flow flow, InvoiceView view, Wording words)
    {
        if (view.Usage.IsEmpty)
        {
            return;
        }
        flow.Heading(words.Usage, 120);
        Column[] columns =
        [
            new(words.Time, 110, Align.Left),
            new(words.Destination, 120, Align.Left),
            new(words.Zone, 118, Align.Left),
            new(words.Quantity, 72, Align.Right),
            new(Wording.Fill(words.Amount, view.Currency.Code), Flow.Width - 420, Align.Right),
        ];
        var table = new Table(flow, columns);
        table.Head();
        var pen = Theme.Body with { Size = 8.5 };
        var strong = Theme.Strong with { Size = 8.5 };
        foreach (var section in view.Usage)
        {
            table.Row([section.Service], Theme.Strong with { Size = 10 }, 19, keep: 40);
            foreach (var group in section.Groups)
            {
                table.Row([group.Label], strong with { Ink = Theme.Grey }, 15, keep: 14);
                foreach (var row in group.Rows)
                {
                    var at = $"{words.Short(row.At.Date)}  "
                        + $"{row.At.TimeOfDay.ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture)}";
                    table.Row([at, row.Destination, row.Zone, row.Quantity, words.Plain(row.Amount)], pen, 12,
                        keep: row.Note is null ? 0 : 12);
                    if (row.Note is { } note)
                    {
                        table.Row(["", note], pen with { Ink = Theme.Grey }, 12);
                    }
                }
                table.Row([Wording.Fill(words.Subtotal, group.Label), "", "", group.Quantity, words.Plain(group.Total)], strong,
                    16, rule: true);
            }
            table.Row([Wording.Fill(words.TotalFor, section.Service), "", "", "", words.Plain(section.Total)], Theme.Strong, 18,
                rule: true);
            flow.Advance(8);
        }
    }
}
