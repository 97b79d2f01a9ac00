using System.Globalization;
using System.Text;

namespace Tollgate.Documents.Sheets;

/// <summary>A price sheet as Markdown with pipe tables.</summary>
public static class SheetMarkdown
{
    public static string Render(PriceSheet sheet)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {Plain(sheet.Title)}\n\n{Plain(sheet.Subtitle)}\n");
        foreach (var block in sheet.Blocks)
        {
            text.Append('\n');
            Append(text, block);
        }
        return text.ToString();
    }

    private static void Append(StringBuilder text, SheetBlock block)
    {
        switch (block)
        {
            case OfferHead head:
                text.Append(CultureInfo.InvariantCulture, $"## {Plain(head.Name)}\n");
                if (head.Description.Length > 0)
                {
                    text.Append(CultureInfo.InvariantCulture, $"\n{Plain(head.Description)}\n");
                }
                if (head.Price.Length > 0)
                {
                    text.Append(CultureInfo.InvariantCulture, $"\n**{Plain(head.Price)}** ({Plain(head.PriceNote)})\n");
                }
                break;
            case SheetHeading heading:
                text.Append(CultureInfo.InvariantCulture, $"{new string('#', heading.Level)} {Plain(heading.Text)}\n");
                break;
            case SheetText paragraph:
                text.Append(CultureInfo.InvariantCulture, $"{Plain(paragraph.Text)}\n");
                break;
            case SheetList list:
                foreach (var item in list.Items)
                {
                    text.Append(CultureInfo.InvariantCulture, $"- {Plain(item)}\n");
                }
                break;
            case SheetTable table:
                Table(text, table);
                break;
            case SheetIndex index:
                Table(text, index.Table);
                break;
            default:
                throw new InvalidOperationException($"Unknown block {block.GetType().Name}.");
        }
    }

    private static void Table(StringBuilder text, SheetTable table)
    {
        Line(text, table.Columns);
        Line(text, table.Columns.Select((_, i) => table.Numeric.Contains(i) ? "---:" : "---"));
        foreach (var row in table.Rows)
        {
            Line(text, row.Select(Plain));
        }
    }

    private static void Line(StringBuilder text, IEnumerable<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    /// <summary>Without what Markdown or HTML would read as markup.</summary>
    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in text.ReplaceLineEndings(" "))
        {
            if (c is '|' or '*' or '_' or '`' or '[' or ']' or '<' or '>' or '\\' or '#')
            {
                plain.Append('\\');
            }
            plain.Append(c);
        }
        return plain.ToString();
    }
}
