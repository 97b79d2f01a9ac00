using Tollgate.Documents.Pdf;

namespace Tollgate.Documents.Layout;

/// <summary>
/// The head of the bill: brand, address in the window of a DIN 5008 form B envelope (20 mm from the left, 45 to 90 mm from the
/// top), reference data, and the panel with amount, date, and how to pay.
/// </summary>
internal static class FirstPage
{
    private const double InfoLeft = 354;
    private const double WindowTop = 130;
    private const double WindowWidth = 235;
    private const double PanelTop = 297;
    private const double PanelHeight = 116;

    internal static void Draw(Flow flow, InvoiceView view, Wording words, Theme theme)
    {
        var page = flow.Page;
        if (view.Number is null)
        {
            page.Slanted(120, 690, words.Draft, new Pen(Weight.Bold, 110, new Ink(0xECEFF3)), 38);
        }
        page.Fill(0, 0, PdfPage.Width, 7, theme.Brand);
        Brand(page, view.Seller, theme);
        Window(page, view);
        References(page, view, words);
        var headline = words.Headline(view);
        page.Text(Flow.Left, 282, headline, TextWrap.Shrink(headline, new Pen(Weight.Bold, 16, Theme.Black), Flow.Width));
        Panel(page, view, words, theme);
        flow.Y = PanelTop + PanelHeight;
    }

    private static void Brand(PdfPage page, SellerView seller, Theme theme)
    {
        var pen = TextWrap.Shrink(seller.Name, new Pen(Weight.Bold, 24, theme.Brand), InfoLeft - Flow.Left - 20);
        page.Text(Flow.Left, 62, seller.Name, pen);
        var y = 50.0;
        foreach (var line in new[] { seller.Web, seller.Email, seller.Phone }.OfType<string>())
        {
            page.Text(Flow.Right, y, TextWrap.Cut(line, Theme.Small, Flow.Right - InfoLeft), Theme.Small, Align.Right);
            y += 11;
        }
    }

    private static void Window(PdfPage page, InvoiceView view)
    {
        var sender = string.Join(" · ", [view.Seller.LegalName, .. view.Seller.Address]);
        page.Text(Flow.Left, WindowTop + 13, TextWrap.Cut(sender, Theme.Tiny with { Size = 6.5 }, WindowWidth),
            Theme.Tiny with { Size = 6.5 });
        page.Line(Flow.Left, WindowTop + 17, Flow.Left + WindowWidth, 0.4, Theme.Pale);
        var pen = Theme.Body with { Size = 10.5 };
        var lines = view.Customer.Address.Prepend(view.Customer.Name)
            .SelectMany(line => TextWrap.Lines(line, pen, WindowWidth)).ToList();
        var leading = Math.Min(14, 100.0 / Math.Max(lines.Count, 1));
        var y = WindowTop + 36;
        foreach (var line in lines)
        {
            page.Text(Flow.Left, y, line, pen with { Size = Math.Min(10.5, leading * 0.75) });
            y += leading;
        }
    }

    private static void References(PdfPage page, InvoiceView view, Wording words)
    {
        (string Label, string? Value)[] rows =
        [
            (view.TypeName ?? (view.Kind == DocumentKind.Invoice ? words.Number : words.KindName(view.Kind)),
                view.Number ?? words.DraftNote),
            (words.Date, words.Long(view.IssueDate)),
            (words.Period, words.Short(view.Period)),
            (words.CustomerNumber, view.Customer.CustomerNumber),
            (words.AccountNumber, view.Customer.AccountNumber),
            (words.TaxId, view.Customer.TaxId),
            .. (view.References ?? []).Take(2).Select(one => (words.KindName(one.Kind), (string?)Wording.Fill(
                words.RefersTo, "", one.Number, words.Short(one.IssueDate)).Trim())),
        ];
        var y = WindowTop + 13;
        foreach (var (label, value) in rows.Where(row => row.Value is not null))
        {
            page.Text(InfoLeft, y, label, Theme.Label);
            var pen = TextWrap.Shrink(
                value!, Theme.Strong with { Size = 9 }, Flow.Right - InfoLeft - Theme.Label.Measure(label) - 8);
            page.Text(Flow.Right, y, value!, pen, Align.Right);
            page.Line(InfoLeft, y + 6, Flow.Right, 0.4, Theme.Pale);
            y += 19;
        }
    }

    private static void Panel(PdfPage page, InvoiceView view, Wording words, Theme theme)
    {
        page.FillRounded(Flow.Left, PanelTop, Flow.Width, PanelHeight, 7, Theme.Tint);
        page.FillRounded(Flow.Left, PanelTop, 6, PanelHeight, 2.5, theme.Brand);
        var code = GiroCode.Text(view);
        var right = Flow.Right - 18;
        if (code is not null)
        {
            const double size = 82;
            page.FillRounded(Flow.Right - size - 22, PanelTop + 8, size + 12, PanelHeight - 16, 5, Theme.White);
            Code(page, Flow.Right - size - 16, PanelTop + 13, size, code);
            page.Text(Flow.Right - size / 2 - 16, PanelTop + PanelHeight - 11, words.ScanToPay, Theme.Tiny, Align.Centre);
            right = Flow.Right - size - 40;
        }
        var left = Flow.Left + 22;
        var opened = view.Statement is null && view.Totals.OpenFromBefore.Amount != 0;
        var figures = PanelTop + (opened ? 52 : 58);
        var due = view.Totals.AmountDue;
        var dateLeft = left + (right - left) * 0.53;
        var amount = words.WithCurrency(due.Amount < 0 ? -due : due);
        var big = new Pen(Weight.Bold, 30, Theme.Black);
        var label = view.Statement is not null ? words.Closing : words.AmountDue;
        page.Text(left, figures - 33, due.Amount < 0 ? words.Credit : label, Theme.Label with { Size = 10 });
        var date = view.Payment.On ?? view.DueDate;
        var width = date is null ? right - left : dateLeft - left - 12;
        page.Text(left, figures, amount, TextWrap.Shrink(amount, big, width));
        if (date is { } day)
        {
            var text = words.Medium(day);
            page.Text(dateLeft, figures - 33, view.Payment.On is null ? words.DueDate : words.CollectedOn,
                Theme.Label with { Size = 10 });
            page.Text(dateLeft, figures, text, TextWrap.Shrink(text, big with { Size = 26 }, right - dateLeft));
        }
        if (opened)
        {
            var parts = $"{words.ThisBill} {words.WithCurrency(view.Totals.ThisBill)} · "
                + $"{words.OpenFromBefore} {words.WithCurrency(view.Totals.OpenFromBefore)}";
            page.Text(left, PanelTop + 68, parts, TextWrap.Shrink(parts, Theme.Label, right - left));
        }
        var y = PanelTop + (opened ? 86 : 79);
        foreach (var line in TextWrap.Lines(PaymentSentence.Of(view, words), Theme.Body, right - left).Take(3))
        {
            page.Text(left, y, line, Theme.Body);
            y += 12.5;
        }
    }

    private static void Code(PdfPage page, double left, double top, double size, string text)
    {
        var modules = GiroCode.Modules(text);
        var step = size / modules.Length;
        page.FillSquares(modules.SelectMany((row, y) =>
            row.Select((dark, x) => (dark, x))
                .Where(module => module.dark).Select(module => (left + module.x * step, top + y * step))),
            step + 0.03, new Ink(0));
    }
}
