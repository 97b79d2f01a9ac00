using System.Globalization;
using Tollgate.Documents.Layout;
using Tollgate.Documents.Pdf;

namespace Tollgate.Documents;

/// <summary>Prints a view as PDF (A4). Same view, same bytes. Safe for concurrent use.</summary>
public static class InvoicePdf
{
    /// <summary>Lines up to which a document is tried on one page.</summary>
    private const int MostLinesOfOnePage = 12;

    public static byte[] Render(InvoiceView view)
    {
        var small = view.Usage.IsEmpty && view.Groups.Sum(group => group.Lines.Length) <= MostLinesOfOnePage;
        var file = small ? Set(view, onOnePage: true) : null;
        return (file?.Pages.Count == 1 ? file : Set(view, onOnePage: false)).Save();
    }

    /// <summary>Sets the pages.</summary>
    /// <param name="view">What to print.</param>
    /// <param name="onOnePage">The details follow at once instead of beginning a page of their own.</param>
    private static PdfFile Set(InvoiceView view, bool onOnePage)
    {
        var words = Wording.For(view.Language);
        var theme = Theme.Of(view.Seller);
        var kind = view.TypeName ?? words.KindName(view.Kind);
        var title = $"{kind} {view.Number ?? words.Draft}";
        var file = new PdfFile(title, view.Seller.LegalName, view.Language, view.IssueDate);
        var flow = new Flow(file, page => Head(page, view, words, theme, title));
        FirstPage.Draw(flow, view, words, theme);
        if (view.Statement is { } statement)
        {
            StatementPages.Draw(flow, view, statement, words);
            Insights.DrawReasons(flow, view, words);
        }
        else
        {
            Summary.Draw(flow, view, words, theme);
            Insights.DrawReasons(flow, view, words);
            Insights.DrawCharts(flow, view, words, theme);
            if (!onOnePage && file.Pages.Count == 1)
            {
                flow.NewPage();
            }
            Details.Draw(flow, view, words);
            UsagePages.Draw(flow, view, words);
        }
        for (var i = 0; i < file.Pages.Count; i++)
        {
            Foot(file.Pages[i], view, words, i + 1, file.Pages.Count);
        }
        return file;
    }

    private static void Head(PdfPage page, InvoiceView view, Wording words, Theme theme, string title)
    {
        if (view.Number is null)
        {
            page.Slanted(120, 690, words.Draft, new Pen(Weight.Bold, 110, new Ink(0xECEFF3)), 38);
        }
        page.Fill(0, 0, PdfPage.Width, 7, theme.Brand);
        page.Text(Flow.Left, 52, TextWrap.Cut(view.Seller.Name, new Pen(Weight.Bold, 14, theme.Brand), 200),
            new Pen(Weight.Bold, 14, theme.Brand));
        page.Text(Flow.Right, 46, TextWrap.Cut(title, Theme.Strong with { Size = 9 }, 250), Theme.Strong with { Size = 9 },
            Align.Right);
        page.Text(Flow.Right, 58, TextWrap.Cut($"{view.Customer.Name} · {words.Short(view.Period)}", Theme.Small, 280),
            Theme.Small, Align.Right);
        page.Line(Flow.Left, 70, Flow.Right, 0.6, Theme.Pale);
    }

    private static void Foot(PdfPage page, InvoiceView view, Wording words, int number, int count)
    {
        var seller = view.Seller;
        var top = Flow.Bottom + 18;
        page.Line(Flow.Left, top, Flow.Right, 0.6, Theme.Pale);
        string?[][] columns =
        [
            [seller.LegalName, .. seller.Address],
            [seller.TaxId is { } tax ? $"{words.TaxId} {tax}" : null, seller.Phone is { } phone ? $"{words.Phone} {phone}" : null,
                seller.Email, seller.Web],
            [seller.Bank, seller.Iban is { } iban ? $"IBAN {PaymentSentence.Grouped(iban)}" : null,
                seller.Bic is { } bic ? $"BIC {bic}" : null],
        ];
        var x = Flow.Left;
        foreach (var (column, width) in columns.Zip([170.0, 140.0, 183.0]))
        {
            var y = top + 12;
            foreach (var line in column.OfType<string>().Take(4))
            {
                page.Text(x, y, TextWrap.Cut(line, Theme.Tiny, width - 8), Theme.Tiny);
                y += 9;
            }
            x += width;
        }
        var text = Wording.Fill(
            words.Page, number.ToString(CultureInfo.InvariantCulture), count.ToString(CultureInfo.InvariantCulture));
        page.Text(Flow.Right, top + 12 + 3 * 9 + 4, text, Theme.Small, Align.Right);
    }
}
