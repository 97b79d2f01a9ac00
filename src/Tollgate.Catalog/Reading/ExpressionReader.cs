namespace Tollgate.Catalog.Reading;

/// <summary>Reads conditions and formulas; what is wrong with one is a finding at its line.</summary>
internal static class ExpressionReader
{
    /// <summary>The condition of a key, or null when absent or wrong.</summary>
    public static Condition? Condition(Fields fields, string key)
    {
        if (fields.Scalar(key, required: false) is not { } scalar)
        {
            return null;
        }
        var condition = Catalog.Condition.TryParse(scalar.Text, out var error);
        Report(fields, scalar, error, condition?.Parsed);
        return condition;
    }

    /// <summary>The formula of a key; null when absent or wrong.</summary>
    public static Formula? Formula(Fields fields, string key)
    {
        if (fields.Scalar(key, required: false) is not { } scalar)
        {
            return null;
        }
        var formula = Catalog.Formula.TryParse(scalar.Text, out var error);
        Report(fields, scalar, error, formula?.Parsed);
        return formula;
    }

    private static void Report(Fields fields, YamlScalar scalar, ExpressionError? error, ParsedExpression? parsed)
    {
        if (parsed is not null)
        {
            fields.Findings.Attributes.Add(parsed, scalar.Place);
        }
        if (error is not null)
        {
            fields.Findings.Error(CatalogueFindings.Expression, scalar.Place,
                FormattableString.Invariant(
                    $"The expression '{scalar.Text}' is wrong at character {error.At + 1}: {error.Message}"),
                error.Cure);
        }
    }
}
