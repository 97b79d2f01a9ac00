using NodaTime.Text;
using Tollgate.Catalog;
using Tollgate.Catalog.Reading;
using Tollgate.Operations.Scenarios.Reading;

namespace Tollgate.Operations.Scenarios.Facts;

/// <summary>Checks what a step expects while the file is read: only known facts, each in its notation.</summary>
internal static class Expectation
{
    internal static void Check(ScenarioScope scope, YamlMapping map) => Check(scope, map, Shapes.All);

    private static void Check(ScenarioScope scope, YamlMapping map, Shape shape)
    {
        var fields = new Fields(map, scope.Findings);
        foreach (var fact in shape.Facts)
        {
            if (fields.Value(fact.Name) is { } value)
            {
                Check(scope, value, fact);
            }
        }
        scope.Done(fields, shape.Name);
    }

    private static void Check(ScenarioScope scope, YamlValue value, Fact fact)
    {
        switch (fact.Kind, value)
        {
            case (FactKind.Object, YamlMapping map):
                Check(scope, map, fact.Of!);
                break;
            case (FactKind.Object, YamlScalar) when fact.Of == Shapes.Refused:
                break; // the code alone
            case (FactKind.List or FactKind.Keyed, YamlList list):
                foreach (var item in list.Items)
                {
                    Check(scope, item, new Fact(fact.Name, FactKind.Object, fact.Of));
                }
                break;
            case (FactKind.Numbers, YamlMapping map):
                foreach (var (key, number) in map.Entries)
                {
                    Check(scope, number, new Fact(key.Text, FactKind.Number));
                }
                break;
            case (FactKind.Object or FactKind.List or FactKind.Keyed or FactKind.Numbers, _):
                Wrong(scope, value, fact, fact.Kind is FactKind.Object or FactKind.Numbers ? "a mapping" : "a list");
                break;
            case (_, YamlScalar scalar):
                Scalar(scope, scalar, fact);
                break;
            default:
                Wrong(scope, value, fact, "a plain value");
                break;
        }
    }

    private static void Scalar(ScenarioScope scope, YamlScalar scalar, Fact fact)
    {
        switch (fact.Kind)
        {
            case FactKind.Number:
                if (Comparison.Number(scalar.Text) is null)
                {
                    scope.Findings.Error(
                        CatalogueFindings.Number, scalar.Place, $"'{fact.Name}' is not a number: '{scalar.Text}'.",
                        "Write e.g. 16.13 or -5.00.");
                }
                break;
            case FactKind.Quantity:
                scope.Quantities.Stored(scalar, fact.Name);
                break;
            case FactKind.Period:
                var days = scalar.Text.Split('/');
                if (days.Length != 2 || days.Any(day => !LocalDatePattern.Iso.Parse(day).Success))
                {
                    scope.Findings.Error(CatalogueFindings.Value, scalar.Place, $"'{scalar.Text}' is not a period.",
                        "Write the first day and the first day after it, e.g. 2026-10-22/2026-11-01.");
                }
                break;
            case FactKind.Time when scalar.Text.Length > 10:
                scope.Time(scalar);
                break;
            case FactKind.Time when !scalar.IsNull && scalar.Text != "none":
                scope.Quantities.Date(scalar);
                break;
            case FactKind.Flag when scalar.Text is not ("yes" or "no" or "true" or "false"):
                scope.Findings.Error(
                    CatalogueFindings.Value, scalar.Place, $"'{fact.Name}: {scalar.Text}' is neither yes nor no.",
                    "Write yes or no.");
                break;
        }
    }

    private static void Wrong(ScenarioScope scope, YamlValue value, Fact fact, string expected) =>
        scope.Findings.Error(CatalogueFindings.Shape, value.Place, $"'{fact.Name}' is {value.Shape}; {expected} is expected.",
            "See docs/reference/scenarios.md for how each expectation is written.");
}
