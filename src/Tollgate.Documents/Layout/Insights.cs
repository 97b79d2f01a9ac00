using System.Collections.Immutable;
using Tollgate.Documents.Pdf;

namespace Tollgate.Documents.Layout;

/// <summary>What changed and why, what was used of the allowances, and a bar chart of the last bills.</summary>
internal static class Insights
{
    private const double ChartHeight = 92;

    /// <summary>Reasons and notes, under the summary.</summary>
    internal static void DrawReasons(Flow flow, InvoiceView view, Wording words)
    {
        if (view.Changes is { } changes)
        {
            Changes(flow, changes, words);
        }
        foreach (var note in view.Notes)
        {
            flow.Advance(4);
            flow.Paragraph(note, Theme.Small with { Size = 8.5 });
        }
    }

    /// <summary>Use and history, before the details, so that a page with a chart has more on it than that.</summary>
    internal static void DrawCharts(Flow flow, InvoiceView view, Wording words, Theme theme)
    {
        if (!view.Allowances.IsEmpty)
        {
            Allowances(flow, view.Allowances, words, theme);
        }
        if (!view.History.IsEmpty)
        {
            History(flow, view.History, words, theme);
        }
    }

    private static void Changes(Flow flow, BillChanges changes, Wording words)
    {
        flow.Heading(words.Changes, 15 * Math.Min(6, changes.Rows.Length + 2));
        var table = new Table(flow, [new Column("", Flow.Width - 100, Align.Left), new Column("", 100, Align.Right)]);
        table.Row([words.PreviousBill, words.Plain(changes.Previous)], Theme.Body, 16, rule: true);
        foreach (var row in changes.Rows)
        {
            var sign = row.Difference.Amount > 0 ? "+" : "";
            table.Row([row.Reason, sign + words.Plain(row.Difference)], Theme.Body, 16, rule: true, indent: 10);
        }
        table.Row([words.TotalOfThisBill, words.Plain(changes.Current)], Theme.Strong, 16);
    }

    private static void Allowances(Flow flow, ImmutableArray<AllowanceUse> allowances, Wording words, Theme theme)
    {
        flow.Heading(words.Allowances, 30);
        foreach (var use in allowances)
        {
            flow.Need(20);
            const double bar = 130;
            var barLeft = Flow.Left + 228;
            var y = flow.Y + 11;
            var name = $"{use.Service} · {use.Name}" + (use.Period is { } period ? $" · {words.Short(period)}" : "");
            flow.Page.Text(Flow.Left + 4, y, name, TextWrap.Shrink(name, Theme.Body, 216));
            if (use.Granted is not null)
            {
                flow.Page.FillRounded(barLeft, flow.Y + 4, bar, 8, 4, Theme.Pale);
            }
            var share = use.Granted is { } granted && granted > 0 ? (double)Math.Clamp(use.Used / granted, 0m, 1m) : 0;
            if (share > 0)
            {
                flow.Page.FillRounded(barLeft, flow.Y + 4, Math.Max(8, bar * share), 8, 4, theme.Brand);
            }
            var text = use.Granted is { } limit
                ? Wording.Fill(words.UsedOf, words.Plain(use.Used), words.Plain(limit), use.Unit)
                : Wording.Fill(words.UsedUnlimited, words.Plain(use.Used), use.Unit);
            flow.Page.Text(Flow.Right - 4, y, text, TextWrap.Shrink(text, Theme.Body, Flow.Right - barLeft - bar - 14),
                Align.Right);
            flow.Advance(18);
        }
    }

    private static void History(Flow flow, ImmutableArray<PastBill> bills, Wording words, Theme theme)
    {
        flow.Heading(words.History, ChartHeight + 30);
        var largest = Math.Max(0m, bills.Max(bill => bill.Gross.Amount));
        var smallest = Math.Min(0m, bills.Min(bill => bill.Gross.Amount));
        var span = largest - smallest == 0 ? 1 : largest - smallest;
        var scale = (ChartHeight - 14) / (double)span;
        var zero = flow.Y + 14 + (double)largest * scale;
        var slot = Math.Min(80, Flow.Width / bills.Length);
        for (var i = 0; i < bills.Length; i++)
        {
            var bill = bills[i];
            var last = i == bills.Length - 1;
            var height = (double)Math.Abs(bill.Gross.Amount) * scale;
            var left = Flow.Left + slot * i + slot * 0.18;
            var top = bill.Gross.Amount >= 0 ? zero - height : zero;
            flow.Page.Fill(left, top, slot * 0.64, Math.Max(height, 0.6), last ? theme.Brand : Theme.Pale);
            var value = words.Plain(bill.Gross);
            var pen = TextWrap.Shrink(value, last ? Theme.Strong with { Size = 8 } : Theme.Small, slot - 2);
            var centre = left + slot * 0.32;
            flow.Page.Text(centre, bill.Gross.Amount >= 0 ? top - 4 : zero - 4, value, pen, Align.Centre);
            var month = words.ShortMonths[bill.Month.Month - 1];
            // Two bills of one month, as with cycles of weeks, are told apart by their last days.
            month = bills.Count(other => other.Month.Year == bill.Month.Year && other.Month.Month == bill.Month.Month) > 1
                ? Wording.Fill(words.DayOfMonth, words.Plain((decimal)bill.Month.Day), month)
                : month;
            flow.Page.Text(centre, flow.Y + ChartHeight + 12, month, last ? Theme.Strong with { Size = 8 } : Theme.Small,
                Align.Centre);
        }
        flow.Page.Line(Flow.Left, zero, Flow.Left + slot * bills.Length, 0.6, Theme.Grey);
        flow.Advance(ChartHeight + 20);
    }
}
