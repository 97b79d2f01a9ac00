using Tollgate.Documents.Pdf;

namespace Tollgate.Documents.Layout;

/// <summary>A column: its heading, width in points, and alignment.</summary>
internal readonly record struct Column(string Heading, double Width, Align Align);

/// <summary>Rows under a heading line that is repeated on every page.</summary>
internal sealed class Table(Flow flow, Column[] columns)
{
    private const double HeadHeight = 20;
    private const double Gap = 8;

    /// <summary>Draws the heading line, with room for a first row.</summary>
    internal void Head()
    {
        flow.Need(HeadHeight + 30);
        DrawHead();
    }

    /// <summary>A row; cells wrap within their column, so that nothing is lost.</summary>
    /// <param name="cells">One per column; empty text leaves it blank.</param>
    /// <param name="pen">Type of the row.</param>
    /// <param name="height">Of one line.</param>
    /// <param name="rule">Whether a thin line is drawn under the row.</param>
    /// <param name="indent">Of the first column.</param>
    /// <param name="keep">Points that must fit below the row on the same page.</param>
    internal void Row(string[] cells, Pen pen, double height = 15, bool rule = false, double indent = 0, double keep = 0)
    {
        var wrapped = new List<string>[cells.Length];
        var lines = 1;
        for (var i = 0; i < cells.Length; i++)
        {
            wrapped[i] = TextWrap.Lines(cells[i], pen, Room(cells, i) - (i == 0 ? indent : 0));
            lines = Math.Max(lines, wrapped[i].Count);
        }
        var leading = pen.Size * 1.28;
        var total = height + (lines - 1) * leading;
        if (flow.Need(total + keep))
        {
            DrawHead();
        }
        var x = Flow.Left;
        for (var i = 0; i < cells.Length; i++)
        {
            var y = flow.Y + (height + pen.Size * 0.72) / 2;
            foreach (var line in wrapped[i])
            {
                Cell(x + (i == 0 ? indent : 0), y,
                    columns[i] with { Width = columns[i].Width - (i == 0 ? indent : 0) }, line, pen);
                y += leading;
            }
            x += columns[i].Width;
        }
        flow.Advance(total);
        if (rule)
        {
            flow.Page.Line(Flow.Left, flow.Y, Flow.Right, 0.5, Theme.Pale);
        }
    }

    /// <summary>A left-aligned cell may run over the empty cells to its right.</summary>
    private double Room(string[] cells, int i)
    {
        var width = columns[i].Width;
        for (var next = i + 1; columns[i].Align == Align.Left
            && next < columns.Length && (next >= cells.Length || cells[next].Length == 0); next++)
        {
            width += columns[next].Width;
        }
        return width - Gap;
    }

    private void DrawHead()
    {
        flow.Page.Fill(Flow.Left, flow.Y, Flow.Width, HeadHeight - 4, Theme.Tint);
        var x = Flow.Left;
        foreach (var column in columns)
        {
            Cell(x, flow.Y + 11, column, TextWrap.Cut(column.Heading, Theme.Small, column.Width - 4), Theme.Small);
            x += column.Width;
        }
        flow.Advance(HeadHeight);
    }

    private void Cell(double x, double y, Column column, string text, Pen pen)
    {
        if (column.Align == Align.Right)
        {
            flow.Page.Text(x + column.Width - 4, y, text, pen, Align.Right);
        }
        else
        {
            flow.Page.Text(x + 4, y, text, pen);
        }
    }
}
