using System.Globalization;
using NodaTime;
using NodaTime.Text;
using Tollgate.Primitives;

namespace Tollgate.Operations.Customers.Onboarding;

/// <summary>Reads the fields of one row and collects what is wrong with them.</summary>
internal sealed class RowReader(CsvTable table, CsvRow row)
{
    internal Faults Faults { get; } = new();

    internal int Line => row.Line;

    internal bool Ok => Faults.Count == 0 && !row.Damaged;

    internal string Text(string column) => table[row, column];

    internal string Required(string column)
    {
        var text = Text(column);
        if (text.Length == 0 && !row.Damaged)
        {
            Faults.Add(column, "It is empty.", "Fill it in.");
        }
        return text;
    }

    internal int Whole(string column, int whenEmpty)
    {
        var text = Text(column);
        if (text.Length == 0)
        {
            return whenEmpty;
        }
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }
        Faults.Add(column, $"'{FieldRules.Short(text)}' is not a whole number.", "Write digits only.");
        return whenEmpty;
    }

    internal LocalDate? Date(string column)
    {
        var text = Text(column);
        if (text.Length == 0)
        {
            return null;
        }
        var parsed = LocalDatePattern.Iso.Parse(text);
        if (parsed.Success)
        {
            return parsed.Value;
        }
        Faults.Add(column, $"'{FieldRules.Short(text)}' is not a date.",
            "Write it as 2026-11-30, and check that the day exists.");
        return null;
    }

    internal bool YesNo(string column)
    {
        var text = Text(column);
        if (text is "yes" or "true" or "1")
        {
            return true;
        }
        if (text is not ("" or "no" or "false" or "0"))
        {
            Faults.Add(column, $"'{FieldRules.Short(text)}' is neither yes nor no.", "Write yes or no.");
        }
        return false;
    }

    internal decimal? Amount(string column)
    {
        var text = Text(column);
        if (text.Length == 0)
        {
            return null;
        }
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (decimal.TryParse(text, style, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }
        Faults.Add(column, $"'{FieldRules.Short(text)}' is not an amount.",
            "Write it with a decimal point and without grouping, for example 1234.50.");
        return null;
    }

    /// <summary>Adds the faults as findings; field names of the API become columns.</summary>
    internal void Report(List<Finding> findings)
    {
        if (row.Damaged && row.Fields.All(field => field.Length == 0))
        {
            return; // of a row that could not be split, nothing more is to be said
        }
        foreach (var fault in Faults.All)
        {
            findings.Add(new Finding(Severity.Error, "ONB-VALUE", table.Layout.File, row.Line,
                $"column {Column(fault.Field, table.Layout)}: {fault.Message}", fault.Cure));
        }
    }

    internal static string Column(string field, CsvLayout layout)
    {
        if (field == "externalKey")
        {
            return layout.Required[0];
        }
        return string.Concat(field.Select(letter =>
            char.IsAsciiLetterUpper(letter) ? "_" + char.ToLowerInvariant(letter) : letter.ToString()));
    }
}
