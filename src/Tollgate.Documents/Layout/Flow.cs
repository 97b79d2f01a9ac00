using Tollgate.Documents.Pdf;

namespace Tollgate.Documents.Layout;

/// <summary>A place on the current page from which blocks are set downwards; begins a new page when a block does not
/// fit.</summary>
internal sealed class Flow
{
    internal const double Left = 56.7;
    internal const double Right = PdfPage.Width - 45;
    internal const double Bottom = PdfPage.Height - 82;

    private readonly PdfFile _file;
    private readonly Action<PdfPage> _header;

    /// <param name="file">Gets the pages.</param>
    /// <param name="header">Draws the head of every page but the first, above y = 90.</param>
    internal Flow(PdfFile file, Action<PdfPage> header)
    {
        _file = file;
        _header = header;
        Page = file.AddPage();
    }

    internal static double Width => Right - Left;

    internal PdfPage Page { get; private set; }

    /// <summary>The top of the next block.</summary>
    internal double Y { get; set; }

    /// <summary>True directly under a page's head.</summary>
    internal bool AtTop { get; private set; }

    internal void NewPage()
    {
        Page = _file.AddPage();
        _header(Page);
        Y = 96;
        AtTop = true;
    }

    /// <summary>Makes room for a block of this height; true when that began a new page.</summary>
    internal bool Need(double height)
    {
        if (Y + height <= Bottom || AtTop)
        {
            return false;
        }
        NewPage();
        return true;
    }

    /// <summary>Moves down past a block.</summary>
    internal void Advance(double height)
    {
        Y += height;
        AtTop = false;
    }

    /// <summary>A heading that stays with at least <paramref name="following"/> points of what it heads.</summary>
    internal void Heading(string text, double following)
    {
        if (!AtTop)
        {
            Y += 18;
        }
        Need(22 + following);
        Page.Text(Left, Y + 12, text, Theme.Heading);
        Advance(22);
    }

    /// <summary>A paragraph in the full width.</summary>
    internal void Paragraph(string text, Pen pen)
    {
        foreach (var line in TextWrap.Lines(text, pen, Width))
        {
            Need(pen.Size * 1.35);
            Page.Text(Left, Y + pen.Size, line, pen);
            Advance(pen.Size * 1.35);
        }
    }
}
