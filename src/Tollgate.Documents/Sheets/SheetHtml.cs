using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Tollgate.Documents.Sheets;

/// <summary>A price sheet as one HTML page, for screens and paper; without scripts and without anything from outside.</summary>
public static class SheetHtml
{
    private const string Style = """
        :root { --ink: #1b2733; --soft: #5b6b7a; --line: #dde4ea; --tint: #f4f7fa; --mark: #0b6e8f; }
        * { box-sizing: border-box; }
        body { margin: 0; font: 15px/1.5 system-ui, "Segoe UI", Helvetica, Arial,
            sans-serif; color: var(--ink); background: #fff; }
        main { max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
        header.sheet h1 { font-size: 2rem; margin: 0; letter-spacing: -.01em; }
        header.sheet p { color: var(--soft); margin: .3rem 0 1.5rem; }
        nav { display: flex; flex-wrap: wrap; gap: .4rem; margin: 0 0 1.5rem; }
        nav a { color: var(--mark); text-decoration: none; border: 1px solid var(--line); border-radius: 1rem;
          padding: .15rem .7rem; }
        nav a:hover { background: var(--tint); }
        .offer { display: flex; justify-content: space-between; align-items: flex-end; gap: 2rem; margin: 2.75rem 0 1rem;
          padding: 1.2rem 1.4rem; background: var(--tint); border-left: 4px solid var(--mark); border-radius: 4px; }
        .offer h2 { margin: 0; font-size: 1.45rem; }
        .offer p { margin: .2rem 0 0; color: var(--soft); }
        .price { text-align: right; white-space: nowrap; }
        .price strong { font-size: 1.35rem; color: var(--mark); }
        .price span { display: block; color: var(--soft); font-size: .85rem; }
        h2 { font-size: 1.3rem; margin: 2.5rem 0 .6rem; }
        h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; color: var(--soft); text-transform: uppercase; letter-spacing: .05em; }
        table { width: 100%; border-collapse: collapse; }
        th { text-align: left; font-weight: 600; color: var(--soft); font-size: .82rem; border-bottom: 2px solid var(--line);
          padding: .3rem .6rem; }
        td { border-bottom: 1px solid var(--line); padding: .4rem .6rem; vertical-align: top; }
        th.n, td.n { text-align: right; font-variant-numeric: tabular-nums; }
        td.n { white-space: nowrap; }
        tr.letter td { font-weight: 700; color: var(--mark); border-bottom: 2px solid var(--mark); padding-top: 1.1rem; }
        table.index td:last-child { color: var(--soft); font-size: .85rem; }
        ul { margin: .3rem 0; padding-left: 1.2rem; }
        footer { margin-top: 3rem; color: var(--soft); font-size: .85rem; }
        @media print {
          main { max-width: none; padding: 0; } nav { display: none; } tr, .offer { break-inside: avoid; }
          h2, h3 { break-after: avoid; } thead { display: table-header-group; }
        }
        @media (max-width: 40rem) {
          .offer { display: block; } .price { text-align: left; margin-top: .6rem; } td.n { white-space: normal; }
        }
        """;

    public static string Render(PriceSheet sheet)
    {
        var page = new StringBuilder();
        page.Append("<!doctype html>\n<html lang=\"").Append(sheet.Language).Append("\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Append(CultureInfo.InvariantCulture, $"<title>{Text(sheet.Title)}</title>\n<style>\n{Style}\n</style>\n</head>\n")
            .Append(CultureInfo.InvariantCulture, $"<body>\n<main>\n<header class=\"sheet\"><h1>{Text(sheet.Title)}</h1>")
            .Append(CultureInfo.InvariantCulture, $"<p>{Text(sheet.Subtitle)}</p></header>\n");
        Navigation(page, sheet);
        foreach (var block in sheet.Blocks)
        {
            Append(page, block);
        }
        return page.Append(CultureInfo.InvariantCulture, $"<footer>{Text(sheet.Foot)}</footer>\n")
            .Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static void Navigation(StringBuilder page, PriceSheet sheet)
    {
        var links = sheet.Blocks.Select(block => block switch
        {
            OfferHead head => ($"offer-{head.Code}", head.Name),
            SheetHeading { Level: 2, Id.Length: > 0 } heading => (heading.Id, heading.Text),
            _ => default,
        }).Where(link => link != default).ToList();
        if (links.Count > 1)
        {
            page.Append("<nav>");
            foreach (var (id, name) in links)
            {
                page.Append(CultureInfo.InvariantCulture, $"<a href=\"#{Text(id)}\">{Text(name)}</a>");
            }
            page.Append("</nav>\n");
        }
    }

    private static void Append(StringBuilder page, SheetBlock block)
    {
        switch (block)
        {
            case OfferHead head:
                page.Append(CultureInfo.InvariantCulture,
                    $"<section class=\"offer\" id=\"offer-{Text(head.Code)}\"><div><h2>{Text(head.Name)}</h2>");
                page.Append(CultureInfo.InvariantCulture, $"<p>{Text(head.Description)}</p></div>");
                page.Append(CultureInfo.InvariantCulture,
                    $"<div class=\"price\"><strong>{Text(head.Price)}</strong><span>{Text(head.PriceNote)}</span></div>");
                page.Append("</section>\n");
                break;
            case SheetHeading heading:
                var id = heading.Id.Length == 0 ? "" : $" id=\"{Text(heading.Id)}\"";
                page.Append(CultureInfo.InvariantCulture, $"<h{heading.Level}{id}>{Text(heading.Text)}</h{heading.Level}>\n");
                break;
            case SheetText paragraph:
                page.Append(CultureInfo.InvariantCulture, $"<p>{Text(paragraph.Text)}</p>\n");
                break;
            case SheetList list:
                page.Append("<ul>");
                foreach (var item in list.Items)
                {
                    page.Append(CultureInfo.InvariantCulture, $"<li>{Text(item)}</li>");
                }
                page.Append("</ul>\n");
                break;
            case SheetTable table:
                Table(page, table, "", letters: null);
                break;
            case SheetIndex index:
                Index(page, index);
                break;
            default:
                throw new InvalidOperationException($"Unknown block {block.GetType().Name}.");
        }
    }

    private static void Index(StringBuilder page, SheetIndex index)
    {
        var letters = index.Table.Rows.Select(row => Letter(row[0])).Distinct().ToList();
        page.Append("<nav>");
        foreach (var letter in letters)
        {
            page.Append(CultureInfo.InvariantCulture, $"<a href=\"#{Text(index.Id)}-{letter}\">{letter}</a>");
        }
        page.Append("</nav>\n");
        Table(page, index.Table, " class=\"index\"", index.Id);
    }

    private static void Table(StringBuilder page, SheetTable table, string kind, string? letters)
    {
        page.Append(CultureInfo.InvariantCulture, $"<table{kind}><thead><tr>");
        for (var i = 0; i < table.Columns.Length; i++)
        {
            page.Append(CultureInfo.InvariantCulture, $"<th{Class(table, i)}>{Text(table.Columns[i])}</th>");
        }
        page.Append("</tr></thead><tbody>\n");
        var last = '\0';
        foreach (var row in table.Rows)
        {
            if (letters is not null && Letter(row[0]) is var letter && letter != last)
            {
                last = letter;
                page.Append(CultureInfo.InvariantCulture,
                    $"<tr class=\"letter\" id=\"{Text(letters)}-{letter}\"><td colspan=\"{row.Length}\">{letter}</td></tr>\n");
            }
            Row(page, table, row);
        }
        page.Append("</tbody></table>\n");
    }

    private static void Row(StringBuilder page, SheetTable table, ImmutableArray<string> row)
    {
        page.Append("<tr>");
        for (var i = 0; i < row.Length; i++)
        {
            page.Append(CultureInfo.InvariantCulture, $"<td{Class(table, i)}>{Text(row[i])}</td>");
        }
        page.Append("</tr>\n");
    }

    /// <summary>Long words in a number's column may wrap.</summary>
    private static string Class(SheetTable table, int column) => table.Numeric.Contains(column) ? " class=\"n\"" : "";

    private static char Letter(string name) =>
        SheetOrder.Of(name) is [var first, ..] && char.IsLetter(first) ? first : '·';

    /// <summary>Text that cannot be markup, also inside an attribute.</summary>
    internal static string Text(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            _ = c switch
            {
                '&' => safe.Append("&amp;"),
                '<' => safe.Append("&lt;"),
                '>' => safe.Append("&gt;"),
                '"' => safe.Append("&quot;"),
                '\'' => safe.Append("&#39;"),
                _ => safe.Append(c),
            };
        }
        return safe.ToString();
    }
}
