using Tollgate.Documents.Pdf;

namespace Tollgate.Documents.Layout;

/// <summary>Every charge of every service, with its period, price and how it came about. Columns in which nothing stands are left
/// out.</summary>
internal sealed class Details
{
    private const double TaxWidth = 38;
    private const double NetWidth = 73.58;
    private const double OtherWidth = 80;

    private readonly Flow flow;
    private readonly Wording words;
    private readonly bool quantities;
    private readonly bool prices;
    private readonly Table table;

    private Details(Flow flow, InvoiceView view, Wording words)
    {
        (this.flow, this.words) = (flow, words);
        var lines = view.Groups.SelectMany(group => group.Lines).ToList();
        var parts = lines.SelectMany(line => line.Parts ?? []).ToList();
        quantities = lines.Any(line => line.Quantity is not null) || parts.Any(part => part.Quantity is not null);
        prices = lines.Any(line => line.UnitPrice is not null) || parts.Any(part => part.UnitPrice is not null);
        var text = Flow.Width - TaxWidth - NetWidth - (quantities ? OtherWidth : 0) - (prices ? OtherWidth : 0);
        table = new Table(flow,
        [
            new Column(words.Description, text, Align.Left),
            .. quantities ? [new Column(words.Quantity, OtherWidth, Align.Right)] : Array.Empty<Column>(),
            .. prices ? [new Column(words.UnitPrice, OtherWidth, Align.Right)] : Array.Empty<Column>(),
            new Column(words.TaxPercent, TaxWidth, Align.Right),
            new Column(Wording.Fill(words.NetAmount, view.Currency.Code), NetWidth, Align.Right),
        ]);
    }

    internal static void Draw(Flow flow, InvoiceView view, Wording words)
    {
        flow.Heading(words.Details, 90);
        var details = new Details(flow, view, words);
        details.table.Head();
        foreach (var group in view.Groups)
        {
            details.Group(group);
        }
        foreach (var discount in view.Discounts)
        {
            details.table.Row(details.Cells(discount.Text, "", "", words.Percent(discount.TaxPercent), words.Plain(discount.Net)),
                Theme.Body, 16, rule: true);
        }
    }

    private void Group(ServiceGroup group)
    {
        var title = group.Offer is null ? group.Label : $"{group.Label} · {group.Offer}";
        table.Row([title], Theme.Strong with { Size = 10 }, 18, keep: 30);
        foreach (var line in group.Lines)
        {
            Line(line);
        }
        table.Row(Cells(Wording.Fill(words.TotalFor, group.Label), "", "", "", words.Plain(group.Net)), Theme.Strong, 18,
            rule: true);
        flow.Advance(6);
    }

    private void Line(InvoiceLine line)
    {
        var below = new[] { line.Period is { } period ? words.Short(period) : null, line.Explanation }.OfType<string>().ToArray();
        table.Row(
            Cells(line.Text, line.Quantity, line.UnitPrice,
                line.Parts is { Length: > 0 } ? "" : words.Percent(line.TaxPercent), words.Plain(line.Net)),
            Theme.Body, 15, keep: below.Length > 0 ? 12 : 0);
        if (below.Length > 0)
        {
            table.Row([string.Join("  ·  ", below)], Theme.Small, 11);
        }
        foreach (var part in line.Parts ?? [])
        {
            table.Row(Cells(part.Text, part.Quantity, part.UnitPrice, "", part.Net is { } net ? words.Plain(net) : ""),
                Theme.Small with { Size = 8.5 }, 12.5, indent: 12);
        }
        flow.Advance(2);
    }

    /// <summary>The cells of the columns that the table has.</summary>
    private string[] Cells(string text, string? quantity, string? price, string percent, string net) =>
    [
        text,
        .. quantities ? [quantity ?? ""] : Array.Empty<string>(),
        .. prices ? [price ?? ""] : Array.Empty<string>(),
        percent,
        net,
    ];
}
