using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;
using Tollgate.Primitives;

namespace Tollgate.Host.Cli;

/// <summary>Prints results: tables for people or one JSON value for programs. Words for people go to standard error in JSON mode,
/// so that standard output is the JSON alone.</summary>
public sealed class Output(OutputFormat format, Terminal terminal)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Columns when the output is a file or a pipe, which have no width of their own.</summary>
    internal const int WidthOfPipes = 180;

    private readonly IAnsiConsole console = Wide(terminal, AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(terminal.Out),
        Ansi = terminal.IsPiped ? AnsiSupport.No : AnsiSupport.Detect,
    }));

    /// <summary>Where it prints.</summary>
    public Terminal Terminal => terminal;

    public bool IsJson => format == OutputFormat.Json;

    /// <summary>A sentence for people.</summary>
    public void Line(string text)
    {
        if (IsJson)
        {
            terminal.Error.WriteLine(text);
        }
        else
        {
            terminal.Out.WriteLine(text);
        }
    }

    /// <summary>A table; numbers are right-aligned. In JSON: an array of objects, keyed by the columns in camelCase; a decimal, a
    /// date or an id becomes a string, money an object
    /// of value and unit, whole numbers stay numbers.</summary>
    public void Table(string title, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<object?>> rows)
    {
        var list = rows.ToList();
        if (IsJson)
        {
            Json(new JsonArray([.. list.Select(row => Row(columns, row))]));
            return;
        }
        var cells = list.ConvertAll(row => row.Select(value => Harmless(Words(value))).ToArray());
        var layout = TableLayout.Of(columns, list, cells);
        if (terminal is { IsPiped: true, Width: null })
        {
            console.Profile.Width = Math.Max(WidthOfPipes, layout.Least);
        }
        else if (layout.Least > console.Profile.Width)
        {
            Expanded(title, columns, cells);
            return;
        }
        var table = new Table
        {
            Border = TableBorder.Simple, Title = title.Length == 0 ? null : new TableTitle(Markup.Escape(title)),
        };
        for (var i = 0; i < columns.Count; i++)
        {
            var column = new TableColumn(Markup.Escape(columns[i]));
            column = layout.Columns[i].Numbers ? column.RightAligned() : column;
            table.AddColumn(layout.Columns[i].Wraps ? column : column.NoWrap());
        }
        foreach (var row in cells)
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }
        console.Write(table);
    }

    /// <summary>A table that the terminal is too narrow for: each row as a block of names and values, so that no id or time is
    /// broken.</summary>
    private void Expanded(string title, IReadOnlyList<string> columns, List<string[]> rows)
    {
        terminal.Out.WriteLine(title);
        var width = columns.Max(column => column.Length);
        foreach (var row in rows)
        {
            terminal.Out.WriteLine(new string('─', Math.Min(console.Profile.Width, width + 24)));
            for (var i = 0; i < columns.Count; i++)
            {
                if (row[i].Length > 0)
                {
                    terminal.Out.WriteLine($"{columns[i].PadRight(width)}  {row[i]}");
                }
            }
        }
        terminal.Out.WriteLine();
    }

    /// <summary>One object: two columns for people, an object in JSON.</summary>
    public void Record(string title, IReadOnlyList<(string Name, object? Value)> fields)
    {
        if (IsJson)
        {
            Json(Row([.. fields.Select(field => field.Name)], [.. fields.Select(field => field.Value)]));
            return;
        }
        var table = new Table
        {
            Border = TableBorder.None, ShowHeaders = false,
            Title = title.Length == 0 ? null : new TableTitle(Markup.Escape(title)),
        };
        table.AddColumn("").AddColumn("");
        foreach (var (name, value) in fields)
        {
            table.AddRow(Markup.Escape(name), Markup.Escape(Harmless(Words(value))));
        }
        console.Write(table);
    }

    /// <summary>A JSON value of the caller's making; only in JSON mode.</summary>
    public void Json(JsonNode node) => terminal.Out.WriteLine(node.ToJsonString(Indented));

    /// <summary>Money in JSON: <c>{"value": "12.50", "unit": "EUR"}</c>.</summary>
    internal static JsonObject Node(Money money) => new()
    {
        ["value"] = money.ToString()[..^(money.Currency.Code.Length + 1)],
        ["unit"] = money.Currency.Code,
    };

    private static IAnsiConsole Wide(Terminal terminal, IAnsiConsole console)
    {
        if (terminal.IsPiped)
        {
            console.Profile.Width = terminal.Width ?? WidthOfPipes;
        }
        return console;
    }

    private static JsonObject Row(IReadOnlyList<string> columns, IReadOnlyList<object?> values)
    {
        var result = new JsonObject();
        for (var i = 0; i < columns.Count; i++)
        {
            result[CamelCase(columns[i])] = values[i] switch
            {
                null => null,
                int number => number,
                long number => number,
                bool flag => flag,
                JsonNode node => node,
                Money money => Node(money),
                var other => Text(other),
            };
        }
        return result;
    }

    /// <summary>For people: yes and no, and the words of a choice as they are written in options.</summary>
    private static string Words(object? value) => value switch
    {
        bool flag => flag ? "yes" : "no",
        HoldReason reason => reason.ToString(),
        Enum choice => Choices.Word(choice),
        _ => Text(value),
    };

    private static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>Text out of files may hold control characters, which a terminal would obey: they are shown as a dot.</summary>
    private static string Harmless(string text) =>
        text.Any(char.IsControl)
            ? string.Concat(text.Select(letter => char.IsControl(letter) && letter != '\n' ? '·' : letter))
            : text;

    private static string CamelCase(string name)
    {
        var words = name.Split([' ', '-', '/'], StringSplitOptions.RemoveEmptyEntries);
        return string.Concat(words.Select((word, i) =>
            i == 0 ? char.ToLowerInvariant(word[0]) + word[1..] : char.ToUpperInvariant(word[0]) + word[1..]));
    }
}
