using Tollgate.Documents.Pdf;
using Tollgate.Primitives;

namespace Tollgate.Documents.Layout;

/// <summary>The way from the services to the amount due: one line each, in the order in which they add up.</summary>
internal static class Summary
{
    internal static void Draw(Flow flow, InvoiceView view, Wording words, Theme theme)
    {
        flow.Heading(words.Summary, 60);
        foreach (var group in view.Groups)
        {
            Row(flow, group.Offer is null ? group.Label : $"{group.Label} · {group.Offer}", words.Plain(group.Net), Theme.Body);
        }
        foreach (var discount in view.Discounts)
        {
            Row(flow, discount.Text, words.Plain(discount.Net), Theme.Body);
        }
        var totals = view.Totals;
        Row(flow, words.Net, words.Plain(totals.Net), Theme.Strong);
        foreach (var tax in view.Taxes)
        {
            var text = tax.FixedAmount is { } each
                ? $"{tax.Name} {words.WithCurrency(each)}"
                : Wording.Fill(words.TaxOf, tax.Name, words.Percent(tax.Percent), words.Plain(tax.Base));
            Row(flow, text, words.Plain(tax.Tax), Theme.Body);
        }
        Row(flow, words.TotalOfThisBill, words.WithCurrency(totals.Gross), Theme.Strong with { Size = 10.5 });
        Optional(flow, words.SettledFromPrepaid, -totals.SettledFromPrepaid, words);
        foreach (var row in totals.SetOff ?? [])
        {
            Row(flow, row.Text, words.Plain(-row.Amount), Theme.Body);
        }
        Optional(flow, words.CashRounding, totals.Rounding ?? default, words);
        var open = totals.OpenFromBefore;
        if (open.Amount != 0 && totals.ThisBill != totals.Gross)
        {
            Row(flow, words.ThisBill, words.Plain(totals.ThisBill), Theme.Strong);
        }
        if (totals.PaymentsReceived.Amount != 0)
        {
            Optional(flow, words.PreviousBalance, totals.PreviousBalance, words);
            Row(flow, words.PaymentsReceived, words.Plain(-totals.PaymentsReceived), Theme.Body);
        }
        if (open.Amount != 0)
        {
            Row(flow, words.OpenFromBefore, words.Plain(open), Theme.Strong);
        }
        Due(flow, totals.AmountDue, words, theme);
    }

    private static void Optional(Flow flow, string label, Money amount, Wording words)
    {
        if (amount.Amount != 0)
        {
            Row(flow, label, words.Plain(amount), Theme.Body);
        }
    }

    private static void Row(Flow flow, string label, string amount, Pen pen)
    {
        var lines = TextWrap.Lines(label, pen, Flow.Width - pen.Measure(amount) - 24);
        var height = 17 + (lines.Count - 1) * 12.0;
        flow.Need(height);
        var y = flow.Y + 12;
        foreach (var line in lines)
        {
            flow.Page.Text(Flow.Left + 4, y, line, pen);
            y += 12;
        }
        flow.Page.Text(Flow.Right - 4, flow.Y + 12, amount, pen, Align.Right);
        flow.Advance(height);
        flow.Page.Line(Flow.Left, flow.Y, Flow.Right, 0.4, Theme.Pale);
    }

    private static void Due(Flow flow, Money due, Wording words, Theme theme)
    {
        flow.Need(28);
        flow.Page.Fill(Flow.Left, flow.Y + 3, Flow.Width, 23, theme.Brand);
        var pen = new Pen(Weight.Bold, 12, Theme.White);
        flow.Page.Text(Flow.Left + 8, flow.Y + 18.8, due.Amount < 0 ? words.Credit : words.AmountDue, pen);
        flow.Page.Text(Flow.Right - 8, flow.Y + 18.8, words.WithCurrency(due.Amount < 0 ? -due : due), pen, Align.Right);
        flow.Advance(32);
    }
}
